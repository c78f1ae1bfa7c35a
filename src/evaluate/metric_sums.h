/* SPDX-License-Identifier: MIT */
/* All metrics of rows. A row counts any number of times: once in an evaluation, and as often as it
 * was drawn in a bootstrap resample. The metrics are computed from sums over rows, which may be
 * added in parts, and from the order of the scores. */
#ifndef MLPI_METRIC_SUMS_H
#define MLPI_METRIC_SUMS_H

#include <stdint.h>

#include "mlp/evaluate.h"

/** Places in an array of MLP_METRICS metrics, in the order in which metrics are printed. */
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

/** The contributions of each row to the metrics, computed once. Their size depends on the number of
 * labels only if all labels are ranked against the others. Initialise the struct with zeros. */
typedef struct mlpi_scored {
    size_t rows, room;
    mlp_task task; /* task, width, levels and level are those of the outcomes that were added */
    size_t width, levels;
    size_t ranked;     /* number of labels that are ranked against the others: one of two; all of 3
                      to MLP_AUC_LABELS; none of more */
    size_t looked_for; /* the one of two labels that is ranked against the other */
    double *level;
    double *loss;              /* NULL: not known */
    size_t *label, *predicted; /* classification: as in mlp_outcomes */
    double *log_loss, *brier; /* classification: -ln p(truth), squared error of the probabilities */
    double *gap;  /* classification: truth (1 or 0) - probability, for the calibration error */
    uint8_t *bin; /* classification: the calibration bin of the probability in `gap` */
    /* classification: number of labels that are more probable than the true one, or equally
     * probable and before it; 255: at least 255, or there are no probabilities */
    uint8_t *place;
    double *score; /* classification: rows x ranked, the probabilities of the ranked labels */
    double *truth, *values, *quantile; /* regression: as in mlp_outcomes */
    double *center; /* regression: a value near the truth of each target, that of the first row */
} mlpi_scored;

/** Adds rows first .. first + count - 1 of outcomes, which have the task, width and levels of those
 * added before. Errors: MLP_ERROR_MEMORY, after which `scored` can only be released. */
mlp_status mlpi_scored_add(mlpi_scored *scored, const mlp_outcomes *outcomes, size_t first,
                           size_t count, mlp_error *err);
void mlpi_scored_release(mlpi_scored *scored);
/** The number of the i-th label that is ranked, i < ranked. */
size_t mlpi_scored_ranked(const mlpi_scored *scored, size_t i);

/** Sums over rows for one target; an error is prediction - truth. */
typedef struct mlpi_target_sums {
    double squares, absolute;   /* of error^2 and |error| */
    double error, relative;     /* of the error; of |error / truth| where the truth is not 0 */
    uint64_t nonzero;           /* number of rows whose truth is not 0 */
    double off, off_squares;    /* of truth - center; of (truth - center)^2 */
    double *pinball, *coverage; /* for each level: pinball loss; rows at or below its quantile */
    double inside, width;       /* rows between the outer quantiles; distance of these quantiles */
} mlpi_target_sums;

/** Sums over rows. */
typedef struct mlpi_sums {
    uint64_t rows;
    double loss, log_loss, brier, gaps[10], pinball;
    uint64_t top_3, top_5;           /* rows whose label is among the 3 or 5 most probable */
    size_t *hits, *truths, *guesses; /* for each label, as in mlpi_tally */
    mlpi_target_sums *targets;
    double *levels; /* memory of the targets' `pinball` and `coverage` */
} mlpi_sums;

/** Makes sums over no rows yet, for rows like those of `scored`. false: out of memory; release the
 * sums even then. */
bool mlpi_sums_init(const mlpi_scored *scored, mlpi_sums *sums);
void mlpi_sums_clear(const mlpi_scored *scored, mlpi_sums *sums);
void mlpi_sums_release(mlpi_sums *sums);
/** Adds the rows from `first` on: row r counts[r] times, or once if counts is NULL. */
void mlpi_sums_add(mlpi_sums *sums, const mlpi_scored *scored, size_t first,
                   const uint32_t *counts);
/** Computes the MLP_METRICS metrics, except for those that need an order of the rows; NaN: the
 * metric does not apply, or is not defined. */
void mlpi_sums_metrics(const mlpi_sums *sums, const mlpi_scored *scored, double *metrics);
/** R² of one target, 1 - mean squared error / spread; NaN if the truth is constant. *spread is the
 * mean squared distance of the truth from its mean; `spread` may be NULL. */
double mlpi_sums_r2(const mlpi_target_sums *target, double rows, double *spread);

/** Sums over rows in the order of a label's scores, for the metrics that need it; zeros before the
 * first step. `won`: pairs in which a row with the label has the higher score. */
typedef struct mlpi_ranks {
    double positives, negatives, won, precision;
} mlpi_ranks;

/** Adds the rows of the next lower score: the numbers of rows with the label and without it. */
void mlpi_ranks_step(mlpi_ranks *ranks, uint64_t positives, uint64_t negatives);
/** Computes auc and average_precision from the ranks of all labels that are ranked. */
void mlpi_ranks_metrics(const mlpi_ranks *ranks, size_t ranked, double *metrics);

/** Computes metric i < MLP_METRICS of all rows, each of which counts once. Of two labels,
 * `looked_for` is ranked against the other. Errors: MLP_ERROR_DATA (no rows), MLP_ERROR_MEMORY. */
mlp_status mlpi_metric_of(const mlp_outcomes *outcomes, size_t looked_for, size_t i, double *metric,
                          mlp_error *err);
/** Does what mlp_evaluate_outcomes does, but looks for `looked_for` if there are two labels. */
mlp_status mlpi_evaluate_for(const mlp_outcomes *outcomes, size_t looked_for,
                             mlp_evaluation *evaluation, mlp_error *err);
/** Calls mlp_evaluator_look_for, unless it has been called before or rows have been added. */
void mlpi_evaluator_look_for_usual(mlp_evaluator *evaluator, size_t label);
/** The rows of an evaluator that keeps them. */
const mlpi_scored *mlpi_evaluator_rows(const mlp_evaluator *evaluator);
/** The MLP_METRICS metrics of an evaluator; NULL: the evaluator is not finished. */
const double *mlpi_evaluator_metrics(const mlp_evaluator *evaluator);

/* metric_table.c, in addition to its public functions; i < MLP_METRICS. */
void mlpi_metric_put(mlp_evaluation *evaluation, size_t i, double value);
/** Whether metric i needs an order of the rows. */
bool mlpi_metric_is_ordered(size_t i);
/** Whether neither a higher nor a lower value of metric i is better. */
bool mlpi_metric_is_neutral(size_t i);
/** The name for readers, such as "log loss", of a metric of all rows or of one label; an unknown
 * name is returned as it is. */
const char *mlpi_metric_shown(const char *name);
/** Whether metric i is never above 1. */
bool mlpi_metric_is_up_to_1(size_t i);

#endif
