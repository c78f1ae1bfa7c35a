/* SPDX-License-Identifier: MIT */
/* The cells of one column in the rows of a block, and the ways in which they may lie in memory.
 *
 * Cells that were read from a text are codes: plain decimal numbers are integers that share a power
 * of ten, in as few bytes as they fit into, and every other text is a word, of which a block keeps
 * one copy. Numbers that a program hands over, and bytes of images, stay where they are: an array.
 * A reader of cells need not know which it is; a kind of column is a table of functions. */
#ifndef MLPI_COLUMN_H
#define MLPI_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/decimal.h"
#include "mlp/table.h"

typedef enum mlpi_cell { MLPI_CELL_NUMBER, MLPI_CELL_MISSING, MLPI_CELL_TEXT } mlpi_cell;

/** Part of a text; not closed by 0. */
typedef struct mlpi_span {
    const char *text;
    size_t length;
} mlpi_span;

/** Bytewise order of two spans: < 0, 0, > 0. */
int mlpi_span_compare(mlpi_span a, mlpi_span b);

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

typedef struct mlpi_column mlpi_column;

/** How to read the cells of a column; `row` counts from the first row of the block. */
typedef struct mlpi_column_kind {
    /* the word that a cell is; NULL: the cell is a number of the column */
    const mlpi_word *(*word)(const mlpi_column *column, size_t row);
    /* of a cell that is not a word: its value, and its text, which is written into `scratch` */
    double (*value)(const mlpi_column *column, size_t row);
    size_t (*text)(const mlpi_column *column, size_t row, char scratch[MLPI_DECIMAL_ROOM]);
    /* the values of `count` cells from a row on; NaN where a cell is not a number. Returns whether all
     * are finite */
    bool (*decode)(const mlpi_column *column, size_t row, size_t count, double *numbers);
    /* the words that `count` cells from a row on are, by their numbers in column->words;
     * MLPI_NO_WORD where a cell is a number of the column */
    void (*words)(const mlpi_column *column, size_t row, size_t count, uint32_t *numbers);
} mlpi_column_kind;

#define MLPI_NO_WORD UINT32_MAX

typedef enum mlpi_width { MLPI_INT8, MLPI_INT16, MLPI_INT32, MLPI_INT64 } mlpi_width;

/** Numbers where they are. */
typedef struct mlpi_array {
    const unsigned char *values; /* of the first row */
    ptrdiff_t stride;            /* bytes from a number to that of the next row */
    const uint8_t *valid; /* a bit for each row, the lowest of a byte first; 1: it has a value.
                                    NULL: all have. NaN is none in any case */
    size_t first_valid;   /* the bit of the first row */
    mlpi_word none;       /* what a cell without a value is */
} mlpi_array;

/** Whether a row has a value by a bitmap, the lowest bit of a byte first; NULL: all have. */
static inline bool mlpi_bit(const uint8_t *bits, size_t row)
{
    return bits == NULL || (bits[row / 8] >> row % 8 & 1) != 0;
}

struct mlpi_column {
    const mlpi_column_kind *kind;
    union {
        const void *codes;
        const mlpi_array *array;
    };
    mlpi_word *words; /* all that a cell of the column may be */
    uint32_t word_count;
    /* Of codes. The least that the width has are numbers of words, from 0 on. Any other stands for
     * code / 10^places; of the last places zeros are not written, except for `least` of them. */
    uint8_t width, places, least; /* width: mlpi_width */
    bool far : 1;                 /* a code may be beyond 2^53: its value takes a longer way */
    bool only_words : 1;          /* every cell is one */
};

/** Cells of codes. */
extern const mlpi_column_kind mlpi_column_of_codes;
/** Cells of numbers of one type. */
const mlpi_column_kind *mlpi_column_of(mlp_number_type type);
/** Makes a column of an array, whose word it sets. The array stays where it is. */
mlpi_column mlpi_array_column(mlp_number_type type, mlpi_array *array);

/** The code of the first word. */
static inline int64_t mlpi_width_lowest(unsigned width)
{
    return width == MLPI_INT8    ? INT8_MIN
           : width == MLPI_INT16 ? INT16_MIN
           : width == MLPI_INT32 ? INT32_MIN
                                 : INT64_MIN;
}

/** The word that a cell is, one of column->words; NULL: it is a number. */
static inline const mlpi_word *mlpi_column_word(const mlpi_column *column, size_t row)
{
    return column->kind->word(column, row);
}

/** What a cell is; *number is set for numbers. */
static inline mlpi_cell mlpi_column_number(const mlpi_column *column, size_t row, double *number)
{
    const mlpi_word *word = mlpi_column_word(column, row);
    if (word == NULL)
        *number = column->kind->value(column, row);
    else if (word->cell == MLPI_CELL_NUMBER)
        *number = word->number;
    return word == NULL ? MLPI_CELL_NUMBER : (mlpi_cell)word->cell;
}

/** The numbers of `count` cells from a row on; NaN where a cell is none. Returns whether all of them
 * are finite. */
static inline bool mlpi_column_decode(const mlpi_column *column, size_t row, size_t count,
                                      double *numbers)
{
    return column->kind->decode(column, row, count, numbers);
}

/** The words of `count` cells from a row on, by their numbers; MLPI_NO_WORD where a cell is none. */
static inline void mlpi_column_words(const mlpi_column *column, size_t row, size_t count,
                                     uint32_t *numbers)
{
    column->kind->words(column, row, count, numbers);
}

/** The text of a cell, as it was written except for quotes. A number's is written into `scratch`. */
static inline mlpi_span mlpi_column_span(const mlpi_column *column, size_t row,
                                         char scratch[MLPI_DECIMAL_ROOM])
{
    const mlpi_word *word = mlpi_column_word(column, row);
    if (word != NULL)
        return (mlpi_span){word->text, word->length};
    return (mlpi_span){scratch, column->kind->text(column, row, scratch)};
}

#endif
