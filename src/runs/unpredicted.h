/* SPDX-License-Identifier: MIT */
/* Labels that rows have but that are predicted for no row. */
#ifndef MLPI_UNPREDICTED_H
#define MLPI_UNPREDICTED_H

#include "runs/unseen.h"

/** Gives notice of the rarest label that rows of `u` have but that is predicted for none of them,
 * and of what would help. `decision`: the threshold that the model keeps, if it is known. Errors:
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_tell_unpredicted(const mlpi_crew *crew, const mlpi_unseen *u,
                                 const mlpi_decision *decision, mlp_error *err);

#endif
