/* SPDX-License-Identifier: MIT */
/* What texts mean, found once for each word of a block: texts repeat. */
#ifndef MLPI_WORD_VALUES_H
#define MLPI_WORD_VALUES_H

#include "data/strip.h"

/** What the text of a cell means: a number of the caller's, or NaN. */
typedef double (*mlpi_meaning)(const void *context, mlpi_cursor *cursor, size_t row, size_t column);

/** The meanings that are known of the words of one block. Zeroed at first. */
typedef struct mlpi_word_values {
    const mlpi_block *block;
    double *values; /* of the words of one user's column behind those of another's */
    size_t used, room;
    size_t *first; /* of each user; SIZE_MAX: not asked for yet */
    size_t users, first_room;
} mlpi_word_values;

void mlpi_word_values_release(mlpi_word_values *values);
/** The meanings of a strip's cells in a column, to one of several users, who are numbers from 0 on;
 * each has a column and a way to find meanings of its own. The cursor is at the strip. false: out
 * of memory. */
bool mlpi_word_values_read(mlpi_word_values *values, size_t user, const mlpi_strip *strip,
                           size_t column, mlpi_meaning meaning, const void *context,
                           mlpi_cursor *cursor, double *meanings);

#endif
