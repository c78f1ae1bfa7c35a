/* SPDX-License-Identifier: MIT */
/* Sources that hand out rows for training one batch at a time. Training and evaluation need not
 * know whether the rows lie in memory or in shards of a file. */
#ifndef MLPI_BATCHES_H
#define MLPI_BATCHES_H

#include "base/base.h"
#include "engine/engine.h"
#include "mlp/model.h"

/** Rows as a source hands them out; they are valid until the next call of a function of the source.
 * The truth of the i-th row of the batch is label[i] or value[i * targets]: batch.index does not
 * apply to the truth, which is valid only if the source was rewound without a seed. */
typedef struct mlpi_given {
    mlpi_batch batch;    /* for the engine; `number` is 0 */
    const size_t *label; /* numbers of the labels; NULL in regression */
    const double *value; /* values of all targets in the user's units; NULL in classification */
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
    size_t inputs, outputs, targets; /* numbers per row in x, target and value */
    mlp_error failure;               /* why rows could not be read; status MLP_OK: no failure */
};

/** Creates a source of rows in memory, in arrays that must outlive the source. Without `shuffled`,
 * rewinding ignores the seed. */
mlp_status mlpi_batches_in_memory(const mlp_encoded *encoded, size_t targets, bool shuffled,
                                  mlpi_batches **source, mlp_error *err);

/** As mlpi_batches_in_memory, for `count` >= 1 of the encoded rows. `chosen` holds their row
 * numbers and must outlive the source, too. Batches, orders and hash are the same as if only these
 * rows existed. */
mlp_status mlpi_batches_chosen(const mlp_encoded *encoded, size_t targets, const uint32_t *chosen,
                               size_t count, bool shuffled, mlpi_batches **source, mlp_error *err);

/** Goes back to the first row, in the random order that `seed` determines, or in the order in which
 * the rows are stored if `seed` is NULL. A random order depends only on the rows of the source and
 * the seed. A new source is at its end and must be rewound first. */
static inline void mlpi_batches_rewind(mlpi_batches *source, const uint64_t *seed)
{
    source->kind->rewind(source, seed);
}

/** Hands out the next rows: `most`, or fewer at the end of a shard or of the source. false: there
 * are no more rows, or they cannot be read (source->failure). */
static inline bool mlpi_batches_next(mlpi_batches *source, size_t most, mlpi_given *rows)
{
    return source->kind->next(source, most, rows);
}

/** Returns the failure that kept `next` from reading rows; MLP_OK: there was none. */
static inline mlp_status mlpi_batches_check(const mlpi_batches *source, mlp_error *err)
{
    if (source->failure.status != MLP_OK && err != NULL)
        *err = source->failure;
    return source->failure.status;
}

/** The number of calls of mlpi_batches_next, with the same `most`, that hand out all rows once. */
static inline size_t mlpi_batches_steps(const mlpi_batches *source, size_t most)
{
    return source->kind->steps(source, most);
}

/** Continues a hash with the inputs, targets and weights of all rows; the factors of
 * mlpi_shards_weigh are left out. */
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
