/* SPDX-License-Identifier: MIT */
/* A single model of several networks that train on the same rows. */
#ifndef MLPI_RUNS_MEMBERS_H
#define MLPI_RUNS_MEMBERS_H

#include "mlp/train.h"

/** mlp_train with `members` and without `folds`; `spent` as in mlpi_prepare. `model` NULL (with a
 * job): no model is made. */
mlp_status mlpi_train_members(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                              const mlp_train_options *options, mlp_model **model,
                              mlp_train_report *report, mlp_error *err);

/** mlp_train with a job and without `members` and `folds`: the restarts are the cells of the job,
 * and the best of them becomes the model. `model` NULL: no model is made. */
mlp_status mlpi_train_restarts(const mlp_table *table, mlp_table *spent,
                               const mlp_table *validation, const mlp_train_options *options,
                               mlp_model **model, mlp_train_report *report, mlp_error *err);

#endif
