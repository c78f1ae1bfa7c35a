/* SPDX-License-Identifier: MIT */
/* Figures of merit on plain arrays. Those that do not apply are NaN. */
#ifndef MLPI_METRICS_H
#define MLPI_METRICS_H

#include <stddef.h>

/** Share of rows with predicted = truth. */
double mlpi_accuracy(const size_t *truth, const size_t *predicted, size_t rows);
/** counts[truth * labels + predicted]; counts is zeroed first. */
void mlpi_confusion(const size_t *truth, const size_t *predicted, size_t rows, size_t labels,
                    size_t *counts);
/** Precision, recall and F1 of every label from the confusion counts (0 where undefined); returns
 * the mean F1 of the labels that occur in truth or prediction. */
double mlpi_label_scores(const size_t *counts, size_t labels, double *precision, double *recall,
                         double *f1);
/** Sum of ln p(true label), p (rows x labels) clipped to [1e-15, 1]. */
double mlpi_log_likelihood(const size_t *truth, const double *p, size_t rows, size_t labels);
/** Area under the ROC curve of `score` for truth 1 against 0: the Mann-Whitney statistic, ties
 * counted half (J. A. Hanley, B. J. McNeil 1982). NaN when only one label occurs or out of memory.
 */
double mlpi_auc(const size_t *truth, const double *score, size_t rows);
/** Share of the most frequent label. */
double mlpi_majority(const size_t *truth, size_t rows, size_t labels);

/** Column t of rows x width arrays. */
typedef struct mlpi_regression {
    double rmse, mae, r2, spread; /* spread: RMSE of always answering the mean */
} mlpi_regression;
mlpi_regression mlpi_regression_scores(const double *truth, const double *predicted, size_t rows,
                                       size_t width, size_t t);

#endif
