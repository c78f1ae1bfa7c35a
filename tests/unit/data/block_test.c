/* SPDX-License-Identifier: MIT */
/* A table is kept in blocks of rows: every cell is where it was written, whichever block it falls
 * into, with its line, its text and what it is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/table.h"
#include "unit/test.h"

enum { MEBI = 1 << 20 };

/* The cell of a row and a column: a number, nothing, or a text. */
static int written(size_t row, size_t column, char *text)
{
    const size_t n = row * 31 + column * 7;
    if (n % 11 == 0)
        return sprintf(text, "%s", n % 2 == 0 ? "" : "NA");
    return sprintf(text, n % 5 == 0 ? "t%zu" : "%zu.5", n);
}

static char *write_rows(size_t rows, size_t columns, size_t *size)
{
    char *text = malloc(rows * columns * 16 + 1), *to = text;
    assert_non_null(text);
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < columns; c++) {
            to += written(r, c, to);
            *to++ = c + 1 < columns ? ',' : '\n';
        }
    *size = (size_t)(to - text);
    return text;
}

static void check_row(const mlp_table *table, size_t row, size_t was)
{
    char scratch[8], text[32];
    for (size_t c = 0; c < mlp_table_columns(table); c++) {
        const int length = written(was, c, text);
        const mlpi_span span = mlpi_table_span(table, row, c, scratch);
        double number = -1.0;
        const mlpi_cell cell = mlpi_table_number(table, row, c, &number);
        assert_int_equal(span.length, length);
        assert_memory_equal(span.text, text, (size_t)length);
        const bool none = length == 0 || text[0] == 'N';
        assert_int_equal(cell, none             ? MLPI_CELL_MISSING
                               : text[0] == 't' ? MLPI_CELL_TEXT
                                                : MLPI_CELL_NUMBER);
        assert_true(number == (cell == MLPI_CELL_NUMBER ? strtod(text, NULL) : -1.0));
        assert_int_equal(mlpi_table_is_missing(table, row, c), none);
    }
    assert_int_equal(mlp_table_line(table, row), was + 1);
}

static mlp_table *read_text(const char *text, size_t size)
{
    mlp_table *table = NULL;
    const mlp_read_options options = {.no_header = true};
    assert_int_equal(mlp_table_read_memory(text, size, "t.csv", &options, &table, NULL), MLP_OK);
    return table;
}

/* One row, a block exactly, a row more, and several blocks; and so wide that blocks have 64 rows. */
static const struct {
    size_t rows, columns;
} shapes[] = {{1, 2}, {65536, 2}, {65537, 2}, {200003, 3}, {64, 66000}, {65, 66000}};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static void every_cell_is_where_it_was_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES; i++) {
        size_t size = 0;
        char *text = write_rows(shapes[i].rows, shapes[i].columns, &size);
        mlp_table *table = read_text(text, size);
        assert_int_equal(mlp_table_rows(table), shapes[i].rows);
        assert_int_equal(mlp_table_columns(table), shapes[i].columns);
        for (size_t r = 0; r < shapes[i].rows; r++)
            check_row(table, r, r);
        mlp_table_free(table);
        free(text);
    }
}

static void a_subset_has_the_rows_it_was_asked_for(void **state)
{
    (void)state;
    size_t size = 0;
    char *text = write_rows(140000, 2, &size);
    mlp_table *table = read_text(text, size), *subset = NULL;
    size_t *rows = malloc(140000 * sizeof *rows);
    assert_non_null(rows);
    for (size_t i = 0; i < 140000; i++) /* 3 and 140,000 share no factor: a permutation */
        rows[i] = i * 3 % 140000;
    assert_int_equal(mlp_table_subset(table, rows, 140000, &subset, NULL), MLP_OK);
    mlp_table_free(table);
    for (size_t i = 0; i < 140000; i++)
        check_row(subset, i, rows[i]);
    mlp_table_free(subset);
    free(rows);
    free(text);
}

static void a_cell_that_no_table_has_is_refused_with_its_line(void **state)
{
    (void)state;
    const size_t longest = 4 * MEBI - 1;
    char *text = malloc(longest + 8);
    assert_non_null(text);
    memcpy(text, "a,b\n1,", 6);
    memset(text + 6, 'x', longest + 1);
    mlp_table *table = NULL;
    mlp_error err = {0};
    assert_int_equal(mlp_table_read_memory(text, longest + 7, "t.csv", NULL, &table, &err),
                     MLP_ERROR_DATA);
    assert_int_equal(err.line, 2);
    assert_int_equal(err.column, 2);
    assert_non_null(strstr(err.message, "4 MiB"));
    assert_int_equal(mlp_table_read_memory(text, longest + 6, "t.csv", NULL, &table, &err), MLP_OK);
    assert_int_equal(mlp_table_cell(table, 0, 1, NULL, 0), longest);
    mlp_table_free(table);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_is_where_it_was_written),
        cmocka_unit_test(a_subset_has_the_rows_it_was_asked_for),
        cmocka_unit_test(a_cell_that_no_table_has_is_refused_with_its_line),
    };
    return RUN(tests);
}
