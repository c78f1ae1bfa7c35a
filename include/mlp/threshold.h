/* SPDX-License-Identifier: MIT */
/* From which probability on a row gets the label that is looked for, where there are two labels. The
 * usual answer, the more probable label, is right where all mistakes cost the same and accuracy
 * counts; where the label is rare, or its rows must not be missed, another threshold is. */
#ifndef MLP_THRESHOLD_H
#define MLP_THRESHOLD_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/evaluate.h"

MLP_BEGIN_DECLS

/** What a threshold comes to on the rows that an evaluator has seen. */
typedef struct mlp_threshold {
    double threshold;             /**< rows of this probability or more get the label */
    double f1, precision, recall; /**< of the label; 0 where undefined */
    double accuracy, balanced_accuracy, macro_f1, weighted_f1, mcc, kappa; /**< mlp_evaluation */
} mlp_threshold;

/** The metrics that a threshold can be chosen for: i-th name, NULL past the end. */
MLP_API const char *mlp_threshold_figure_name(size_t i);
/** One of them by its name. false: there is no such metric. */
MLP_API bool mlp_threshold_figure(const mlp_threshold *threshold, const char *name, double *value);

/** The threshold for which a metric is largest on all rows that were added to a finished evaluator,
 * of the label that it looks for (mlp_evaluator_look_for). Of equally good ones 0.5 if it is among
 * them, else the highest; between the two scores where it may lie, the number of fewest decimals.
 * Chosen on these rows, it looks better on them than on others. Errors: MLP_ERROR_ARGUMENT (no such
 * metric; not two labels; not finished, or scores without an order), MLP_ERROR_DATA (rows of one
 * label alone). */
MLP_API mlp_status mlp_evaluator_best_threshold(const mlp_evaluator *evaluator, const char *metric,
                                                mlp_threshold *best, mlp_error *err);

MLP_END_DECLS

#endif
