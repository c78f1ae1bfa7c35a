/* SPDX-License-Identifier: MIT */
/* From a table that may lie in a file to shards of encoded rows, some rows at a time. */
#include "train/large.h"

#include <string.h>

#include "batches/shards.h"

enum {
    SHARD = 1 << 24, /* bytes of encoded rows, in the usual case */
    PIECE = 1 << 23, /* bytes of encoded rows that are not yet in shards */
    MOST_ROWS = 1 << 16
};

mlp_status mlpi_large_check(const mlpi_plan *plan, const mlp_train_options *options, mlp_error *err)
{
    if (options->memory == 0)
        return MLP_OK;
    if (!plan->auto_optimizer && plan->full_batch)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`optimizer` %s needs all rows in every step, of which `memory` keeps "
                         "only some at hand; take `optimizer` adam, or leave out `memory`",
                         options->optimizer);
    if (options->batch == MLPI_FULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`batch` full needs all rows in every step, of which `memory` keeps only "
                         "some at hand; take for instance `batch` 4096");
    if (options->weight_column != NULL || strcmp(options->class_weights, "none") != 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`%s` does not go together with `memory` yet; leave out one of them",
                         options->weight_column != NULL ? "weight-column" : "class-weights");
    return MLP_OK;
}

/* Which rows of a table, and what becomes of them. */
typedef struct part {
    const mlp_table *table;
    const uint32_t *index; /* NULL: all */
    size_t count;
    bool shuffled;
    double smoothing;
} part;

static size_t rows_of_piece(const mlpi_pipeline *p)
{
    const size_t row = (p->inputs + p->outputs) * sizeof(float) + 16;
    const size_t rows = PIECE / row < MOST_ROWS ? PIECE / row : MOST_ROWS;
    return rows > 1 ? rows : 1;
}

static mlp_status add_piece(const mlpi_pipeline *p, const part *which, const uint32_t *index,
                            size_t count, mlpi_shards *shards, mlp_error *err)
{
    mlp_encoded rows;
    MLPI_TRY(mlpi_pipeline_apply(p, which->table, index, count, true, &rows, err));
    mlpi_smooth_labels(which->smoothing, p->label_count, &rows);
    const mlp_status status = mlpi_shards_add(shards, &rows, err);
    mlp_encoded_release(&rows);
    return status;
}

static mlp_status add_rows(const mlpi_pipeline *p, const part *which, const mlp_flag *stop,
                           mlpi_shards *shards, mlp_error *err)
{
    const size_t most = rows_of_piece(p);
    uint32_t *own = which->index == NULL ? mlpi_allocate(most, sizeof *own) : NULL;
    mlp_status status =
        which->index == NULL && own == NULL ? mlpi_fail_memory(err, "the encoded rows") : MLP_OK;
    for (size_t first = 0; status == MLP_OK && first < which->count; first += most) {
        const size_t left = which->count - first, count = left < most ? left : most;
        for (size_t i = 0; own != NULL && i < count; i++)
            own[i] = (uint32_t)(first + i);
        status =
            stop != NULL && atomic_load(stop) != 0
                ? mlpi_fail(err, MLP_ERROR_INTERRUPTED,
                            "stopped before the first epoch; there is no model yet")
                : add_piece(p, which, own != NULL ? own : which->index + first, count, shards, err);
    }
    mlpi_free(own);
    return status;
}

static mlp_status encode_part(const mlpi_pipeline *p, const mlp_train_options *options,
                              const part *which, mlp_encoded *encoded, mlpi_batches **source,
                              mlp_error *err)
{
    const bool classes = p->task == MLP_TASK_CLASSIFICATION;
    const mlpi_shards_shape shape = {.rows = which->count,
                                     .inputs = p->inputs,
                                     .outputs = p->outputs,
                                     .targets = classes ? 0 : p->target_count,
                                     .bytes = options->shard > 0 ? options->shard : SHARD,
                                     .shuffled = which->shuffled,
                                     .seed = options->seed};
    mlpi_shards *shards = NULL;
    MLPI_TRY(mlpi_shards_create(options->scratch, &shape, &shards, err));
    mlp_status status = add_rows(p, which, options->stop, shards, err);
    if (status == MLP_OK)
        status = mlpi_shards_finish(shards, source, err);
    if (status != MLP_OK) {
        mlpi_shards_free(shards);
        return status;
    }
    *encoded = (mlp_encoded){.rows = which->count, .inputs = p->inputs, .outputs = p->outputs};
    return MLP_OK;
}

mlp_status mlpi_large_encode(const mlp_table *table, const mlp_table *validation,
                             const mlp_train_options *options, double smoothing, mlpi_prepared *p,
                             mlp_error *err)
{
    const part learning = {table, p->split.training, p->split.training_count, true, smoothing};
    const part judging =
        validation != NULL
            ? (part){validation, NULL, mlp_table_rows(validation), false, 0.0}
            : (part){table, p->split.validation, p->split.validation_count, false, 0.0};
    MLPI_TRY(encode_part(&p->pipeline, options, &learning, &p->training, &p->learning, err));
    if (judging.count > 0)
        MLPI_TRY(encode_part(&p->pipeline, options, &judging, &p->validation, &p->judging, err));
    mlpi_free(p->split.training); /* they have done what they are for */
    mlpi_free(p->split.validation);
    p->split.training = p->split.validation = NULL;
    return MLP_OK;
}

/* --- how much memory -------------------------------------------------------------------------- */

/* Of the network and of what trains it; outputs of all layers of a batch, and two such again. */
static double memory_of_engine(const mlp_trainer *run)
{
    enum { COPIES = 10, SIDES = 3 };
    const mlp_network *n = run->data.network;
    double units = (double)mlp_network_inputs(n);
    for (size_t l = 0; l < mlp_network_layer_count(n); l++)
        units += (double)mlp_network_layer(n, l).units + 16.0;
    return sizeof(float) *
           ((double)mlp_network_size(n) * COPIES + units * SIDES * (double)run->batch);
}

mlp_status mlpi_large_fits(const mlp_trainer *run, mlp_error *err)
{
    static const double begin = 96e6; /* the program, and what reads and encodes */
    const mlpi_prepared *d = &run->data;
    const double limit = (double)run->options.memory;
    if (run->options.memory == 0 || run->options.memory == MLPI_ANY)
        return MLP_OK;
    const double rows = 8.0 * (double)(d->training.rows + d->validation.rows);
    double need = begin + memory_of_engine(run) + (double)mlpi_shards_memory(d->learning);
    if (d->judging != NULL)
        need += (double)mlpi_shards_memory(d->judging);
    need = need > begin + rows ? need : begin + rows;
    if (need <= limit)
        return MLP_OK;
    return mlpi_fail(err, MLP_ERROR_MEMORY,
                     "`memory` %.0fM is too little: this network and these data need about %.0fM",
                     limit / 1048576.0, need / 1048576.0 + 1.0);
}
