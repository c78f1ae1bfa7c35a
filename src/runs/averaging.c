/* SPDX-License-Identifier: MIT */
#include "runs/averaging.h"

#include <math.h>

#include "network/temperature.h"

enum { MOST_ROWS = 20000 }; /* enough to find a temperature to within 0.01 */

void mlpi_seen_release(mlpi_seen *s)
{
    mlpi_free(s->row);
    mlpi_free(s->fold);
    mlpi_free(s->y);
    mlpi_free(s->one);
    mlpi_free(s->mean);
    *s = (mlpi_seen){0};
}

/* Chooses rows that are evenly spaced among those of `u`. */
static mlp_status choose(const mlpi_unseen *u, size_t outputs, mlpi_seen *s, mlp_error *err)
{
    s->count = u->count < MOST_ROWS ? u->count : MOST_ROWS;
    s->row = mlpi_allocate(s->count, sizeof *s->row);
    s->fold = mlpi_allocate(s->count, sizeof *s->fold);
    s->y = mlpi_allocate(s->count, outputs * sizeof *s->y);
    s->one = mlpi_allocate(s->count, outputs * sizeof *s->one);
    s->mean = mlpi_allocate(s->count, outputs * sizeof *s->mean);
    if (s->row == NULL || s->fold == NULL || s->y == NULL || s->one == NULL || s->mean == NULL)
        return mlpi_fail_memory(err, "calibration");
    for (size_t i = 0; i < s->count; i++) {
        const size_t from = (size_t)((uint64_t)i * u->count / s->count);
        s->row[i] = u->row[from];
        s->fold[i] = u->fold[from];
    }
    return MLP_OK;
}

/* The next fold that has networks; the first fold follows the last. */
static size_t next_of(const mlpi_crew *crew, size_t fold)
{
    const size_t folds = crew->common.data.folds.folds;
    do
        fold = (fold + 1) % folds;
    while (mlpi_fold_networks(crew, fold) == 0);
    return fold;
}

static mlp_status answer(const mlpi_crew *crew, size_t fold, size_t outputs, mlpi_seen *s,
                         mlp_error *err)
{
    MLPI_TRY(mlpi_fold_answer(crew, fold, s->row, s->count, s->y, err));
    for (size_t i = 0; i < s->count; i++) {
        const bool next = s->fold[i] != fold && next_of(crew, s->fold[i]) == fold;
        for (size_t k = i * outputs; s->fold[i] != fold && k < (i + 1) * outputs; k++) {
            s->mean[k] += s->y[k] / (float)(s->folds - 1);
            s->one[k] = next ? s->y[k] : s->one[k];
        }
    }
    return MLP_OK;
}

double mlpi_averaging_share(const mlpi_seen *s)
{
    const double folds = (double)s->folds;
    return (1.0 - 1.0 / folds) / (1.0 - 1.0 / (folds - 1.0));
}

mlp_status mlpi_seen_fill(mlpi_seen *s, const mlpi_crew *crew, const mlpi_unseen *u, mlp_error *err)
{
    const size_t folds = crew->common.data.folds.folds,
                 outputs = crew->common.data.pipeline.outputs;
    for (size_t fold = 0; fold < folds; fold++)
        s->folds += mlpi_fold_networks(crew, fold) > 0 ? 1 : 0;
    if (s->folds < 3)
        return MLP_OK;
    MLPI_TRY(choose(u, outputs, s, err));
    for (size_t fold = 0; fold < folds; fold++)
        if (mlpi_fold_networks(crew, fold) > 0)
            MLPI_TRY(answer(crew, fold, outputs, s, err));
    return MLP_OK;
}

static mlp_status best(const mlpi_crew *crew, const mlpi_seen *s, const float *y,
                       double *temperature, mlp_error *err)
{
    const mlpi_prepared *d = &crew->common.data;
    const mlpi_tempering t = {.outputs = d->pipeline.outputs,
                              .rows = s->count,
                              .y = y,
                              .row = s->row,
                              .label = d->training.label,
                              .weight = d->training.weight,
                              .room = mlpi_allocate(d->pipeline.label_count, sizeof *t.room)};
    if (t.room == NULL)
        return mlpi_fail_memory(err, "calibration");
    *temperature = mlpi_temperature_fit(&t, MLPI_NO_GROUP);
    mlpi_free(t.room);
    return MLP_OK;
}

static mlp_status compare(const mlpi_crew *crew, const mlpi_seen *s, double *share, mlp_error *err)
{
    double one = 1.0, mean = 1.0;
    MLPI_TRY(best(crew, s, s->one, &one, err));
    MLPI_TRY(best(crew, s, s->mean, &mean, err));
    *share = pow(mean / one, mlpi_averaging_share(s));
    return MLP_OK;
}

mlp_status mlpi_averaging(const mlpi_crew *crew, const mlpi_unseen *u, double *share,
                          mlp_error *err)
{
    mlpi_seen s = {0};
    *share = 1.0;
    mlp_status status = mlpi_seen_fill(&s, crew, u, err);
    if (status == MLP_OK && s.count > 0)
        status = compare(crew, &s, share, err);
    mlpi_seen_release(&s);
    return status;
}
