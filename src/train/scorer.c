/* SPDX-License-Identifier: MIT */
/* Computes how good the current parameters are on a part of the rows. */
#include <math.h>
#include <string.h>

#include "evaluate/metric_sums.h"
#include "evaluate/metrics.h"
#include "network/layout.h"
#include "network/temperature.h"
#include "train/run.h"

enum { AT_ONCE = 4096 }; /* rows at a time, so that outputs need little memory */

/* Places in the sums of a classification. */
enum { RIGHT, LOG_LOSS, WEIGHTED_LOG_LOSS, WEIGHT, LABEL_SUMS };

static bool classifies(const mlpi_scorer *scorer)
{
    return scorer->pipeline->task == MLP_TASK_CLASSIFICATION;
}

/* Whether the values of predictions are needed, not only their labels. */
static bool wants_values(const mlpi_scorer *scorer)
{
    return !classifies(scorer) || scorer->criterion != NULL || scorer->proper;
}

/* Allocates room for all rows if a metric or the refined loss decides, else for AT_ONCE rows. */
static bool make_room(mlpi_scorer *scorer, size_t rows)
{
    const mlpi_pipeline *p = scorer->pipeline;
    const bool all = scorer->criterion != NULL || scorer->refines;
    const size_t room = all && rows > AT_ONCE ? rows : AT_ONCE, kept = scorer->refines ? rows : 0;
    const size_t width = mlpi_pipeline_width(p);
    const size_t middle = p->coding.levels > 0 ? p->target_count : 0;
    scorer->y = mlpi_allocate(AT_ONCE, p->outputs * sizeof *scorer->y);
    scorer->row = mlpi_allocate(2, p->outputs * sizeof *scorer->row);
    scorer->values = mlpi_allocate(room, width * sizeof *scorer->values);
    scorer->middle = mlpi_allocate(room, middle * sizeof *scorer->middle);
    scorer->labels = mlpi_allocate(room, sizeof *scorer->labels);
    scorer->true_labels = mlpi_allocate(all ? room : 0, sizeof *scorer->true_labels);
    scorer->truth = mlpi_allocate(all ? room : 0, p->target_count * sizeof *scorer->truth);
    scorer->kept = mlpi_allocate(kept, p->outputs * sizeof *scorer->kept);
    scorer->weight = mlpi_allocate(kept, sizeof *scorer->weight);
    scorer->logits = mlpi_allocate(p->label_count, sizeof *scorer->logits);
    scorer->sums =
        mlpi_allocate(2, (p->target_count + p->label_count + LABEL_SUMS) * sizeof *scorer->sums);
    return scorer->y != NULL && scorer->row != NULL && scorer->values != NULL &&
           scorer->middle != NULL && scorer->labels != NULL && scorer->true_labels != NULL &&
           scorer->truth != NULL && scorer->sums != NULL && scorer->kept != NULL &&
           scorer->weight != NULL && scorer->logits != NULL;
}

mlp_status mlpi_scorer_init(mlpi_scorer *scorer, mlpi_engine *engine, const mlpi_pipeline *pipeline,
                            const mlpi_plan *plan, size_t rows, mlp_error *err)
{
    *scorer = (mlpi_scorer){.engine = engine,
                            .pipeline = pipeline,
                            .criterion = plan->metric,
                            .refines = plan->calibrate && plan->metric == NULL,
                            .sign = plan->larger_is_better ? -1.0 : 1.0};
    return make_room(scorer, rows) ? MLP_OK : mlpi_fail_memory(err, "training");
}

void mlpi_scorer_release(mlpi_scorer *scorer)
{
    mlpi_free(scorer->y);
    mlpi_free(scorer->row);
    mlpi_free(scorer->values);
    mlpi_free(scorer->middle);
    mlpi_free(scorer->labels);
    mlpi_free(scorer->true_labels);
    mlpi_free(scorer->truth);
    mlpi_free(scorer->sums);
    mlpi_free(scorer->kept);
    mlpi_free(scorer->weight);
    mlpi_free(scorer->logits);
    *scorer = (mlpi_scorer){0};
}

/* The predictions: one value for each target, or for each label. */
static double *values_of(const mlpi_scorer *scorer)
{
    return scorer->pipeline->coding.levels > 0 ? scorer->middle : scorer->values;
}

/* The deciding metric of the predictions in `values` and `labels`; NaN where it is not defined. */
static double criterion_of(mlpi_scorer *scorer, size_t rows)
{
    const mlpi_pipeline *p = scorer->pipeline;
    double level[MLPI_MOST_LEVELS];
    memcpy(level, p->coding.level, sizeof level);
    const mlp_outcomes outcomes = {.task = p->task,
                                   .rows = rows,
                                   .width = classifies(scorer) ? p->label_count : p->target_count,
                                   .label = scorer->true_labels,
                                   .predicted = scorer->labels,
                                   .values = values_of(scorer),
                                   .truth = scorer->truth,
                                   .levels = p->coding.levels,
                                   .level = level,
                                   .quantile = scorer->values};
    double value = (double)NAN;
    const mlp_status status = mlpi_metric_of(&outcomes, mlpi_pipeline_looked_for(p),
                                             mlp_metric_find(scorer->criterion), &value, NULL);
    scorer->out_of_memory = scorer->out_of_memory || status == MLP_ERROR_MEMORY;
    return scorer->sign * value;
}

mlp_status mlpi_scorer_check(const mlpi_scorer *scorer, mlp_error *err)
{
    return scorer->out_of_memory ? mlpi_fail_memory(err, "the values of `metric`") : MLP_OK;
}

/* Computes the predictions of `count` rows, which follow `at` rows that have predictions. */
static void predict(mlpi_scorer *scorer, size_t at, size_t count)
{
    const mlpi_pipeline *p = scorer->pipeline;
    const size_t width = mlpi_pipeline_width(p);
    for (size_t i = 0; classifies(scorer) && i < count; i++)
        scorer->labels[at + i] = mlpi_pipeline_label(p, scorer->y + i * p->outputs);
    if (wants_values(scorer))
        mlpi_pipeline_invert(p, scorer->y, count, scorer->values + at * width);
    if (p->coding.levels > 0)
        mlpi_pipeline_middle(p, scorer->values + at * width, count,
                             scorer->middle + at * p->target_count);
}

static void keep_truth(mlpi_scorer *scorer, const mlpi_given *given, size_t at)
{
    const size_t rows = given->batch.rows, targets = scorer->pipeline->target_count;
    if (classifies(scorer))
        memcpy(scorer->true_labels + at, given->label, rows * sizeof *given->label);
    else
        memcpy(scorer->truth + at * targets, given->value, rows * targets * sizeof *given->value);
}

static double weight_of(const mlpi_given *given, size_t i)
{
    const uint32_t *index = given->batch.index;
    const float *weight = given->batch.weight;
    return weight != NULL ? (double)weight[index != NULL ? index[i] : i] : 1.0;
}

/* Keeps the outputs and weights that a temperature is fitted to. */
static void keep_outputs(mlpi_scorer *scorer, const mlpi_given *given, size_t at)
{
    const size_t outputs = scorer->pipeline->outputs, rows = given->batch.rows;
    memcpy(scorer->kept + at * outputs, scorer->y, rows * outputs * sizeof *scorer->kept);
    for (size_t i = 0; i < rows; i++)
        scorer->weight[at + i] = (float)weight_of(given, i);
}

/* The mean loss at the best temperature: what remains of the loss once the probabilities are as
 * sure as they should be. The minimum is in a later epoch than that of the loss itself, since
 * networks become too sure before they stop learning which label is the likelier (E. Berta, D.
 * Holzmüller, M. Jordan, F. Bach 2025: refine, then calibrate). */
static double refined_loss(const mlpi_scorer *scorer, size_t rows)
{
    const mlpi_tempering t = {.outputs = scorer->pipeline->outputs,
                              .rows = rows,
                              .y = scorer->kept,
                              .label = scorer->true_labels,
                              .weight = scorer->weight,
                              .room = scorer->logits};
    return mlpi_tempered_loss(&t, mlpi_temperature_fit(&t, MLPI_NO_GROUP)) / (double)rows;
}

/* Adds up, in the order of the rows, the sums for the metrics: right answers and log losses, or the
 * squared errors of each target. */
static void add_up(mlpi_scorer *scorer, const mlpi_given *given, size_t at)
{
    const size_t targets = scorer->pipeline->target_count, labels = scorer->pipeline->label_count;
    for (size_t i = 0; scorer->proper && classifies(scorer) && i < given->batch.rows; i++) {
        const double w = weight_of(given, i);
        const double loss = mlpi_log_loss(scorer->values[(at + i) * labels + given->label[i]]);
        scorer->sums[LOG_LOSS] += loss;
        scorer->sums[WEIGHTED_LOG_LOSS] += w * loss;
        scorer->sums[WEIGHT] += w;
    }
    for (size_t i = 0; classifies(scorer) && i < given->batch.rows; i++)
        scorer->sums[RIGHT] += given->label[i] == scorer->labels[at + i] ? 1.0 : 0.0;
    for (size_t i = 0; !classifies(scorer) && i < given->batch.rows; i++)
        for (size_t t = 0; t < targets; t++) {
            const double error =
                values_of(scorer)[(at + i) * targets + t] - given->value[i * targets + t];
            scorer->sums[t] += error * error;
        }
}

/* The mean over the targets of root mean squares, from the sums of squares. */
static double mean_of_roots(const double *sums, size_t targets, double rows)
{
    double mean = 0.0;
    for (size_t t = 0; t < targets; t++)
        mean += sqrt(sums[t] / rows) / (double)targets;
    return mean;
}

static double metric_of(const mlpi_scorer *scorer, double rows)
{
    return classifies(scorer) ? scorer->sums[RIGHT] / rows
                              : mean_of_roots(scorer->sums, scorer->pipeline->target_count, rows);
}

/* Mean loss of the given answers for a batch that begins at row `seen` of the part. */
static double take_answers(mlpi_scorer *scorer, const mlpi_batch *batch, size_t seen)
{
    const size_t outputs = scorer->pipeline->outputs;
    double *y = scorer->row, *target = scorer->row + outputs, loss = 0.0;
    memcpy(scorer->y, scorer->answers + seen * outputs, batch->rows * outputs * sizeof *scorer->y);
    for (size_t i = 0; i < batch->rows; i++) {
        const size_t r = batch->index != NULL ? batch->index[i] : i;
        for (size_t k = 0; k < outputs; k++) {
            y[k] = (double)scorer->y[i * outputs + k];
            target[k] = (double)batch->target[r * outputs + k];
        }
        loss += (batch->weight != NULL ? (double)batch->weight[r] : 1.0) *
                mlpi_loss_of_outputs(scorer->network, y, target);
    }
    return loss / (double)batch->rows;
}

static double forward(mlpi_scorer *scorer, const mlpi_batch *batch, size_t seen)
{
    if (scorer->answers != NULL)
        return take_answers(scorer, batch, seen);
    return scorer->networks != NULL ? mlpi_ensemble_forward(scorer->networks, batch, scorer->y)
                                    : mlpi_engine_forward(scorer->engine, batch, scorer->y);
}

mlpi_scores mlpi_scorer_part(mlpi_scorer *scorer, mlpi_batches *part)
{
    const double rows = (double)part->rows;
    const bool all = scorer->criterion != NULL || scorer->refines;
    const bool proper = scorer->proper && classifies(scorer);
    double loss = 0.0;
    size_t seen = 0;
    mlpi_given given;
    memset(scorer->sums, 0, (scorer->pipeline->target_count + LABEL_SUMS) * sizeof *scorer->sums);
    mlpi_batches_rewind(part, NULL);
    while (mlpi_batches_next(part, AT_ONCE, &given)) {
        const size_t count = given.batch.rows, at = all ? seen : 0;
        loss += forward(scorer, &given.batch, seen) * (double)count;
        predict(scorer, at, count);
        add_up(scorer, &given, at);
        if (all)
            keep_truth(scorer, &given, at);
        if (scorer->refines)
            keep_outputs(scorer, &given, at);
        seen += count;
    }
    loss /= rows;
    return (mlpi_scores){.loss = loss,
                         .metric = metric_of(scorer, rows),
                         .criterion = scorer->refines             ? refined_loss(scorer, seen)
                                      : scorer->criterion != NULL ? criterion_of(scorer, seen)
                                                                  : loss,
                         .log_loss = proper ? scorer->sums[LOG_LOSS] / rows : (double)NAN,
                         .weighted_log_loss =
                             proper ? scorer->sums[WEIGHTED_LOG_LOSS] / scorer->sums[WEIGHT]
                                    : (double)NAN};
}

/* --- the answer that ignores the inputs ------------------------------------------------------- */

/* Adds row i to the sums for each label or target; `rows` is the number of rows of the part. */
typedef void (*add_row)(const mlpi_scorer *scorer, const mlpi_given *given, size_t i, double rows);

static void count_label(const mlpi_scorer *scorer, const mlpi_given *given, size_t i, double rows)
{
    (void)rows;
    scorer->sums[given->label[i]] += 1.0;
}

static void add_to_means(const mlpi_scorer *scorer, const mlpi_given *given, size_t i, double rows)
{
    const size_t targets = scorer->pipeline->target_count;
    for (size_t t = 0; t < targets; t++)
        scorer->sums[t] += given->value[i * targets + t] / rows;
}

static void add_to_spread(const mlpi_scorer *scorer, const mlpi_given *given, size_t i, double rows)
{
    const size_t targets = scorer->pipeline->target_count;
    (void)rows;
    for (size_t t = 0; t < targets; t++) {
        const double off = given->value[i * targets + t] - scorer->sums[t];
        scorer->sums[targets + t] += off * off;
    }
}

static void go_through(const mlpi_scorer *scorer, mlpi_batches *part, add_row add)
{
    mlpi_given given;
    mlpi_batches_rewind(part, NULL);
    while (mlpi_batches_next(part, AT_ONCE, &given))
        for (size_t i = 0; i < given.batch.rows; i++)
            add(scorer, &given, i, (double)part->rows);
}

static void add_to_prior(const mlpi_scorer *scorer, const mlpi_given *given, size_t i, double rows)
{
    (void)rows;
    scorer->sums[scorer->pipeline->label_count + given->label[i]] += 1.0;
}

static void add_to_weighted_prior(const mlpi_scorer *scorer, const mlpi_given *given, size_t i,
                                  double rows)
{
    (void)rows;
    scorer->sums[scorer->pipeline->label_count + given->label[i]] += weight_of(given, i);
}

/* The shares of the labels in a part, whose rows `add` counts or weighs. */
static double *find_prior(mlpi_scorer *scorer, mlpi_batches *part, add_row add)
{
    const size_t labels = scorer->pipeline->label_count;
    double *prior = scorer->sums + labels, all = 0.0;
    memset(prior, 0, labels * sizeof *prior);
    go_through(scorer, part, add);
    for (size_t k = 0; k < labels; k++)
        all += prior[k];
    for (size_t k = 0; k < labels; k++)
        prior[k] /= all;
    return prior;
}

static size_t largest(const double *values, size_t n)
{
    size_t most = 0;
    for (size_t k = 1; k < n; k++)
        most = values[k] > values[most] ? k : most;
    return most;
}

/* The mean of -ln prior over the (weighted) rows of a part, but at most the log loss of equal
 * probabilities: a label that no training row has may make the mean arbitrarily large. */
static double log_loss_at(const double *prior, size_t labels, mlpi_batches *part, bool weighted)
{
    double sum = 0.0, weights = 0.0;
    mlpi_given given;
    mlpi_batches_rewind(part, NULL);
    while (mlpi_batches_next(part, AT_ONCE, &given))
        for (size_t i = 0; i < given.batch.rows; i++) {
            const double w = weighted ? weight_of(&given, i) : 1.0;
            sum += w * mlpi_log_loss(prior[given.label[i]]);
            weights += w;
        }
    return fmin(sum / weights, log((double)labels));
}

/* The criterion if every row gets the same `answer`: one value for each label or target. */
static double criterion_of_all(mlpi_scorer *scorer, const double *answer, mlpi_batches *part)
{
    const mlpi_pipeline *p = scorer->pipeline;
    const size_t width = mlpi_pipeline_width(p);
    size_t seen = 0;
    mlpi_given given;
    if (scorer->criterion == NULL || p->coding.levels > 0)
        return (double)NAN;
    mlpi_batches_rewind(part, NULL);
    for (; mlpi_batches_next(part, AT_ONCE, &given); seen += given.batch.rows)
        keep_truth(scorer, &given, seen);
    for (size_t r = 0; r < seen; r++) {
        memcpy(scorer->values + r * width, answer, width * sizeof *answer);
        scorer->labels[r] = largest(answer, width);
    }
    return criterion_of(scorer, seen);
}

static mlpi_scores baseline_of_labels(mlpi_scorer *scorer, mlpi_batches *learning,
                                      mlpi_batches *part)
{
    const size_t labels = scorer->pipeline->label_count;
    const double *prior = find_prior(scorer, learning, add_to_weighted_prior);
    mlpi_scores scores = {.weighted_log_loss = log_loss_at(prior, labels, part, true)};
    prior = find_prior(scorer, learning, add_to_prior);
    scores.log_loss = log_loss_at(prior, labels, part, false);
    scores.criterion = criterion_of_all(scorer, prior, part);
    go_through(scorer, part, count_label);
    scores.metric = scorer->sums[largest(scorer->sums, labels)] / (double)part->rows;
    return scores;
}

static mlpi_scores baseline_of_values(mlpi_scorer *scorer, mlpi_batches *part)
{
    const size_t targets = scorer->pipeline->target_count;
    go_through(scorer, part, add_to_means);
    go_through(scorer, part, add_to_spread);
    return (mlpi_scores){.metric =
                             mean_of_roots(scorer->sums + targets, targets, (double)part->rows),
                         .criterion = criterion_of_all(scorer, scorer->sums, part),
                         .log_loss = (double)NAN,
                         .weighted_log_loss = (double)NAN};
}

mlpi_scores mlpi_scorer_baseline(mlpi_scorer *scorer, mlpi_batches *learning, mlpi_batches *part)
{
    const mlpi_pipeline *p = scorer->pipeline;
    memset(scorer->sums, 0, 2 * (p->target_count + p->label_count) * sizeof *scorer->sums);
    return classifies(scorer) ? baseline_of_labels(scorer, learning, part)
                              : baseline_of_values(scorer, part);
}
