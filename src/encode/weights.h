/* SPDX-License-Identifier: MIT */
/* How much each row counts in the loss while training: by a column, and by its label. */
#ifndef MLPI_WEIGHTS_H
#define MLPI_WEIGHTS_H

#include "encode/pipeline.h"

/** How much rows weigh before they are scaled to mean 1, gathered piece by piece. */
typedef struct mlpi_weighing {
    size_t column;  /* of the table; MLPI_NO_COLUMN: all rows weigh 1 */
    double largest; /* of the column in the rows */
    double *sums;   /* of the shares of the largest, of the rows of each label; or of all */
    size_t *rows;   /* of the same */
    size_t sum_count, row_count;
} mlpi_weighing;

/** Of rows `index` (NULL: all) of a table, whose weights are checked. Errors: MLP_ERROR_DATA (with
 * the line: no number from 0), MLP_ERROR_MEMORY. Release with mlpi_weighing_release, also on
 * failure. */
mlp_status mlpi_weighing_begin(mlpi_weighing *w, const mlp_table *table, size_t column,
                               const mlpi_pipeline *pipeline, const uint32_t *index, size_t count,
                               mlp_error *err);
/** Sets encoded->weight of rows `index` of the table to shares of the largest weight. Errors:
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_weighing_add(mlpi_weighing *w, const mlp_table *table, const uint32_t *index,
                             mlp_encoded *encoded, mlp_error *err);
/** What a share times the factor of its label (factors NULL: 1) is to be multiplied with, so that
 * the mean is 1. Errors: MLP_ERROR_DATA (all weights are 0). */
mlp_status mlpi_weighing_scale(const mlpi_weighing *w, const mlp_table *table,
                               const double *factors, double *scale, mlp_error *err);
/** Makes shares the weights that count, of mean 1. */
void mlpi_weights_finish(const double *factors, double scale, mlp_encoded *encoded);
void mlpi_weighing_release(mlpi_weighing *w);

/** What each label counts: factors[label_count], mlpi_allocate'd; NULL where all count the same.
 * `wish`: "none"; "balanced": n / (K n_k), n of the training rows, n_k = rows_of[k] of them with
 * label k (as scikit-learn has it; a label without training rows counts 1); or LABEL=WEIGHT,...,
 * other labels 1. Errors: MLP_ERROR_ARGUMENT (regression, unknown label, not a number from 0). */
mlp_status mlpi_weights_of_labels(const char *wish, const mlpi_pipeline *pipeline,
                                  const size_t *rows_of, double **factors, mlp_error *err);

#endif
