/* SPDX-License-Identifier: MIT */
/* What a checkpoint holds of a run, and going on from one. */
#include <string.h>

#include "train/checkpoint.h"
#include "train/run.h"

/* The numbers of a run, as they stand in a checkpoint. */
typedef struct numbers {
    uint64_t epoch, best_epoch, time, steps, outcome;
    mlpi_plateau plateau;
    mlpi_course course;
    double best, value, method[MLPI_NUMBERS];
} numbers;

enum { MOST_BLOCKS = 3 + MLPI_SLOTS + 3 };

/* All state of a run that is not a function of its data and options. */
static size_t blocks_of(mlp_trainer *run, numbers *n, mlpi_block *blocks)
{
    const size_t size = mlp_network_size(run->data.network);
    size_t count = 0;
    blocks[count++] = (mlpi_block){"numbers", n, sizeof *n};
    blocks[count++] =
        (mlpi_block){"best", run->best_parameters, size * sizeof *run->best_parameters};
    if (run->objective == NULL) {
        static const char *const names[MLPI_SLOTS] = {"slot1", "slot2"};
        blocks[count++] =
            (mlpi_block){"parameters", run->now, mlpi_engine_state(run->engine) * sizeof *run->now};
        for (size_t s = 0; s < run->optimizer.rule->slots; s++)
            blocks[count++] = (mlpi_block){names[s], run->optimizer.slots[s],
                                           run->optimizer.n * sizeof *run->optimizer.slots[s]};
        return count;
    }
    mlpi_minimizer *m = &run->minimizer;
    blocks[count++] = (mlpi_block){"w", m->w, m->n * sizeof *m->w};
    blocks[count++] = (mlpi_block){"g", m->g, m->n * sizeof *m->g};
    blocks[count++] =
        (mlpi_block){"memory", m->memory, mlpi_minimizer_memory(m) * sizeof *m->memory};
    return count;
}

/* What a run is: its data and everything that decides its steps. */
static uint64_t identity_of(const mlp_trainer *run)
{
    const mlpi_plan *p = &run->plan;
    const mlpi_prepared *d = &run->data;
    uint64_t hash = mlpi_hash(MLPI_HASH_START, p->layers, p->layer_count * sizeof *p->layers);
    const double options[] = {run->optimizer.settings.learning_rate,
                              run->options.momentum,
                              run->options.weight_decay,
                              p->l2,
                              run->options.l1,
                              run->options.dropout,
                              run->options.input_noise,
                              run->options.clip_norm,
                              run->options.max_norm,
                              (double)run->options.batch_norm,
                              (double)run->batch,
                              (double)p->loss,
                              (double)p->precision,
                              (double)run->options.surrogate,
                              p->schedule_settings.factor,
                              p->schedule_settings.period,
                              p->schedule_settings.warm_up,
                              p->schedule->follows_epochs ? (double)p->epochs : 0.0,
                              run->options.min_change};
    const char *const names[] = {p->rule != NULL ? p->rule->name : p->method->name,
                                 p->schedule->name, p->metric != NULL ? p->metric : "loss"};
    hash = mlpi_hash(hash, options, sizeof options);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        hash = mlpi_hash(hash, names[i], strlen(names[i]) + 1);
    hash = mlpi_hash(hash, &p->loss_settings, sizeof p->loss_settings);
    hash = mlpi_hash(hash, &p->seed, sizeof p->seed);
    if (run->options.initial != NULL)
        hash = mlpi_hash(hash, mlp_network_parameters_const(d->network),
                         mlp_network_size(d->network) * sizeof(float));
    const mlp_encoded *const parts[] = {&d->training, &d->validation};
    for (size_t i = 0; i < 2; i++) {
        hash = mlpi_hash(hash, &parts[i]->rows, sizeof parts[i]->rows);
        if (parts[i]->rows == 0)
            continue;
        hash = mlpi_hash(hash, parts[i]->x, parts[i]->rows * parts[i]->inputs * sizeof(float));
        hash =
            mlpi_hash(hash, parts[i]->target, parts[i]->rows * parts[i]->outputs * sizeof(float));
        if (parts[i]->weight != NULL)
            hash = mlpi_hash(hash, parts[i]->weight, parts[i]->rows * sizeof(float));
    }
    return hash;
}

static mlp_status save_checkpoint(mlp_trainer *run, mlp_error *err)
{
    numbers n = {.epoch = run->epoch,
                 .best_epoch = run->best_epoch,
                 .best = run->best,
                 .plateau = run->plateau,
                 .course = run->course};
    mlpi_block blocks[MOST_BLOCKS];
    if (run->objective == NULL) {
        n.time = run->optimizer.time;
        mlpi_engine_save(run->engine, run->now);
    } else {
        n.steps = run->minimizer.steps;
        n.outcome = (uint64_t)run->outcome;
        n.value = run->minimizer.value;
        memcpy(n.method, run->minimizer.number, sizeof n.method);
    }
    const size_t count = blocks_of(run, &n, blocks);
    return mlpi_checkpoint_write(run->checkpoint, run->identity, blocks, count, err);
}

static mlp_status load_checkpoint(mlp_trainer *run, mlp_error *err)
{
    numbers n;
    mlpi_block blocks[MOST_BLOCKS];
    bool found = false;
    const size_t count = blocks_of(run, &n, blocks);
    MLPI_TRY(mlpi_checkpoint_read(run->checkpoint, run->identity, blocks, count, &found, err));
    if (!found)
        return MLP_OK;
    run->epoch = (size_t)n.epoch;
    run->best_epoch = (size_t)n.best_epoch;
    run->best = n.best;
    run->plateau = n.plateau;
    run->course = n.course;
    if (run->objective == NULL) {
        run->optimizer.time = n.time;
        mlpi_engine_restore(run->engine, run->now);
    } else {
        run->minimizer.steps = n.steps;
        run->outcome = (mlpi_outcome)n.outcome;
        run->minimizer.value = n.value;
        memcpy(run->minimizer.number, n.method, sizeof n.method);
    }
    mlpi_notice(&run->options, "Going on from %s after epoch %zu.", run->checkpoint, run->epoch);
    return MLP_OK;
}

mlp_status mlpi_resume_begin(mlp_trainer *run, mlp_error *err)
{
    if (run->checkpoint == NULL)
        return MLP_OK;
    run->identity = identity_of(run);
    return run->options.resume ? load_checkpoint(run, err) : MLP_OK;
}

void mlpi_resume_keep(mlp_trainer *run)
{
    const mlp_train_options *o = &run->options;
    const bool by_epochs = o->checkpoint_every > 0 && run->epoch % o->checkpoint_every == 0;
    const bool by_minutes =
        o->checkpoint_minutes > 0.0 && mlpi_seconds() - run->kept >= 60.0 * o->checkpoint_minutes;
    if (run->checkpoint == NULL || !(run->done || by_epochs || by_minutes))
        return;
    run->kept = mlpi_seconds();
    /* A full disk must not end a run: the checkpoint before stays, and the next may succeed. */
    mlp_error why;
    if (save_checkpoint(run, &why) != MLP_OK)
        mlpi_notice(&run->options, "%s; the checkpoint before stays, and training goes on.",
                    why.message);
}
