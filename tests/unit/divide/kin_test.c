/* SPDX-License-Identifier: MIT */
/* Groups of rows are found if their rows are near copies of each other in the inputs and in the
 * target; rows that share only a value, an order or an effect are not reported. Repeated rows are
 * told from rows that are equal by chance. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "divide/copies.h"
#include "unit/test.h"

/* A table under construction: its current row and group. */
typedef struct made {
    size_t row, group;
    double own[3], noise; /* own: drawn for the group; noise: not used */
    mlpi_random *random;
} made;

/* Writes the cells "id,a,b,c,y" of a row. */
typedef void write_row(FILE *to, made *m);

static mlp_table *table_of(size_t groups, size_t each, write_row *write)
{
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    mlpi_random random = mlpi_random_init(11, 0);
    made m = {.random = &random};
    mlp_table *table = NULL;
    mlp_error err = {0};
    assert_non_null(to);
    fputs("id,a,b,c,y\n", to);
    for (m.group = 0; m.group < groups; m.group++) {
        for (size_t j = 0; j < 3; j++)
            m.own[j] = mlpi_random_normal(&random);
        for (size_t i = 0; i < each; i++, m.row++)
            write(to, &m);
    }
    fclose(to);
    if (mlp_table_read_memory(text, size, "t.csv", NULL, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    free(text);
    return table;
}

static mlpi_kin kin_of(size_t groups, size_t each, write_row *write, const char *drop)
{
    static const char *const y[] = {"y"};
    const mlpi_schema_request request = {.targets = {y, 1}, .drop = {&drop, drop != NULL}};
    mlp_table *table = table_of(groups, each, write);
    const size_t rows = groups * each;
    uint32_t *all = malloc(rows * sizeof *all);
    mlpi_schema schema = {0};
    mlpi_kin kin = {0};
    mlp_error err = {0};
    for (size_t i = 0; i < rows; i++)
        all[i] = (uint32_t)i;
    if (mlpi_schema_infer(table, &request, &schema, &err) != MLP_OK ||
        mlpi_kin_find(table, &schema, all, rows, &kin, &err) != MLP_OK)
        fail_msg("%s", err.message);
    free(all);
    mlpi_schema_release(&schema);
    mlp_table_free(table);
    return kin;
}

static void expect(size_t groups, size_t each, write_row *write, const char *drop, const char *says)
{
    const mlpi_kin kin = kin_of(groups, each, write, drop);
    if (kin.found != (says != NULL))
        fail_msg("%zu groups of %zu: \"%s\"", groups, each, kin.sentence);
    if (says == NULL)
        return;
    assert_true(kin.value <= 1.0 / 3.0);
    if (strstr(kin.sentence, says) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", kin.sentence, says);
}

/* --- rows that belong together ---------------------------------------------------------------- */

static double about(made *m, double value, double deviation)
{
    return value + deviation * mlpi_random_normal(m->random);
}

static void visit(FILE *to, const char *id, made *m, double deviation, bool classes)
{
    const double lot = fmod(fabs(m->own[0] * 1000.0), 1.0); /* unrelated to the inputs */
    fprintf(to, "%s,%.4f,%.4f,%.4f,", id, about(m, m->own[0], deviation),
            about(m, m->own[1], deviation), about(m, m->own[2], deviation));
    if (classes)
        fputs(lot < 0.5 ? "ill\n" : "well\n", to);
    else
        fprintf(to, "%.4f\n", about(m, lot, 0.02));
}

static void patient(FILE *to, made *m)
{
    char id[32];
    snprintf(id, sizeof id, "p%zu", m->group);
    visit(to, id, m, 0.0, true);
}

/* The id is a whole number and therefore an input; the inputs differ a little from visit to
 * visit. */
static void numbered_patient(FILE *to, made *m)
{
    char id[32];
    snprintf(id, sizeof id, "%zu", m->group * 7919 % 10007);
    visit(to, id, m, 0.03, false);
}

static void nameless_patient(FILE *to, made *m)
{
    visit(to, "1", m, 0.03, true);
}

static void groups_of_near_copies_are_named_with_the_way_out(void **state)
{
    (void)state;
    expect(100, 30, patient, NULL,
           "Rows with the same \"id\" are near copies: the nearest row has");
    expect(100, 30, patient, NULL, "`validation-group` \"id\" keeps them together");
    expect(100, 30, patient, "id", "`validation-group` \"id\"");
    expect(100, 30, numbered_patient, NULL, "`validation-group` \"id\"");
    expect(40, 4, numbered_patient, NULL, "the nearest row misses \"y\" by 0.0");
    expect(2000, 10, numbered_patient, NULL,
           "`validation-group` \"id\""); /* large enough to be sampled */
    expect(30, 700, patient, NULL, "`validation-group` \"id\"");
}

static void runs_of_near_copies_are_told_where_no_column_names_them(void **state)
{
    (void)state;
    expect(200, 15, nameless_patient, NULL, "Rows near each other in the data are near copies");
    expect(1000, 15, nameless_patient, NULL, "`validation-time` or `validation-group` COLUMN");
}

/* --- rows that do not belong together --------------------------------------------------------- */

/* The inputs are drawn for each row; y = a + b^2 + c + `more`, and noise. */
static void honest_row(FILE *to, const char *id, made *m, double more)
{
    const double a = about(m, 0.0, 1.0), b = about(m, 0.0, 1.0), c = about(m, 0.0, 1.0);
    fprintf(to, "%s,%.4f,%.4f,%.4f,%.4f\n", id, a, b, c, about(m, a + b * b + c + more, 0.2));
}

static void without_meaning(FILE *to, made *m)
{
    char id[32];
    snprintf(id, sizeof id, "p%zu", m->group);
    honest_row(to, id, m, 0.0);
}

/* A shop shifts the target of all its rows, which are otherwise unrelated. */
static void shop(FILE *to, made *m)
{
    char id[32];
    snprintf(id, sizeof id, "shop %zu", m->group);
    honest_row(to, id, m, 3.0 * m->own[0]);
}

static void age(FILE *to, made *m)
{
    char id[32];
    const double years = floor(20.0 + 60.0 * mlpi_random_uniform(m->random));
    snprintf(id, sizeof id, "%.0f", years);
    honest_row(to, id, m, years / 10.0);
}

static void different_in_each_row(FILE *to, made *m)
{
    char id[32];
    snprintf(id, sizeof id, "%zu", m->row * 7919 % 100003);
    honest_row(to, id, m, 0.0);
}

/* Rows sorted by an input and, nearly, by the target. */
static void sorted(FILE *to, made *m)
{
    const double b = about(m, 0.0, 1.0), c = about(m, 0.0, 1.0), a = 0.003 * (double)m->row;
    fprintf(to, "x,%.4f,%.4f,%.4f,%.4f\n", a, b, c, about(m, 3.0 * a + b * c, 0.2));
}

static void sorted_by_label(FILE *to, made *m)
{
    const bool second = m->group % 2 != 0;
    const double middle = second ? 1.5 : 0.0;
    fprintf(to, "x,%.4f,%.4f,%.4f,%s\n", about(m, middle, 1.0), about(m, middle, 1.0),
            about(m, 0.0, 1.0), second ? "two" : "one");
}

/* All pairs of a and b, with varying c and a target without noise; the same inputs recur. */
static void grid(FILE *to, made *m)
{
    const size_t a = m->row % 25, b = m->row / 25 % 25, c = m->row % 3;
    fprintf(to, "%zu,%zu,%zu,%zu,%s\n", a, a * a, b, c, (a + b + c) % 7 < 3 ? "in" : "out");
}

static void rows_that_only_look_so_are_left_alone(void **state)
{
    (void)state;
    static write_row *const honest[] = {without_meaning,       shop,   age,
                                        different_in_each_row, sorted, grid};
    for (size_t i = 0; i < sizeof honest / sizeof honest[0]; i++) {
        expect(100, 20, honest[i], NULL, NULL);
        expect(60, 5, honest[i], NULL, NULL);
        expect(1000, 12, honest[i], NULL, NULL);
    }
    expect(2, 75, sorted_by_label, NULL, NULL);
    expect(2, 1000, sorted_by_label, NULL, NULL);
    expect(8, 7, patient, NULL, NULL); /* too few rows to tell */
}

/* --- copies ----------------------------------------------------------------------------------- */

static void expect_copies(size_t rows, write_row *write, const char *says)
{
    static const char *const y[] = {"y"};
    const mlpi_schema_request request = {.targets = {y, 1}};
    mlp_table *table = table_of(1, rows, write);
    uint32_t *all = malloc(rows * sizeof *all);
    mlpi_schema schema = {0};
    mlpi_kin kin = {0};
    for (size_t i = 0; i < rows; i++)
        all[i] = (uint32_t)i;
    assert_int_equal(mlpi_schema_infer(table, &request, &schema, NULL), MLP_OK);
    assert_int_equal(mlpi_copies_find(table, &schema, all, rows, &kin, NULL), MLP_OK);
    if (kin.found != (says != NULL) || (kin.found && strstr(kin.sentence, says) == NULL))
        fail_msg("%s: \"%s\"", says != NULL ? says : "nothing", kin.sentence);
    free(all);
    mlpi_schema_release(&schema);
    mlp_table_free(table);
}

/* The same 400 rows repeated; each has an id of its own, which is not an input. */
static void repeated(FILE *to, made *m)
{
    mlpi_random random = mlpi_random_init(3, m->row % 400);
    made of_row = {.random = &random};
    char id[32];
    snprintf(id, sizeof id, "n%zu", m->row);
    honest_row(to, id, &of_row, 0.0);
}

/* Inputs of few values, so that equal rows occur by chance. */
static void of_few_values(FILE *to, made *m)
{
    fputs("x", to);
    for (size_t j = 0; j < 3; j++)
        fprintf(to, ",%u", (unsigned)mlpi_random_below(m->random, 6));
    fputs(mlpi_random_below(m->random, 2) == 0 ? ",in\n" : ",out\n", to);
}

/* All rows of four bits, several times; rows that differ in one bit have different labels. */
static void parity(FILE *to, made *m)
{
    const unsigned bits = (unsigned)m->row;
    fprintf(to, "x%u,%u,%u,%u,%s\n", bits >> 3 & 1, bits >> 2 & 1, bits >> 1 & 1, bits & 1,
            ((bits ^ bits >> 1 ^ bits >> 2 ^ bits >> 3) & 1) != 0 ? "odd" : "even");
}

static void repeated_rows_are_counted_and_chance_is_left_alone(void **state)
{
    (void)state;
    expect_copies(600, repeated, "67 % of the rows have a copy");
    expect_copies(425, repeated, "12 % of the rows have a copy");
    expect_copies(408, repeated, NULL); /* hardly any copies */
    expect_copies(600, of_few_values, NULL);
    expect_copies(2000, of_few_values, NULL);
    expect_copies(600, without_meaning, NULL);
    expect_copies(128, parity, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_of_near_copies_are_named_with_the_way_out),
        cmocka_unit_test(runs_of_near_copies_are_told_where_no_column_names_them),
        cmocka_unit_test(rows_that_only_look_so_are_left_alone),
        cmocka_unit_test(repeated_rows_are_counted_and_chance_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
