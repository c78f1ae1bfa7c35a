/* SPDX-License-Identifier: MIT */
/* Figures of merit on plain arrays. Those that do not apply are NaN. */
#ifndef MLPI_METRICS_H
#define MLPI_METRICS_H

#include "mlp/evaluate.h"

/** Share of rows with predicted = truth. */
double mlpi_accuracy(const size_t *truth, const size_t *predicted, size_t rows);
/** counts[truth * labels + predicted]; counts is zeroed first. Rows without a prediction
 * (MLP_NO_LABEL) are not counted. */
void mlpi_confusion(const size_t *truth, const size_t *predicted, size_t rows, size_t labels,
                    size_t *counts);
/** Precision, recall and F1 of every label (0 where undefined) from how many rows are right, have
 * the label, with and without a prediction, and are predicted to have it. */
void mlpi_label_scores(const size_t *hits, const size_t *true_rows, const size_t *predicted_rows,
                       size_t labels, double *precision, double *recall, double *f1);
/** Mean F1 = 2 hits / (true + predicted rows) of the labels that occur in truth or prediction. */
double mlpi_macro_f1(const size_t *hits, const size_t *true_rows, const size_t *predicted_rows,
                     size_t labels);
/** Rows without a prediction: their values are NaN, or where there are labels alone, those tell.
 * *first is the first of them, undefined when there are none. */
size_t mlpi_unanswered(const mlp_outcomes *outcomes, size_t *first);
/** -ln p with p clipped to [1e-15, 1]; not a number stays so. */
double mlpi_surprise(double p);

/** Column t of rows x width arrays. */
typedef struct mlpi_regression {
    double rmse, mae, r2, spread; /* spread: RMSE of always answering the mean */
} mlpi_regression;
mlpi_regression mlpi_regression_scores(const double *truth, const double *predicted, size_t rows,
                                       size_t width, size_t t);

/** What predicting p for the q-quantile of t costs: q (t - p) where p < t, else (1 - q) (p - t)
 * (R. Koenker, G. Bassett 1978). */
double mlpi_pinball(double q, double t, double p);

#endif
