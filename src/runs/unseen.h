/* SPDX-License-Identifier: MIT */
/* Outputs out of fold: for each row the mean of the networks that never saw it. */
#ifndef MLPI_UNSEEN_H
#define MLPI_UNSEEN_H

#include "runs/crew.h"

typedef struct mlpi_unseen {
    uint32_t *row;  /* among those that are encoded, ascending */
    uint16_t *fold; /* that each is of */
    float *outputs; /* count x outputs */
    size_t count;
} mlpi_unseen;

/** The rows of all folds that have a network. Release in any case. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_unseen_fill(mlpi_unseen *u, const mlpi_crew *crew, mlp_error *err);
void mlpi_unseen_release(mlpi_unseen *u);

/** How many networks of a fold came to an end. */
size_t mlpi_fold_networks(const mlpi_crew *crew, size_t fold);
/** The outputs (count x outputs) of the mean of the fold's networks, of which there is at least one, for some rows among
 * those that are encoded. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_fold_answer(const mlpi_crew *crew, size_t fold, const uint32_t *row, size_t count,
                            float *y, mlp_error *err);

#endif
