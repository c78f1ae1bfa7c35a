/* SPDX-License-Identifier: MIT */
/* The pipeline turns cells into network inputs and targets, and outputs back into labels, and
 * values in their units. It is fitted on the training part only. */
#ifndef MLPI_PIPELINE_H
#define MLPI_PIPELINE_H

#include "encode/wishes.h"
#include "schema/schema.h"

/** One input column of the data and the network inputs made of it. */
typedef struct mlpi_feature {
    char *name;
    size_t position; /* column of the training table; used if neither that table nor the one to be
                        encoded has a header */
    const mlpi_transform *transform;
    mlpi_fitted fitted;
    double fill;            /* numbers: replaces a missing value */
    bool missing_indicator; /* one more input, after the other inputs: 1 where the value is missing.
                               Set if the training part had missing values */
    size_t first, width;    /* index of its first network input; number of its network inputs */
} mlpi_feature;

typedef struct mlpi_target {
    char *name;
    size_t position;
    const mlpi_transform *transform; /* applied in regression only */
    mlpi_fitted fitted;
} mlpi_target;

enum { MLPI_MOST_LEVELS = 99 };

/** How targets are coded for the loss, and how outputs are to be understood. */
typedef struct mlpi_coding {
    bool single_output;  /* two labels share one output: 1 = the second label */
    bool signed_outputs; /* hinge loss: the sign of an output y decides; shown as (1 + y) / 2 */
    bool counts;         /* regression: targets are counts from 0 on, not standardised */
    bool shares;         /* regression: targets lie between 0 and 1, and are not standardised */
    size_t levels;       /* regression: a target has one output for each quantile level; 0: one
                            output that is not a quantile */
    double level[MLPI_MOST_LEVELS]; /* ascending */
} mlpi_coding;

typedef struct mlpi_pipeline {
    mlp_task task;
    bool by_position; /* the training table had no header */
    mlpi_feature *features;
    size_t feature_count;
    mlpi_target *targets;
    size_t target_count;
    char **labels; /* classification: in output order, sorted (as numbers if all are numbers) */
    size_t label_count;
    bool first_looked_for; /* of two labels: the first is looked for, not the second */
    mlpi_coding coding;
    size_t inputs, outputs;
} mlpi_pipeline;

typedef struct mlpi_fit_request {
    const mlp_table *table;
    const mlpi_schema *schema;
    const uint32_t *rows; /* training rows; all have all targets */
    size_t row_count;
    const uint32_t *label_rows; /* rows whose labels the model knows: training and validation */
    size_t label_row_count;
    mlpi_coding coding;
    mlpi_wishes wishes;
} mlpi_fit_request;

/** Fits a pipeline. Errors: MLP_ERROR_ARGUMENT (a wish cannot be met), MLP_ERROR_DATA (a column has
 * no values, or values that are too large), MLP_ERROR_MEMORY. */
mlp_status mlpi_pipeline_fit(const mlpi_fit_request *request, mlpi_pipeline *pipeline,
                             mlp_error *err);
void mlpi_pipeline_release(mlpi_pipeline *pipeline);
/** Frees what a feature holds, but not the feature itself. */
void mlpi_feature_release(mlpi_feature *feature);
/** Makes a copy that shares no memory with `from`. After a failure there is nothing to release.
 * Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_pipeline_copy(const mlpi_pipeline *from, mlpi_pipeline *to, mlp_error *err);

/** Of two labels, the number of the one that is looked for: metrics, pictures and thresholds are
 * for that label. */
static inline size_t mlpi_pipeline_looked_for(const mlpi_pipeline *pipeline)
{
    return pipeline->first_looked_for ? 0 : 1;
}

/** The number of network outputs; targets, labels and coding must be set. */
size_t mlpi_pipeline_outputs(const mlpi_pipeline *pipeline);
/** The number of values in a prediction: a probability for each label; or a value for each target,
 * or for each quantile level of each target. */
size_t mlpi_pipeline_width(const mlpi_pipeline *pipeline);
/** Regression: takes from predictions (rows x width) one value for each target (rows x
 * target_count): with quantile levels, the value of the level nearest to 0.5. */
void mlpi_pipeline_middle(const mlpi_pipeline *pipeline, const double *predictions, size_t rows,
                          double *values);

/** Allocates `encoded` for a number of rows, which mlpi_pipeline_encode fills. Errors:
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_pipeline_reserve(const mlpi_pipeline *pipeline, size_t rows, bool with_targets,
                                 mlp_encoded *encoded, mlp_error *err);
/** Counts of a feature's cells without a value, and with a category that training never saw. */
typedef struct mlpi_cells {
    size_t missing, unknown;
} mlpi_cells;

/** Encodes rows first .. first + count - 1 of those in the index (NULL: of the table) into the rows
 * of `encoded` with the same numbers. Adds to `cells`, one for each feature; NULL: cells are not
 * counted. Errors: MLP_ERROR_DATA (a column is missing, or a cell cannot be encoded),
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_pipeline_encode(const mlpi_pipeline *pipeline, const mlp_table *table,
                                const uint32_t *index, size_t first, size_t count,
                                bool with_targets, mlp_encoded *encoded, mlpi_cells *cells,
                                mlp_error *err);
/** Encodes rows (index NULL: rows 0..count-1) of any table with the pipeline's columns into a new
 * `encoded`, to be released with mlp_encoded_release. Errors: those of mlpi_pipeline_encode. */
mlp_status mlpi_pipeline_apply(const mlpi_pipeline *pipeline, const mlp_table *table,
                               const uint32_t *index, size_t count, bool with_targets,
                               mlp_encoded *encoded, mlp_error *err);

/** Whether any transform of the pipeline learns from targets. */
bool mlpi_pipeline_learns_from_targets(const mlpi_pipeline *pipeline);
/** Replaces the inputs of transforms that learn from targets in `encoded`, which holds the rows
 * that the pipeline was fitted on, with their targets: the inputs of each row come from a fit that
 * has not seen its target. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_pipeline_encode_out_of_fold(const mlpi_pipeline *pipeline, const mlp_table *table,
                                            const uint32_t *rows, size_t count,
                                            mlp_encoded *encoded, mlp_error *err);

/** Lists the rows of the table that have a value in every target, ascending; `rows` has room for
 * all rows. Errors: MLP_ERROR_DATA (a column is missing), MLP_ERROR_MEMORY. */
mlp_status mlpi_pipeline_rows_with_targets(const mlpi_pipeline *pipeline, const mlp_table *table,
                                           size_t *rows, size_t *count, mlp_error *err);
/** Sets *has to whether a row has a value in every target; false if the table lacks a column of the
 * pipeline. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_pipeline_row_has_targets(const mlpi_pipeline *pipeline, const mlp_table *table,
                                         size_t row, bool *has, mlp_error *err);

/** Whether the column of a feature holds numbers or times; else it holds categories. */
bool mlpi_feature_is_numeric(const mlpi_feature *feature);
/** A middle value of a column of numbers or times; 0 for categories. */
double mlpi_feature_middle(const mlpi_feature *feature);
/** Writes the name of one of a feature's network inputs, such as "size", "colour = red" or "size
 * missing", into `size` bytes, shortened if necessary. */
void mlpi_feature_name_input(const mlpi_feature *feature, size_t input, char *text, size_t size);
/** Reads features first_feature .. first_feature + features - 1 of rows (index NULL: 0..count-1) of
 * a table as the numbers that mlpi_pipeline_encode_values accepts: count x features. Errors:
 * MLP_ERROR_DATA (a column is missing), MLP_ERROR_MEMORY. */
mlp_status mlpi_pipeline_values(const mlpi_pipeline *pipeline, size_t first_feature,
                                size_t features, const mlp_table *table, const uint32_t *index,
                                size_t count, double *values, mlp_error *err);

/** Makes the network inputs of one row from one number per feature: a value in its units, or the
 * number of a category; NaN: missing. */
void mlpi_pipeline_encode_values(const mlpi_pipeline *pipeline, const double *values, float *x);

/** Turns network outputs (rows x outputs) into predictions (rows x width): probabilities, or values
 * of targets in their units. Quantiles of a target that cross are sorted (V. Chernozhukov,
 * I. Fernandez-Val, A. Galichon 2010). If an output is not finite, there is no prediction: NaN for
 * all labels, or for all levels of its target. */
void mlpi_pipeline_invert(const mlpi_pipeline *pipeline, const float *y, size_t rows,
                          double *values);
/** The label of the largest output of one row, or the first of several largest. MLP_NO_LABEL: not
 * all outputs are finite. */
size_t mlpi_pipeline_label(const mlpi_pipeline *pipeline, const float *y);

#endif
