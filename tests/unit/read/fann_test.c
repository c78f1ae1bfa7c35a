/* SPDX-License-Identifier: MIT */
/* The outputs of FANN's training files are numbers, or a label if one output of each row is 1 and
 * all others are 0, or all are -1. */
#include <stdio.h>
#include <string.h>

#include "data/table.h"
#include "unit/test.h"

static mlp_table *must_read(const char *text)
{
    mlp_table *table = NULL;
    mlp_error err = {0};
    if (mlp_table_read_memory(text, strlen(text), "x.data", NULL, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return table;
}

static void expect_classes(const char *text, const char *labels)
{
    mlp_table *table = must_read(text);
    const size_t last = mlp_table_columns(table) - 1;
    assert_int_equal(last, 2);
    assert_string_equal(mlp_table_column_name(table, last), "class");
    assert_int_equal(mlpi_table_field(table, last).kind, MLPI_FIELD_LABELS);
    assert_true(mlpi_table_field(table, last).target);
    assert_non_null(strstr(mlp_table_notice(table), "\"class\""));
    for (size_t r = 0; r < mlp_table_rows(table); r++) {
        char cell[16];
        mlp_table_cell(table, r, last, cell, sizeof cell);
        assert_int_equal(strlen(cell), 1);
        assert_int_equal(cell[0], labels[r]);
    }
    mlp_table_free(table);
}

static void expect_numbers(const char *text, size_t columns)
{
    mlp_table *table = must_read(text);
    assert_int_equal(mlp_table_columns(table), columns);
    assert_string_equal(mlp_table_column_name(table, 2), "output1");
    mlp_table_free(table);
}

static void one_output_that_is_1_is_a_label(void **state)
{
    (void)state;
    expect_classes("4 2 3\n1 2\n0 1 0\n3 4\n1 0 0\n5 6\n0 0 1\n7 8\n0 1 0\n", "2132");
    expect_classes("3 2 2\n1 2\n-1 1\n3 4\n1 -1\n5 6\n1.0 -1.0\n", "211");
}

static void other_outputs_are_numbers(void **state)
{
    (void)state;
    expect_numbers("2 2 1\n1 2\n1\n3 4\n0\n", 3);          /* one output */
    expect_numbers("2 2 2\n1 2\n0 1\n3 4\n1 1\n", 4);      /* two outputs are 1 */
    expect_numbers("2 2 2\n1 2\n0 1\n3 4\n0 0\n", 4);      /* no output is 1 */
    expect_numbers("2 2 2\n1 2\n0 1\n3 4\n1 -1\n", 4);     /* 0 in one row, -1 in another */
    expect_numbers("2 2 3\n1 2\n0 1 -1\n3 4\n1 0 0\n", 5); /* 0 and -1 in one row */
    expect_numbers("2 2 2\n1 2\n0.1 1\n3 4\n1 0.1\n", 4);  /* 0.1 is neither 0 nor -1 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_output_that_is_1_is_a_label),
        cmocka_unit_test(other_outputs_are_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
