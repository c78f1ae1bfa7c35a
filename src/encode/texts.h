/* SPDX-License-Identifier: MIT */
/* Looking at columns of texts, beside the targets of their rows. */
#ifndef MLPI_TEXTS_H
#define MLPI_TEXTS_H

#include "encode/pipeline.h"

/** The targets of the training rows, as the network is to learn them. */
typedef struct mlpi_row_targets {
    const float *values; /* of row i from i * stride on, each `step` behind the one before */
    size_t stride, step, outputs;
} mlpi_row_targets;

mlpi_row_targets mlpi_row_targets_of(const mlpi_pipeline *pipeline, const mlp_encoded *encoded);

/** Looks at rows[at[i]] (at NULL: rows[i]) of a column, i < count. Counts of texts when `counted`;
 * sums of the targets as well when there are targets (NULL: none). Release with mlpi_texts_release.
 * Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_texts_gather(const mlp_table *table, size_t column, const uint32_t *rows,
                             const uint32_t *at, size_t count, bool counted,
                             const mlpi_row_targets *targets, mlpi_texts *texts, mlp_error *err);
void mlpi_texts_release(mlpi_texts *texts);

#endif
