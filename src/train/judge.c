/* SPDX-License-Identifier: MIT */
/* How good the engine's parameters are on a part of the rows. */
#include <math.h>

#include "evaluate/metrics.h"
#include "model/model.h"
#include "train/run.h"

enum { JUDGED = 4096 }; /* rows at a time: outputs need little memory */

static bool classifies(const mlpi_judge *judge)
{
    return judge->pipeline->task == MLP_TASK_CLASSIFICATION;
}

/* Values of a row: probabilities, or targets. */
static size_t width_of(const mlpi_pipeline *p)
{
    return p->task == MLP_TASK_CLASSIFICATION ? p->label_count : p->target_count;
}

/* Whether the values of all rows are kept, not only of those at hand. */
static bool keeps_all(const mlpi_judge *judge)
{
    return !classifies(judge) || judge->criterion != NULL;
}

mlp_status mlpi_judge_init(mlpi_judge *judge, mlpi_engine *engine, const mlpi_pipeline *pipeline,
                           const mlpi_plan *plan, size_t rows, mlp_error *err)
{
    *judge = (mlpi_judge){.engine = engine,
                          .pipeline = pipeline,
                          .criterion = plan->metric,
                          .sign = plan->larger_is_better ? -1.0 : 1.0};
    const bool whole = keeps_all(judge);
    const size_t width = width_of(pipeline);
    judge->y = mlpi_allocate(JUDGED, pipeline->outputs * sizeof *judge->y);
    judge->values =
        mlpi_allocate(!whole && rows > JUDGED ? JUDGED : rows, width * sizeof *judge->values);
    judge->labels = mlpi_allocate(rows, sizeof *judge->labels);
    return judge->y != NULL && judge->values != NULL && judge->labels != NULL
               ? MLP_OK
               : mlpi_fail_memory(err, "training");
}

void mlpi_judge_release(mlpi_judge *judge)
{
    mlpi_free(judge->y);
    mlpi_free(judge->values);
    mlpi_free(judge->labels);
    *judge = (mlpi_judge){0};
}

static size_t largest(const double *p, size_t n)
{
    size_t best = 0;
    for (size_t k = 1; k < n; k++)
        best = p[k] > p[best] ? k : best;
    return best;
}

static double metric_of(const mlpi_judge *judge, const mlp_encoded *part)
{
    const mlpi_pipeline *p = judge->pipeline;
    if (classifies(judge))
        return mlpi_accuracy(part->label, judge->labels, part->rows);
    double mean = 0.0;
    for (size_t t = 0; t < p->target_count; t++)
        mean += mlpi_regression_scores(part->value, judge->values, part->rows, p->target_count, t)
                    .rmse /
                (double)p->target_count;
    return mean;
}

/* The metric that decides, of what is in values and labels; NaN where it is not defined. */
static double criterion_of(const mlpi_judge *judge, const mlp_encoded *part)
{
    const mlp_outcomes outcomes = {.task = judge->pipeline->task,
                                   .rows = part->rows,
                                   .width = width_of(judge->pipeline),
                                   .label = part->label,
                                   .predicted = judge->labels,
                                   .values = judge->values,
                                   .truth = part->value};
    mlp_evaluation e;
    double value = (double)NAN;
    if (mlp_evaluate_outcomes(&outcomes, &e, NULL) == MLP_OK) {
        mlp_evaluation_metric(&e, judge->criterion, &value);
        mlp_evaluation_release(&e);
    }
    return judge->sign * value;
}

mlpi_figures mlpi_judge_part(const mlpi_judge *judge, const mlp_encoded *part)
{
    const mlpi_pipeline *p = judge->pipeline;
    const bool classes = classifies(judge);
    double loss = 0.0;
    for (size_t first = 0; first < part->rows; first += JUDGED) {
        const size_t left = part->rows - first, count = left < JUDGED ? left : JUDGED;
        const mlpi_batch batch = {.x = part->x + first * part->inputs,
                                  .target = part->target + first * part->outputs,
                                  .weight = part->weight != NULL ? part->weight + first : NULL,
                                  .rows = count};
        double *values = judge->values + (keeps_all(judge) ? first * width_of(p) : 0);
        loss += mlpi_engine_forward(judge->engine, &batch, judge->y) * (double)count;
        mlpi_pipeline_invert(p, judge->y, count, values);
        for (size_t i = 0; classes && i < count; i++)
            judge->labels[first + i] = largest(values + i * p->label_count, p->label_count);
    }
    loss /= (double)part->rows;
    return (mlpi_figures){loss, metric_of(judge, part),
                          judge->criterion != NULL ? criterion_of(judge, part) : loss};
}

double mlpi_judge_baseline(const mlpi_judge *judge, const mlp_encoded *part)
{
    const mlpi_pipeline *p = judge->pipeline;
    if (classifies(judge))
        return mlpi_majority(part->label, part->rows, p->label_count);
    double mean = 0.0;
    for (size_t t = 0; t < p->target_count; t++)
        mean += mlpi_regression_scores(part->value, part->value, part->rows, p->target_count, t)
                    .spread /
                (double)p->target_count;
    return mean;
}
