/* SPDX-License-Identifier: MIT */
/* Metrics of plain arrays. A metric that does not apply is NaN. */
#ifndef MLPI_METRICS_H
#define MLPI_METRICS_H

#include "mlp/evaluate.h"

/** The share of rows whose prediction is the truth. */
double mlpi_accuracy(const size_t *truth, const size_t *predicted, size_t rows);
/** Fills counts[truth * labels + predicted], which is zeroed first. Rows without a prediction
 * (MLP_NO_LABEL) are not counted. */
void mlpi_confusion(const size_t *truth, const size_t *predicted, size_t rows, size_t labels,
                    size_t *counts);
/** For each label, the number of rows that have it and are predicted to have it (hits), that have
 * it, with or without a prediction (truths), and that are predicted to have it (guesses). Rows
 * without a prediction count as predictions of a label that no row has. */
typedef struct mlpi_tally {
    const size_t *hits, *truths, *guesses;
    size_t labels;
} mlpi_tally;

/** Computes precision, recall and F1 of every label, which are 0 where undefined. */
void mlpi_label_scores(const mlpi_tally *tally, double *precision, double *recall, double *f1);
/** Mean F1 = 2 hits / (truths + guesses) of the labels that occur in truth or prediction. */
double mlpi_macro_f1(const mlpi_tally *tally);
/** Mean F1, weighted by truths. */
double mlpi_weighted_f1(const mlpi_tally *tally);
/** Mean recall of the labels that occur in the truth (K. H. Brodersen et al. 2010). */
double mlpi_balanced_accuracy(const mlpi_tally *tally);
/** Matthews correlation coefficient of any number of labels (J. Gorodkin 2004): the correlation of
 * truth and prediction; 0 if all predictions are one label, NaN if all true labels are. */
double mlpi_mcc(const mlpi_tally *tally);
/** Cohen's kappa (1960): agreement beyond chance; NaN if chance always agrees. */
double mlpi_kappa(const mlpi_tally *tally);
/** The number of rows without a prediction: their label is MLP_NO_LABEL, or in regression a value
 * is NaN. *first is the first such row; it is not set if there is none. */
size_t mlpi_unanswered(const mlp_outcomes *outcomes, size_t *first);
/** -ln p with p clipped to [1e-15, 1]; NaN stays NaN. */
double mlpi_log_loss(double p);

/** The metrics of column t of arrays of rows x width numbers. */
typedef struct mlpi_regression {
    double rmse, mae, r2, spread; /* spread: RMSE of always predicting the mean */
} mlpi_regression;
mlpi_regression mlpi_regression_scores(const double *truth, const double *predicted, size_t rows,
                                       size_t width, size_t t);

/** The loss of predicting p for the q-quantile of t: q (t - p) where p < t, else (1 - q) (p - t)
 * (R. Koenker, G. Bassett 1978). */
double mlpi_pinball(double q, double t, double p);

#endif
