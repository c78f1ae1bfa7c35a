/* SPDX-License-Identifier: MIT */
/* Judging a model on a table, and the table of figures. */
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/base.h"
#include "engine/engine.h"
#include "evaluate/metrics.h"
#include "mlp/evaluate.h"
#include "model/model.h"

typedef struct metric {
    const char *name;
    size_t offset; /* of the figure in mlp_evaluation */
    bool larger_is_better;
} metric;

static const metric metrics[] = {
    {"accuracy", offsetof(mlp_evaluation, accuracy), true},
    {"log_loss", offsetof(mlp_evaluation, log_loss), false},
    {"macro_f1", offsetof(mlp_evaluation, macro_f1), true},
    {"auc", offsetof(mlp_evaluation, auc), true},
    {"log_likelihood", offsetof(mlp_evaluation, log_likelihood), true},
    {"rmse", offsetof(mlp_evaluation, rmse), false},
    {"mae", offsetof(mlp_evaluation, mae), false},
    {"r2", offsetof(mlp_evaluation, r2), true},
    {"loss", offsetof(mlp_evaluation, loss), false},
};
enum { METRICS = sizeof metrics / sizeof metrics[0] };

const char *mlp_metric_name(size_t i)
{
    return i < METRICS ? metrics[i].name : NULL;
}

bool mlp_metric_larger_is_better(size_t i)
{
    return i < METRICS && metrics[i].larger_is_better;
}

bool mlp_evaluation_metric(const mlp_evaluation *evaluation, const char *name, double *value)
{
    for (size_t i = 0; i < METRICS; i++) {
        if (strcmp(name, metrics[i].name) == 0) {
            memcpy(value, (const char *)evaluation + metrics[i].offset, sizeof *value);
            return true;
        }
    }
    return false;
}

static mlp_status judge_labels(const mlp_encoded *encoded, const mlp_predictions *predictions,
                               mlp_evaluation *e, mlp_error *err)
{
    const size_t rows = encoded->rows, labels = predictions->width;
    size_t cells = 0;
    e->labels = labels;
    if (!mlpi_multiply(labels, labels, &cells))
        return mlpi_fail_memory(err, "the confusion matrix");
    e->confusion = mlpi_allocate(cells, sizeof *e->confusion);
    e->precision = mlpi_allocate(labels, sizeof *e->precision);
    e->recall = mlpi_allocate(labels, sizeof *e->recall);
    e->f1 = mlpi_allocate(labels, sizeof *e->f1);
    double *second = mlpi_allocate(rows, sizeof *second);
    if (e->confusion == NULL || e->precision == NULL || e->recall == NULL || e->f1 == NULL ||
        second == NULL) {
        mlpi_free(second);
        return mlpi_fail_memory(err, "the evaluation");
    }
    e->accuracy = mlpi_accuracy(encoded->label, predictions->label, rows);
    e->log_likelihood = mlpi_log_likelihood(encoded->label, predictions->values, rows, labels);
    e->log_loss = -e->log_likelihood / (double)rows;
    e->baseline_accuracy = mlpi_majority(encoded->label, rows, labels);
    mlpi_confusion(encoded->label, predictions->label, rows, labels, e->confusion);
    e->macro_f1 = mlpi_label_scores(e->confusion, labels, e->precision, e->recall, e->f1);
    for (size_t r = 0; labels == 2 && r < rows; r++)
        second[r] = predictions->values[2 * r + 1];
    if (labels == 2)
        e->auc = mlpi_auc(encoded->label, second, rows);
    mlpi_free(second);
    return MLP_OK;
}

static mlp_status judge_values(const mlp_encoded *encoded, const mlp_predictions *predictions,
                               mlp_evaluation *e, mlp_error *err)
{
    const size_t targets = predictions->width;
    e->targets = targets;
    e->target_rmse = mlpi_allocate(targets, sizeof(double));
    e->target_mae = mlpi_allocate(targets, sizeof(double));
    e->target_r2 = mlpi_allocate(targets, sizeof(double));
    if (e->target_rmse == NULL || e->target_mae == NULL || e->target_r2 == NULL)
        return mlpi_fail_memory(err, "the evaluation");
    e->rmse = e->mae = e->r2 = e->baseline_rmse = 0.0;
    for (size_t t = 0; t < targets; t++) {
        const mlpi_regression one =
            mlpi_regression_scores(encoded->value, predictions->values, encoded->rows, targets, t);
        e->target_rmse[t] = one.rmse;
        e->target_mae[t] = one.mae;
        e->target_r2[t] = one.r2;
        e->rmse += one.rmse / (double)targets;
        e->mae += one.mae / (double)targets;
        e->r2 += one.r2 / (double)targets;
        e->baseline_rmse += one.spread / (double)targets;
    }
    return MLP_OK;
}

mlp_status mlpi_evaluate_predictions(const mlp_encoded *encoded, const mlp_predictions *predictions,
                                     mlp_evaluation *e, mlp_error *err)
{
    return encoded->label != NULL ? judge_labels(encoded, predictions, e, err)
                                  : judge_values(encoded, predictions, e, err);
}

static mlp_status judge(const mlp_model *model, const mlp_encoded *encoded, int threads,
                        mlp_evaluation *e, mlp_error *err)
{
    mlpi_engine *engine = NULL;
    const mlpi_batch batch = {.x = encoded->x, .target = encoded->target, .rows = encoded->rows};
    MLPI_TRY(mlpi_engine_create(model->network, 0, threads, MLP_PRECISION_FLOAT, &engine, err));
    e->loss = mlpi_engine_forward(engine, &batch, NULL);
    mlpi_engine_free(engine);

    mlp_predictions predictions;
    MLPI_TRY(mlp_model_predict_encoded(model, encoded, threads, &predictions, err));
    const mlp_status status = mlpi_evaluate_predictions(encoded, &predictions, e, err);
    mlp_predictions_release(&predictions);
    return status;
}

mlp_evaluation mlpi_evaluation_empty(mlp_task task, size_t rows)
{
    const double none = (double)NAN;
    return (mlp_evaluation){.task = task,
                            .rows = rows,
                            .loss = none,
                            .accuracy = none,
                            .log_loss = none,
                            .macro_f1 = none,
                            .auc = none,
                            .log_likelihood = none,
                            .baseline_accuracy = none,
                            .rmse = none,
                            .mae = none,
                            .r2 = none,
                            .baseline_rmse = none};
}

mlp_status mlp_evaluate(const mlp_model *model, const mlp_table *table, int threads,
                        mlp_evaluation *evaluation, mlp_error *err)
{
    mlp_encoded encoded;
    MLPI_TRY(mlp_model_encode(model, table, true, &encoded, err));
    mlp_evaluation made = mlpi_evaluation_empty(model->pipeline.task, encoded.rows);
    const mlp_status status = judge(model, &encoded, threads, &made, err);
    mlp_encoded_release(&encoded);
    if (status == MLP_OK)
        *evaluation = made;
    else
        mlp_evaluation_release(&made);
    return status;
}

void mlp_evaluation_release(mlp_evaluation *evaluation)
{
    mlpi_free(evaluation->confusion);
    mlpi_free(evaluation->precision);
    mlpi_free(evaluation->recall);
    mlpi_free(evaluation->f1);
    mlpi_free(evaluation->target_rmse);
    mlpi_free(evaluation->target_mae);
    mlpi_free(evaluation->target_r2);
    *evaluation = (mlp_evaluation){0};
}
