/* SPDX-License-Identifier: MIT */
/* Judging outcomes, all at once or as they come, and the table of figures. */
#include <math.h>
#include <stdlib.h>
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

/* --- rows as they come ------------------------------------------------------------------------ */

enum { SLICE = 1024 }; /* rows that are looked at together where none are kept */

/* Values of rows of one of two labels. */
typedef struct score_list {
    double *scores;
    size_t count, room;
} score_list;

struct mlp_evaluator {
    bool keeps_rows;
    size_t rows, unanswered, first_unanswered;
    mlpi_judged judged; /* all rows, or none */
    mlpi_sums sums;
    size_t *confusion;
    score_list scores[2]; /* of two labels, of the rows that have this one */
    bool unordered;       /* some score is no number */
};

mlp_status mlp_evaluator_create(bool keep_rows, mlp_evaluator **evaluator, mlp_error *err)
{
    mlp_evaluator *made = calloc(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "the evaluation");
    made->keeps_rows = keep_rows;
    *evaluator = made;
    return MLP_OK;
}

void mlp_evaluator_free(mlp_evaluator *evaluator)
{
    if (evaluator == NULL)
        return;
    mlpi_sums_release(&evaluator->sums);
    mlpi_judged_release(&evaluator->judged);
    free(evaluator->confusion);
    for (size_t k = 0; k < 2; k++)
        free(evaluator->scores[k].scores);
    free(evaluator);
}

const mlpi_judged *mlpi_evaluator_rows(const mlp_evaluator *evaluator)
{
    return &evaluator->judged;
}

/* Of the confusion counts most stay what they are, zeros that take no memory until they are
 * written. */
static bool begin(mlp_evaluator *e)
{
    const size_t labels = e->judged.width;
    size_t cells = 0;
    if (e->rows > 0)
        return true;
    if (!mlpi_sums_init(&e->judged, &e->sums))
        return false;
    if (e->judged.task == MLP_TASK_REGRESSION)
        return true;
    e->confusion =
        mlpi_multiply(labels, labels, &cells) ? calloc(cells, sizeof *e->confusion) : NULL;
    return e->confusion != NULL;
}

static bool add_score(mlp_evaluator *e, size_t label, double score)
{
    score_list *list = &e->scores[label != 0];
    e->unordered = e->unordered || isnan(score);
    if (!mlpi_grow(&list->scores, &list->room, list->count + 1, sizeof *list->scores))
        return false;
    list->scores[list->count++] = score;
    return true;
}

static bool add_labels(mlp_evaluator *e, size_t first)
{
    const mlpi_judged *j = &e->judged;
    bool room = true;
    for (size_t r = first; room && r < j->rows; r++) {
        if (j->predicted[r] != MLP_NO_LABEL)
            e->confusion[j->label[r] * j->width + j->predicted[r]]++;
        room = j->width != 2 || add_score(e, j->label[r], j->score[r]);
    }
    return room;
}

static mlp_status add_slice(mlp_evaluator *e, const mlp_outcomes *o, size_t from, size_t count,
                            mlp_error *err)
{
    const size_t first = e->judged.rows;
    MLPI_TRY(mlpi_judged_add(&e->judged, o, from, count, err));
    if (!begin(e) || (o->task == MLP_TASK_CLASSIFICATION && !add_labels(e, first)))
        return mlpi_fail_memory(err, "the evaluation");
    mlpi_sums_add(&e->sums, &e->judged, first, NULL);
    e->rows += count;
    if (!e->keeps_rows)
        e->judged.rows = 0;
    return MLP_OK;
}

mlp_status mlp_evaluator_add(mlp_evaluator *evaluator, const mlp_outcomes *outcomes, mlp_error *err)
{
    mlp_evaluator *e = evaluator;
    size_t first = 0;
    if (e->rows > 0 && (e->judged.task != outcomes->task || e->judged.width != outcomes->width ||
                        e->judged.levels != outcomes->levels))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "these are outcomes of another model");
    const size_t unanswered = mlpi_unanswered(outcomes, &first);
    if (unanswered > 0 && e->unanswered == 0)
        e->first_unanswered = e->rows + first;
    e->unanswered += unanswered;
    for (size_t from = 0; from < outcomes->rows; from += SLICE) {
        const size_t left = outcomes->rows - from;
        MLPI_TRY(add_slice(e, outcomes, from, left < SLICE ? left : SLICE, err));
    }
    return MLP_OK;
}

/* --- figures ---------------------------------------------------------------------------------- */

/* Goes through the scores step by step, from the highest on. Scores without an order have no
 * curve. */
static void rank(mlp_evaluator *e, double *figures)
{
    score_list *negative = &e->scores[0], *positive = &e->scores[1];
    size_t n = negative->count, p = positive->count;
    mlpi_ranks ranks = {0};
    if (e->judged.width != 2 || e->judged.task != MLP_TASK_CLASSIFICATION || e->unordered)
        return;
    mlpi_sort(negative->scores, n);
    mlpi_sort(positive->scores, p);
    while (n > 0 || p > 0) {
        const size_t n_before = n, p_before = p;
        const double score = p == 0   ? negative->scores[n - 1]
                             : n == 0 ? positive->scores[p - 1]
                                      : fmax(negative->scores[n - 1], positive->scores[p - 1]);
        while (n > 0 && negative->scores[n - 1] == score)
            n--;
        while (p > 0 && positive->scores[p - 1] == score)
            p--;
        mlpi_ranks_step(&ranks, p_before - p, n_before - n);
    }
    mlpi_ranks_figures(&ranks, figures);
}

static mlp_status figures_of(mlp_evaluator *e, bool ranks, double *figures, mlp_error *err)
{
    if (e->rows == 0)
        return mlpi_fail(err, MLP_ERROR_DATA, "there are no rows to judge");
    mlpi_sums_figures(&e->sums, &e->judged, figures);
    if (ranks)
        rank(e, figures);
    return MLP_OK;
}

static mlp_status list_labels(mlp_evaluator *e, mlp_evaluation *to, mlp_error *err)
{
    const size_t labels = e->judged.width;
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
    mlpi_label_scores(e->sums.hits, e->sums.truths, e->sums.guesses, labels, to->precision,
                      to->recall, to->f1);
    to->confusion = e->confusion;
    e->confusion = NULL;
    return MLP_OK;
}

/* Every level of every target. */
static mlp_status list_levels(const mlp_evaluator *e, mlp_evaluation *to, mlp_error *err)
{
    const size_t levels = e->judged.levels, width = e->judged.width * levels;
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
    const size_t targets = e->judged.width;
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
    }
    return list_levels(e, to, err);
}

mlp_status mlp_evaluator_finish(mlp_evaluator *evaluator, mlp_evaluation *evaluation,
                                mlp_error *err)
{
    const double none = (double)NAN;
    double figures[MLP_METRICS];
    MLPI_TRY(figures_of(evaluator, true, figures, err));
    mlp_evaluation made = {.task = evaluator->judged.task,
                           .rows = evaluator->rows,
                           .unanswered = evaluator->unanswered,
                           .first_unanswered = evaluator->first_unanswered,
                           .baseline_accuracy = none,
                           .baseline_rmse = none};
    for (size_t i = 0; i < MLP_METRICS; i++)
        memcpy((char *)&made + metrics[i].offset, &figures[i], sizeof figures[i]);
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
    mlp_evaluator *e = NULL;
    MLPI_TRY(mlp_evaluator_create(false, &e, err));
    mlp_status status = mlp_evaluator_add(e, outcomes, err);
    if (status == MLP_OK)
        status = mlp_evaluator_finish(e, evaluation, err);
    mlp_evaluator_free(e);
    return status;
}

mlp_status mlpi_figures(const mlp_outcomes *outcomes, bool ranks, double *figures, mlp_error *err)
{
    mlp_evaluator *e = NULL;
    MLPI_TRY(mlp_evaluator_create(false, &e, err));
    mlp_status status = mlp_evaluator_add(e, outcomes, err);
    if (status == MLP_OK)
        status = figures_of(e, ranks, figures, err);
    mlp_evaluator_free(e);
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
