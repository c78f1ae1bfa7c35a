/* SPDX-License-Identifier: MIT */
/* How good predictions are. */
#ifndef MLP_EVALUATE_H
#define MLP_EVALUATE_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/model.h"

MLP_BEGIN_DECLS

/** Figures of one evaluation. Those that do not apply are NaN. */
typedef struct mlp_evaluation {
    mlp_task task;
    size_t rows, labels, targets;
    double loss;                              /**< the network's mean loss E on these rows */
    double accuracy, log_loss, macro_f1, auc; /**< classification; auc: two labels only */
    double log_likelihood;                    /**< sum of ln p(true label) */
    double baseline_accuracy;                 /**< always the most frequent label of these rows */
    double rmse, mae, r2;                     /**< regression; several targets: mean over them */
    double baseline_rmse;                     /**< always the mean of these rows */
    size_t *confusion; /**< labels x labels, row: true, column: predicted; else NULL */
    double *precision, *recall, *f1;              /**< per label; NULL in regression */
    double *target_rmse, *target_mae, *target_r2; /**< per target; NULL in classification */
} mlp_evaluation;

/** Evaluates a model on a table that has the targets. Release with mlp_evaluation_release.
 * log_loss: mean of -ln p with p clipped to [1e-15, 1]; macro_f1: mean of the labels' F1, 0 where
 * undefined; labels absent from both truth and prediction are left out; auc: Mann-Whitney with ties
 * counted half. */
MLP_API mlp_status mlp_evaluate(const mlp_model *model, const mlp_table *table, int threads,
                                mlp_evaluation *evaluation, mlp_error *err);
MLP_API void mlp_evaluation_release(mlp_evaluation *evaluation);

/** A figure by its name in --json ("accuracy", "rmse", ...). Returns false when there is no such
 * figure. */
MLP_API bool mlp_evaluation_metric(const mlp_evaluation *evaluation, const char *name,
                                   double *value);
/** The names, in the order they are printed: count and i-th name (NULL past the end). */
MLP_API const char *mlp_metric_name(size_t i);
/** Whether larger is better for metric i. */
MLP_API bool mlp_metric_larger_is_better(size_t i);

MLP_END_DECLS

#endif
