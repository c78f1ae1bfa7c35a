/* SPDX-License-Identifier: MIT */
/* Whether rows have weights, and where they stand. */
#ifndef MLPI_ROW_WEIGHTS_H
#define MLPI_ROW_WEIGHTS_H

#include "options/options.h"
#include "schema/schema.h"

bool mlpi_weighs_rows(const mlp_train_options *options);
/** The column of weights in what validates: a table of its own, or (NULL) the table that trains.
 * Errors: MLP_ERROR_DATA (there is none). */
mlp_status mlpi_weight_column(const mlp_table *validation, const mlp_train_options *options,
                              const mlpi_schema *schema, size_t *column, mlp_error *err);

#endif
