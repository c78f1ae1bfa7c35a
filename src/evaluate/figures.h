/* SPDX-License-Identifier: MIT */
/* All figures of outcomes in which each row counts any number of times: once each for an
 * evaluation, as often as it was drawn for a bootstrap resample. */
#ifndef MLPI_FIGURES_H
#define MLPI_FIGURES_H

#include "evaluate/ranking.h"

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

/** What each row brings to the figures, worked out once. */
typedef struct mlpi_scorer {
    const mlp_outcomes *outcomes;
    double *surprise, *brier; /* classification: -ln p(truth), squared error of the probabilities */
    double *gap;              /* 1 or 0 - the probability that is calibrated */
    uint8_t *bin;             /* its bin */
    mlpi_ranking ranking;     /* two labels whose scores have an order; else of no rows */
    uint8_t *positive;        /* in the ranking's order */
    double *center;           /* regression: mean truth of each target */
} mlpi_scorer;

/** Room to count in; one for each thread. */
typedef struct mlpi_tally {
    uint32_t *counts; /* of each row; set by the user */
    size_t *labels;   /* hits, true rows, predicted rows of each label */
} mlpi_tally;

/** `outcomes` must outlive the scorer. With `ranks` also auc and average_precision, which sort the
 * rows. */
mlp_status mlpi_scorer_init(const mlp_outcomes *outcomes, bool ranks, mlpi_scorer *scorer,
                            mlp_error *err);
void mlpi_scorer_release(mlpi_scorer *scorer);
/** False: out of memory; release it all the same. */
bool mlpi_tally_init(const mlp_outcomes *outcomes, mlpi_tally *tally);
void mlpi_tally_release(mlpi_tally *tally);

/** The figures (MLP_METRICS of them) of rows 0.. that count tally->counts[r] times; NaN: does not
 * apply, or not defined. */
void mlpi_scorer_figures(const mlpi_scorer *scorer, mlpi_tally *tally, double *figures);

/** The figures of all rows, each counting once. */
mlp_status mlpi_figures(const mlp_outcomes *outcomes, bool ranks, double *figures, mlp_error *err);

#endif
