/* SPDX-License-Identifier: MIT */
/* A source of rows in memory. No inputs are copied; an index selects the rows of a batch. */
#include <string.h>

#include "batches/batches.h"

typedef struct memory {
    mlpi_batches face;
    mlp_encoded encoded;    /* the caller owns its arrays */
    uint32_t *order;        /* random order of the rows; NULL: they are never shuffled */
    bool ordered;           /* `order` is in use */
    const uint32_t *chosen; /* numbers of the rows of the source; NULL: all rows */
    size_t *label;          /* copied labels of the chosen rows; NULL: none */
    double *value;          /* copied values of the chosen rows; NULL: none */
    size_t seen;
} memory;

/* The number of the source's i-th row among all encoded rows. */
static uint32_t row_of(const memory *m, size_t i)
{
    return m->chosen != NULL ? m->chosen[i] : (uint32_t)i;
}

static void rewind_rows(mlpi_batches *source, const uint64_t *seed)
{
    memory *m = (memory *)source;
    m->ordered = seed != NULL && m->order != NULL;
    m->seen = 0;
    if (!m->ordered)
        return;
    mlpi_random random = mlpi_random_init(*seed, MLPI_STREAM_ORDER);
    for (size_t i = 0; i < source->rows; i++)
        m->order[i] = row_of(m, i);
    mlpi_random_shuffle(&random, m->order, source->rows);
}

/* The address of row `first` of an array with `width` numbers per row; NULL if there is no
 * array. */
#define FROM(array, first, width) ((array) != NULL ? (array) + (first) * (width) : NULL)

static bool next_rows(mlpi_batches *source, size_t most, mlpi_given *rows)
{
    memory *m = (memory *)source;
    const mlp_encoded *e = &m->encoded;
    const size_t left = source->rows - m->seen;
    const uint32_t *index = m->ordered ? m->order : m->chosen;
    const size_t first = index != NULL ? 0 : m->seen; /* first row of inputs and targets */
    const size_t truth = m->ordered ? 0 : m->seen;    /* first row of labels or values */
    if (left == 0)
        return false;
    *rows = (mlpi_given){.batch = {.x = e->x + first * e->inputs,
                                   .target = e->target + first * e->outputs,
                                   .index = FROM(index, m->seen, 1),
                                   .weight = FROM(e->weight, first, 1),
                                   .rows = left < most ? left : most},
                         .label = FROM(m->chosen != NULL ? m->label : e->label, truth, 1),
                         .value =
                             FROM(m->chosen != NULL ? m->value : e->value, truth, source->targets)};
    m->seen += rows->batch.rows;
    return true;
}

static size_t steps(const mlpi_batches *source, size_t most)
{
    return source->rows / most + (source->rows % most != 0);
}

/* The hash of chosen rows is the same as if only these rows existed. */
static uint64_t hash_array(const memory *m, uint64_t hash, const float *array, size_t width)
{
    if (m->chosen == NULL)
        return mlpi_hash(hash, array, m->face.rows * width * sizeof *array);
    for (size_t i = 0; i < m->face.rows; i++)
        hash = mlpi_hash(hash, array + m->chosen[i] * width, width * sizeof *array);
    return hash;
}

static uint64_t hash_rows(const mlpi_batches *source, uint64_t hash)
{
    const memory *m = (const memory *)source;
    const mlp_encoded *e = &m->encoded;
    hash = hash_array(m, hash, e->x, e->inputs);
    hash = hash_array(m, hash, e->target, e->outputs);
    return e->weight != NULL ? hash_array(m, hash, e->weight, 1) : hash;
}

static void close_rows(mlpi_batches *source)
{
    memory *m = (memory *)source;
    mlpi_free(m->order);
    mlpi_free(m->label);
    mlpi_free(m->value);
    mlpi_free(m);
}

static const mlpi_batches_kind kind = {rewind_rows, next_rows, steps, hash_rows, close_rows};

/* Copies the truth of the chosen rows, since evaluation reads it without an index. */
static bool choose(memory *m, const mlp_encoded *e, const uint32_t *chosen)
{
    const size_t rows = m->face.rows, targets = m->face.targets;
    m->chosen = chosen;
    m->label = e->label != NULL ? mlpi_allocate(rows, sizeof *m->label) : NULL;
    m->value = e->value != NULL ? mlpi_allocate(rows, targets * sizeof *m->value) : NULL;
    if ((e->label != NULL && m->label == NULL) || (e->value != NULL && m->value == NULL))
        return false;
    for (size_t i = 0; m->label != NULL && i < rows; i++)
        m->label[i] = e->label[chosen[i]];
    for (size_t i = 0; m->value != NULL && i < rows; i++)
        memcpy(m->value + i * targets, e->value + chosen[i] * targets, targets * sizeof *m->value);
    return true;
}

/* Makes a source of the `rows` rows in `chosen`; NULL: of all rows. */
static mlp_status make(const mlp_encoded *encoded, size_t targets, const uint32_t *chosen,
                       size_t rows, bool shuffled, mlpi_batches **source, mlp_error *err)
{
    memory *made = mlpi_allocate(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "training");
    made->face = (mlpi_batches){.kind = &kind,
                                .rows = rows,
                                .inputs = encoded->inputs,
                                .outputs = encoded->outputs,
                                .targets = targets};
    made->encoded = *encoded;
    made->seen = rows;
    made->order = shuffled ? mlpi_allocate(rows, sizeof *made->order) : NULL;
    if ((shuffled && made->order == NULL) || (chosen != NULL && !choose(made, encoded, chosen))) {
        close_rows(&made->face);
        return mlpi_fail_memory(err, "training");
    }
    *source = &made->face;
    return MLP_OK;
}

mlp_status mlpi_batches_in_memory(const mlp_encoded *encoded, size_t targets, bool shuffled,
                                  mlpi_batches **source, mlp_error *err)
{
    return make(encoded, targets, NULL, encoded->rows, shuffled, source, err);
}

mlp_status mlpi_batches_chosen(const mlp_encoded *encoded, size_t targets, const uint32_t *chosen,
                               size_t count, bool shuffled, mlpi_batches **source, mlp_error *err)
{
    return make(encoded, targets, chosen, count, shuffled, source, err);
}
