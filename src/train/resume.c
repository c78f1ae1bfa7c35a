/* SPDX-License-Identifier: MIT */
/* What a checkpoint holds of a run, and resuming from one. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "math/kernels.h"
#include "options/options.h"
#include "train/checkpoint.h"
#include "train/run.h"

/* The numbers of a run as a checkpoint holds them: 8 bytes each, without gaps. */
typedef struct numbers {
    uint64_t epoch, best_epoch, time, steps, outcome, waited, rises;
    double best, value;                        /* best criterion; the method's E(w) */
    double share, plateau_best;                /* as in mlpi_plateau */
    double first, lowest, last, least, latest; /* as in mlpi_course */
    double method[MLPI_NUMBERS];
} numbers;

/* The instruction set that the run used: only with the same set do results have the same bits. */
typedef struct instructions {
    char name[16];
} instructions;

enum { MOST_BLOCKS = 4 + MLPI_SLOTS + 3 };

/* Lists all state of a run that does not follow from its data and options. */
static size_t blocks_of(mlp_trainer *run, numbers *n, instructions *set, mlpi_chunk *blocks)
{
    const size_t size = mlp_network_size(run->data.network);
    size_t count = 0;
    blocks[count++] = (mlpi_chunk){"numbers", n, sizeof *n};
    blocks[count++] = (mlpi_chunk){"instructions", set, sizeof *set};
    blocks[count++] =
        (mlpi_chunk){"best", run->best_parameters, size * sizeof *run->best_parameters};
    if (run->objective == NULL) {
        static const char *const names[MLPI_SLOTS] = {"slot1", "slot2"};
        blocks[count++] =
            (mlpi_chunk){"parameters", run->now, mlpi_engine_state(run->engine) * sizeof *run->now};
        for (size_t s = 0; s < run->optimizer.rule->slots; s++)
            blocks[count++] = (mlpi_chunk){names[s], run->optimizer.slots[s],
                                           run->optimizer.n * sizeof *run->optimizer.slots[s]};
        return count;
    }
    mlpi_minimizer *m = &run->minimizer;
    blocks[count++] = (mlpi_chunk){"w", m->w, m->n * sizeof *m->w};
    blocks[count++] = (mlpi_chunk){"g", m->g, m->n * sizeof *m->g};
    blocks[count++] =
        (mlpi_chunk){"memory", m->memory, mlpi_minimizer_memory(m) * sizeof *m->memory};
    return count;
}

static numbers numbers_of(const mlp_trainer *run)
{
    numbers n = {.epoch = run->epoch,
                 .best_epoch = run->best_epoch,
                 .time = run->optimizer.time,
                 .steps = run->minimizer.steps,
                 .outcome = (uint64_t)run->outcome,
                 .waited = run->plateau.waited,
                 .rises = run->course.rises,
                 .best = run->best,
                 .value = run->minimizer.value,
                 .share = run->plateau.share,
                 .plateau_best = run->plateau.best,
                 .first = run->course.first,
                 .lowest = run->course.lowest,
                 .last = run->course.last,
                 .least = run->course.least,
                 .latest = run->course.latest};
    memcpy(n.method, run->minimizer.number, sizeof n.method);
    return n;
}

static void take_numbers(mlp_trainer *run, const numbers *n)
{
    run->epoch = (size_t)n->epoch;
    run->best_epoch = (size_t)n->best_epoch;
    run->optimizer.time = n->time;
    run->minimizer.steps = n->steps;
    run->outcome = (mlpi_outcome)n->outcome;
    run->best = n->best;
    run->minimizer.value = n->value;
    run->plateau = (mlpi_plateau){n->share, n->plateau_best, (size_t)n->waited};
    run->course = (mlpi_course){.first = n->first,
                                .lowest = n->lowest,
                                .last = n->last,
                                .rises = n->rises,
                                .least = n->least,
                                .latest = n->latest};
    memcpy(run->minimizer.number, n->method, sizeof n->method);
}

/* --- what is accepted ------------------------------------------------------------------------- */

static bool counts_are_valid(const mlp_trainer *run, const numbers *n)
{
    const size_t each = mlpi_batches_steps(run->data.learning, run->batch); /* steps of an epoch */
    const bool steps = run->objective != NULL
                           ? n->steps == n->epoch && n->time == 0
                           : n->steps == 0 && n->time % each == 0 && n->time / each == n->epoch;
    return n->epoch >= 1 && (double)n->epoch <= mlpi_option_find("epochs")->highest && steps &&
           n->best_epoch <= n->epoch && n->waited <= n->epoch && n->rises < n->epoch &&
           n->outcome <= MLPI_STUCK;
}

static bool losses_are_valid(const numbers *n)
{
    const struct {
        double value, highest;
    } all[] = {{n->best, (double)INFINITY},
               {n->plateau_best, (double)INFINITY},
               {n->least, (double)INFINITY},
               {n->latest, DBL_MAX},
               {n->first, DBL_MAX},
               {n->lowest, DBL_MAX},
               {n->last, DBL_MAX}};
    bool valid = mlpi_within(n->share, 0.0, 1.0);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        valid = valid && mlpi_within(all[i].value, -DBL_MAX, all[i].highest);
    return valid;
}

/* Whether the numbers, and the state in the run, can be those of a run under way. A checkpoint may
 * come from anywhere, and its checksum is not a signature, so everything that later steps rely on
 * is checked here. */
static bool is_valid(const mlp_trainer *run, const numbers *n)
{
    const size_t size = mlp_network_size(run->data.network);
    return counts_are_valid(run, n) && losses_are_valid(n) &&
           mlpi_run_finite(run->best_parameters, size) &&
           (run->objective != NULL ? mlpi_minimizer_valid(&run->minimizer)
                                   : mlpi_run_finite(run->now, mlpi_engine_state(run->engine)) &&
                                         mlpi_optimizer_valid(&run->optimizer));
}

/* A message shows the name, so the name may hold only a few harmless characters. */
static bool is_name(const instructions *set)
{
    if (memchr(set->name, '\0', sizeof set->name) == NULL)
        return false;
    const size_t length = strspn(set->name, "abcdefghijklmnopqrstuvwxyz0123456789-_");
    return length > 0 && set->name[length] == '\0';
}

/* --- writing and resuming --------------------------------------------------------------------- */

static mlp_status save_checkpoint(mlp_trainer *run, mlp_error *err)
{
    numbers n = numbers_of(run);
    instructions set = {""};
    mlpi_chunk blocks[MOST_BLOCKS];
    if (run->objective == NULL)
        mlpi_engine_save(run->engine, run->now);
    if (!is_valid(run, &n))
        return mlpi_fail(
            err, MLP_ERROR_OUTPUT,
            "%s is not written: after epoch %zu, the run has numbers that are not finite",
            run->checkpoint, run->epoch);
    snprintf(set.name, sizeof set.name, "%s", mlpi_kernels()->name);
    const size_t count = blocks_of(run, &n, &set, blocks);
    return mlpi_checkpoint_write(run->checkpoint, &mlpi_checkpoint, run->identity, blocks, count,
                                 err);
}

/* With ranks, rank 0 reads the checkpoint and sends it to all. */
static mlp_status read_checkpoint(mlp_trainer *run, const mlpi_chunk *blocks, size_t count,
                                  bool *found, mlp_error *err)
{
    uint64_t state[2] = {MLP_OK, 0}; /* of rank 0: its status, and whether the file exists */
    if (mlpi_comm_are_first(&run->ranks)) {
        state[0] = mlpi_checkpoint_read(run->checkpoint, &mlpi_checkpoint, run->identity, blocks,
                                        count, found, err);
        state[1] = *found;
    }
    if (!mlpi_run_is_shared(run))
        return (mlp_status)state[0];
    if (!mlpi_comm_spread(&run->ranks, state, sizeof state))
        return mlpi_run_check_ranks(run, err);
    if (state[0] != MLP_OK)
        return mlpi_comm_are_first(&run->ranks)
                   ? (mlp_status)state[0]
                   : mlpi_fail(err, (mlp_status)state[0],
                               "rank 0 cannot read its checkpoint; its own message says why");
    *found = state[1] != 0;
    for (size_t i = 0; *found && i < count; i++)
        if (!mlpi_comm_spread(&run->ranks, blocks[i].bytes, blocks[i].size))
            return mlpi_run_check_ranks(run, err);
    return MLP_OK;
}

static mlp_status load_checkpoint(mlp_trainer *run, mlp_error *err)
{
    numbers n;
    instructions set;
    mlpi_chunk blocks[MOST_BLOCKS];
    bool found = false;
    const size_t count = blocks_of(run, &n, &set, blocks);
    MLPI_TRY(read_checkpoint(run, blocks, count, &found, err));
    if (!found)
        return MLP_OK;
    take_numbers(run, &n);
    if (!is_valid(run, &n) || !is_name(&set))
        return mlpi_fail_at(err, MLP_ERROR_MODEL, run->checkpoint, 0, 0,
                            "is damaged: its numbers cannot be those of a run; without `resume`, "
                            "training starts afresh");
    if (run->objective == NULL)
        mlpi_engine_restore(run->engine, run->now);
    if (strcmp(set.name, mlpi_kernels()->name) != 0)
        mlpi_notice(
            &run->options,
            "%s was written with the instruction set %s, but this run uses %s: the model will be "
            "as good, but not the same to the last bit as that of an uninterrupted run.",
            run->checkpoint, set.name, mlpi_kernels()->name);
    mlpi_notice(&run->options, "Resuming from %s after epoch %zu.", run->checkpoint, run->epoch);
    return MLP_OK;
}

mlp_status mlpi_resume_begin(mlp_trainer *run, mlp_error *err)
{
    if (run->checkpoint == NULL)
        return MLP_OK;
    run->identity = mlpi_run_identity(run);
    return run->options.resume ? load_checkpoint(run, err) : MLP_OK;
}

static bool is_time(const mlp_trainer *run)
{
    const double minutes = run->options.checkpoint_minutes;
    return run->checkpoint != NULL && minutes > 0.0 && mlpi_seconds() - run->kept >= 60.0 * minutes;
}

void mlpi_resume_want(mlp_trainer *run)
{
    if (mlpi_comm_are_first(&run->ranks) && is_time(run))
        run->ranks.wants |= MLPI_WANTS_STATE;
}

void mlpi_resume_keep(mlp_trainer *run)
{
    const mlp_train_options *o = &run->options;
    const bool by_epochs = o->checkpoint_every > 0 && run->epoch % o->checkpoint_every == 0;
    const bool by_minutes =
        mlpi_run_is_shared(run) ? (run->ranks.agreed & MLPI_WANTS_STATE) != 0 : is_time(run);
    const bool due = run->done || (run->checkpoint != NULL && (by_epochs || by_minutes));
    if (!due || (mlpi_run_is_shared(run) && !mlpi_run_return(run)) ||
        !mlpi_comm_are_first(&run->ranks) || run->checkpoint == NULL)
        return;
    run->kept = mlpi_seconds();
    /* A full disk must not end a run: the last checkpoint stays, and the next may succeed. */
    mlp_error why = {.message = ""};
    const bool failed = save_checkpoint(run, &why) != MLP_OK;
    if (failed && run->unkept[0] == '\0') /* reported once, not after every epoch */
        mlpi_notice(&run->options, "%s; any earlier checkpoint stays, and training continues.",
                    why.message);
    snprintf(run->unkept, sizeof run->unkept, "%.*s", (int)sizeof run->unkept - 1,
             failed ? why.message : "");
}
