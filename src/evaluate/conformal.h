/* SPDX-License-Identifier: MIT */
/* Conformal scores of rows whose truth is known: how strange the truth of each row was to a model
 * that had not seen the row. With a known probability, the score of a new row does not exceed a
 * given quantile of these scores (V. Vovk, A. Gammerman, G. Shafer 2005). */
#ifndef MLPI_CONFORMAL_H
#define MLPI_CONFORMAL_H

#include "base/base.h"

enum { MLPI_MOST_POINTS = 1000, MLPI_MOST_SCORES = 100000 };

/** Ascending lists of scores, one for each target. Of many scores only some are kept: the score at
 * place j of `points` has rank ceil((j + 1) rows / points) among all scores, so the last score that
 * is kept is the largest of all. */
typedef struct mlpi_conformal {
    size_t rows; /* number of rows that had scores; 0: there are no scores */
    size_t lists, points;
    double *score; /* lists x points */
} mlpi_conformal;

/** The number of scores that each list keeps of `rows` rows. */
size_t mlpi_conformal_points(size_t rows, size_t lists);
/** Allocates lists for the scores of `rows` >= 1 rows. Release `conformal` even after an error.
 * Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_conformal_init(mlpi_conformal *conformal, size_t rows, size_t lists,
                               mlp_error *err);
void mlpi_conformal_release(mlpi_conformal *conformal);
mlp_status mlpi_conformal_copy(const mlpi_conformal *from, mlpi_conformal *to, mlp_error *err);

/** Fills a list from the finite scores of all rows, which it sorts. Scores are rounded to six
 * digits. */
void mlpi_conformal_keep(mlpi_conformal *conformal, size_t list, double *scores);

/** The largest coverage that the number of rows can guarantee. */
double mlpi_conformal_most(const mlpi_conformal *conformal);
/** The score that a new row exceeds with a probability of at most 1 - coverage: that of rank
 * ceil(coverage (rows + 1)), or the next higher one that is kept. coverage: above 0, and at most
 * mlpi_conformal_most. */
double mlpi_conformal_quantile(const mlpi_conformal *conformal, size_t list, double coverage);

#endif
