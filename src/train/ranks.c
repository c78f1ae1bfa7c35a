/* SPDX-License-Identifier: MIT */
/* A training run that ranks share: refuses options that ranks cannot train with, checks that all
 * ranks train the same, and lets them end together. */
#include <stdio.h>
#include <string.h>

#include "math/kernels.h"
#include "options/options.h"
#include "train/run.h"

static mlp_status check(const mlp_trainer *run, mlp_error *err)
{
    const struct {
        bool is_so;
        const char *sentence;
    } against[] = {
        {run->plan.method != NULL, "ranks share the batches of update rules, but this `optimizer` "
                                   "is a full-batch method; give `optimizer` adam"},
        {run->options.batch_norm, "`batch-norm` takes its statistics from whole batches, but ranks "
                                  "divide them; leave out `batch-norm`, or train with one rank"},
    };
    for (size_t i = 0; i < sizeof against / sizeof against[0]; i++)
        if (against[i].is_so)
            return mlpi_fail(err, MLP_ERROR_ARGUMENT, "%s", against[i].sentence);
    return MLP_OK;
}

mlp_status mlpi_run_check_ranks(const mlp_trainer *run, mlp_error *err)
{
    return mlpi_comm_check(&run->ranks, err);
}

/* Refuses ranks that would not compute the same bits, or would not end together. */
static mlp_status check_same(mlp_trainer *run, mlp_error *err)
{
    const char *set = mlpi_kernels()->name;
    const size_t rank = run->ranks.face.rank, none = run->ranks.face.ranks;
    size_t odd = none;
    if (!mlpi_comm_compare(&run->ranks, mlpi_hash(MLPI_HASH_START, set, strlen(set)), &odd))
        return mlpi_run_check_ranks(run, err);
    if (odd != none)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "rank %zu has a different instruction set from rank 0 (rank %zu has %s), "
                         "so the last bits of its numbers would differ; MLP_CPU=baseline in the "
                         "environment of all ranks makes them agree",
                         odd, rank, set);
    if (!mlpi_comm_compare(
            &run->ranks, mlpi_options_hash(&run->options, MLPI_OPTION_RUN, mlpi_run_identity(run)),
            &odd))
        return mlpi_run_check_ranks(run, err);
    if (odd != none)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "rank %zu does not train what rank 0 trains: its data or its options "
                         "differ; give all ranks the same data and options",
                         odd);
    return MLP_OK;
}

mlp_status mlpi_run_meet(mlp_trainer *run, mlp_error *err)
{
    run->ranks.face = run->options.ranks;
    if (!mlpi_run_is_shared(run))
        return MLP_OK;
    MLPI_TRY(check(run, err));
    MLPI_TRY(check_same(run, err));
    return mlpi_engine_share(run->engine, &run->ranks, err);
}

void mlpi_run_want(mlp_trainer *run, bool go_on)
{
    const mlpi_watch *watch = &run->watch;
    const bool end = !go_on || watch->left || mlpi_watch_is_stopped(watch);
    run->ranks.wants = end ? MLPI_WANTS_END : mlpi_watch_over(watch) ? MLPI_WANTS_TIME : 0;
}

bool mlpi_run_return(mlp_trainer *run)
{
    const mlpi_optimizer *o = &run->optimizer;
    bool done = mlpi_engine_return(run->engine);
    for (size_t s = 0; done && s < o->rule->slots; s++)
        done = mlpi_comm_return(&run->ranks, o->slots[s], o->n * sizeof *o->slots[s]);
    return done;
}
