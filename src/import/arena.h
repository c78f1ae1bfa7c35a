/* SPDX-License-Identifier: MIT */
/* Memory that is released all at once, and whose total is limited, so that a hostile file gets no
 * more than its size allows. */
#ifndef MLPI_ARENA_H
#define MLPI_ARENA_H

#include <stdbool.h>
#include <stddef.h>

/** Set `left` to the number of bytes that are allowed, and the rest to 0. */
typedef struct mlpi_arena {
    size_t left;
    struct mlpi_arena_block *last;
    bool spent; /* more was requested than was left; if not, a failure means lack of memory */
} mlpi_arena;

/** Takes count * size zeroed bytes, or one if the product is 0. NULL: fewer bytes are left, or out
 * of memory. */
void *mlpi_arena_take(mlpi_arena *arena, size_t count, size_t size);
/** Counts bytes that are used elsewhere against the limit. false: fewer bytes are left. */
bool mlpi_arena_count(mlpi_arena *arena, size_t count, size_t size);
void mlpi_arena_release(mlpi_arena *arena);

#endif
