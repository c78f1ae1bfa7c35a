/* SPDX-License-Identifier: MIT */
/* Cross-validation: evaluates a way to train on all rows, each predicted by a model that never saw
 * it. */
#ifndef MLP_CROSS_VALIDATE_H
#define MLP_CROSS_VALIDATE_H

#include "mlp/evaluate.h"
#include "mlp/train.h"

MLP_BEGIN_DECLS

/** One training, and what it makes of the rows it did not see. Owned by the cross-validation. */
typedef struct mlp_fold {
    size_t repeat, fold; /**< from 0 */
    size_t rows_training, rows_validation, epochs;
    size_t count;              /**< rows of the fold */
    size_t *row;               /**< their numbers in the table, ascending */
    mlp_model *model;          /**< trained on the other folds */
    mlp_predictions predicted; /**< of the fold's rows */
    mlp_evaluation figures;    /**< of them; of those alone whose label the training rows have */
} mlp_fold;

/** How to cross-validate, an object of options with names; later versions may know more:
 *
 *      "folds"    2 or more; 5
 *      "repeats"  divisions into folds, each with a shuffle of its own; 1
 */
typedef struct mlp_cross_validation_options mlp_cross_validation_options;

/** All defaults. Free with mlp_cross_validation_options_free. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_cross_validation_options_create(mlp_cross_validation_options **options,
                                                       mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_cross_validation_options_free(mlp_cross_validation_options *options);
/** Sets one by its name from text. Errors: MLP_ERROR_ARGUMENT (no such option, with the
 * nearest name; no value of its kind), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_cross_validation_options_set(mlp_cross_validation_options *options,
                                                    const char *name, const char *text,
                                                    mlp_error *err);
/** The same from a number. Errors: MLP_ERROR_ARGUMENT. */
MLP_API mlp_status mlp_cross_validation_options_set_number(mlp_cross_validation_options *options,
                                                           const char *name, double number,
                                                           mlp_error *err);
/** The value as a text that mlp_cross_validation_options_set takes; "": none. free() it. Errors:
 * MLP_ERROR_ARGUMENT (no such option), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_cross_validation_options_get(const mlp_cross_validation_options *options,
                                                    const char *name, char **text, mlp_error *err);
/** How each fold is trained; as many folds at a time as its `threads` say, each on one thread.
 * `validation`: the part of the training rows that stops it early. `validation-group` keeps groups
 * together in folds too; for `validation-time`, which has an order, there are no folds. `quality` auto is
 * fast; with good or best each fold trains by recipes, with folds of its own rows, and `time` is that
 * of each. No checkpoints. Its function for notices is told what gives the target away. It must outlive the
 * options; NULL: the defaults. */
MLP_API void mlp_cross_validation_options_set_training(mlp_cross_validation_options *options,
                                                       const mlp_train_options *training);
/** When a fold is done (from several threads, one at a time). */
typedef void (*mlp_on_fold)(const mlp_fold *fold, size_t done, size_t all, void *context);
/** A function that is called for each; NULL: none. */
MLP_API void mlp_cross_validation_options_listen(mlp_cross_validation_options *options,
                                                 mlp_on_fold folded, void *context);

typedef struct mlp_cross_validation {
    mlp_task task;
    size_t count;    /**< folds * repeats */
    mlp_fold *folds; /**< repeat by repeat */
} mlp_cross_validation;

/** Divides the rows that have targets into folds: by label in equal shares in classification, whole
 * groups with a group column; rows of the test part of a table with parts are left out. Trains on
 * all folds but one, and predicts that one, for each fold (M. Stone 1974). The same result for any
 * number of threads. `options` NULL: the defaults. Release with mlp_cross_validation_release. Errors: as mlp_train, and
 * MLP_ERROR_ARGUMENT (fewer than two folds, more than rows or groups), MLP_ERROR_INTERRUPTED. */
MLP_API mlp_status mlp_cross_validate(const mlp_table *table,
                                      const mlp_cross_validation_options *options,
                                      mlp_cross_validation *result, mlp_error *err);
MLP_API void mlp_cross_validation_release(mlp_cross_validation *result);

/** Mean and standard deviation (n - 1) over the folds of a metric of mlp_evaluate, or of
 * "baseline_accuracy", "baseline_log_loss" or "baseline_rmse". false: no such metric, or not defined in every fold. */
MLP_API bool mlp_cross_validation_figure(const mlp_cross_validation *result, const char *name,
                                         double *mean, double *deviation);

MLP_END_DECLS

#endif
