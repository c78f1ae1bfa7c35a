/* SPDX-License-Identifier: MIT */
/* Blocks of rows, column by column: readers make blocks from a file, and all later steps read only
 * blocks. A cell is parsed once, when its row is added. The text of every cell can be recovered
 * from its block, so that the file's text need not be kept. */
#ifndef MLPI_BLOCK_H
#define MLPI_BLOCK_H

#include "base/decimal.h"
#include "data/column.h"
#include "mlp/table.h"

typedef struct mlpi_block {
    size_t first, rows;   /* number of the block's first row in the table; number of rows */
    uint32_t file;        /* index in the table's `files`, if it has several */
    mlpi_column *columns; /* as many as the table has */
    size_t line; /* of the first row; later rows are on the lines after it. 0: rows have no lines */
    const size_t *lines; /* unless NULL: row r of the block is on line `line` + lines[r] instead */
    void *memory;        /* holds words, codes, lines and texts; NULL: they lie elsewhere */
    const void *place;   /* where these are mapped, if they lie in a file (spill.h) */
    size_t bytes;        /* size of `memory`, or of the contents at `place` */
} mlpi_block;

/* --- making blocks ---------------------------------------------------------------------------- */

/** Collects rows for a table whose columns and options are set, and makes blocks of them. */
typedef struct mlpi_builder {
    const mlp_table *table;
    int64_t *codes; /* of cells, column by column: units of a decimal, or number of a word */
    uint8_t *forms; /* mlpi_builder_form of the same cells */
    size_t *lines;
    size_t rows, room;
    size_t at, column; /* index and column of the next cell; columns are `room` cells apart */
    struct mlpi_vocabulary *words;
} mlpi_builder;

/** The form of a cell: MLPI_IS_WORD, or the number of a decimal's places, plus MLPI_ENDS_IN_ZERO if
 * its last digit is 0. */
enum mlpi_builder_form { MLPI_ENDS_IN_ZERO = 32, MLPI_IS_WORD = 255 };

/** false: out of memory; mlpi_builder_end must be called even then. */
bool mlpi_builder_begin(const mlp_table *table, mlpi_builder *builder);
void mlpi_builder_end(mlpi_builder *builder);
/** Begins a row, to which one cell per column is then added, in order. false: out of memory. */
bool mlpi_builder_row(mlpi_builder *builder, size_t line);
/** Drops all rows. */
void mlpi_builder_clear(mlpi_builder *builder);

/** The mlpi_builder_form of a decimal. */
static inline uint8_t mlpi_form_of(unsigned places, bool ends_in_zero)
{
    return (uint8_t)(places + (ends_in_zero ? MLPI_ENDS_IN_ZERO : 0));
}

/** Adds a cell that is a plain decimal, without comparing it with the texts that mean no value. */
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
/** Does the same as mlpi_builder_text. MLPI_KEY_BYTES bytes from the beginning of the text on must
 * be readable, even if the text is shorter. */
mlp_status mlpi_builder_text_ahead(mlpi_builder *builder, mlpi_span text, mlp_error *err);
/** Adds a cell that means the same as a cell of another table's column, even if that table has
 * another decimal mark. The builder's table must have the decimal point. Errors:
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_builder_cell(mlpi_builder *builder, const mlpi_column *from, size_t row,
                             mlp_error *err);
/** Makes a block of all rows of the builder, which is then empty. The caller owns the block. false:
 * out of memory. */
bool mlpi_builder_seal(mlpi_builder *builder, mlpi_block *block);

void mlpi_block_release(mlpi_block *block);
/** Corrects the pointers of a block whose contents, which are in block->memory, were at the address
 * `from` and are, or will be, at `to`. */
void mlpi_block_move(mlpi_block *block, size_t columns, const void *from, const void *to);
/** Appends a block to a table, which owns it from then on, even after a failure. `lines_before` is
 * added to the block's line numbers. Errors: MLP_ERROR_DATA (too many rows), MLP_ERROR_MEMORY,
 * MLP_ERROR_OUTPUT (no room in the file that holds the table's blocks). */
mlp_status mlpi_table_append(mlp_table *table, mlpi_block *block, size_t lines_before,
                             mlp_error *err);
/** Appends the builder's rows to the table as a block if there are enough of them for one; with
 * `any`, however few there are. */
mlp_status mlpi_builder_spill(mlpi_builder *builder, mlp_table *table, bool any, mlp_error *err);
/** Makes the only block of a table of bytes, with table->rows rows. The caller then sets `values`
 * and `stride` of each column's array in *arrays. */
mlp_status mlpi_block_of_bytes(mlp_table *table, mlpi_array **arrays, mlp_error *err);

#endif
