/* SPDX-License-Identifier: MIT */
/* All figures of rows in which each counts any number of times: once each for an evaluation, as
 * often as it was drawn for a bootstrap resample. They are sums over rows, which may come in pieces,
 * and what the order of the scores tells. */
#ifndef MLPI_FIGURES_H
#define MLPI_FIGURES_H

#include <stdint.h>

#include "mlp/evaluate.h"

/** Places in an array of MLP_METRICS figures, in the order they are printed. */
enum {
    MLPI_ACCURACY,
    MLPI_LOG_LOSS,
    MLPI_MACRO_F1,
    MLPI_AUC,
    MLPI_AVERAGE_PRECISION,
    MLPI_BRIER,
    MLPI_CALIBRATION_ERROR,
    MLPI_LOG_LIKELIHOOD,
    MLPI_RMSE,
    MLPI_MAE,
    MLPI_R2,
    MLPI_PINBALL_LOSS,
    MLPI_LOSS
};

/** What each row brings to the figures, worked out once. It does not grow with the number of
 * labels. Begin with zeros. */
typedef struct mlpi_judged {
    size_t rows, room;
    mlp_task task; /* of the outcomes that were added, like the rest: */
    size_t width, levels;
    double *level;
    double *loss;                      /* NULL: not known */
    size_t *label, *predicted;         /* classification: */
    double *surprise, *brier;          /* -ln p(truth), squared error of the probabilities */
    double *gap;                       /* 1 or 0 - the probability that is calibrated */
    uint8_t *bin;                      /* its bin */
    double *score;                     /* two labels: the probability of the second */
    double *truth, *values, *quantile; /* regression: as in mlp_outcomes */
    double *center; /* of each target a value near the truth: that of the first row */
} mlpi_judged;

/** Adds rows first .. first + count - 1 of outcomes, which are like those that were added before.
 * Errors: MLP_ERROR_MEMORY; then it can only be released. */
mlp_status mlpi_judged_add(mlpi_judged *judged, const mlp_outcomes *outcomes, size_t first,
                           size_t count, mlp_error *err);
void mlpi_judged_release(mlpi_judged *judged);

/** Of the rows of one target. */
typedef struct mlpi_target_sums {
    double squares, absolute;   /* of the error */
    double off, off_squares;    /* of the truth - its center */
    double *pinball, *coverage; /* of each level: the loss; rows at or below it */
} mlpi_target_sums;

/** Sums over rows. */
typedef struct mlpi_sums {
    uint64_t rows;
    double loss, surprise, brier, gaps[10], pinball;
    size_t *hits, *truths, *guesses; /* of each label: right, true and predicted rows */
    mlpi_target_sums *targets;
    double *levels; /* that the targets' lie in */
} mlpi_sums;

/** Sums of no rows, for rows like these. false: out of memory; release it all the same. */
bool mlpi_sums_init(const mlpi_judged *judged, mlpi_sums *sums);
void mlpi_sums_clear(const mlpi_judged *judged, mlpi_sums *sums);
void mlpi_sums_release(mlpi_sums *sums);
/** Adds the rows from `first` on, each counts[r] times; NULL: once. */
void mlpi_sums_add(mlpi_sums *sums, const mlpi_judged *judged, size_t first,
                   const uint32_t *counts);
/** The figures (MLP_METRICS of them) but those of the order of scores; NaN: does not apply, or not
 * defined. */
void mlpi_sums_figures(const mlpi_sums *sums, const mlpi_judged *judged, double *figures);
/** 1 - squares / spread of one target, NaN where the truth is constant; *spread (nullable) is the
 * mean squared distance of the truth from its mean. */
double mlpi_sums_r2(const mlpi_target_sums *target, double rows, double *spread);

/** What the order of the scores of two labels tells; zeros before the first step. */
typedef struct mlpi_ranks {
    double positives, negatives, won, precision;
} mlpi_ranks;

/** Adds the rows of the next lower score: so many of the second label, and of the first. */
void mlpi_ranks_step(mlpi_ranks *ranks, uint64_t positives, uint64_t negatives);
void mlpi_ranks_figures(const mlpi_ranks *ranks, double *figures);

/** The figures of all rows, each counting once; `ranks`: also auc and average_precision, which sort
 * the rows. Errors: MLP_ERROR_DATA (no rows), MLP_ERROR_MEMORY. */
mlp_status mlpi_figures(const mlp_outcomes *outcomes, bool ranks, double *figures, mlp_error *err);
/** The rows of an evaluator that keeps them. */
const mlpi_judged *mlpi_evaluator_rows(const mlp_evaluator *evaluator);

#endif
