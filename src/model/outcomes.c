/* SPDX-License-Identifier: MIT */
/* A model's predictions for a table, paired with the truth, and their evaluation. */
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "evaluate/metric_sums.h"
#include "evaluate/metrics.h"
#include "mlp/evaluate.h"
#include "model/model.h"

/* A copy of `count` items of `size` bytes. NULL: `from` is NULL, or out of memory. */
static void *copied(const void *from, size_t count, size_t size)
{
    void *copy = from != NULL ? mlpi_allocate(count, size) : NULL;
    return copy != NULL ? memcpy(copy, from, count * size) : NULL;
}

static bool take_truth(const mlpi_pipeline *p, const mlp_encoded *encoded, mlp_outcomes *outcomes)
{
    const size_t values = encoded->rows * p->target_count;
    outcomes->label = copied(encoded->label, encoded->rows, sizeof *encoded->label);
    outcomes->truth = copied(encoded->value, values, sizeof *encoded->value);
    return outcomes->label != NULL || outcomes->truth != NULL;
}

/* Moves the arrays of the predictions into the outcomes. */
static void take_over(const mlp_predictions *predictions, mlp_outcomes *outcomes)
{
    outcomes->width = predictions->width / (outcomes->levels > 0 ? outcomes->levels : 1);
    outcomes->predicted = predictions->label;
    *(outcomes->levels > 0 ? &outcomes->quantile : &outcomes->values) = predictions->values;
}

/* For a model of quantiles: copies the levels, and takes the value at the level nearest to 0.5 as
 * the prediction of each target. */
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

mlp_status mlp_model_outcomes_encoded(const mlp_model *model, const mlp_encoded *encoded,
                                      int threads, mlp_outcomes *outcomes, mlp_error *err)
{
    const mlpi_pipeline *p = &model->pipeline;
    mlp_predictions predictions = {0};
    mlp_outcomes made = {.task = p->task, .rows = encoded->rows, .levels = p->coding.levels};
    if (encoded->target == NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "these data were encoded without targets; encode them with targets");
    made.loss = mlpi_allocate(encoded->rows, sizeof *made.loss);
    mlp_status status =
        made.loss == NULL || !take_truth(p, encoded, &made)
            ? mlpi_fail_memory(err, "the outcomes")
            : mlpi_model_predict(model, encoded, threads, made.loss, &predictions, err);
    take_over(&predictions, &made);
    if (status == MLP_OK)
        status = take_levels(p, &made, err);
    if (status == MLP_OK)
        *outcomes = made;
    else
        mlp_outcomes_release(&made);
    return status;
}

mlp_status mlp_model_outcomes(const mlp_model *model, const mlp_table *table, int threads,
                              mlp_outcomes *outcomes, mlp_error *err)
{
    mlp_encoded encoded;
    MLPI_TRY(mlp_model_encode(model, table, true, &encoded, err));
    const mlp_status status = mlp_model_outcomes_encoded(model, &encoded, threads, outcomes, err);
    mlp_encoded_release(&encoded);
    return status;
}

mlp_status mlpi_need_predictions(const mlp_outcomes *outcomes, const mlp_table *table,
                                 mlp_error *err)
{
    size_t first = 0;
    const size_t count = mlpi_unanswered(outcomes, &first), line = mlp_table_line(table, first);
    char where[40] = "", others[80] = "";
    if (count == 0)
        return MLP_OK;
    if (line == 0)
        snprintf(where, sizeof where, "row %zu: ", first + 1);
    if (count > 1)
        snprintf(others, sizeof others, ", as in %zu other row%s", count - 1, count > 2 ? "s" : "");
    return mlpi_fail_at(
        err, MLP_ERROR_DATA, mlp_table_file(table, first), line, 0,
        "%sno prediction, since the network's outputs overflow in this row%s; correct the "
        "values far beyond those of training, or leave such rows out",
        where, others);
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
    const mlp_status status =
        mlpi_evaluate_for(&outcomes, mlpi_pipeline_looked_for(&model->pipeline), evaluation, err);
    mlp_outcomes_release(&outcomes);
    return status;
}
