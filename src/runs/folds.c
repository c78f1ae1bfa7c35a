/* SPDX-License-Identifier: MIT */
/* Folds: every network trains on all folds but one and chooses its epoch by that one; all of them
 * answer together. Columns, scaling and labels are learnt from all rows, once. The rows of a fold
 * are judged by the networks that trained without them, and by no others. */
#include "runs/folds.h"

#include <string.h>

#include "engine/ensemble.h"
#include "runs/crew.h"

/* --- what cannot be together ------------------------------------------------------------------ */

static mlp_status check(const mlp_table *validation, const mlp_train_options *o, mlp_error *err)
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
        {o->checkpoint != NULL && o->checkpoint[0] != '\0',
         "`checkpoint` keeps one network under way, and `folds` train several side by side; give "
         "one"},
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

/* All that came to an end are members of the model. */
static mlp_status gather(const mlpi_crew *crew, mlpi_members *members, mlp_error *err)
{
    const mlpi_outcome_of_run *diverged = NULL;
    for (size_t i = 0; i < crew->count; i++) {
        const mlpi_outcome_of_run *one = &crew->run[i];
        if (one->network != NULL)
            MLPI_TRY(mlpi_members_add(members, one->network, err));
        else if (one->reason == MLP_STOP_DIVERGED && diverged == NULL)
            diverged = one;
    }
    if (members->count > 0)
        return MLP_OK;
    if (diverged == NULL)
        return mlpi_fail(err, MLP_ERROR_INTERRUPTED,
                         "stopped before the first network was trained; there is no model yet");
    return mlpi_fail(err, MLP_ERROR_DATA, "%s", diverged->err.message);
}

static void tell(const mlpi_crew *crew)
{
    const bool larger = crew->common.plan.larger_is_better;
    const mlp_train_options *o = crew->options;
    char figure[32];
    for (size_t i = 0; i < crew->count; i++) {
        const mlpi_outcome_of_run *one = &crew->run[i];
        const size_t fold = i / crew->members + 1;
        if (one->network != NULL)
            mlpi_notice(o, "Network %zu of %zu, fold %zu: %s %s, best epoch %zu.", i + 1,
                        crew->count, fold, o->metric,
                        mlpi_rounded(larger ? -one->criterion : one->criterion, 4, figure),
                        one->best_epoch);
        else if (one->reason == MLP_STOP_DIVERGED)
            mlpi_notice(o, "Network %zu of %zu, fold %zu, diverged and is left out.", i + 1,
                        crew->count, fold);
    }
}

static bool was_interrupted(const mlpi_crew *crew)
{
    bool interrupted = false;
    for (size_t i = 0; i < crew->count; i++)
        interrupted = interrupted || crew->run[i].reason == MLP_STOP_INTERRUPTED;
    return interrupted;
}

static void tell_unfinished(const mlpi_crew *crew, size_t networks, size_t judged)
{
    const size_t rows = crew->common.data.training.rows;
    if (was_interrupted(crew))
        mlpi_notice(crew->options,
                    "Stopped when %zu of %zu networks were trained: the model is theirs.", networks,
                    crew->count);
    if (judged < rows)
        mlpi_notice(crew->options,
                    "%zu of %zu rows are judged: the others are of folds without a network.",
                    judged, rows);
}

/* --- outputs out of fold ---------------------------------------------------------------------- */

/* Outputs for rows of networks that never saw them. */
typedef struct unseen {
    uint32_t *row;  /* among those that are encoded, ascending */
    float *outputs; /* of each */
    size_t count;
} unseen;

static void release(unseen *u)
{
    mlpi_free(u->row);
    mlpi_free(u->outputs);
    *u = (unseen){0};
}

/* The networks of a fold, which stay the crew's: free the two arrays. */
static mlp_status members_of(const mlpi_crew *crew, size_t fold, mlpi_members *members,
                             mlp_error *err)
{
    MLPI_TRY(mlpi_members_init(members, crew->members, err));
    members->count = 0;
    for (size_t i = fold * crew->members; i < (fold + 1) * crew->members; i++)
        if (crew->run[i].network != NULL)
            members->network[members->count++] = crew->run[i].network;
    for (size_t m = 0; m < members->count; m++)
        members->weight[m] = 1.0 / (double)members->count;
    return MLP_OK;
}

/* `outputs`: of all encoded rows, of which those of the fold are filled in. */
static mlp_status answer(const mlpi_crew *crew, size_t fold, const mlpi_members *members,
                         float *outputs, mlp_error *err)
{
    enum { ROWS = 1024 };
    const mlp_encoded *e = &crew->common.data.training;
    mlpi_ensemble *networks = NULL;
    size_t count = 0;
    const uint32_t *row = mlpi_folds_test(&crew->common.data.folds, 0, fold, &count);
    float *y = mlpi_allocate(ROWS, e->outputs * sizeof *y);
    mlp_status status = y != NULL
                            ? mlpi_ensemble_create(members, crew->options->threads, &networks, err)
                            : mlpi_fail_memory(err, "the outputs of a fold");
    for (size_t first = 0; status == MLP_OK && first < count; first += ROWS) {
        const size_t rows = count - first < ROWS ? count - first : ROWS;
        mlpi_ensemble_forward(networks,
                              &(mlpi_batch){.x = e->x, .index = row + first, .rows = rows}, y);
        for (size_t i = 0; i < rows; i++)
            memcpy(outputs + row[first + i] * e->outputs, y + i * e->outputs,
                   e->outputs * sizeof *y);
    }
    mlpi_ensemble_free(networks);
    mlpi_free(y);
    return status;
}

static mlp_status answer_fold(const mlpi_crew *crew, size_t fold, bool *judged, unseen *u,
                              mlp_error *err)
{
    mlpi_members members = {0};
    size_t count = 0;
    const uint32_t *row = mlpi_folds_test(&crew->common.data.folds, 0, fold, &count);
    mlp_status status = members_of(crew, fold, &members, err);
    if (status == MLP_OK && members.count > 0) {
        status = answer(crew, fold, &members, u->outputs, err);
        for (size_t i = 0; i < count; i++)
            judged[row[i]] = true;
    }
    members.count = 0; /* they are the crew's */
    mlpi_members_release(&members);
    return status;
}

/* Release in any case. */
static mlp_status answer_all(const mlpi_crew *crew, unseen *u, mlp_error *err)
{
    const mlp_encoded *e = &crew->common.data.training;
    bool *judged = mlpi_allocate(e->rows, sizeof *judged);
    u->row = mlpi_allocate(e->rows, sizeof *u->row);
    u->outputs = mlpi_allocate(e->rows, e->outputs * sizeof *u->outputs);
    mlp_status status = judged != NULL && u->row != NULL && u->outputs != NULL
                            ? MLP_OK
                            : mlpi_fail_memory(err, "the outputs of the folds");
    for (size_t fold = 0; status == MLP_OK && fold < crew->common.data.folds.folds; fold++)
        status = answer_fold(crew, fold, judged, u, err);
    for (size_t r = 0; status == MLP_OK && r < e->rows; r++)
        if (judged[r]) {
            memmove(u->outputs + u->count * e->outputs, u->outputs + r * e->outputs,
                    e->outputs * sizeof *u->outputs);
            u->row[u->count++] = (uint32_t)r;
        }
    mlpi_free(judged);
    return status;
}

/* --- the model -------------------------------------------------------------------------------- */

/* The best run speaks for all: it trained with every row, and the outputs out of fold judge it. */
static mlp_status speak_for_all(mlpi_crew *crew, const unseen *u, mlp_error *err)
{
    mlp_trainer *run = crew->best;
    mlpi_prepared *d = &run->data;
    const mlp_encoded *all = &crew->common.data.training;
    const size_t targets = d->pipeline.target_count;
    run->options = *crew->options;
    run->watch = (mlpi_watch){0};
    run->started = crew->started;
    if (was_interrupted(crew))
        run->reason = MLP_STOP_INTERRUPTED;
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

static mlp_status make_model(mlpi_crew *crew, const mlpi_members *members, mlp_model **model,
                             mlp_train_report *report, mlp_error *err)
{
    unseen u = {0};
    mlp_status status = answer_all(crew, &u, err);
    if (status == MLP_OK)
        status = speak_for_all(crew, &u, err);
    if (status == MLP_OK) {
        tell_unfinished(crew, members->count, u.count);
        status = mlpi_run_model(crew->best, members, model, report, err);
    }
    release(&u);
    return status;
}

mlp_status mlpi_train_folds(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                            const mlp_train_options *options, mlp_model **model,
                            mlp_train_report *report, mlp_error *err)
{
    mlpi_crew crew = {0};
    mlpi_members members = {0};
    MLPI_TRY(check(validation, options, err));
    mlp_status status = mlpi_crew_train(&crew, table, spent, options, err);
    if (status == MLP_OK)
        status = gather(&crew, &members, err);
    if (status == MLP_OK) {
        tell(&crew);
        status = make_model(&crew, &members, model, report, err);
    }
    mlpi_members_release(&members);
    mlpi_crew_release(&crew);
    return status;
}
