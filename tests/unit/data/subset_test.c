/* SPDX-License-Identifier: MIT */
/* A table of some rows holds their cells, names and lines, and outlives the table it came from. */
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_in_the_order_asked_for),
        cmocka_unit_test(cells_of_several_rows_make_one),
        cmocka_unit_test(all_rows_are_the_same_data),
        cmocka_unit_test(images_are_copied_too),
        cmocka_unit_test(rows_that_are_not_there_are_refused),
    };
    return RUN(tests);
}
