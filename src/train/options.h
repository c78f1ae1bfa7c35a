/* SPDX-License-Identifier: MIT */
/* The options of training by name: one table, which the command line, tuning and journals share. */
#ifndef MLPI_OPTIONS_H
#define MLPI_OPTIONS_H

#include "mlp/train.h"

typedef enum mlpi_option_kind {
    MLPI_OPTION_TEXT,
    MLPI_OPTION_FLAG,  /* yes or no */
    MLPI_OPTION_TASK,  /* auto, classification, regression */
    MLPI_OPTION_SEED,  /* 64 bits */
    MLPI_OPTION_COUNT, /* a whole number */
    MLPI_OPTION_ROWS,  /* the same, or full */
    MLPI_OPTION_REAL,
    MLPI_OPTION_AUTO_REAL /* the same, or auto (kept as -1) */
} mlpi_option_kind;

typedef struct mlpi_option {
    const char *name; /* without "--" */
    mlpi_option_kind kind;
    size_t offset;          /* in mlp_train_options */
    double lowest, highest; /* of numbers */
} mlpi_option;

/** The table; NULL past the end. */
const mlpi_option *mlpi_option_at(size_t i);
/** With or without "--"; NULL: unknown. */
const mlpi_option *mlpi_option_find(const char *name);
/** The same with a message that suggests the nearest name. */
mlp_status mlpi_option_search(const char *name, const mlpi_option **option, mlp_error *err);
bool mlpi_option_is_number(const mlpi_option *option);
bool mlpi_option_is_whole(const mlpi_option *option);

/** The value as text; `text` has at least `size` bytes. Returns `text`, or the string itself. */
const char *mlpi_option_text(const mlpi_option *option, const mlp_train_options *options,
                             char *text, size_t size);

#endif
