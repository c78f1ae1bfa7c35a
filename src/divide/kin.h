/* SPDX-License-Identifier: MIT */
/* Group leakage: of rows that belong together (visits of one patient, pieces of one recording), a
 * random split puts some into training and others into validation. */
#ifndef MLPI_KIN_H
#define MLPI_KIN_H

#include "schema/schema.h"

typedef struct mlpi_kin {
    bool found;
    double value;       /* errors of predictions by kin, divided by those of strangers (kin.c); of
                           mlpi_copies_find: the share of rows with a copy */
    char sentence[320]; /* for the user: what was found, and what to do about it */
} mlpi_kin;

/** Looks among `rows` (ascending) for groups of near copies: rows with the same value of some
 * column, or rows that lie near each other in the table. In such groups the target of the nearest
 * row (in all other inputs), taken as a prediction, has at most a third of the error that the
 * target of the nearest row of another group has (mean squared error, or wrong labels), and the
 * difference is more than three standard errors between groups. Examines columns of texts and whole
 * numbers with ten groups or more, whether they are inputs or not; only the first target; and a
 * sample of the rows, if possible of whole groups. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_kin_find(const mlp_table *table, const mlpi_schema *schema, const uint32_t *rows,
                         size_t count, mlpi_kin *kin, mlp_error *err);

#endif
