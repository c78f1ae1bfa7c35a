/* SPDX-License-Identifier: MIT */
/* Bootstrap percentile intervals. A resample is how often each row was drawn; all figures follow
 * from these counts in one pass over the rows. Every resample has a stream of random numbers of its
 * own, so any thread may take any. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "evaluate/bins.h"
#include "evaluate/figures.h"
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

typedef struct resampling {
    const mlpi_scorer *scorer;
    uint64_t seed;
    mlpi_tally *tallies; /* of each thread */
    double *figures;     /* [resamples][MLP_METRICS] */
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

static void resample(void *context, size_t number, int thread)
{
    const resampling *work = context;
    mlpi_tally *tally = &work->tallies[thread];
    draw(work->seed, number, (uint32_t)work->scorer->outcomes->rows, tally->counts);
    mlpi_scorer_figures(work->scorer, tally, work->figures + number * MLP_METRICS);
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

static bool make_room(const mlp_outcomes *outcomes, resampling *work, int threads, size_t resamples)
{
    work->figures = mlpi_allocate(resamples, MLP_METRICS * sizeof *work->figures);
    work->tallies = mlpi_allocate((size_t)threads, sizeof *work->tallies);
    bool made = work->figures != NULL && work->tallies != NULL;
    for (int t = 0; made && t < threads; t++)
        made = mlpi_tally_init(outcomes, &work->tallies[t]);
    return made;
}

static void release_room(resampling *work, int threads)
{
    for (int t = 0; work->tallies != NULL && t < threads; t++)
        mlpi_tally_release(&work->tallies[t]);
    mlpi_free(work->tallies);
    mlpi_free(work->figures);
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

mlp_status mlp_bootstrap_intervals(const mlp_outcomes *outcomes,
                                   const mlp_interval_options *options, mlp_intervals *intervals,
                                   mlp_error *err)
{
    const mlp_interval_options o = options != NULL ? *options : mlp_interval_options_default();
    const int threads = mlpi_threads(o.threads);
    mlp_intervals made = {.level = o.level, .resamples = o.resamples};
    mlpi_scorer scorer;
    MLPI_TRY(check_options(&o, err));
    MLPI_TRY(mlpi_scorer_init(outcomes, true, &scorer, err));
    resampling work = {.scorer = &scorer, .seed = o.seed};
    double *sorted = mlpi_allocate(o.resamples, sizeof *sorted);
    const bool room = sorted != NULL && make_room(outcomes, &work, threads, o.resamples);
    if (room) {
        mlpi_parallel(threads, o.resamples, resample, &work);
        for (size_t i = 0; i < MLP_METRICS; i++)
            take_interval(&work, i, sorted, &made);
        *intervals = made;
    }
    mlpi_free(sorted);
    release_room(&work, threads);
    mlpi_scorer_release(&scorer);
    return room ? MLP_OK : mlpi_fail_memory(err, "the resamples");
}
