/* SPDX-License-Identifier: MIT */
/* Whoever has a thread takes the next network. They share the encoded rows, and the caller, whose
 * functions are called by one of them at a time. */
#include "runs/crew.h"

#include <string.h>

#include "network/layout.h"

/* The caller of a run's functions. */
typedef struct listener {
    mlpi_crew *crew;
    size_t number;
} listener;

/* What is passed on under the lock. */
typedef struct call {
    const listener *from;
    const mlp_progress *now; /* or */
    const char *sentence;    /* or, where both are NULL: `working` */
    double share;
    bool go_on;
} call;

static void pass_on(void *context)
{
    call *c = context;
    mlpi_crew *crew = c->from->crew;
    const mlp_train_options *o = crew->options;
    if (c->sentence != NULL)
        o->notice(c->sentence, o->context);
    else if (!crew->over && c->now != NULL && o->progress != NULL) {
        mlp_progress now = *c->now;
        now.seconds = mlpi_seconds() - crew->started;
        now.network = c->from->number + 1;
        now.networks = crew->count;
        now.finished = crew->finished;
        crew->over = !o->progress(&now, o->context);
    } else if (!crew->over && c->now == NULL && o->working != NULL)
        crew->over = !o->working(c->share, o->context);
    c->go_on = !crew->over;
}

static bool on_progress(const mlp_progress *now, void *context)
{
    const listener *l = context;
    call c = {.from = l, .now = now};
    mlpi_exclusively(l->crew->lock, pass_on, &c);
    return c.go_on;
}

static bool on_working(double share, void *context)
{
    const listener *l = context;
    call c = {.from = l, .share = share};
    mlpi_exclusively(l->crew->lock, pass_on, &c);
    return c.go_on;
}

static void on_notice(const char *sentence, void *context)
{
    const listener *l = context;
    call c = {.from = l, .sentence = sentence};
    mlpi_exclusively(l->crew->lock, pass_on, &c);
}

static void ask(void *context)
{
    call *c = context;
    c->go_on = !c->from->crew->over;
}

/* Why another network does not begin; MLP_STOP_EPOCHS: it may. */
static mlp_stop_reason why_not(const listener *l)
{
    const mlp_train_options *o = l->crew->options;
    const mlpi_watch watch = {.stop = o->stop, .until = o->until};
    call c = {.from = l};
    mlpi_exclusively(l->crew->lock, ask, &c);
    if (!c.go_on || mlpi_watch_is_stopped(&watch))
        return MLP_STOP_INTERRUPTED;
    return mlpi_watch_over(&watch) ? MLP_STOP_TIME : MLP_STOP_EPOCHS;
}

/* --- a network -------------------------------------------------------------------------------- */

/* Whether the training of the network was left before there was one. What has run until its time was
 * over is a network. One that someone stopped is a network too, but not of a fold, whose rows it
 * would judge by less than the others learnt. */
static bool was_left(const mlp_trainer *run)
{
    return mlpi_was_stopped(run->reason) &&
           (run->best_epoch == 0 ||
            (run->reason == MLP_STOP_INTERRUPTED && run->data.folds.folds > 0));
}

static mlp_status keep(mlp_trainer *run, mlpi_outcome_of_run *outcome, mlp_error *err)
{
    mlp_network *network = run->data.network;
    outcome->reason = run->reason;
    outcome->criterion = run->best;
    outcome->best_epoch = run->best_epoch;
    if (was_left(run))
        return MLP_OK;
    if (mlpi_run_check_result(run, &outcome->err) != MLP_OK)
        return MLP_OK; /* it diverged: the others go on */
    memcpy(mlp_network_parameters(network), run->best_parameters,
           mlp_network_size(network) * sizeof *run->best_parameters);
    outcome->network = mlpi_network_copy(network);
    return outcome->network != NULL ? MLP_OK : mlpi_fail_memory(err, "the networks of a model");
}

/* Shards are one source; a log with epochs of several networks cannot be gone on with. */
static bool side_by_side(const mlp_train_options *options)
{
    return options->memory == 0 && options->checkpoint == NULL;
}

/* `run` is the caller's to free in any case. */
static mlp_status train(const listener *l, mlp_trainer **run, mlpi_outcome_of_run *outcome)
{
    mlpi_crew *crew = l->crew;
    mlp_train_options own = *crew->options;
    mlp_error *err = &outcome->err;
    own.threads = crew->threads;
    /* What is said of one network is said of all. */
    own.notice = own.notice != NULL && l->number == 0 ? on_notice : NULL;
    own.progress = on_progress;
    own.working = own.working != NULL ? on_working : NULL;
    own.context = (void *)l;
    MLPI_TRY(
        mlpi_run_create_part(&crew->common, l->number / crew->members, &own, l->number, run, err));
    while (mlp_trainer_step(*run, NULL))
        continue;
    MLPI_TRY(mlpi_run_check(*run, err));
    return keep(*run, outcome, err);
}

typedef struct ended {
    const listener *from;
    mlp_trainer *run; /* NULL: it never began; then: the one to free */
} ended;

/* The best one stays, of equals the first. */
static void take_run(mlpi_crew *crew, ended *e)
{
    mlp_trainer *run = e->run, *best = crew->best;
    if (run != NULL && run->unkept[0] != '\0')
        memcpy(crew->unkept, run->unkept, sizeof crew->unkept);
    if (crew->run[e->from->number].network == NULL ||
        (best != NULL &&
         (run->best > best->best || (run->best == best->best && run->restart > best->restart))))
        return;
    crew->best = run;
    e->run = best;
}

/* Networks are told of in their order, whichever ends first. */
static void take(void *context)
{
    ended *e = context;
    mlpi_crew *crew = e->from->crew;
    mlpi_outcome_of_run *outcome = &crew->run[e->from->number];
    take_run(crew, e);
    crew->finished++;
    crew->over = crew->over || outcome->status != MLP_OK;
    outcome->ended = true;
    for (; crew->told < crew->count && crew->run[crew->told].ended; crew->told++)
        crew->tell(crew, crew->told);
}

static void train_next(void *context, size_t i, int thread)
{
    mlpi_crew *crew = context;
    i += crew->first;
    listener l = {crew, i};
    ended e = {.from = &l};
    (void)thread;
    crew->run[i].reason = why_not(&l);
    if (!mlpi_was_stopped(crew->run[i].reason))
        crew->run[i].status = train(&l, &e.run, &crew->run[i]);
    mlpi_exclusively(crew->lock, take, &e);
    mlp_trainer_free(e.run);
}

/* --- all of them ------------------------------------------------------------------------------ */

static mlp_status make_room(mlpi_crew *crew, mlp_error *err)
{
    crew->run = mlpi_allocate(crew->count, sizeof *crew->run);
    crew->lock = mlpi_lock_create();
    return crew->run != NULL && crew->lock != NULL ? MLP_OK : mlpi_fail_memory(err, "training");
}

mlp_status mlpi_crew_prepare(mlpi_crew *crew, const mlp_table *table, mlp_table *spent,
                             const mlp_table *validation, mlp_error *err)
{
    crew->started = mlpi_seconds();
    MLPI_TRY(mlpi_common_init(table, spent, validation, crew->options, &crew->common, err));
    crew->members = crew->options->members;
    crew->count = crew->members * mlpi_prepared_divisions(&crew->common.data);
    return make_room(crew, err);
}

mlp_status mlpi_crew_train(mlpi_crew *crew, size_t divisions, mlp_error *err)
{
    const int threads = mlpi_threads(crew->options->threads);
    const size_t all =
        divisions < crew->count / crew->members ? divisions * crew->members : crew->count;
    const size_t networks = all - crew->begun;
    const int beside = !side_by_side(crew->options) ? 1
                       : networks < (size_t)threads ? (int)networks
                                                    : threads;
    crew->first = crew->begun;
    crew->begun = all;
    crew->threads = beside > 0 ? threads / beside : threads;
    mlpi_parallel(beside, networks, train_next, crew);
    for (size_t i = crew->first; i < crew->begun; i++)
        if (crew->run[i].status != MLP_OK) {
            if (err != NULL)
                *err = crew->run[i].err;
            return crew->run[i].status;
        }
    return MLP_OK;
}

/* --- what became of them ---------------------------------------------------------------------- */

mlp_stop_reason mlpi_crew_why_stopped(const mlpi_crew *crew)
{
    mlp_stop_reason why = MLP_STOP_EPOCHS;
    for (size_t i = 0; i < crew->count; i++)
        if (mlpi_was_stopped(crew->run[i].reason) && why != MLP_STOP_INTERRUPTED)
            why = crew->run[i].reason;
    return why;
}

mlp_status mlpi_crew_check(const mlpi_crew *crew, mlp_error *err)
{
    const mlpi_outcome_of_run *diverged = NULL;
    for (size_t i = 0; i < crew->count; i++) {
        if (crew->run[i].network != NULL)
            return MLP_OK;
        if (crew->run[i].reason == MLP_STOP_DIVERGED && diverged == NULL)
            diverged = &crew->run[i];
    }
    if (diverged == NULL)
        return mlpi_fail(
            err, MLP_ERROR_INTERRUPTED, "%s before the first %s; there is no model yet",
            mlpi_crew_why_stopped(crew) == MLP_STOP_TIME ? "`time` was over" : "stopped",
            crew->common.data.folds.folds > 0 ? "network was trained" : "epoch ended");
    return mlpi_fail(err, MLP_ERROR_DATA, "%s", diverged->err.message);
}

mlp_status mlpi_crew_gather(const mlpi_crew *crew, mlpi_members *members, mlp_error *err)
{
    MLPI_TRY(mlpi_crew_check(crew, err));
    for (size_t i = 0; i < crew->count; i++)
        if (crew->run[i].network != NULL)
            MLPI_TRY(mlpi_members_add(members, crew->run[i].network, err));
    return MLP_OK;
}

mlp_trainer *mlpi_crew_speaker(mlpi_crew *crew)
{
    mlp_trainer *run = crew->best;
    const mlp_stop_reason why = mlpi_crew_why_stopped(crew);
    run->options = *crew->options;
    run->watch = (mlpi_watch){0};
    run->started = crew->started;
    if (mlpi_was_stopped(why))
        run->reason = why;
    memcpy(run->unkept, crew->unkept, sizeof run->unkept);
    return run;
}

void mlpi_crew_release(mlpi_crew *crew)
{
    for (size_t i = 0; crew->run != NULL && i < crew->count; i++)
        mlp_network_free(crew->run[i].network);
    mlp_trainer_free(crew->best); /* before the rows that it shares */
    mlpi_prepared_release(&crew->common.data);
    mlpi_lock_free(crew->lock);
    mlpi_free(crew->run);
    *crew = (mlpi_crew){0};
}
