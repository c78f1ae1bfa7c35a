/* SPDX-License-Identifier: MIT */
/* How much is spent on a model. */
#ifndef MLPI_RUNS_QUALITY_H
#define MLPI_RUNS_QUALITY_H

#include "mlp/train.h"

typedef enum mlpi_quality { MLPI_FAST, MLPI_GOOD, MLPI_BEST, MLPI_QUALITIES } mlpi_quality;

/** What is asked for, or MLPI_FAST where a table has too few rows for more, which is told. Errors:
 * MLP_ERROR_ARGUMENT. */
mlp_status mlpi_quality_for(const mlp_table *table, const mlp_train_options *options,
                            mlpi_quality *quality, mlp_error *err);

/** mlp_train by recipes: each is trained with folds, and the one whose answers out of fold are best
 * is the model. `quality` is not MLPI_FAST; `spent` as in mlpi_prepare, `validation` is refused. */
mlp_status mlpi_train_recipes(mlpi_quality quality, const mlp_table *table, mlp_table *spent,
                              const mlp_table *validation, const mlp_train_options *options,
                              mlp_model **model, mlp_train_report *report, mlp_error *err);

#endif
