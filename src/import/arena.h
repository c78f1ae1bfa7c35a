/* SPDX-License-Identifier: MIT */
/* Memory that goes all at once, and of which there is never more than was allowed: what a hostile file can make of
 * its bytes. */
#ifndef MLPI_ARENA_H
#define MLPI_ARENA_H

#include <stdbool.h>
#include <stddef.h>

/** Begin with the bytes that are allowed, and zeros. */
typedef struct mlpi_arena {
    size_t left;
    struct mlpi_arena_block *last;
    bool spent; /* more was asked for than was left; else memory was short */
} mlpi_arena;

/** count * size zeroed bytes (one, where that is 0); NULL: there are not so many. */
void *mlpi_arena_take(mlpi_arena *arena, size_t count, size_t size);
/** Counts bytes that lie elsewhere. false: there are not so many. */
bool mlpi_arena_count(mlpi_arena *arena, size_t count, size_t size);
void mlpi_arena_release(mlpi_arena *arena);

#endif
