/* SPDX-License-Identifier: MIT */
/* Moves blocks to another address: into a file, or into another process. */
#include "data/block.h"

/* The new address of an object of the block whose address was `old`. */
static void *moved(const void *old, const void *from, const void *to)
{
    return (void *)((uintptr_t)to + ((uintptr_t)old - (uintptr_t)from));
}

void mlpi_block_move(mlpi_block *block, size_t columns, const void *from, const void *to)
{
    for (size_t c = 0; c < columns; c++) {
        mlpi_column *column = &block->columns[c];
        mlpi_word *words = moved(column->words, from, block->memory);
        for (size_t w = 0; w < column->word_count; w++)
            words[w].text = moved(words[w].text, from, to);
        column->words = moved(column->words, from, to);
        column->codes = moved(column->codes, from, to);
    }
    if (block->lines != NULL)
        block->lines = moved(block->lines, from, to);
}
