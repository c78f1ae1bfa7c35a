/* SPDX-License-Identifier: MIT */
/* A table of selected rows holds their cells, names and lines, and outlives the table it was taken
 * from. */
#include <stdio.h>
#include <string.h>

#include "data/table.h"
#include "mlp/table.h"
#include "unit/test.h"

static mlp_table *read_text(const char *text, const char *name)
{
    mlp_table *table = NULL;
    mlp_error err = {0};
    if (mlp_table_read_memory(text, strlen(text), name, NULL, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return table;
}

static void rows_come_in_the_order_asked_for(void **state)
{
    (void)state;
    mlp_table *table = read_text("a,b\n1,x\n2,\"y,y\"\n3,\n4,z\n", "t.csv"), *some = NULL;
    const size_t rows[] = {3, 1, 1, 2};
    static const char *const cells[] = {"4", "z", "2", "y,y", "2", "y,y", "3", ""};
    assert_int_equal(mlp_table_subset(table, rows, 4, &some, NULL), MLP_OK);
    mlp_table_free(table);
    assert_int_equal(mlp_table_rows(some), 4);
    assert_int_equal(mlp_table_columns(some), 2);
    assert_string_equal(mlp_table_source(some), "t.csv");
    assert_string_equal(mlp_table_column_name(some, 1), "b");
    for (size_t r = 0; r < 4; r++) {
        assert_int_equal(mlp_table_line(some, r), rows[r] + 2);
        for (size_t c = 0; c < 2; c++) {
            char text[8];
            mlp_table_cell(some, r, c, text, sizeof text);
            assert_string_equal(text, cells[2 * r + c]);
        }
    }
    mlp_table_free(some);
}

static void cells_of_several_rows_make_one(void **state)
{
    (void)state;
    mlp_table *table = read_text("a,b\n1,x\n2,\"y,y\"\n3,\n4,z\n", "t.csv"), *made = NULL;
    const size_t rows[] = {3, 0};
    const uint32_t from[] = {0, 1, 2, 2};
    static const char *const cells[] = {"1", "y,y", "3", ""};
    assert_int_equal(mlpi_table_gather(table, &(mlpi_picks){rows, 2, from}, &made, NULL), MLP_OK);
    mlp_table_free(table);
    for (size_t r = 0; r < 2; r++) {
        assert_int_equal(mlp_table_line(made, r), rows[r] + 2);
        for (size_t c = 0; c < 2; c++) {
            char text[8];
            mlp_table_cell(made, r, c, text, sizeof text);
            assert_string_equal(text, cells[2 * r + c]);
        }
    }
    mlp_table_free(made);
}

static void all_rows_are_the_same_data(void **state)
{
    (void)state;
    mlp_table *table = read_text("a,b\n1,x\n2,y\n", "t.csv"), *all = NULL;
    assert_int_equal(mlp_table_select(table, MLP_PART_ALL, &all, NULL), MLP_OK);
    assert_int_equal(mlp_table_fingerprint(all), mlp_table_fingerprint(table));
    mlp_table_free(all);
    mlp_table_free(table);
}

static void images_are_copied_too(void **state)
{
    (void)state;
    static const unsigned char images[] = {0, 0, 8, 2, 0, 0, 0, 3, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6};
    const mlp_read_options options = {.format = "idx"};
    mlp_table *table = NULL, *some = NULL;
    const size_t rows[] = {2, 0};
    char text[8];
    assert_int_equal(mlp_table_read_memory(images, sizeof images, "i", &options, &table, NULL),
                     MLP_OK);
    assert_int_equal(mlp_table_subset(table, rows, 2, &some, NULL), MLP_OK);
    mlp_table_free(table);
    mlp_table_cell(some, 0, 1, text, sizeof text);
    assert_string_equal(text, "6");
    mlp_table_cell(some, 1, 0, text, sizeof text);
    assert_string_equal(text, "1");
    mlp_table_free(some);
}

static void rows_that_are_not_there_are_refused(void **state)
{
    (void)state;
    mlp_table *table = read_text("a\n1\n2\n", "t.csv"), *some = NULL;
    const size_t rows[] = {0, 2};
    mlp_error err = {0};
    assert_int_equal(mlp_table_subset(table, rows, 2, &some, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "no row 2"));
    assert_int_equal(mlp_table_subset(table, rows, 0, &some, &err), MLP_ERROR_ARGUMENT);
    assert_int_equal(mlp_table_select(table, MLP_PART_TEST, &some, &err), MLP_ERROR_DATA);
    assert_non_null(strstr(err.message, "has no test part"));
    assert_null(some);
    mlp_table_free(table);
}

/* Only the whole file shows whether 1.638 is written with a decimal point or in groups of three
 * digits; a subset keeps what the file showed. */
static void numbers_stay_what_they_were_read_as(void **state)
{
    (void)state;
    enum { ROWS = 700, TWICE = 2 };
    static char text[ROWS * 32];
    size_t length = (size_t)snprintf(text, sizeof text, "height;price;rest\n");
    for (int r = 0; r < ROWS; r++) /* 1,638 in row 300 is 1.638; 1.638 elsewhere is 1638 */
        length += (size_t)snprintf(text + length, sizeof text - length, "%s;2.%03d,50 EUR;-%d,5\n",
                                   r == 300     ? "1,638"
                                   : r % 2 == 0 ? "1.638"
                                                : "608",
                                   r, r);
    mlp_table *table = read_text(text, "t.csv");
    size_t rows[ROWS];
    for (size_t i = 0; i < ROWS; i++)
        rows[i] = (i * 37 + 300) % ROWS;
    mlp_table *some = table;
    for (int times = 0; times <= TWICE; times++) {
        for (size_t r = 0; r < ROWS; r++) {
            const size_t row = times == 0 ? r : times == 1 ? rows[r] : rows[rows[r]];
            const double wanted[] = {row == 300     ? 1.638
                                     : row % 2 == 0 ? 1638.0
                                                    : 608.0,
                                     2000.5 + (double)row, -0.5 - (double)row};
            for (size_t c = 0; c < 3; c++) {
                double number = 0.0;
                assert_int_equal(mlpi_table_number(some, r, c, &number), MLPI_CELL_NUMBER);
                assert_near(number, wanted[c], 0.0);
            }
        }
        for (size_t c = 0; c < 3; c++) /* words of numbers are marked as numbers */
            for (uint32_t i = 0; i < some->blocks[0].columns[c].word_count; i++)
                assert_int_equal(some->blocks[0].columns[c].words[i].cell, MLPI_CELL_NUMBER);
        mlp_table *next = NULL;
        assert_int_equal(mlp_table_subset(some, rows, ROWS, &next, NULL), MLP_OK);
        mlp_table_free(some);
        some = next;
    }
    mlp_table_free(some);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_in_the_order_asked_for),
        cmocka_unit_test(cells_of_several_rows_make_one),
        cmocka_unit_test(all_rows_are_the_same_data),
        cmocka_unit_test(numbers_stay_what_they_were_read_as),
        cmocka_unit_test(images_are_copied_too),
        cmocka_unit_test(rows_that_are_not_there_are_refused),
    };
    return RUN(tests);
}
