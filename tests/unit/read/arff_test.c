/* SPDX-License-Identifier: MIT */
/* ARFF as Weka's manual describes it: every value must be as the header declares, and the
 * declaration decides what a column is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/table.h"
#include "mlp/mlp.h"
#include "schema/schema.h"
#include "unit/test.h"

static mlp_table *read_text(const char *text)
{
    mlp_table *table = NULL;
    mlp_error err = {0};
    if (mlp_table_read_memory(text, strlen(text), "t.arff", NULL, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return table;
}

static void is_refused(const char *text, const char *message)
{
    mlp_table *table = NULL;
    mlp_error err = {0};
    assert_int_equal(mlp_table_read_memory(text, strlen(text), "t.arff", NULL, &table, &err),
                     MLP_ERROR_DATA);
    if (strstr(err.message, message) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.message, message);
}

static void is_text(const mlp_table *table, size_t r, size_t c, const char *text)
{
    char there[100];
    mlp_table_cell(table, r, c, there, sizeof there);
    assert_string_equal(there, text);
}

static void names_and_values_may_be_quoted(void **state)
{
    (void)state;
    mlp_table *table = read_text("% a remark\r\n@relation 'two words'\r\n"
                                 "@attribute 'a name' {'light green', \"it's\", red}\r\n"
                                 "@attribute \"x,y\" string\r\n@attribute it\\'s numeric\r\n"
                                 "@data\r\n'light green', 'a, b', 1\r\n% between\r\n"
                                 "\"it's\" ,'it\\'s \\\\ \\\"',-2.5e3 % behind\r\nred,?,?\r\n");
    assert_int_equal(mlp_table_columns(table), 3);
    assert_int_equal(mlp_table_rows(table), 3);
    assert_string_equal(mlp_table_column_name(table, 0), "a name");
    assert_string_equal(mlp_table_column_name(table, 1), "x,y");
    is_text(table, 0, 0, "light green");
    is_text(table, 0, 1, "a, b");
    is_text(table, 1, 0, "it's");
    is_text(table, 1, 1, "it's \\ \"");
    is_text(table, 1, 2, "-2.5e3");
    assert_true(mlpi_table_is_missing(table, 2, 1) && mlpi_table_is_missing(table, 2, 2));
    assert_int_equal(mlp_table_line(table, 1), 9);
    mlp_table_free(table);
}

static void what_a_sparse_row_leaves_out_is_0_or_the_first_label(void **state)
{
    (void)state;
    mlp_table *table = read_text("@relation r\n@attribute n numeric\n@attribute k {b,a}\n"
                                 "@attribute s string\n@attribute d date 'dd/MM/yyyy'\n@data\n"
                                 "{}\n{0 5, 2 'x y'}\n{1 a, 3 03/04/2001}\n");
    is_text(table, 0, 0, "0");
    is_text(table, 0, 1, "b");
    assert_true(mlpi_table_is_missing(table, 0, 2));
    assert_true(mlpi_table_is_missing(table, 0, 3));
    is_text(table, 1, 0, "5");
    is_text(table, 1, 2, "x y");
    is_text(table, 2, 1, "a");
    is_text(table, 2, 3, "2001-04-03T00:00:00");
    mlp_table_free(table);
}

static void dates_are_those_of_their_pattern(void **state)
{
    (void)state;
    mlp_table *table = read_text(
        "@relation r\n@attribute d date\n@attribute e date 'dd/MM/yyyy HH:mm'\n"
        "@attribute f date \"d-MMM-yyyy\"\n@data\n"
        "2001-04-03T12:12:12,03/04/2001 7:05,3-Apr-2001\n'2024-02-29T00:00:00',?,1-Jan-2000\n");
    is_text(table, 0, 0, "2001-04-03T12:12:12");
    is_text(table, 0, 1, "2001-04-03T07:05:00");
    is_text(table, 0, 2, "3-Apr-2001");
    is_text(table, 1, 0, "2024-02-29T00:00:00");
    assert_true(mlpi_table_is_missing(table, 1, 1));
    mlp_table_free(table);
    is_refused("@relation r\n@attribute e date 'dd/MM/yyyy'\n@data\n2001-04-03\n", "is not a date");
}

/* Twenty rows: k and t have labels that look like numbers, n has only two whole numbers, and s has
 * texts that look like numbers. */
static mlp_table *read_declared(void)
{
    char text[2000] = "@relation r\n@attribute k {1,2}\n@attribute n numeric\n"
                      "@attribute s string\n@attribute t {1,2}\n@attribute x real\n@data\n";
    for (int r = 0; r < 20; r++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%d,%d,%d,%d,%d.5\n", r % 2 + 1,
                 r / 3 % 2, r % 4, r / 2 % 2 + 1, r * r % 7);
    return read_text(text);
}

static mlpi_schema infer(const mlp_table *table, const char *target)
{
    const mlpi_schema_request request = {.targets = {&target, 1}};
    mlpi_schema schema = {0};
    mlp_error err = {0};
    if (mlpi_schema_infer(table, &request, &schema, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return schema;
}

static void columns_are_what_they_are_declared_to_be(void **state)
{
    (void)state;
    mlp_table *table = read_declared();
    mlpi_schema schema = infer(table, "t");
    assert_int_equal(schema.task, MLP_TASK_CLASSIFICATION);
    assert_int_equal(schema.column[0].kind, MLPI_CATEGORICAL);
    assert_int_equal(schema.column[1].kind, MLPI_NUMERIC);
    assert_int_equal(schema.column[2].kind, MLPI_CATEGORICAL);
    assert_int_equal(schema.column[4].kind, MLPI_NUMERIC);
    mlpi_schema_release(&schema);
    schema = infer(table, "n"); /* two whole numbers, which would be labels in a CSV file */
    assert_int_equal(schema.task, MLP_TASK_REGRESSION);
    mlpi_schema_release(&schema);
    mlp_table_free(table);
}

static void a_part_of_the_rows_is_declared_as_well(void **state)
{
    (void)state;
    const size_t rows[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    mlp_table *table = read_declared(), *part = NULL;
    assert_int_equal(mlp_table_subset(table, rows, 12, &part, NULL), MLP_OK);
    mlp_table_free(table);
    mlpi_schema schema = infer(part, "n");
    assert_int_equal(schema.task, MLP_TASK_REGRESSION);
    assert_int_equal(schema.column[0].kind, MLPI_CATEGORICAL);
    mlpi_schema_release(&schema);
    mlp_table_free(part);
}

static void what_is_not_as_declared_is_refused(void **state)
{
    (void)state;
#define HEAD "@relation r\n@attribute a numeric\n@attribute b {x,y}\n"
    is_refused(HEAD "@data\n1,x\ntwo,y\n", "t.arff:6: \"two\" is not a number");
    is_refused(HEAD "@data\n1,z\n", "t.arff:5: \"z\" is not one of the 2 labels");
    is_refused(HEAD "@data\n1,X\n", "is not one of the 2 labels");
    is_refused(HEAD "@data\n1\n", "1 value, but 2 attributes are declared");
    is_refused(HEAD "@data\n1,x,2\n", "3 values, but 2");
    is_refused(HEAD "@data\n1,x,{5}\n", "weights of rows");
    is_refused(HEAD "@data\n1,'x\n", "is not closed");
    is_refused(HEAD "@data\n{1 x, 0 1}\n", "each above the one before");
    is_refused(HEAD "@data\n{2 x}\n", "counted from 0");
    is_refused(HEAD "@data\n{0 1\n", "not closed");
    is_refused(HEAD "@data\n% nothing\n", "no row");
    is_refused(HEAD "1,x\n", "before @data, every line must begin");
    is_refused(HEAD, "no @data line");
    is_refused(HEAD "@attribute c relational\n@data\n1,x,1\n", "relational");
    is_refused(HEAD "@attribute a real\n@data\n1,x,1\n", "two columns are named");
    is_refused("@relation r\n@data\n1\n", "no @attribute line");
}

/* Rows of 3 bytes must not make an arbitrarily large table. */
static void a_few_bytes_are_not_many_cells(void **state)
{
    (void)state;
    enum { COLUMNS = 2000, ROWS = 20000 };
    char *text = malloc((size_t)COLUMNS * 32 + ROWS * 3 + 100), *to = text;
    assert_non_null(text);
    to += sprintf(to, "@relation r\n");
    for (int c = 0; c < COLUMNS; c++)
        to += sprintf(to, "@attribute a%d real\n", c);
    to += sprintf(to, "@data\n");
    for (int r = 0; r < ROWS; r++)
        to += sprintf(to, "{}\n");
    is_refused(text, "nearly all cells");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_values_may_be_quoted),
        cmocka_unit_test(what_a_sparse_row_leaves_out_is_0_or_the_first_label),
        cmocka_unit_test(dates_are_those_of_their_pattern),
        cmocka_unit_test(columns_are_what_they_are_declared_to_be),
        cmocka_unit_test(a_part_of_the_rows_is_declared_as_well),
        cmocka_unit_test(what_is_not_as_declared_is_refused),
        cmocka_unit_test(a_few_bytes_are_not_many_cells),
    };
    return RUN(tests);
}
