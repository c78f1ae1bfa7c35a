/* SPDX-License-Identifier: MIT */
/* Folds: each row is tested once in each repeat, labels keep their shares, groups stay together,
 * and the folds of a table depend only on the seed. */
#include "divide/folds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/test.h"

enum { ROWS = 203, LABELS = 3 };

static mlp_table *table;
static mlpi_schema classes, numbers;
static size_t label_of[ROWS], group_of[ROWS], label_rows[LABELS];

enum { LABEL = 1, GROUP = 2, VALUE = 3, TAG = 4 };

static int infer(const char *target, const char *drop, mlpi_schema *schema)
{
    const char *const targets[] = {target}, *const drops[] = {drop, "g", "tag"};
    const mlpi_schema_request request = {.targets = {targets, 1}, .drop = {drops, 3}};
    return mlpi_schema_infer(table, &request, schema, NULL) == MLP_OK ? 0 : -1;
}

/* Labels of 10, 41 and 149 rows; groups of 1 to 12 rows. Rows 50, 100 and 150 have no target. */
static int make_table(void **state)
{
    (void)state;
    static char text[20000];
    size_t used = (size_t)sprintf(text, "x,y,g,v,tag\n"), group = 0, left = 1;
    for (size_t i = 0; i < ROWS; i++) {
        const bool without = i % 50 == 0 && i > 0 && i < 200;
        label_of[i] = i % 20 == 7 ? 0 : i % 5 == 1 ? 1 : 2;
        if (left-- == 0)
            left = ++group * 5 % 12;
        group_of[i] = group;
        label_rows[label_of[i]] += without ? 0 : 1;
        used +=
            (size_t)snprintf(text + used, sizeof text - used, "%zu,%s,g%zu,%s,%s\n", i * 37 % 11,
                             without ? "" : (const char *[]){"a", "b", "c"}[label_of[i]], group,
                             without ? "" : (const char *[]){"1.5", "2.5", "9.5"}[i % 3],
                             i == 20   ? ""
                             : i < 100 ? "p"
                                       : "q");
    }
    if (mlp_table_read_memory(text, used, "t.csv", NULL, &table, NULL) != MLP_OK)
        return -1;
    return infer("y", "v", &classes) | infer("v", "y", &numbers);
}

static int free_table(void **state)
{
    (void)state;
    mlpi_schema_release(&classes);
    mlpi_schema_release(&numbers);
    mlp_table_free(table);
    return 0;
}

static mlpi_folds make(const mlpi_schema *schema, size_t group, size_t folds, size_t repeats,
                       uint64_t seed)
{
    mlpi_folds made = {0};
    mlp_error err = {0};
    if (mlpi_folds_make(table, schema, group, folds, repeats, seed, &made, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return made;
}

/* The difference in rows between the largest fold and the smallest. */
static size_t imbalance(const mlpi_folds *f, size_t repeat)
{
    size_t least = ROWS, most = 0, count = 0;
    for (size_t k = 0; k < f->folds; k++) {
        mlpi_folds_test(f, repeat, k, &count);
        least = count < least ? count : least;
        most = count > most ? count : most;
    }
    return most - least;
}

static void each_row_is_tested_once_in_each_repeat(void **state)
{
    (void)state;
    const mlpi_schema *const schemas[] = {&classes, &numbers, &classes, &numbers};
    for (size_t s = 0; s < 4; s++)
        for (size_t folds = 2; folds <= 10; folds += 4) {
            mlpi_folds f = make(schemas[s], s < 2 ? MLPI_NO_COLUMN : GROUP, folds, 3, 5);
            assert_int_equal(f.rows, ROWS - 3);
            for (size_t r = 0; r < 3; r++) {
                int seen[ROWS] = {0};
                for (size_t k = 0; k < folds; k++) {
                    size_t count = 0;
                    const uint32_t *test = mlpi_folds_test(&f, r, k, &count);
                    assert_true(count > 0);
                    for (size_t i = 0; i < count; i++) {
                        seen[test[i]]++;
                        assert_true(i == 0 || test[i] > test[i - 1]);
                    }
                }
                for (size_t i = 0; i < ROWS; i++)
                    assert_int_equal(seen[i], i % 50 == 0 && i > 0 && i < 200 ? 0 : 1);
            }
            mlpi_folds_release(&f);
        }
}

static void the_rest_is_every_other_row(void **state)
{
    (void)state;
    mlpi_folds f = make(&classes, MLPI_NO_COLUMN, 7, 2, 1);
    uint32_t rest[ROWS];
    for (size_t k = 0; k < 7; k++) {
        size_t count = 0;
        const uint32_t *test = mlpi_folds_test(&f, 1, k, &count);
        const size_t others = mlpi_folds_rest(&f, 1, k, rest);
        assert_int_equal(count + others, ROWS - 3);
        for (size_t i = 0; i < others; i++) {
            assert_true(i == 0 || rest[i] > rest[i - 1]);
            assert_null(bsearch(&rest[i], test, count, sizeof *test, mlpi_rows_ascending));
        }
    }
    mlpi_folds_release(&f);
}

static void labels_keep_their_shares_to_one_row(void **state)
{
    (void)state;
    for (size_t folds = 2; folds <= 20; folds += 3) {
        mlpi_folds f = make(&classes, MLPI_NO_COLUMN, folds, 2, 9);
        for (size_t r = 0; r < 2; r++) {
            assert_true(imbalance(&f, r) <= 1);
            for (size_t k = 0; k < folds; k++) {
                size_t held[LABELS] = {0}, count = 0;
                const uint32_t *test = mlpi_folds_test(&f, r, k, &count);
                for (size_t i = 0; i < count; i++)
                    held[label_of[test[i]]]++;
                for (size_t l = 0; l < LABELS; l++) {
                    assert_true(held[l] >= label_rows[l] / folds);
                    assert_true(held[l] <= (label_rows[l] + folds - 1) / folds);
                }
            }
        }
        mlpi_folds_release(&f);
    }
}

static void groups_stay_together_and_folds_are_balanced(void **state)
{
    (void)state;
    const mlpi_schema *const schemas[] = {&classes, &numbers};
    for (size_t s = 0; s < 2; s++) {
        mlpi_folds f = make(schemas[s], GROUP, 5, 2, 3);
        for (size_t r = 0; r < 2; r++) {
            size_t fold_of[ROWS] = {0}; /* of each group: its fold, from 1; 0: none yet */
            for (size_t k = 0; k < 5; k++) {
                size_t count = 0;
                const uint32_t *test = mlpi_folds_test(&f, r, k, &count);
                for (size_t i = 0; i < count; i++) {
                    size_t *of = &fold_of[group_of[test[i]]];
                    assert_true(*of == 0 || *of == k + 1);
                    *of = k + 1;
                }
            }
            /* Each group goes to the emptiest fold, and none is larger than 12 rows. */
            assert_true(imbalance(&f, r) <= 12);
        }
        mlpi_folds_release(&f);
    }
}

static void repeats_differ_and_do_not_depend_on_each_other(void **state)
{
    (void)state;
    const size_t groups[] = {MLPI_NO_COLUMN, GROUP};
    for (size_t g = 0; g < 2; g++) {
        mlpi_folds three = make(&classes, groups[g], 5, 3, 7),
                   one = make(&classes, groups[g], 5, 1, 7),
                   other = make(&classes, groups[g], 5, 1, 8);
        const size_t bytes = one.rows * sizeof *one.test;
        assert_memory_equal(three.test, one.test, bytes);
        assert_memory_not_equal(three.test, three.test + three.rows, bytes);
        assert_memory_not_equal(three.test, three.test + 2 * three.rows, bytes);
        assert_memory_not_equal(one.test, other.test, bytes);
        mlpi_folds_release(&three);
        mlpi_folds_release(&one);
        mlpi_folds_release(&other);
    }
}

static void wishes_that_cannot_be_met_are_refused(void **state)
{
    (void)state;
    mlpi_folds f;
    mlp_error err = {0};
    const struct {
        size_t group, folds, repeats;
        mlp_status status;
        const char *says;
    } wishes[] = {
        {MLPI_NO_COLUMN, 1, 1, MLP_ERROR_ARGUMENT, "`folds` 1"},
        {MLPI_NO_COLUMN, 5, 0, MLP_ERROR_ARGUMENT, "`repeats` 0"},
        {MLPI_NO_COLUMN, ROWS, 1, MLP_ERROR_ARGUMENT, "200"},
        {GROUP, 100, 1, MLP_ERROR_ARGUMENT, "as many groups"},
        {TAG, 2, 1, MLP_ERROR_DATA, "t.csv:22: column \"tag\" has no value"},
        {MLPI_NO_COLUMN, 2, SIZE_MAX, MLP_ERROR_MEMORY, "memory"},
    };
    for (size_t i = 0; i < sizeof wishes / sizeof wishes[0]; i++) {
        assert_int_equal(mlpi_folds_make(table, &classes, wishes[i].group, wishes[i].folds,
                                         wishes[i].repeats, 1, &f, &err),
                         wishes[i].status);
        if (strstr(err.message, wishes[i].says) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", err.message, wishes[i].says);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_row_is_tested_once_in_each_repeat),
        cmocka_unit_test(the_rest_is_every_other_row),
        cmocka_unit_test(labels_keep_their_shares_to_one_row),
        cmocka_unit_test(groups_stay_together_and_folds_are_balanced),
        cmocka_unit_test(repeats_differ_and_do_not_depend_on_each_other),
        cmocka_unit_test(wishes_that_cannot_be_met_are_refused),
    };
    return cmocka_run_group_tests(tests, make_table, free_table);
}
