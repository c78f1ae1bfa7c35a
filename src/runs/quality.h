/* SPDX-License-Identifier: MIT */
/* How much is spent on a model. */
#ifndef MLPI_RUNS_QUALITY_H
#define MLPI_RUNS_QUALITY_H

#include "mlp/train.h"

typedef enum mlpi_quality { MLPI_FAST, MLPI_GOOD, MLPI_BEST, MLPI_QUALITIES } mlpi_quality;

extern const char *const mlpi_quality_names[MLPI_QUALITIES];

enum { MLPI_QUALITY_FOLDS = 5 };

/** What is asked for. `auto` is good, or fast where an option names one network, or the cells are very
 * many, which is told. Errors: MLP_ERROR_ARGUMENT. */
mlp_status mlpi_quality_for(const mlp_table *table, const mlp_table *validation,
                            const mlp_train_options *options, mlpi_quality *quality,
                            mlp_error *err);

/** Whether so few rows have a target that folds would say little; told to who asked for folds. */
bool mlpi_quality_few(const mlp_train_options *options, size_t rows);

#endif
