/* SPDX-License-Identifier: MIT */
/* Whether more rows would help: how good a way to train is with fewer of them. */
#ifndef MLP_LEARNING_CURVE_H
#define MLP_LEARNING_CURVE_H

#include "mlp/cross_validate.h"

MLP_BEGIN_DECLS

/** One size. */
typedef struct mlp_learning_step {
    double share;               /**< of the rows that a fold has for training */
    double rows;                /**< rows that a fold learnt from, validation included: mean */
    mlp_cross_validation folds; /**< mlp_cross_validation_figure gives its metrics */
} mlp_learning_step;

typedef struct mlp_learning_curve {
    mlp_task task;
    size_t count;
    mlp_learning_step *steps; /**< each of twice the rows of the one before; the last of all */
} mlp_learning_curve;

/** Cross-validates with 1/2^(sizes - 1), ..., 1/4, 1/2 and all of the rows that each fold has for
 * training (C. Cortes et al. 1993). All sizes are evaluated on the same rows, and those of a
 * smaller one are within those of a larger. `sizes`: 2 to 16. The listener of the options hears of
 * every fold of every size; the last size is what mlp_cross_validate comes to. `options` NULL: the
 * defaults. Release with mlp_learning_curve_release. Errors: as mlp_cross_validate, and
 * MLP_ERROR_ARGUMENT (other sizes; too few rows or groups for them; a `job`, which shares no curve). */
MLP_API mlp_status mlp_learning_curve_make(const mlp_table *table,
                                           const mlp_cross_validation_options *options,
                                           size_t sizes, mlp_learning_curve *curve, mlp_error *err);
MLP_API void mlp_learning_curve_release(mlp_learning_curve *curve);

/** What the last step of a curve says about more rows, by one metric. */
typedef struct mlp_outlook {
    double before, now; /**< the metric with half of the rows and with all: means over the folds */
    double gain;        /**< by how much the metric is better with all: below 0, worse */
    double error;       /**< standard error of that, from the differences of the folds */
    bool certain;       /**< whether the gain, or loss, is more than twice its standard error */
    /** The metric with twice as many rows, if the curve goes on as it did: by a power law a + b rows^-c
     * (C. Cortes et al. 1993) every doubling gains the same part of what the one before gained, which
     * is fitted to all of them by least squares and counts as 1 at most. NaN where the last gain or
     * that part is not above 0, or there are two steps alone. */
    double next;
} mlp_outlook;

/** false: no such metric, or not defined in every fold of every step. */
MLP_API bool mlp_learning_curve_outlook(const mlp_learning_curve *curve, const char *metric,
                                        mlp_outlook *outlook);

MLP_END_DECLS

#endif
