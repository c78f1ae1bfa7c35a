/* SPDX-License-Identifier: MIT */
/* Blocks of rows, column by column: what readers make of a file, and all that anyone behind them
 * sees. A cell is looked at once, when its row is added. Plain decimal numbers become integers that
 * share a power of ten, in as few bytes as they fit into; every other text becomes a word, of which
 * a block keeps one copy. Nothing of the file's text is lost, and nothing of it has to be kept. */
#ifndef MLPI_BLOCK_H
#define MLPI_BLOCK_H

#include "base/decimal.h"
#include "mlp/table.h"

typedef enum mlpi_cell { MLPI_CELL_NUMBER, MLPI_CELL_MISSING, MLPI_CELL_TEXT } mlpi_cell;

/** Part of a text; not closed by 0. */
typedef struct mlpi_span {
    const char *text;
    size_t length;
} mlpi_span;

/** A text that is not written as the numbers of its column are: missing, a text, or a number in
 * other dress. */
typedef struct mlpi_word {
    const char *text; /* of the block; not closed by 0 */
    double number;    /* of a cell that is one */
    uint32_t length;
    uint8_t cell;  /* mlpi_cell */
    uint8_t dress; /* of a number: bits (number_style.h); of a text: MLPI_MAY_BE_MISSING or 0 */
} mlpi_word;

/** A text such as "N/A" or "-": among numbers it means no value, among texts it is one. */
enum { MLPI_MAY_BE_MISSING = 128 };

typedef enum mlpi_width { MLPI_BYTES, MLPI_INT8, MLPI_INT16, MLPI_INT32, MLPI_INT64 } mlpi_width;

/** The cells of a column in the rows of a block, as codes. The least codes that the width has are
 * numbers of words, from 0 on. Any other stands for code / 10^places; of the last places zeros are
 * not written, but for `least` of them. */
typedef struct mlpi_column {
    const void *codes;
    mlpi_word *words;
    uint32_t word_count;
    uint32_t stride; /* MLPI_BYTES: row r is byte r * stride, without a sign or words */
    uint8_t width, places, least; /* width: mlpi_width */
    bool far;                     /* a code may be beyond 2^53: its value takes a longer way */
} mlpi_column;

typedef struct mlpi_block {
    size_t first, rows;   /* of the table */
    mlpi_column *columns; /* as many as the table has */
    size_t line; /* of the file, on which the first row begins, and every other one on the */
    const size_t *lines; /* next; or, unless NULL, to be added to the line of each row */
    void *memory;        /* that the rest of it lies in; NULL: it is another's, or */
    const void *place;   /* lies in a file (spill.h) */
    size_t bytes;        /* of it */
} mlpi_block;

static inline int64_t mlpi_column_code(const mlpi_column *column, size_t row)
{
    switch (column->width) {
    case MLPI_INT8:
        return ((const int8_t *)column->codes)[row];
    case MLPI_INT16:
        return ((const int16_t *)column->codes)[row];
    case MLPI_INT32:
        return ((const int32_t *)column->codes)[row];
    case MLPI_INT64:
        return ((const int64_t *)column->codes)[row];
    default:
        return ((const uint8_t *)column->codes)[row * column->stride];
    }
}

/** The code of the first word. */
static inline int64_t mlpi_width_lowest(unsigned width)
{
    return width == MLPI_INT8    ? INT8_MIN
           : width == MLPI_INT16 ? INT16_MIN
           : width == MLPI_INT32 ? INT32_MIN
                                 : INT64_MIN;
}

/** The word that a code stands for; NULL: it is a number. */
static inline const mlpi_word *mlpi_column_word(const mlpi_column *column, int64_t code)
{
    const uint64_t number = (uint64_t)code - (uint64_t)mlpi_width_lowest(column->width);
    return number < column->word_count ? &column->words[number] : NULL;
}

static inline double mlpi_column_value(const mlpi_column *column, int64_t code)
{
    return column->far ? mlpi_decimal_value((mlpi_decimal){code, column->places})
                       : (double)code / mlpi_power_of_ten[column->places];
}

/** What a cell is; *number is set for numbers. */
static inline mlpi_cell mlpi_column_number(const mlpi_column *column, size_t row, double *number)
{
    const int64_t code = mlpi_column_code(column, row);
    const mlpi_word *word = mlpi_column_word(column, code);
    if (word == NULL)
        *number = mlpi_column_value(column, code);
    else if (word->cell == MLPI_CELL_NUMBER)
        *number = word->number;
    return word == NULL ? MLPI_CELL_NUMBER : (mlpi_cell)word->cell;
}

/** The numbers of `count` cells from a row on; NaN where a cell is none. */
void mlpi_column_decode(const mlpi_column *column, size_t row, size_t count, double *numbers);
/** The text of a cell, as it was written but for quotes. A number's is written into `scratch`. */
mlpi_span mlpi_column_span(const mlpi_column *column, size_t row, char scratch[MLPI_DECIMAL_ROOM]);

/* --- making blocks ---------------------------------------------------------------------------- */

/** Collects rows of a table that has its columns and its options, and makes blocks of them. */
typedef struct mlpi_builder {
    const mlp_table *table;
    int64_t *codes; /* of cells, column by column: the units of a decimal, or the place of a word */
    uint8_t *forms; /* of the same cells */
    size_t *lines;
    size_t rows, room;
    size_t at; /* the next cell; that of the next column is `room` further */
    struct mlpi_vocabulary *words;
} mlpi_builder;

/** The form of a cell: a word, or how many places a decimal has, and whether its last digit is 0. */
enum mlpi_builder_form { MLPI_ENDS_IN_ZERO = 32, MLPI_IS_WORD = 255 };

/** false: out of memory. To be ended all the same. */
bool mlpi_builder_begin(const mlp_table *table, mlpi_builder *builder);
void mlpi_builder_end(mlpi_builder *builder);
/** Begins a row; as many cells as the table has columns follow, one by one. false: out of memory. */
bool mlpi_builder_row(mlpi_builder *builder, size_t line);
/** Drops all rows. */
void mlpi_builder_clear(mlpi_builder *builder);

/** Adds a cell that is a plain decimal, which no text for "missing" may look like. */
static inline void mlpi_builder_decimal(mlpi_builder *builder, mlpi_decimal number)
{
    builder->codes[builder->at] = number.units;
    builder->forms[builder->at] =
        (uint8_t)(number.places + (number.units % 10 == 0 ? MLPI_ENDS_IN_ZERO : 0));
    builder->at += builder->room;
}

/** Adds a cell of any text, which is copied. Errors: MLP_ERROR_DATA (4 MiB or more),
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_builder_text(mlpi_builder *builder, mlpi_span text, mlp_error *err);
/** Makes a block of the rows that are there, of which none are left. The block is the caller's.
 * false: out of memory. */
bool mlpi_builder_seal(mlpi_builder *builder, mlpi_block *block);

void mlpi_block_release(mlpi_block *block);
/** Adds a block at the end of a table, which takes it over, also on failure. Its lines were counted
 * behind `lines_before`. Errors: MLP_ERROR_DATA (too many rows), MLP_ERROR_MEMORY. */
mlp_status mlpi_table_append(mlp_table *table, mlpi_block *block, size_t lines_before,
                             mlp_error *err);
/** Appends what the builder holds when that is as much as a block should have, or in any case. */
mlp_status mlpi_builder_spill(mlpi_builder *builder, mlp_table *table, bool any, mlp_error *err);
/** Makes the only block of a table of bytes; *columns are to be filled with where they lie. */
mlp_status mlpi_block_of_bytes(mlp_table *table, mlpi_column **columns, mlp_error *err);

#endif
