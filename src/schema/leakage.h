/* SPDX-License-Identifier: MIT */
/* Target leakage: columns that give the target away, as a copy of it does, or the parts of a sum.
 */
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

/** Looks for inputs from which alone a target follows with an R^2, or an accuracy, of at least
 * 0.999, or a label by a few bounds of a number, and for pairs of numbers that do so in sum, or of
 * times by what lies between them, in a sample of `rows` (NULL: rows 0..count-1).
 * What is known of some rows of the sample is tested on the others, so that no identifier gives
 * anything away. Where there is no other input it is not looked for: a function is being learnt.
 * Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_leaks_find(const mlp_table *table, const mlpi_schema *schema, const uint32_t *rows,
                           size_t count, mlpi_leaks *leaks, mlp_error *err);

#endif
