/* SPDX-License-Identifier: MIT */
/* Continuing from a model: its columns, scaling, labels and weights instead of new ones. */
#include "plan/initial.h"

#include <string.h>

#include "model/model.h"
#include "network/layout.h"

void mlpi_initial_plan(const mlp_model *model, mlpi_plan *plan)
{
    const mlp_network *network = mlp_model_network(model);
    const size_t last = network->count - 1;
    memcpy(plan->layers, network->layers, last * sizeof *plan->layers);
    plan->layer_count = last;
    if (plan->auto_loss) {
        plan->auto_loss = false;
        plan->loss = network->loss;
        plan->loss_settings = network->loss_settings;
    }
    if (plan->auto_output) {
        plan->auto_output = false;
        plan->output = network->layers[last].activation;
    }
}

static bool same_coding(const mlpi_coding *a, const mlpi_coding *b)
{
    bool same = a->single_output == b->single_output && a->signed_outputs == b->signed_outputs &&
                a->counts == b->counts && a->shares == b->shares && a->levels == b->levels;
    for (size_t i = 0; same && i < a->levels; i++)
        same = a->level[i] == b->level[i];
    return same;
}

mlp_status mlpi_initial_take(const mlp_model *model, mlp_task task, const mlpi_coding *coding,
                             mlpi_pipeline *pipeline, mlp_network **network, mlp_error *err)
{
    if (model->members.count > 1)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`initial`: the model has %zu networks; continue a model of one network, "
                         "as `quality` fast trains",
                         model->members.count);
    if (task != model->pipeline.task)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`initial`: the model is for %s, but this run is for %s; set `task` to "
                         "that of the model",
                         task == MLP_TASK_REGRESSION ? "classification" : "regression",
                         task == MLP_TASK_REGRESSION ? "regression" : "classification");
    if (!same_coding(coding, &model->pipeline.coding))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`initial`: the model's outputs would mean something else with this "
                         "`loss`, `output-activation` or `quantiles`; leave these out to keep "
                         "those of the model (loss %s)",
                         mlp_loss_describe(mlp_model_network(model)->loss)->name);
    mlp_network *copy = mlpi_network_copy(mlp_model_network(model));
    if (copy == NULL)
        return mlpi_fail_memory(err, "the network");
    const mlp_status status = mlpi_pipeline_copy(&model->pipeline, pipeline, err);
    if (status == MLP_OK)
        *network = copy;
    else
        mlp_network_free(copy);
    return status;
}
