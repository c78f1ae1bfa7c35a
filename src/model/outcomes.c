/* SPDX-License-Identifier: MIT */
/* A model's predictions of a table beside the truth, and judging them. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "engine/engine.h"
#include "mlp/evaluate.h"
#include "model/model.h"

/* The network's loss of each row. */
static mlp_status take_losses(const mlp_model *model, const mlp_encoded *encoded, int threads,
                              mlp_outcomes *outcomes, mlp_error *err)
{
    mlpi_engine *engine = NULL;
    const mlpi_batch batch = {.x = encoded->x, .target = encoded->target, .rows = encoded->rows};
    outcomes->loss = mlpi_allocate(encoded->rows, sizeof *outcomes->loss);
    if (outcomes->loss == NULL)
        return mlpi_fail_memory(err, "the losses");
    MLPI_TRY(mlpi_engine_create(model->network, 0, threads, MLP_PRECISION_FLOAT, &engine, err));
    mlpi_engine_losses(engine, &batch, outcomes->loss);
    mlpi_engine_free(engine);
    return MLP_OK;
}

/* The arrays of both become those of the outcomes. */
static void take_over(mlp_encoded *encoded, mlp_predictions *predictions, mlp_outcomes *outcomes)
{
    outcomes->rows = predictions->rows;
    outcomes->width = predictions->width / (outcomes->levels > 0 ? outcomes->levels : 1);
    outcomes->label = encoded->label;
    outcomes->predicted = predictions->label;
    *(outcomes->levels > 0 ? &outcomes->quantile : &outcomes->values) = predictions->values;
    outcomes->truth = encoded->value;
    encoded->label = predictions->label = NULL;
    encoded->value = predictions->values = NULL;
}

/* With quantile levels: what they are, and the values that stand for the targets. */
static mlp_status take_levels(const mlpi_pipeline *p, mlp_outcomes *outcomes, mlp_error *err)
{
    if (outcomes->levels == 0)
        return MLP_OK;
    outcomes->level = mlpi_allocate(outcomes->levels, sizeof *outcomes->level);
    outcomes->values = mlpi_allocate(outcomes->rows, outcomes->width * sizeof *outcomes->values);
    if (outcomes->level == NULL || outcomes->values == NULL)
        return mlpi_fail_memory(err, "the quantiles");
    memcpy(outcomes->level, p->coding.level, outcomes->levels * sizeof *outcomes->level);
    mlpi_pipeline_middle(p, outcomes->quantile, outcomes->rows, outcomes->values);
    return MLP_OK;
}

mlp_status mlp_model_outcomes(const mlp_model *model, const mlp_table *table, int threads,
                              mlp_outcomes *outcomes, mlp_error *err)
{
    mlp_encoded encoded;
    mlp_predictions predictions;
    mlp_outcomes made = {.task = model->pipeline.task, .levels = model->pipeline.coding.levels};
    MLPI_TRY(mlp_model_encode(model, table, true, &encoded, err));
    mlp_status status = take_losses(model, &encoded, threads, &made, err);
    if (status == MLP_OK)
        status = mlp_model_predict_encoded(model, &encoded, threads, &predictions, err);
    if (status == MLP_OK) {
        take_over(&encoded, &predictions, &made);
        mlp_predictions_release(&predictions);
        status = take_levels(&model->pipeline, &made, err);
    }
    if (status == MLP_OK)
        *outcomes = made;
    else
        mlp_outcomes_release(&made);
    mlp_encoded_release(&encoded);
    return status;
}

void mlp_outcomes_release(mlp_outcomes *outcomes)
{
    mlpi_free(outcomes->label);
    mlpi_free(outcomes->predicted);
    mlpi_free(outcomes->values);
    mlpi_free(outcomes->truth);
    mlpi_free(outcomes->loss);
    mlpi_free(outcomes->level);
    mlpi_free(outcomes->quantile);
    *outcomes = (mlp_outcomes){0};
}

mlp_status mlp_evaluate(const mlp_model *model, const mlp_table *table, int threads,
                        mlp_evaluation *evaluation, mlp_error *err)
{
    mlp_outcomes outcomes;
    MLPI_TRY(mlp_model_outcomes(model, table, threads, &outcomes, err));
    const mlp_status status = mlp_evaluate_outcomes(&outcomes, evaluation, err);
    mlp_outcomes_release(&outcomes);
    return status;
}
