/* SPDX-License-Identifier: MIT */
/* The meanings of texts. Since texts repeat, the meaning of a word is found only once in each
 * block. */
#ifndef MLPI_WORD_VALUES_H
#define MLPI_WORD_VALUES_H

#include "data/strip.h"

/** Returns the meaning of a cell's text: a number, which the caller defines, or NaN. */
typedef double (*mlpi_meaning)(const void *context, mlpi_cursor *cursor, size_t row, size_t column);

/** The meanings found so far of the words of one block. Begins zeroed. */
typedef struct mlpi_word_values {
    const mlpi_block *block;
    double *values; /* of the words of each user's column, one user after another */
    size_t used, room;
    size_t *first; /* where the values of each user begin; SIZE_MAX: the user has none yet */
    size_t users, first_room;
} mlpi_word_values;

void mlpi_word_values_release(mlpi_word_values *values);
/** Writes the meanings of a strip's cells to `meanings`. Users of `values` are numbered from 0;
 * each of them always passes the same column and `meaning`. The cursor must be at the block of the
 * strip. false: out of memory. */
bool mlpi_word_values_read(mlpi_word_values *values, size_t user, const mlpi_strip *strip,
                           size_t column, mlpi_meaning meaning, const void *context,
                           mlpi_cursor *cursor, double *meanings);

#endif
