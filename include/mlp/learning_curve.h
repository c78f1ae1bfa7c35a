/* SPDX-License-Identifier: MIT */
/* Whether more rows would help: how good a way of training is with fewer rows. */
#ifndef MLP_LEARNING_CURVE_H
#define MLP_LEARNING_CURVE_H

#include "mlp/cross_validate.h"

MLP_BEGIN_DECLS

/** One size of the training data. */
typedef struct mlp_learning_step {
    double share;               /**< share of the rows that a fold has for training */
    double rows;                /**< mean number of rows that a fold learnt from, validation
                                     included */
    mlp_cross_validation folds; /**< its cross-validation; mlp_cross_validation_figure gives the
                                     metrics */
} mlp_learning_step;

typedef struct mlp_learning_curve {
    mlp_task task;
    size_t count;
    mlp_learning_step *steps; /**< each with twice the rows of the one before; the last with all
                                   rows */
} mlp_learning_curve;

/** Cross-validates with 1/2^(sizes - 1), ..., 1/4, 1/2 and all of the rows that each fold has for
 * training (C. Cortes et al. 1993). All sizes are evaluated on the same rows, and the training rows
 * of a smaller size are among those of a larger one. `sizes`: 2 to 16. The listener of the options
 * is called for every fold of every size; the result for the last size is that of
 * mlp_cross_validate. `options` NULL: the defaults. Release with mlp_learning_curve_release.
 * Errors: those of mlp_cross_validate, and MLP_ERROR_ARGUMENT (`sizes` out of range; too few rows
 * or groups for them; a `job`, which cannot share a curve). */
MLP_API mlp_status mlp_learning_curve_make(const mlp_table *table,
                                           const mlp_cross_validation_options *options,
                                           size_t sizes, mlp_learning_curve *curve, mlp_error *err);
MLP_API void mlp_learning_curve_release(mlp_learning_curve *curve);

/** What the last step of a curve shows about more rows, for one metric. */
typedef struct mlp_outlook {
    double before, now; /**< the metric with half of the rows and with all: means over the folds */
    double gain;        /**< by how much the metric is better with all rows; below 0: it is worse */
    double error;       /**< standard error of the gain, from the differences of the folds */
    bool certain;       /**< the absolute gain is more than twice its standard error */
    /** The metric expected with twice as many rows. By a power law a + b rows^-c (C. Cortes et al.
     * 1993), every doubling gains the same fraction of what the doubling before gained. The
     * fraction is fitted to all doublings by least squares, and taken as 1 at most. NaN where the
     * last gain or the fraction is not above 0, or there are only two steps. */
    double next;
} mlp_outlook;

/** Fills *outlook for a metric. Returns false when there is no such metric, or it is not defined in
 * every fold of every step. */
MLP_API bool mlp_learning_curve_outlook(const mlp_learning_curve *curve, const char *metric,
                                        mlp_outlook *outlook);

MLP_END_DECLS

#endif
