/* SPDX-License-Identifier: MIT */
#include "schema/census.h"

#include <math.h>
#include <stdio.h>

#include "base/base.h"
#include "data/number_style.h"
#include "data/strip.h"
#include "threads/threads.h"

/* --- numbers in everyday dress ---------------------------------------------------------------- */

/* The first word of a column that is a number with any of these bits of dress; NULL: there is
 * none. */
static const mlpi_word *dressed_word(const mlp_table *table, size_t c, unsigned dress)
{
    for (const mlpi_block *block = NULL; (block = mlpi_table_next(table, block)) != NULL;) {
        const mlpi_column *column = &block->columns[c];
        for (size_t i = 0; i < column->word_count; i++)
            if (column->words[i].cell == MLPI_CELL_NUMBER && (column->words[i].dress & dress) != 0)
                return &column->words[i];
    }
    return NULL;
}

/* The number of cells of a column that are percentages. */
static size_t count_percentages(const mlp_table *table, size_t c)
{
    size_t count = 0;
    for (const mlpi_block *block = NULL; (block = mlpi_table_next(table, block)) != NULL;) {
        const mlpi_column *column = &block->columns[c];
        for (size_t r = 0; r < block->rows; r++) {
            const mlpi_word *word = mlpi_column_word(column, r);
            count +=
                word != NULL && word->cell == MLPI_CELL_NUMBER && (word->dress & MLPI_PERCENT) != 0
                    ? 1
                    : 0;
        }
    }
    return count;
}

mlp_status mlpi_census_dress(const mlp_table *table, size_t c, size_t numbers, char *note,
                             size_t size, mlp_error *err)
{
    char value[32], option[MLPI_COLUMN_TEXT];
    const mlpi_word *word =
        dressed_word(table, c, MLPI_PERCENT | MLPI_CURRENCY | MLPI_GROUPS | MLPI_BRACKETS);
    if (word == NULL)
        return MLP_OK;
    const mlpi_word *percent = dressed_word(table, c, MLPI_PERCENT);
    const int length = (int)mlpi_utf8_fit(word->text, word->length, 40);
    if (percent != NULL && count_percentages(table, c) < numbers)
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, c + 1,
                            "column \"%s\" holds percentages (\"%.*s\") and plain numbers: write "
                            "all in one way, or leave the column out with `drop` %s",
                            table->names[c], (int)mlpi_utf8_fit(percent->text, percent->length, 40),
                            percent->text, mlpi_table_option(table, c, option));
    mlp_number_text(word->number, value);
    snprintf(note, size, "\"%.*s\" is read as %s", length, word->text, value);
    return MLP_OK;
}

/* Whether all texts of a column are numbers with the other decimal mark. */
static bool has_other_decimals(const mlp_table *table, size_t c)
{
    char plain[MLPI_COMMA_ROOM];
    size_t texts = 0;
    for (const mlpi_block *block = NULL; (block = mlpi_table_next(table, block)) != NULL;) {
        const mlpi_column *column = &block->columns[c];
        for (size_t i = 0; i < column->word_count; i++) {
            const mlpi_span text = {column->words[i].text, column->words[i].length};
            double value = 0.0;
            if (column->words[i].cell != MLPI_CELL_TEXT)
                continue;
            texts++;
            if (table->decimal == ',' ? !mlp_number_parse(text.text, text.length, &value)
                                      : mlpi_number_with_point(text, plain) == 0 &&
                                            mlpi_number_undress(text, ',', &value) == 0)
                return false;
        }
    }
    return texts > 0;
}

mlp_status mlpi_census_decimals(const mlp_table *table, size_t c, const mlpi_census *cells,
                                mlp_error *err)
{
    char text[64], way[80];
    if (cells->texts == 0 || !has_other_decimals(table, c))
        return MLP_OK;
    mlp_table_cell(table, cells->first_text, c, text, sizeof text);
    const bool comma = table->decimal == ',', delimited = table->usual_separator != '\0';
    snprintf(way, sizeof way, "give `decimal` '%c', or write all numbers in one way",
             comma ? '.' : ',');
    return mlpi_fail_at(
        err, MLP_ERROR_DATA, mlp_table_file(table, cells->first_text),
        mlp_table_line(table, cells->first_text), c + 1,
        "column \"%s\": \"%s\" looks like a number with a decimal %s; %s", table->names[c], text,
        comma ? "point" : "comma",
        delimited ? way : "write it with a point; `decimal` applies to delimited text only");
}

/* --- counting --------------------------------------------------------------------------------- */

enum { AT_ONCE = 8 }; /* numbers of an inner loop, which compilers vectorise */

/* Whether finite numbers are whole: a number of 2^52 or more has no fraction, and a smaller one
 * loses its fraction when 2^52 is added and subtracted. */
static bool all_whole(const double *numbers, size_t count)
{
    const double beyond = 0x1p52;
    double fractions[AT_ONCE] = {0}, sum = 0.0;
    size_t i = 0;
    for (; i + AT_ONCE <= count; i += AT_ONCE)
        for (size_t k = 0; k < AT_ONCE; k++) {
            const double size = fabs(numbers[i + k]), rounded = (size + beyond) - beyond;
            fractions[k] += size < beyond ? fabs(size - rounded) : 0.0;
        }
    for (; i < count; i++)
        sum += fabs(numbers[i]) < beyond ? fabs(numbers[i] - trunc(numbers[i])) : 0.0;
    for (size_t k = 0; k < AT_ONCE; k++)
        sum += fractions[k];
    return sum == 0.0;
}

static void count_finite(mlpi_census *c, const double *numbers, size_t count)
{
    double low[AT_ONCE], high[AT_ONCE];
    size_t i = 0;
    for (size_t k = 0; k < AT_ONCE; k++) {
        low[k] = c->lowest;
        high[k] = c->highest;
    }
    for (; i + AT_ONCE <= count; i += AT_ONCE)
        for (size_t k = 0; k < AT_ONCE; k++) {
            low[k] = numbers[i + k] < low[k] ? numbers[i + k] : low[k];
            high[k] = numbers[i + k] > high[k] ? numbers[i + k] : high[k];
        }
    for (size_t k = 0; k < AT_ONCE; k++) {
        c->lowest = low[k] < c->lowest ? low[k] : c->lowest;
        c->highest = high[k] > c->highest ? high[k] : c->highest;
    }
    for (; i < count; i++) {
        c->lowest = numbers[i] < c->lowest ? numbers[i] : c->lowest;
        c->highest = numbers[i] > c->highest ? numbers[i] : c->highest;
    }
    c->whole = c->whole && all_whole(numbers, count);
    c->numbers += count;
}

static void count_number(mlpi_census *c, double value)
{
    const double last_fraction = 9007199254740992.0; /* 2^53 */
    c->numbers++;
    c->whole = c->whole && (fabs(value) >= last_fraction || value == (double)(int64_t)value);
    c->lowest = value < c->lowest ? value : c->lowest;
    c->highest = value > c->highest ? value : c->highest;
}

/* Counts the cells of a strip, some of which are not numbers. */
static void count_mixed(mlpi_census *c, const mlpi_strip *strip, size_t column,
                        const double *numbers)
{
    uint32_t words[MLPI_STRIP];
    const mlpi_word *all = strip->block->columns[column].words;
    mlpi_strip_words(strip, column, words);
    for (size_t i = 0; i < strip->count; i++) {
        if (!isnan(numbers[i]))
            count_number(c, numbers[i]);
        else if (words[i] != MLPI_NO_WORD && all[words[i]].cell == MLPI_CELL_MISSING)
            c->missing++;
        else if (c->texts++ == 0)
            c->first_text = mlpi_strip_row(strip, i);
    }
}

/* Whether all cells of a column are texts. */
static bool holds_texts(const mlpi_column *column)
{
    bool texts = column->only_words;
    for (size_t i = 0; texts && i < column->word_count; i++)
        texts = column->words[i].cell == MLPI_CELL_TEXT;
    return texts;
}

static void count_texts(mlpi_census *c, const mlpi_block *block)
{
    if (c->texts == 0)
        c->first_text = block->first;
    c->texts += block->rows;
}

static void count_block(mlpi_census *c, const mlp_table *table, const mlpi_block *block,
                        size_t column)
{
    mlpi_cursor cursor = {table, block};
    double numbers[MLPI_STRIP];
    for (size_t r = 0; r < block->rows;) {
        const mlpi_strip strip = mlpi_strip_take(&cursor, NULL, block->first + r, block->rows - r);
        if (mlpi_strip_numbers(&strip, column, numbers))
            count_finite(c, numbers, strip.count);
        else
            count_mixed(c, &strip, column, numbers);
        r += strip.count;
    }
}

static mlpi_census count_cells(const mlp_table *table, size_t column)
{
    mlpi_census c = {.whole = true, .lowest = INFINITY, .highest = -INFINITY};
    for (const mlpi_block *block = NULL; (block = mlpi_table_next(table, block)) != NULL;)
        if (holds_texts(&block->columns[column]))
            count_texts(&c, block);
        else
            count_block(&c, table, block, column);
    return c;
}

/* The work that threads share; each thread counts one column at a time. */
typedef struct look {
    const mlp_table *table;
    mlpi_census *cells; /* of each column */
} look;

static void count_task(void *context, size_t column, int thread)
{
    const look *l = context;
    (void)thread;
    if (mlpi_table_field(l->table, column).kind != MLPI_FIELD_PIXELS)
        l->cells[column] = count_cells(l->table, column);
}

void mlpi_census_take(const mlp_table *table, mlpi_census *cells)
{
    enum { MANY_ROWS = 4096 }; /* with fewer rows, threads do not pay off */
    look l = {table, cells};
    mlpi_parallel(table->rows >= MANY_ROWS ? mlpi_threads(0) : 1, table->columns, count_task, &l);
}
