/* SPDX-License-Identifier: MIT */
/* The pipeline: how cells become network inputs and targets, fitted on the training part only, and
 * how outputs become labels and units again. */
#ifndef MLPI_PIPELINE_H
#define MLPI_PIPELINE_H

#include "encode/wishes.h"
#include "schema/schema.h"

/** One input column of the data and the network inputs made of it. */
typedef struct mlpi_feature {
    char *name;
    size_t position; /* column of the training table, used when neither has a header */
    const mlpi_transform *transform;
    mlpi_fitted fitted;
    double fill;            /* numbers: what stands in for a missing value */
    bool missing_indicator; /* one more input, behind the others: 1 where the value is missing. Set
                               when the training part had missing values */
    size_t first, width;    /* the network inputs it fills */
} mlpi_feature;

typedef struct mlpi_target {
    char *name;
    size_t position;
    const mlpi_transform *transform; /* regression */
    mlpi_fitted fitted;
} mlpi_target;

enum { MLPI_MOST_LEVELS = 99 };

/** How the loss wants targets coded, and what outputs mean to it. */
typedef struct mlpi_coding {
    bool single_output;  /* two labels share one output: 1 = the second label */
    bool signed_outputs; /* classification: outputs are below or above 0, shown as (1 + y) / 2 */
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
    char **labels; /* classification: sorted (as numbers when all are numbers), in output order */
    size_t label_count;
    bool first_looked_for; /* of two labels the first is looked for, else the second */
    mlpi_coding coding;
    size_t inputs, outputs;
} mlpi_pipeline;

typedef struct mlpi_fit_request {
    const mlp_table *table;
    const mlpi_schema *schema;
    const uint32_t *rows; /* of training; all have a target */
    size_t row_count;
    const uint32_t *label_rows; /* whose labels are known: also those that only validation holds */
    size_t label_row_count;
    mlpi_coding coding;
    mlpi_wishes wishes;
} mlpi_fit_request;

/** Errors: MLP_ERROR_ARGUMENT (wishes), MLP_ERROR_DATA, MLP_ERROR_MEMORY. */
mlp_status mlpi_pipeline_fit(const mlpi_fit_request *request, mlpi_pipeline *pipeline,
                             mlp_error *err);
void mlpi_pipeline_release(mlpi_pipeline *pipeline);
/** Frees what it holds. */
void mlpi_feature_release(mlpi_feature *feature);
/** A copy that owns all it holds; on failure nothing is left. */
mlp_status mlpi_pipeline_copy(const mlpi_pipeline *from, mlpi_pipeline *to, mlp_error *err);

/** Of two labels the one that is looked for: metrics, pictures and thresholds begin with it. */
static inline size_t mlpi_pipeline_looked_for(const mlpi_pipeline *pipeline)
{
    return pipeline->first_looked_for ? 0 : 1;
}

/** Network outputs, once targets, labels and coding are there. */
size_t mlpi_pipeline_outputs(const mlpi_pipeline *pipeline);
/** Numbers of a prediction: a probability for each label; or a value for each target, for each
 * level of each target. */
size_t mlpi_pipeline_width(const mlpi_pipeline *pipeline);
/** Regression: of predictions (rows x width) those that stand for the targets themselves (rows x
 * target_count): of the quantile level nearest to 0.5. */
void mlpi_pipeline_middle(const mlpi_pipeline *pipeline, const double *predictions, size_t rows,
                          double *values);

/** Room for encoded rows, of which none is there yet. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_pipeline_reserve(const mlpi_pipeline *pipeline, size_t rows, bool with_targets,
                                 mlp_encoded *encoded, mlp_error *err);
/** Cells of a feature that tell nothing: without a value, or with a category that training never saw. */
typedef struct mlpi_cells {
    size_t missing, unknown;
} mlpi_cells;

/** Encodes rows first .. first + count - 1 of those that the index names (NULL: of the table) into
 * the same places of the room. Adds to `cells`, one for each feature; NULL: not wanted. */
mlp_status mlpi_pipeline_encode(const mlpi_pipeline *pipeline, const mlp_table *table,
                                const uint32_t *index, size_t first, size_t count,
                                bool with_targets, mlp_encoded *encoded, mlpi_cells *cells,
                                mlp_error *err);
/** Encodes rows (index NULL: rows 0..count-1) of any table with the pipeline's columns. encoded is
 * filled anew. */
mlp_status mlpi_pipeline_apply(const mlpi_pipeline *pipeline, const mlp_table *table,
                               const uint32_t *index, size_t count, bool with_targets,
                               mlp_encoded *encoded, mlp_error *err);

/** Whether a transform learns from targets. */
bool mlpi_pipeline_learns_from_targets(const mlpi_pipeline *pipeline);
/** Encodes the inputs of such transforms anew in the rows that the pipeline was fitted on, which
 * are encoded with their targets: by fits that have not seen the target of the row itself. Errors:
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_pipeline_encode_out_of_fold(const mlpi_pipeline *pipeline, const mlp_table *table,
                                            const uint32_t *rows, size_t count,
                                            mlp_encoded *encoded, mlp_error *err);

/** The rows of the table that have a value in every target, ascending; `rows` has room for all.
 * Errors: MLP_ERROR_DATA (a column is missing), MLP_ERROR_MEMORY. */
mlp_status mlpi_pipeline_rows_with_targets(const mlpi_pipeline *pipeline, const mlp_table *table,
                                           size_t *rows, size_t *count, mlp_error *err);
/** Whether one row has; none has where a column is missing. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_pipeline_row_has_targets(const mlpi_pipeline *pipeline, const mlp_table *table,
                                         size_t row, bool *has, mlp_error *err);

/** Whether its column holds numbers; else levels (fitted.levels), and other texts. */
bool mlpi_feature_is_numeric(const mlpi_feature *feature);
/** A value that is usual: of numbers; 0 for texts. */
double mlpi_feature_middle(const mlpi_feature *feature);
/** Which of the network inputs of a feature one is: "size", "colour = red", "size missing". Cut to
 * `size` bytes. */
void mlpi_feature_name_input(const mlpi_feature *feature, size_t input, char *text, size_t size);
/** Some features of rows (index NULL: 0..count-1) of a table as the numbers that
 * mlpi_pipeline_encode_values takes: count x features. Errors: MLP_ERROR_DATA (a column is
 * missing), MLP_ERROR_MEMORY. */
mlp_status mlpi_pipeline_values(const mlpi_pipeline *pipeline, size_t first_feature,
                                size_t features, const mlp_table *table, const uint32_t *index,
                                size_t count, double *values, mlp_error *err);

/** Network inputs of one row from one number per feature: numeric values in their units, numbers of
 * categories; NaN is missing. */
void mlpi_pipeline_encode_values(const mlpi_pipeline *pipeline, const double *values, float *x);

/** Network outputs (rows x outputs) to predictions (rows x width): probabilities, or target values
 * in units. Quantiles of a target that cross are sorted (V. Chernozhukov, I. Fernandez-Val,
 * A. Galichon 2010). Where outputs are not finite there is no prediction: NaN, for all labels, or
 * for all levels of that target. */
void mlpi_pipeline_invert(const mlpi_pipeline *pipeline, const float *y, size_t rows,
                          double *values);
/** The label of the largest output of one row; of equals the first. MLP_NO_LABEL when not all
 * outputs are finite. */
size_t mlpi_pipeline_label(const mlpi_pipeline *pipeline, const float *y);

#endif
