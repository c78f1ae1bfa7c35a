/* SPDX-License-Identifier: MIT */
/* Scores of rows whose truth is known: how strange each truth looked to those who had not seen it. A
 * new row is as strange as at most so many of them with a known probability (V. Vovk, A. Gammerman,
 * G. Shafer 2005). */
#ifndef MLPI_CONFORMAL_H
#define MLPI_CONFORMAL_H

#include "base/base.h"

enum { MLPI_MOST_POINTS = 1000, MLPI_MOST_SCORES = 100000 };

/** Lists of scores, for each target one, ascending; of many scores only some are kept. Those at
 * place j of `points` is the one of rank ceil((j + 1) rows / points) among all: the last is the
 * largest. */
typedef struct mlpi_conformal {
    size_t rows; /* that had scores; 0: nothing is known */
    size_t lists, points;
    double *score; /* lists x points */
} mlpi_conformal;

/** How many scores are kept of so many rows. */
size_t mlpi_conformal_points(size_t rows, size_t lists);
/** Room for lists of scores of so many rows >= 1. Release in any case. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_conformal_init(mlpi_conformal *conformal, size_t rows, size_t lists,
                               mlp_error *err);
void mlpi_conformal_release(mlpi_conformal *conformal);
mlp_status mlpi_conformal_copy(const mlpi_conformal *from, mlpi_conformal *to, mlp_error *err);

/** Keeps a list of the scores of all rows, finite, which are sorted; to six digits. */
void mlpi_conformal_keep(mlpi_conformal *conformal, size_t list, double *scores);

/** The largest coverage that so many rows can promise. */
double mlpi_conformal_most(const mlpi_conformal *conformal);
/** The score that a new row exceeds with probability 1 - coverage at most: that of rank
 * ceil(coverage (rows + 1)), or the next that is kept. coverage: above 0, and at most
 * mlpi_conformal_most. */
double mlpi_conformal_quantile(const mlpi_conformal *conformal, size_t list, double coverage);

#endif
