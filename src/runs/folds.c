/* SPDX-License-Identifier: MIT */
/* Folds: every network trains on all folds but one and chooses its epoch by that one; all of them
 * answer together. Columns, scaling and labels are learnt from all rows, once. The rows of a fold
 * are judged by the networks that trained without them, and by no others. */
#include "runs/folds.h"

#include "runs/calibrate.h"
#include "runs/conform.h"
#include "runs/crew.h"
#include "runs/decide.h"
#include "runs/unseen.h"

/* --- what cannot be together ------------------------------------------------------------------ */

mlp_status mlpi_folds_check(const mlp_table *validation, const mlp_train_options *o, mlp_error *err)
{
    const struct {
        bool is_so;
        const char *sentence;
    } against[] = {
        {o->folds < 2, "`folds` 1 leaves no rows to train with; give 2 or more, or 0 for none"},
        {validation != NULL || o->validation != MLPI_AUTO,
         "with `folds` every row is judged by networks that never saw it; leave out `validation`"},
        {o->validation_time != NULL && o->validation_time[0] != '\0',
         "`folds` judge by rows of any time, `validation-time` by the last ones; give one"},
        {o->restarts > 1, "`restarts` keeps the best network and `folds` keeps all; give one"},
        {o->memory > 0, "with `memory` rows lie in shards, which have no `folds`; give one"},
        {o->initial != NULL, "a model to go on from has seen the rows by which `folds` judge; "
                             "begin anew, or leave out `folds`"},
        {o->members > MLPI_MOST_MEMBERS / o->folds,
         "a model holds at most 1000 networks; give fewer `folds` or `members`"},
    };
    for (size_t i = 0; i < sizeof against / sizeof against[0]; i++)
        if (against[i].is_so)
            return mlpi_fail(err, MLP_ERROR_ARGUMENT, "%s", against[i].sentence);
    return MLP_OK;
}

/* --- what became of them ---------------------------------------------------------------------- */

static void tell(const mlpi_crew *crew, size_t i)
{
    const mlpi_outcome_of_run *one = &crew->run[i];
    const mlp_train_options *o = crew->options;
    const size_t fold = i / crew->members + 1;
    char figure[32];
    if (one->network != NULL)
        mlpi_notice(
            o, "Network %zu of %zu, fold %zu: %s %s, best epoch %zu.", i + 1, crew->count, fold,
            o->metric,
            mlpi_rounded(crew->common.plan.larger_is_better ? -one->criterion : one->criterion, 4,
                         figure),
            one->best_epoch);
    else if (one->reason == MLP_STOP_DIVERGED)
        mlpi_notice(o, "Network %zu of %zu, fold %zu, diverged and is left out.", i + 1,
                    crew->count, fold);
}

static void tell_unfinished(const mlpi_crew *crew, size_t networks, size_t judged)
{
    const size_t rows = crew->common.data.training.rows;
    const mlp_stop_reason why = mlpi_crew_why_stopped(crew);
    if (why == MLP_STOP_INTERRUPTED)
        mlpi_notice(crew->options,
                    "Stopped when %zu of %zu networks were trained: the model is theirs.", networks,
                    crew->count);
    if (why == MLP_STOP_TIME)
        mlpi_notice(crew->options,
                    "The time was over when %zu of %zu networks were trained or in training: the "
                    "model is theirs.",
                    networks, crew->count);
    if (judged < rows)
        mlpi_notice(crew->options,
                    "%zu of %zu rows are judged: the others are of folds without a network.",
                    judged, rows);
}

/* --- the model -------------------------------------------------------------------------------- */

/* The best run speaks for all: it trained with every row, and the outputs out of fold judge it. */
static mlp_status speak_for_all(mlpi_crew *crew, const mlpi_unseen *u, mlp_error *err)
{
    mlp_trainer *run = mlpi_crew_speaker(crew);
    mlpi_prepared *d = &run->data;
    const mlp_encoded *all = &crew->common.data.training;
    const size_t targets = d->pipeline.target_count;
    mlpi_batches_close(d->learning);
    mlpi_batches_close(d->judging);
    d->learning = d->judging = NULL;
    MLPI_TRY(mlpi_batches_in_memory(all, targets, false, &d->learning, err));
    MLPI_TRY(mlpi_batches_chosen(all, targets, u->row, u->count, false, &d->judging, err));
    d->training.rows = all->rows;
    d->validation.rows = u->count;
    run->judge.answers = u->outputs;
    return MLP_OK;
}

static mlp_status make_model(mlpi_crew *crew, mlpi_members *members, mlp_model **model,
                             mlp_train_report *report, mlp_error *err)
{
    mlpi_unseen u = {0};
    mlp_status status = mlpi_unseen_fill(&u, crew, err);
    if (status == MLP_OK)
        status = mlpi_calibrate(crew, &u, members, &crew->best->calibration, err);
    if (status == MLP_OK)
        status = mlpi_conform(crew, &u, &crew->best->conformal, err);
    if (status == MLP_OK)
        status = mlpi_decide(crew, &u, &crew->best->decision, err);
    if (status == MLP_OK)
        status = speak_for_all(crew, &u, err);
    if (status == MLP_OK) {
        tell_unfinished(crew, members->count, u.count);
        status = mlpi_run_model(crew->best, members, model, report, err);
    }
    mlpi_unseen_release(&u);
    return status;
}

mlp_status mlpi_train_folds(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                            const mlp_train_options *options, mlp_model **model,
                            mlp_train_report *report, mlp_error *err)
{
    mlpi_crew crew = {.options = options, .tell = tell};
    mlpi_members members = {0};
    MLPI_TRY(mlpi_folds_check(validation, options, err));
    mlp_status status = mlpi_crew_train(&crew, table, spent, NULL, err);
    if (status == MLP_OK)
        status = mlpi_crew_gather(&crew, &members, err);
    if (status == MLP_OK)
        status = make_model(&crew, &members, model, report, err);
    mlpi_members_release(&members);
    mlpi_crew_release(&crew);
    return status;
}
