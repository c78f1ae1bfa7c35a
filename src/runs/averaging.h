/* SPDX-License-Identifier: MIT */
/* What averaging over the folds does to answers. Rows out of fold cannot tell, for each is unseen by one fold alone; so
 * it is measured on rows that were seen. */
#ifndef MLPI_AVERAGING_H
#define MLPI_AVERAGING_H

#include "runs/unseen.h"

/** Some rows, and how networks that saw them answer. */
typedef struct mlpi_seen {
    size_t count, folds; /* folds that have networks; with fewer than three there are no rows */
    uint32_t *row;       /* among those that are encoded, ascending */
    uint16_t *fold;      /* that each row is of */
    float *y;            /* count x outputs: of one fold; in turn */
    float *one;          /* of the next fold behind that of the row */
    float *mean;         /* of all folds but that of the row */
} mlpi_seen;

/** `s` is 0; release it in any case. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_seen_fill(mlpi_seen *s, const mlpi_crew *crew, const mlpi_unseen *u,
                          mlp_error *err);
void mlpi_seen_release(mlpi_seen *s);
/** How much more the mean of all F folds takes away from the variance of one than that of F - 1, which rows that were
 * seen show: it goes with 1 - 1/F. */
double mlpi_averaging_share(const mlpi_seen *s);

/** The mean of all networks is less sure than those of one fold, and more often right: of the
 * temperature that suits a fold's networks it needs but this share. What was learnt by heart makes
 * both surer, so that their relation is taken: with T the best temperature on rows that were seen, of
 * one fold and of the mean of all that saw the row,
 *      share = (T(mean of F - 1 folds) / T(one fold))^((1 - 1/F) / (1 - 1/(F - 1))).
 * 1 where fewer than three folds have networks. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_averaging(const mlpi_crew *crew, const mlpi_unseen *u, double *share,
                          mlp_error *err);

#endif
