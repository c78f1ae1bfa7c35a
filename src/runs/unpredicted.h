/* SPDX-License-Identifier: MIT */
/* Labels that the rows have and no row gets. */
#ifndef MLPI_UNPREDICTED_H
#define MLPI_UNPREDICTED_H

#include "runs/unseen.h"

/** Tells of the rarest label that rows of `u` have and none is predicted to have, by the decision that the model keeps,
 * if there is one, and what would find it. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_tell_unpredicted(const mlpi_crew *crew, const mlpi_unseen *u,
                                 const mlpi_decision *decision, mlp_error *err);

#endif
