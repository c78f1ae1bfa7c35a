/* SPDX-License-Identifier: MIT */
/* mlp_train: a run to its end, or several from different first weights, of which the best is kept,
 * or all answer together; or runs on folds, or recipes of them.
 */
#include <string.h>

#include "mlp/output.h"
#include "network/members.h"
#include "runs/folds.h"
#include "runs/quality.h"
#include "train/run.h"

static mlp_status run_to_end(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                             const mlp_train_options *options, size_t restart, mlp_trainer **run,
                             mlp_error *err)
{
    mlp_train_options own = *options;
    if (restart > 0)
        own.notice = NULL; /* what is said of the data was said */
    MLPI_TRY(mlpi_run_create(table, spent, validation, &own, restart, run, err));
    while (mlp_trainer_step(*run, NULL))
        continue;
    return mlpi_run_check(*run, err);
}

/* Runs from first weights of their own. */
typedef struct runs {
    size_t count;            /* of those that are asked for */
    bool together;           /* all networks become the model, else that of the best */
    mlp_trainer *best;       /* NULL: none yet */
    mlpi_members members;    /* of the runs so far, where they answer together */
    mlp_stop_reason stopped; /* why there are no more; MLP_STOP_EPOCHS: they may go on */
    char unkept[sizeof((mlp_trainer *)NULL)->unkept];
} runs;

static runs runs_of(const mlp_train_options *options)
{
    const bool together = options->members > 1;
    const size_t count = together ? options->members : options->restarts;
    return (runs){.count = count > 1 ? count : 1, .together = together};
}

static void tell(const mlp_train_options *options, const runs *all, const mlp_trainer *run,
                 bool best)
{
    char figure[32];
    if (all->count < 2)
        return;
    const bool evidence = mlpi_run_by_evidence(run);
    mlp_number_text(evidence || run->plan.larger_is_better ? -run->best : run->best, figure);
    mlpi_notice(options, "%s %zu of %zu: %s %s%s.", all->together ? "Network" : "Restart",
                run->restart + 1, all->count, evidence ? "log evidence" : options->metric, figure,
                best ? ", the best so far" : "");
}

/* A run that was stopped before it had a result takes nothing from those before it. */
static mlp_status keep_network(runs *all, mlp_trainer *run, mlp_error *err)
{
    mlp_network *network = run->data.network;
    if (mlpi_was_stopped(all->stopped) && run->best_epoch == 0 && all->members.count > 0)
        return MLP_OK;
    MLPI_TRY(mlpi_run_check_result(run, err));
    memcpy(mlp_network_parameters(network), run->best_parameters,
           mlp_network_size(network) * sizeof *run->best_parameters);
    return mlpi_members_add(&all->members, network, err);
}

/* The run is the set's from here on. */
static mlp_status take(runs *all, mlp_trainer *run, const mlp_train_options *options,
                       mlp_error *err)
{
    const bool better = all->best == NULL || run->best < all->best->best;
    mlp_status status = MLP_OK;
    if (run->unkept[0] != '\0')
        memcpy(all->unkept, run->unkept, sizeof all->unkept);
    if (mlpi_was_stopped(run->reason))
        all->stopped = run->reason;
    tell(options, all, run, better);
    if (all->together)
        status = keep_network(all, run, err);
    mlp_trainer *worse = better ? all->best : run;
    if (better)
        all->best = run;
    mlp_trainer_free(worse);
    return status;
}

/* What the runs hold is the caller's to release in any case. */
static mlp_status run_all(runs *all, const mlp_table *table, mlp_table *spent,
                          const mlp_table *validation, const mlp_train_options *options,
                          mlp_error *err)
{
    for (size_t r = 0; r < all->count && !mlpi_was_stopped(all->stopped); r++) {
        mlp_trainer *run = NULL;
        const mlp_status status =
            run_to_end(table, all->count < 2 ? spent : NULL, validation, options, r, &run, err);
        if (status != MLP_OK) {
            mlp_trainer_free(run);
            return status;
        }
        MLPI_TRY(take(all, run, options, err));
    }
    memcpy(all->best->unkept, all->unkept, sizeof all->unkept); /* whichever run it was */
    if (mlpi_was_stopped(all->stopped))
        all->best->reason = all->stopped;
    return MLP_OK;
}

static mlp_status train_runs(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                             const mlp_train_options *options, mlp_model **model,
                             mlp_train_report *report, mlp_error *err)
{
    runs all = runs_of(options);
    mlp_status status =
        options->members > 1 && options->restarts > 1
            ? mlpi_fail(err, MLP_ERROR_ARGUMENT,
                        "`restarts` keeps the best network and `members` keeps all; give one")
            : run_all(&all, table, spent, validation, options, err);
    if (status == MLP_OK)
        status = all.together ? mlpi_run_model(all.best, &all.members, model, report, err)
                              : mlp_trainer_model(all.best, model, report, err);
    mlp_trainer_free(all.best);
    mlpi_members_release(&all.members);
    return status;
}

static mlp_status train(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                        const mlp_train_options *given, mlp_model **model, mlp_train_report *report,
                        mlp_error *err)
{
    mlp_train_options own = mlpi_options_or_default(given);
    const mlp_train_options *const options = &own;
    mlp_train_report made = {0};
    mlpi_quality quality = MLPI_FAST;
    mlpi_options_start_clock(&own);
    MLPI_TRY(mlpi_quality_for(table, options, &quality, err));
    MLPI_TRY(quality != MLPI_FAST
                 ? mlpi_train_recipes(quality, table, spent, validation, options, model, &made, err)
             : options->folds > 0
                 ? mlpi_train_folds(table, spent, validation, options, model, &made, err)
                 : train_runs(table, spent, validation, options, model, &made, err));
    for (size_t i = 0; i < made.finding_count; i++)
        if (made.finding[i].kind != MLP_FINDING_LEAKAGE) /* told before */
            mlpi_notice(options, "%s", made.finding[i].sentence);
    if (report != NULL)
        *report = made;
    return MLP_OK;
}

mlp_status mlp_train(const mlp_table *table, const mlp_table *validation,
                     const mlp_train_options *options, mlp_model **model, mlp_train_report *report,
                     mlp_error *err)
{
    return train(table, NULL, validation, options, model, report, err);
}

mlp_status mlp_train_spending(mlp_table *table, const mlp_table *validation,
                              const mlp_train_options *options, mlp_model **model,
                              mlp_train_report *report, mlp_error *err)
{
    return train(table, table, validation, options, model, report, err);
}
