/* SPDX-License-Identifier: MIT */
/* How good the engine's parameters are on a part of the rows. */
#include <math.h>
#include <string.h>

#include "evaluate/metrics.h"
#include "model/model.h"
#include "train/run.h"

enum { JUDGED = 4096 }; /* rows at a time: outputs need little memory */

static bool classifies(const mlpi_judge *judge)
{
    return judge->pipeline->task == MLP_TASK_CLASSIFICATION;
}

/* Whether predictions are looked at, not only their labels. */
static bool wants_values(const mlpi_judge *judge)
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
    const size_t width = wants_values(judge) ? mlpi_pipeline_width(pipeline) : 0;
    const size_t targets = pipeline->coding.levels > 0 ? pipeline->target_count : 0;
    judge->y = mlpi_allocate(JUDGED, pipeline->outputs * sizeof *judge->y);
    judge->values = mlpi_allocate(rows, width * sizeof *judge->values);
    judge->middle = mlpi_allocate(rows, targets * sizeof *judge->middle);
    judge->labels = mlpi_allocate(rows, sizeof *judge->labels);
    return judge->y != NULL && judge->values != NULL && judge->middle != NULL &&
                   judge->labels != NULL
               ? MLP_OK
               : mlpi_fail_memory(err, "training");
}

void mlpi_judge_release(mlpi_judge *judge)
{
    mlpi_free(judge->y);
    mlpi_free(judge->values);
    mlpi_free(judge->middle);
    mlpi_free(judge->labels);
    *judge = (mlpi_judge){0};
}

/* One value for each target, or one for each label. */
static double *values_of(const mlpi_judge *judge)
{
    return judge->pipeline->coding.levels > 0 ? judge->middle : judge->values;
}

static double metric_of(const mlpi_judge *judge, const mlp_encoded *part)
{
    const mlpi_pipeline *p = judge->pipeline;
    if (classifies(judge))
        return mlpi_accuracy(part->label, judge->labels, part->rows);
    double mean = 0.0;
    for (size_t t = 0; t < p->target_count; t++)
        mean +=
            mlpi_regression_scores(part->value, values_of(judge), part->rows, p->target_count, t)
                .rmse /
            (double)p->target_count;
    return mean;
}

/* The metric that decides, of what is in values and labels; NaN where it is not defined. */
static double criterion_of(mlpi_judge *judge, const mlp_encoded *part)
{
    const mlpi_pipeline *p = judge->pipeline;
    double level[MLPI_MOST_LEVELS];
    memcpy(level, p->coding.level, sizeof level);
    const mlp_outcomes outcomes = {.task = p->task,
                                   .rows = part->rows,
                                   .width = classifies(judge) ? p->label_count : p->target_count,
                                   .label = part->label,
                                   .predicted = judge->labels,
                                   .values = values_of(judge),
                                   .truth = part->value,
                                   .levels = p->coding.levels,
                                   .level = level,
                                   .quantile = judge->values};
    mlp_evaluation e;
    double value = (double)NAN;
    const mlp_status status = mlp_evaluate_outcomes(&outcomes, &e, NULL);
    if (status == MLP_OK) {
        mlp_evaluation_metric(&e, judge->criterion, &value);
        mlp_evaluation_release(&e);
    }
    judge->out_of_memory = judge->out_of_memory || status == MLP_ERROR_MEMORY;
    return judge->sign * value;
}

mlp_status mlpi_judge_check(const mlpi_judge *judge, mlp_error *err)
{
    return judge->out_of_memory ? mlpi_fail_memory(err, "the figures of --metric") : MLP_OK;
}

mlpi_figures mlpi_judge_part(mlpi_judge *judge, const mlp_encoded *part)
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
        loss += mlpi_engine_forward(judge->engine, &batch, judge->y) * (double)count;
        for (size_t i = 0; classes && i < count; i++)
            judge->labels[first + i] = mlpi_pipeline_label(p, judge->y + i * p->outputs);
        if (wants_values(judge))
            mlpi_pipeline_invert(p, judge->y, count,
                                 judge->values + first * mlpi_pipeline_width(p));
    }
    if (p->coding.levels > 0)
        mlpi_pipeline_middle(p, judge->values, part->rows, judge->middle);
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
