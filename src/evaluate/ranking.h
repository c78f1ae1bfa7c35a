/* SPDX-License-Identifier: MIT */
/* Rows by falling score, equal scores in one step: what every metric over thresholds is made of;
 * with the order of the rows, or of sorted scores alone. */
#ifndef MLPI_RANKING_H
#define MLPI_RANKING_H

#include <stdint.h>

#include "mlp/curves.h"

/** Rows of one score. */
typedef struct mlpi_step_of_scores {
    double score;
    size_t rows, positives; /* of this score or more */
} mlpi_step_of_scores;

typedef struct mlpi_ranking {
    size_t rows, positives, count;
    size_t *order; /* rows by falling score, of equals the earlier first */
    mlpi_step_of_scores *steps;
} mlpi_ranking;

/** Without labels (NULL) there are no positives. MLP_ERROR_DATA: no rows, or a score that is not a
 * number. */
mlp_status mlpi_ranking_init(const mlp_scores *scores, mlpi_ranking *ranking, mlp_error *err);
void mlpi_ranking_release(mlpi_ranking *ranking);

/** Scores of the rows that do not have a label, and of those that have it, each ascending, to be
 * gone through together from the highest on. */
typedef struct mlpi_descent {
    const double *negative, *positive;
    size_t negatives, positives; /* still to come */
} mlpi_descent;

/** The rows of one score. */
typedef struct mlpi_same_score {
    double score;
    size_t negatives, positives;
} mlpi_same_score;

/** The next lower score. false: there is none. */
bool mlpi_descend(mlpi_descent *scores, mlpi_same_score *same);
/** The same of the evaluator of two labels that is finished; the lists remain its own. false: it has
 * none, or they have no order. */
bool mlpi_evaluator_scores(const mlp_evaluator *evaluator, mlpi_descent *scores);

#endif
