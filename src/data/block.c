/* SPDX-License-Identifier: MIT */
/* Appends blocks to a table. */
#include "data/block.h"

#include <assert.h>
#include <stdlib.h>

#include "base/base.h"
#include "data/spill.h"
#include "data/table.h"

void mlpi_block_release(mlpi_block *block)
{
    free(block->columns);
    free(block->memory);
    *block = (mlpi_block){0};
}

mlp_status mlpi_table_append(mlp_table *table, mlpi_block *block, size_t lines_before,
                             mlp_error *err)
{
    const bool many = block->rows > UINT32_MAX - 1 - table->rows;
    if (many ||
        !mlpi_grow(&table->blocks, &table->room, table->block_count + 1, sizeof *table->blocks)) {
        const size_t line = block->line + lines_before;
        mlpi_block_release(block);
        return many ? mlpi_fail_at(err, MLP_ERROR_DATA, table->source, line, 0,
                                   "more than 4 billion rows")
                    : mlpi_fail_memory(err, "the cells of the data");
    }
    const mlp_status status =
        table->spill != NULL ? mlpi_spill_take(table->spill, block, table->columns, err) : MLP_OK;
    if (status != MLP_OK) {
        mlpi_block_release(block);
        return status;
    }
    block->first = table->rows;
    block->line += block->line > 0 || block->lines != NULL ? lines_before : 0;
    table->rows += block->rows;
    table->blocks[table->block_count++] = *block;
    return MLP_OK;
}

mlp_status mlpi_block_of_bytes(mlp_table *table, mlpi_array **arrays, mlp_error *err)
{
    assert(table->blocks == NULL);
    mlpi_block block = {.rows = table->rows};
    mlpi_array *made = calloc(table->columns, sizeof *made);
    table->rows = 0;
    block.columns = calloc(table->columns, sizeof *block.columns);
    if (block.columns == NULL || made == NULL || !mlpi_table_keep(table, free, made)) {
        free(block.columns);
        free(made);
        return mlpi_fail_memory(err, "the cells of the data");
    }
    for (size_t c = 0; c < table->columns; c++)
        block.columns[c] = mlpi_array_column(MLP_NUMBER_UINT8, &made[c]);
    *arrays = made;
    return mlpi_table_append(table, &block, 0, err);
}

bool mlpi_table_keep(mlp_table *table, void (*release)(void *context), void *context)
{
    if (!mlpi_grow(&table->kept, &table->kept_room, table->kept_count + 1, sizeof *table->kept))
        return false;
    table->kept[table->kept_count++] = (mlpi_kept){release, context};
    return true;
}
