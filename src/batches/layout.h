/* SPDX-License-Identifier: MIT */
/* How a shard lies in its file: a head, then the truth, the inputs, the targets and the weights of its
 * rows.
 * Numbers are those of this machine: no other one ever reads them. */
#ifndef MLPI_SHARD_LAYOUT_H
#define MLPI_SHARD_LAYOUT_H

#include "base/scratch.h"
#include "batches/shards.h"

/* truth (the widest numbers first, so that all are aligned), x, target, weight (or nothing) */
enum { MLPI_SECTIONS = 4 };

typedef struct mlpi_shard_head {
    char magic[8];
    uint64_t number, rows;
    uint64_t sum[MLPI_SECTIONS]; /* of each section, row by row */
    uint64_t spare;
} mlpi_shard_head;

_Static_assert(sizeof(mlpi_shard_head) == 64, "sections begin at a cache line");

typedef struct mlpi_shard {
    uint64_t at; /* in the file */
    size_t rows;
    uint64_t sum[MLPI_SECTIONS];
} mlpi_shard;

struct mlpi_shards {
    mlpi_shards_shape shape;
    mlpi_scratch *scratch;
    mlpi_shard *shard;
    size_t count;
    size_t largest;             /* rows of a shard */
    size_t row[MLPI_SECTIONS];  /* bytes of a row in each section */
    struct mlpi_dealer *dealer; /* while rows are added */
    double *factors;            /* of the weights of each label; NULL: 1 */
    double scale;               /* of all weights */
};

/** Where a section begins in a shard of so many rows, behind its head. */
static inline size_t mlpi_section_at(const mlpi_shards *s, size_t section, size_t rows)
{
    size_t at = 0;
    for (size_t i = 0; i < section; i++)
        at += s->row[i] * rows;
    return at;
}

static inline size_t mlpi_shard_bytes(const mlpi_shards *s, size_t rows)
{
    return mlpi_section_at(s, MLPI_SECTIONS, rows);
}

/** Writes what still waits, and the heads. */
mlp_status mlpi_shards_complete(mlpi_shards *s, mlp_error *err);
mlpi_shard_head mlpi_shard_head_of(const mlpi_shards *s, size_t number);
/** Continues the sum of a section over some of its rows: a change of any one word changes it. */
uint64_t mlpi_shard_sum(uint64_t sum, const void *rows, size_t count, size_t bytes);

#endif
