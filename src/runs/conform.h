/* SPDX-License-Identifier: MIT */
/* How strange the truth of each row looked to networks that never saw it. */
#ifndef MLPI_CONFORM_H
#define MLPI_CONFORM_H

#include "evaluate/conformal.h"
#include "runs/unseen.h"

/** The scores of mlp/conformal.h of all rows of `u` that have a prediction: of labels by the
 * probabilities, of numbers in the scale of the outputs. Release in any case. Errors:
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_conform(const mlpi_crew *crew, const mlpi_unseen *u, mlpi_conformal *made,
                        mlp_error *err);

#endif
