/* SPDX-License-Identifier: MIT */
/* Where the columns of a pipeline are in a table. */
#ifndef MLPI_BINDING_H
#define MLPI_BINDING_H

#include "encode/pipeline.h"

/** A label's text and its number in the pipeline. */
typedef struct mlpi_known_label {
    mlpi_span text;
    size_t number;
} mlpi_known_label;

typedef struct mlpi_binding {
    const mlpi_pipeline *pipeline;
    const mlp_table *table;
    size_t *features;
    size_t *targets;
    /* of a table whose rows are not all there (lacks is NULL): whether "N/A" means no value, as in
     * columns of numbers; else all false */
    bool *gaps;               /* features */
    bool target_gaps;         /* targets */
    mlpi_known_label *labels; /* by their bytes; NULL: not wanted */
    char ***sorted; /* places of the table's names, in the order of the names; NULL: not yet */
} mlpi_binding;

/** Of a pipeline and a table that are there already; released on failure. Errors: MLP_ERROR_DATA (a
 * column is missing), MLP_ERROR_MEMORY. */
mlp_status mlpi_binding_make(mlpi_binding *b, bool with_targets, mlp_error *err);
void mlpi_binding_release(mlpi_binding *b);
/** NULL: there is no such label. */
const mlpi_known_label *mlpi_binding_label(const mlpi_binding *b, mlpi_span text);

#endif
