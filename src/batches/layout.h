/* SPDX-License-Identifier: MIT */
/* The layout of a shard in its file: a head, then sections with the truth, the inputs, the targets
 * and the weights of its rows. Numbers are in the machine's own format, since no other machine
 * reads them. */
#ifndef MLPI_SHARD_LAYOUT_H
#define MLPI_SHARD_LAYOUT_H

#include "base/scratch.h"
#include "batches/shards.h"

/* The sections are truth, x, target and weight (which may be empty). The numbers of truth are the
 * widest and come first, so that all sections are aligned. */
enum { MLPI_SECTIONS = 4 };

typedef struct mlpi_shard_head {
    char magic[8];
    uint64_t number, rows;
    uint64_t sum[MLPI_SECTIONS]; /* mlpi_shard_sum of each section */
    uint64_t spare;
} mlpi_shard_head;

_Static_assert(sizeof(mlpi_shard_head) == 64, "sections begin at a cache line");

typedef struct mlpi_shard {
    uint64_t at; /* offset in the file */
    size_t rows;
    uint64_t sum[MLPI_SECTIONS];
} mlpi_shard;

struct mlpi_shards {
    mlpi_shards_shape shape;
    mlpi_scratch *scratch;
    mlpi_shard *shard;
    size_t count;
    size_t largest;             /* rows of the largest shard */
    size_t row[MLPI_SECTIONS];  /* bytes of a row in each section */
    struct mlpi_dealer *dealer; /* exists only while rows are added */
    double *factors;            /* by label: factor for the weights of its rows; NULL: all 1 */
    double scale;               /* factor for the weights of all rows */
};

/** The offset of a section, counted from the end of the head, in a shard of `rows` rows. */
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

/** Writes the rows that still wait in memory and the heads of all shards, and frees the dealer. */
mlp_status mlpi_shards_complete(mlpi_shards *s, mlp_error *err);
mlpi_shard_head mlpi_shard_head_of(const mlpi_shards *s, size_t number);
/** Continues the checksum of a section with `count` rows of `bytes` bytes each. The checksum
 * changes if a single 64-bit word of the rows does. */
uint64_t mlpi_shard_sum(uint64_t sum, const void *rows, size_t count, size_t bytes);

#endif
