/* SPDX-License-Identifier: MIT */
/* Encoded rows in shards of a nameless file; only two shards are in memory at a time. If rows are
 * shuffled, the shard of a row is drawn at random when the row is written, and each epoch reads the
 * shards in another random order and hands out the rows of each shard in a random order, too. */
#ifndef MLPI_SHARDS_H
#define MLPI_SHARDS_H

#include "batches/batches.h"

typedef struct mlpi_shards mlpi_shards;

/** The rows that shards hold, and how they are dealt to the shards. */
typedef struct mlpi_shards_shape {
    size_t rows, inputs, outputs;
    size_t targets; /* values per row in the user's units; 0: a row has a label */
    size_t bytes;   /* approximate size of a shard; at least one row on average */
    bool weighted;  /* rows have weights */
    bool shuffled;  /* rows are dealt to shards at random; else they keep their order */
    uint64_t seed;
} mlpi_shards_shape;

/** Creates shards without rows, in a file in `folder` (see mlpi_scratch_open), and reserves space
 * on the disk for all rows. */
mlp_status mlpi_shards_create(const char *folder, const mlpi_shards_shape *shape,
                              mlpi_shards **shards, mlp_error *err);
/** Adds the next rows with their targets and, if shape->weighted, their weights. */
mlp_status mlpi_shards_add(mlpi_shards *shards, const mlp_encoded *rows, mlp_error *err);
/** Sets the factors by which weights are multiplied when rows are handed out: `scale` for all rows,
 * and `factors` for the rows of each of `labels` labels (NULL: all 1). Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_shards_weigh(mlpi_shards *shards, double scale, const double *factors,
                             size_t labels, mlp_error *err);
/** Makes a source of the shards; all rows must have been added. On success the source owns the
 * shards. */
mlp_status mlpi_shards_finish(mlpi_shards *shards, mlpi_batches **source, mlp_error *err);
/** Frees shards that no source owns. NULL is allowed. */
void mlpi_shards_free(mlpi_shards *shards);

/** The number of bytes in memory that a source of shards needs at most. */
size_t mlpi_shards_memory(const mlpi_batches *source);

#endif
