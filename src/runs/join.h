/* SPDX-License-Identifier: MIT */
/* One crew of the networks of two, which see numbers in different ways. */
#ifndef MLPI_RUNS_JOIN_H
#define MLPI_RUNS_JOIN_H

#include "runs/crew.h"

/** Gives `joined`, which mlpi_folds_prepare has made for the same rows, the networks of two crews that have come to an
 * end: of each fold first those of `one`, whose best run speaks for all. Its options have as many `members` as both,
 * and its columns the inputs that either sees: a network has weights of 0 for those that it did not. Errors:
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_crew_join(mlpi_crew *joined, const mlpi_crew *one, const mlpi_crew *other,
                          mlp_error *err);

#endif
