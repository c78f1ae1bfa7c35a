/* SPDX-License-Identifier: MIT */
#include "data/word_values.h"

#include <math.h>
#include <stdlib.h>

#include "base/base.h"

#define NOT_KNOWN (-INFINITY) /* no text has this meaning */

void mlpi_word_values_release(mlpi_word_values *v)
{
    free(v->values);
    free(v->first);
    *v = (mlpi_word_values){0};
}

static bool add_users(mlpi_word_values *v, size_t users)
{
    if (!mlpi_grow(&v->first, &v->first_room, users, sizeof *v->first))
        return false;
    for (; v->users < users; v->users++)
        v->first[v->users] = SIZE_MAX;
    return true;
}

static void begin_block(mlpi_word_values *v, const mlpi_block *block)
{
    v->block = block;
    v->used = 0;
    for (size_t u = 0; u < v->users; u++)
        v->first[u] = SIZE_MAX;
}

/* The meanings of the words of the user's column, NOT_KNOWN for words not met yet; NULL: out of
 * memory. */
static double *known_of(mlpi_word_values *v, size_t user, const mlpi_strip *strip, size_t column)
{
    const size_t words = strip->block->columns[column].word_count;
    if (v->block != strip->block)
        begin_block(v, strip->block);
    if (user >= v->users && !add_users(v, user + 1))
        return NULL;
    if (v->first[user] == SIZE_MAX) {
        if (!mlpi_grow(&v->values, &v->room, v->used + words + 1, sizeof *v->values))
            return NULL;
        v->first[user] = v->used;
        for (size_t w = 0; w < words; w++)
            v->values[v->used++] = NOT_KNOWN;
    }
    return v->values + v->first[user];
}

bool mlpi_word_values_read(mlpi_word_values *v, size_t user, const mlpi_strip *strip, size_t column,
                           mlpi_meaning meaning, const void *context, mlpi_cursor *cursor,
                           double *meanings)
{
    uint32_t words[MLPI_STRIP];
    double *known = known_of(v, user, strip, column);
    if (known == NULL)
        return false;
    mlpi_strip_words(strip, column, words);
    for (size_t i = 0; i < strip->count; i++) {
        const bool is_word = words[i] != MLPI_NO_WORD;
        if (!is_word || known[words[i]] == NOT_KNOWN) {
            meanings[i] = meaning(context, cursor, mlpi_strip_row(strip, i), column);
            if (is_word)
                known[words[i]] = meanings[i];
        } else {
            meanings[i] = known[words[i]];
        }
    }
    return true;
}
