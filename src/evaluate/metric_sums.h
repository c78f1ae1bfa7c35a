/* SPDX-License-Identifier: MIT */
/* All metrics of rows in which each counts any number of times: once each for an evaluation, as
 * often as it was drawn for a bootstrap resample. They are sums over rows, which may come in pieces,
 * and what the order of the scores tells. */
#ifndef MLPI_METRIC_SUMS_H
#define MLPI_METRIC_SUMS_H

#include <stdint.h>

#include "mlp/evaluate.h"

/** Places in an array of MLP_METRICS metrics, in the order they are printed. */
enum {
    MLPI_ACCURACY,
    MLPI_BALANCED_ACCURACY,
    MLPI_LOG_LOSS,
    MLPI_MACRO_F1,
    MLPI_AUC,
    MLPI_CALIBRATION_ERROR,
    MLPI_MCC,
    MLPI_KAPPA,
    MLPI_WEIGHTED_F1,
    MLPI_TOP_3_ACCURACY,
    MLPI_TOP_5_ACCURACY,
    MLPI_AVERAGE_PRECISION,
    MLPI_BRIER,
    MLPI_LOG_LIKELIHOOD,
    MLPI_RMSE,
    MLPI_MAE,
    MLPI_R2,
    MLPI_PINBALL_LOSS,
    MLPI_INTERVAL_COVERAGE,
    MLPI_INTERVAL_WIDTH,
    MLPI_MEDIAN_ABSOLUTE_ERROR,
    MLPI_MAPE,
    MLPI_EXPLAINED_VARIANCE,
    MLPI_LOSS
};

/** What each row brings to the metrics, worked out once. It grows with the number of labels only as
 * long as each is ranked against the rest. Begin with zeros. */
typedef struct mlpi_scored {
    size_t rows, room;
    mlp_task task; /* of the outcomes that were added, like the rest: */
    size_t width, levels;
    size_t ranked;     /* labels that are ranked against the rest: one of two; of 3 to
                      MLP_AUC_LABELS, all; of more, none */
    size_t looked_for; /* of two labels the one that is ranked against the other */
    double *level;
    double *loss;              /* NULL: not known */
    size_t *label, *predicted; /* classification: */
    double *log_loss, *brier;  /* -ln p(truth), squared error of the probabilities */
    double *gap;               /* 1 or 0 - the probability that is calibrated */
    uint8_t *bin;              /* its bin */
    uint8_t *
        place; /* how many labels are more probable than the true one, or as probable and before it, 255: that many, or
                       there are no probabilities */
    double *score;                     /* rows x ranked: the probabilities of those labels */
    double *truth, *values, *quantile; /* regression: as in mlp_outcomes */
    double *center; /* of each target a value near the truth: that of the first row */
} mlpi_scored;

/** Adds rows first .. first + count - 1 of outcomes, which are like those that were added before.
 * Errors: MLP_ERROR_MEMORY; then it can only be released. */
mlp_status mlpi_scored_add(mlpi_scored *scored, const mlp_outcomes *outcomes, size_t first,
                           size_t count, mlp_error *err);
void mlpi_scored_release(mlpi_scored *scored);
/** The i-th label that is ranked, i < ranked. */
size_t mlpi_scored_ranked(const mlpi_scored *scored, size_t i);

/** Of the rows of one target. */
typedef struct mlpi_target_sums {
    double squares, absolute;   /* of the error */
    double error, relative;     /* the error; its size as a share of the truth's, of */
    uint64_t nonzero;           /* rows whose truth is not 0 */
    double off, off_squares;    /* of the truth - its center */
    double *pinball, *coverage; /* of each level: the loss; rows at or below it */
    double inside, width;       /* rows within the outer levels; how far these are apart */
} mlpi_target_sums;

/** Sums over rows. */
typedef struct mlpi_sums {
    uint64_t rows;
    double loss, log_loss, brier, gaps[10], pinball;
    uint64_t top_3, top_5;           /* rows whose label is among the most probable */
    size_t *hits, *truths, *guesses; /* of each label: right, true and predicted rows */
    mlpi_target_sums *targets;
    double *levels; /* that the targets' lie in */
} mlpi_sums;

/** Sums of no rows, for rows like these. false: out of memory; release it all the same. */
bool mlpi_sums_init(const mlpi_scored *scored, mlpi_sums *sums);
void mlpi_sums_clear(const mlpi_scored *scored, mlpi_sums *sums);
void mlpi_sums_release(mlpi_sums *sums);
/** Adds the rows from `first` on, row r counts[r] times, or once where counts is NULL. */
void mlpi_sums_add(mlpi_sums *sums, const mlpi_scored *scored, size_t first,
                   const uint32_t *counts);
/** The metrics (MLP_METRICS of them) but those of an order of the rows; NaN: does not apply, or not
 * defined. */
void mlpi_sums_metrics(const mlpi_sums *sums, const mlpi_scored *scored, double *metrics);
/** 1 - squares / spread of one target, NaN where the truth is constant; *spread (nullable) is the
 * mean squared distance of the truth from its mean. */
double mlpi_sums_r2(const mlpi_target_sums *target, double rows, double *spread);

/** What the order of the rows by the score of a label tells; zeros before the first step. */
typedef struct mlpi_ranks {
    double positives, negatives, won, precision;
} mlpi_ranks;

/** Adds the rows of the next lower score: so many that have the label, and that do not. */
void mlpi_ranks_step(mlpi_ranks *ranks, uint64_t positives, uint64_t negatives);
/** auc and average_precision from the ranks of every label that is ranked. */
void mlpi_ranks_metrics(const mlpi_ranks *ranks, size_t ranked, double *metrics);

/** One metric of all rows, each counting once: i < MLP_METRICS; of two labels `looked_for` is ranked
 * against the other. Errors: MLP_ERROR_DATA (no rows), MLP_ERROR_MEMORY. */
mlp_status mlpi_metric_of(const mlp_outcomes *outcomes, size_t looked_for, size_t i, double *metric,
                          mlp_error *err);
/** mlp_evaluate_outcomes, of two labels for that one. */
mlp_status mlpi_evaluate_for(const mlp_outcomes *outcomes, size_t looked_for,
                             mlp_evaluation *evaluation, mlp_error *err);
/** mlp_evaluator_look_for, where nobody has called that yet and there are no rows. */
void mlpi_evaluator_look_for_usual(mlp_evaluator *evaluator, size_t label);
/** The rows of an evaluator that keeps them. */
const mlpi_scored *mlpi_evaluator_rows(const mlp_evaluator *evaluator);
/** The metrics of one that is finished (MLP_METRICS of them), else NULL. */
const double *mlpi_evaluator_metrics(const mlp_evaluator *evaluator);

/* metric_table.c, beside what is public of it; i < MLP_METRICS. */
void mlpi_metric_put(mlp_evaluation *evaluation, size_t i, double value);
/** Whether it needs an order of the rows. */
bool mlpi_metric_is_ordered(size_t i);
/** Whether neither more nor less of it is better. */
bool mlpi_metric_is_neutral(size_t i);
/** A metric's name for people, "log loss", also of metrics of one label; a name that is not known is returned. */
const char *mlpi_metric_shown(const char *name);
/** Whether it is never above 1. */
bool mlpi_metric_is_up_to_1(size_t i);

#endif
