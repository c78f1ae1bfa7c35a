/* SPDX-License-Identifier: MIT */
/* What averaging over the folds does to the answers. Rows out of fold cannot show it, since a row
 * is unseen by the networks of one fold only; so it is measured on rows that networks saw. */
#ifndef MLPI_AVERAGING_H
#define MLPI_AVERAGING_H

#include "runs/unseen.h"

/** Some rows, and how networks that saw them answer. */
typedef struct mlpi_seen {
    size_t count, folds; /* folds that have networks; with fewer than three, count is 0 */
    uint32_t *row;       /* numbers among the encoded rows, ascending */
    uint16_t *fold;      /* of each row */
    float *y;            /* count x outputs: answers of one fold at a time */
    float *one;          /* the same of the fold after the row's own */
    float *mean;         /* the mean answers of all folds but the row's own */
} mlpi_seen;

/** Fills `s`, which begins zeroed; release it in any case. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_seen_fill(mlpi_seen *s, const mlpi_crew *crew, const mlpi_unseen *u,
                          mlp_error *err);
void mlpi_seen_release(mlpi_seen *s);
/** How many times as much the mean of all F folds reduces the variance of one fold as the mean of
 * F - 1 does, which rows that were seen show: the mean of F reduces it in proportion to 1 - 1/F. */
double mlpi_averaging_share(const mlpi_seen *s);

/** The mean of all networks is less sure than the networks of one fold, and more often right: it
 * needs only this share of the temperature that suits one fold. Rows learnt by heart make both
 * surer, so their ratio is used: with T the best temperature on rows that were seen, of one fold
 * and of the mean of all that saw the row,
 *      share = (T(mean of F - 1 folds) / T(one fold))^((1 - 1/F) / (1 - 1/(F - 1))).
 * It is 1 if fewer than three folds have networks. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_averaging(const mlpi_crew *crew, const mlpi_unseen *u, double *share,
                          mlp_error *err);

#endif
