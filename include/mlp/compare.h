/* SPDX-License-Identifier: MIT */
/* Whether one of two models is better than the other, evaluated on the same rows. */
#ifndef MLP_COMPARE_H
#define MLP_COMPARE_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/evaluate.h"
#include "mlp/intervals.h"

MLP_BEGIN_DECLS

/** The comparison of two models. Differences beyond chance would also be found on other rows of the
 * same kind; it does not follow that two models trained anew in the same ways would differ as
 * well. */
typedef struct mlp_comparison {
    mlp_task task;
    size_t rows;
    /** Metric i of the second model minus that of the first; NaN where the metric does not apply to
     * both. */
    double difference[MLP_METRICS];
    /** Intervals of the differences, from resamples of the rows that are the same for both (paired
     * bootstrap: B. Efron, R. J. Tibshirani 1993). */
    mlp_intervals intervals;
    /** How many rows only the first model, and how many only the second, gets right (labels), or is
     * nearer to (targets: by the sum of the squared errors, each as a share of the target's
     * variance). */
    size_t first_better, second_better;
    /** The probability that these rows divide as unevenly by chance, if each of them is as likely
     * to fall to either model: exact, two-sided. Labels: McNemar's test (Q. McNemar 1947); targets:
     * the sign test (W. J. Dixon, A. M. Mood 1946). 1 where there are no such rows. */
    double p_value;
} mlp_comparison;

/** Compares two finished evaluators that kept their rows, and to which the same rows were added in
 * the same order. The second model must have the same labels, but may number them differently.
 * `options` NULL: the defaults. Errors: MLP_ERROR_ARGUMENT (not the same rows, tasks, labels or
 * targets; an evaluator that is not finished, or kept no rows; invalid options),
 * MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_evaluator_compare(const mlp_evaluator *first, const mlp_evaluator *second,
                                         const mlp_interval_options *options,
                                         mlp_comparison *comparison, mlp_error *err);

/** The model that is better by metric i, 1 or 2; 0 where the interval of the difference contains 0,
 * so that chance alone may have caused the difference, or where neither larger nor smaller values
 * of the metric are better. */
MLP_API int mlp_comparison_better(const mlp_comparison *comparison, size_t i);

/** The probability that n throws of a fair coin divide as unevenly as k to n - k, or more so: 2 P(X
 * <= min(k, n - k)), at most 1. */
MLP_API double mlp_sign_test(size_t k, size_t n);

MLP_END_DECLS

#endif
