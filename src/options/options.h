/* SPDX-License-Identifier: MIT */
/* The options of training: one table (table.c), and what everything else reads from it. */
#ifndef MLPI_OPTIONS_H
#define MLPI_OPTIONS_H

#include "base/base.h"
#include "mlp/options.h"
#include "mlp/train.h"

typedef enum mlpi_option_kind {
    MLPI_OPTION_TEXT,
    MLPI_OPTION_SWITCH, /* yes or no */
    MLPI_OPTION_TASK,   /* auto, classification, regression */
    MLPI_OPTION_SEED,   /* 64 bits */
    MLPI_OPTION_COUNT,  /* a whole number */
    MLPI_OPTION_ROWS,   /* the same, or full */
    MLPI_OPTION_REAL,
    MLPI_OPTION_AUTO_REAL /* the same, or auto (kept as -1) */
} mlpi_option_kind;

enum {
    MLPI_OPTION_FREE = 1,   /* has no part in what a step does: a run that goes on from a checkpoint
                               may have another value */
    MLPI_OPTION_ZERO = 2,   /* 0, though out of its range, leaves the number to mlp */
    MLPI_OPTION_REFUSED = 4 /* where it has no effect training does not begin; for others a notice
                               says so */
};

/* In the place of the names of optimizers: those that step along a gradient, which update rules
 * are; and those of them that need not take all rows at each step. */
#define MLPI_RULES "(rule)"
#define MLPI_BATCHES "(batches)"

/** Beside which values of another option an option has an effect: "a|b", "!a" for all but a, or one
 * of those above. */
typedef struct mlpi_condition {
    const char *option; /* NULL: always */
    const char *values;
} mlpi_condition;

typedef struct mlpi_option {
    mlp_option_info shown;
    mlpi_option_kind kind;
    size_t offset;          /* in mlp_train_options */
    double lowest, highest; /* of numbers */
    unsigned flags;         /* MLPI_OPTION_FREE, ... */
    mlpi_condition acts;
} mlpi_option;

/** The table; NULL past the end. */
const mlpi_option *mlpi_option_at(size_t i);
/** With or without "--"; NULL: unknown. */
const mlpi_option *mlpi_option_find(const char *name);
/** The same with a message that suggests the nearest name. */
mlp_status mlpi_option_search(const char *name, const mlpi_option **option, mlp_error *err);
bool mlpi_option_is_number(const mlpi_option *option);
bool mlpi_option_is_whole(const mlpi_option *option);

/* --- values (value.c) ------------------------------------------------------------------------- */

/** Sets the default. */
void mlpi_option_reset(const mlpi_option *option, mlp_train_options *options);
/** The value as text; `text` has at least `size` bytes. Returns `text`, or the string itself. */
const char *mlpi_option_text(const mlpi_option *option, const mlp_train_options *options,
                             char *text, size_t size);
bool mlpi_option_is_default(const mlpi_option *option, const mlp_train_options *options);
/** Continues a hash over the names and the texts of all options but those that have one of the
 * flags `without` (0: of all). */
uint64_t mlpi_options_hash(const mlp_train_options *options, unsigned without, uint64_t hash);

/* --- checks (check.c) ------------------------------------------------------------------------- */

/** Whether every number is in its range: MLP_ERROR_ARGUMENT with the option and the range. */
mlp_status mlpi_options_check(const mlp_train_options *options, mlp_error *err);
/** Whether the option can have an effect where the option `beside` has this value. */
bool mlpi_option_acts(const mlpi_option *option, const char *beside, const char *value);
/** The first option that is not its default, is for optimizers that step along a gradient, and would
 * have no effect beside this one; NULL: there is none. */
const mlpi_option *mlpi_options_against(const mlp_train_options *options, const char *optimizer);
/** Refuses options that have no effect and are to be refused then. */
mlp_status mlpi_options_refuse(const mlp_train_options *options, mlp_error *err);
/** Tells of the i-th option that is not its default and has no effect: a sentence in `text`. false:
 * there are no more. */
bool mlpi_options_idle(const mlp_train_options *options, size_t i, char *text, size_t size);

#endif
