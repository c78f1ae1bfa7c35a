/* SPDX-License-Identifier: MIT */
/* How averaging over the folds changes the outputs. Outputs out of fold cannot show the change,
 * since the networks of only one fold never saw a row; so it is measured on rows that networks
 * saw. */
#ifndef MLPI_AVERAGING_H
#define MLPI_AVERAGING_H

#include "runs/unseen.h"

/** Some rows, and the outputs of networks that saw them. */
typedef struct mlpi_seen {
    size_t count, folds; /* number of folds that have networks; below three, count is 0 */
    uint32_t *row;       /* numbers among the encoded rows, ascending */
    uint16_t *fold;      /* of each row */
    float *y;            /* count x outputs: those of one fold at a time */
    float *one;          /* count x outputs: those of the fold after the row's own */
    float *mean;         /* count x outputs: the mean of all folds except for the row's own */
} mlpi_seen;

/** Fills `s`, which must be zeroed; release it even after a failure. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_seen_fill(mlpi_seen *s, const mlpi_crew *crew, const mlpi_unseen *u,
                          mlp_error *err);
void mlpi_seen_release(mlpi_seen *s);
/** The ratio of two reductions of the variance of one fold: that by the mean of all F folds to that
 * by the mean of F - 1 folds, which rows that were seen show. The mean of F folds reduces the
 * variance in proportion to 1 - 1/F. */
double mlpi_averaging_share(const mlpi_seen *s);

/** The mean of all networks is less sure than the networks of one fold, and more often right: it
 * needs only `share` times the temperature that suits one fold. On rows learnt by heart, both are
 * surer, so the ratio of their temperatures is used: with T the best temperature on seen rows, for
 * one fold and for the mean of all folds that saw the row,
 *      share = (T(mean of F - 1 folds) / T(one fold))^((1 - 1/F) / (1 - 1/(F - 1))).
 * `share` is 1 if fewer than three folds have networks. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_averaging(const mlpi_crew *crew, const mlpi_unseen *u, double *share,
                          mlp_error *err);

#endif
