/* SPDX-License-Identifier: MIT */
/* Cells read in strips equal the cells read one by one, for any choice of rows; the value found for
 * a word is used for all cells with that word in its block, and in no other block. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "data/strip.h"
#include "data/word_values.h"
#include "unit/test.h"

enum { ROWS = 70001, COLUMNS = 3 };

/* Blocks have 65536 / 3 rows. The first column holds numbers of any width, the second texts, the
 * third numbers, texts and missing values. */
static mlp_table *make_table(void)
{
    mlpi_random random = mlpi_random_init(3, 1);
    char *text = malloc((size_t)ROWS * 64), *to = text;
    mlp_table *table = NULL;
    const mlp_read_options options = {.no_header = true};
    assert_non_null(text);
    for (size_t r = 0; r < ROWS; r++) {
        static const char *const others[] = {"", "NA", "red", "7e300", "12.50", "-0", "3"};
        const int64_t n = (int64_t)mlpi_random_below(&random, 1u << (r * 31 / ROWS));
        to +=
            sprintf(to, "%lld.5,w%u,%s\n", (long long)(r % 2 == 0 ? n : -n),
                    (unsigned)mlpi_random_below(&random, 9), others[mlpi_random_below(&random, 7)]);
    }
    assert_int_equal(
        mlp_table_read_memory(text, (size_t)(to - text), "t.csv", &options, &table, NULL), MLP_OK);
    assert_true(table->block_count > 2);
    free(text);
    return table;
}

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static void check_strip(const mlp_table *table, const mlpi_strip *s, const uint32_t *rows,
                        size_t first)
{
    double numbers[MLPI_STRIP];
    uint32_t words[MLPI_STRIP];
    for (size_t c = 0; c < COLUMNS; c++) {
        bool finite = true;
        const bool told = mlpi_strip_numbers(s, c, numbers);
        mlpi_strip_words(s, c, words);
        for (size_t i = 0; i < s->count; i++) {
            const size_t row = rows != NULL ? rows[i] : first + i;
            mlpi_cursor cursor = {.table = table};
            double number = (double)NAN;
            const size_t r = mlpi_cursor_go(&cursor, row);
            const mlpi_column *column = &cursor.block->columns[c];
            if (mlpi_column_number(column, r, &number) != MLPI_CELL_NUMBER)
                number = (double)NAN;
            finite = finite && isfinite(number);
            assert_int_equal(mlpi_strip_row(s, i), row);
            assert_true(same(numbers[i], number));
            assert_ptr_equal(words[i] == MLPI_NO_WORD ? NULL : &column->words[words[i]],
                             mlpi_column_word(column, r));
        }
        if (s->rows == NULL)
            assert_int_equal(told, finite);
        else
            assert_true(finite || !told);
    }
}

static void check_all(const mlp_table *table, const uint32_t *rows, size_t count)
{
    mlpi_cursor cursor = {.table = table};
    for (size_t i = 0; i < count;) {
        const uint32_t *const left = rows != NULL ? rows + i : NULL;
        const mlpi_strip s = mlpi_strip_take(&cursor, left, i, count - i);
        assert_in_range(s.count, 1, MLPI_STRIP);
        assert_true(s.count <= count - i);
        check_strip(table, &s, left, i);
        i += s.count;
    }
}

static void strips_of_any_rows_hold_the_cells_of_these_rows(void **state)
{
    (void)state;
    mlp_table *table = make_table();
    mlpi_random random = mlpi_random_init(3, 2);
    uint32_t *rows = malloc(ROWS * sizeof *rows);
    assert_non_null(rows);
    size_t count = 0;
    check_all(table, NULL, ROWS);
    for (uint32_t r = 0; r < ROWS; r++)
        if (mlpi_random_below(&random, 8) != 0) /* rows as in a training part */
            rows[count++] = r;
    check_all(table, rows, count);
    for (size_t i = 0; i < count; i++) /* in random order, some twice */
        rows[i] = (uint32_t)mlpi_random_below(&random, ROWS);
    check_all(table, rows, 2000);
    for (size_t i = 0; i < 1000; i++) /* in descending order, then in swapped pairs */
        rows[i] = (uint32_t)(i < 500 ? 900 - i : i ^ 1);
    check_all(table, rows, 1000);
    free(rows);
    mlp_table_free(table);
}

/* Gives each text a number, and counts how often it is called. */
static double meaning(const void *context, mlpi_cursor *cursor, size_t row, size_t column)
{
    char scratch[MLPI_DECIMAL_ROOM];
    const mlpi_span text = mlpi_cursor_span(cursor, row, column, false, scratch);
    size_t *const asked = *(size_t *const *)context;
    double value = (double)text.length;
    for (size_t i = 0; i < text.length; i++)
        value = value * 17.0 + text.text[i];
    (*asked)++;
    return text.length == 0 ? (double)NAN : value;
}

static void a_word_means_the_same_in_all_cells_that_hold_it(void **state)
{
    (void)state;
    mlp_table *table = make_table();
    size_t asked = 0, *const context = &asked;
    mlpi_word_values values = {0};
    mlpi_cursor cursor = {.table = table}, other = {.table = table};
    for (size_t r = 0; r < ROWS;) {
        const mlpi_strip s = mlpi_strip_take(&cursor, NULL, r, ROWS - r);
        for (size_t user = 0; user < 2; user++) {
            size_t ignored = 0, *const nothing = &ignored;
            double read[MLPI_STRIP];
            assert_true(mlpi_word_values_read(&values, user, &s, user + 1, meaning, &context,
                                              &cursor, read));
            for (size_t i = 0; i < s.count; i++)
                assert_true(same(read[i], meaning(&nothing, &other, r + i, user + 1)));
        }
        r += s.count;
    }
    assert_true(asked < ROWS); /* asked once for each word of a block, and each number */
    mlpi_word_values_release(&values);
    mlp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strips_of_any_rows_hold_the_cells_of_these_rows),
        cmocka_unit_test(a_word_means_the_same_in_all_cells_that_hold_it),
    };
    return RUN(tests);
}
