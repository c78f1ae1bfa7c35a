/* SPDX-License-Identifier: MIT */
/* Evaluation of outcomes, all at once or part by part. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "evaluate/metric_sums.h"
#include "evaluate/metrics.h"
#include "evaluate/ranking.h"
#include "mlp/evaluate.h"

/* --- part by part ----------------------------------------------------------------------------- */

enum { SLICE = 1024 }; /* rows that are added at a time */

/* Numbers that are collected, and sorted at the end. */
typedef struct number_list {
    double *numbers;
    size_t count, room;
} number_list;

struct mlp_evaluator {
    bool keeps_rows, ordered; /* ordered: computes metrics that need an order of the rows */
    bool told;                /* mlp_evaluator_look_for was called */
    size_t rows, unanswered, first_unanswered;
    mlpi_scored scored; /* all rows, or those of one slice if none are kept */
    mlpi_sums sums;
    size_t *confusion;
    number_list *lists; /* for each ranked label, the scores of the rows without it and of those
                           with it; for each target, the absolute errors */
    size_t list_count;
    bool unordered; /* a number in the lists is NaN */
    bool finished;  /* the metrics are computed, and the lists sorted */
    double metrics[MLP_METRICS];
    mlp_on_outcomes on_outcomes;
    void *context;
};

mlp_status mlp_evaluator_create(bool keep_rows, mlp_evaluator **evaluator, mlp_error *err)
{
    mlp_evaluator *made = calloc(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "the evaluation");
    made->keeps_rows = keep_rows;
    made->ordered = true;
    made->scored.looked_for = 1;
    *evaluator = made;
    return MLP_OK;
}

void mlp_evaluator_look_for(mlp_evaluator *evaluator, size_t label)
{
    evaluator->scored.looked_for = label == 0 ? 0 : 1;
    evaluator->told = true;
}

void mlpi_evaluator_look_for_usual(mlp_evaluator *evaluator, size_t label)
{
    if (!evaluator->told && evaluator->rows == 0)
        mlp_evaluator_look_for(evaluator, label);
}

void mlp_evaluator_listen(mlp_evaluator *evaluator, mlp_on_outcomes on_outcomes, void *context)
{
    evaluator->on_outcomes = on_outcomes;
    evaluator->context = context;
}

void mlp_evaluator_free(mlp_evaluator *evaluator)
{
    if (evaluator == NULL)
        return;
    mlpi_sums_release(&evaluator->sums);
    mlpi_scored_release(&evaluator->scored);
    free(evaluator->confusion);
    for (size_t i = 0; i < evaluator->list_count; i++)
        free(evaluator->lists[i].numbers);
    free(evaluator->lists);
    free(evaluator);
}

const mlpi_scored *mlpi_evaluator_rows(const mlp_evaluator *evaluator)
{
    return &evaluator->scored;
}

const double *mlpi_evaluator_metrics(const mlp_evaluator *evaluator)
{
    return evaluator->finished ? evaluator->metrics : NULL;
}

static mlpi_descent scores_of(const mlp_evaluator *e, size_t k)
{
    const number_list *negative = &e->lists[2 * k], *positive = &e->lists[2 * k + 1];
    return (mlpi_descent){negative->numbers, positive->numbers, negative->count, positive->count};
}

bool mlpi_evaluator_scores(const mlp_evaluator *evaluator, mlpi_descent *scores)
{
    const mlp_evaluator *e = evaluator;
    if (!e->finished || !e->ordered || e->unordered || e->scored.width != 2 ||
        e->scored.task != MLP_TASK_CLASSIFICATION)
        return false;
    *scores = scores_of(e, 0);
    return true;
}

static bool make_lists(mlp_evaluator *e)
{
    const mlpi_scored *j = &e->scored;
    const size_t count = j->task == MLP_TASK_REGRESSION ? j->width : 2 * j->ranked;
    if (!e->ordered || count == 0)
        return true;
    e->lists = calloc(count, sizeof *e->lists);
    e->list_count = e->lists != NULL ? count : 0;
    return e->lists != NULL;
}

/* Allocates sums and lists before the first rows are added. The confusion counts come from calloc,
 * because most of them stay zero, and then need no memory. */
static bool begin(mlp_evaluator *e)
{
    const size_t labels = e->scored.width;
    size_t cells = 0;
    if (e->rows > 0)
        return true;
    if (!mlpi_sums_init(&e->scored, &e->sums) || !make_lists(e))
        return false;
    if (e->scored.task == MLP_TASK_REGRESSION)
        return true;
    e->confusion =
        mlpi_multiply(labels, labels, &cells) ? calloc(cells, sizeof *e->confusion) : NULL;
    return e->confusion != NULL;
}

static bool add_number(mlp_evaluator *e, size_t i, double number)
{
    number_list *list = &e->lists[i];
    e->unordered = e->unordered || isnan(number);
    if (!mlpi_grow(&list->numbers, &list->room, list->count + 1, sizeof *list->numbers))
        return false;
    list->numbers[list->count++] = number;
    return true;
}

static bool add_scores(mlp_evaluator *e, size_t first)
{
    const mlpi_scored *j = &e->scored;
    for (size_t r = first; r < j->rows; r++)
        for (size_t k = 0; k < j->ranked; k++) {
            const bool positive = j->label[r] == mlpi_scored_ranked(j, k);
            if (!add_number(e, 2 * k + positive, j->score[r * j->ranked + k]))
                return false;
        }
    return true;
}

static bool add_errors(mlp_evaluator *e, size_t first)
{
    const mlpi_scored *j = &e->scored;
    for (size_t i = first * j->width; i < j->rows * j->width; i++)
        if (!add_number(e, i % j->width, fabs(j->values[i] - j->truth[i])))
            return false;
    return true;
}

static bool add_to_lists(mlp_evaluator *e, size_t first)
{
    if (!e->ordered)
        return true;
    return e->scored.task == MLP_TASK_REGRESSION ? add_errors(e, first) : add_scores(e, first);
}

static void add_confusion(mlp_evaluator *e, size_t first)
{
    const mlpi_scored *j = &e->scored;
    for (size_t r = first; e->confusion != NULL && r < j->rows; r++)
        if (j->predicted[r] != MLP_NO_LABEL)
            e->confusion[j->label[r] * j->width + j->predicted[r]]++;
}

static mlp_status add_slice(mlp_evaluator *e, const mlp_outcomes *o, size_t from, size_t count,
                            mlp_error *err)
{
    const size_t first = e->scored.rows;
    MLPI_TRY(mlpi_scored_add(&e->scored, o, from, count, err));
    if (!begin(e) || !add_to_lists(e, first))
        return mlpi_fail_memory(err, "the evaluation");
    add_confusion(e, first);
    mlpi_sums_add(&e->sums, &e->scored, first, NULL);
    e->rows += count;
    if (!e->keeps_rows)
        e->scored.rows = 0;
    return MLP_OK;
}

mlp_status mlp_evaluator_add(mlp_evaluator *evaluator, const mlp_outcomes *outcomes, mlp_error *err)
{
    mlp_evaluator *e = evaluator;
    size_t first = 0;
    if (e->rows > 0 && (e->scored.task != outcomes->task || e->scored.width != outcomes->width ||
                        e->scored.levels != outcomes->levels))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "these outcomes are from another model than those before");
    const size_t unanswered = mlpi_unanswered(outcomes, &first);
    if (unanswered > 0 && e->unanswered == 0)
        e->first_unanswered = e->rows + first;
    e->unanswered += unanswered;
    for (size_t from = 0; from < outcomes->rows; from += SLICE) {
        const size_t left = outcomes->rows - from;
        MLPI_TRY(add_slice(e, outcomes, from, left < SLICE ? left : SLICE, err));
    }
    if (e->on_outcomes != NULL)
        e->on_outcomes(outcomes, e->context);
    return MLP_OK;
}

/* --- metrics ---------------------------------------------------------------------------------- */

static mlpi_ranks rank(mlpi_descent scores)
{
    mlpi_ranks ranks = {0};
    mlpi_same_score same;
    while (mlpi_descend(&scores, &same))
        mlpi_ranks_step(&ranks, same.positives, same.negatives);
    return ranks;
}

static void rank_labels(mlp_evaluator *e, double *metrics)
{
    mlpi_ranks ranks[MLP_AUC_LABELS];
    for (size_t i = 0; i < e->list_count; i++)
        mlpi_sort(e->lists[i].numbers, e->lists[i].count);
    for (size_t k = 0; k < e->scored.ranked; k++)
        ranks[k] = rank(scores_of(e, k));
    mlpi_ranks_metrics(ranks, e->scored.ranked, metrics);
}

static void rank_errors(mlp_evaluator *e, double *metrics)
{
    const size_t targets = e->scored.width;
    double sum = 0.0;
    for (size_t t = 0; t < targets; t++) {
        mlpi_sort(e->lists[t].numbers, e->rows);
        sum += mlpi_quantile(e->lists[t].numbers, e->rows, 0.5) / (double)targets;
    }
    metrics[MLPI_MEDIAN_ABSOLUTE_ERROR] = sum;
}

static mlp_status metrics_of(mlp_evaluator *e, double *metrics, mlp_error *err)
{
    if (e->rows == 0)
        return mlpi_fail(err, MLP_ERROR_DATA, "there are no rows to evaluate");
    mlpi_sums_metrics(&e->sums, &e->scored, metrics);
    if (!e->ordered || e->unordered)
        return MLP_OK;
    if (e->scored.task == MLP_TASK_REGRESSION)
        rank_errors(e, metrics);
    else
        rank_labels(e, metrics);
    return MLP_OK;
}

static mlp_status list_labels(mlp_evaluator *e, mlp_evaluation *to, mlp_error *err)
{
    const size_t labels = e->scored.width;
    size_t most = 0;
    to->labels = labels;
    to->precision = mlpi_allocate(labels, sizeof *to->precision);
    to->recall = mlpi_allocate(labels, sizeof *to->recall);
    to->f1 = mlpi_allocate(labels, sizeof *to->f1);
    if (to->precision == NULL || to->recall == NULL || to->f1 == NULL)
        return mlpi_fail_memory(err, "the evaluation");
    for (size_t k = 0; k < labels; k++)
        most = e->sums.truths[k] > most ? e->sums.truths[k] : most;
    to->baseline_accuracy = (double)most / (double)e->rows;
    to->baseline_log_loss = 0.0;
    for (size_t k = 0; k < labels; k++) {
        const double share = (double)e->sums.truths[k] / (double)e->rows;
        to->baseline_log_loss += e->sums.truths[k] > 0 ? share * mlpi_log_loss(share) : 0.0;
    }
    const mlpi_tally tally = {e->sums.hits, e->sums.truths, e->sums.guesses, labels};
    mlpi_label_scores(&tally, to->precision, to->recall, to->f1);
    to->confusion = e->confusion;
    e->confusion = NULL;
    return MLP_OK;
}

/* Fills in the metrics of every level of every target. */
static mlp_status list_levels(const mlp_evaluator *e, mlp_evaluation *to, mlp_error *err)
{
    const size_t levels = e->scored.levels, width = e->scored.width * levels;
    to->levels = levels;
    if (levels == 0)
        return MLP_OK;
    to->level_pinball = mlpi_allocate(width, sizeof(double));
    to->level_coverage = mlpi_allocate(width, sizeof(double));
    if (to->level_pinball == NULL || to->level_coverage == NULL)
        return mlpi_fail_memory(err, "the evaluation");
    for (size_t k = 0; k < width; k++) {
        const mlpi_target_sums *target = &e->sums.targets[k / levels];
        to->level_pinball[k] = target->pinball[k % levels] / (double)e->rows;
        to->level_coverage[k] = target->coverage[k % levels] / (double)e->rows;
    }
    return MLP_OK;
}

static mlp_status list_targets(const mlp_evaluator *e, mlp_evaluation *to, mlp_error *err)
{
    const size_t targets = e->scored.width;
    const double n = (double)e->rows;
    to->targets = targets;
    to->target_rmse = mlpi_allocate(targets, sizeof(double));
    to->target_mae = mlpi_allocate(targets, sizeof(double));
    to->target_r2 = mlpi_allocate(targets, sizeof(double));
    if (to->target_rmse == NULL || to->target_mae == NULL || to->target_r2 == NULL)
        return mlpi_fail_memory(err, "the evaluation");
    to->baseline_rmse = 0.0;
    for (size_t t = 0; t < targets; t++) {
        const mlpi_target_sums *target = &e->sums.targets[t];
        double spread = 0.0;
        to->target_rmse[t] = sqrt(target->squares / n);
        to->target_mae[t] = target->absolute / n;
        to->target_r2[t] = mlpi_sums_r2(target, n, &spread);
        to->baseline_rmse += sqrt(spread) / (double)targets;
        to->zero_targets += e->rows - (size_t)target->nonzero;
    }
    return list_levels(e, to, err);
}

mlp_status mlp_evaluator_finish(mlp_evaluator *evaluator, mlp_evaluation *evaluation,
                                mlp_error *err)
{
    const double none = (double)NAN;
    MLPI_TRY(metrics_of(evaluator, evaluator->metrics, err));
    mlp_evaluation made = {.task = evaluator->scored.task,
                           .rows = evaluator->rows,
                           .unanswered = evaluator->unanswered,
                           .first_unanswered = evaluator->first_unanswered,
                           .baseline_accuracy = none,
                           .baseline_log_loss = none,
                           .baseline_rmse = none};
    for (size_t i = 0; i < MLP_METRICS; i++)
        mlpi_metric_put(&made, i, evaluator->metrics[i]);
    evaluator->finished = true;
    const mlp_status status = made.task == MLP_TASK_CLASSIFICATION
                                  ? list_labels(evaluator, &made, err)
                                  : list_targets(evaluator, &made, err);
    if (status == MLP_OK)
        *evaluation = made;
    else
        mlp_evaluation_release(&made);
    return status;
}

/* --- at once ---------------------------------------------------------------------------------- */

mlp_status mlp_evaluate_outcomes(const mlp_outcomes *outcomes, mlp_evaluation *evaluation,
                                 mlp_error *err)
{
    return mlpi_evaluate_for(outcomes, 1, evaluation, err);
}

mlp_status mlpi_evaluate_for(const mlp_outcomes *outcomes, size_t looked_for,
                             mlp_evaluation *evaluation, mlp_error *err)
{
    mlp_evaluator *e = NULL;
    MLPI_TRY(mlp_evaluator_create(false, &e, err));
    mlp_evaluator_look_for(e, looked_for);
    mlp_status status = mlp_evaluator_add(e, outcomes, err);
    if (status == MLP_OK)
        status = mlp_evaluator_finish(e, evaluation, err);
    mlp_evaluator_free(e);
    return status;
}

mlp_status mlpi_metric_of(const mlp_outcomes *outcomes, size_t looked_for, size_t i, double *metric,
                          mlp_error *err)
{
    double metrics[MLP_METRICS];
    mlp_evaluator *e = NULL;
    MLPI_TRY(mlp_evaluator_create(false, &e, err));
    mlp_evaluator_look_for(e, looked_for);
    e->ordered = mlpi_metric_is_ordered(i);
    mlp_status status = mlp_evaluator_add(e, outcomes, err);
    if (status == MLP_OK)
        status = metrics_of(e, metrics, err);
    mlp_evaluator_free(e);
    if (status == MLP_OK)
        *metric = metrics[i];
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
