/* SPDX-License-Identifier: MIT */
/* How much time is spent on a model. */
#ifndef MLPI_RUNS_QUALITY_H
#define MLPI_RUNS_QUALITY_H

#include "mlp/train.h"

typedef enum mlpi_quality { MLPI_FAST, MLPI_GOOD, MLPI_BEST, MLPI_QUALITIES } mlpi_quality;

extern const char *const mlpi_quality_names[MLPI_QUALITIES];

enum { MLPI_QUALITY_FOLDS = 5 };

/** Finds the quality that the options request. `auto` is good, or fast if options exclude folds or
 * concern a single network, or if the table is very large; a notice may report why. Errors:
 * MLP_ERROR_ARGUMENT. */
mlp_status mlpi_quality_for(const mlp_table *table, const mlp_table *validation,
                            const mlp_train_options *options, mlpi_quality *quality,
                            mlp_error *err);

/** Whether too few rows have a target for folds; gives notice of that if a quality was named. */
bool mlpi_quality_few(const mlp_train_options *options, size_t rows);

#endif
