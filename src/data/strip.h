/* SPDX-License-Identifier: MIT */
/* Strips: a few rows of a table that lie in one block, so that the cells of a column are read for
 * all of them at once. */
#ifndef MLPI_STRIP_H
#define MLPI_STRIP_H

#include "data/table.h"

enum { MLPI_STRIP = 128 }; /* rows: few enough that their values stay in the caches */

typedef struct mlpi_strip {
    const mlpi_block *block;
    const uint32_t *rows; /* their numbers in the table; NULL: they are consecutive */
    size_t first, span;   /* the lowest row, counted in the block; rows from lowest to highest */
    size_t count;
} mlpi_strip;

/** Takes the first of `count` rows (`rows` NULL: consecutive rows from `row` on): as many as are in
 * the same block, at most MLPI_STRIP. The cursor goes to that block. */
mlpi_strip mlpi_strip_take(mlpi_cursor *cursor, const uint32_t *rows, size_t row, size_t count);
/** The number in the table of row i of the strip. */
static inline size_t mlpi_strip_row(const mlpi_strip *strip, size_t i)
{
    return strip->rows != NULL ? strip->rows[i] : strip->block->first + strip->first + i;
}

/** The numbers of a column; NaN where a cell is not a number. true: all are finite; false: some are
 * not, though perhaps only in other rows between the lowest and the highest of the strip. */
bool mlpi_strip_numbers(const mlpi_strip *strip, size_t column, double *numbers);
/** The words of a column, by their indices in its `words`; MLPI_NO_WORD where a cell is not a
 * word. */
void mlpi_strip_words(const mlpi_strip *strip, size_t column, uint32_t *words);

#endif
