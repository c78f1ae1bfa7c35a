/* SPDX-License-Identifier: MIT */
/* Divisions into training and validation: groups and equal times are not divided, the share is as
 * near to the requested one as they allow, and a column that cannot divide the rows is refused. */
#include "divide/split.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "divide/rows.h"
#include "unit/test.h"

enum { ROWS = 120 };

/* A table with the columns x (a number), k (the text given for each row) and y (a or b), and its
 * schema. */
typedef struct problem {
    mlp_table *table;
    mlpi_schema schema;
} problem;

static problem make(const char *const *keys, size_t rows, bool group)
{
    char text[16 * ROWS] = "x,k,y\n";
    problem p;
    mlp_error err = {0};
    const char *const target[] = {"y"};
    mlpi_schema_request request = {.targets = {target, 1}};
    *(group ? &request.group : &request.time) = "k";
    for (size_t i = 0; i < rows; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%zu,%s,%s\n", i * 7 % 13,
                 keys[i], i % 3 == 0 ? "a" : "b");
    if (mlp_table_read_memory(text, strlen(text), "t.csv", NULL, &p.table, &err) != MLP_OK ||
        mlpi_schema_infer(p.table, &request, &p.schema, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return p;
}

static void release(problem *p)
{
    mlpi_schema_release(&p->schema);
    mlp_table_free(p->table);
}

/* Checks that every row is on exactly one side, and stores which. */
static void take_sides(const mlpi_split *split, size_t rows, bool *validates)
{
    size_t seen[ROWS] = {0};
    for (size_t i = 0; i < split->training_count; i++) {
        seen[split->training[i]]++;
        validates[split->training[i]] = false;
        assert_true(i == 0 || split->training[i] > split->training[i - 1]);
    }
    for (size_t i = 0; i < split->validation_count; i++) {
        seen[split->validation[i]]++;
        validates[split->validation[i]] = true;
        assert_true(i == 0 || split->validation[i] > split->validation[i - 1]);
    }
    for (size_t i = 0; i < rows; i++)
        assert_int_equal(seen[i], 1);
}

/* --- groups ----------------------------------------------------------------------------------- */

static void groups_are_on_one_side(void **state)
{
    (void)state;
    static char names[ROWS][8];
    const char *keys[ROWS];
    size_t group_of[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        group_of[i] = i * i % 17; /* nine groups of 8 or 14 rows */
        snprintf(names[i], sizeof names[i], "g%zu", group_of[i]);
        keys[i] = names[i];
    }
    problem p = make(keys, ROWS, true);
    assert_int_equal(p.schema.column[1].role, MLPI_IGNORED);
    bool before[ROWS], other = false;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        mlpi_split split;
        bool validates[ROWS];
        int side[17];
        memset(side, -1, sizeof side);
        assert_int_equal(mlpi_split_groups(p.table, &p.schema, 0.25, seed, &split, NULL), MLP_OK);
        take_sides(&split, ROWS, validates);
        for (size_t i = 0; i < ROWS; i++) {
            assert_true(side[group_of[i]] == -1 || side[group_of[i]] == validates[i]);
            side[group_of[i]] = validates[i];
        }
        /* At most half a group from the requested share. */
        assert_true(fabs((double)split.validation_count - 0.25 * ROWS) <= 7.5);
        other = other || (seed > 1 && memcmp(before, validates, sizeof before) != 0);
        memcpy(before, validates, sizeof before);
        mlpi_split_release(&split);
    }
    assert_true(other); /* the sides depend on the seed */
    release(&p);
}

static void each_side_has_a_group(void **state)
{
    (void)state;
    const char *keys[ROWS];
    for (size_t i = 0; i < ROWS; i++)
        keys[i] = i < 8 ? "small" : "large";
    problem p = make(keys, ROWS, true);
    for (uint64_t seed = 1; seed <= 4; seed++)
        for (int part = 0; part < 2; part++) {
            mlpi_split split;
            assert_int_equal(
                mlpi_split_groups(p.table, &p.schema, part == 0 ? 0.01 : 0.9, seed, &split, NULL),
                MLP_OK);
            assert_true(split.training_count > 0 && split.validation_count > 0);
            assert_true(part == 1 || split.validation_count == 8);
            mlpi_split_release(&split);
        }
    release(&p);
}

/* --- time ------------------------------------------------------------------------------------- */

static void the_latest_validate(void **state)
{
    (void)state;
    static char days[ROWS][16], numbers[ROWS][8];
    const char *keys[2][ROWS];
    size_t when[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        when[i] = i * 75 % 119; /* rows 0 and 119 have the same time */
        snprintf(days[i], sizeof days[i], "2024-%02zu-%02zu", when[i] / 28 + 1, when[i] % 28 + 1);
        snprintf(numbers[i], sizeof numbers[i], "%zu", when[i] + 5); /* as texts, 10 precedes 5 */
        keys[0][i] = days[i];
        keys[1][i] = numbers[i];
    }
    for (size_t k = 0; k < 2; k++) {
        problem p = make(keys[k], ROWS, false);
        mlpi_split split;
        bool validates[ROWS];
        size_t first = 0;
        assert_int_equal(mlpi_split_time(p.table, &p.schema, 0.2, &split, &first, NULL), MLP_OK);
        assert_int_equal(split.validation_count, 24);
        take_sides(&split, ROWS, validates);
        for (size_t i = 0; i < ROWS; i++)
            assert_int_equal(validates[i], when[i] >= when[first]);
        assert_int_equal(when[first], 95);
        mlpi_split_release(&split);
        release(&p);
    }
}

/* Dates are divided by time in any notation; sorted as texts, these would be in another order. */
static void dates_are_in_the_order_of_time(void **state)
{
    (void)state;
    static const char *const forms[] = {"%2$02zu.%1$02zu.%3$zu", "%1$02zu/%2$02zu/%3$zu",
                                        "%2$zu %4$s %3$zu", "%3$zu-W%1$02zu"};
    static const char *const names[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    for (size_t f = 0; f < sizeof forms / sizeof forms[0]; f++) {
        char texts[ROWS][32];
        const char *keys[ROWS];
        size_t when[ROWS], first = 0;
        for (size_t i = 0; i < ROWS; i++) {
            when[i] = i * 77 % ROWS; /* months since January 2014 */
            snprintf(texts[i], sizeof texts[i], forms[f], when[i] % 12 + 1, when[i] % 28 + 1,
                     2014 + when[i] / 12, names[when[i] % 12]);
            keys[i] = texts[i];
        }
        problem p = make(keys, ROWS, false);
        mlpi_split split;
        bool validates[ROWS];
        assert_int_equal(mlpi_split_time(p.table, &p.schema, 0.2, &split, &first, NULL), MLP_OK);
        take_sides(&split, ROWS, validates);
        for (size_t i = 0; i < ROWS; i++)
            assert_int_equal(validates[i], when[i] >= ROWS - ROWS / 5);
        mlpi_split_release(&split);
        release(&p);
    }
}

static void the_same_time_is_on_one_side(void **state)
{
    (void)state;
    static const struct {
        const char *keys; /* one letter a row */
        double fraction;
        size_t validation;
    } cases[] = {
        {"aabbbbbbcc", 0.3, 2},  /* 3 are requested; 2 is nearer than 8 */
        {"aabbbbbbcc", 0.7, 8},  /* 7 are requested; 8 is nearer than 2 */
        {"aabbbbbbcc", 0.5, 8},  /* 5 are requested; 2 and 8 are equally near: the earlier cut */
        {"aaaaaaaaab", 0.9, 1},  /* the only possible cut */
        {"abbbbbbbbb", 0.01, 9}, /* the only possible cut */
        {"cbacbacbac", 0.34, 4}, /* 3 are requested; the latest time has 4 rows, unsorted */
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        char texts[10][2] = {{0}};
        const char *keys[10];
        for (size_t i = 0; i < 10; i++) {
            texts[i][0] = (char)('1' + cases[c].keys[i] - 'a'); /* a digit for each letter */
            keys[i] = texts[i];
        }
        problem p = make(keys, 10, false);
        mlpi_split split;
        size_t first = 0;
        assert_int_equal(
            mlpi_split_time(p.table, &p.schema, cases[c].fraction, &split, &first, NULL), MLP_OK);
        assert_int_equal(split.validation_count, cases[c].validation);
        for (size_t i = 0; i < split.training_count; i++)
            assert_true(keys[split.training[i]][0] < keys[first][0]);
        for (size_t i = 0; i < split.validation_count; i++)
            assert_true(keys[split.validation[i]][0] >= keys[first][0]);
        mlpi_split_release(&split);
        release(&p);
    }
}

/* --- columns that cannot divide --------------------------------------------------------------- */

static void what_cannot_divide_is_refused(void **state)
{
    (void)state;
    static const char *const same[] = {"1", "1", "1", "1", "1"};
    static const char *const gap[] = {"1", "2", "", "3", "4"};
    for (int group = 0; group < 2; group++)
        for (int i = 0; i < 2; i++) {
            problem p = make(i == 0 ? same : gap, 5, group == 1);
            mlpi_split split = {0};
            size_t first = 0;
            mlp_error err = {0};
            const mlp_status status =
                group == 1 ? mlpi_split_groups(p.table, &p.schema, 0.2, 1, &split, &err)
                           : mlpi_split_time(p.table, &p.schema, 0.2, &split, &first, &err);
            assert_int_equal(status, MLP_ERROR_DATA);
            assert_null(split.training);
            if (strstr(err.message, i == 0 ? "same in every row"
                                           : "t.csv:4: column \"k\" has no "
                                             "value") == NULL)
                fail_msg("%s", err.message);
            release(&p);
        }
}

static void texts_that_tell_no_time_are_refused(void **state)
{
    (void)state;
    static const char *const shifts[] = {"A", "B", "C", "A", "B"};
    static const char *const weeks[] = {"2024-W1", "2024-W2", "2024-W10", "2024-W11", "2024-W12"};
    static const char *const dates[] = {"1.2.2024", "2.2.2024",  "soon",     "4.2.2024",
                                        "5.2.2024", "6.2.2024",  "7.2.2024", "8.2.2024",
                                        "9.2.2024", "10.2.2024", "11.2.2024"};
    static const struct {
        const char *const *keys;
        size_t count;
        const char *message;
    } cases[] = {
        {shifts, 5, "t.csv:2: column \"k\": \"A\" is not a time"},
        {weeks, 5, "t.csv:4: column \"k\": \"2024-W10\" is not a time"},
        {dates, 11,
         "t.csv:4: column \"k\": \"soon\" is not a date or time written as the others are"},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        problem p = make(cases[c].keys, cases[c].count, false);
        mlpi_split split = {0};
        size_t first = 0;
        mlp_error err = {0};
        assert_int_equal(mlpi_split_time(p.table, &p.schema, 0.2, &split, &first, &err),
                         MLP_ERROR_DATA);
        if (strstr(err.message, cases[c].message) == NULL)
            fail_msg("%s", err.message);
        release(&p);
    }
}

static void columns_about_rows_are_no_inputs(void **state)
{
    (void)state;
    const char *text = "x,k,y\n1,1,a\n2,2,b\n3,4,a\n", *const target[] = {"y"},
               *const wish[] = {"k"};
    mlp_table *table = NULL;
    mlp_error err = {0};
    assert_int_equal(mlp_table_read_memory(text, strlen(text), "t.csv", NULL, &table, NULL),
                     MLP_OK);
    const struct {
        mlpi_schema_request request;
        mlp_status status;
        mlpi_role role;
        const char *says;
    } cases[] = {
        {{.group = "k"}, MLP_OK, MLPI_IGNORED, NULL},
        {{.time = "2"}, MLP_OK, MLPI_IGNORED, NULL},
        {{.weight = "k"}, MLP_OK, MLPI_IGNORED, NULL},
        {{.time = "k", .numeric = {wish, 1}}, MLP_OK, MLPI_INPUT, NULL},
        {{.group = "k", .numeric = {wish, 1}}, MLP_ERROR_ARGUMENT, MLPI_INPUT, "an input too"},
        {{.weight = "y"}, MLP_ERROR_ARGUMENT, MLPI_INPUT, "the target too"},
        {{.weight = "kk"}, MLP_ERROR_DATA, MLPI_INPUT, "did you mean \"k\"?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlpi_schema schema = {0};
        mlpi_schema_request request = cases[i].request;
        request.targets = (mlp_names){target, 1};
        assert_int_equal(mlpi_schema_infer(table, &request, &schema, &err), cases[i].status);
        if (cases[i].status == MLP_OK)
            assert_int_equal(schema.column[1].role, cases[i].role);
        else if (strstr(err.message, cases[i].says) == NULL)
            fail_msg("%s", err.message);
        mlpi_schema_release(&schema);
    }
    mlp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(groups_are_on_one_side),
        cmocka_unit_test(each_side_has_a_group),
        cmocka_unit_test(the_latest_validate),
        cmocka_unit_test(dates_are_in_the_order_of_time),
        cmocka_unit_test(the_same_time_is_on_one_side),
        cmocka_unit_test(texts_that_tell_no_time_are_refused),
        cmocka_unit_test(what_cannot_divide_is_refused),
        cmocka_unit_test(columns_about_rows_are_no_inputs),
    };
    return RUN(tests);
}
