/* SPDX-License-Identifier: MIT */
/* Judging outcomes, and the table of figures. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "evaluate/figures.h"
#include "evaluate/metrics.h"
#include "mlp/evaluate.h"

typedef struct metric {
    const char *name;
    size_t offset; /* of the figure in mlp_evaluation */
    bool larger_is_better;
} metric;

#define AT(member) offsetof(mlp_evaluation, member)

static const metric metrics[MLP_METRICS] = {
    [MLPI_ACCURACY] = {"accuracy", AT(accuracy), true},
    [MLPI_LOG_LOSS] = {"log_loss", AT(log_loss), false},
    [MLPI_MACRO_F1] = {"macro_f1", AT(macro_f1), true},
    [MLPI_AUC] = {"auc", AT(auc), true},
    [MLPI_AVERAGE_PRECISION] = {"average_precision", AT(average_precision), true},
    [MLPI_BRIER] = {"brier", AT(brier), false},
    [MLPI_CALIBRATION_ERROR] = {"calibration_error", AT(calibration_error), false},
    [MLPI_LOG_LIKELIHOOD] = {"log_likelihood", AT(log_likelihood), true},
    [MLPI_RMSE] = {"rmse", AT(rmse), false},
    [MLPI_MAE] = {"mae", AT(mae), false},
    [MLPI_R2] = {"r2", AT(r2), true},
    [MLPI_PINBALL_LOSS] = {"pinball_loss", AT(pinball_loss), false},
    [MLPI_LOSS] = {"loss", AT(loss), false},
};

const char *mlp_metric_name(size_t i)
{
    return i < MLP_METRICS ? metrics[i].name : NULL;
}

bool mlp_metric_larger_is_better(size_t i)
{
    return i < MLP_METRICS && metrics[i].larger_is_better;
}

size_t mlp_metric_find(const char *name)
{
    size_t i = 0;
    while (i < MLP_METRICS && strcmp(name, metrics[i].name) != 0)
        i++;
    return i;
}

bool mlp_evaluation_metric(const mlp_evaluation *evaluation, const char *name, double *value)
{
    const size_t i = mlp_metric_find(name);
    if (i == MLP_METRICS)
        return false;
    memcpy(value, (const char *)evaluation + metrics[i].offset, sizeof *value);
    return true;
}

static mlp_status judge_labels(const mlp_outcomes *o, mlp_evaluation *e, mlp_error *err)
{
    const size_t labels = o->width;
    size_t cells = 0;
    e->labels = labels;
    if (!mlpi_multiply(labels, labels, &cells))
        return mlpi_fail_memory(err, "the confusion matrix");
    e->confusion = mlpi_allocate(cells, sizeof *e->confusion);
    e->precision = mlpi_allocate(labels, sizeof *e->precision);
    e->recall = mlpi_allocate(labels, sizeof *e->recall);
    e->f1 = mlpi_allocate(labels, sizeof *e->f1);
    size_t *true_rows = mlpi_allocate(labels, sizeof *true_rows);
    if (e->confusion == NULL || e->precision == NULL || e->recall == NULL || e->f1 == NULL ||
        true_rows == NULL) {
        mlpi_free(true_rows);
        return mlpi_fail_memory(err, "the evaluation");
    }
    e->baseline_accuracy = mlpi_majority(o->label, o->rows, labels);
    mlpi_confusion(o->label, o->predicted, o->rows, labels, e->confusion);
    for (size_t r = 0; r < o->rows; r++)
        true_rows[o->label[r]]++;
    mlpi_label_scores(e->confusion, true_rows, labels, e->precision, e->recall, e->f1);
    mlpi_free(true_rows);
    return MLP_OK;
}

/* Every level of every target. */
static mlp_status judge_levels(const mlp_outcomes *o, mlp_evaluation *e, mlp_error *err)
{
    const size_t width = o->width * o->levels;
    const double n = (double)o->rows;
    e->levels = o->levels;
    if (o->levels == 0)
        return MLP_OK;
    e->level_pinball = mlpi_allocate(width, sizeof(double));
    e->level_coverage = mlpi_allocate(width, sizeof(double));
    if (e->level_pinball == NULL || e->level_coverage == NULL)
        return mlpi_fail_memory(err, "the evaluation");
    for (size_t r = 0; r < o->rows; r++)
        for (size_t k = 0; k < width; k++) {
            const double t = o->truth[r * o->width + k / o->levels];
            const double p = o->quantile[r * width + k];
            e->level_pinball[k] += mlpi_pinball(o->level[k % o->levels], t, p) / n;
            e->level_coverage[k] += t <= p ? 1.0 / n : 0.0;
        }
    return MLP_OK;
}

static mlp_status judge_values(const mlp_outcomes *o, mlp_evaluation *e, mlp_error *err)
{
    const size_t targets = o->width;
    e->targets = targets;
    e->target_rmse = mlpi_allocate(targets, sizeof(double));
    e->target_mae = mlpi_allocate(targets, sizeof(double));
    e->target_r2 = mlpi_allocate(targets, sizeof(double));
    if (e->target_rmse == NULL || e->target_mae == NULL || e->target_r2 == NULL)
        return mlpi_fail_memory(err, "the evaluation");
    e->baseline_rmse = 0.0;
    for (size_t t = 0; t < targets; t++) {
        const mlpi_regression one =
            mlpi_regression_scores(o->truth, o->values, o->rows, targets, t);
        e->target_rmse[t] = one.rmse;
        e->target_mae[t] = one.mae;
        e->target_r2[t] = one.r2;
        e->baseline_rmse += one.spread / (double)targets;
    }
    return judge_levels(o, e, err);
}

mlp_status mlp_evaluate_outcomes(const mlp_outcomes *outcomes, mlp_evaluation *evaluation,
                                 mlp_error *err)
{
    const double none = (double)NAN;
    mlp_evaluation made = {.task = outcomes->task,
                           .rows = outcomes->rows,
                           .baseline_accuracy = none,
                           .baseline_rmse = none};
    double figures[MLP_METRICS];
    made.unanswered = mlpi_unanswered(outcomes, &made.first_unanswered);
    MLPI_TRY(mlpi_figures(outcomes, true, figures, err));
    for (size_t i = 0; i < MLP_METRICS; i++)
        memcpy((char *)&made + metrics[i].offset, &figures[i], sizeof figures[i]);
    const mlp_status status = made.task == MLP_TASK_CLASSIFICATION
                                  ? judge_labels(outcomes, &made, err)
                                  : judge_values(outcomes, &made, err);
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
    mlpi_free(evaluation->level_pinball);
    mlpi_free(evaluation->level_coverage);
    *evaluation = (mlp_evaluation){0};
}
