/* SPDX-License-Identifier: MIT */
/* Where a training's rows come from, a batch at a time. Training and evaluation do not know
 * whether the rows lie in memory or in shards of a file. */
#ifndef MLPI_BATCHES_H
#define MLPI_BATCHES_H

#include "base/base.h"
#include "engine/engine.h"
#include "mlp/model.h"

/** Some rows as a source hands them out. They last until the source is asked for the next ones. */
typedef struct mlpi_given {
    mlpi_batch batch; /* for the engine; its number is left 0 */
    const size_t
        *label; /* the truth of the same rows, where they lie without an index: the number */
    const double *value; /* of the label, or the values of all targets in their units */
} mlpi_given;

typedef struct mlpi_batches mlpi_batches;

/** A kind of source. */
typedef struct mlpi_batches_kind {
    void (*rewind)(mlpi_batches *source, const uint64_t *seed);
    bool (*next)(mlpi_batches *source, size_t most, mlpi_given *rows);
    size_t (*steps)(const mlpi_batches *source, size_t most);
    uint64_t (*hash)(const mlpi_batches *source, uint64_t hash);
    void (*close)(mlpi_batches *source);
} mlpi_batches_kind;

struct mlpi_batches {
    const mlpi_batches_kind *kind;
    size_t rows;                     /* at least one */
    size_t inputs, outputs, targets; /* numbers of a row in x, target and value */
    mlp_error failure;               /* why `next` ended too early; status MLP_OK: it did not */
};

/** Rows that lie in memory, in arrays that must outlive the source. With `shuffled` it can be
 * rewound to an order of its own. */
mlp_status mlpi_batches_in_memory(const mlp_encoded *encoded, size_t targets, bool shuffled,
                                  mlpi_batches **source, mlp_error *err);

/** The same of `count` >= 1 of the rows, by their numbers among those that are encoded, which must
 * outlive the source as well: batches, orders and hash are those of the same rows alone. */
mlp_status mlpi_batches_chosen(const mlp_encoded *encoded, size_t targets, const uint32_t *chosen,
                               size_t count, bool shuffled, mlpi_batches **source, mlp_error *err);

/** Back to the first row: of the order that a seed stands for, or of the one in which they lie
 * (NULL). The order is a function of the source's rows and the seed alone. A source begins at its
 * end. */
static inline void mlpi_batches_rewind(mlpi_batches *source, const uint64_t *seed)
{
    source->kind->rewind(source, seed);
}

/** Hands out the next rows, `most` of them or fewer where the source has a seam. false: there are
 * no more, or they cannot be read (source->failure). */
static inline bool mlpi_batches_next(mlpi_batches *source, size_t most, mlpi_given *rows)
{
    return source->kind->next(source, most, rows);
}

/** Why rows could not be read, MLP_OK where all could. */
static inline mlp_status mlpi_batches_check(const mlpi_batches *source, mlp_error *err)
{
    if (source->failure.status != MLP_OK && err != NULL)
        *err = source->failure;
    return source->failure.status;
}

/** How often `next` hands out rows from the first to the last. */
static inline size_t mlpi_batches_steps(const mlpi_batches *source, size_t most)
{
    return source->kind->steps(source, most);
}

/** Continues a hash over all numbers that training sees. */
static inline uint64_t mlpi_batches_hash(const mlpi_batches *source, uint64_t hash)
{
    return source->kind->hash(source, hash);
}

/** NULL is allowed. */
static inline void mlpi_batches_close(mlpi_batches *source)
{
    if (source != NULL)
        source->kind->close(source);
}

#endif
