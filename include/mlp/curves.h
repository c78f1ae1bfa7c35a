/* SPDX-License-Identifier: MIT */
/* The numbers behind pictures: curves, bins and lists computed from predictions and the truth.
 * Nothing here draws. The caller owns all arrays of results and releases them.
 *
 * Errors of all functions: MLP_ERROR_DATA (no rows, a score that is NaN, only one label where two
 * are needed), MLP_ERROR_ARGUMENT (no bins or parts), MLP_ERROR_MEMORY. */
#ifndef MLP_CURVES_H
#define MLP_CURVES_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/evaluate.h"

MLP_BEGIN_DECLS

/** Scores of one label against the others: row r is positive when label[r] == positive; its score
 * is score[r * stride], larger for rows that look more positive. */
typedef struct mlp_scores {
    const size_t *label;
    size_t positive;
    const double *score;
    size_t stride, rows;
} mlp_scores;

/** The probabilities of label `positive` against the others; a view of `outcomes`. */
MLP_API mlp_scores mlp_outcomes_scores(const mlp_outcomes *outcomes, size_t positive);

/* --- curves over all thresholds --------------------------------------------------------------- */

/** Points of a curve, one for every distinct score, by falling threshold: rows with this score or a
 * higher one are classified as positive. At the first point no row is (threshold infinity). */
typedef struct mlp_curve {
    size_t count;
    double *x, *y, *threshold;
    double area; /**< area under the whole curve, even after thinning */
} mlp_curve;

/** Receiver operating characteristic: x = false positive rate, y = true positive rate, from (0, 0)
 * to (1, 1). area: AUC by trapezoids, which is the Mann-Whitney statistic with ties counted half
 * (J. A. Hanley, B. J. McNeil 1982). Needs rows of both kinds. */
MLP_API mlp_status mlp_roc_curve(const mlp_scores *scores, mlp_curve *curve, mlp_error *err);

/** x = recall, y = precision; the first point is (0, 1). area: average precision, the sum of (R_n -
 * R_(n-1)) P_n, without interpolation (J. Davis, M. Goadrich 2006 say why). Needs a positive
 * row. */
MLP_API mlp_status mlp_precision_recall_curve(const mlp_scores *scores, mlp_curve *curve,
                                              mlp_error *err);

/** Keeps at most `points` >= 2 points, evenly along the curve's length, always with the first and
 * the last; for pictures. */
MLP_API void mlp_curve_thin(mlp_curve *curve, size_t points);
MLP_API void mlp_curve_release(mlp_curve *curve);

/* --- calibration ------------------------------------------------------------------------------ */

typedef enum mlp_bins {
    MLP_BINS_EQUAL_WIDTH = 0, /**< of the interval 0..1 */
    MLP_BINS_EQUAL_COUNT      /**< between quantiles of the scores; equal scores stay together */
} mlp_bins;

/** The rows whose score lies in (low, high]; the first bin includes its low end. */
typedef struct mlp_calibration_bin {
    double low, high;
    size_t rows;
    double predicted, observed; /**< mean score, and share of positives; NaN without rows */
} mlp_calibration_bin;

typedef struct mlp_calibration {
    size_t count;
    mlp_calibration_bin *bins;
    double expected_error; /**< sum of rows_b / rows |observed_b - predicted_b| */
    double maximum_error;  /**< largest |observed_b - predicted_b| */
    double brier;          /**< mean (score - positive)^2 (G. W. Brier 1950) */
} mlp_calibration;

/** Reliability of probabilities (M. P. Naeini, G. F. Cooper, M. Hauskrecht 2015; C. Guo et al.
 * 2017). Scores outside 0..1 are an MLP_ERROR_DATA. */
MLP_API mlp_status mlp_calibration_curve(const mlp_scores *scores, mlp_bins kind, size_t bins,
                                         mlp_calibration *calibration, mlp_error *err);
MLP_API void mlp_calibration_release(mlp_calibration *calibration);

/** For the calibration of K labels at once: correct[r] becomes 1 where the predicted label of row r
 * is the true one, else 0, and confidence[r] its probability. Both must have room for
 * outcomes->rows. Returns them as scores. */
MLP_API mlp_scores mlp_outcomes_confidence(const mlp_outcomes *outcomes, size_t *correct,
                                           double *confidence);

/* --- lift and cumulative gains ---------------------------------------------------------------- */

/** Part i of the rows by falling score. The positives among equal scores count as if spread evenly
 * over them, so that the order of the rows does not matter. */
typedef struct mlp_gain {
    double share;           /**< share of the rows up to the end of this part: (i + 1) / parts */
    double threshold;       /**< the score where the part ends */
    double positive_rate;   /**< share of positives within the part */
    double lift;            /**< positive_rate / that of all rows */
    double gain;            /**< share of all positives up to the end of this part */
    double cumulative_lift; /**< gain / share */
} mlp_gain;

/** Fills gains[0..parts-1]; with 10 parts these are deciles. Needs a positive row. */
MLP_API mlp_status mlp_gains_curve(const mlp_scores *scores, size_t parts, mlp_gain *gains,
                                   mlp_error *err);

/* --- residuals -------------------------------------------------------------------------------- */

/** The rows whose prediction lies in (low, high]; the first bin includes its low end. */
typedef struct mlp_residual_bin {
    double low, high;
    size_t rows;
    double predicted, mean, deviation; /**< mean prediction, mean and deviation of the residuals;
                                            NaN without rows */
} mlp_residual_bin;

enum { MLP_RESIDUAL_QUANTILES = 7 };

/** Residual: truth - prediction, in the target's units. Deviations divide by the number of rows. */
typedef struct mlp_residuals {
    double mean, deviation;
    double quantile[MLP_RESIDUAL_QUANTILES]; /**< at 0, 0.05, 0.25, 0.5, 0.75, 0.95, 1 */
    size_t count;
    mlp_residual_bin *bins; /**< bins with equal numbers of rows, by prediction; equal predictions
                                 stay together */
} mlp_residuals;

/** Residuals of target t of a regression. */
MLP_API mlp_status mlp_residual_summary(const mlp_outcomes *outcomes, size_t t, size_t bins,
                                        mlp_residuals *residuals, mlp_error *err);
MLP_API void mlp_residuals_release(mlp_residuals *residuals);

/* --- the worst mistakes ----------------------------------------------------------------------- */

typedef struct mlp_mistake {
    size_t row;
    double size; /**< classification: -ln p(true label); regression: |residual| */
} mlp_mistake;

/** The `count` rows predicted worst, the worst first; of equals, the earlier row first.
 * Classification: by the smallest probability of the true label (t is ignored); regression: by the
 * residual of target t. A prediction that is NaN is the worst. *found = min(count, rows). */
MLP_API mlp_status mlp_worst_mistakes(const mlp_outcomes *outcomes, size_t t, size_t count,
                                      mlp_mistake *mistakes, size_t *found, mlp_error *err);

MLP_END_DECLS

#endif
