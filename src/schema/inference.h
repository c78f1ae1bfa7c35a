/* SPDX-License-Identifier: MIT */
/* The two steps of schema inference: one for an input, one for the targets. */
#ifndef MLPI_INFERENCE_H
#define MLPI_INFERENCE_H

#include "schema/schema.h"

enum {
    /* With fewer rows for each distinct value, whole numbers are not labels, and texts are names,
     * not categories. */
    MLPI_ROWS_PER_CLASS = 5,
    /* A column with more distinct texts than this, and more than half as many as rows, is an
     * identifier. */
    MLPI_IDENTIFIER_TEXTS = 20
};

/** Decides what input column c is, or ignores it; *column begins zeroed. Errors: MLP_ERROR_DATA
 * (texts where numbers or dates are meant), MLP_ERROR_MEMORY. */
mlp_status mlpi_infer_input(const mlp_table *table, size_t c, const mlpi_census *cells,
                            mlpi_wish wanted, mlpi_schema_column *column, mlp_error *err);

/** Whether each row's number in column c is one more than that of the previous row. */
bool mlpi_counts_the_rows(const mlp_table *table, size_t c);

/** Decides the task, unless `wished` names one, and the kinds of schema->targets; `counted` is the
 * census of each column. Errors: MLP_ERROR_DATA (a target without a value, with the same value in
 * every row, or with texts among numbers), MLP_ERROR_ARGUMENT (several targets of classification),
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_infer_targets(const mlp_table *table, const mlpi_census *counted, mlp_task wished,
                              mlpi_schema *schema, mlp_error *err);

#endif
