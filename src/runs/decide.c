/* SPDX-License-Identifier: MIT */
/* The threshold from outputs out of fold, unless one is given. Each row is evaluated with a
 * threshold that was chosen without the row: that of the other folds. */
#include "runs/decide.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "evaluate/threshold.h"
#include "mlp/output.h"

/* A row that has a prediction. */
typedef struct scored {
    double score;        /* the probability of the label that is looked for */
    size_t truth, usual; /* the true and the more probable label; 1: the one looked for */
    uint16_t fold;
} scored;

static int by_score(const void *a, const void *b)
{
    const scored *x = a, *y = b;
    return (x->score > y->score) - (x->score < y->score);
}

/* Lists the rows that have a prediction, by ascending score; returns how many. */
static size_t take_scores(const mlpi_prepared *d, const mlpi_unseen *u, size_t label, scored *rows)
{
    const mlpi_pipeline *p = &d->pipeline;
    size_t count = 0;
    for (size_t i = 0; i < u->count; i++) {
        const float *y = u->outputs + i * p->outputs;
        double probability[2];
        mlpi_pipeline_invert(p, y, 1, probability);
        if (isfinite(probability[label]))
            rows[count++] = (scored){.score = probability[label],
                                     .truth = d->training.label[u->row[i]] == label,
                                     .usual = mlpi_pipeline_label(p, y) == label,
                                     .fold = u->fold[i]};
    }
    qsort(rows, count, sizeof *rows, by_score);
    return count;
}

enum { NO_FOLD = UINT16_MAX };

/* Chooses the threshold that is best for all rows except for those of fold `without`; `room` is
 * scratch for `count` numbers. false: these rows have one label only. */
static bool choose(const scored *rows, size_t count, uint16_t without, size_t metric, double *room,
                   double *threshold)
{
    size_t n[2] = {0, 0};
    for (size_t i = 0; i < count; i++)
        n[0] += rows[i].fold != without && rows[i].truth == 0;
    for (size_t i = 0, negatives = 0; i < count; i++)
        if (rows[i].fold != without)
            room[rows[i].truth == 0 ? negatives++ : n[0] + n[1]++] = rows[i].score;
    const mlpi_descent scores = {room, room + n[0], n[0], n[1]};
    if (n[0] == 0 || n[1] == 0)
        return false;
    *threshold = mlpi_threshold_choose(scores, metric).threshold;
    return true;
}

/* The metric if each row gets the more probable label (`threshold` NULL), or the label that follows
 * from the threshold of its fold. */
static double evaluate(const scored *rows, size_t count, const double *threshold, size_t metric)
{
    size_t hits[2] = {0, 0}, truths[2] = {0, 0}, guesses[2] = {0, 0};
    for (size_t i = 0; i < count; i++) {
        const size_t guess = threshold == NULL                          ? rows[i].usual
                             : rows[i].score >= threshold[rows[i].fold] ? 1
                                                                        : 0;
        hits[guess] += guess == rows[i].truth;
        truths[rows[i].truth]++;
        guesses[guess]++;
    }
    return mlpi_threshold_metric_of(metric, &(mlpi_tally){hits, truths, guesses, 2});
}

static void tell(const mlpi_crew *crew, size_t looked_for, const mlpi_decision *d)
{
    char t[32], a[32], b[32];
    const char *label = crew->common.data.pipeline.labels[looked_for];
    mlpi_rounded(d->out_of_fold[0], 4, a);
    mlpi_rounded(d->out_of_fold[1], 4, b);
    mlp_number_text(d->threshold, t);
    if (d->given)
        mlpi_notice(crew->options,
                    "Threshold: \"%s\" is predicted at probability %s or more, as given. "
                    "Out-of-fold %s: %s (%s at 0.5).",
                    label, t, d->metric, b, a);
    else if (d->known)
        mlpi_notice(crew->options,
                    "Threshold: \"%s\" is predicted at probability %s or more, which gives the "
                    "best %s. Cross-fitted %s: %s (%s at 0.5).",
                    label, t, d->metric, d->metric, b, a);
    else
        mlpi_notice(crew->options,
                    "Threshold: it stays at 0.5; no other gives a better cross-fitted %s (%s).",
                    d->metric, a);
}

static bool decide(const mlpi_crew *crew, const scored *rows, size_t count, double *room,
                   double *threshold, mlpi_decision *made)
{
    const size_t folds = crew->common.data.folds.folds;
    const size_t metric = mlpi_threshold_metric_find(crew->common.plan.decide_for);
    made->threshold = crew->common.plan.threshold;
    made->given = !isnan(made->threshold);
    for (size_t f = 0; f < folds; f++)
        if (made->given)
            threshold[f] = made->threshold;
        else if (!choose(rows, count, (uint16_t)f, metric, room, &threshold[f]))
            return false;
    if (!made->given && !choose(rows, count, NO_FOLD, metric, room, &made->threshold))
        return false;
    made->metric = mlp_threshold_figure_name(metric);
    made->out_of_fold[0] = evaluate(rows, count, NULL, metric);
    made->out_of_fold[1] = evaluate(rows, count, threshold, metric);
    made->known = made->given || made->out_of_fold[1] > made->out_of_fold[0];
    return true;
}

mlp_status mlpi_decide(const mlpi_crew *crew, const mlpi_unseen *u, mlpi_decision *made,
                       mlp_error *err)
{
    const mlpi_prepared *d = &crew->common.data;
    const size_t label = mlpi_pipeline_looked_for(&d->pipeline);
    mlpi_decision found = {0};
    if (crew->common.plan.decide_for == NULL)
        return MLP_OK;
    scored *rows = mlpi_allocate(u->count, sizeof *rows);
    double *room = mlpi_allocate(u->count, sizeof *room);
    double *threshold = mlpi_allocate(d->folds.folds, sizeof *threshold);
    const bool whole = rows != NULL && room != NULL && threshold != NULL;
    if (whole && decide(crew, rows, take_scores(d, u, label, rows), room, threshold, &found)) {
        tell(crew, label, &found);
        if (label == 0) /* a model keeps the threshold of the second label */
            found.threshold = 1.0 - found.threshold;
        if (found.known)
            *made = found;
    }
    mlpi_free(rows);
    mlpi_free(room);
    mlpi_free(threshold);
    return whole ? MLP_OK : mlpi_fail_memory(err, "the threshold");
}
