/* SPDX-License-Identifier: MIT */
/* The cells of one column in the rows of a block, and the ways in which they may be stored.
 *
 * Cells that were read from a text are codes: plain decimal numbers are integers that share a power
 * of ten, in as few bytes as they fit into, and every other text is a word, of which a block keeps
 * one copy. Numbers that a program hands over, and bytes of images, stay where they are: an array.
 * Code that reads cells need not know how they are stored; a kind of column is a table of
 * functions. */
#ifndef MLPI_COLUMN_H
#define MLPI_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/decimal.h"
#include "mlp/table.h"

typedef enum mlpi_cell { MLPI_CELL_NUMBER, MLPI_CELL_MISSING, MLPI_CELL_TEXT } mlpi_cell;

/** Part of a text, without a closing 0. */
typedef struct mlpi_span {
    const char *text;
    size_t length;
} mlpi_span;

/** Bytewise order of two spans: < 0, 0, > 0. */
int mlpi_span_compare(mlpi_span a, mlpi_span b);

/** The text of cells that are missing, that are texts, or that are numbers but are not written like
 * the other numbers of their column. */
typedef struct mlpi_word {
    const char *text; /* in the block, without a closing 0 */
    double number;    /* value of the cell, if it is a number */
    uint32_t length;
    uint8_t cell;  /* mlpi_cell */
    uint8_t dress; /* of a number: bits (number_style.h); of a text: MLPI_MAY_BE_MISSING or 0 */
} mlpi_word;

/** Marks a text such as "N/A" or "-", which means no value in a column of numbers, but is a text in
 * a column of texts. */
enum { MLPI_MAY_BE_MISSING = 128 };

typedef struct mlpi_column mlpi_column;

/** How to read the cells of a column; `row` counts from the first row of the block. */
typedef struct mlpi_column_kind {
    /* the word of a cell; NULL: the cell is not a word */
    const mlpi_word *(*word)(const mlpi_column *column, size_t row);
    /* the value of a cell that is not a word */
    double (*value)(const mlpi_column *column, size_t row);
    /* writes the text of a cell that is not a word into `scratch`; returns its length */
    size_t (*text)(const mlpi_column *column, size_t row, char scratch[MLPI_DECIMAL_ROOM]);
    /* the values of `count` cells from a row on; NaN where a cell is not a number. Returns whether
     * all are finite */
    bool (*decode)(const mlpi_column *column, size_t row, size_t count, double *numbers);
    /* the words of `count` cells from a row on, by their indices in column->words; MLPI_NO_WORD
     * where a cell is not a word */
    void (*words)(const mlpi_column *column, size_t row, size_t count, uint32_t *numbers);
} mlpi_column_kind;

#define MLPI_NO_WORD UINT32_MAX

typedef enum mlpi_width { MLPI_INT8, MLPI_INT16, MLPI_INT32, MLPI_INT64 } mlpi_width;

/** Numbers in an array, which are not copied. */
typedef struct mlpi_array {
    const unsigned char *values; /* the number of the first row */
    ptrdiff_t stride;            /* bytes from a number to that of the next row */
    const uint8_t *valid; /* a bit for each row, the lowest of a byte first; 1: the row has a value.
                             NULL: all rows have one. NaN is never a value */
    size_t first_valid;   /* index of the first row's bit */
    mlpi_word none;       /* the word of every cell without a value */
} mlpi_array;

/** Whether the bit of a row is set in a bitmap (lowest bit of a byte first); NULL: all bits are. */
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
    mlpi_word *words; /* all words of the column */
    uint32_t word_count;
    /* For codes. The lowest codes of the width stand for the words, in order. Any other code stands
     * for code / 10^places; the text of this number has at least `least` decimal places, and beyond
     * these no trailing zeros. */
    uint8_t width, places, least; /* width: mlpi_width */
    bool far : 1;                 /* a code may exceed 2^53: a division would not round correctly */
    bool only_words : 1;          /* every cell is a word */
};

/** The kind of columns of codes. */
extern const mlpi_column_kind mlpi_column_of_codes;
/** The kind of columns that are arrays of numbers of this type; NULL: there is no such type. */
const mlpi_column_kind *mlpi_column_of(mlp_number_type type);
/** Makes a column from an array, which must live as long as the column, and sets array->none. */
mlpi_column mlpi_array_column(mlp_number_type type, mlpi_array *array);

/** The lowest code of a width, which stands for the first word. */
static inline int64_t mlpi_width_lowest(unsigned width)
{
    return width == MLPI_INT8    ? INT8_MIN
           : width == MLPI_INT16 ? INT16_MIN
           : width == MLPI_INT32 ? INT32_MIN
                                 : INT64_MIN;
}

/** The word of a cell, one of column->words; NULL: the cell is not a word. */
static inline const mlpi_word *mlpi_column_word(const mlpi_column *column, size_t row)
{
    return column->kind->word(column, row);
}

/** The kind of a cell; *number is set if it is a number. */
static inline mlpi_cell mlpi_column_number(const mlpi_column *column, size_t row, double *number)
{
    const mlpi_word *word = mlpi_column_word(column, row);
    if (word == NULL)
        *number = column->kind->value(column, row);
    else if (word->cell == MLPI_CELL_NUMBER)
        *number = word->number;
    return word == NULL ? MLPI_CELL_NUMBER : (mlpi_cell)word->cell;
}

/** The numbers of `count` cells from a row on; NaN where a cell is not a number. Returns whether
 * all are finite. */
static inline bool mlpi_column_decode(const mlpi_column *column, size_t row, size_t count,
                                      double *numbers)
{
    return column->kind->decode(column, row, count, numbers);
}

/** The words of `count` cells from a row on, by their indices in column->words; MLPI_NO_WORD where
 * a cell is not a word. */
static inline void mlpi_column_words(const mlpi_column *column, size_t row, size_t count,
                                     uint32_t *numbers)
{
    column->kind->words(column, row, count, numbers);
}

/** The text of a cell as it was in the file, without quotes; the text of a cell that is not a word
 * is written to `scratch`. */
static inline mlpi_span mlpi_column_span(const mlpi_column *column, size_t row,
                                         char scratch[MLPI_DECIMAL_ROOM])
{
    const mlpi_word *word = mlpi_column_word(column, row);
    if (word != NULL)
        return (mlpi_span){word->text, word->length};
    return (mlpi_span){scratch, column->kind->text(column, row, scratch)};
}

#endif
