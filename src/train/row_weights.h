/* SPDX-License-Identifier: MIT */
/* Whether rows have weights, and in which column. */
#ifndef MLPI_ROW_WEIGHTS_H
#define MLPI_ROW_WEIGHTS_H

#include "options/options.h"
#include "schema/schema.h"

bool mlpi_weighs_rows(const mlp_train_options *options);
/** Finds the column of the weights of the validation rows, in `validation`, or in the training
 * table if `validation` is NULL. Errors: MLP_ERROR_DATA (there is no such column). */
mlp_status mlpi_weight_column(const mlp_table *validation, const mlp_train_options *options,
                              const mlpi_schema *schema, size_t *column, mlp_error *err);

#endif
