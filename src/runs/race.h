/* SPDX-License-Identifier: MIT */
/* Recipes that race for the model. */
#ifndef MLPI_RUNS_RACE_H
#define MLPI_RUNS_RACE_H

#include "runs/quality.h"

/** mlp_train with recipes: each is trained with folds, and the one with the best predictions out of
 * fold becomes the model. `quality` is not MLPI_FAST; `spent` as in mlpi_prepare, `validation` is
 * refused. *few: nothing was trained, since too few rows have a target (mlpi_quality_few). `model`
 * NULL (with a job): no model is made. */
mlp_status mlpi_train_recipes(mlpi_quality quality, const mlp_table *table, mlp_table *spent,
                              const mlp_table *validation, const mlp_train_options *options,
                              bool *few, mlp_model **model, mlp_train_report *report,
                              mlp_error *err);

#endif
