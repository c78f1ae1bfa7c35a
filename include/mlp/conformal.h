/* SPDX-License-Identifier: MIT */
/* Intervals, and sets of labels, that contain the truth of new rows with a requested probability,
 * however good the model is: conformal prediction (V. Vovk, A. Gammerman, G. Shafer 2005). A model
 * trained with the option `folds` keeps the errors of its networks on rows that they never saw, and
 * expects such errors on new rows (V. Vovk 2015: cross-conformal predictors; R. F. Barber, E. J.
 * Candes, A. Ramdas, R. J. Tibshirani 2021). The promise holds for rows drawn at random in the same
 * way as those of training, on average over all of them: some kinds of rows may be covered more
 * often than others.
 *
 * Numbers: [y - q, y + q] around the prediction y, with q the quantile of |truth - y| out of fold,
 * in the scale to which the target was transformed; for a target in logarithms the interval is
 * therefore a factor. Models of quantiles: [low - q, high + q] around the lowest and highest
 * quantile, with q the quantile of max(low - truth, truth - high) (Y. Romano, E. Patterson, E. J.
 * Candes 2019): the more uncertain the row, the wider the interval. Labels: all whose probability
 * is at least 1 - q, with q the quantile of 1 - p(truth) out of fold (M. Sadinle, J. Lei, L.
 * Wasserman 2019: the smallest sets on average), and the most probable one in any case. */
#ifndef MLP_CONFORMAL_H
#define MLP_CONFORMAL_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/evaluate.h"
#include "mlp/model.h"

MLP_BEGIN_DECLS

/** The number of rows out of fold whose scores the model keeps; 0: it was trained without folds. */
MLP_API size_t mlp_model_conformal_rows(const mlp_model *model);

/** Opaque. */
typedef struct mlp_conformal mlp_conformal;

/** Derives the intervals or sets for a coverage between 0 and 1, such as 0.9, from the model's
 * scores. The model must outlive the result. Free with mlp_conformal_free. Errors:
 * MLP_ERROR_ARGUMENT (a model without scores; a coverage outside (0, 1), or above rows / (rows +
 * 1), the most that its rows can promise), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_conformal_create(const mlp_model *model, double coverage,
                                        mlp_conformal **conformal, mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_conformal_free(mlp_conformal *conformal);

/** Regression: writes the ends of the interval of each target in each row, in its units; `lower`
 * and `upper` are rows x mlp_model_target_count each. NaN where there is no prediction. Ends for
 * targets that are counts are at least 0. */
MLP_API void mlp_conformal_intervals(const mlp_conformal *conformal,
                                     const mlp_predictions *predictions, double *lower,
                                     double *upper);

/** Classification: writes for each row and label, rows x mlp_model_label_count, whether the label
 * is in the row's set. The set of a row without a prediction is empty. */
MLP_API void mlp_conformal_sets(const mlp_conformal *conformal, const mlp_predictions *predictions,
                                bool *holds);

/** How often the truth was covered in rows whose truth is known. */
typedef struct mlp_coverage {
    size_t rows;
    /** The share of rows whose truth was covered; a row without a prediction counts as not
     * covered. */
    double coverage;
    /** Mean width of the interval, in units of the target, or mean number of labels in the set,
     * over the rows that have a prediction; NaN: no row has one. */
    double size;
} mlp_coverage;

/** Adds rows that the model predicted to the count. The outcomes are not needed afterwards. One
 * thread at a time. */
MLP_API void mlp_conformal_add(mlp_conformal *conformal, const mlp_outcomes *outcomes);
/** An earlier name of mlp_conformal_add. */
MLP_API void mlp_conformal_judge(mlp_conformal *conformal, const mlp_outcomes *outcomes);
/** The coverage of all rows that were added, for one target; `target` is 0 where there are labels.
 * coverage is NaN when no rows were added. */
MLP_API mlp_coverage mlp_conformal_coverage(const mlp_conformal *conformal, size_t target);

MLP_END_DECLS

#endif
