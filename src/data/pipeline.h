/* SPDX-License-Identifier: MIT */
/* The pipeline: how cells become network inputs and targets, fitted on the training part only, and
 * how outputs become labels and units again. */
#ifndef MLPI_PIPELINE_H
#define MLPI_PIPELINE_H

#include "data/schema.h"

/** One input column of the data and the network inputs made of it. */
typedef struct mlpi_feature {
    char *name;
    size_t position; /* column of the training table, used when neither has a header */
    mlpi_kind kind;
    double mean,
        scale; /* numeric: input = (v - mean) / scale; scale > 0 (1 for a constant column) */
    bool missing_indicator; /* one more input: 1 where the value is missing. Numeric: after the
                               value (0 = mean is put in); categorical: after the categories. Set
                               when the training part had missing values */
    char **categories;      /* categorical: sorted; one input each, 0/1. Unknown: all 0 */
    size_t category_count;
    size_t first, width; /* the network inputs it fills */
} mlpi_feature;

typedef struct mlpi_target {
    char *name;
    size_t position;
    double mean, scale; /* regression: target = (v - mean) / scale */
} mlpi_target;

typedef struct mlpi_pipeline {
    mlp_task task;
    bool by_position; /* the training table had no header */
    mlpi_feature *features;
    size_t feature_count;
    mlpi_target *targets;
    size_t target_count;
    char **labels; /* classification: sorted (as numbers when all are numbers), in output order */
    size_t label_count;
    bool single_output; /* two labels coded by one output: 1 = the second label */
    size_t inputs, outputs;
} mlpi_pipeline;

/** Fits on the given rows of the table (rows without a target must not be among them). Labels are
 * collected from all of `label_rows`, so that a label that only validation holds is still known. */
mlp_status mlpi_pipeline_fit(const mlp_table *table, const mlpi_schema *schema,
                             const uint32_t *rows, size_t row_count, const uint32_t *label_rows,
                             size_t label_row_count, bool single_output, mlpi_pipeline *pipeline,
                             mlp_error *err);
void mlpi_pipeline_release(mlpi_pipeline *pipeline);

/** Encodes rows (index NULL: rows 0..count-1) of any table with the pipeline's columns. encoded is
 * filled anew. */
mlp_status mlpi_pipeline_apply(const mlpi_pipeline *pipeline, const mlp_table *table,
                               const uint32_t *index, size_t count, bool with_targets,
                               mlp_encoded *encoded, mlp_error *err);

/** Network inputs of one row from one number per feature: numeric values in their units, numbers of
 * categories; NaN is missing. */
void mlpi_pipeline_encode_values(const mlpi_pipeline *pipeline, const double *values, float *x);

/** Network outputs (rows x outputs) to probabilities (rows x label_count) or target values in units
 * (rows x target_count). */
void mlpi_pipeline_invert(const mlpi_pipeline *pipeline, const float *y, size_t rows,
                          double *values);

#endif
