/* SPDX-License-Identifier: MIT */
/* Ranks columns by how much they matter. */
#ifndef MLPI_RANKING_H
#define MLPI_RANKING_H

#include "mlp/importance.h"
#include "model/model.h"

/** Sets ranked[i] to the column with the i-th largest value. Columns with equal values keep their
 * order; NaN comes last. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_rank_columns(const double *value, size_t count, size_t *ranked, mlp_error *err);

/** Ranks columns by their mean importance. *ranked is allocated; mlpi_free it. Errors:
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_rank_importance(const mlp_importance *importance, size_t **ranked, mlp_error *err);

/** Marks in kept[c], one for each feature of the pipeline, the `most` columns with the largest
 * shares in the first layer. A column's share is the sum over its inputs i and the neurons n of the
 * first layer of
 *      w_ni^2 var(x_i),
 * the variance of what the neurons receive from the column if its inputs are uncorrelated; for
 * several networks, it is the weighted mean of their sums. A column whose share is 0 cannot matter.
 * Of columns with equal shares the first are kept. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_screen_columns(const mlp_model *model, const mlp_encoded *encoded, size_t most,
                               bool *kept, mlp_error *err);

#endif
