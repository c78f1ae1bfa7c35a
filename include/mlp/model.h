/* SPDX-License-Identifier: MIT */
/* A model: the fitted pipeline (columns, scaling, categories, labels), the network, and its
 * provenance. One file holds all of it (docs/formats/model-file.md). */
#ifndef MLP_MODEL_H
#define MLP_MODEL_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/network.h"
#include "mlp/table.h"

MLP_BEGIN_DECLS

typedef enum mlp_task { MLP_TASK_AUTO = 0, MLP_TASK_CLASSIFICATION, MLP_TASK_REGRESSION } mlp_task;

/** Opaque. Prediction only reads a model, so that any number of threads may share one. */
typedef struct mlp_model mlp_model;

/** Loads a model file. Everything in it is checked before it is used. Errors: MLP_ERROR_MODEL (no
 * such file, not a model, damaged, of a newer format), MLP_ERROR_MEMORY. Free with
 * mlp_model_free. */
MLP_API mlp_status mlp_model_load(const char *path, mlp_model **model, mlp_error *err);

/** Loads a model from memory; `name` stands for the file in messages. */
MLP_API mlp_status mlp_model_load_memory(const void *bytes, size_t size, const char *name,
                                         mlp_model **model, mlp_error *err);

/** Writes the model under a temporary name, syncs, and renames. An existing file is an
 * MLP_ERROR_OUTPUT unless `overwrite`. */
MLP_API mlp_status mlp_model_save(const mlp_model *model, const char *path, bool overwrite,
                                  mlp_error *err);

/** The bytes that mlp_model_save writes, for instance for a database; mlp_model_load_memory reads
 * them. *bytes is malloc'ed: free() it. Errors: MLP_ERROR_MEMORY, MLP_ERROR_OUTPUT (a header of
 * more than 100 MB). */
MLP_API mlp_status mlp_model_save_memory(const mlp_model *model, unsigned char **bytes,
                                         size_t *size, mlp_error *err);

/** NULL is allowed. */
MLP_API void mlp_model_free(mlp_model *model);

MLP_API mlp_task mlp_model_task(const mlp_model *model);
/** The network of a model, the first if it has several. */
MLP_API const mlp_network *mlp_model_network(const mlp_model *model);
/** The number of networks in the model, usually 1. The model's outputs are the weighted mean of
 * their outputs (L. K. Hansen, P. Salamon 1990): y_k = sum over m of weight_m y_k^(m); the weights
 * are positive and their sum is 1. The networks may differ in their hidden layers. A network that
 * was trained on only some of the inputs has weights of 0 for the others; these weights are not
 * parameters of the model and take no room in its file. */
MLP_API size_t mlp_model_member_count(const mlp_model *model);
MLP_API const mlp_network *mlp_model_member(const mlp_model *model, size_t m);
MLP_API double mlp_model_member_weight(const mlp_model *model, size_t m);
/** The number of inputs that network m reads; its weights for the others are 0. */
MLP_API size_t mlp_model_member_reads(const mlp_model *model, size_t m);
/** The divisor T of the logits of the weighted mean where outputs are probabilities (C. Guo, G.
 * Pleiss, Y. Sun, K. Q. Weinberger 2017): p_k^(1/T) / sum over j of p_j^(1/T). T is applied to all
 * predictions and outputs of the model. 1: the mean is left as it is. T was chosen by the log loss
 * of rows out of fold (option `calibration` of training). */
MLP_API double mlp_model_temperature(const mlp_model *model);
/** With two labels, the lowest probability of the second label at which a row gets that label (the
 * option `threshold` of training; mlp/threshold.h); NaN: a row gets the more probable label.
 * mlp_session_set_threshold overrides the threshold. */
MLP_API double mlp_model_threshold(const mlp_model *model);
/** The threshold for the probability of label 0 or 1, rounded to 12 decimals: for label 0, 1 -
 * mlp_model_threshold. */
MLP_API double mlp_model_threshold_of(const mlp_model *model, size_t label);
/** With two labels, the number of the label that is looked for (the option `label` of training,
 * else the second): metrics, pictures and thresholds refer to it. MLP_NO_LABEL: there are not two
 * labels. */
MLP_API size_t mlp_model_looked_for(const mlp_model *model);
/** Makes the label of this name the one that is looked for. Predictions stay the same. No other
 * thread may use the model meanwhile. Errors: MLP_ERROR_ARGUMENT (the model has no such label, or
 * does not have two labels), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_model_look_for(mlp_model *model, const char *label, mlp_error *err);
/** The number of parameters of all networks, except for the weights of inputs that a member does
 * not read. */
MLP_API size_t mlp_model_parameter_count(const mlp_model *model);
/** The number of labels, which are in the order of the outputs; 0 for regression. */
MLP_API size_t mlp_model_label_count(const mlp_model *model);
MLP_API const char *mlp_model_label(const mlp_model *model, size_t k);
/** The number of target columns: 1 for classification, K for regression. */
MLP_API size_t mlp_model_target_count(const mlp_model *model);
MLP_API const char *mlp_model_target(const mlp_model *model, size_t k);
/** The number of values of a prediction: a probability for each label; or a value for each target,
 * or for each quantile level of each target (target 0 at all levels, target 1 at all levels,
 * ...). */
MLP_API size_t mlp_model_width(const mlp_model *model);
/** The number of quantile levels, which ascend, of a model with the quantile loss; 0 for all other
 * models. */
MLP_API size_t mlp_model_level_count(const mlp_model *model);
MLP_API double mlp_model_level(const mlp_model *model, size_t q);
/** The number of input columns, all of which the data must have. */
MLP_API size_t mlp_model_column_count(const mlp_model *model);
MLP_API const char *mlp_model_column(const mlp_model *model, size_t c);

/** Finds an input column by its name. Errors: MLP_ERROR_ARGUMENT (no such column, with the nearest
 * name), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_model_find_column(const mlp_model *model, const char *name, size_t *column,
                                         mlp_error *err);
/** The name of the transform that encodes input column c (docs/transforms.md): "numeric"
 * (standardised), "categorical" (one input per category), "time" (dates, and times of day), or
 * another name: for numbers "min-max", "robust", "log", "yeo-johnson", "quantile-normal",
 * "piecewise-linear", "periodic" or "combined"; for texts "pooled", "ordinal", "hashing" or
 * "target". Static. */
MLP_API const char *mlp_model_column_kind(const mlp_model *model, size_t c);
/** The text of input column c in a row of a table, for people: the text of mlp_table_cell, except
 * that a number whose text is not its plain form ("2.512" where a point separates thousands,
 * "$7,150.40") is written in plain form: "2512", "7150.4". "" where the table has no such column.
 * Returns the full length. */
MLP_API size_t mlp_model_cell(const mlp_model *model, size_t c, const mlp_table *table, size_t row,
                              char *text, size_t size);
/** The number of network inputs that encode input column c; *first (nullable) becomes the number of
 * the first of these inputs, from 0; the others follow it. */
MLP_API size_t mlp_model_column_inputs(const mlp_model *model, size_t c, size_t *first);

/** The model's metadata as JSON (format version, network, schema, pipeline, labels,
 * training provenance): the string stored in the file. Owned by the model. */
MLP_API const char *mlp_model_metadata(const mlp_model *model);

/** The name and value of the i-th option of training that was not left at its default, both as
 * mlp_train_options_set accepts them; owned by the model. false: there are no more. Files of
 * earlier versions record only some of these options. */
MLP_API bool mlp_model_option(const mlp_model *model, size_t i, const char **name,
                              const char **value);

/** Whether a table holds the data that the model was trained on, by comparison of fingerprints. */
MLP_API bool mlp_model_knows(const mlp_model *model, const mlp_table *table);

/** The mlp_table_fingerprint of the data that the model was trained on. */
MLP_API uint64_t mlp_model_data_fingerprint(const mlp_model *model);

/** How the training data were read, for reading new data in the same way. The model owns the
 * strings. */
MLP_API mlp_read_options mlp_model_read_options(const mlp_model *model);

/** Data encoded for a model's network. Owned by the caller; release with mlp_encoded_release. */
typedef struct mlp_encoded {
    size_t rows, inputs, outputs;
    float *x;      /**< rows x inputs */
    float *target; /**< rows x outputs (classification: 0/1 coded; regression: transformed, by
                        default standardised, once for each quantile level; counts and shares:
                        unchanged); NULL without targets */
    size_t *label; /**< classification with targets: the number of each row's label; else NULL */
    double *value; /**< regression with targets: rows x targets, in the user's units; else NULL */
    float *weight; /**< the weight of each row in the loss during training, 1 on average; NULL: all
                        weights are 1 */
    size_t unknown_cells; /**< cells whose category training did not see (one-hot: encoded as all
                               0) */
    size_t missing_cells; /**< cells without a value (in numeric columns replaced by the training
                               mean, or by the value that `fill` sets) */
} mlp_encoded;

/** Encodes all rows of a table: columns are matched by name, in any order (by position when neither
 * the training data nor the table has a header). With `with_targets` the table must have the target
 * columns, and these must hold known labels or numbers. Errors: MLP_ERROR_DATA (missing column,
 * text in a numeric column, unknown label). */
MLP_API mlp_status mlp_model_encode(const mlp_model *model, const mlp_table *table,
                                    bool with_targets, mlp_encoded *encoded, mlp_error *err);
/** Encodes one row of a table, whatever the other rows hold, with its targets if it has a value in
 * each of them; if not, or if the table lacks a target column, encoded->target is NULL. Errors:
 * those of mlp_model_encode; MLP_ERROR_ARGUMENT (no such row). */
MLP_API mlp_status mlp_model_encode_row(const mlp_model *model, const mlp_table *table, size_t row,
                                        mlp_encoded *encoded, mlp_error *err);
/** The rows of a table that have a value in every target, as a new table (mlp_table_free);
 * *selected is NULL when all rows do. *left_out becomes the number of rows that lack a value.
 * Errors: MLP_ERROR_DATA (a target column is missing, or every row lacks a value),
 * MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_model_select_with_targets(const mlp_model *model, const mlp_table *table,
                                                 mlp_table **selected, size_t *left_out,
                                                 mlp_error *err);
MLP_API void mlp_encoded_release(mlp_encoded *encoded);

/** Outputs of the model, rows x outputs, for encoded inputs (rows x inputs): the weighted mean of
 * its networks' outputs, after its temperature. The result for a row does not depend on the other
 * rows or on `threads` (0: all cores). */
MLP_API mlp_status mlp_model_forward(const mlp_model *model, const float *x, size_t rows,
                                     int threads, float *y, mlp_error *err);

/** Stands for the label of a row that has no prediction. */
#define MLP_NO_LABEL SIZE_MAX

/** Predictions for the rows of a table. Owned by the caller; release with
 * mlp_predictions_release. */
typedef struct mlp_predictions {
    size_t rows, width; /**< width: mlp_model_width */
    double *values;     /**< rows x width. Classification: the probability of each label (outputs
                             that are not probabilities are clipped to 0..1 and normalised; those of
                             the hinge loss are taken as (1 + y) / 2 and are not calibrated);
                             regression: each target in its units, where crossing quantiles are
                             sorted, so that they ascend (V. Chernozhukov et al. 2010) */
    size_t *label; /**< classification: the number of the predicted label, MLP_NO_LABEL where there
                        is none; else NULL */
    size_t unknown_cells, missing_cells;
    size_t unanswered; /**< rows whose outputs are not all finite: the values of such a row (in
                            regression: of such a target) are NaN. This happens when an input far
                            beyond those of training makes the computation overflow */
    size_t first_unanswered; /**< the first of these rows; undefined when there is none */
} mlp_predictions;

MLP_API mlp_status mlp_model_predict(const mlp_model *model, const mlp_table *table, int threads,
                                     mlp_predictions *predictions, mlp_error *err);
/** mlp_model_predict for data that are already encoded. */
MLP_API mlp_status mlp_model_predict_encoded(const mlp_model *model, const mlp_encoded *encoded,
                                             int threads, mlp_predictions *predictions,
                                             mlp_error *err);
MLP_API void mlp_predictions_release(mlp_predictions *predictions);

MLP_END_DECLS

#endif
