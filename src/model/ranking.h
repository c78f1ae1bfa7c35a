/* SPDX-License-Identifier: MIT */
/* Columns in the order in which they matter. */
#ifndef MLPI_RANKING_H
#define MLPI_RANKING_H

#include "mlp/importance.h"
#include "model/model.h"

/** ranked[i]: the column with the i-th largest value; of equal ones the first, NaN last. Errors:
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_rank_columns(const double *value, size_t count, size_t *ranked, mlp_error *err);

/** mlpi_rank_columns by the mean importance, in an array of its own (mlpi_free). */
mlp_status mlpi_rank_importance(const mlp_importance *importance, size_t **ranked, mlp_error *err);

/** Marks the `most` columns that move the first layer most: kept[c], one for each feature of the
 * pipeline. A column's share is the sum over its inputs i and the neurons n of the first layer of
 *      w_ni^2 var(x_i),
 * the variance of what the neurons receive from it, its inputs taken for uncorrelated; networks that
 * answer together count by their weights. A column whose share is 0 cannot matter. Of equal columns
 * the first are kept. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_screen_columns(const mlp_model *model, const mlp_encoded *encoded, size_t most,
                               bool *kept, mlp_error *err);

#endif
