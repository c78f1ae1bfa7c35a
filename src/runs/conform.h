/* SPDX-License-Identifier: MIT */
/* How far the truth of each row is from the predictions of networks that never saw the row. */
#ifndef MLPI_CONFORM_H
#define MLPI_CONFORM_H

#include "evaluate/conformal.h"
#include "runs/unseen.h"

/** Computes the scores of mlp/conformal.h for all rows of `u` that have a prediction: for labels
 * from the probabilities, for numbers on the scale of the outputs. Release `made` even after a
 * failure. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_conform(const mlpi_crew *crew, const mlpi_unseen *u, mlpi_conformal *made,
                        mlp_error *err);

#endif
