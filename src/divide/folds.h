/* SPDX-License-Identifier: MIT */
/* Folds of the rows for cross-validation: every row is tested once in each repeat. */
#ifndef MLPI_FOLDS_H
#define MLPI_FOLDS_H

#include "divide/rows.h"

typedef struct mlpi_folds {
    size_t folds, repeats;
    size_t rows;    /* number of rows in each repeat: the rows with all targets */
    uint32_t *test; /* repeats x rows: the test rows, fold by fold, ascending in each */
    size_t *first;  /* repeats x (folds + 1): where each fold begins among its repeat's rows */
} mlpi_folds;

/** Divides the rows that have targets into `folds` >= 2 folds, `repeats` >= 1 times. Each repeat
 * has a random stream of its own, so that its folds do not depend on the number of repeats.
 *
 * Without `group` (MLPI_NO_COLUMN), folds differ by at most one row, and in classification by at
 * most one row of each label. With a group column, rows with the same text in that column are in
 * the same fold; groups are assigned one by one, the largest first, to the fold where they least
 * upset the balance of rows and labels.
 *
 * Errors: MLP_ERROR_ARGUMENT (fewer than 2 folds, no repeats, more folds than rows or groups),
 * MLP_ERROR_DATA (a row has no group), MLP_ERROR_MEMORY. */
mlp_status mlpi_folds_make(const mlp_table *table, const mlpi_schema *schema, size_t group,
                           size_t folds, size_t repeats, uint64_t seed, mlpi_folds *made,
                           mlp_error *err);
void mlpi_folds_release(mlpi_folds *folds);

/** The test rows of a fold, ascending; *count >= 1 of them. */
const uint32_t *mlpi_folds_test(const mlpi_folds *folds, size_t repeat, size_t fold, size_t *count);
/** Writes the rows of all other folds, ascending, to `rest`, which has room for folds->rows.
 * Returns their number. */
size_t mlpi_folds_rest(const mlpi_folds *folds, size_t repeat, size_t fold, uint32_t *rest);

#endif
