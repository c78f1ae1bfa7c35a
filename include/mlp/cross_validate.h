/* SPDX-License-Identifier: MIT */
/* Cross-validation: evaluates a way of training on all rows, each predicted by a model that never
 * saw it. */
#ifndef MLP_CROSS_VALIDATE_H
#define MLP_CROSS_VALIDATE_H

#include "mlp/evaluate.h"
#include "mlp/train.h"

MLP_BEGIN_DECLS

/** One training run, and its predictions of the rows that it did not see. Owned by the
 * cross-validation. */
typedef struct mlp_fold {
    size_t repeat, fold; /**< from 0 */
    size_t rows_training, rows_validation, epochs;
    size_t count;              /**< the number of rows of the fold */
    size_t *row;               /**< the numbers of the fold's rows in the table, ascending */
    mlp_model *model;          /**< trained on the other folds */
    mlp_predictions predicted; /**< predictions of the fold's rows */
    mlp_evaluation figures;    /**< the metrics of `predicted`; rows whose label no training row has
                                    are left out */
} mlp_fold;

/** How to cross-validate: an object with named options. Each entry
 * ends with its default; later versions may add options:
 *
 *      "folds"    2 or more; 5
 *      "repeats"  how often the rows are divided into folds, each time shuffled anew; 1
 */
typedef struct mlp_cross_validation_options mlp_cross_validation_options;

/** All defaults. Free with mlp_cross_validation_options_free. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_cross_validation_options_create(mlp_cross_validation_options **options,
                                                       mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_cross_validation_options_free(mlp_cross_validation_options *options);
/** Sets an option by its name from text. Errors: MLP_ERROR_ARGUMENT (no such option, with the
 * nearest name; not a value of its kind), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_cross_validation_options_set(mlp_cross_validation_options *options,
                                                    const char *name, const char *text,
                                                    mlp_error *err);
/** Sets an option that is a number. Errors: MLP_ERROR_ARGUMENT. */
MLP_API mlp_status mlp_cross_validation_options_set_number(mlp_cross_validation_options *options,
                                                           const char *name, double number,
                                                           mlp_error *err);
/** The value as a text that mlp_cross_validation_options_set accepts; "": none. free() it. Errors:
 * MLP_ERROR_ARGUMENT (no such option), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_cross_validation_options_get(const mlp_cross_validation_options *options,
                                                    const char *name, char **text, mlp_error *err);
/** Sets the options with which each fold is trained. `threads` is the number of folds that train at
 * the same time, each on one thread. `validation` is the part of the training rows that stops a
 * training early. `validation-group` keeps groups together in folds too; `validation-time` is
 * refused, because folds would predict the past from the future. `quality` auto means fast; with
 * good or best each fold trains by recipes, with folds of its own rows, and `time` is the time of
 * each fold. There are no checkpoints. The function for notices is called about columns that give
 * the target away. `training` must outlive `options`; NULL: the defaults. */
MLP_API void mlp_cross_validation_options_set_training(mlp_cross_validation_options *options,
                                                       const mlp_train_options *training);
/** Called when a fold is done, by several threads, but one at a time. */
typedef void (*mlp_on_fold)(const mlp_fold *fold, size_t done, size_t all, void *context);
/** Sets the function that is called for each fold; NULL: none. */
MLP_API void mlp_cross_validation_options_listen(mlp_cross_validation_options *options,
                                                 mlp_on_fold folded, void *context);

typedef struct mlp_cross_validation {
    mlp_task task;
    size_t count;    /**< folds * repeats */
    mlp_fold *folds; /**< the folds of the first repeat, then those of the next */
} mlp_cross_validation;

/** Divides the rows that have targets into folds: in classification with equal shares of each
 * label, with whole groups where there is a group column, without the test rows of a table with
 * parts. For each fold, trains on all other folds and predicts the rows of this fold (M. Stone
 * 1974). The result is the same for any number of threads. `options` NULL: the defaults. Release
 * with mlp_cross_validation_release. Errors: those of mlp_train, and MLP_ERROR_ARGUMENT (fewer than
 * two folds, more than rows or groups), MLP_ERROR_INTERRUPTED. */
MLP_API mlp_status mlp_cross_validate(const mlp_table *table,
                                      const mlp_cross_validation_options *options,
                                      mlp_cross_validation *result, mlp_error *err);
MLP_API void mlp_cross_validation_release(mlp_cross_validation *result);

/** Mean and standard deviation (n - 1) over the folds of a metric of mlp_evaluate, or of
 * "baseline_accuracy", "baseline_log_loss" or "baseline_rmse". Returns false when there is no such
 * metric, or it is not defined in every fold. */
MLP_API bool mlp_cross_validation_figure(const mlp_cross_validation *result, const char *name,
                                         double *mean, double *deviation);

MLP_END_DECLS

#endif
