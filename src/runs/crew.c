/* SPDX-License-Identifier: MIT */
/* A free thread takes the next network. The networks share the encoded rows, and the caller's
 * functions, which are called by one thread at a time. */
#include "runs/crew.h"

#include <string.h>

#include "jobs/job.h"
#include "network/layout.h"

/* The context of a run's functions. */
typedef struct listener {
    mlpi_crew *crew;
    size_t number;
} listener;

/* A call of one of the caller's functions, which is passed on under the lock. */
typedef struct call {
    const listener *from;
    const mlp_progress *now; /* for `progress` */
    const char *sentence;    /* for `notice` */
    double share;            /* for `working`, if `now` and `sentence` are NULL */
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

/* Why the next network may not begin; MLP_STOP_EPOCHS: it may. */
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

/* Whether a run was stopped before it had a usable network. A network whose time was over is
 * usable, and so is one that was interrupted, except with folds: the rows of its fold would be
 * evaluated after less training than those of other folds. */
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
        return MLP_OK; /* the network diverged, and the others train on */
    memcpy(mlp_network_parameters(network), run->best_parameters,
           mlp_network_size(network) * sizeof *run->best_parameters);
    outcome->network = mlpi_network_copy(network);
    return outcome->network != NULL ? MLP_OK : mlpi_fail_memory(err, "the networks of a model");
}

/* Whether networks may train in parallel. They may not with shards, which are one source, or with
 * checkpoints, since the epochs of networks would mix in a log to be resumed. */
static bool side_by_side(const mlp_train_options *options)
{
    return options->memory == 0 && options->checkpoint == NULL;
}

static mlp_status create(const listener *l, mlp_trainer **run, mlp_error *err)
{
    mlpi_crew *crew = l->crew;
    mlp_train_options own = *crew->options;
    own.threads = crew->threads;
    /* Notices about the first network hold for all networks. */
    own.notice = own.notice != NULL && l->number == 0 ? on_notice : NULL;
    own.progress = on_progress;
    own.working = own.working != NULL ? on_working : NULL;
    own.context = (void *)l;
    return mlpi_run_create_part(&crew->common, l->number / crew->members, &own, l->number, run,
                                err);
}

static mlp_status go_to_end(mlp_trainer *run, mlp_error *err)
{
    while (mlp_trainer_step(run, NULL))
        continue;
    return mlpi_run_check(run, err);
}

/* Trains a network; the caller frees *run even after a failure. */
static mlp_status train(const listener *l, mlp_trainer **run, mlpi_outcome_of_run *outcome)
{
    MLPI_TRY(create(l, run, &outcome->err));
    MLPI_TRY(go_to_end(*run, &outcome->err));
    return keep(*run, outcome, &outcome->err);
}

/* --- a network that is a cell of a job -------------------------------------------------------- */

static mlp_status make_cell(const mlpi_job *job, const mlpi_job_cell *cell, mlp_trainer *run,
                            mlp_error *err)
{
    MLPI_TRY(go_to_end(run, err));
    return mlpi_was_stopped(run->reason) ? MLP_OK : mlpi_job_store(job, cell, run, err);
}

/* Takes the cell if it is finished, perhaps only since the caller looked for it; else makes it. */
static mlp_status make_or_take(const listener *l, const mlpi_job_cell *cell, mlp_trainer **run,
                               mlpi_outcome_of_run *outcome)
{
    const mlpi_job *job = l->crew->options->cells;
    bool there = false;
    MLPI_TRY(mlpi_job_has(job, cell, &there, &outcome->err));
    MLPI_TRY(create(l, run, &outcome->err));
    MLPI_TRY(there ? mlpi_job_load(job, cell, *run, &outcome->err)
                   : make_cell(job, cell, *run, &outcome->err));
    return keep(*run, outcome, &outcome->err);
}

/* Whether this worker may train network i now. */
static bool may_train(const mlpi_crew *crew, size_t i)
{
    const mlpi_job *job = crew->options->cells;
    return mlpi_job_is_for(job) == MLPI_JOB_WORK ||
           (mlpi_job_is_for(job) == MLPI_JOB_PART && mlpi_job_owns(job, crew->turn + i));
}

/* *elsewhere: nothing was done, since another worker trains the network, or will train it. */
static mlp_status train_cell(const listener *l, mlp_trainer **run, mlpi_outcome_of_run *outcome,
                             bool *elsewhere)
{
    const mlpi_job *job = l->crew->options->cells;
    const mlpi_job_cell cell = {l->crew->set, l->number};
    mlpi_claim *claim = NULL;
    bool there = false;
    MLPI_TRY(mlpi_job_has(job, &cell, &there, &outcome->err));
    if (!there && may_train(l->crew, l->number))
        MLPI_TRY(mlpi_job_claim(job, &cell, &claim, &outcome->err));
    *elsewhere = !there && claim == NULL;
    if (*elsewhere)
        return MLP_OK;
    const mlp_status status = make_or_take(l, &cell, run, outcome);
    mlpi_claim_release(claim);
    return status;
}

/* --- one after another ------------------------------------------------------------------------ */

typedef struct ended {
    const listener *from;
    mlp_trainer *run; /* NULL: the run never began; after take_run: the run to free */
} ended;

/* Keeps the best run; of equal runs, the first. */
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

/* Records the end of a network. Notices come in the order of the networks, whichever ends first. */
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
    listener l = {crew, crew->next[i]};
    mlpi_outcome_of_run *outcome = &crew->run[l.number];
    ended e = {.from = &l};
    bool elsewhere = false;
    (void)thread;
    outcome->reason = why_not(&l);
    if (!mlpi_was_stopped(outcome->reason))
        outcome->status = crew->options->cells == NULL
                              ? train(&l, &e.run, outcome)
                              : train_cell(&l, &e.run, outcome, &elsewhere);
    if (!elsewhere)
        mlpi_exclusively(crew->lock, take, &e);
    mlp_trainer_free(e.run);
}

/* --- all of them ------------------------------------------------------------------------------ */

static mlp_status make_room(mlpi_crew *crew, mlp_error *err)
{
    crew->run = mlpi_allocate(crew->count, sizeof *crew->run);
    crew->next = mlpi_allocate(crew->count, sizeof *crew->next);
    crew->lock = mlpi_lock_create();
    return crew->run != NULL && crew->next != NULL && crew->lock != NULL
               ? MLP_OK
               : mlpi_fail_memory(err, "training");
}

mlp_status mlpi_crew_prepare(mlpi_crew *crew, const mlp_table *table, mlp_table *spent,
                             const mlp_table *validation, mlp_error *err)
{
    crew->started = mlpi_seconds();
    MLPI_TRY(mlpi_common_init(table, spent, validation, crew->options, &crew->common, err));
    if (crew->options->cells != NULL)
        MLPI_TRY(mlpi_job_begin(crew->options->cells, err));
    crew->members = crew->options->members * crew->options->restarts; /* one of the two is 1 */
    if (crew->options->cells != NULL)
        crew->set = mlpi_job_set(crew->options->cells, crew->options);
    crew->count = crew->members * mlpi_prepared_divisions(&crew->common.data);
    return make_room(crew, err);
}

/* Lists the networks that have not ended, in their order, but those of this worker first. Returns
 * their number; *own: the number of those of this worker. */
static size_t line_up(const mlpi_crew *crew, size_t *own)
{
    const mlpi_job *job = crew->options->cells;
    size_t count = 0;
    for (int others = 0; others < (job != NULL ? 2 : 1); others++) {
        for (size_t i = crew->first; i < crew->begun; i++)
            if (!crew->run[i].ended &&
                (job == NULL || mlpi_job_owns(job, crew->turn + i) == (others == 0)))
                crew->next[count++] = i;
        *own = others == 0 ? count : *own;
    }
    return count;
}

/* Trains the *waiting networks that have not ended; *left: how many still have not ended
 * afterwards. */
static mlp_status train_round(mlpi_crew *crew, size_t *waiting, size_t *left, mlp_error *err)
{
    const int threads = mlpi_threads(crew->options->threads);
    size_t own = 0;
    *waiting = line_up(crew, &own);
    const size_t wanted = own > 0 ? own : *waiting;
    const int beside = !side_by_side(crew->options) ? 1
                       : wanted < (size_t)threads   ? (int)wanted
                                                    : threads;
    crew->threads = beside > 0 ? threads / beside : threads;
    mlpi_parallel(beside, *waiting, train_next, crew);
    for (size_t i = crew->first; i < crew->begun; i++)
        if (crew->run[i].status != MLP_OK) {
            if (err != NULL)
                *err = crew->run[i].err;
            return crew->run[i].status;
        }
    *left = line_up(crew, &own);
    return MLP_OK;
}

mlp_status mlpi_crew_train(mlpi_crew *crew, size_t divisions, mlp_error *err)
{
    const mlp_train_options *o = crew->options;
    size_t waiting = 0, left = 0, idle = 0;
    crew->first = crew->begun;
    crew->begun = divisions < crew->count / crew->members ? divisions * crew->members : crew->count;
    do {
        MLPI_TRY(train_round(crew, &waiting, &left, err));
        if (o->cells == NULL)
            return MLP_OK;
        if (mlpi_was_stopped(mlpi_crew_why_stopped(crew)))
            return mlpi_job_stopped(o->cells, err);
        if (left > 0 && mlpi_job_is_for(o->cells) != MLPI_JOB_WORK)
            return mlpi_job_missing(o->cells, crew->set, crew->next, left, crew->count, err);
        if (left == waiting && left > 0)
            mlpi_job_wait(&idle, o->stop);
    } while (left > 0);
    return MLP_OK;
}

/* --- the outcome ------------------------------------------------------------------------------ */

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
            mlpi_crew_why_stopped(crew) == MLP_STOP_TIME ? "`time` ran out" : "stopped",
            crew->common.data.folds.folds > 0 ? "network was trained" : "epoch ended");
    return mlpi_fail(err, MLP_ERROR_DATA, "%s", diverged->err.message);
}

mlp_status mlpi_crew_gather(const mlpi_crew *crew, mlpi_members *members, mlp_error *err)
{
    MLPI_TRY(mlpi_crew_check(crew, err));
    for (size_t i = 0; i < crew->count; i++)
        if (crew->run[i].network != NULL)
            MLPI_TRY(mlpi_members_add(members, crew->run[i].network, err));
    return mlpi_members_find_reads(members, err);
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
    mlpi_free(crew->next);
    mlpi_free(crew->run);
    *crew = (mlpi_crew){0};
}
