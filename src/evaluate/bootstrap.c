/* SPDX-License-Identifier: MIT */
/* Bootstrap percentile intervals. A resample consists of counts of how often each row was drawn;
 * all metrics follow from the counts in one pass over the rows. Every resample has its own stream
 * of random numbers, so that any thread can compute it. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "base/settings.h"
#include "evaluate/bins.h"
#include "evaluate/bootstrap.h"
#include "evaluate/metric_sums.h"
#include "evaluate/ranking.h"
#include "threads/threads.h"

enum { DRAWN = 1024 }; /* row numbers that are drawn at a time */

mlp_interval_options mlpi_interval_options_default(void)
{
    return (mlp_interval_options){.level = 0.95, .resamples = 1000, .seed = 1};
}

static const mlpi_setting list[] = {
    {"level", MLPI_SETTING_REAL, offsetof(mlp_interval_options, level)},
    {"resamples", MLPI_SETTING_COUNT, offsetof(mlp_interval_options, resamples)},
    {"seed", MLPI_SETTING_SEED, offsetof(mlp_interval_options, seed)},
    {"threads", MLPI_SETTING_THREADS, offsetof(mlp_interval_options, threads)},
};
static const mlpi_settings settings = {"intervals", sizeof(mlp_interval_options), list,
                                       sizeof list / sizeof list[0]};
MLPI_SETTINGS_FUNCTIONS(mlp_interval_options, &settings, mlpi_interval_options_default())

void mlp_bootstrap_rows(uint64_t seed, size_t number, uint32_t rows, uint32_t *row)
{
    mlpi_random random = mlpi_random_init(seed, MLPI_STREAM_RESAMPLES + number);
    mlpi_random_indices(&random, rows, row, rows);
}

/* The memory that a thread needs for a resample. */
typedef struct tally {
    uint32_t *counts; /* how often each row was drawn */
    mlpi_sums sums;
} tally;

typedef struct resampling {
    const mlpi_scored *rows;
    mlpi_ranking *rankings; /* by the score of each ranked label, or by the absolute error of each
                               target */
    size_t ranking_count;   /* 0: a score or error is NaN, so there is no order */
    uint64_t seed;
    tally *tallies;  /* one for each thread */
    double *metrics; /* [resamples][MLP_METRICS] */
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

/* The ranks of a resample, which are added in steps of falling score. */
static mlpi_ranks rank(const resampling *work, size_t k, const uint32_t *counts)
{
    const mlpi_ranking *ranking = &work->rankings[k];
    const size_t positive = mlpi_scored_ranked(work->rows, k);
    mlpi_ranks ranks = {0};
    for (size_t s = 0, i = 0; s < ranking->count; s++) {
        uint64_t rows[2] = {0, 0};
        for (; i < ranking->steps[s].rows; i++) {
            const size_t r = ranking->order[i];
            rows[work->rows->label[r] == positive] += counts[r];
        }
        mlpi_ranks_step(&ranks, rows[1], rows[0]);
    }
    return ranks;
}

/* The median of a resample: the score in the middle, or the mean of the two in the middle. */
static double median(const mlpi_ranking *ranking, const uint32_t *counts)
{
    const size_t upper = (ranking->rows - 1) / 2, lower = ranking->rows / 2;
    double high = 0.0;
    size_t passed = 0;
    for (size_t s = 0, i = 0; s < ranking->count; s++) {
        const bool before = passed <= upper;
        for (; i < ranking->steps[s].rows; i++)
            passed += counts[ranking->order[i]];
        if (before && passed > upper)
            high = ranking->steps[s].score;
        if (passed > lower)
            return 0.5 * (ranking->steps[s].score + high);
    }
    return (double)NAN;
}

/* Computes the metrics that need an order of the rows. */
static void rank_rows(const resampling *work, const uint32_t *counts, double *metrics)
{
    mlpi_ranks ranks[MLP_AUC_LABELS];
    const size_t count = work->ranking_count;
    double sum = 0.0;
    if (work->rows->task == MLP_TASK_CLASSIFICATION) {
        for (size_t k = 0; k < count; k++)
            ranks[k] = rank(work, k, counts);
        mlpi_ranks_metrics(ranks, count, metrics);
        return;
    }
    for (size_t t = 0; t < count; t++)
        sum += median(&work->rankings[t], counts) / (double)count;
    metrics[MLPI_MEDIAN_ABSOLUTE_ERROR] = sum;
}

static void resample(void *context, size_t number, int thread)
{
    const resampling *work = context;
    tally *t = &work->tallies[thread];
    double *metrics = work->metrics + number * MLP_METRICS;
    draw(work->seed, number, (uint32_t)work->rows->rows, t->counts);
    mlpi_sums_clear(work->rows, &t->sums);
    mlpi_sums_add(&t->sums, work->rows, 0, t->counts);
    mlpi_sums_metrics(&t->sums, work->rows, metrics);
    if (work->ranking_count > 0)
        rank_rows(work, t->counts, metrics);
}

static bool make_room(resampling *work, int threads)
{
    work->tallies = mlpi_allocate((size_t)threads, sizeof *work->tallies);
    bool made = work->tallies != NULL;
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
    for (size_t i = 0; i < work->ranking_count; i++)
        mlpi_ranking_release(&work->rankings[i]);
    mlpi_free(work->rankings);
}

static mlp_status rank_scores(resampling *work, mlp_error *err)
{
    const mlpi_scored *j = work->rows;
    mlp_status status = MLP_OK;
    for (size_t k = 0; status == MLP_OK && k < j->ranked; k++) {
        const mlp_scores scores = {.label = j->label,
                                   .positive = mlpi_scored_ranked(j, k),
                                   .score = j->score + k,
                                   .stride = j->ranked,
                                   .rows = j->rows};
        status = mlpi_ranking_init(&scores, &work->rankings[k], err);
        work->ranking_count += status == MLP_OK;
    }
    return status;
}

static mlp_status rank_errors(resampling *work, mlp_error *err)
{
    const mlpi_scored *j = work->rows;
    double *off = mlpi_allocate(j->rows, sizeof *off);
    mlp_status status = off != NULL ? MLP_OK : mlpi_fail_memory(err, "the resamples");
    for (size_t t = 0; status == MLP_OK && t < j->width; t++) {
        for (size_t r = 0; r < j->rows; r++)
            off[r] = fabs(j->values[r * j->width + t] - j->truth[r * j->width + t]);
        const mlp_scores scores = {.score = off, .stride = 1, .rows = j->rows};
        status = mlpi_ranking_init(&scores, &work->rankings[t], err);
        work->ranking_count += status == MLP_OK;
    }
    mlpi_free(off);
    return status;
}

/* Ranks the rows. If a score or error is NaN, there is no order, and the metrics that need it stay
 * NaN. */
static mlp_status sort_rows(resampling *work, mlp_error *err)
{
    const bool classes = work->rows->task == MLP_TASK_CLASSIFICATION;
    const size_t most = classes ? work->rows->ranked : work->rows->width;
    work->rankings = mlpi_allocate(most, sizeof *work->rankings);
    if (work->rankings == NULL)
        return mlpi_fail_memory(err, "the resamples");
    const mlp_status status = classes ? rank_scores(work, err) : rank_errors(work, err);
    if (status != MLP_ERROR_DATA)
        return status;
    while (work->ranking_count > 0)
        mlpi_ranking_release(&work->rankings[--work->ranking_count]);
    return MLP_OK;
}

static mlp_status check_rows(const mlpi_scored *rows, mlp_error *err)
{
    if (rows->rows == 0)
        return mlpi_fail(err, MLP_ERROR_DATA, "there are no rows to evaluate");
    if (rows->rows > UINT32_MAX)
        return mlpi_fail(err, MLP_ERROR_DATA,
                         "%zu rows are too many for intervals; give at most 2^32 - 1", rows->rows);
    return MLP_OK;
}

mlp_status mlpi_check_interval_options(const mlp_interval_options *options, mlp_error *err)
{
    if (!(options->level > 0.0 && options->level < 1.0))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "the level of intervals is %g; it must lie between 0 and 1",
                         options->level);
    if (options->resamples == 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "intervals need 1 resample or more, not 0");
    return MLP_OK;
}

mlp_status mlpi_resample(const mlp_evaluator *evaluator, const mlp_interval_options *options,
                         double *metrics, mlp_error *err)
{
    const int threads = mlpi_threads(options->threads);
    resampling work = {
        .rows = mlpi_evaluator_rows(evaluator), .seed = options->seed, .metrics = metrics};
    MLPI_TRY(check_rows(work.rows, err));
    mlp_status status = sort_rows(&work, err);
    if (status == MLP_OK && !make_room(&work, threads))
        status = mlpi_fail_memory(err, "the resamples");
    if (status == MLP_OK)
        mlpi_parallel(threads, options->resamples, resample, &work);
    release_room(&work, threads);
    return status;
}

/* Computes the interval of metric i over the resamples in which the metric is defined. `sorted` has
 * room for all resamples. */
static void take_interval(const double *metrics, size_t i, double *sorted, mlp_intervals *made)
{
    size_t count = 0;
    for (size_t b = 0; b < made->resamples; b++) {
        const double value = metrics[b * MLP_METRICS + i];
        if (!isnan(value))
            sorted[count++] = value;
    }
    mlpi_sort(sorted, count);
    made->low[i] =
        count > 0 ? mlpi_quantile(sorted, count, (1.0 - made->level) / 2.0) : (double)NAN;
    made->high[i] =
        count > 0 ? mlpi_quantile(sorted, count, (1.0 + made->level) / 2.0) : (double)NAN;
}

mlp_status mlpi_take_intervals(const double *metrics, const mlp_interval_options *options,
                               mlp_intervals *intervals, mlp_error *err)
{
    mlp_intervals made = {.level = options->level, .resamples = options->resamples};
    double *sorted = mlpi_allocate(options->resamples, sizeof *sorted);
    if (sorted == NULL)
        return mlpi_fail_memory(err, "the resamples");
    for (size_t i = 0; i < MLP_METRICS; i++)
        take_interval(metrics, i, sorted, &made);
    mlpi_free(sorted);
    *intervals = made;
    return MLP_OK;
}

mlp_status mlp_evaluator_intervals(const mlp_evaluator *evaluator,
                                   const mlp_interval_options *options, mlp_intervals *intervals,
                                   mlp_error *err)
{
    const mlp_interval_options o = options != NULL ? *options : mlpi_interval_options_default();
    MLPI_TRY(mlpi_check_interval_options(&o, err));
    double *metrics = mlpi_allocate(o.resamples, MLP_METRICS * sizeof *metrics);
    mlp_status status = metrics != NULL ? mlpi_resample(evaluator, &o, metrics, err)
                                        : mlpi_fail_memory(err, "the resamples");
    if (status == MLP_OK)
        status = mlpi_take_intervals(metrics, &o, intervals, err);
    mlpi_free(metrics);
    return status;
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
