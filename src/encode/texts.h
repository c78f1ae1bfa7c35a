/* SPDX-License-Identifier: MIT */
/* Collects the texts of a column, and sums up the targets of the rows that hold each text. */
#ifndef MLPI_TEXTS_H
#define MLPI_TEXTS_H

#include "encode/pipeline.h"

/** The targets of the training rows, as the network is to learn them. */
typedef struct mlpi_row_targets {
    const float *values; /* target k of row i: values[i * stride + k * step], k < outputs */
    size_t stride, step, outputs;
} mlpi_row_targets;

/** The targets of encoded rows; they point into `encoded`. */
mlpi_row_targets mlpi_row_targets_of(const mlpi_pipeline *pipeline, const mlp_encoded *encoded);

/** Collects the distinct texts of a column in rows[at[i]] (at NULL: rows[i]), i < count. `counted`:
 * also counts the rows that hold each text and, unless `targets` is NULL, adds up the targets of
 * these rows. Release `texts` with mlpi_texts_release. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_texts_gather(const mlp_table *table, size_t column, const uint32_t *rows,
                             const uint32_t *at, size_t count, bool counted,
                             const mlpi_row_targets *targets, mlpi_texts *texts, mlp_error *err);
void mlpi_texts_release(mlpi_texts *texts);

#endif
