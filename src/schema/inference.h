/* SPDX-License-Identifier: MIT */
/* The steps of schema inference: of an input, and of the targets. */
#ifndef MLPI_INFERENCE_H
#define MLPI_INFERENCE_H

#include "schema/schema.h"

enum {
    /* With fewer for each, whole numbers are not labels, and texts are names. */
    MLPI_ROWS_PER_CLASS = 5,
    /* More texts, distinct in more than half of the rows, say who, not what. */
    MLPI_IDENTIFIER_TEXTS = 20
};

/** Decides what column c is as an input; *column begins zeroed. Errors: MLP_ERROR_DATA (texts where
 * numbers or dates are meant), MLP_ERROR_MEMORY. */
mlp_status mlpi_infer_input(const mlp_table *table, size_t c, const mlpi_census *cells,
                            mlpi_wish wanted, mlpi_schema_column *column, mlp_error *err);

/** Whether each row's number in column c is one more than that of the row before. */
bool mlpi_counts_the_rows(const mlp_table *table, size_t c);

/** Decides the task, or takes the one that is wished, and the kinds of the targets, which the schema
 * names; `counted` are the censuses of all columns. Errors: MLP_ERROR_DATA (no value, one value
 * alone, texts among numbers), MLP_ERROR_ARGUMENT (several targets of classification),
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_infer_targets(const mlp_table *table, const mlpi_census *counted, mlp_task wished,
                              mlpi_schema *schema, mlp_error *err);

#endif
