/* SPDX-License-Identifier: MIT */
/* Blocks of rows and the builder that fills them. All blocks of a table but the last have the same
 * number of rows, so that a row is found by a shift. */
#include "data/block.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "data/table.h"

enum {
    FIRST_ROOM = 1,  /* rows of the first block; it doubles */
    MOST_SHIFT = 16, /* 65,536 rows of a block */
    LEAST_SHIFT = 6, /* or as few as 64, when they are wide */
    BLOCK_CELLS = 1 << 22,
    ONE_BLOCK = 8 * sizeof(size_t) - 1 /* a shift: more rows than memory holds bytes of */
};

/* Room for `rows` rows of `columns` columns of texts in one piece of memory. */
static bool make_block(size_t columns, size_t rows, mlpi_block *block)
{
    size_t cells = 0, head = 0, bytes = 0;
    if (!mlpi_multiply(columns, rows, &cells) ||
        !mlpi_multiply(columns, sizeof(mlpi_column), &head) ||
        !mlpi_multiply(cells, sizeof(double) + sizeof(mlpi_cell_text), &bytes) ||
        !mlpi_add(bytes, rows * sizeof(size_t), &bytes) || !mlpi_add(bytes, head, &bytes))
        return false;
    *block = (mlpi_block){.memory = malloc(bytes)};
    if (block->memory == NULL)
        return false;
    block->columns = block->memory;
    double *numbers = (void *)(block->columns + columns);
    mlpi_cell_text *texts = (void *)(numbers + cells);
    block->lines = (void *)(texts + cells);
    for (size_t c = 0; c < columns; c++)
        block->columns[c] = (mlpi_column){.number = numbers + c * rows, .text = texts + c * rows};
    return true;
}

/* The first `rows` rows of a block in another one, which takes its place. */
static bool move_rows(size_t columns, size_t rows, size_t room, mlpi_block *block)
{
    mlpi_block to;
    if (!make_block(columns, room, &to))
        return false;
    memcpy(to.lines, block->lines, rows * sizeof *to.lines);
    for (size_t c = 0; c < columns; c++) {
        const mlpi_column *from = &block->columns[c], *into = &to.columns[c];
        memcpy(into->number, from->number, rows * sizeof *into->number);
        memcpy(into->text, from->text, rows * sizeof *into->text);
    }
    free(block->memory);
    *block = to;
    return true;
}

mlpi_builder mlpi_builder_begin(mlp_table *table)
{
    table->shift = MOST_SHIFT;
    while (table->shift > LEAST_SHIFT && table->columns << table->shift > BLOCK_CELLS)
        table->shift--;
    return (mlpi_builder){.table = table};
}

static bool open_block(mlpi_builder *b)
{
    mlp_table *table = b->table;
    if (!mlpi_grow(&table->blocks, &b->blocks_room, table->block_count + 1, sizeof *table->blocks))
        return false;
    mlpi_block *block = &table->blocks[table->block_count];
    /* Behind a full block another one is likely. */
    const size_t room = table->block_count > 0 ? (size_t)1 << table->shift : FIRST_ROOM;
    if (!make_block(table->columns, room, block))
        return false;
    table->block_count++;
    b->open = block;
    b->room = room;
    b->used = 0;
    return true;
}

static bool make_room(mlpi_builder *b)
{
    if (b->open == NULL || b->used >> b->table->shift > 0)
        return open_block(b);
    if (b->used < b->room)
        return true;
    if (!move_rows(b->table->columns, b->used, 2 * b->room, b->open))
        return false;
    b->room *= 2;
    return true;
}

static mlp_status too_long(const mlp_table *table, size_t line, size_t column, bool cell,
                           mlp_error *err)
{
    if (cell)
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, line, column + 1,
                            "column %zu holds a text of 4 MiB or more; is a quote not closed?",
                            column + 1);
    return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, line, 0,
                        "more than a TiB of text, which is the most that a table may have");
}

mlp_status mlpi_builder_row(mlpi_builder *b, size_t line, const mlpi_span *cells, mlp_error *err)
{
    mlp_table *table = b->table;
    if (table->rows >= UINT32_MAX - 1)
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, line, 0,
                            "more than 4 thousand million rows");
    if (!make_room(b))
        return mlpi_fail_memory(err, "the cells of the data");
    for (size_t c = 0; c < table->columns; c++) {
        const mlpi_column *column = &b->open->columns[c];
        const uint64_t at = (uint64_t)(cells[c].text - table->text), length = cells[c].length;
        if (length > MLPI_LONGEST_CELL || at > MLPI_LONGEST_TEXT)
            return too_long(table, line, c, length > MLPI_LONGEST_CELL, err);
        const mlpi_cell cell = mlpi_table_classify(table, cells[c], &column->number[b->used]);
        column->text[b->used] = (mlpi_cell_text){
            .at = at & MLPI_LONGEST_TEXT, .length = length & MLPI_LONGEST_CELL, .cell = cell};
    }
    b->open->lines[b->used++] = line;
    table->rows++;
    return MLP_OK;
}

void mlpi_builder_end(mlpi_builder *b)
{
    if (b->open != NULL && b->used < b->room)
        move_rows(b->table->columns, b->used, b->used, b->open);
}

mlp_status mlpi_block_of_bytes(mlp_table *table, mlpi_column **columns, mlp_error *err)
{
    assert(table->blocks == NULL);
    table->shift = ONE_BLOCK;
    table->blocks = calloc(1, sizeof *table->blocks);
    if (table->blocks == NULL)
        return mlpi_fail_memory(err, "the cells of the data");
    mlpi_block *block = &table->blocks[table->block_count++];
    block->memory = block->columns = calloc(table->columns, sizeof *block->columns);
    *columns = block->columns;
    return block->columns != NULL ? MLP_OK : mlpi_fail_memory(err, "the cells of the data");
}
