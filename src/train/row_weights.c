/* SPDX-License-Identifier: MIT */
#include "train/row_weights.h"

#include <string.h>

bool mlpi_weighs_rows(const mlp_train_options *options)
{
    return options->weight_column != NULL || strcmp(options->class_weights, "none") != 0;
}

mlp_status mlpi_weight_column(const mlp_table *validation, const mlp_train_options *options,
                              const mlpi_schema *schema, size_t *column, mlp_error *err)
{
    *column = schema->weight;
    return validation != NULL && options->weight_column != NULL
               ? mlp_table_find(validation, options->weight_column, column, err)
               : MLP_OK;
}
