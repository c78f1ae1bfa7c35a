/* SPDX-License-Identifier: MIT */
/* Continuing from a model: its columns, scaling, labels and weights instead of new ones. */
#ifndef MLPI_INITIAL_H
#define MLPI_INITIAL_H

#include "plan/plan.h"

/** Takes the layers of the model, and its loss and output activation where the options leave them
 * open. */
void mlpi_initial_plan(const mlp_model *model, mlpi_plan *plan);
/** Copies the model's pipeline and network. Errors: MLP_ERROR_ARGUMENT (the model has several
 * networks, another task, or outputs with another meaning), MLP_ERROR_MEMORY. */
mlp_status mlpi_initial_take(const mlp_model *model, mlp_task task, const mlpi_coding *coding,
                             mlpi_pipeline *pipeline, mlp_network **network, mlp_error *err);

#endif
