/* SPDX-License-Identifier: MIT */
/* Parts of a table: rows to train on, and others to test on. */
#ifndef MLPI_PART_H
#define MLPI_PART_H

#include "divide/folds.h"

typedef struct mlpi_part {
    mlp_table *training, *tested;
    mlp_table *evaluated; /* the tested rows whose label some training row has; `tested` itself
                             if these are all */
} mlpi_part;

/** Makes a table of some rows. */
mlp_status mlpi_part_table(const mlp_table *table, const uint32_t *rows, size_t count,
                           mlp_table **made, mlp_error *err);
/** Makes the tables of a part. `rows` holds the labels of the table's rows (mlpi_rows_collect);
 * `training` and `tested` are numbers of rows in the table, ascending. Errors: MLP_ERROR_DATA (no
 * tested row can be evaluated), MLP_ERROR_MEMORY. */
mlp_status mlpi_part_make(const mlp_table *table, const mlpi_rows *rows, const uint32_t *training,
                          size_t training_count, const uint32_t *tested, size_t tested_count,
                          mlpi_part *part, mlp_error *err);
/** A share of the rows. The rows are divided into `parts` parts as into folds (stratified by label,
 * or by whole groups), and the share is `taken` of these parts, evenly spaced. `taken` divides
 * `parts`. If `parts` is a power of two, the share with a larger `taken` includes that with a
 * smaller one. */
typedef struct mlpi_share {
    const mlpi_schema *schema;
    size_t parts, taken;
    uint64_t seed;
} mlpi_share;

/** Makes the part that tests one fold and trains on the others or, if `share` is not NULL, on a
 * share of their rows. Errors: those of mlpi_part_make, and MLP_ERROR_ARGUMENT (fewer rows or
 * groups than parts). */
mlp_status mlpi_part_of_fold(const mlp_table *table, const mlpi_rows *rows, const mlpi_folds *folds,
                             size_t repeat, size_t fold, const mlpi_share *share, mlpi_part *part,
                             mlp_error *err);
void mlpi_part_release(mlpi_part *part);

#endif
