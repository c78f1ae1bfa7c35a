/* SPDX-License-Identifier: MIT */
/* PROBEN1 files keep their split; one-of-K outputs become labels; headers that promise more or less
 * than the file holds are refused before memory is allocated for what they promise. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "data/table.h"
#include "mlp/table.h"
#include "unit/test.h"

#define HEADER(bi, ri, bo, ro, t, v, e)                                                            \
    "bool_in=" #bi "\nreal_in=" #ri "\nbool_out=" #bo "\nreal_out=" #ro "\ntraining_examples=" #t  \
    "\nvalidation_examples=" #v "\ntest_examples=" #e "\n"

static const char classes[] = HEADER(1, 1, 3, 0, 2, 1, 1) "0 0.5 1 0 0\n"
                                                          "1 .25 0 0 1\n"
                                                          "0 -1e2 0 1 0\n"
                                                          "1 1 0 0 1\n";
static const char values[] = HEADER(0, 1, 0, 2, 1, 1, 1) "0.1 2 3\n0.2 4 5\n0.3 6 7\n";

static mlp_status read_text(const char *text, size_t n, mlp_table **table, mlp_error *err)
{
    return mlp_table_read_memory(text, n, "set.dt", NULL, table, err);
}

static mlp_table *table_of(const char *text)
{
    mlp_table *table = NULL;
    mlp_error err = {0};
    if (read_text(text, strlen(text), &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return table;
}

static void assert_cell(const mlp_table *table, size_t row, size_t column, const char *expected)
{
    char cell[32];
    mlp_table_cell(table, row, column, cell, sizeof cell);
    assert_string_equal(cell, expected);
}

static void one_of_k_outputs_become_labels(void **state)
{
    (void)state;
    mlp_table *table = table_of(classes);
    assert_int_equal(mlp_table_rows(table), 4);
    assert_int_equal(mlp_table_columns(table), 3);
    assert_string_equal(mlp_table_column_name(table, 1), "input2");
    assert_string_equal(mlp_table_column_name(table, 2), "class");
    static const char *const labels[] = {"1", "3", "2", "3"};
    for (size_t r = 0; r < 4; r++)
        assert_cell(table, r, 2, labels[r]);
    assert_cell(table, 1, 1, ".25");
    assert_int_equal(mlp_table_line(table, 1), 9);
    mlp_table_free(table);
}

static void other_outputs_stay_columns(void **state)
{
    (void)state;
    static const char *const texts[] = {
        HEADER(0, 1, 2, 0, 2, 0, 0) "5 1 1\n6 0 1\n", /* two outputs are 1 */
        HEADER(0, 1, 2, 0, 2, 0, 0) "5 1 0\n6 0 0\n", /* no output is 1 */
        HEADER(0, 1, 1, 1, 2, 0, 0) "5 1 0\n6 0 1\n", /* not all outputs are boolean */
        HEADER(0, 1, 2, 0, 2, 0, 0) "5 2 0\n6 0 1\n", /* 2 is neither 0 nor 1 */
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        mlp_table *table = table_of(texts[i]);
        assert_int_equal(mlp_table_columns(table), 3);
        assert_string_equal(mlp_table_column_name(table, 1), "output1");
        assert_string_equal(mlp_table_column_name(table, 2), "output2");
        mlp_table_free(table);
    }
}

static void parts_are_kept(void **state)
{
    (void)state;
    static const mlp_part parts[] = {MLP_PART_TRAINING, MLP_PART_TRAINING, MLP_PART_VALIDATION,
                                     MLP_PART_TEST};
    mlp_table *table = table_of(classes), *some = NULL;
    mlp_error err = {0};
    assert_true(mlp_table_has_parts(table));
    for (size_t r = 0; r < 4; r++)
        assert_int_equal(mlp_table_part(table, r), parts[r]);
    for (mlp_part p = MLP_PART_TRAINING; p <= MLP_PART_TEST; p++) {
        assert_int_equal(mlp_table_select(table, p, &some, NULL), MLP_OK);
        assert_int_equal(mlp_table_rows(some), p == MLP_PART_TRAINING ? 2 : 1);
        assert_int_equal(mlp_table_part_rows(table, p), mlp_table_rows(some));
        for (size_t r = 0; r < mlp_table_rows(some); r++)
            assert_int_equal(mlp_table_part(some, r), p);
        mlp_table_free(some);
    }
    mlp_table_free(table);
    table = table_of(HEADER(0, 1, 1, 0, 2, 0, 0) "5 1\n6 0\n");
    assert_int_equal(mlp_table_select(table, MLP_PART_TEST, &some, &err), MLP_ERROR_DATA);
    assert_string_equal(err.message, "set.dt: has no test rows");
    mlp_table_free(table);
}

static void part_names_come_back(void **state)
{
    (void)state;
    for (mlp_part p = MLP_PART_ALL; p <= MLP_PART_TEST; p++) {
        mlp_part found = MLP_PART_TEST;
        assert_true(mlp_part_from_name(mlp_part_name(p), &found));
        assert_int_equal(found, p);
    }
    mlp_part part = MLP_PART_TEST;
    assert_false(mlp_part_from_name("tests", &part));
    assert_int_equal(part, MLP_PART_TEST);
    assert_null(mlp_part_name((mlp_part)4));
}

static void line_ends_and_blanks_do_not_matter(void **state)
{
    (void)state;
    mlp_table *table = table_of("bool_in= 0\r\nreal_in=1 \r\nbool_out=0\r\nreal_out=1\r\n"
                                "training_examples=2\r\nvalidation_examples=0\r\ntest_examples=0"
                                "\r\n\r\n 1\t2  \r\n\r\n3 4\r\n\r\n");
    assert_int_equal(mlp_table_rows(table), 2);
    assert_cell(table, 1, 1, "4");
    assert_int_equal(mlp_table_line(table, 1), 11);
    mlp_table_free(table);
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    static const char *const whole[] = {classes, values};
    for (size_t i = 0; i < 2; i++)
        for (size_t n = 0; n + 1 < strlen(whole[i]); n++) { /* the last line end may be missing */
            mlp_table *table = NULL;
            mlp_error err = {0};
            assert_int_equal(read_text(whole[i], n, &table, &err), MLP_ERROR_DATA);
            assert_null(table);
            assert_non_null(strstr(err.message, "set.dt"));
        }
}

/* A file with any one bit changed is refused, or gives no more cells than it holds. */
static void hostile_headers_are_refused(void **state)
{
    (void)state;
    static const char *const headers[] = {
        HEADER(0, 999999999, 0, 1, 1, 0, 0) "1 2\n",
        HEADER(0, 1, 999999999, 1, 1, 0, 0) "1 2\n",
        HEADER(0, 1, 0, 1, 999999999, 999999999, 999999999) "1 2\n",
        HEADER(0, 1, 0, 1, 9999999999, 0, 0) "1 2\n",
        HEADER(0, 1, 0, 1, 99999999999999999999999, 0, 0) "1 2\n",
        HEADER(0, 1, 0, 1, -1, 0, 2) "1 2\n",
        HEADER(0, 1, 0, 1, , 0, 1) "1 2\n",
        HEADER(0, 1, 0, 1, 0x1, 0, 0) "1 2\n",
        HEADER(0, 1, 0, 1, 0, 0, 0) "1 2\n",
        HEADER(0, 0, 0, 2, 1, 0, 0) "1 2\n",
        HEADER(0, 2, 0, 0, 1, 0, 0) "1 2\n",
        HEADER(0, 1, 0, 1, 2, 0, 0) "1 2\n",
        HEADER(0, 1, 0, 1, 1, 0, 0) "1 2\n3 4\n",
        HEADER(0, 1, 0, 1, 1, 0, 0) "1 2 3\n",
        HEADER(0, 1, 0, 1, 2, 0, 0) "1\n2 3 4\n",
        HEADER(0, 1, 0, 1, 1, 0, 0) "1 x\n",
        HEADER(0, 1, 0, 1, 1, 0, 0) "1 nan\n",
        "real_in=1\n",
        "a,b\n1,2\n",
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        mlp_table *table = NULL;
        mlp_error err = {0};
        assert_int_equal(read_text(headers[i], strlen(headers[i]), &table, &err), MLP_ERROR_DATA);
        assert_null(table);
    }
    for (size_t i = 0; i < strlen(classes); i++)
        for (int bit = 0; bit < 8; bit++) {
            char altered[sizeof classes];
            mlp_table *table = NULL;
            memcpy(altered, classes, sizeof classes);
            altered[i] = (char)(altered[i] ^ (1 << bit));
            if (read_text(altered, sizeof altered - 1, &table, NULL) == MLP_OK)
                assert_true(mlp_table_rows(table) * mlp_table_columns(table) <= 20);
            mlp_table_free(table);
        }
}

static void messages_tell_line_and_way_out(void **state)
{
    (void)state;
    mlp_table *table = NULL;
    mlp_error err = {0};
    const char *text = HEADER(0, 1, 0, 1, 2, 0, 0) "1 2\n3 x\n";
    read_text(text, strlen(text), &table, &err);
    assert_string_equal(err.message, "set.dt:9: \"x\" is not a number");
    assert_int_equal(err.column, 2);
    text = HEADER(0, 1, 0, 1, 2, 0, 0) "1 2\n3\n";
    read_text(text, strlen(text), &table, &err);
    assert_string_equal(err.message, "set.dt:9: 1 value, but the header says 1 input and 1 output");
}

/* --- real files ------------------------------------------------------------------------------- */

/* Sizes as the README of the collection (L. Prechelt 1994) states them; `classes` is 0 for real
 * outputs. */
static const struct {
    const char *name;
    size_t inputs, classes, targets, training, validation, test;
} sets[] = {{"cancer", 9, 2, 1, 350, 175, 174},
            {"diabetes", 8, 2, 1, 384, 192, 192},
            {"thyroid", 21, 3, 1, 3600, 1800, 1800},
            {"building", 14, 0, 3, 2104, 1052, 1052}};

static void check_real(const char *path, size_t s)
{
    mlp_table *table = NULL, *part = NULL;
    mlp_error err = {0};
    if (mlp_table_read(path, NULL, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    assert_int_equal(mlp_table_columns(table), sets[s].inputs + sets[s].targets);
    const size_t rows[] = {sets[s].training, sets[s].validation, sets[s].test};
    for (size_t p = 0; p < 3; p++) {
        assert_int_equal(mlp_table_select(table, (mlp_part)(p + 1), &part, &err), MLP_OK);
        assert_int_equal(mlp_table_rows(part), rows[p]);
        mlp_table_free(part);
    }
    for (size_t r = 0; sets[s].classes > 0 && r < mlp_table_rows(table); r++) {
        char label[8];
        mlp_table_cell(table, r, sets[s].inputs, label, sizeof label);
        const long k = strtol(label, NULL, 10);
        assert_true(k >= 1 && k <= (long)sets[s].classes);
    }
    mlp_table_free(table);
}

static void the_collection_is_read(void **state)
{
    (void)state;
    if (access(MLP_SHARED_DATA "/proben1", R_OK) != 0)
        skip_because("the PROBEN1 collection is not here");
    for (size_t s = 0; s < sizeof sets / sizeof sets[0]; s++)
        for (int variant = 1; variant <= 3; variant++) {
            char path[1024];
            snprintf(path, sizeof path, MLP_SHARED_DATA "/proben1/%s/%s%d.dt", sets[s].name,
                     sets[s].name, variant);
            check_real(path, s);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_of_k_outputs_become_labels),
        cmocka_unit_test(other_outputs_stay_columns),
        cmocka_unit_test(parts_are_kept),
        cmocka_unit_test(part_names_come_back),
        cmocka_unit_test(line_ends_and_blanks_do_not_matter),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(hostile_headers_are_refused),
        cmocka_unit_test(messages_tell_line_and_way_out),
        cmocka_unit_test(the_collection_is_read),
    };
    return RUN(tests);
}
