/* SPDX-License-Identifier: MIT */
/* One model of several networks that train on the same rows. */
#ifndef MLPI_RUNS_MEMBERS_H
#define MLPI_RUNS_MEMBERS_H

#include "mlp/train.h"

/** mlp_train with `members` and without `folds`; `spent` as in mlpi_prepare. `model`
 * NULL, of a job: none is made. */
mlp_status mlpi_train_members(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                              const mlp_train_options *options, mlp_model **model,
                              mlp_train_report *report, mlp_error *err);

/** mlp_train of a job without `members` and `folds`: restarts are its cells, of which the best is
 * the model. `model` NULL: none is made. */
mlp_status mlpi_train_restarts(const mlp_table *table, mlp_table *spent,
                               const mlp_table *validation, const mlp_train_options *options,
                               mlp_model **model, mlp_train_report *report, mlp_error *err);

#endif
