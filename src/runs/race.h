/* SPDX-License-Identifier: MIT */
/* Recipes that race for the model. */
#ifndef MLPI_RUNS_RACE_H
#define MLPI_RUNS_RACE_H

#include "runs/quality.h"

/** mlp_train by recipes: each is trained with folds, and the one whose answers out of fold are best
 * is the model. `quality` is not MLPI_FAST; `spent` as in mlpi_prepare, `validation` is refused. *few:
 * too few rows have a target, which is told, and nothing was trained. `model` NULL, of a job: none is
 * made. */
mlp_status mlpi_train_recipes(mlpi_quality quality, const mlp_table *table, mlp_table *spent,
                              const mlp_table *validation, const mlp_train_options *options,
                              bool *few, mlp_model **model, mlp_train_report *report,
                              mlp_error *err);

#endif
