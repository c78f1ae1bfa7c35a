/* SPDX-License-Identifier: MIT */
/* Cross-validation: judging a way to train by all rows, each predicted by a model that never saw
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

typedef struct mlp_cross_validation_options {
    /** How each fold is trained; `threads` folds at a time, each on one thread. `validation`: the
     * part of the training rows that stops it early. `validation-group` keeps groups together in
     * folds too; for `validation-time`, which has an order, there are no folds. No checkpoints.
     * NULL: the defaults */
    const mlp_train_options *train;
    size_t folds;   /**< 2 or more. Default 5 */
    size_t repeats; /**< divisions into folds, each with a shuffle of its own. Default 1 */
    /** When a fold is done (from several threads, one at a time); NULL: none */
    void (*folded)(const mlp_fold *fold, size_t done, size_t all, void *context);
    void *context;
} mlp_cross_validation_options;

MLP_API mlp_cross_validation_options mlp_cross_validation_options_default(void);

typedef struct mlp_cross_validation {
    mlp_task task;
    size_t count;    /**< folds * repeats */
    mlp_fold *folds; /**< repeat by repeat */
} mlp_cross_validation;

/** Divides the rows that have targets into folds: by label in equal shares in classification, whole
 * groups with a group column; rows of the test part of a table with parts are left out. Trains on
 * all folds but one, and predicts that one, for each fold (M. Stone 1974). The same result for any
 * number of threads. Release with mlp_cross_validation_release. Errors: as mlp_train, and
 * MLP_ERROR_ARGUMENT (fewer than two folds, more than rows or groups), MLP_ERROR_INTERRUPTED. */
MLP_API mlp_status mlp_cross_validate(const mlp_table *table,
                                      const mlp_cross_validation_options *options,
                                      mlp_cross_validation *result, mlp_error *err);
MLP_API void mlp_cross_validation_release(mlp_cross_validation *result);

/** Mean and standard deviation (n - 1) over the folds of a figure of mlp_evaluate, or of
 * "baseline_accuracy" or "baseline_rmse". false: no such figure, or not defined in every fold. */
MLP_API bool mlp_cross_validation_figure(const mlp_cross_validation *result, const char *name,
                                         double *mean, double *deviation);

MLP_END_DECLS

#endif
