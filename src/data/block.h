/* SPDX-License-Identifier: MIT */
/* Blocks of rows, column by column: what readers make of a file, and all that anyone behind them
 * sees. A cell is looked at once, when its row is added; from then on it is a number, a missing
 * value or a text. */
#ifndef MLPI_BLOCK_H
#define MLPI_BLOCK_H

#include "mlp/table.h"

typedef enum mlpi_cell { MLPI_CELL_NUMBER, MLPI_CELL_MISSING, MLPI_CELL_TEXT } mlpi_cell;

/** Part of a text; not closed by 0. */
typedef struct mlpi_span {
    const char *text;
    size_t length;
} mlpi_span;

/** What a cell is, and the span of the table's text that says so. */
typedef struct mlpi_cell_text {
    uint64_t at : 40, length : 22, cell : 2;
} mlpi_cell_text;

#define MLPI_LONGEST_TEXT ((UINT64_C(1) << 40) - 1) /* bytes of a table's text */
#define MLPI_LONGEST_CELL ((UINT64_C(1) << 22) - 1) /* bytes */

/** The cells of a column in the rows of a block: bytes, or texts and their numbers. */
typedef struct mlpi_column {
    const uint8_t *bytes; /**< row r is bytes[r * stride]; NULL: texts */
    size_t stride;
    mlpi_cell_text *text; /**< of each row, as it was written but for quotes */
    double *number;       /**< of each row whose cell is a number */
} mlpi_column;

typedef struct mlpi_block {
    mlpi_column *columns; /**< as many as the table has */
    size_t *lines; /**< of the file, on which each row begins; NULL: the format has no lines */
    void *memory;  /**< that all of it lies in */
} mlpi_block;

/** Adds rows of texts to a table that has its text, its columns and its options. */
typedef struct mlpi_builder {
    mlp_table *table;
    mlpi_block *open;   /* the block that rows go to; NULL: none yet */
    size_t used, room;  /* its rows */
    size_t blocks_room; /* of table->blocks */
} mlpi_builder;

mlpi_builder mlpi_builder_begin(mlp_table *table);
/** Adds a row: its cells are spans of table->text. Errors: MLP_ERROR_DATA (a cell of 4 MiB
 * or more, too many rows), MLP_ERROR_MEMORY. */
mlp_status mlpi_builder_row(mlpi_builder *builder, size_t line, const mlpi_span *cells,
                            mlp_error *err);
/** Gives back the room that is not used. */
void mlpi_builder_end(mlpi_builder *builder);

/** Makes the only block of a table of bytes; *columns are to be filled with where they lie. */
mlp_status mlpi_block_of_bytes(mlp_table *table, mlpi_column **columns, mlp_error *err);

#endif
