/* SPDX-License-Identifier: MIT */
/* How much each row counts in the loss while training: by a column, and by its label. */
#ifndef MLPI_WEIGHTS_H
#define MLPI_WEIGHTS_H

#include "encode/pipeline.h"

/** What each label counts: factors[label_count], mlpi_allocate'd; NULL where all count the same.
 * `wish`: "none"; "balanced": n / (K n_k), n of the encoded training rows, n_k of them with label k
 * (as scikit-learn has it; a label without training rows counts 1); or LABEL=WEIGHT,..., other
 * labels 1. Errors: MLP_ERROR_ARGUMENT (regression, unknown label, not a number from 0). */
mlp_status mlpi_weights_of_labels(const char *wish, const mlpi_pipeline *pipeline,
                                  const mlp_encoded *training, double **factors, mlp_error *err);

/** Sets encoded->weight of rows `index` (NULL: all) of `table`: the column's number
 * (MLPI_NO_COLUMN: 1) times the factor of the row's label (NULL: 1), scaled to mean 1. Without
 * column and factors it stays NULL. Errors: MLP_ERROR_DATA (with the line: no number from 0; all
 * weights are 0). */
mlp_status mlpi_weights_set(const mlp_table *table, size_t column, const double *factors,
                            const uint32_t *index, mlp_encoded *encoded, mlp_error *err);

#endif
