/* SPDX-License-Identifier: MIT */
/* The learning-rate range test (L. N. Smith 2017, "Cyclical learning rates", section 3.3): the rate
 * grows by the same factor at each step, and the loss shows where it is too small, right or too
 * large. */
#include <math.h>

#include "train/run.h"

enum { STEPS = 300 };

static const double lowest = 1e-6, highest = 10.0;
static const double memory = 0.95; /* decay of the exponential mean of the losses */
static const double runaway = 4.0; /* the test ends at this multiple of the lowest loss */

static double rate_of(size_t step)
{
    return lowest * pow(highest / lowest, (double)step / (STEPS - 1));
}

/* Trains on the next batch and returns its loss; begins a new epoch after the last batch. NaN: rows
 * cannot be read. */
static double next_batch(mlp_trainer *run, double rate)
{
    mlpi_given rows;
    if (!mlpi_batches_next(run->data.learning, run->batch, &rows)) {
        run->epoch++;
        mlpi_steps_shuffle(run);
        if (!mlpi_batches_next(run->data.learning, run->batch, &rows))
            return (double)NAN;
    }
    return mlpi_steps_batch(run, &rows, rate / run->optimizer.settings.learning_rate);
}

static void measure(mlp_trainer *run, mlp_rate_range *range)
{
    double mean = 0.0, best = INFINITY;
    for (size_t i = 0; i < STEPS && !mlpi_steps_stopped(run); i++) {
        const double loss = next_batch(run, rate_of(i));
        if (!isfinite(loss))
            return;
        mean = memory * mean + (1.0 - memory) * loss;
        range->rate[i] = rate_of(i);
        range->loss[i] = mean / (1.0 - pow(memory, (double)(i + 1)));
        range->count = i + 1;
        best = fmin(best, range->loss[i]);
        if (range->loss[i] > runaway * best)
            return;
    }
}

/* Suggests the rate before the lowest loss at which the loss falls most from half a decade below
 * the rate to half a decade above it. The first steps are left out as noise, since their mean loss
 * covers few batches. */
static void suggest(mlp_rate_range *range)
{
    enum { SIDE = 20, NOISE = 20 };
    size_t lowest_at = 0;
    double steepest = 0.0;
    range->suggested = (double)NAN;
    for (size_t i = NOISE; i < range->count; i++)
        lowest_at = lowest_at == 0 || range->loss[i] < range->loss[lowest_at] ? i : lowest_at;
    for (size_t i = NOISE + SIDE; i + SIDE <= lowest_at; i++) {
        const double fall = range->loss[i - SIDE] - range->loss[i + SIDE];
        if (fall > steepest) {
            steepest = fall;
            range->suggested = range->rate[i];
        }
    }
}

static mlp_status check(const mlp_trainer *run, mlp_error *err)
{
    if (run->plan.rule != NULL)
        return MLP_OK;
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "`optimizer` %s finds the length of its steps itself; a range test needs an "
                     "update rule such as `optimizer` adam",
                     run->plan.method->name);
}

mlp_status mlp_rate_range_measure(const mlp_table *table, const mlp_table *validation,
                                  const mlp_train_options *options, mlp_rate_range *range,
                                  mlp_error *err)
{
    mlp_trainer *run = NULL;
    mlp_train_options own = mlpi_options_or_default(options);
    own.checkpoint = NULL;
    own.ranks = (mlp_ranks){0};
    MLPI_TRY(mlp_trainer_create(table, validation, &own, &run, err));
    mlp_rate_range made = {.rate = mlpi_allocate(STEPS, sizeof *made.rate),
                           .loss = mlpi_allocate(STEPS, sizeof *made.loss)};
    mlp_status status = made.rate == NULL || made.loss == NULL
                            ? mlpi_fail_memory(err, "the range test")
                            : check(run, err);
    if (status == MLP_OK) {
        measure(run, &made);
        status = mlpi_run_check(run, err);
    }
    if (status == MLP_OK) {
        suggest(&made);
        *range = made;
    } else {
        mlp_rate_range_release(&made);
    }
    mlp_trainer_free(run);
    return status;
}

void mlp_rate_range_release(mlp_rate_range *range)
{
    mlpi_free(range->rate);
    mlpi_free(range->loss);
    *range = (mlp_rate_range){0};
}
