/* SPDX-License-Identifier: MIT */
/* The temperature from outputs out of fold. Each row is evaluated with a temperature that was
 * fitted without the row: that of the other folds. */
#include "runs/calibrate.h"

#include <math.h>
#include <string.h>

#include "evaluate/metrics.h"
#include "mlp/curves.h"
#include "network/temperature.h"
#include "runs/averaging.h"

/* --- how good probabilities are --------------------------------------------------------------- */

/* The rows that are evaluated, and scratch memory. */
typedef struct scored_rows {
    const mlpi_pipeline *pipeline;
    const mlp_encoded *rows;
    const mlpi_unseen *u;
    float *y;      /* outputs of one row */
    double *p;     /* probabilities of one row */
    double *loss;  /* of each row, weighted as in training; in the end, how much it fell */
    size_t *right; /* 1: the label that `score` belongs to is the true one */
    double *score; /* the probability that take_score chose */
} scored_rows;

static void release(scored_rows *j)
{
    mlpi_free(j->y);
    mlpi_free(j->p);
    mlpi_free(j->loss);
    mlpi_free(j->right);
    mlpi_free(j->score);
}

/* Begins an evaluation; release `j` even after a failure. */
static mlp_status begin(const mlpi_crew *crew, const mlpi_unseen *u, scored_rows *j, mlp_error *err)
{
    const mlpi_prepared *d = &crew->common.data;
    const size_t labels = d->pipeline.label_count;
    *j = (scored_rows){.pipeline = &d->pipeline,
                       .rows = &d->training,
                       .u = u,
                       .y = mlpi_allocate(labels, sizeof *j->y),
                       .p = mlpi_allocate(labels, sizeof *j->p),
                       .loss = mlpi_allocate(u->count, sizeof *j->loss),
                       .right = mlpi_allocate(u->count, sizeof *j->right),
                       .score = mlpi_allocate(u->count, sizeof *j->score)};
    return j->y != NULL && j->p != NULL && j->loss != NULL && j->right != NULL && j->score != NULL
               ? MLP_OK
               : mlpi_fail_memory(err, "calibration");
}

/* Computes the probabilities of row i, at the temperature for its fold or (NULL) as they are. */
static void probabilities(const scored_rows *j, size_t i, const double *temperature)
{
    const size_t outputs = j->pipeline->outputs;
    memcpy(j->y, j->u->outputs + i * outputs, outputs * sizeof *j->y);
    if (temperature != NULL)
        mlpi_temper(temperature[j->u->fold[i]], outputs, j->y, 1);
    mlpi_pipeline_invert(j->pipeline, j->y, 1, j->p);
}

/* For the calibration error: takes the probability of the second label if there are two, else the
 * largest probability. */
static void take_score(const scored_rows *j, size_t i, size_t truth)
{
    const size_t labels = j->pipeline->label_count;
    size_t k = 1;
    for (size_t other = 0; labels > 2 && other < labels; other++)
        k = j->p[other] > j->p[k] ? other : k;
    j->score[i] = j->p[k];
    j->right[i] = truth == k ? 1 : 0;
}

/* Computes the log loss and the expected calibration error, and subtracts the loss of each row from
 * j->loss. */
static mlp_status evaluate(const scored_rows *j, const double *temperature, double *log_loss,
                           double *error, mlp_error *err)
{
    mlp_calibration bins;
    double sum = 0.0, weights = 0.0;
    for (size_t i = 0; i < j->u->count; i++) {
        const size_t r = j->u->row[i], truth = j->rows->label[r];
        const double w = j->rows->weight != NULL ? (double)j->rows->weight[r] : 1.0;
        probabilities(j, i, temperature);
        take_score(j, i, truth);
        const double loss = w * mlpi_log_loss(j->p[truth]);
        j->loss[i] -= loss;
        sum += loss;
        weights += w;
    }
    const mlp_scores scores = {
        .label = j->right, .positive = 1, .score = j->score, .stride = 1, .rows = j->u->count};
    MLPI_TRY(
        mlp_calibration_curve(&scores, MLP_BINS_EQUAL_WIDTH, MLP_CALIBRATION_BINS, &bins, err));
    *log_loss = sum / weights;
    *error = bins.expected_error;
    mlp_calibration_release(&bins);
    return MLP_OK;
}

/* Evaluates without and with temperatures; *falls: losses fall by more than the standard error. */
static mlp_status compare(scored_rows *j, const double *temperature, mlpi_calibration *c,
                          bool *falls, mlp_error *err)
{
    const size_t rows = j->u->count;
    double sum = 0.0, squares = 0.0;
    MLPI_TRY(evaluate(j, NULL, &c->log_loss[0], &c->error[0], err));
    for (size_t i = 0; i < rows; i++)
        j->loss[i] = -j->loss[i];
    MLPI_TRY(evaluate(j, temperature, &c->log_loss[1], &c->error[1], err));
    for (size_t i = 0; i < rows; i++) {
        sum += j->loss[i];
        squares += j->loss[i] * j->loss[i];
    }
    *falls = sum > 0.0 && sum * sum > squares - sum * sum / (double)rows;
    return MLP_OK;
}

/* --- the temperatures ------------------------------------------------------------------------- */

/* Fits a temperature for each fold to the other folds and, as the last element, one to all
 * folds. */
static mlp_status fit(const mlpi_crew *crew, const mlpi_unseen *u, double *temperature,
                      mlp_error *err)
{
    const mlpi_prepared *d = &crew->common.data;
    const size_t folds = d->folds.folds, labels = d->pipeline.label_count;
    const mlpi_tempering t = {.outputs = d->pipeline.outputs,
                              .rows = u->count,
                              .y = u->outputs,
                              .group = u->fold,
                              .row = u->row,
                              .label = d->training.label,
                              .weight = d->training.weight,
                              .room = mlpi_allocate(labels, sizeof *t.room)};
    if (t.room == NULL)
        return mlpi_fail_memory(err, "calibration");
    for (size_t fold = 0; fold < folds; fold++)
        temperature[fold] = mlpi_temperature_fit(&t, (uint16_t)fold);
    temperature[folds] = mlpi_temperature_fit(&t, MLPI_NO_GROUP);
    mlpi_free(t.room);
    return MLP_OK;
}

static void take(mlpi_unseen *u, size_t outputs, const double *temperature)
{
    for (size_t i = 0; i < u->count; i++)
        mlpi_temper(temperature[u->fold[i]], outputs, u->outputs + i * outputs, 1);
}

static void tell(const mlpi_crew *crew, double of_a_fold, double temperature,
                 const mlpi_calibration *c)
{
    char t[32], f[32], a[32], b[32], d[32], e[32];
    mlpi_rounded(temperature, 3, t);
    mlpi_rounded(of_a_fold, 3, f);
    mlpi_rounded(c->log_loss[0], 4, a);
    mlpi_rounded(c->log_loss[1], 4, b);
    mlpi_rounded(c->error[0], 2, d);
    mlpi_rounded(c->error[1], 2, e);
    const char *weighted = crew->common.data.training.weight != NULL ? "weighted " : "";
    if (temperature > 0.0)
        mlpi_notice(
            crew->options,
            "Calibration: at temperature %s the out-of-fold %slog loss is %s instead of %s, and "
            "the calibration error %s instead of %s; the mean of all networks uses temperature %s.",
            f, weighted, b, a, e, d, t);
    else
        mlpi_notice(crew->options,
                    "Calibration: probabilities are left as they are (out-of-fold %slog loss %s, "
                    "calibration error %s).",
                    weighted, a, d);
}

/* Limits a temperature to plausible values. */
static double bounded(double temperature)
{
    return fmin(fmax(temperature, MLPI_LEAST_TEMPERATURE), MLPI_MOST_TEMPERATURE);
}

static mlp_status choose(const mlpi_crew *crew, mlpi_unseen *u, const double *temperature,
                         mlpi_members *members, mlpi_calibration *c, mlp_error *err)
{
    const size_t folds = crew->common.data.folds.folds;
    bool falls = false;
    double share = 1.0;
    scored_rows j;
    mlp_status status = begin(crew, u, &j, err);
    if (status == MLP_OK)
        status = compare(&j, temperature, c, &falls, err);
    release(&j);
    if (status == MLP_OK && falls)
        status = mlpi_averaging(crew, u, &share, err);
    if (status != MLP_OK)
        return status;
    if (falls) {
        members->temperature = bounded(temperature[folds] * share);
        take(u, crew->common.data.pipeline.outputs, temperature);
    } else {
        c->log_loss[1] = c->log_loss[0];
        c->error[1] = c->error[0];
    }
    tell(crew, temperature[folds], members->temperature, c);
    return MLP_OK;
}

/* Whether other folds can calibrate each fold, and every output is finite. */
static bool can(const mlpi_unseen *u, size_t outputs)
{
    bool several = false;
    for (size_t i = 1; i < u->count; i++)
        several = several || u->fold[i] != u->fold[0];
    for (size_t i = 0; several && i < u->count * outputs; i++)
        several = isfinite(u->outputs[i]);
    return several;
}

mlp_status mlpi_calibrate(const mlpi_crew *crew, mlpi_unseen *u, mlpi_members *members,
                          mlpi_calibration *told, mlp_error *err)
{
    const mlpi_prepared *d = &crew->common.data;
    mlpi_calibration made = {.known = true};
    if (!crew->common.plan.calibrate || !can(u, d->pipeline.outputs))
        return MLP_OK;
    double *temperature = mlpi_allocate(d->folds.folds + 1, sizeof *temperature);
    mlp_status status =
        temperature != NULL ? fit(crew, u, temperature, err) : mlpi_fail_memory(err, "calibration");
    if (status == MLP_OK)
        status = choose(crew, u, temperature, members, &made, err);
    if (status == MLP_OK)
        *told = made;
    mlpi_free(temperature);
    return status;
}
