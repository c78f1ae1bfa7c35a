/* SPDX-License-Identifier: MIT */
/* Group leakage: rows that belong together (visits of one patient, pieces of one recording), some
 * of which a random split puts into training and others into validation. */
#ifndef MLPI_KIN_H
#define MLPI_KIN_H

#include "schema/schema.h"

typedef struct mlpi_kin {
    bool found;
    double value;       /* errors of predictions by kin, as a share of those by strangers (kin.c) */
    char sentence[320]; /* for the user: what was found, and what to do about it */
} mlpi_kin;

/** Looks among `rows` (ascending) for groups of near copies: rows with the same value of some
 * column, or rows that lie near each other in the table. In such groups, the target of a row is
 * predicted by that of the nearest row (by all other inputs) with at most a third of the errors
 * that the nearest row of another group makes (mean squared error, or wrong labels), and the
 * difference is more than three standard errors between groups. Examines columns of texts and whole
 * numbers with ten groups or more, whether they are inputs or not; only the first target; and a
 * sample of the rows, if possible of whole groups. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_kin_find(const mlp_table *table, const mlpi_schema *schema, const uint32_t *rows,
                         size_t count, mlpi_kin *kin, mlp_error *err);

#endif
