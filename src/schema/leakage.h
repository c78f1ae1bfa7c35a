/* SPDX-License-Identifier: MIT */
/* Target leakage: columns that give the target away, such as a copy of it, or the parts of which
 * it is the sum. */
#ifndef MLPI_LEAKAGE_H
#define MLPI_LEAKAGE_H

#include "schema/schema.h"

enum { MLPI_MOST_LEAKS = 3 };

typedef struct mlpi_leak {
    double value; /* R^2, or the accuracy */
    char sentence[320];
} mlpi_leak;

typedef struct mlpi_leaks {
    size_t count;
    mlpi_leak leak[MLPI_MOST_LEAKS];
} mlpi_leaks;

/** Looks in a sample of `rows` (NULL: rows 0..count-1) for what gives a target away: an input that
 * predicts it with an R^2, or an accuracy, of at least 0.999; a number that has one label in each
 * range between a few bounds; in regression also two numbers with a weighted sum, or two times with
 * a difference, that predict it so well. A single input is tested on other rows than it is learnt
 * from, so that no identifier gives anything away. A table with only one input is not examined: its
 * target is meant to be a function of that input. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_leaks_find(const mlp_table *table, const mlpi_schema *schema, const uint32_t *rows,
                           size_t count, mlpi_leaks *leaks, mlp_error *err);

#endif
