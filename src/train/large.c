/* SPDX-License-Identifier: MIT */
/* Encodes a table that may lie in a file into shards, some rows at a time. */
#include "train/large.h"

#include <string.h>

#include "batches/shards.h"
#include "encode/out_of_fold.h"
#include "encode/weights.h"
#include "train/row_weights.h"

enum {
    SHARD = 1 << 24, /* bytes of a shard, unless `shard` is given */
    PIECE = 1 << 23, /* bytes of rows that are encoded at a time */
    MOST_ROWS = 1 << 16
};

/* Some rows of a table, and how they are encoded. */
typedef struct part {
    const mlp_table *table;
    const uint32_t *index; /* row numbers; NULL: all rows */
    size_t count;
    bool shuffled;
    double smoothing;
    bool weighted;
    size_t weight;                /* column of weights, or MLPI_NO_COLUMN */
    const mlpi_out_of_fold *fits; /* NULL: no transform learns from targets */
} part;

static size_t rows_of_piece(const mlpi_pipeline *p)
{
    const size_t row = (p->inputs + p->outputs) * sizeof(float) + 16;
    const size_t rows = PIECE / row < MOST_ROWS ? PIECE / row : MOST_ROWS;
    return rows > 1 ? rows : 1;
}

/* Adds `count` rows of the part, from row `first` on; `index`: their numbers in the table. */
static mlp_status add_piece(const mlpi_pipeline *p, const part *which, size_t first,
                            const uint32_t *index, size_t count, mlpi_weighing *weighing,
                            mlpi_shards *shards, mlp_error *err)
{
    mlp_encoded rows;
    MLPI_TRY(mlpi_pipeline_apply(p, which->table, index, count, true, &rows, err));
    if (which->fits != NULL)
        mlpi_out_of_fold_encode(which->fits, first, &rows);
    mlpi_smooth_labels(which->smoothing, p->label_count, &rows);
    mlp_status status =
        which->weighted ? mlpi_weighing_add(weighing, which->table, index, &rows, err) : MLP_OK;
    if (status == MLP_OK)
        status = mlpi_shards_add(shards, &rows, err);
    mlp_encoded_release(&rows);
    return status;
}

static mlp_status add_rows(const mlpi_pipeline *p, const part *which, const mlp_flag *stop,
                           mlpi_weighing *weighing, mlpi_shards *shards, mlp_error *err)
{
    const size_t most = rows_of_piece(p);
    uint32_t *own = which->index == NULL ? mlpi_allocate(most, sizeof *own) : NULL;
    mlp_status status =
        which->index == NULL && own == NULL ? mlpi_fail_memory(err, "the encoded rows") : MLP_OK;
    for (size_t first = 0; status == MLP_OK && first < which->count; first += most) {
        const size_t left = which->count - first, count = left < most ? left : most;
        for (size_t i = 0; own != NULL && i < count; i++)
            own[i] = (uint32_t)(first + i);
        status = stop != NULL && atomic_load(stop) != 0
                     ? mlpi_fail(err, MLP_ERROR_INTERRUPTED,
                                 "stopped before the first epoch; there is no model yet")
                     : add_piece(p, which, first, own != NULL ? own : which->index + first, count,
                                 weighing, shards, err);
    }
    mlpi_free(own);
    return status;
}

/* Adds the rows and sets their weights. */
static mlp_status fill(const mlpi_pipeline *p, const mlp_train_options *options, const part *which,
                       double **factors, mlpi_shards *shards, mlp_error *err)
{
    mlpi_weighing w = {0};
    double scale = 1.0;
    mlp_status status = MLP_OK;
    if (which->weighted)
        status = mlpi_weighing_begin(&w, which->table, which->weight, p, which->index, which->count,
                                     err);
    if (status == MLP_OK)
        status = add_rows(p, which, options->stop, &w, shards, err);
    if (status == MLP_OK && which->weighted && *factors == NULL)
        status = mlpi_weights_of_labels(options->class_weights, p, w.rows, factors, err);
    if (status == MLP_OK && which->weighted)
        status = mlpi_weighing_scale(&w, which->table, *factors, &scale, err);
    if (status == MLP_OK)
        status = mlpi_shards_weigh(shards, scale, *factors, p->label_count, err);
    mlpi_weighing_release(&w);
    return status;
}

static mlp_status encode_part(const mlpi_pipeline *p, const mlp_train_options *options,
                              const part *which, double **factors, mlp_encoded *encoded,
                              mlpi_batches **source, mlp_error *err)
{
    const bool classes = p->task == MLP_TASK_CLASSIFICATION;
    const mlpi_shards_shape shape = {.rows = which->count,
                                     .inputs = p->inputs,
                                     .outputs = p->outputs,
                                     .targets = classes ? 0 : p->target_count,
                                     .bytes = options->shard > 0 ? options->shard : SHARD,
                                     .weighted = which->weighted,
                                     .shuffled = which->shuffled,
                                     .seed = options->seed};
    mlpi_shards *shards = NULL;
    MLPI_TRY(mlpi_shards_create(options->scratch, &shape, &shards, err));
    mlp_status status = fill(p, options, which, factors, shards, err);
    if (status == MLP_OK)
        status = mlpi_shards_finish(shards, source, err);
    if (status != MLP_OK) {
        mlpi_shards_free(shards);
        return status;
    }
    *encoded = (mlp_encoded){.rows = which->count, .inputs = p->inputs, .outputs = p->outputs};
    return MLP_OK;
}

/* Fits transforms that learn from targets; all targets are in memory only during these fits. */
static mlp_status fit_out_of_fold(const mlpi_pipeline *p, const part *which,
                                  mlpi_out_of_fold **fits, mlp_error *err)
{
    mlpi_pipeline alone = *p;
    mlp_encoded encoded;
    if (!mlpi_pipeline_learns_from_targets(p))
        return MLP_OK;
    alone.features = NULL;
    alone.feature_count = alone.inputs = 0;
    MLPI_TRY(
        mlpi_pipeline_apply(&alone, which->table, which->index, which->count, true, &encoded, err));
    const mlpi_row_targets targets = mlpi_row_targets_of(p, &encoded);
    const mlp_status status =
        mlpi_out_of_fold_fit(p, which->table, which->index, which->count, &targets, fits, err);
    mlp_encoded_release(&encoded);
    return status;
}

static mlp_status encode_parts(const part *learning, const part *validating,
                               const mlp_train_options *options, mlpi_prepared *p, mlp_error *err)
{
    double *factors = NULL; /* of the labels, from the training rows */
    mlp_status status =
        encode_part(&p->pipeline, options, learning, &factors, &p->training, &p->learning, err);
    if (status == MLP_OK && validating->count > 0)
        status = encode_part(&p->pipeline, options, validating, &factors, &p->validation,
                             &p->validating, err);
    mlpi_free(factors);
    return status;
}

mlp_status mlpi_large_encode(const mlp_table *table, const mlp_table *validation,
                             const mlp_train_options *options, double smoothing, mlpi_prepared *p,
                             mlp_error *err)
{
    part learning = {.table = table,
                     .index = p->split.training,
                     .count = p->split.training_count,
                     .shuffled = true,
                     .smoothing = smoothing,
                     .weighted = mlpi_weighs_rows(options),
                     .weight = p->schema.weight};
    part validating = {.table = validation != NULL ? validation : table,
                       .index = validation != NULL ? NULL : p->split.validation,
                       .count = validation != NULL ? mlp_table_rows(validation)
                                                   : p->split.validation_count,
                       .weighted = learning.weighted};
    MLPI_TRY(mlpi_weight_column(validation, options, &p->schema, &validating.weight, err));
    mlpi_out_of_fold *fits = NULL;
    MLPI_TRY(fit_out_of_fold(&p->pipeline, &learning, &fits, err));
    learning.fits = fits;
    const mlp_status status = encode_parts(&learning, &validating, options, p, err);
    mlpi_out_of_fold_free(fits);
    if (status != MLP_OK)
        return status;
    mlpi_free(p->split.training); /* row numbers are no longer needed */
    mlpi_free(p->split.validation);
    p->split.training = p->split.validation = NULL;
    return MLP_OK;
}

/* --- how much memory -------------------------------------------------------------------------- */

/* Bytes of COPIES arrays of parameters, and of SIDES arrays of a batch's outputs in all layers. */
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
    static const double begin = 96e6; /* bytes for the program, reading and encoding */
    const mlpi_prepared *d = &run->data;
    const double limit = (double)run->options.memory;
    if (run->options.memory == 0 || run->options.memory == MLPI_ANY)
        return MLP_OK;
    const double learns = mlpi_pipeline_learns_from_targets(&d->pipeline) ? 1.0 : 0.0;
    const double row = 8.0 + learns * (16.0 + sizeof(float) * (double)d->pipeline.outputs);
    const double rows = row * (double)(d->training.rows + d->validation.rows);
    double need = begin + memory_of_engine(run) + (double)mlpi_shards_memory(d->learning);
    if (d->validating != NULL)
        need += (double)mlpi_shards_memory(d->validating);
    need = need > begin + rows ? need : begin + rows;
    if (need <= limit)
        return MLP_OK;
    return mlpi_fail(err, MLP_ERROR_MEMORY,
                     "`memory` %.0fM is too little: this network and these data need about %.0fM",
                     limit / 1048576.0, need / 1048576.0 + 1.0);
}
