/* SPDX-License-Identifier: MIT */
/* Bootstrap percentile intervals. A resample is how often each row was drawn; all figures follow
 * from these counts in one pass over the rows. Every resample has a stream of random numbers of its
 * own, so any thread may take any. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "evaluate/bins.h"
#include "evaluate/figures.h"
#include "evaluate/ranking.h"
#include "mlp/intervals.h"
#include "threads/threads.h"

enum { DRAWN = 1024 }; /* row numbers at a time */

mlp_interval_options mlp_interval_options_default(void)
{
    return (mlp_interval_options){.level = 0.95, .resamples = 1000, .seed = 1};
}

void mlp_bootstrap_rows(uint64_t seed, size_t number, uint32_t rows, uint32_t *row)
{
    mlpi_random random = mlpi_random_init(seed, MLPI_STREAM_RESAMPLES + number);
    mlpi_random_indices(&random, rows, row, rows);
}

/* Room to count in; one for each thread. */
typedef struct tally {
    uint32_t *counts; /* of each row */
    mlpi_sums sums;
} tally;

typedef struct resampling {
    const mlpi_judged *rows;
    mlpi_ranking ranking; /* two labels whose scores have an order; else of no rows */
    uint64_t seed;
    tally *tallies;  /* of each thread */
    double *figures; /* [resamples][MLP_METRICS] */
} resampling;

static void draw(uint64_t seed, size_t number, uint32_t rows, uint32_t *counts)
{
    uint32_t row[DRAWN];
    mlpi_random random = mlpi_random_init(seed, MLPI_STREAM_RESAMPLES + number);
    memset(counts, 0, rows * sizeof *counts);
    for (size_t first = 0; first < rows; first += DRAWN) {
        const size_t count = rows - first < DRAWN ? rows - first : DRAWN;
        mlpi_random_indices(&random, rows, row, count);
        for (size_t i = 0; i < count; i++)
            counts[row[i]]++;
    }
}

/* Step by step of falling score. */
static void rank(const resampling *work, const uint32_t *counts, double *figures)
{
    const mlpi_ranking *ranking = &work->ranking;
    mlpi_ranks ranks = {0};
    for (size_t s = 0, i = 0; s < ranking->count; s++) {
        uint64_t rows[2] = {0, 0};
        for (; i < ranking->steps[s].rows; i++) {
            const size_t r = ranking->order[i];
            rows[work->rows->label[r] == 1] += counts[r];
        }
        mlpi_ranks_step(&ranks, rows[1], rows[0]);
    }
    mlpi_ranks_figures(&ranks, figures);
}

static void resample(void *context, size_t number, int thread)
{
    const resampling *work = context;
    tally *t = &work->tallies[thread];
    double *figures = work->figures + number * MLP_METRICS;
    draw(work->seed, number, (uint32_t)work->rows->rows, t->counts);
    mlpi_sums_clear(work->rows, &t->sums);
    mlpi_sums_add(&t->sums, work->rows, 0, t->counts);
    mlpi_sums_figures(&t->sums, work->rows, figures);
    if (work->ranking.rows > 0)
        rank(work, t->counts, figures);
}

/* Quantiles of figure i over the resamples in which it is defined; `sorted` has room for all. */
static void take_interval(const resampling *work, size_t i, double *sorted, mlp_intervals *made)
{
    size_t count = 0;
    for (size_t b = 0; b < made->resamples; b++) {
        const double value = work->figures[b * MLP_METRICS + i];
        if (!isnan(value))
            sorted[count++] = value;
    }
    mlpi_sort(sorted, count);
    made->low[i] =
        count > 0 ? mlpi_quantile(sorted, count, (1.0 - made->level) / 2.0) : (double)NAN;
    made->high[i] =
        count > 0 ? mlpi_quantile(sorted, count, (1.0 + made->level) / 2.0) : (double)NAN;
}

static bool make_room(resampling *work, int threads, size_t resamples)
{
    work->figures = mlpi_allocate(resamples, MLP_METRICS * sizeof *work->figures);
    work->tallies = mlpi_allocate((size_t)threads, sizeof *work->tallies);
    bool made = work->figures != NULL && work->tallies != NULL;
    for (int t = 0; made && t < threads; t++) {
        work->tallies[t].counts = mlpi_allocate(work->rows->rows, sizeof(uint32_t));
        made =
            work->tallies[t].counts != NULL && mlpi_sums_init(work->rows, &work->tallies[t].sums);
    }
    return made;
}

static void release_room(resampling *work, int threads)
{
    for (int t = 0; work->tallies != NULL && t < threads; t++) {
        mlpi_free(work->tallies[t].counts);
        mlpi_sums_release(&work->tallies[t].sums);
    }
    mlpi_free(work->tallies);
    mlpi_free(work->figures);
    mlpi_ranking_release(&work->ranking);
}

/* Scores without an order have no curve: the figures stay NaN. */
static mlp_status rank_rows(resampling *work, mlp_error *err)
{
    const mlpi_judged *j = work->rows;
    const mlp_scores scores = {
        .label = j->label, .positive = 1, .score = j->score, .stride = 1, .rows = j->rows};
    if (j->score == NULL)
        return MLP_OK;
    const mlp_status status = mlpi_ranking_init(&scores, &work->ranking, err);
    return status == MLP_ERROR_DATA ? MLP_OK : status;
}

static mlp_status check_rows(const mlpi_judged *rows, mlp_error *err)
{
    if (rows->rows == 0)
        return mlpi_fail(err, MLP_ERROR_DATA, "there are no rows to judge");
    if (rows->rows > UINT32_MAX)
        return mlpi_fail(err, MLP_ERROR_DATA, "%zu rows are too many to judge; at most 2^32 - 1",
                         rows->rows);
    return MLP_OK;
}

static mlp_status check_options(const mlp_interval_options *options, mlp_error *err)
{
    if (!(options->level > 0.0 && options->level < 1.0))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "the level of intervals is %g; it lies between 0 and 1", options->level);
    if (options->resamples == 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "intervals need 1 resample or more, not 0");
    return MLP_OK;
}

mlp_status mlp_evaluator_intervals(const mlp_evaluator *evaluator,
                                   const mlp_interval_options *options, mlp_intervals *intervals,
                                   mlp_error *err)
{
    const mlp_interval_options o = options != NULL ? *options : mlp_interval_options_default();
    const int threads = mlpi_threads(o.threads);
    mlp_intervals made = {.level = o.level, .resamples = o.resamples};
    resampling work = {.rows = mlpi_evaluator_rows(evaluator), .seed = o.seed};
    MLPI_TRY(check_options(&o, err));
    MLPI_TRY(check_rows(work.rows, err));
    MLPI_TRY(rank_rows(&work, err));
    double *sorted = mlpi_allocate(o.resamples, sizeof *sorted);
    const bool room = sorted != NULL && make_room(&work, threads, o.resamples);
    if (room) {
        mlpi_parallel(threads, o.resamples, resample, &work);
        for (size_t i = 0; i < MLP_METRICS; i++)
            take_interval(&work, i, sorted, &made);
        *intervals = made;
    }
    mlpi_free(sorted);
    release_room(&work, threads);
    return room ? MLP_OK : mlpi_fail_memory(err, "the resamples");
}

mlp_status mlp_bootstrap_intervals(const mlp_outcomes *outcomes,
                                   const mlp_interval_options *options, mlp_intervals *intervals,
                                   mlp_error *err)
{
    mlp_evaluator *e = NULL;
    MLPI_TRY(mlp_evaluator_create(true, &e, err));
    mlp_status status = mlp_evaluator_add(e, outcomes, err);
    if (status == MLP_OK)
        status = mlp_evaluator_intervals(e, options, intervals, err);
    mlp_evaluator_free(e);
    return status;
}
