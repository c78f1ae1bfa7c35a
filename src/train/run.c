/* SPDX-License-Identifier: MIT */
/* The state of a run: why it ended, whether it can continue, and whether it has a result. */
#include "train/run.h"

#include <math.h>
#include <stdio.h>

#include "mlp/output.h"

static const char *const reasons[] = {
    [MLP_STOP_EPOCHS] = "all epochs done",
    [MLP_STOP_PATIENCE] = "no better on validation",
    [MLP_STOP_INTERRUPTED] = "interrupted",
    [MLP_STOP_DIVERGED] = "diverged",
    [MLP_STOP_NO_GRADIENT] = "no gradient reaches any parameter",
    [MLP_STOP_GENERALISATION] = "validation loss too far above its lowest",
    [MLP_STOP_CONVERGED] = "converged",
    [MLP_STOP_TIME] = "time is over",
};

const char *mlp_stop_reason_name(mlp_stop_reason reason)
{
    return (size_t)reason < sizeof reasons / sizeof reasons[0] ? reasons[reason] : "unknown";
}

bool mlpi_was_stopped(mlp_stop_reason reason)
{
    return reason == MLP_STOP_INTERRUPTED || reason == MLP_STOP_TIME;
}

mlp_stop_reason mlpi_run_why_stopped(const mlp_trainer *run)
{
    const mlpi_watch *watch = &run->watch;
    if (mlpi_run_is_shared(run))
        return (run->ranks.agreed & MLPI_WANTS_END) != 0 ? MLP_STOP_INTERRUPTED : MLP_STOP_TIME;
    const bool in_time = watch->until == 0.0 || mlpi_seconds() < watch->until;
    return watch->left || mlpi_watch_is_stopped(watch) || in_time ? MLP_STOP_INTERRUPTED
                                                                  : MLP_STOP_TIME;
}

mlp_status mlpi_run_check(const mlp_trainer *run, mlp_error *err)
{
    MLPI_TRY(mlpi_run_check_ranks(run, err));
    MLPI_TRY(mlpi_scorer_check(&run->scorer, err));
    MLPI_TRY(mlpi_batches_check(run->data.learning, err));
    return run->data.validating != NULL ? mlpi_batches_check(run->data.validating, err) : MLP_OK;
}

const char *mlpi_run_score(const mlp_trainer *run, double criterion, char text[MLPI_SCORE_SIZE])
{
    const bool evidence = mlpi_run_by_evidence(run);
    char metric[32];
    mlp_number_text(evidence || run->plan.larger_is_better ? -criterion : criterion, metric);
    snprintf(text, MLPI_SCORE_SIZE, "%s %s", evidence ? "log evidence" : run->options.metric,
             metric);
    return text;
}

bool mlpi_run_finite(const float *parameters, size_t n)
{
    bool finite = true;
    for (size_t i = 0; i < n; i++)
        finite = finite && isfinite(parameters[i]);
    return finite;
}

mlp_status mlpi_run_check_result(const mlp_trainer *run, mlp_error *err)
{
    char rate[32];
    if (!run->done || run->best_epoch > 0)
        return MLP_OK;
    if (run->reason == MLP_STOP_INTERRUPTED)
        return mlpi_fail(err, MLP_ERROR_INTERRUPTED,
                         "stopped before the first epoch ended; there is no model yet");
    if (run->reason == MLP_STOP_TIME)
        return mlpi_fail(err, MLP_ERROR_INTERRUPTED,
                         "`time` ran out before the first epoch ended; there is no model yet");
    if (run->reason != MLP_STOP_DIVERGED)
        return MLP_OK;
    if (run->plan.method != NULL)
        return mlpi_fail(err, MLP_ERROR_DATA,
                         "training diverged before it completed an epoch; look for very large "
                         "values in the data, or try `optimizer` adam");
    mlp_number_text(run->optimizer.settings.learning_rate, rate);
    return mlpi_fail(err, MLP_ERROR_DATA,
                     "training diverged before it completed an epoch; try a smaller "
                     "`learning-rate` than %s, or `clip-norm` 1",
                     rate);
}
