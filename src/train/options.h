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

enum {
    MLPI_OPTION_FREE = 1, /* has no part in what a step does: a run that goes on from a checkpoint
                             may have another value */
    MLPI_OPTION_ZERO = 2  /* 0, though out of its range, leaves the number to mlp */
};

typedef struct mlpi_option {
    const char *name; /* without "--" */
    mlpi_option_kind kind;
    size_t offset;          /* in mlp_train_options */
    double lowest, highest; /* of numbers */
    unsigned flags;         /* MLPI_OPTION_FREE, MLPI_OPTION_ZERO */
} mlpi_option;

/** The table; NULL past the end. */
const mlpi_option *mlpi_option_at(size_t i);
/** With or without "--"; NULL: unknown. */
const mlpi_option *mlpi_option_find(const char *name);
/** The same with a message that suggests the nearest name. */
mlp_status mlpi_option_search(const char *name, const mlpi_option **option, mlp_error *err);
bool mlpi_option_is_number(const mlpi_option *option);
bool mlpi_option_is_whole(const mlpi_option *option);

/** Whether every number is in its range: MLP_ERROR_ARGUMENT with the option and the range. */
mlp_status mlpi_options_check(const mlp_train_options *options, mlp_error *err);

/** Continues a hash over the names and the texts of all options but those that have one of the
 * flags `without` (0: of all). */
uint64_t mlpi_options_hash(const mlp_train_options *options, unsigned without, uint64_t hash);

/** The value as text; `text` has at least `size` bytes. Returns `text`, or the string itself. */
const char *mlpi_option_text(const mlpi_option *option, const mlp_train_options *options,
                             char *text, size_t size);

#endif
