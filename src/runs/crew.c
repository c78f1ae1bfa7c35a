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
    const mlp_progress *now; /* NULL: `working` */
    double share;
    bool go_on;
} call;

static void pass_on(void *context)
{
    call *c = context;
    mlpi_crew *crew = c->from->crew;
    const mlp_train_options *o = crew->options;
    if (!crew->over && c->now != NULL && o->progress != NULL) {
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

static mlp_status keep(mlp_trainer *run, mlpi_outcome_of_run *outcome, mlp_error *err)
{
    mlp_network *network = run->data.network;
    outcome->reason = run->reason;
    outcome->criterion = run->best;
    outcome->best_epoch = run->best_epoch;
    if (run->reason == MLP_STOP_INTERRUPTED ||
        (run->reason == MLP_STOP_TIME && run->best_epoch == 0))
        return MLP_OK; /* what has run until its time was over is a network */
    if (mlpi_run_check_result(run, &outcome->err) != MLP_OK)
        return MLP_OK; /* it diverged: the others go on */
    memcpy(mlp_network_parameters(network), run->best_parameters,
           mlp_network_size(network) * sizeof *run->best_parameters);
    outcome->network = mlpi_network_copy(network);
    return outcome->network != NULL ? MLP_OK : mlpi_fail_memory(err, "the networks of a model");
}

/* `run` is the caller's to free in any case. */
static mlp_status train(const listener *l, mlp_trainer **run, mlpi_outcome_of_run *outcome)
{
    mlpi_crew *crew = l->crew;
    mlp_train_options own = *crew->options;
    mlp_error *err = &outcome->err;
    own.threads = 1;
    own.notice = NULL; /* what is said of the data was said */
    own.progress = on_progress;
    own.working = own.working != NULL ? on_working : NULL;
    own.context = (void *)l;
    MLPI_TRY(mlpi_run_create_in_fold(&crew->common, l->number / crew->members, &own, l->number, run,
                                     err));
    while (mlp_trainer_step(*run, NULL))
        continue;
    MLPI_TRY(mlpi_run_check(*run, err));
    return keep(*run, outcome, err);
}

typedef struct ended {
    const listener *from;
    mlp_trainer *run; /* then: the one to free */
} ended;

/* The best one stays, of equals the first. */
static void take(void *context)
{
    ended *e = context;
    mlpi_crew *crew = e->from->crew;
    const mlpi_outcome_of_run *outcome = &crew->run[e->from->number];
    mlp_trainer *run = e->run, *best = crew->best;
    crew->finished++;
    crew->over = crew->over || outcome->status != MLP_OK;
    if (outcome->network == NULL ||
        (best != NULL &&
         (run->best > best->best || (run->best == best->best && run->restart > best->restart))))
        return;
    crew->best = run;
    e->run = best;
}

static void train_next(void *context, size_t i, int thread)
{
    mlpi_crew *crew = context;
    listener l = {crew, i};
    ended e = {.from = &l};
    (void)thread;
    crew->run[i].reason = why_not(&l);
    if (mlpi_was_stopped(crew->run[i].reason))
        return;
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

mlp_status mlpi_crew_train(mlpi_crew *crew, const mlp_table *table, mlp_table *spent,
                           const mlp_train_options *options, mlp_error *err)
{
    *crew = (mlpi_crew){.options = options,
                        .members = options->members,
                        .count = options->folds * options->members,
                        .started = mlpi_seconds()};
    MLPI_TRY(mlpi_common_init(table, spent, options, &crew->common, err));
    MLPI_TRY(make_room(crew, err));
    mlpi_parallel(mlpi_threads(options->threads), crew->count, train_next, crew);
    for (size_t i = 0; i < crew->count; i++)
        if (crew->run[i].status != MLP_OK) {
            if (err != NULL)
                *err = crew->run[i].err;
            return crew->run[i].status;
        }
    return MLP_OK;
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
