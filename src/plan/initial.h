/* SPDX-License-Identifier: MIT */
/* Going on from a model: its columns, scaling, labels and weights instead of new ones. */
#ifndef MLPI_INITIAL_H
#define MLPI_INITIAL_H

#include "plan/plan.h"

/** The layers of the model, and its loss and output activation where they were left open. */
void mlpi_initial_plan(const mlp_model *model, mlpi_plan *plan);
/** Copies of its pipeline and network. MLP_ERROR_ARGUMENT: for another task, or outputs that mean
 * something else. */
mlp_status mlpi_initial_take(const mlp_model *model, mlp_task task, const mlpi_coding *coding,
                             mlpi_pipeline *pipeline, mlp_network **network, mlp_error *err);

#endif
