/* SPDX-License-Identifier: MIT */
/* Training on data that are larger than memory. */
#ifndef MLPI_LARGE_H
#define MLPI_LARGE_H

#include "train/run.h"

/** Encodes the rows of the split, and those of a validation table (nullable), into shards, the
 * sources of `prepared`. Frees the row numbers of the split. */
mlp_status mlpi_large_encode(const mlp_table *table, const mlp_table *validation,
                             const mlp_train_options *options, double smoothing,
                             mlpi_prepared *prepared, mlp_error *err);
/** Checks how much memory the run needs. Errors: MLP_ERROR_MEMORY (more than options->memory). */
mlp_status mlpi_large_fits(const mlp_trainer *run, mlp_error *err);

#endif
