/* SPDX-License-Identifier: MIT */
/* Rows by falling score, equal scores in one step: what every figure over thresholds is made of. */
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

#endif
