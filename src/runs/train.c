/* SPDX-License-Identifier: MIT */
/* mlp_train: does one training run, or several with different initial weights, of which the best is
 * kept; or trains networks that the model averages, with or without folds; or tries recipes for
 * such networks. */
#include <string.h>

#include "jobs/job.h"
#include "mlp/job.h"
#include "runs/folds.h"
#include "runs/members.h"
#include "runs/race.h"
#include "train/run.h"

static mlp_status run_to_end(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                             const mlp_train_options *options, size_t restart, mlp_trainer **run,
                             mlp_error *err)
{
    mlp_train_options own = *options;
    if (restart > 0)
        own.notice = NULL; /* notices about the data were given */
    MLPI_TRY(mlpi_run_create(table, spent, validation, &own, restart, run, err));
    while (mlp_trainer_step(*run, NULL))
        continue;
    return mlpi_run_check(*run, err);
}

/* The best so far of several runs, which have different initial weights. */
typedef struct restarts {
    mlp_trainer *best;       /* NULL: none yet */
    mlp_stop_reason stopped; /* why no more runs may begin; MLP_STOP_EPOCHS: they may */
    char unkept[sizeof((mlp_trainer *)NULL)->unkept];
} restarts;

/* Keeps the run if it is the best so far, and frees the run that is not kept. */
static void take(restarts *all, mlp_trainer *run, const mlp_train_options *options)
{
    const bool better = all->best == NULL || run->best < all->best->best;
    char metric[MLPI_SCORE_SIZE];
    if (run->unkept[0] != '\0')
        memcpy(all->unkept, run->unkept, sizeof all->unkept);
    if (mlpi_was_stopped(run->reason))
        all->stopped = run->reason;
    if (options->restarts > 1)
        mlpi_notice(options, "Restart %zu of %zu: %s%s.", run->restart + 1, options->restarts,
                    mlpi_run_score(run, run->best, metric), better ? ", the best so far" : "");
    mlp_trainer *worse = better ? all->best : run;
    if (better)
        all->best = run;
    mlp_trainer_free(worse);
}

/* Does all runs; the caller frees the best one even after a failure. */
static mlp_status run_all(restarts *all, const mlp_table *table, mlp_table *spent,
                          const mlp_table *validation, const mlp_train_options *options,
                          mlp_error *err)
{
    for (size_t r = 0; r == 0 || (r < options->restarts && !mlpi_was_stopped(all->stopped)); r++) {
        mlp_trainer *run = NULL;
        const mlp_status status = run_to_end(table, options->restarts < 2 ? spent : NULL,
                                             validation, options, r, &run, err);
        if (status != MLP_OK) {
            mlp_trainer_free(run);
            return status;
        }
        take(all, run, options);
    }
    memcpy(all->best->unkept, all->unkept, sizeof all->unkept); /* the last failure of any run */
    if (mlpi_was_stopped(all->stopped))
        all->best->reason = all->stopped;
    return MLP_OK;
}

static mlp_status train_restarts(const mlp_table *table, mlp_table *spent,
                                 const mlp_table *validation, const mlp_train_options *options,
                                 mlp_model **model, mlp_train_report *report, mlp_error *err)
{
    restarts all = {0};
    mlp_status status = run_all(&all, table, spent, validation, options, err);
    if (status == MLP_OK)
        status = mlp_trainer_model(all.best, model, report, err);
    mlp_trainer_free(all.best);
    return status;
}

/* Refuses a checkpoint with recipes: a checkpoint can hold the networks of only one recipe. */
static mlp_status check_checkpoint(mlpi_quality quality, const mlp_train_options *options,
                                   mlp_error *err)
{
    if (quality == MLPI_FAST || options->checkpoint == NULL)
        return MLP_OK;
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "`checkpoint` keeps the networks of one recipe, but `quality` %s trains "
                     "several; leave out one of the two, or give `folds` instead of `quality`",
                     options->quality);
}

/* Refuses ranks for several networks: ranks share the steps of a single network. */
static mlp_status check_ranks(mlpi_quality quality, const mlp_train_options *options,
                              mlp_error *err)
{
    if (options->ranks.ranks < 2 ||
        (quality == MLPI_FAST && options->folds == 0 && options->members < 2))
        return MLP_OK;
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "ranks train one network together, but %s trains several; leave it out, or "
                     "train with one rank",
                     options->folds > 0     ? "`folds`"
                     : options->members > 1 ? "`members`"
                                            : "`quality`");
}

/* `model` is NULL if cells of a job are trained and no model is wanted. */
static mlp_status train_by_options(const mlp_table *table, mlp_table *spent,
                                   const mlp_table *validation, const mlp_train_options *options,
                                   mlp_model **model, mlp_train_report *report, mlp_error *err)
{
    mlpi_quality quality = MLPI_FAST;
    MLPI_TRY(mlpi_quality_for(table, validation, options, &quality, err));
    MLPI_TRY(check_checkpoint(quality, options, err));
    MLPI_TRY(check_ranks(quality, options, err));
    bool few = quality == MLPI_FAST;
    if (!few)
        MLPI_TRY(mlpi_train_recipes(quality, table, spent, validation, options, &few, model, report,
                                    err));
    return !few ? MLP_OK
           : options->folds > 0
               ? mlpi_train_folds(table, spent, validation, options, model, report, err)
           : options->members > 1
               ? mlpi_train_members(table, spent, validation, options, model, report, err)
           : options->cells != NULL
               ? mlpi_train_restarts(table, spent, validation, options, model, report, err)
               : train_restarts(table, spent, validation, options, model, report, err);
}

/* The results that the caller of a training run wants. */
typedef struct wish {
    mlpi_job_purpose purpose; /* with a job */
    mlp_model **model;        /* NULL: not wanted */
    mlp_train_report *report; /* NULL: not wanted */
    bool *finished;           /* set to false: networks are missing; NULL: missing networks are a
                                 failure */
} wish;

static mlp_status train(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                        const mlp_train_options *given, const wish *w, mlp_error *err)
{
    mlp_train_options own = mlpi_options_or_default(given);
    mlp_train_report made = {0};
    mlpi_job *job = NULL;
    if (mlpi_options_have_job(&own))
        MLPI_TRY(mlpi_job_open(table, validation, &own, "train", w->purpose, &job, err));
    own.cells = job;
    mlpi_options_start_clock(&own);
    const mlp_status status =
        train_by_options(table, spent, validation, &own, w->model, &made, err);
    const bool lacks = status != MLP_OK && job != NULL && mlpi_job_lacked(job);
    mlpi_job_close(job);
    if (w->finished != NULL)
        *w->finished = status == MLP_OK;
    if (status != MLP_OK)
        return lacks && w->finished != NULL ? MLP_OK : status;
    for (size_t i = 0; i < made.finding_count; i++)
        if (made.finding[i].kind != MLP_FINDING_LEAKAGE) /* a notice was given before */
            mlpi_notice(&own, "%s", made.finding[i].sentence);
    if (w->report != NULL)
        *w->report = made;
    return MLP_OK;
}

mlp_status mlp_train(const mlp_table *table, const mlp_table *validation,
                     const mlp_train_options *options, mlp_model **model, mlp_train_report *report,
                     mlp_error *err)
{
    const wish w = {.model = model, .report = report};
    return train(table, NULL, validation, options, &w, err);
}

mlp_status mlp_train_spending(mlp_table *table, const mlp_table *validation,
                              const mlp_train_options *options, mlp_model **model,
                              mlp_train_report *report, mlp_error *err)
{
    const wish w = {.model = model, .report = report};
    return train(table, table, validation, options, &w, err);
}

/* --- jobs ------------------------------------------------------------------------------------- */

static mlp_status share(const mlp_table *table, const mlp_table *validation,
                        const mlp_train_options *options, const wish *w, mlp_error *err)
{
    if (!mlpi_options_have_job(options))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "the folder of the job is missing; give `job`");
    return train(table, NULL, validation, options, w, err);
}

mlp_status mlp_job_work(const mlp_table *table, const mlp_table *validation,
                        const mlp_train_options *options, mlp_error *err)
{
    const wish w = {.purpose = MLPI_JOB_WORK};
    return share(table, validation, options, &w, err);
}

mlp_status mlp_job_part(const mlp_table *table, const mlp_table *validation,
                        const mlp_train_options *options, bool *finished, mlp_error *err)
{
    const wish w = {.purpose = MLPI_JOB_PART, .finished = finished};
    return share(table, validation, options, &w, err);
}

mlp_status mlp_job_merge(const mlp_table *table, const mlp_table *validation,
                         const mlp_train_options *options, mlp_model **model,
                         mlp_train_report *report, mlp_error *err)
{
    const wish w = {.purpose = MLPI_JOB_MERGE, .model = model, .report = report};
    return share(table, validation, options, &w, err);
}
