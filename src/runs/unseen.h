/* SPDX-License-Identifier: MIT */
/* Outputs out of fold: for each row, the mean outputs of the networks that never saw the row. */
#ifndef MLPI_UNSEEN_H
#define MLPI_UNSEEN_H

#include "runs/crew.h"

typedef struct mlpi_unseen {
    uint32_t *row;  /* numbers among the encoded rows, ascending */
    uint16_t *fold; /* of each row */
    float *outputs; /* count x outputs */
    size_t count;
} mlpi_unseen;

/** Fills in the rows of all folds that have a network. `u` must be zeroed; release it even after a
 * failure. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_unseen_fill(mlpi_unseen *u, const mlpi_crew *crew, mlp_error *err);
void mlpi_unseen_release(mlpi_unseen *u);

/** How many networks of a fold came to an end. */
size_t mlpi_fold_networks(const mlpi_crew *crew, size_t fold);
/** Computes the mean outputs `y` (count x outputs) of the fold's networks (at least one) for the
 * encoded rows with the numbers `row`. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_fold_answer(const mlpi_crew *crew, size_t fold, const uint32_t *row, size_t count,
                            float *y, mlp_error *err);

#endif
