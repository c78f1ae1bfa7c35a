/* SPDX-License-Identifier: MIT */
/* Finds cells by row and column, and goes through the blocks of a table. */
#include <stdlib.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "base/base.h"
#include "data/spill.h"
#include "data/table.h"

/* Whether a text ends with one of `characters`; *length is the size of its last character. */
static bool ends_with_one_of(mlpi_span span, const char *characters, size_t *length)
{
    uint32_t last = 0, one = 0;
    *length = 1;
    while (*length < span.length && (span.text[span.length - *length] & 0xC0) == 0x80)
        (*length)++;
    mlpi_utf8_next(span.text + span.length - *length, &last);
    for (const char *c = characters; *c != '\0';) {
        c += mlpi_utf8_next(c, &one);
        if (one == last)
            return true;
    }
    return false;
}

static mlpi_span trimmed(mlpi_span span, const char *trim)
{
    size_t length = 0;
    while (trim != NULL && span.length > 0 && ends_with_one_of(span, trim, &length))
        span.length -= length;
    return span;
}

mlpi_span mlpi_cursor_span(mlpi_cursor *cursor, size_t row, size_t column, bool label,
                           char scratch[MLPI_DECIMAL_ROOM])
{
    const size_t r = mlpi_cursor_go(cursor, row);
    const mlpi_span span = mlpi_column_span(&cursor->block->columns[column], r, scratch);
    return label ? trimmed(span, cursor->table->options.label_trim) : span;
}

/* The word of a cell; NULL: the cell is not a word. */
static const mlpi_word *word_of(mlpi_cursor *cursor, size_t row, size_t column)
{
    const size_t r = mlpi_cursor_go(cursor, row);
    return mlpi_column_word(&cursor->block->columns[column], r);
}

bool mlpi_cursor_is_missing(mlpi_cursor *cursor, size_t row, size_t column)
{
    const mlpi_word *word = word_of(cursor, row, column);
    return word != NULL && word->cell == MLPI_CELL_MISSING;
}

bool mlpi_cursor_may_be_missing(mlpi_cursor *cursor, size_t row, size_t column)
{
    const mlpi_word *word = word_of(cursor, row, column);
    return word != NULL && (word->cell == MLPI_CELL_MISSING || word->dress == MLPI_MAY_BE_MISSING);
}

/* Tries the block that would hold the row if all blocks had the same number of rows, then a few of
 * its neighbours. NULL: the row is in none of these blocks. */
static const mlpi_block *guess_block(const mlp_table *table, size_t row)
{
    enum { NEAR = 4 };
    size_t b = (size_t)((double)row / (double)table->rows * (double)(table->block_count - 1));
    for (int step = 0; step < NEAR; step++) {
        const mlpi_block *block = &table->blocks[b];
        if (row < block->first && b > 0)
            b--;
        else if (row >= block->first + block->rows && b + 1 < table->block_count)
            b++;
        else
            return row - block->first < block->rows ? block : NULL;
    }
    return NULL;
}

const mlpi_block *mlpi_table_block(const mlp_table *table, size_t row)
{
    const bool there = row < table->rows && table->block_count > 0;
    const mlpi_block *guessed = there ? guess_block(table, row) : NULL;
    if (guessed != NULL)
        return guessed;
    size_t low = 0, high = table->block_count;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (table->blocks[middle].first > row)
            high = middle;
        else
            low = middle;
    }
    return &table->blocks[low];
}

/* Freed blocks lie among memory that is in use, and glibc keeps their pages until it is asked to
 * return them. */
static void give_back(void)
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

void mlpi_table_forget(mlp_table *table, size_t row)
{
    static const size_t much = (size_t)16 << 20;
    for (; table->forgotten < table->block_count; table->forgotten++) {
        mlpi_block *block = &table->blocks[table->forgotten];
        if (table->bytes != NULL || block->first + block->rows > row)
            break;
        table->freed += block->bytes;
        mlpi_block_release(block);
    }
    if (table->freed < much && table->forgotten < table->block_count)
        return;
    table->freed = 0;
    give_back();
}

void mlpi_table_empty(mlp_table *table)
{
    for (size_t b = 0; b < table->block_count; b++)
        mlpi_block_release(&table->blocks[b]);
    table->block_count = table->forgotten = table->rows = 0;
}

const mlpi_block *mlpi_table_next(const mlp_table *table, const mlpi_block *block)
{
    if (block != NULL)
        mlpi_spill_leave(block);
    const mlpi_block *next = block != NULL ? block + 1 : table->blocks;
    return next != NULL && next < table->blocks + table->block_count ? next : NULL;
}

void mlpi_cursor_leave(mlpi_cursor *cursor)
{
    if (cursor->block != NULL)
        mlpi_spill_leave(cursor->block);
    cursor->block = NULL;
}

void mlpi_cursor_move(mlpi_cursor *cursor, size_t row)
{
    mlpi_cursor_leave(cursor);
    cursor->block = mlpi_table_block(cursor->table, row);
}

mlpi_cell mlpi_table_number(const mlp_table *table, size_t row, size_t column, double *number)
{
    mlpi_cursor cursor = {.table = table};
    return mlpi_cursor_number(&cursor, row, column, number);
}
