/* SPDX-License-Identifier: MIT */
/* One model of the networks of all folds. */
#ifndef MLPI_RUNS_FOLDS_H
#define MLPI_RUNS_FOLDS_H

#include "mlp/train.h"

/** Refuses what `folds` cannot be together with: MLP_ERROR_ARGUMENT. */
mlp_status mlpi_folds_check(const mlp_table *validation, const mlp_train_options *options,
                            mlp_error *err);

/** mlp_train with `folds`; `spent` as in mlpi_prepare, `validation` is refused. */
mlp_status mlpi_train_folds(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                            const mlp_train_options *options, mlp_model **model,
                            mlp_train_report *report, mlp_error *err);

#endif
