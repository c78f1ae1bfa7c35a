/* SPDX-License-Identifier: MIT */
#include "train/ending.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "options/options.h"

mlpi_ending mlpi_ending_of(const mlp_trainer *run)
{
    mlpi_ending e = {.reason = (uint64_t)run->reason,
                     .epoch = run->epoch,
                     .best_epoch = run->best_epoch,
                     .rises = run->course.rises,
                     .best = run->best,
                     .first = run->course.first,
                     .lowest = run->course.lowest,
                     .last = run->course.last,
                     .least = run->course.least,
                     .latest = run->course.latest};
    memcpy(e.method, run->minimizer.number, sizeof e.method);
    return e;
}

/* Losses are not checked: after a divergence they may be anything, and they are only reported. */
static bool is_valid(const mlp_trainer *run, const mlpi_ending *e)
{
    const mlp_stop_reason reason = (mlp_stop_reason)e->reason;
    return e->reason <= MLP_STOP_TIME && !mlpi_was_stopped(reason) &&
           (e->epoch > 0 || reason == MLP_STOP_NO_GRADIENT) &&
           (double)e->epoch <= mlpi_option_find("epochs")->highest && e->best_epoch <= e->epoch &&
           e->rises <= e->epoch &&
           mlpi_within(e->best, -DBL_MAX, e->best_epoch > 0 ? DBL_MAX : (double)INFINITY) &&
           mlpi_run_finite(run->best_parameters, mlp_network_size(run->data.network));
}

bool mlpi_ending_take(mlp_trainer *run, const mlpi_ending *e)
{
    if (!is_valid(run, e))
        return false;
    run->done = true;
    run->reason = (mlp_stop_reason)e->reason;
    run->epoch = (size_t)e->epoch;
    run->best_epoch = (size_t)e->best_epoch;
    run->best = e->best;
    run->course = (mlpi_course){.first = e->first,
                                .lowest = e->lowest,
                                .last = e->last,
                                .rises = e->rises,
                                .least = e->least,
                                .latest = e->latest};
    memcpy(run->minimizer.number, e->method, sizeof e->method);
    return true;
}
