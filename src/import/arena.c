/* SPDX-License-Identifier: MIT */
#include "import/arena.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/base.h"

typedef struct mlpi_arena_block {
    alignas(max_align_t) struct mlpi_arena_block *before;
} mlpi_arena_block;

bool mlpi_arena_count(mlpi_arena *arena, size_t count, size_t size)
{
    size_t bytes = 0;
    if (!mlpi_multiply(count, size, &bytes) || bytes > arena->left) {
        arena->spent = true;
        return false;
    }
    arena->left -= bytes;
    return true;
}

void *mlpi_arena_take(mlpi_arena *arena, size_t count, size_t size)
{
    if (!mlpi_arena_count(arena, 1, sizeof(mlpi_arena_block)) ||
        !mlpi_arena_count(arena, count, size))
        return NULL;
    mlpi_arena_block *block = calloc(1, sizeof *block + count * size + 1);
    if (block == NULL)
        return NULL;
    block->before = arena->last;
    arena->last = block;
    return block + 1;
}

void mlpi_arena_release(mlpi_arena *arena)
{
    while (arena->last != NULL) {
        mlpi_arena_block *before = arena->last->before;
        free(arena->last);
        arena->last = before;
    }
}
