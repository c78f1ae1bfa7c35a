/* SPDX-License-Identifier: MIT */
/* How good the engine's parameters are on a part of the rows. */
#include <math.h>
#include <string.h>

#include "evaluate/figures.h"
#include "evaluate/metrics.h"
#include "network/layout.h"
#include "network/temperature.h"
#include "train/run.h"

enum { JUDGED = 4096 }; /* rows at a time: outputs need little memory */

/* Where the sums of labels stand. */
enum { RIGHT, LOG_LOSS, WEIGHT, LABEL_SUMS };

static bool classifies(const mlpi_judge *judge)
{
    return judge->pipeline->task == MLP_TASK_CLASSIFICATION;
}

/* Whether predictions are looked at, not only their labels. */
static bool wants_values(const mlpi_judge *judge)
{
    return !classifies(judge) || judge->criterion != NULL || judge->proper;
}

/* All rows of the part that decides are kept where a metric does, else only some at a time. */
static bool make_room(mlpi_judge *judge, size_t rows)
{
    const mlpi_pipeline *p = judge->pipeline;
    const bool all = judge->criterion != NULL || judge->refines;
    const size_t room = all && rows > JUDGED ? rows : JUDGED, kept = judge->refines ? rows : 0;
    const size_t width = mlpi_pipeline_width(p);
    const size_t middle = p->coding.levels > 0 ? p->target_count : 0;
    judge->y = mlpi_allocate(JUDGED, p->outputs * sizeof *judge->y);
    judge->row = mlpi_allocate(2, p->outputs * sizeof *judge->row);
    judge->values = mlpi_allocate(room, width * sizeof *judge->values);
    judge->middle = mlpi_allocate(room, middle * sizeof *judge->middle);
    judge->labels = mlpi_allocate(room, sizeof *judge->labels);
    judge->true_labels = mlpi_allocate(all ? room : 0, sizeof *judge->true_labels);
    judge->truth = mlpi_allocate(all ? room : 0, p->target_count * sizeof *judge->truth);
    judge->kept = mlpi_allocate(kept, p->outputs * sizeof *judge->kept);
    judge->weight = mlpi_allocate(kept, sizeof *judge->weight);
    judge->logits = mlpi_allocate(p->label_count, sizeof *judge->logits);
    judge->sums =
        mlpi_allocate(2, (p->target_count + p->label_count + LABEL_SUMS) * sizeof *judge->sums);
    return judge->y != NULL && judge->row != NULL && judge->values != NULL &&
           judge->middle != NULL && judge->labels != NULL && judge->true_labels != NULL &&
           judge->truth != NULL && judge->sums != NULL && judge->kept != NULL &&
           judge->weight != NULL && judge->logits != NULL;
}

mlp_status mlpi_judge_init(mlpi_judge *judge, mlpi_engine *engine, const mlpi_pipeline *pipeline,
                           const mlpi_plan *plan, size_t rows, mlp_error *err)
{
    *judge = (mlpi_judge){.engine = engine,
                          .pipeline = pipeline,
                          .criterion = plan->metric,
                          .refines = plan->calibrate && plan->metric == NULL,
                          .sign = plan->larger_is_better ? -1.0 : 1.0};
    return make_room(judge, rows) ? MLP_OK : mlpi_fail_memory(err, "training");
}

void mlpi_judge_release(mlpi_judge *judge)
{
    mlpi_free(judge->y);
    mlpi_free(judge->row);
    mlpi_free(judge->values);
    mlpi_free(judge->middle);
    mlpi_free(judge->labels);
    mlpi_free(judge->true_labels);
    mlpi_free(judge->truth);
    mlpi_free(judge->sums);
    mlpi_free(judge->kept);
    mlpi_free(judge->weight);
    mlpi_free(judge->logits);
    *judge = (mlpi_judge){0};
}

/* One value for each target, or one for each label. */
static double *values_of(const mlpi_judge *judge)
{
    return judge->pipeline->coding.levels > 0 ? judge->middle : judge->values;
}

/* The metric that decides, of what is in values and labels; NaN where it is not defined. */
static double criterion_of(mlpi_judge *judge, size_t rows)
{
    const mlpi_pipeline *p = judge->pipeline;
    double level[MLPI_MOST_LEVELS];
    memcpy(level, p->coding.level, sizeof level);
    const mlp_outcomes outcomes = {.task = p->task,
                                   .rows = rows,
                                   .width = classifies(judge) ? p->label_count : p->target_count,
                                   .label = judge->true_labels,
                                   .predicted = judge->labels,
                                   .values = values_of(judge),
                                   .truth = judge->truth,
                                   .levels = p->coding.levels,
                                   .level = level,
                                   .quantile = judge->values};
    double value = (double)NAN;
    const mlp_status status =
        mlpi_figure(&outcomes, mlp_metric_find(judge->criterion), &value, NULL);
    judge->out_of_memory = judge->out_of_memory || status == MLP_ERROR_MEMORY;
    return judge->sign * value;
}

mlp_status mlpi_judge_check(const mlpi_judge *judge, mlp_error *err)
{
    return judge->out_of_memory ? mlpi_fail_memory(err, "the values of `metric`") : MLP_OK;
}

/* Predictions of some rows, behind `at` that are there already. */
static void predict(mlpi_judge *judge, size_t at, size_t count)
{
    const mlpi_pipeline *p = judge->pipeline;
    const size_t width = mlpi_pipeline_width(p);
    for (size_t i = 0; classifies(judge) && i < count; i++)
        judge->labels[at + i] = mlpi_pipeline_label(p, judge->y + i * p->outputs);
    if (wants_values(judge))
        mlpi_pipeline_invert(p, judge->y, count, judge->values + at * width);
    if (p->coding.levels > 0)
        mlpi_pipeline_middle(p, judge->values + at * width, count,
                             judge->middle + at * p->target_count);
}

static void keep_truth(mlpi_judge *judge, const mlpi_given *given, size_t at)
{
    const size_t rows = given->batch.rows, targets = judge->pipeline->target_count;
    if (classifies(judge))
        memcpy(judge->true_labels + at, given->label, rows * sizeof *given->label);
    else
        memcpy(judge->truth + at * targets, given->value, rows * targets * sizeof *given->value);
}

static double weight_of(const mlpi_given *given, size_t i)
{
    const uint32_t *index = given->batch.index;
    const float *weight = given->batch.weight;
    return weight != NULL ? (double)weight[index != NULL ? index[i] : i] : 1.0;
}

/* What a temperature is fitted by. */
static void keep_outputs(mlpi_judge *judge, const mlpi_given *given, size_t at)
{
    const size_t outputs = judge->pipeline->outputs, rows = given->batch.rows;
    memcpy(judge->kept + at * outputs, judge->y, rows * outputs * sizeof *judge->kept);
    for (size_t i = 0; i < rows; i++)
        judge->weight[at + i] = (float)weight_of(given, i);
}

/* The mean loss at the temperature at which it is least: what is left of it once probabilities are as
 * sure as they may be. It is least in later epochs than the loss itself, since networks become too
 * sure before they stop to learn which label is the likelier (E. Berta, D. Holzmüller, M. Jordan,
 * F. Bach 2025: refine, then calibrate). */
static double refined_loss(const mlpi_judge *judge, size_t rows)
{
    const mlpi_tempering t = {.outputs = judge->pipeline->outputs,
                              .rows = rows,
                              .y = judge->kept,
                              .label = judge->true_labels,
                              .weight = judge->weight,
                              .room = judge->logits};
    return mlpi_tempered_loss(&t, mlpi_temperature_fit(&t, MLPI_NO_GROUP)) / (double)rows;
}

/* Adds up, in the order of the rows, what the metric is made of: right answers, or the squared
 * errors of each target. */
static void add_up(mlpi_judge *judge, const mlpi_given *given, size_t at)
{
    const size_t targets = judge->pipeline->target_count, labels = judge->pipeline->label_count;
    for (size_t i = 0; judge->proper && classifies(judge) && i < given->batch.rows; i++) {
        const double w = weight_of(given, i);
        judge->sums[LOG_LOSS] +=
            w * mlpi_log_loss(judge->values[(at + i) * labels + given->label[i]]);
        judge->sums[WEIGHT] += w;
    }
    for (size_t i = 0; classifies(judge) && i < given->batch.rows; i++)
        judge->sums[RIGHT] += given->label[i] == judge->labels[at + i] ? 1.0 : 0.0;
    for (size_t i = 0; !classifies(judge) && i < given->batch.rows; i++)
        for (size_t t = 0; t < targets; t++) {
            const double error =
                values_of(judge)[(at + i) * targets + t] - given->value[i * targets + t];
            judge->sums[t] += error * error;
        }
}

/* Mean over the targets of root mean squares, from their sums. */
static double mean_of_roots(const double *sums, size_t targets, double rows)
{
    double mean = 0.0;
    for (size_t t = 0; t < targets; t++)
        mean += sqrt(sums[t] / rows) / (double)targets;
    return mean;
}

static double metric_of(const mlpi_judge *judge, double rows)
{
    return classifies(judge) ? judge->sums[RIGHT] / rows
                             : mean_of_roots(judge->sums, judge->pipeline->target_count, rows);
}

/* Mean loss of answers that are there: those of the part's rows from `seen` on. */
static double take_answers(mlpi_judge *judge, const mlpi_batch *batch, size_t seen)
{
    const size_t outputs = judge->pipeline->outputs;
    double *y = judge->row, *target = judge->row + outputs, loss = 0.0;
    memcpy(judge->y, judge->answers + seen * outputs, batch->rows * outputs * sizeof *judge->y);
    for (size_t i = 0; i < batch->rows; i++) {
        const size_t r = batch->index != NULL ? batch->index[i] : i;
        for (size_t k = 0; k < outputs; k++) {
            y[k] = (double)judge->y[i * outputs + k];
            target[k] = (double)batch->target[r * outputs + k];
        }
        loss += (batch->weight != NULL ? (double)batch->weight[r] : 1.0) *
                mlpi_loss_of_outputs(judge->network, y, target);
    }
    return loss / (double)batch->rows;
}

static double forward(mlpi_judge *judge, const mlpi_batch *batch, size_t seen)
{
    if (judge->answers != NULL)
        return take_answers(judge, batch, seen);
    return judge->networks != NULL ? mlpi_ensemble_forward(judge->networks, batch, judge->y)
                                   : mlpi_engine_forward(judge->engine, batch, judge->y);
}

mlpi_figures mlpi_judge_part(mlpi_judge *judge, mlpi_batches *part)
{
    const double rows = (double)part->rows;
    const bool all = judge->criterion != NULL || judge->refines;
    double loss = 0.0;
    size_t seen = 0;
    mlpi_given given;
    memset(judge->sums, 0, (judge->pipeline->target_count + LABEL_SUMS) * sizeof *judge->sums);
    mlpi_batches_rewind(part, NULL);
    while (mlpi_batches_next(part, JUDGED, &given)) {
        const size_t count = given.batch.rows, at = all ? seen : 0;
        loss += forward(judge, &given.batch, seen) * (double)count;
        predict(judge, at, count);
        add_up(judge, &given, at);
        if (all)
            keep_truth(judge, &given, at);
        if (judge->refines)
            keep_outputs(judge, &given, at);
        seen += count;
    }
    loss /= rows;
    return (mlpi_figures){.loss = loss,
                          .metric = metric_of(judge, rows),
                          .criterion = judge->refines             ? refined_loss(judge, seen)
                                       : judge->criterion != NULL ? criterion_of(judge, seen)
                                                                  : loss,
                          .log_loss = judge->proper && classifies(judge)
                                          ? judge->sums[LOG_LOSS] / judge->sums[WEIGHT]
                                          : (double)NAN};
}

/* --- the answer that ignores the inputs ------------------------------------------------------- */

/* Adds to a sum for each label, or each target: rows, or what the values are worth. */
typedef void (*add_row)(const mlpi_judge *judge, const mlpi_given *given, size_t i, double rows);

static void count_label(const mlpi_judge *judge, const mlpi_given *given, size_t i, double rows)
{
    (void)rows;
    judge->sums[given->label[i]] += 1.0;
}

static void add_to_means(const mlpi_judge *judge, const mlpi_given *given, size_t i, double rows)
{
    const size_t targets = judge->pipeline->target_count;
    for (size_t t = 0; t < targets; t++)
        judge->sums[t] += given->value[i * targets + t] / rows;
}

static void add_to_spread(const mlpi_judge *judge, const mlpi_given *given, size_t i, double rows)
{
    const size_t targets = judge->pipeline->target_count;
    (void)rows;
    for (size_t t = 0; t < targets; t++) {
        const double off = given->value[i * targets + t] - judge->sums[t];
        judge->sums[targets + t] += off * off;
    }
}

static void go_through(const mlpi_judge *judge, mlpi_batches *part, add_row add)
{
    mlpi_given given;
    mlpi_batches_rewind(part, NULL);
    while (mlpi_batches_next(part, JUDGED, &given))
        for (size_t i = 0; i < given.batch.rows; i++)
            add(judge, &given, i, (double)part->rows);
}

static void add_to_prior(const mlpi_judge *judge, const mlpi_given *given, size_t i, double rows)
{
    (void)rows;
    judge->sums[judge->pipeline->label_count + given->label[i]] += weight_of(given, i);
}

static size_t largest(const double *values, size_t n)
{
    size_t most = 0;
    for (size_t k = 1; k < n; k++)
        most = values[k] > values[most] ? k : most;
    return most;
}

/* The mean of -ln prior of the labels of a part; or that of equal probabilities where it is smaller,
 * since a label that no training row has may weigh any amount. */
static double log_loss_at(const double *prior, size_t labels, mlpi_batches *part)
{
    double sum = 0.0, weights = 0.0;
    mlpi_given given;
    mlpi_batches_rewind(part, NULL);
    while (mlpi_batches_next(part, JUDGED, &given))
        for (size_t i = 0; i < given.batch.rows; i++) {
            sum += weight_of(&given, i) * mlpi_log_loss(prior[given.label[i]]);
            weights += weight_of(&given, i);
        }
    return fmin(sum / weights, log((double)labels));
}

/* The criterion where every row gets the same answer, one value for each label or target. */
static double criterion_of_all(mlpi_judge *judge, const double *answer, mlpi_batches *part)
{
    const mlpi_pipeline *p = judge->pipeline;
    const size_t width = mlpi_pipeline_width(p);
    size_t seen = 0;
    mlpi_given given;
    if (judge->criterion == NULL || p->coding.levels > 0)
        return (double)NAN;
    mlpi_batches_rewind(part, NULL);
    for (; mlpi_batches_next(part, JUDGED, &given); seen += given.batch.rows)
        keep_truth(judge, &given, seen);
    for (size_t r = 0; r < seen; r++) {
        memcpy(judge->values + r * width, answer, width * sizeof *answer);
        judge->labels[r] = largest(answer, width);
    }
    return criterion_of(judge, seen);
}

static mlpi_figures baseline_of_labels(mlpi_judge *judge, mlpi_batches *learning,
                                       mlpi_batches *part)
{
    const size_t labels = judge->pipeline->label_count;
    double *prior = judge->sums + labels, all = 0.0;
    go_through(judge, part, count_label);
    go_through(judge, learning, add_to_prior);
    for (size_t k = 0; k < labels; k++)
        all += prior[k];
    for (size_t k = 0; k < labels; k++)
        prior[k] /= all;
    return (mlpi_figures){.metric = judge->sums[largest(judge->sums, labels)] / (double)part->rows,
                          .criterion = criterion_of_all(judge, prior, part),
                          .log_loss = log_loss_at(prior, labels, part)};
}

static mlpi_figures baseline_of_values(mlpi_judge *judge, mlpi_batches *part)
{
    const size_t targets = judge->pipeline->target_count;
    go_through(judge, part, add_to_means);
    go_through(judge, part, add_to_spread);
    return (mlpi_figures){.metric =
                              mean_of_roots(judge->sums + targets, targets, (double)part->rows),
                          .criterion = criterion_of_all(judge, judge->sums, part),
                          .log_loss = (double)NAN};
}

mlpi_figures mlpi_judge_baseline(mlpi_judge *judge, mlpi_batches *learning, mlpi_batches *part)
{
    const mlpi_pipeline *p = judge->pipeline;
    memset(judge->sums, 0, 2 * (p->target_count + p->label_count) * sizeof *judge->sums);
    return classifies(judge) ? baseline_of_labels(judge, learning, part)
                             : baseline_of_values(judge, part);
}
