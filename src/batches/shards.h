/* SPDX-License-Identifier: MIT */
/* Encoded rows in shards of a file without a name. A shard is what is in memory at a time; which
 * rows are in it is drawn when it is written, and an epoch reads the shards in an order of its own
 * and goes through the rows of each in another. */
#ifndef MLPI_SHARDS_H
#define MLPI_SHARDS_H

#include "batches/batches.h"

typedef struct mlpi_shards mlpi_shards;

/** What lies in shards, and how. */
typedef struct mlpi_shards_shape {
    size_t rows, inputs, outputs;
    size_t targets; /* values of a row in the user's units; 0: a label */
    size_t bytes;   /* of a shard, about; more where a single row has more */
    bool weighted;  /* rows have weights */
    bool shuffled;  /* rows are dealt out by the seed; else they stay in their order */
    uint64_t seed;
} mlpi_shards_shape;

/** `folder`: as mlpi_scratch_open. Takes room on the disk for all rows at once. */
mlp_status mlpi_shards_create(const char *folder, const mlpi_shards_shape *shape,
                              mlpi_shards **shards, mlp_error *err);
/** Adds the next rows, with their targets and, where that was said, weights. */
mlp_status mlpi_shards_add(mlpi_shards *shards, const mlp_encoded *rows, mlp_error *err);
/** What weights are to be multiplied with when rows are handed out: `scale`, and a factor for each
 * of some labels (NULL: 1). Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_shards_weigh(mlpi_shards *shards, double scale, const double *factors,
                             size_t labels, mlp_error *err);
/** Once all rows are there: the source that hands them out, which takes over the shards on success.
 * */
mlp_status mlpi_shards_finish(mlpi_shards *shards, mlpi_batches **source, mlp_error *err);
/** Of shards that are not a source. NULL is allowed. */
void mlpi_shards_free(mlpi_shards *shards);

/** Bytes in memory that a source needs at most. */
size_t mlpi_shards_memory(const mlpi_batches *source);

#endif
