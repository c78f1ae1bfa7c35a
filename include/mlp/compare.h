/* SPDX-License-Identifier: MIT */
/* Whether one of two models is better than the other, evaluated on the same rows. */
#ifndef MLP_COMPARE_H
#define MLP_COMPARE_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/evaluate.h"
#include "mlp/intervals.h"

MLP_BEGIN_DECLS

/** Two models beside each other. What is beyond chance is so for other rows of the same kind; that
 * another training of either model would come to the same is not said. */
typedef struct mlp_comparison {
    mlp_task task;
    size_t rows;
    /** Figure i of the second - that of the first; NaN where either does not apply. */
    double difference[MLP_METRICS];
    /** Of the differences, by resamples of the rows that are the same for both (paired bootstrap: B.
     * Efron, R. J. Tibshirani 1993). */
    mlp_intervals intervals;
    /** Rows for which one model alone is right (labels), or the nearer one (targets: by the sum of
     * the squared errors, each as a share of the target's variance). */
    size_t first_better, second_better;
    /** How probable it is that rows fall as unevenly by chance if each of those has even odds: exact,
     * two-sided. Labels: McNemar's test (Q. McNemar 1947); targets: the sign test (W. J. Dixon, A. M.
     * Mood 1946). 1 where there are none. */
    double p_value;
} mlp_comparison;

/** Compares two finished evaluators that kept their rows, to which the same rows were added in the
 * same order. Labels may have other numbers in the second model, as long as they are the same ones.
 * `options` NULL: the defaults. Errors: MLP_ERROR_ARGUMENT (not the same rows, tasks, labels or
 * targets; an evaluator that is not finished, or kept no rows; options), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_evaluator_compare(const mlp_evaluator *first, const mlp_evaluator *second,
                                         const mlp_interval_options *options,
                                         mlp_comparison *comparison, mlp_error *err);

/** Which model is better by metric i: 1 the first, 2 the second; 0 where the interval of the
 * difference holds 0, that is, where chance alone may have made it, or neither more nor less of it
 * is better. */
MLP_API int mlp_comparison_better(const mlp_comparison *comparison, size_t i);

/** P(as unevenly as k of n, or more so) for n fair throws of a coin: 2 P(X <= min(k, n - k)), at most
 * 1. */
MLP_API double mlp_sign_test(size_t k, size_t n);

MLP_END_DECLS

#endif
