/* SPDX-License-Identifier: MIT */
/* A training that several ranks do together: what it cannot be, that all do the same one, and that all end it
 * together. */
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
        {run->plan.method != NULL,
         "ranks share the rows of update rules, and `optimizer` is a full-batch method; "
         "take `optimizer` adam"},
        {run->options.batch_norm,
         "`batch-norm` takes its statistics of whole batches, which ranks share out; leave "
         "out `batch-norm`, or train with one rank"},
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

/* A number that stands for what this rank trains is that of all. */
static mlp_status check_number(mlp_trainer *run, uint64_t number, mlp_error *err)
{
    const size_t none = run->ranks.face.ranks;
    size_t odd = none;
    if (!mlpi_comm_compare(&run->ranks, number, &odd))
        return mlpi_run_check_ranks(run, err);
    return odd == none ? MLP_OK
                       : mlpi_fail(err, MLP_ERROR_ARGUMENT,
                                   "rank %zu trains something else than rank 0: its data or its "
                                   "options differ; give all ranks the same",
                                   odd);
}

/* All that decides what this rank will do, and when it ends; and to the last bit. */
static mlp_status check_same(mlp_trainer *run, mlp_error *err)
{
    const char *set = mlpi_kernels()->name;
    const size_t rank = run->ranks.face.rank, none = run->ranks.face.ranks;
    size_t odd = none;
    if (!mlpi_comm_compare(&run->ranks, mlpi_hash(MLPI_HASH_START, set, strlen(set)), &odd))
        return mlpi_run_check_ranks(run, err);
    if (odd != none)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "rank %zu has another instruction set than rank 0 (rank %zu has %s), and "
                         "the last bits of its numbers would differ; MLP_CPU=baseline in the "
                         "environment of all ranks makes them agree",
                         odd, rank, set);
    return check_number(
        run, mlpi_options_hash(&run->options, MLPI_OPTION_RUN, mlpi_run_identity(run)), err);
}

/* The fingerprint is one chain over the rows, at which ranks take turns: so none waits for long. */
mlp_status mlpi_run_fingerprint(mlp_trainer *run, mlp_error *err)
{
    enum { CELLS = 1 << 15 }; /* of a turn, or a row */
    const mlp_table *table = run->table;
    const mlp_ranks *face = &run->ranks.face;
    if (!mlpi_run_is_shared(run) || table->bytes != NULL) {
        run->fingerprint = mlp_table_fingerprint(table);
        return MLP_OK;
    }
    const size_t each = CELLS / table->columns + 1;
    uint64_t hash = mlpi_table_hash_head(table);
    MLPI_TRY(check_number(run, mlpi_hash(hash, &table->rows, sizeof table->rows), err));
    for (size_t turn = 0, first = 0; first < table->rows; turn++, first += each) {
        const size_t left = table->rows - first, who = turn % face->ranks;
        if (who == face->rank)
            hash = mlpi_table_hash_rows(table, first, first + (left < each ? left : each), hash);
        if (!mlpi_comm_tell(&run->ranks, who, &hash, sizeof hash))
            return mlpi_run_check_ranks(run, err);
    }
    run->fingerprint = hash;
    return MLP_OK;
}

mlp_status mlpi_run_meet(mlp_trainer *run, mlp_error *err)
{
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
