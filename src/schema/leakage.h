/* SPDX-License-Identifier: MIT */
/* Target leakage: columns that give the target away, such as a copy of the target, or parts whose
 * sum is the target. */
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

/** Looks in a sample of `rows` (NULL: rows 0..count-1) for columns that give a target away: an
 * input that predicts the target with an R^2, or an accuracy, of at least 0.999; a number that has
 * one label in each range between a few bounds; in regression, two numbers whose weighted sum, or
 * two times whose difference, predicts the target as well. A single input predicts other rows than
 * those it was learnt from, so that no identifier gives anything away. Pixels are left out. A table
 * with only one input is not examined: its target is meant to be a function of that input. Errors:
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_leaks_find(const mlp_table *table, const mlpi_schema *schema, const uint32_t *rows,
                           size_t count, mlpi_leaks *leaks, mlp_error *err);

#endif
