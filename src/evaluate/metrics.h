/* SPDX-License-Identifier: MIT */
/* Metrics on plain arrays. Those that do not apply are NaN. */
#ifndef MLPI_METRICS_H
#define MLPI_METRICS_H

#include "mlp/evaluate.h"

/** Share of rows with predicted = truth. */
double mlpi_accuracy(const size_t *truth, const size_t *predicted, size_t rows);
/** counts[truth * labels + predicted]; counts is zeroed first. Rows without a prediction
 * (MLP_NO_LABEL) are not counted. */
void mlpi_confusion(const size_t *truth, const size_t *predicted, size_t rows, size_t labels,
                    size_t *counts);
/** Of each label: how many rows are right, have it, with and without a prediction, and are predicted
 * to have it. Rows without a prediction count as predicted to have a label that no row has. */
typedef struct mlpi_tally {
    const size_t *hits, *truths, *guesses;
    size_t labels;
} mlpi_tally;

/** Precision, recall and F1 of every label, 0 where undefined. */
void mlpi_label_scores(const mlpi_tally *tally, double *precision, double *recall, double *f1);
/** Mean F1 = 2 hits / (truths + guesses) of the labels that occur in truth or prediction. */
double mlpi_macro_f1(const mlpi_tally *tally);
/** Mean F1, weighted by truths. */
double mlpi_weighted_f1(const mlpi_tally *tally);
/** Mean recall of the labels that occur in the truth (K. H. Brodersen et al. 2010). */
double mlpi_balanced_accuracy(const mlpi_tally *tally);
/** Matthews correlation coefficient of any number of labels (J. Gorodkin 2004): the correlation of
 * truth and prediction, 0 where the predictions are all one label, NaN where the truth is. */
double mlpi_mcc(const mlpi_tally *tally);
/** Cohen's kappa (1960): agreement beyond that of chance; NaN where chance agrees always. */
double mlpi_kappa(const mlpi_tally *tally);
/** Rows without a prediction: their values are NaN, or where there are labels alone, those tell.
 * *first is the first of them, undefined when there are none. */
size_t mlpi_unanswered(const mlp_outcomes *outcomes, size_t *first);
/** -ln p with p clipped to [1e-15, 1]; not a number stays so. */
double mlpi_log_loss(double p);

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
