/* SPDX-License-Identifier: MIT */
/* Finds the columns of a pipeline in a table. */
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
    size_t *features; /* table column of each feature */
    size_t *targets;  /* table column of each target */
    /* in a table that is read piece by piece (its `lacks` is NULL): whether texts such as "N/A"
     * mean no value, as in columns of numbers; in other tables all false */
    bool *gaps;               /* of each feature */
    bool target_gaps;         /* of the targets */
    mlpi_known_label *labels; /* sorted bytewise by their texts; NULL: not needed */
    char ***sorted; /* pointers to the table's names, sorted by name; NULL: not made yet */
} mlpi_binding;

/** Finds the columns, once b->pipeline and b->table are set. After a failure nothing is left to
 * release. Errors: MLP_ERROR_DATA (a column is missing), MLP_ERROR_MEMORY. */
mlp_status mlpi_binding_make(mlpi_binding *b, bool with_targets, mlp_error *err);
void mlpi_binding_release(mlpi_binding *b);
/** The label that has this text; NULL: there is none. */
const mlpi_known_label *mlpi_binding_label(const mlpi_binding *b, mlpi_span text);

#endif
