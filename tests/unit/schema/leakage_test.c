/* SPDX-License-Identifier: MIT */
/* Columns that give the target away are named, whatever they look like; honest columns are not. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "schema/leakage.h"
#include "unit/test.h"

enum { ROWS = 600 };

/* A made-up row: its number, two honest inputs, a noisy function y of them, and one of three labels
 * (kind). */
typedef struct row {
    int i;
    double a, b, y;
    int kind;
} row;

typedef void write_leak(FILE *to, const row *r);

static mlp_table *table_of(int rows, bool classes, write_leak *leak)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    mlpi_random random = mlpi_random_init(7, 0);
    mlp_table *table = NULL;
    mlp_error err = {0};
    assert_non_null(to);
    fputs("a,b,x,y\n", to);
    for (int i = 0; i < rows; i++) {
        row r = {i, mlpi_random_uniform(&random), mlpi_random_uniform(&random), 0.0, 0};
        r.y = 3.0 * r.a - r.b * r.b + 0.5 * mlpi_random_normal(&random);
        r.kind = r.y < 0.5 ? 0 : r.y < 1.5 ? 1 : 2;
        fprintf(to, "%.4f,%.4f,", r.a, r.b);
        leak(to, &r);
        if (classes)
            fprintf(to, ",%s\n", ((const char *const[]){"low", "middle", "high"})[r.kind]);
        else
            fprintf(to, ",%.6f\n", r.y);
    }
    fclose(to);
    if (mlp_table_read_memory(text, size, "t.csv", NULL, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    free(text);
    return table;
}

static mlpi_leaks leaks_of(mlp_table *table)
{
    static const char *const y[] = {"y"};
    const mlpi_schema_request request = {.targets = {y, 1}};
    mlpi_schema schema = {0};
    mlpi_leaks leaks = {0};
    mlp_error err = {0};
    if (mlpi_schema_infer(table, &request, &schema, &err) != MLP_OK ||
        mlpi_leaks_find(table, &schema, NULL, mlp_table_rows(table), &leaks, &err) != MLP_OK)
        fail_msg("%s", err.message);
    mlpi_schema_release(&schema);
    mlp_table_free(table);
    return leaks;
}

static void expect_leak(int rows, bool classes, write_leak *leak, const char *says)
{
    const mlpi_leaks leaks = leaks_of(table_of(rows, classes, leak));
    if (leaks.count != (says != NULL ? 1 : 0))
        fail_msg("%zu leaks, wanted \"%s\": %s", leaks.count, says != NULL ? says : "",
                 leaks.leak[0].sentence);
    if (says == NULL)
        return;
    if (strstr(leaks.leak[0].sentence, says) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", leaks.leak[0].sentence, says);
    assert_true(leaks.leak[0].value >= 0.999 && leaks.leak[0].value <= 1.0 + 1e-12);
}

/* --- leaks ------------------------------------------------------------------------------------ */

static void copy(FILE *to, const row *r)
{
    fprintf(to, "%.6f", r->y);
}

static void in_other_units(FILE *to, const row *r)
{
    fprintf(to, "%.4f", 1.8 * r->y + 32.0);
}

static void negated(FILE *to, const row *r)
{
    fprintf(to, "%.3f", -r->y);
}

static void curved(FILE *to, const row *r)
{
    fprintf(to, "%.6f", exp(r->y));
}

static void binned(FILE *to, const row *r)
{
    fprintf(to, "%.2f", floor(25.0 * r->y) / 25.0);
}

static void named_bins(FILE *to, const row *r)
{
    fprintf(to, "bin %d", (int)floor(15.0 * r->y));
}

static void code(FILE *to, const row *r)
{
    fprintf(to, "%d", (r->kind * 2 + 1) % 5);
}

static void other_words(FILE *to, const row *r)
{
    fputs(((const char *const[]){"niedrig", "mittel", "hoch"})[r->kind], to);
}

/* The number from which the label is made. */
static void score(FILE *to, const row *r)
{
    fprintf(to, "%.5f", r->y);
}

static void copy_with_gaps(FILE *to, const row *r)
{
    if (r->i % 2000 != 1999)
        fprintf(to, "%.6f", r->y);
}

static void a_column_from_which_the_target_follows_is_named(void **state)
{
    (void)state;
    static write_leak *const numbers[] = {copy,   in_other_units, negated,
                                          curved, binned,         copy_with_gaps};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        expect_leak(2500, false, numbers[i], "Column \"x\" alone gives the target \"y\" away (R²");
    static write_leak *const labels[] = {code, other_words};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        expect_leak(2500, true, labels[i],
                    "Column \"x\" alone gives the target \"y\" away (accuracy");
    expect_leak(4000, true, score, "accuracy 1)"); /* two bounds separate three labels */
    expect_leak(250, true, score, "accuracy 1)");
    expect_leak(ROWS, false, copy, "`drop` x.");
    expect_leak(60, true, other_words, "accuracy 1)");
}

/* --- no leaks --------------------------------------------------------------------------------- */

static void nothing(FILE *to, const row *r)
{
    fprintf(to, "%d", r->i * 37 % 11);
}

/* Better than all other columns, with an R^2 of 0.99, but honest. */
static void strong(FILE *to, const row *r)
{
    fprintf(to, "%.4f", r->y + 0.1 * sin(37.0 * r->i));
}

static void identifier(FILE *to, const row *r)
{
    fprintf(to, "%d", r->i * 7919 % 10007);
}

static void rare_texts(FILE *to, const row *r)
{
    fprintf(to, "house %d", r->i / 6 * 7919 % 10007);
}

static void mostly_right(FILE *to, const row *r)
{
    fprintf(to, "%d", r->i % 100 == 0 ? 2 - r->kind : r->kind);
}

static void a_strong_input_an_identifier_and_few_rows_give_nothing_away(void **state)
{
    (void)state;
    static write_leak *const honest[] = {nothing, strong, identifier, rare_texts};
    for (size_t i = 0; i < sizeof honest / sizeof honest[0]; i++) {
        expect_leak(ROWS, false, honest[i], NULL);
        expect_leak(ROWS, true, honest[i], NULL);
    }
    expect_leak(ROWS, false, named_bins, NULL); /* R^2 is 0.9995, but not with so few rows */
    expect_leak(ROWS, true, mostly_right, NULL);
    expect_leak(40, false, copy, NULL); /* so few rows may agree by chance */
}

static void the_petals_of_irises_are_honest(void **state)
{
    (void)state;
    static const char *const species[] = {"species"};
    const mlpi_schema_request request = {.targets = {species, 1}};
    mlp_table *table = NULL;
    mlpi_schema schema = {0};
    mlpi_leaks leaks = {.count = 9};
    assert_int_equal(mlp_table_read(MLP_EXAMPLES "/data/iris.csv", NULL, &table, NULL), MLP_OK);
    assert_int_equal(mlpi_schema_infer(table, &request, &schema, NULL), MLP_OK);
    assert_int_equal(mlpi_leaks_find(table, &schema, NULL, 150, &leaks, NULL), MLP_OK);
    assert_int_equal(leaks.count, 0);
    mlpi_schema_release(&schema);
    mlp_table_free(table);
}

static void expect_of_text(const char *header, int rows, void write_row(FILE *to, int i),
                           size_t count, const char *says)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    mlp_table *table = NULL;
    fprintf(to, "%s\n", header);
    for (int i = 0; i < rows; i++)
        write_row(to, i);
    fclose(to);
    assert_int_equal(mlp_table_read_memory(text, size, "t.csv", NULL, &table, NULL), MLP_OK);
    free(text);
    const mlpi_leaks leaks = leaks_of(table);
    if (leaks.count != count || (count > 0 && strstr(leaks.leak[0].sentence, says) == NULL))
        fail_msg("%zu leaks: %s", leaks.count, leaks.leak[0].sentence);
}

static double draw(int i, int k)
{
    mlpi_random random = mlpi_random_init((uint64_t)i, (uint64_t)k);
    return mlpi_random_uniform(&random);
}

/* --- bounds, and empty cells ------------------------------------------------------------------ */

/* The series of random numbers, and the percentage of rows with the label "yes". */
static int series, share;

static void bound(FILE *to, int i)
{
    const double points = 100.0 * draw(i, 10 * series);
    fprintf(to, "%.3f,%.3f,%s\n", draw(i, 10 * series + 1), points,
            points >= 100.0 - share ? "yes" : "no");
}

/* "yes" between two bounds, and "no" on both sides. */
static void band(FILE *to, int i)
{
    const double dose = 100.0 * draw(i, 10 * series);
    fprintf(to, "%.3f,%.3f,%s\n", draw(i, 10 * series + 1), dose,
            dose >= 40.0 && dose < 40.0 + share ? "yes" : "no");
}

/* A bound that is wrong for one row in fifty. */
static void nearly_a_bound(FILE *to, int i)
{
    const double points = 100.0 * draw(i, 10 * series);
    fprintf(to, "%.3f,%.3f,%s\n", draw(i, 10 * series + 1), points,
            (points >= 50.0) == (i % 50 > 0) ? "yes" : "no");
}

/* Ten labels in stretches of about four rows: too many bounds for so few rows. */
static void many_bounds(FILE *to, int i)
{
    const double x = 60.0 * draw(i, 10 * series);
    fprintf(to, "%.3f,%.3f,k%d\n", draw(i, 10 * series + 1), x, (int)(x / 4.0) * 7 % 10);
}

static void a_number_whose_bounds_part_the_labels_is_named_in_small_tables_too(void **state)
{
    (void)state;
    static const int rows[] = {150, 300, 900, 3000}, shares[] = {10, 22, 35, 50};
    for (series = 0; series < 6; series++)
        for (size_t i = 0; i < 16; i++) {
            share = shares[i / 4];
            if (rows[i % 4] * share >= 2000) /* a leak needs ten rows of each label */
                expect_of_text("other,points,y", rows[i % 4], bound, 1,
                               "Column \"points\" alone gives the target \"y\" away (accuracy 1)");
            if (share >= 22)
                expect_of_text("other,points,y", rows[i % 4], band, 1, "Column \"points\" alone");
            expect_of_text("other,points,y", rows[i % 4], nearly_a_bound, 0, NULL);
        }
    expect_of_text("other,x,y", 60, many_bounds, 0, NULL);
}

static bool positive; /* rows with a value have the usual label; false: the rare one */

static void discharged(FILE *to, int i)
{
    const bool sick = draw(i, 1) < 0.3;
    fprintf(to, "%.3f,", draw(i, 0));
    if (sick != positive)
        fprintf(to, "%02d.%02d.2024", 1 + (int)(28.0 * draw(i, 2)), 1 + (int)(12.0 * draw(i, 3)));
    fprintf(to, ",%s\n", sick ? "yes" : "no");
}

static void a_number_or_nothing(FILE *to, int i)
{
    const bool sick = draw(i, 1) < 0.3;
    fprintf(to, "%.3f,", draw(i, 0));
    if (sick != positive)
        fprintf(to, "%.3f", draw(i, 2));
    fprintf(to, ",%s\n", sick ? "yes" : "no");
}

/* The label follows from the date, which is not a leak: rows of nearby dates often have the same
 * label. */
static void seasons(FILE *to, int i)
{
    const int month = 1 + i * 12 / ROWS;
    fprintf(to, "%.3f,2024-%02d-%02d,%s\n", draw(i, 0), month, 1 + i % 28,
            month < 4 || month > 9 ? "winter" : "summer");
}

static void a_column_that_is_empty_for_one_label_is_named_whatever_it_holds(void **state)
{
    (void)state;
    for (int p = 0; p < 2; p++) {
        positive = p == 1;
        expect_of_text("a,left,y", ROWS, discharged, 1,
                       "Column \"left\" alone gives the target \"y\" away (accuracy 1)");
        expect_of_text("a,left,y", ROWS, a_number_or_nothing, 1, "Column \"left\" alone");
    }
    expect_of_text("a,day,y", ROWS, seasons, 0, NULL);
}

/* --- sums ------------------------------------------------------------------------------------- */

static void total(FILE *to, int i)
{
    const int casual = (int)(900.0 * draw(i, 0)), registered = (int)(3000.0 * draw(i, 1));
    fprintf(to, "%.3f,%d,%d,%d\n", draw(i, 2), casual, registered, casual + registered);
}

static void profit(FILE *to, int i)
{
    const double cost = 1e3 * draw(i, 0), revenue = cost + 20.0 * draw(i, 1);
    fprintf(to, "%.3f,%.2f,%.2f,%.2f\n", draw(i, 2), cost, revenue, revenue - cost);
}

static double stay(FILE *to, int i)
{
    const int day = 1 + (int)(14.0 * draw(i, 0)), days = (int)(14.0 * draw(i, 1));
    const int month = 1 + (int)(12.0 * draw(i, 2));
    fprintf(to, "%.3f,%02d.%02d.2024,2024-%02d-%02d,", draw(i, 3), day, month, month, day + days);
    return days;
}

static void price_of_days(FILE *to, int i)
{
    const double days = stay(to, i);
    fprintf(to, "%.1f\n", 12.5 * days);
}

static void cost_of_stay(FILE *to, int i)
{
    const double days = stay(to, i);
    fprintf(to, "%.3f\n", 300.0 * days + 500.0 * draw(i, 4));
}

static void sum_of_three(FILE *to, int i)
{
    const double a = draw(i, 0), b = draw(i, 1), c = draw(i, 2);
    fprintf(to, "%.4f,%.4f,%.4f,%.4f\n", a, b, c, a + b + c);
}

static void sum_of_all(FILE *to, int i)
{
    const double a = draw(i, 0), b = draw(i, 1);
    fprintf(to, "%.4f,%.4f,%.4f\n", a, b, a + b);
}

static void function_of_one(FILE *to, int i)
{
    const double x = 0.01 * i;
    fprintf(to, "%.4f,%.6f\n", x, exp(-x * x));
}

static void rare_label(FILE *to, int i)
{
    fprintf(to, "%.4f,%d,%s\n", draw(i, 0), i % 7, i % 1500 == 0 ? "yes" : "no");
}

static void the_parts_of_a_sum_are_named(void **state)
{
    (void)state;
    expect_of_text("other,casual,registered,y", ROWS, total, 1,
                   "Columns \"casual\" and \"registered\" give the target \"y\" away");
    expect_of_text("other,cost,revenue,y", ROWS, profit, 1, "`drop` cost,revenue.");
    expect_of_text("a,b,c,y", ROWS, sum_of_three, 0, NULL);
}

static void two_times_between_which_the_target_lies_are_named(void **state)
{
    (void)state;
    expect_of_text(
        "a,admitted,left,y", ROWS, price_of_days, 1,
        "Columns \"admitted\" and \"left\" give the target \"y\" away by their "
        "difference (R² 1): if the columns are not known before the target, leave them out "
        "with `drop` admitted,left.");
    expect_of_text("a,admitted,left,y", ROWS, cost_of_stay, 0, NULL);
}

static void what_is_all_there_is_to_learn_from_gives_nothing_away(void **state)
{
    (void)state;
    expect_of_text("x,y", ROWS, function_of_one, 0, NULL);
    expect_of_text("a,b,y", ROWS, sum_of_all, 0, NULL);
    expect_of_text("a,b,y", 4000, rare_label, 0, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_column_from_which_the_target_follows_is_named),
        cmocka_unit_test(a_strong_input_an_identifier_and_few_rows_give_nothing_away),
        cmocka_unit_test(the_petals_of_irises_are_honest),
        cmocka_unit_test(a_number_whose_bounds_part_the_labels_is_named_in_small_tables_too),
        cmocka_unit_test(a_column_that_is_empty_for_one_label_is_named_whatever_it_holds),
        cmocka_unit_test(the_parts_of_a_sum_are_named),
        cmocka_unit_test(two_times_between_which_the_target_lies_are_named),
        cmocka_unit_test(what_is_all_there_is_to_learn_from_gives_nothing_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
