/* SPDX-License-Identifier: MIT */
/* Strips: some rows of a table that lie in one block, of which the cells of a column are read
 * together. */
#ifndef MLPI_STRIP_H
#define MLPI_STRIP_H

#include "data/table.h"

enum { MLPI_STRIP = 128 }; /* rows: what is made of them stays in the caches of the processor */

typedef struct mlpi_strip {
    const mlpi_block *block;
    const uint32_t *rows; /* of the table; NULL: they come one behind another */
    size_t first, span;   /* of the block: the rows from the first to the last of them */
    size_t count;
} mlpi_strip;

/** The first rows, at least one and at most MLPI_STRIP, of `count` rows (NULL: rows from `row` on)
 * that lie in one block, to which the cursor goes. */
mlpi_strip mlpi_strip_take(mlpi_cursor *cursor, const uint32_t *rows, size_t row, size_t count);
/** Which row of the table is row i of the strip. */
static inline size_t mlpi_strip_row(const mlpi_strip *strip, size_t i)
{
    return strip->rows != NULL ? strip->rows[i] : strip->block->first + strip->first + i;
}

/** The numbers of a column; NaN: a cell is none. true: all of them are finite; false: of the rows
 * from the first to the last of them some are not. */
bool mlpi_strip_numbers(const mlpi_strip *strip, size_t column, double *numbers);
/** The words of a column, as their numbers; MLPI_NO_WORD: a cell is none. */
void mlpi_strip_words(const mlpi_strip *strip, size_t column, uint32_t *words);

#endif
