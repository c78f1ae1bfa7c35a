/* SPDX-License-Identifier: MIT */
/* Blocks of rows, column by column: what readers make of a file, and all that anyone behind them
 * sees. A cell is looked at once, when its row is added. Nothing of the file's text is lost, and
 * nothing of it has to be kept. */
#ifndef MLPI_BLOCK_H
#define MLPI_BLOCK_H

#include "base/decimal.h"
#include "data/column.h"
#include "mlp/table.h"

typedef struct mlpi_block {
    size_t first, rows;   /* of the table */
    uint32_t file;        /* of the table, where it has several */
    mlpi_column *columns; /* as many as the table has */
    size_t line; /* of the file, on which the first row begins, and every other one on the */
    const size_t *lines; /* next; or, unless NULL, to be added to the line of each row */
    void *memory;        /* that the rest of it lies in; NULL: it is another's, or */
    const void *place;   /* lies in a file (spill.h) */
    size_t bytes;        /* of it */
} mlpi_block;

/* --- making blocks ---------------------------------------------------------------------------- */

/** Collects rows of a table that has its columns and its options, and makes blocks of them. */
typedef struct mlpi_builder {
    const mlp_table *table;
    int64_t *codes; /* of cells, column by column: the units of a decimal, or the place of a word */
    uint8_t *forms; /* of the same cells */
    size_t *lines;
    size_t rows, room;
    size_t at, column; /* the next cell; that of the next column is `room` further */
    struct mlpi_vocabulary *words;
} mlpi_builder;

/** The form of a cell: a word, or how many places a decimal has, and whether its last digit is 0.
 * */
enum mlpi_builder_form { MLPI_ENDS_IN_ZERO = 32, MLPI_IS_WORD = 255 };

/** false: out of memory. To be ended all the same. */
bool mlpi_builder_begin(const mlp_table *table, mlpi_builder *builder);
void mlpi_builder_end(mlpi_builder *builder);
/** Begins a row; as many cells as the table has columns follow, one by one. false: out of memory.
 * */
bool mlpi_builder_row(mlpi_builder *builder, size_t line);
/** Drops all rows. */
void mlpi_builder_clear(mlpi_builder *builder);

/** The form of a decimal. */
static inline uint8_t mlpi_form_of(unsigned places, bool ends_in_zero)
{
    return (uint8_t)(places + (ends_in_zero ? MLPI_ENDS_IN_ZERO : 0));
}

/** Adds a cell that is a plain decimal, which no text for "missing" may look like. */
static inline void mlpi_builder_decimal(mlpi_builder *builder, mlpi_decimal number)
{
    builder->codes[builder->at] = number.units;
    builder->forms[builder->at] = mlpi_form_of(number.places, number.units % 10 == 0);
    builder->at += builder->room;
    builder->column++;
}

/** Adds a cell of any text, which is copied. Errors: MLP_ERROR_DATA (4 MiB or more),
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_builder_text(mlpi_builder *builder, mlpi_span text, mlp_error *err);
/** The same for a text from whose beginning on MLPI_KEY_BYTES can be read, even if it has less. */
mlp_status mlpi_builder_text_ahead(mlpi_builder *builder, mlpi_span text, mlp_error *err);
/** Adds a cell that means what a cell of another table's column does, whatever that file was written
 * like; numbers of the builder's table are written with a point. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_builder_cell(mlpi_builder *builder, const mlpi_column *from, size_t row,
                             mlp_error *err);
/** Makes a block of the rows that are there, of which none are left. The block is the caller's.
 * false: out of memory. */
bool mlpi_builder_seal(mlpi_builder *builder, mlpi_block *block);

void mlpi_block_release(mlpi_block *block);
/** What points into the block's memory, as it lay at `from`, points to where it lies, or will lie, at
 * `to`. */
void mlpi_block_move(mlpi_block *block, size_t columns, const void *from, const void *to);
/** Adds a block at the end of a table, which takes it over, also on failure. Its lines were counted
 * behind `lines_before`. Errors: MLP_ERROR_DATA (too many rows), MLP_ERROR_MEMORY. */
mlp_status mlpi_table_append(mlp_table *table, mlpi_block *block, size_t lines_before,
                             mlp_error *err);
/** Appends what the builder holds when that is as much as a block should have, or in any case. */
mlp_status mlpi_builder_spill(mlpi_builder *builder, mlp_table *table, bool any, mlp_error *err);
/** Makes the only block of a table of bytes; *arrays, one for each column, are to be filled with
 * where the bytes lie. */
mlp_status mlpi_block_of_bytes(mlp_table *table, mlpi_array **arrays, mlp_error *err);

#endif
