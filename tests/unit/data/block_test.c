/* SPDX-License-Identifier: MIT */
/* A table is kept in blocks of rows: every cell keeps its place, line, text and kind, whichever
 * block it is in. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "data/strip.h"
#include "unit/test.h"

enum { MEBI = 1 << 20 };

/* Writes the cell of a row and a column: a number, a missing value or a text; returns its
 * length. */
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
    char scratch[MLPI_DECIMAL_ROOM], text[32];
    mlpi_cursor cursor = {.table = table};
    for (size_t c = 0; c < mlp_table_columns(table); c++) {
        const int length = written(was, c, text);
        const mlpi_span span = mlpi_cursor_span(&cursor, row, c, false, scratch);
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

/* One row; rows that fill blocks of 65536 cells, and one row more; many blocks; rows so wide that a
 * block has 64 of them, and one row more. */
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

/* --- values ----------------------------------------------------------------------------------- */

enum { DECIMAL_ROWS = 20000, DECIMAL_COLUMNS = 10 };

/* Writes a number; each column has its own number of places, range of sizes, and share of numbers
 * in exponential notation. */
static int random_decimal(mlpi_random *random, size_t column, char *text)
{
    const double size = pow(10.0, (double)mlpi_random_below(random, 1 + 2 * column));
    const double value = mlpi_random_normal(random) * size;
    if (mlpi_random_below(random, 1 + 300 * (column % 3)) == 1)
        return sprintf(text, "%.*e", (int)mlpi_random_below(random, 20), value);
    return column % 2 == 0 ? sprintf(text, "%.*f", (int)column, value)
                           : sprintf(text, "%.*g", 4 + (int)column, value);
}

/* Reads a table of random numbers strip by strip, and compares each number with that of the C
 * library. */
static void check_decimals(mlpi_random *random)
{
    char *text = malloc((size_t)DECIMAL_ROWS * DECIMAL_COLUMNS * 64), *to = text;
    double *wanted = malloc(sizeof *wanted * DECIMAL_ROWS * DECIMAL_COLUMNS);
    double numbers[MLPI_STRIP];
    assert_true(text != NULL && wanted != NULL);
    for (size_t i = 0; i < (size_t)DECIMAL_ROWS * DECIMAL_COLUMNS; i++) {
        const size_t c = i % DECIMAL_COLUMNS;
        const int length = random_decimal(random, c, to);
        wanted[c * DECIMAL_ROWS + i / DECIMAL_COLUMNS] = strtod(to, NULL);
        to += length;
        *to++ = c + 1 < DECIMAL_COLUMNS ? ',' : '\n';
    }
    mlp_table *table = read_text(text, (size_t)(to - text));
    mlpi_cursor cursor = {.table = table};
    for (size_t r = 0; r < DECIMAL_ROWS;) {
        const mlpi_strip strip = mlpi_strip_take(&cursor, NULL, r, DECIMAL_ROWS - r);
        for (size_t c = 0; c < DECIMAL_COLUMNS; c++) {
            mlpi_strip_numbers(&strip, c, numbers);
            assert_memory_equal(numbers, wanted + c * DECIMAL_ROWS + r,
                                strip.count * sizeof *numbers);
        }
        r += strip.count;
    }
    mlp_table_free(table);
    free(wanted);
    free(text);
}

static void random_decimals_of_a_table_are_those_of_the_c_library(void **state)
{
    (void)state;
    mlpi_random random = mlpi_random_init(6, 1);
    const char *wished = getenv("MLP_DECIMALS"); /* how many numbers, as in numbers_test */
    const long count = wished != NULL ? atol(wished) : 1;
    for (long done = 0; done < count; done += (long)DECIMAL_ROWS * DECIMAL_COLUMNS)
        check_decimals(&random);
}

/* Numbers in every notation. Each list is repeated in a column of its own, in varying order, so
 * that blocks mix the notations. */
static const char *const dresses[][8] = {
    {"1", "2", "3", "-4", "0", "120", "7", "-128"},
    {"1.50", "2.00", "-0.25", "10.10", "0.00", "3.99", "4.00", "5.55"},
    {"1.5", "2.0", "-0.25", "10.125", "0.0", "3.0", "100.0", "1e-05"},
    {"1.5", "2", "-0.25", "10.125", "0", "3", "100", "-7"},
    {"1.5", "1.50", "1.500", "01.5", "+1.5", "1.5e0", ".5", "5."},
    {"007", "7", "-0", "-0.0", "0", "00", "7.", "1e3"},
    {"123456789012345678", "-999999999999999999", "0.00000000000000001", "1", "2.5", "NA", "", "x"},
    {"1234567890123456789", "0.12345678901234567", "3.14159265358979323846", "9007199254740993",
     "-9007199254740993", "0.1", "0.3", "4.35"},
    {"32767", "-32768", "2147483647", "-2147483648", "65536", "127", "-129", "128"},
    {"a", "b", "1", "", "c", "NaN", "2.50", "d"},
};
enum { DRESSES = sizeof dresses / sizeof dresses[0], DRESSED_ROWS = 9000 };

static const char *dressed(size_t row, size_t column)
{
    const size_t many = row / 1000 % 3 == 0 ? 1 : row / 1000 % 3 == 1 ? 4 : 8;
    return dresses[column][(row * 5 + row / 7 + column) % many];
}

static void every_number_keeps_its_dress_and_its_value(void **state)
{
    (void)state;
    char *text = malloc(DRESSED_ROWS * DRESSES * 24), *to = text;
    assert_non_null(text);
    for (size_t r = 0; r < DRESSED_ROWS; r++)
        for (size_t c = 0; c < DRESSES; c++)
            to += sprintf(to, "%s%c", dressed(r, c), c + 1 < DRESSES ? ',' : '\n');
    mlp_table *table = read_text(text, (size_t)(to - text));
    for (size_t r = 0; r < DRESSED_ROWS; r++)
        for (size_t c = 0; c < DRESSES; c++) {
            char cell[32];
            double number = 0.0;
            mlp_table_cell(table, r, c, cell, sizeof cell);
            assert_string_equal(cell, dressed(r, c));
            if (mlpi_table_number(table, r, c, &number) == MLPI_CELL_NUMBER) {
                const double expected = strtod(cell, NULL);
                assert_memory_equal(&number, &expected, sizeof number);
            }
        }
    mlp_table_free(table);
    free(text);
}

/* Writes a long cell of lines that look like records: a text of more than a megabyte is read in
 * pieces, and a piece may begin inside such a cell. */
static size_t quoted_cell(size_t row, char *text)
{
    size_t length = 0;
    for (size_t i = 0; i < row % 97 * 5; i++)
        length += (size_t)sprintf(text + length, "%zu,%zu\n", row, i);
    return length;
}

static void pieces_of_a_text_are_put_together_as_if_it_were_one(void **state)
{
    (void)state;
    enum { ROWS = 1500 };
    char *text = malloc((size_t)ROWS * 6000), *to = text, *cell = malloc(6000), *got = malloc(6000);
    assert_true(text != NULL && cell != NULL && got != NULL);
    for (size_t r = 0; r < ROWS; r++) {
        const size_t length = quoted_cell(r, cell);
        to += sprintf(to, "%zu,\"%.*s\"\"\"%s", r, (int)length, cell, r % 3 == 0 ? "\r\n" : "\n");
        to += sprintf(to, "%s", r % 5 == 0 ? "\n \n" : ""); /* blank lines */
    }
    mlp_table *table = read_text(text, (size_t)(to - text));
    assert_int_equal(mlp_table_rows(table), ROWS);
    size_t line = 1;
    for (size_t r = 0; r < ROWS; r++) {
        double number = -1.0;
        assert_int_equal(mlpi_table_number(table, r, 0, &number), MLPI_CELL_NUMBER);
        assert_true(number == (double)r);
        const size_t length = quoted_cell(r, cell);
        assert_int_equal(mlp_table_cell(table, r, 1, got, 6000), length + 1);
        assert_memory_equal(got, cell, length);
        assert_int_equal(got[length], '"');
        assert_int_equal(mlp_table_line(table, r), line);
        line += 1 + r % 97 * 5 + (r % 5 == 0 ? 2 : 0);
    }
    mlp_table_free(table);
    memcpy(to, "1,2,3\n", 7); /* a record with a field too many, at the very end */
    mlp_error err = {0};
    const mlp_read_options options = {.no_header = true};
    assert_int_equal(
        mlp_table_read_memory(text, (size_t)(to - text) + 6, "t.csv", &options, &table, &err),
        MLP_ERROR_DATA);
    assert_int_equal(err.line, line);
    free(got);
    free(cell);
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
        cmocka_unit_test(random_decimals_of_a_table_are_those_of_the_c_library),
        cmocka_unit_test(every_number_keeps_its_dress_and_its_value),
        cmocka_unit_test(pieces_of_a_text_are_put_together_as_if_it_were_one),
        cmocka_unit_test(a_cell_that_no_table_has_is_refused_with_its_line),
    };
    return RUN(tests);
}
