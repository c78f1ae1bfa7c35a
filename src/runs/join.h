/* SPDX-License-Identifier: MIT */
/* Makes one crew of the networks of two crews, which encode numbers in different ways. */
#ifndef MLPI_RUNS_JOIN_H
#define MLPI_RUNS_JOIN_H

#include "runs/crew.h"

/** Copies to `joined`, which mlpi_folds_prepare has prepared for the same rows, the networks of two
 * crews that have come to an end: in each fold first those of `one`, whose best run represents all.
 * The options of `joined` have as many `members` as both crews together, and its columns the inputs
 * of both: a network has weights of 0 for inputs that it did not see. Errors: MLP_ERROR_MEMORY,
 * MLP_ERROR_DATA (the best network was stopped in its training). */
mlp_status mlpi_crew_join(mlpi_crew *joined, const mlpi_crew *one, const mlpi_crew *other,
                          mlp_error *err);

#endif
