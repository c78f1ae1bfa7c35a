/* SPDX-License-Identifier: MIT */
/* Blocks in a file, which grows by segments; each segment is mapped at an address of its own. A
 * block begins on a window boundary (base/scratch.h), so that it can leave memory without its
 * neighbours. */
#include "data/spill.h"

#include <stdlib.h>

#include "base/base.h"
#include "base/scratch.h"

static const size_t SEGMENT = (size_t)64 << 20; /* bytes, or the size of a larger block */

typedef struct segment {
    char *memory;
    size_t size;
} segment;

struct mlpi_spill {
    mlpi_scratch *scratch;
    segment *segments;
    size_t count, room;
    uint64_t begin; /* offset of the last segment in the file */
    size_t used;    /* bytes of the last segment */
};

mlp_status mlpi_spill_open(const char *folder, mlpi_spill **spill, mlp_error *err)
{
    mlpi_spill *made = calloc(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "the cells of the data");
    const mlp_status status = mlpi_scratch_open(folder, &made->scratch, err);
    if (status == MLP_OK)
        *spill = made;
    else
        free(made);
    return status;
}

void mlpi_spill_close(mlpi_spill *spill)
{
    if (spill == NULL)
        return;
    for (size_t i = 0; i < spill->count; i++)
        mlpi_scratch_unmap(spill->segments[i].memory, spill->segments[i].size);
    free(spill->segments);
    mlpi_scratch_close(spill->scratch);
    free(spill);
}

static mlp_status add_segment(mlpi_spill *s, size_t size, mlp_error *err)
{
    const uint64_t begin = s->count > 0 ? s->begin + s->segments[s->count - 1].size : 0;
    if (!mlpi_grow(&s->segments, &s->room, s->count + 1, sizeof *s->segments))
        return mlpi_fail_memory(err, "the cells of the data");
    MLPI_TRY(mlpi_scratch_reserve(s->scratch, begin + size, err));
    void *memory = mlpi_scratch_map(s->scratch, begin, size);
    if (memory == NULL)
        return mlpi_fail_memory(err, "the cells of the data");
    s->segments[s->count++] = (segment){memory, size};
    s->begin = begin;
    s->used = 0;
    return MLP_OK;
}

/* Rounds a size up to whole windows. */
static size_t in_windows(size_t bytes)
{
    return (bytes + MLPI_SCRATCH_WINDOW - 1) / MLPI_SCRATCH_WINDOW * MLPI_SCRATCH_WINDOW;
}

static mlp_status find_room(mlpi_spill *s, size_t bytes, mlp_error *err)
{
    if (bytes > SIZE_MAX - MLPI_SCRATCH_WINDOW)
        return mlpi_fail_memory(err, "the cells of the data");
    const size_t need = in_windows(bytes);
    if (s->count > 0 && s->segments[s->count - 1].size - s->used >= need)
        return MLP_OK;
    return add_segment(s, need > SEGMENT ? need : SEGMENT, err);
}

mlp_status mlpi_spill_take(mlpi_spill *s, mlpi_block *block, size_t columns, mlp_error *err)
{
    if (block->memory == NULL)
        return MLP_OK; /* an array, which the block does not own */
    MLPI_TRY(find_room(s, block->bytes, err));
    const char *to = s->segments[s->count - 1].memory + s->used;
    mlpi_block_move(block, columns, block->memory, to);
    const mlp_status status =
        mlpi_scratch_write(s->scratch, s->begin + s->used, block->memory, block->bytes, err);
    if (status != MLP_OK)
        return status;
    free(block->memory);
    block->memory = NULL;
    block->place = to;
    s->used += in_windows(block->bytes);
    return MLP_OK;
}

void mlpi_spill_leave(const mlpi_block *block)
{
    if (block->place != NULL)
        mlpi_scratch_leave(block->place, block->bytes);
}
