/* SPDX-License-Identifier: MIT */
/* Weights of rows: how much each row counts in the training loss, according to a column and to the
 * row's label. */
#ifndef MLPI_WEIGHTS_H
#define MLPI_WEIGHTS_H

#include "encode/pipeline.h"

/** Sums of the weights of rows, gathered piece by piece, by which the weights are scaled to mean
 * 1. */
typedef struct mlpi_weighing {
    size_t column;  /* of the weights; MLPI_NO_COLUMN: all rows weigh 1 */
    double largest; /* largest weight in the column */
    double *sums;   /* of weight / largest over the rows of each label (regression: all rows) */
    size_t *rows;   /* number of these rows */
    size_t sum_count, row_count;
} mlpi_weighing;

/** Checks the weights of rows `index` (NULL: rows 0..count-1) of a table, and finds the largest.
 * Errors: MLP_ERROR_DATA (a weight is not a number from 0 on; the message names its line),
 * MLP_ERROR_MEMORY. Release `w` with mlpi_weighing_release, even after a failure. */
mlp_status mlpi_weighing_begin(mlpi_weighing *w, const mlp_table *table, size_t column,
                               const mlpi_pipeline *pipeline, const uint32_t *index, size_t count,
                               mlp_error *err);
/** Sets encoded->weight of rows `index` of the table to their shares, weight / largest, and adds
 * these to the sums. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_weighing_add(mlpi_weighing *w, const mlp_table *table, const uint32_t *index,
                             mlp_encoded *encoded, mlp_error *err);
/** *scale is the number by which a share times the factor of its label (factors NULL: 1) must be
 * multiplied so that the mean is 1. Errors: MLP_ERROR_DATA (all weights are 0, or their sum
 * overflows). */
mlp_status mlpi_weighing_scale(const mlpi_weighing *w, const mlp_table *table,
                               const double *factors, double *scale, mlp_error *err);
/** Multiplies the shares in encoded->weight by the factors of their labels (NULL: 1) and by
 * `scale`. */
void mlpi_weights_finish(const double *factors, double scale, mlp_encoded *encoded);
void mlpi_weighing_release(mlpi_weighing *w);

/** The factor of each label: factors[label_count], allocated by mlpi_allocate; NULL: all are 1.
 * `wish`: "none"; "balanced": n / (K n_k) for n training rows, n_k = rows_of[k] of them with label
 * k of K (as in scikit-learn; 1 for a label without training rows); or LABEL=WEIGHT,..., where
 * other labels have the factor 1. Errors: MLP_ERROR_ARGUMENT (the task is regression, a label is
 * not known, a weight is not a number from 0 to 1e30), MLP_ERROR_MEMORY. */
mlp_status mlpi_weights_of_labels(const char *wish, const mlpi_pipeline *pipeline,
                                  const size_t *rows_of, double **factors, mlp_error *err);

#endif
