/* SPDX-License-Identifier: MIT */
/* How the task is found from the target: one wrong cell does not turn numbers into labels, texts
 * that differ in every row are not labels, and the cell at fault is named. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "encode/pipeline.h"
#include "schema/schema.h"
#include "unit/test.h"

enum { ROWS = 200, ODD_ROW = 77 };

/* x is a number; y of row i is written by `format` from i % `repeat` and a letter, or is `odd` in
 * one row (NULL: in none). */
static mlp_table *table_of(size_t rows, const char *format, int repeat, const char *odd)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    mlp_table *table = NULL;
    mlp_error err = {0};
    assert_non_null(to);
    fputs("x,y\n", to);
    for (size_t i = 0; i < rows; i++) {
        fprintf(to, "%zu,", i * 7 % 31);
        if (odd != NULL && i == rows * ODD_ROW / ROWS)
            fputs(odd, to);
        else
            fprintf(to, format, (int)i % repeat, 'a' + (int)i % repeat % 26);
        fputc('\n', to);
    }
    fclose(to);
    if (mlp_table_read_memory(text, size, "t.csv", NULL, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    free(text);
    return table;
}

/* Expects the task `wanted` or, if `says` is not NULL, an error on `line` whose message holds
 * `says`. Frees the table. */
static void expect(mlp_table *table, mlp_task wished, mlp_task wanted, size_t line,
                   const char *says)
{
    static const char *const y[] = {"y"};
    const mlpi_schema_request request = {.targets = {y, 1}, .task = wished};
    mlpi_schema schema = {0};
    mlp_error err = {0};
    const mlp_status status = mlpi_schema_infer(table, &request, &schema, &err);
    if (status != (says == NULL ? MLP_OK : MLP_ERROR_DATA))
        fail_msg("status %d: %s", (int)status, err.message);
    if (says == NULL)
        assert_int_equal(schema.task, wanted);
    else if (strstr(err.message, says) == NULL || err.line != line)
        fail_msg("\"%s\" on line %zu, wanted \"%s\" on %zu", err.message, err.line, says, line);
    mlpi_schema_release(&schema);
    mlp_table_free(table);
}

static void a_reason_shows_that_a_name_is_cut(void **state)
{
    (void)state;
    static const char whole[] = "a name of sixty characters, which is as long as all are shown";
    char text[512], wanted[128];
    for (int more = 0; more < 2; more++) {
        const char *y[] = {text};
        const size_t length = 60 + (size_t)more;
        mlp_error err = {0};
        mlpi_schema schema = {0};
        mlp_table *table = NULL;
        snprintf(text, sizeof text, "x\t%.*s\n1\ta\n2\tb\n3\ta\n4\tb\n", (int)length, whole);
        assert_int_equal(mlp_table_read_memory(text, strlen(text), "t.tsv", NULL, &table, &err),
                         MLP_OK);
        snprintf(text, sizeof text, "%.*s", (int)length, whole);
        assert_int_equal(
            mlpi_schema_infer(table, &(mlpi_schema_request){.targets = {y, 1}}, &schema, &err),
            MLP_OK);
        snprintf(wanted, sizeof wanted, "the target \"%.60s%s\" holds texts", whole,
                 more ? "…" : "");
        assert_string_equal(schema.task_reason, wanted);
        mlpi_schema_release(&schema);
        mlp_table_free(table);
    }
}

static void one_odd_cell_among_numbers_is_an_error(void **state)
{
    (void)state;
    static const char *const odd[] = {"12O.5", "inf", "-inf", "unknown", "1e999", "5 m"};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        char says[80];
        snprintf(says, sizeof says,
                 "here it is \"%s\"; if that means no value, list it with `missing`", odd[i]);
        expect(table_of(ROWS, "%d.5", 1000, odd[i]), MLP_TASK_AUTO, MLP_TASK_AUTO, ODD_ROW + 2,
               says);
        expect(table_of(8, "%d.5", 1000, odd[i]), MLP_TASK_AUTO, MLP_TASK_AUTO, 3 + 2, says);
        expect(table_of(ROWS, "%d.5", 1000, odd[i]), MLP_TASK_REGRESSION, MLP_TASK_AUTO,
               ODD_ROW + 2, says);
    }
    expect(table_of(ROWS, "%d.5", 1000, "12O.5"), MLP_TASK_CLASSIFICATION, MLP_TASK_CLASSIFICATION,
           0, NULL);
}

static void texts_that_tell_rows_apart_are_no_labels(void **state)
{
    (void)state;
    expect(table_of(ROWS, "house %d", 1000, NULL), MLP_TASK_AUTO, MLP_TASK_AUTO, 0,
           "200 different texts in 200 rows, too many for labels");
    expect(table_of(ROWS, "house %d", 1000, NULL), MLP_TASK_CLASSIFICATION, MLP_TASK_CLASSIFICATION,
           0, NULL);
}

static void numbers_in_everyday_dress_are_quantities(void **state)
{
    (void)state;
    static const char *const dresses[] = {"\"$1,%03d.40\"", "%d.5%%", "%d €", "\"1,%03d\"",
                                          "1'%03d.25"};
    for (size_t i = 0; i < sizeof dresses / sizeof dresses[0]; i++)
        expect(table_of(ROWS, dresses[i], 1000, NULL), MLP_TASK_AUTO, MLP_TASK_REGRESSION, 0, NULL);
    expect(table_of(ROWS, "\"%d,5\"", 1000, "1.5"), MLP_TASK_AUTO, MLP_TASK_AUTO, ODD_ROW + 2,
           "looks like a number with a decimal point; give `decimal` '.'");
    expect(table_of(ROWS, "%d.5%%", 1000, "7"), MLP_TASK_AUTO, MLP_TASK_AUTO, 0,
           "percentages (\"0.5%\") and plain numbers");
}

static void labels_stay_labels(void **state)
{
    (void)state;
    static const struct {
        size_t rows;
        const char *format;
        int repeat;
        const char *odd;
    } labels[] = {
        {4, "%d", 2, NULL},          /* XOR */
        {4, "label%d", 4, NULL},     /* each once, but few */
        {10, "label%d", 7, NULL},    /* few rows */
        {ROWS, "%d", 10, NULL},      /* digits */
        {ROWS, "%d", 10, "X"},       /* digits and a letter */
        {ROWS, "%1$x", 16, NULL},    /* hexadecimal digits */
        {ROWS, "%2$c%1$d", 52, NULL} /* many labels */
    };
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        expect(table_of(labels[i].rows, labels[i].format, labels[i].repeat, labels[i].odd),
               MLP_TASK_AUTO, MLP_TASK_CLASSIFICATION, 0, NULL);
}

/* --- values that overflow --------------------------------------------------------------------- */

static void expect_overflow(const char *text, const char *says, size_t line)
{
    static const char *const y[] = {"y"};
    static const uint32_t rows[] = {0, 1, 2, 3, 4};
    const mlpi_schema_request request = {.targets = {y, 1}, .task = MLP_TASK_REGRESSION};
    const mlpi_coding coding = {0};
    mlp_table *table = NULL;
    mlpi_schema schema = {0};
    mlpi_pipeline pipeline = {0};
    mlp_error err = {0};
    assert_int_equal(mlp_table_read_memory(text, strlen(text), "t.csv", NULL, &table, &err),
                     MLP_OK);
    assert_int_equal(mlpi_schema_infer(table, &request, &schema, &err), MLP_OK);
    const mlpi_fit_request fit = {.table = table,
                                  .schema = &schema,
                                  .rows = rows,
                                  .row_count = 5,
                                  .label_rows = rows,
                                  .label_row_count = 5,
                                  .coding = coding};
    assert_int_equal(mlpi_pipeline_fit(&fit, &pipeline, &err), MLP_ERROR_DATA);
    if (strstr(err.message, says) == NULL || err.line != line)
        fail_msg("\"%s\" on line %zu, wanted \"%s\" on %zu", err.message, err.line, says, line);
    mlpi_schema_release(&schema);
    mlp_table_free(table);
}

static void the_value_that_overflows_is_named(void **state)
{
    (void)state;
    expect_overflow("x,y\n1,2\n2,3\n3,4\n1e300,5\n5,6\n", "\"x\": \"1e300\" is so large", 5);
    expect_overflow("x,y\n1,2\n2,-1e200\n3,4\n4,5\n5,6\n", "\"y\": \"-1e200\" is so large", 3);
    expect_overflow("x,y\n1,1.7e308\n2,1.6e308\n3,1.5e308\n4,5\n5,6\n", "\"1.7e308\"", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reason_shows_that_a_name_is_cut),
        cmocka_unit_test(one_odd_cell_among_numbers_is_an_error),
        cmocka_unit_test(texts_that_tell_rows_apart_are_no_labels),
        cmocka_unit_test(numbers_in_everyday_dress_are_quantities),
        cmocka_unit_test(labels_stay_labels),
        cmocka_unit_test(the_value_that_overflows_is_named),
    };
    return RUN(tests);
}
