/* SPDX-License-Identifier: MIT */
/* Group leakage: rows that belong together (visits of one patient, pieces of one recording), of which
 * some train and some validate when a lot divides them. */
#ifndef MLPI_KIN_H
#define MLPI_KIN_H

#include "schema/schema.h"

typedef struct mlpi_kin {
    bool found;
    double value; /* the errors of the nearest row, as a share of those of the nearest stranger */
    char sentence[320]; /* names the column and the way out */
} mlpi_kin;

/** Looks among `rows` (ascending) for a column whose values are groups, or for a run of rows one
 * behind another, within which rows are near copies: the nearest row by all other inputs, answering
 * for the target, makes at most a third of the errors of the nearest row of another group (mean
 * squared error, or wrong labels), by more than three standard errors between groups. Looked at are
 * texts and whole numbers with ten groups or more, whether they are inputs or not; only the first
 * target; a sample of the rows, of whole groups. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_kin_find(const mlp_table *table, const mlpi_schema *schema, const uint32_t *rows,
                         size_t count, mlpi_kin *kin, mlp_error *err);

#endif
