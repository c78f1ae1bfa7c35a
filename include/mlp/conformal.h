/* SPDX-License-Identifier: MIT */
/* Intervals, and sets of labels, that hold the truth of new rows in a share of them that is asked
 * for, whatever the model is worth: conformal prediction (V. Vovk, A. Gammerman, G. Shafer 2005). A model
 * of option `folds` of training keeps how wrong its networks were in rows that they never saw, and
 * takes that for what to expect (V. Vovk 2015: cross-conformal predictors; R. F. Barber, E. J. Candes,
 * A. Ramdas, R. J. Tibshirani 2021). The promise is for rows like those of training, drawn by the same
 * lot, in the mean over all of them: of some kinds of rows more may be covered than of others.
 *
 * Numbers: [y - q, y + q] around the prediction y, with q the quantile of |truth - y| out of fold; in
 * the scale that the target was transformed to, so that of a target in logarithms the interval is a
 * factor. Of a model of quantiles, [low - q, high + q] around its lowest and highest, q the quantile of
 * max(low - truth, truth - high) (Y. Romano, E. Patterson, E. J. Candes 2019): as wide as the row is
 * uncertain. Labels: all whose probability is at least 1 - q, with q the quantile of 1 - p(truth) out
 * of fold (M. Sadinle, J. Lei, L. Wasserman 2019: the smallest sets on average), and the likeliest one
 * in any case. */
#ifndef MLP_CONFORMAL_H
#define MLP_CONFORMAL_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/evaluate.h"
#include "mlp/model.h"

MLP_BEGIN_DECLS

/** How many rows out of fold a model keeps scores of; 0: it was trained without folds. */
MLP_API size_t mlp_model_conformal_rows(const mlp_model *model);

/** Opaque. */
typedef struct mlp_conformal mlp_conformal;

/** What the model's scores come to at a coverage between 0 and 1, such as 0.9; the model must outlive
 * it. Free with mlp_conformal_free. Errors: MLP_ERROR_ARGUMENT (a model without scores; a coverage that
 * cannot be, or is more than so many rows can promise, which is rows / (rows + 1)), MLP_ERROR_MEMORY.
 */
MLP_API mlp_status mlp_conformal_create(const mlp_model *model, double coverage,
                                        mlp_conformal **conformal, mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_conformal_free(mlp_conformal *conformal);

/** Regression: the ends of the interval of each target in each row, in its units, rows x
 * mlp_model_target_count each. NaN where there is no prediction. Ends of targets that are counts are
 * at least 0. */
MLP_API void mlp_conformal_intervals(const mlp_conformal *conformal,
                                     const mlp_predictions *predictions, double *lower,
                                     double *upper);

/** Classification: for each row and label, rows x mlp_model_label_count, whether the label is in the
 * row's set. No label is in that of a row without a prediction. */
MLP_API void mlp_conformal_sets(const mlp_conformal *conformal, const mlp_predictions *predictions,
                                bool *holds);

/** What became of the promise in rows whose truth is known. */
typedef struct mlp_coverage {
    size_t rows;
    /** The share of them whose truth was held; that of a row without a prediction is not. */
    double coverage;
    /** Mean width of the interval, in units of the target, or mean number of labels in the set, of
     * the rows that have a prediction; NaN: none has. */
    double size;
} mlp_coverage;

/** Adds rows of the model to those that are counted. The outcomes are not needed afterwards. One
 * thread at a time. */
MLP_API void mlp_conformal_add(mlp_conformal *conformal, const mlp_outcomes *outcomes);
/** An earlier name of mlp_conformal_add. */
MLP_API void mlp_conformal_judge(mlp_conformal *conformal, const mlp_outcomes *outcomes);
/** Of all rows that were added; of a target, or 0 where there are labels. coverage is NaN without
 * rows. */
MLP_API mlp_coverage mlp_conformal_coverage(const mlp_conformal *conformal, size_t target);

MLP_END_DECLS

#endif
