/* SPDX-License-Identifier: MIT */
/* A search space: for some options of training, the values worth trying. */
#ifndef MLPI_SPACE_H
#define MLPI_SPACE_H

#include "options/options.h"

enum { MLPI_SEARCH_TEXT = 64 };

/** One alternative of a dimension: a text, or a range of numbers. */
typedef struct mlpi_alternative {
    bool range, logarithmic;
    double low, high;
    char text[MLPI_SEARCH_TEXT];
} mlpi_alternative;

typedef struct mlpi_dimension {
    const mlpi_option *option;
    mlpi_alternative *alternatives;
    size_t count;
} mlpi_dimension;

typedef struct mlpi_space {
    mlpi_dimension *dimensions;
    size_t count;
} mlpi_space;

/** The values that one trial tries, in the order of the dimensions. */
typedef struct mlpi_draw {
    const char **names; /* of the options */
    const char **texts; /* their values */
    char *storage;
    size_t count;
} mlpi_draw;

/** Makes the usual space for a table of `rows` rows, without the options that are named in `fixed`
 * or decided by the initial model of `base`. The dimensions of `search`
 * ("learning-rate=0.0001..0.1", "l2=0|0.0001..0.01", "hidden=32|64,32") are added, or replace the
 * usual ones of the same option. Errors: MLP_ERROR_ARGUMENT, MLP_ERROR_MEMORY. */
mlp_status mlpi_space_init(mlpi_space *space, size_t rows, const mlp_train_options *base,
                           mlp_names fixed, mlp_names search, mlp_error *err);
void mlpi_space_release(mlpi_space *space);
/** Continues a hash over everything that decides what is drawn. */
uint64_t mlpi_space_hash(const mlpi_space *space, uint64_t hash);

/** Draws the values of trial number `trial`, which depend on `space`, `seed`, `trial`, `attempt`
 * and the optimizer of `base` alone. Dimensions that have no effect with the optimizer (the drawn
 * one, or else that of `base`) are left out. */
mlp_status mlpi_space_draw(const mlpi_space *space, const mlp_train_options *base, uint64_t seed,
                           size_t trial, size_t attempt, mlpi_draw *draw, mlp_error *err);
uint64_t mlpi_draw_hash(const mlpi_draw *draw);
bool mlpi_draw_equal(const mlpi_draw *a, const mlpi_draw *b);
void mlpi_draw_release(mlpi_draw *draw);
/** Sets the options that were drawn, which then point to strings of the draw. */
mlp_status mlpi_draw_apply(const mlpi_draw *draw, mlp_train_options *options, mlp_error *err);

#endif
