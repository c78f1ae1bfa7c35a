/* SPDX-License-Identifier: MIT */
/* Results that workers make in parallel. A free thread takes the next cell that is not finished;
 * then the worker waits for the cells that other workers are making. */
#include <stdlib.h>

#include "jobs/job.h"
#include "threads/threads.h"

/* The outcome of a cell. */
typedef struct outcome {
    bool taken;
    mlp_status status;
    mlp_error err;
} outcome;

typedef struct round {
    const mlpi_share_of_job *share;
    outcome *of;  /* the outcome of each cell */
    size_t *next; /* the cells of this round */
    _Atomic bool over;
} round;

/* Makes the result of a claimed cell, or reads it if another worker had finished the cell before
 * the claim. */
static mlp_status make_or_read(const mlpi_share_of_job *s, size_t i, mlpi_result *result,
                               mlp_error *err)
{
    const mlpi_job_cell cell = {s->set, s->number[i]};
    MLPI_TRY(mlpi_job_read_result(s->job, &cell, result, err));
    if (result->bytes != NULL)
        return MLP_OK;
    MLPI_TRY(s->make(s->context, i, result, err));
    return mlpi_job_write_result(s->job, &cell, result, err);
}

/* Whether this worker may make cell i. */
static bool may_make(const mlpi_share_of_job *s, size_t i)
{
    return mlpi_job_is_for(s->job) == MLPI_JOB_WORK ||
           (mlpi_job_is_for(s->job) == MLPI_JOB_PART && mlpi_job_owns(s->job, i));
}

/* Reads or makes a result. result->bytes stays NULL if the cell is left to another worker. */
static mlp_status find(const mlpi_share_of_job *s, size_t i, mlpi_result *result, mlp_error *err)
{
    const mlpi_job_cell cell = {s->set, s->number[i]};
    mlpi_claim *claim = NULL;
    MLPI_TRY(mlpi_job_read_result(s->job, &cell, result, err));
    if (result->bytes != NULL || !may_make(s, i))
        return MLP_OK;
    MLPI_TRY(mlpi_job_claim(s->job, &cell, &claim, err));
    const mlp_status status = claim != NULL ? make_or_read(s, i, result, err) : MLP_OK;
    mlpi_claim_release(claim);
    return status;
}

static bool is_stopped(const mlpi_share_of_job *s)
{
    return s->stop != NULL && atomic_load(s->stop) != 0;
}

static void do_next(void *context, size_t at, int thread)
{
    round *r = context;
    const size_t i = r->next[at];
    outcome *o = &r->of[i];
    mlpi_result result = {0};
    (void)thread;
    if (r->over || is_stopped(r->share))
        return;
    o->status = find(r->share, i, &result, &o->err);
    if (o->status == MLP_OK && result.bytes != NULL) {
        o->status = r->share->take(r->share->context, i, &result, &o->err);
        o->taken = o->status == MLP_OK;
    }
    if (o->status != MLP_OK)
        r->over = true;
    free(result.bytes);
}

/* Lists the cells that have not been taken, those that this worker owns first. */
static size_t line_up(const round *r)
{
    size_t count = 0;
    for (int others = 0; others < 2; others++)
        for (size_t i = 0; i < r->share->count; i++)
            if (!r->of[i].taken && mlpi_job_owns(r->share->job, i) == (others == 0))
                r->next[count++] = i;
    return count;
}

static mlp_status first_failure(const round *r, mlp_error *err)
{
    for (size_t i = 0; i < r->share->count; i++) {
        const outcome *o = &r->of[i];
        if (o->status == MLP_OK)
            continue;
        if (o->status == MLP_ERROR_INTERRUPTED)
            return mlpi_job_stopped(r->share->job, err);
        if (err != NULL)
            *err = o->err;
        return o->status;
    }
    return is_stopped(r->share) ? mlpi_job_stopped(r->share->job, err) : MLP_OK;
}

static mlp_status missing(const round *r, size_t left, mlp_error *err)
{
    for (size_t i = 0; i < left; i++)
        r->next[i] = r->share->number[r->next[i]];
    return mlpi_job_missing(r->share->job, r->share->set, r->next, left, r->share->count, err);
}

static mlp_status go_round(round *r, mlp_error *err)
{
    size_t idle = 0, left = line_up(r);
    while (left > 0) {
        const size_t waiting = left;
        mlpi_parallel(r->share->threads, waiting, do_next, r);
        MLPI_TRY(first_failure(r, err));
        left = line_up(r);
        if (left > 0 && mlpi_job_is_for(r->share->job) != MLPI_JOB_WORK)
            return missing(r, left, err);
        if (left == waiting)
            mlpi_job_wait(&idle, r->share->stop);
    }
    return MLP_OK;
}

mlp_status mlpi_job_share(const mlpi_share_of_job *share, mlp_error *err)
{
    round r = {.share = share,
               .of = mlpi_allocate(share->count, sizeof *r.of),
               .next = mlpi_allocate(share->count, sizeof *r.next)};
    const mlp_status status = r.of != NULL && r.next != NULL
                                  ? go_round(&r, err)
                                  : mlpi_fail_memory(err, "the cells of a job");
    mlpi_free(r.of);
    mlpi_free(r.next);
    return status;
}
