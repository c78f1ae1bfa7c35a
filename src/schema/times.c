/* SPDX-License-Identifier: MIT */
#include "schema/times.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

/* --- recognising ------------------------------------------------------------------------------ */

static bool is_read(const mlpi_word *word, mlpi_date_style style)
{
    double seconds = 0.0;
    return mlpi_date_read((mlpi_span){word->text, word->length}, style, &seconds);
}

/* Whether a word counts: missing values and texts such as "N/A" show nothing of the style. */
static bool counts(const mlpi_word *word)
{
    return word->cell != MLPI_CELL_MISSING && word->dress != MLPI_MAY_BE_MISSING;
}

typedef struct tally {
    size_t words, read[MLPI_DATE_STYLES];
    size_t either[MLPI_DATE_STYLES]; /* words that can be read with the day or the month first */
} tally;

/* The number of words, out of `words`, that may be wrong. */
static size_t may_be_wrong(size_t words)
{
    return words / 10;
}

static size_t count_words(const mlp_table *table, size_t c)
{
    size_t words = 0;
    for (const mlpi_block *block = NULL; (block = mlpi_table_next(table, block)) != NULL;) {
        const mlpi_column *column = &block->columns[c];
        for (size_t i = 0; i < column->word_count; i++)
            words += counts(&column->words[i]) ? 1 : 0;
    }
    return words;
}

/* Counts the words that can be read in each style. false: stopped early, since too many words can
 * be read in no style. */
static bool try_styles(const mlp_table *table, size_t c, tally *t)
{
    size_t wrong = 0;
    t->words = count_words(table, c);
    for (const mlpi_block *block = NULL; (block = mlpi_table_next(table, block)) != NULL;) {
        const mlpi_column *column = &block->columns[c];
        for (size_t i = 0; i < column->word_count; i++) {
            bool any = false, read[MLPI_DATE_STYLES] = {false};
            if (!counts(&column->words[i]))
                continue;
            for (int s = MLPI_DATE_NONE + 1; s < MLPI_DATE_STYLES; s++) {
                read[s] = is_read(&column->words[i], (mlpi_date_style)s);
                t->read[s] += read[s] ? 1 : 0;
                any = any || read[s];
            }
            for (int s = MLPI_DATE_NONE + 1; s < MLPI_DATE_STYLES; s++)
                t->either[s] += read[s] || read[mlpi_date_style_turned((mlpi_date_style)s)] ? 1 : 0;
            wrong += any ? 0 : 1;
            if (wrong > may_be_wrong(t->words))
                return false;
        }
    }
    return true;
}

/* The first word that can be read in a style, or, if `read` is false, the first that cannot; NULL:
 * there is none. */
static const mlpi_word *find_word(const mlp_table *table, size_t c, mlpi_date_style style,
                                  bool read)
{
    for (const mlpi_block *block = NULL; (block = mlpi_table_next(table, block)) != NULL;) {
        const mlpi_column *column = &block->columns[c];
        for (size_t i = 0; i < column->word_count; i++)
            if (counts(&column->words[i]) && is_read(&column->words[i], style) == read)
                return &column->words[i];
    }
    return NULL;
}

static mlpi_date_style recognise(const mlp_table *table, size_t column, bool *unclear)
{
    tally t = {0};
    mlpi_date_style best = MLPI_DATE_NONE;
    if (!try_styles(table, column, &t))
        return MLPI_DATE_NONE;
    for (int s = MLPI_DATE_NONE + 1; s < MLPI_DATE_STYLES; s++)
        if (t.read[s] > (best == MLPI_DATE_NONE ? 0 : t.read[best]))
            best = (mlpi_date_style)s;
    /* Version numbers may look like dates with two-digit years, but seldom do all version numbers
     * of a column. */
    const size_t wrong = mlpi_date_style_is_short(best) ? 0 : may_be_wrong(t.words);
    if (best == MLPI_DATE_NONE || t.read[best] < t.words - wrong)
        return MLPI_DATE_NONE;
    const mlpi_date_style turned = mlpi_date_style_turned(best);
    *unclear = turned != MLPI_DATE_NONE && t.read[best] == t.read[turned];
    const mlpi_word *one = *unclear ? find_word(table, column, best, true) : NULL;
    if (one != NULL && memchr(one->text, '/', one->length) != NULL)
        best = turned;
    return best;
}

mlpi_date_style mlpi_times_recognise(const mlp_table *table, size_t column, const mlpi_word **odd,
                                     bool *unclear)
{
    const mlpi_date_style style = table->dates != NULL ? (mlpi_date_style)table->dates[column]
                                                       : recognise(table, column, unclear);
    if (style != MLPI_DATE_NONE)
        *odd = find_word(table, column, style, false);
    return style;
}

mlp_status mlpi_times_hand_on(const mlp_table *table, mlp_table *made, mlp_error *err)
{
    if (made->dates != NULL)
        return MLP_OK; /* copied from `table`, which was itself taken from another */
    made->dates = calloc(made->columns, sizeof *made->dates);
    if (made->dates == NULL)
        return mlpi_fail_memory(err, "the columns of a table");
    for (size_t c = 0; c < made->columns; c++) {
        bool unclear = false;
        made->dates[c] = (uint8_t)recognise(table, c, &unclear);
    }
    return MLP_OK;
}

mlp_status mlpi_times_subset(const mlp_table *table, const size_t *rows, size_t count,
                             mlp_table **subset, mlp_error *err)
{
    mlp_table *made = NULL;
    MLPI_TRY(mlp_table_subset(table, rows, count, &made, err));
    const mlp_status status = mlpi_times_hand_on(table, made, err);
    if (status == MLP_OK)
        *subset = made;
    else
        mlp_table_free(made);
    return status;
}

bool mlpi_times_mixed(const mlp_table *table, size_t column)
{
    tally t = {0};
    bool mixed = false;
    if (!try_styles(table, column, &t) || t.words == 0)
        return false;
    for (int s = MLPI_DATE_NONE + 1; s < MLPI_DATE_STYLES; s++) {
        const mlpi_date_style turned = mlpi_date_style_turned((mlpi_date_style)s);
        mixed = mixed || (turned != MLPI_DATE_NONE && t.read[s] < t.words &&
                          t.read[turned] < t.words && t.either[s] == t.words);
    }
    return mixed;
}

/* --- cells ------------------------------------------------------------------------------------ */

double mlpi_times_cell(mlpi_cursor *cursor, size_t row, size_t column, mlpi_date_style style)
{
    char scratch[MLPI_DECIMAL_ROOM];
    double seconds = (double)NAN;
    if (mlpi_cursor_may_be_missing(cursor, row, column))
        return seconds;
    const mlpi_span text = mlpi_cursor_span(cursor, row, column, false, scratch);
    return mlpi_date_read(text, style, &seconds) ? seconds : (double)NAN;
}
