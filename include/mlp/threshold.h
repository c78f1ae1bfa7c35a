/* SPDX-License-Identifier: MIT */
/* The lowest probability at which a row gets the label that is looked for, where there are two
 * labels. The usual answer, the more probable label, is right where accuracy counts and all
 * mistakes cost the same; where the label is rare, or its rows must not be missed, another
 * threshold is better. */
#ifndef MLP_THRESHOLD_H
#define MLP_THRESHOLD_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/evaluate.h"

MLP_BEGIN_DECLS

/** A threshold, and the metrics that result from it on the rows that an evaluator has seen. */
typedef struct mlp_threshold {
    double threshold;             /**< rows with this probability or more get the label */
    double f1, precision, recall; /**< those of the label; 0 where undefined */
    /** as in mlp_evaluation */
    double accuracy, balanced_accuracy, macro_f1, weighted_f1, mcc, kappa;
} mlp_threshold;

/** The name of the i-th metric for which a threshold can be chosen; NULL past the end. */
MLP_API const char *mlp_threshold_figure_name(size_t i);
/** Finds a metric of a threshold by its name. Returns false when there is no such metric. */
MLP_API bool mlp_threshold_figure(const mlp_threshold *threshold, const char *name, double *value);

/** The threshold for which a metric is largest on all rows that were added to a finished evaluator,
 * for the label that it looks for (mlp_evaluator_look_for). Of equally good thresholds it is 0.5 if
 * that is among them, else the highest; where it may lie anywhere between two scores, it is the
 * number with the fewest decimals there. Because it was chosen on these rows, it looks better on
 * them than on others. Errors: MLP_ERROR_ARGUMENT (no such metric; not two labels; the evaluator is
 * not finished, or has a score that is NaN), MLP_ERROR_DATA (all rows have the same label). */
MLP_API mlp_status mlp_evaluator_best_threshold(const mlp_evaluator *evaluator, const char *metric,
                                                mlp_threshold *best, mlp_error *err);

MLP_END_DECLS

#endif
