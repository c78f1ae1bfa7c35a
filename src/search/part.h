/* SPDX-License-Identifier: MIT */
/* Parts of a table: rows to train on, and others to test on. */
#ifndef MLPI_PART_H
#define MLPI_PART_H

#include "divide/folds.h"

typedef struct mlpi_part {
    mlp_table *training, *tested;
    mlp_table *evaluated; /* the tested rows whose label some training row has; `tested` itself when
                             that is all of them */
} mlpi_part;

/** A table of some rows. */
mlp_status mlpi_part_table(const mlp_table *table, const uint32_t *rows, size_t count,
                           mlp_table **made, mlp_error *err);
/** Tables of their own. `rows` are those of the table (mlpi_rows_collect), in both lists by their
 * number in the table, ascending. Errors: MLP_ERROR_DATA (no tested row can be evaluated),
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_part_make(const mlp_table *table, const mlpi_rows *rows, const uint32_t *training,
                          size_t training_count, const uint32_t *tested, size_t tested_count,
                          mlpi_part *part, mlp_error *err);
/** `taken` of `parts` parts of the rows, evenly spaced, which are divided as folds are: stratified by
 * label, or by whole groups. `taken` divides `parts`; where `parts` is a power of two, what is
 * taken is within what a larger `taken` takes. */
typedef struct mlpi_share {
    const mlpi_schema *schema;
    size_t parts, taken;
    uint64_t seed;
} mlpi_share;

/** One fold against the others, or against a share of them (NULL: all). Errors besides:
 * MLP_ERROR_ARGUMENT (fewer rows or groups than parts). */
mlp_status mlpi_part_of_fold(const mlp_table *table, const mlpi_rows *rows, const mlpi_folds *folds,
                             size_t repeat, size_t fold, const mlpi_share *share, mlpi_part *part,
                             mlp_error *err);
void mlpi_part_release(mlpi_part *part);

#endif
