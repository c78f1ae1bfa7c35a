/* SPDX-License-Identifier: MIT */
/* The distinct texts of any rows of a column are those found by sorting its cells; the counts of a
 * column are those found cell by cell, also if blocks hold only texts. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "data/distinct.h"
#include "schema/census.h"
#include "unit/test.h"

enum { ROWS = 60000, COLUMNS = 5, MOST_TEXT = 64 };

static void put_cell(mlpi_random *random, size_t row, size_t column, char *text)
{
    static const char *const gaps[] = {"", "NA", "red", "blue", "12.50", "-0", "N/A"};
    const unsigned n = (unsigned)mlpi_random_below(random, ROWS);
    if (column == 0) /* few texts occur twice */
        sprintf(text, "order %u of customer %u", n, (unsigned)mlpi_random_below(random, 1000));
    else if (column == 1) /* few texts; only one in the first half of the rows */
        sprintf(text, "level %u.", row < ROWS / 2 ? 3 : n % 11);
    else if (column == 2)
        sprintf(text, "%s", gaps[n % 7]);
    else if (column == 3) /* texts, then numbers in the last third of the rows */
        sprintf(text, row < ROWS / 3 * 2 ? "t%u" : "%u", n % 500);
    else
        sprintf(text, "%u.5", n);
}

static mlp_table *make_table(void)
{
    mlpi_random random = mlpi_random_init(4, 1);
    char *text = malloc((size_t)ROWS * COLUMNS * MOST_TEXT), *to = text;
    mlp_table *table = NULL;
    const mlp_read_options options = {.no_header = true, .label_trim = "."};
    assert_non_null(text);
    for (size_t r = 0; r < ROWS; r++)
        for (size_t c = 0; c < COLUMNS; c++) {
            put_cell(&random, r, c, to);
            to += strlen(to);
            *to++ = c + 1 < COLUMNS ? ',' : '\n';
        }
    assert_int_equal(
        mlp_table_read_memory(text, (size_t)(to - text), "t.csv", &options, &table, NULL), MLP_OK);
    assert_true(table->block_count > 2);
    free(text);
    return table;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Finds the distinct texts of the rows (NULL: all) by sorting; returns their number. */
static size_t sort_texts(const mlp_table *table, size_t column, const uint32_t *rows, size_t count,
                         bool labels, char (*texts)[MOST_TEXT])
{
    size_t found = 0, kept = 0;
    for (size_t i = 0; i < count; i++) {
        mlpi_cursor cursor = {.table = table};
        char scratch[MLPI_DECIMAL_ROOM];
        const size_t row = rows != NULL ? rows[i] : i;
        const mlpi_span span = mlpi_cursor_span(&cursor, row, column, labels, scratch);
        if (!mlpi_cursor_is_missing(&cursor, row, column))
            snprintf(texts[found++], MOST_TEXT, "%.*s", (int)span.length, span.text);
    }
    qsort(texts, found, sizeof *texts, by_text);
    for (size_t i = 0; i < found; i++)
        if (i == 0 || strcmp(texts[i], texts[kept - 1]) != 0)
            memmove(texts[kept++], texts[i], sizeof *texts);
    return kept;
}

static void check_rows(const mlp_table *table, const uint32_t *rows, size_t count)
{
    char(*texts)[MOST_TEXT] = malloc((count + 1) * sizeof *texts);
    assert_non_null(texts);
    for (size_t k = 0; k < 2 * (size_t)COLUMNS; k++) {
        const size_t column = k / 2;
        const bool labels = k % 2 != 0;
        mlpi_distinct distinct;
        const size_t wanted = sort_texts(table, column, rows, count, labels, texts);
        assert_int_equal(mlpi_distinct_collect(table, column, rows, count, labels, &distinct, NULL),
                         MLP_OK);
        assert_int_equal(distinct.count, wanted);
        for (size_t i = 0; i < wanted; i++) {
            assert_int_equal(distinct.texts[i].length, strlen(texts[i]));
            assert_memory_equal(distinct.texts[i].text, texts[i], strlen(texts[i]));
        }
        mlpi_distinct_release(&distinct);
        size_t counted = 0;
        if (rows == NULL) {
            assert_int_equal(mlpi_distinct_count(table, column, labels, &counted, NULL), MLP_OK);
            assert_int_equal(counted, wanted);
        }
    }
    free(texts);
}

static void distinct_texts_are_those_that_sorting_leaves(void **state)
{
    (void)state;
    mlp_table *table = make_table();
    mlpi_random random = mlpi_random_init(5, 1);
    uint32_t *rows = malloc(ROWS * sizeof *rows);
    assert_non_null(rows);
    for (size_t i = 0; i < ROWS; i++)
        rows[i] = (uint32_t)i;
    check_rows(table, NULL, ROWS);
    check_rows(table, rows + 100, ROWS / 2);
    mlpi_random_shuffle(&random, rows, ROWS);
    check_rows(table, rows, 3000);
    check_rows(table, rows, 1);
    check_rows(table, rows, 0);
    free(rows);
    mlp_table_free(table);
}

static void a_column_is_counted_as_its_cells_are(void **state)
{
    (void)state;
    mlp_table *table = make_table();
    mlpi_census cells[COLUMNS];
    mlpi_census_take(table, cells);
    for (size_t c = 0; c < COLUMNS; c++) {
        mlpi_census wanted = {.lowest = INFINITY, .highest = -INFINITY};
        for (size_t r = 0; r < ROWS; r++) {
            double number = 0.0;
            const mlpi_cell cell = mlpi_table_number(table, r, c, &number);
            wanted.missing += cell == MLPI_CELL_MISSING ? 1 : 0;
            wanted.numbers += cell == MLPI_CELL_NUMBER ? 1 : 0;
            if (cell == MLPI_CELL_TEXT && wanted.texts++ == 0)
                wanted.first_text = r;
            if (cell == MLPI_CELL_NUMBER) {
                wanted.lowest = fmin(wanted.lowest, number);
                wanted.highest = fmax(wanted.highest, number);
            }
        }
        assert_int_equal(cells[c].missing, wanted.missing);
        assert_int_equal(cells[c].numbers, wanted.numbers);
        assert_int_equal(cells[c].texts, wanted.texts);
        assert_int_equal(cells[c].first_text, wanted.first_text);
        assert_true(cells[c].lowest == wanted.lowest && cells[c].highest == wanted.highest);
    }
    mlp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distinct_texts_are_those_that_sorting_leaves),
        cmocka_unit_test(a_column_is_counted_as_its_cells_are),
    };
    return RUN(tests);
}
