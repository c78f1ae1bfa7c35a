/* SPDX-License-Identifier: MIT */
#include "data/strip.h"

#include <string.h>

enum { MOST_SPAN = 2 * MLPI_STRIP, AT_ONCE = 8 }; /* AT_ONCE: rows of an inner loop */

/* --- rows ------------------------------------------------------------------------------------- */

/* Whether rows are consecutive. */
static bool follow(const uint32_t *rows, size_t count)
{
    size_t i = 0;
    if (rows[count - 1] - rows[0] != count - 1)
        return false;
    for (; i + AT_ONCE <= count; i += AT_ONCE) {
        uint32_t other = 0;
        for (size_t k = 0; k < AT_ONCE; k++)
            other |= rows[i + k] ^ (rows[0] + (uint32_t)(i + k));
        if (other != 0)
            return false;
    }
    for (; i < count; i++)
        if (rows[i] != rows[0] + i)
            return false;
    return true;
}

/* Takes a strip of rows in any order. */
static mlpi_strip take_any(const mlpi_block *block, const uint32_t *rows, size_t most)
{
    mlpi_strip s = {.block = block, .rows = rows};
    size_t low = SIZE_MAX, high = 0;
    for (; s.count < most; s.count++) {
        const size_t r = rows[s.count] - block->first;
        if (r >= block->rows)
            break;
        low = r < low ? r : low;
        high = r > high ? r : high;
    }
    s.first = low;
    s.span = high - low + 1;
    return s;
}

mlpi_strip mlpi_strip_take(mlpi_cursor *cursor, const uint32_t *rows, size_t row, size_t count)
{
    const size_t first = mlpi_cursor_go(cursor, rows != NULL ? rows[0] : row);
    const size_t behind = cursor->block->rows - first; /* rows of the block from `first` on */
    const size_t most = count < MLPI_STRIP ? count : MLPI_STRIP;
    const size_t even = most < behind ? most : behind;
    if (rows != NULL && !follow(rows, even))
        return take_any(cursor->block, rows, most);
    return (mlpi_strip){.block = cursor->block, .first = first, .span = even, .count = even};
}

/* --- cells ------------------------------------------------------------------------------------ */

bool mlpi_strip_numbers(const mlpi_strip *s, size_t c, double *numbers)
{
    const mlpi_column *column = &s->block->columns[c];
    double all[MOST_SPAN];
    bool finite = true;
    if (s->rows == NULL)
        return mlpi_column_decode(column, s->first, s->count, numbers);
    if (s->span <= MOST_SPAN) {
        const size_t before = s->block->first + s->first;
        finite = mlpi_column_decode(column, s->first, s->span, all);
        for (size_t i = 0; i < s->count; i++)
            numbers[i] = all[s->rows[i] - before];
        return finite;
    }
    for (size_t i = 0; i < s->count; i++)
        finite = mlpi_column_decode(column, s->rows[i] - s->block->first, 1, &numbers[i]) && finite;
    return finite;
}

void mlpi_strip_words(const mlpi_strip *s, size_t c, uint32_t *words)
{
    const mlpi_column *column = &s->block->columns[c];
    uint32_t all[MOST_SPAN];
    if (s->rows == NULL) {
        mlpi_column_words(column, s->first, s->count, words);
    } else if (s->span <= MOST_SPAN) {
        const size_t before = s->block->first + s->first;
        mlpi_column_words(column, s->first, s->span, all);
        for (size_t i = 0; i < s->count; i++)
            words[i] = all[s->rows[i] - before];
    } else {
        for (size_t i = 0; i < s->count; i++)
            mlpi_column_words(column, s->rows[i] - s->block->first, 1, &words[i]);
    }
}
