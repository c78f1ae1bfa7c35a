/* SPDX-License-Identifier: MIT */
/* Rows by falling score, with equal scores in one step: the basis of all metrics over thresholds. A
 * ranking knows the order of the rows, a descent only the sorted scores. */
#ifndef MLPI_RANKING_H
#define MLPI_RANKING_H

#include <stdint.h>

#include "mlp/curves.h"

/** The rows of one score. */
typedef struct mlpi_step_of_scores {
    double score;
    size_t rows, positives; /* numbers of those with this score or a higher one */
} mlpi_step_of_scores;

typedef struct mlpi_ranking {
    size_t rows, positives, count;
    size_t *order; /* row numbers by falling score; at equal scores, ascending */
    mlpi_step_of_scores *steps;
} mlpi_ranking;

/** Ranks the rows; without labels (NULL), there are no positives. Errors: MLP_ERROR_DATA (no rows,
 * or a score is NaN), MLP_ERROR_MEMORY. */
mlp_status mlpi_ranking_init(const mlp_scores *scores, mlpi_ranking *ranking, mlp_error *err);
void mlpi_ranking_release(mlpi_ranking *ranking);

/** The scores of the rows without a label, and of those with it, each ascending. mlpi_descend
 * visits both together from the highest score on. */
typedef struct mlpi_descent {
    const double *negative, *positive;
    size_t negatives, positives; /* numbers of scores that are still to be visited */
} mlpi_descent;

/** The numbers of rows without and with the label that have one score. */
typedef struct mlpi_same_score {
    double score;
    size_t negatives, positives;
} mlpi_same_score;

/** Finds the next lower score. false: there is none. */
bool mlpi_descend(mlpi_descent *scores, mlpi_same_score *same);
/** Finds the scores of a finished evaluator of two labels, which keeps ownership of them. false:
 * the evaluator has no scores, or a score is NaN. */
bool mlpi_evaluator_scores(const mlp_evaluator *evaluator, mlpi_descent *scores);

#endif
