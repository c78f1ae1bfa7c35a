/* SPDX-License-Identifier: MIT */
/* Rows in memory: nothing is copied, an index says which of them are next. */
#include "batches/batches.h"

typedef struct memory {
    mlpi_batches face;
    mlp_encoded encoded; /* whose arrays are another's */
    uint32_t *order;     /* NULL: it is never another than that of the rows */
    bool ordered;        /* `order` counts */
    size_t seen;
} memory;

static void rewind_rows(mlpi_batches *source, const uint64_t *seed)
{
    memory *m = (memory *)source;
    m->ordered = seed != NULL && m->order != NULL;
    m->seen = 0;
    if (!m->ordered)
        return;
    mlpi_random random = mlpi_random_init(*seed, MLPI_STREAM_ORDER);
    for (size_t i = 0; i < source->rows; i++)
        m->order[i] = (uint32_t)i;
    mlpi_random_shuffle(&random, m->order, source->rows);
}

/* `first` + i for row i of an array, NULL for none. */
#define FROM(array, first, width) ((array) != NULL ? (array) + (first) * (width) : NULL)

static bool next_rows(mlpi_batches *source, size_t most, mlpi_given *rows)
{
    memory *m = (memory *)source;
    const mlp_encoded *e = &m->encoded;
    const size_t left = source->rows - m->seen, first = m->ordered ? 0 : m->seen;
    if (left == 0)
        return false;
    *rows = (mlpi_given){.batch = {.x = e->x + first * e->inputs,
                                   .target = e->target + first * e->outputs,
                                   .index = m->ordered ? m->order + m->seen : NULL,
                                   .weight = FROM(e->weight, first, 1),
                                   .rows = left < most ? left : most},
                         .label = FROM(e->label, first, 1),
                         .value = FROM(e->value, first, source->targets)};
    m->seen += rows->batch.rows;
    return true;
}

static size_t steps(const mlpi_batches *source, size_t most)
{
    return source->rows / most + (source->rows % most != 0);
}

static uint64_t hash_rows(const mlpi_batches *source, uint64_t hash)
{
    const mlp_encoded *e = &((const memory *)source)->encoded;
    hash = mlpi_hash(hash, e->x, e->rows * e->inputs * sizeof *e->x);
    hash = mlpi_hash(hash, e->target, e->rows * e->outputs * sizeof *e->target);
    return e->weight != NULL ? mlpi_hash(hash, e->weight, e->rows * sizeof *e->weight) : hash;
}

static void close_rows(mlpi_batches *source)
{
    mlpi_free(((memory *)source)->order);
    mlpi_free(source);
}

static const mlpi_batches_kind kind = {rewind_rows, next_rows, steps, hash_rows, close_rows};

mlp_status mlpi_batches_in_memory(const mlp_encoded *encoded, size_t targets, bool shuffled,
                                  mlpi_batches **source, mlp_error *err)
{
    memory *made = mlpi_allocate(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "training");
    made->face = (mlpi_batches){.kind = &kind,
                                .rows = encoded->rows,
                                .inputs = encoded->inputs,
                                .outputs = encoded->outputs,
                                .targets = targets};
    made->encoded = *encoded;
    made->seen = encoded->rows;
    made->order = shuffled ? mlpi_allocate(encoded->rows, sizeof *made->order) : NULL;
    if (shuffled && made->order == NULL) {
        mlpi_free(made);
        return mlpi_fail_memory(err, "training");
    }
    *source = &made->face;
    return MLP_OK;
}
