/* SPDX-License-Identifier: MIT */
/* A table made of arrays equals the table of a CSV file with the same values: it has the same
 * cells, and gives the same model bit for bit and the same predictions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mlp/mlp.h"
#include "options/options.h"
#include "unit/test.h"

enum { ROWS = 700, LEVELS = 3 };

typedef struct sample {
    double plain[ROWS], gaps[ROWS];
    struct {
        char before;
        float value;
    } packed[ROWS];
    int16_t whole[ROWS];
    uint64_t large[ROWS];
    int8_t level[ROWS];
    bool truth[ROWS];
    const char *text[ROWS];
} sample;

static const char *const levels[LEVELS] = {"low", "middle", "high"};
static const char *const words[] = {"yes", "no", "yes, \"really\"", NULL};

static void draw(sample *s)
{
    uint64_t state = 7;
    memset(s, 0, sizeof *s);
    for (size_t r = 0; r < ROWS; r++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        const uint64_t bits = state >> 11;
        s->plain[r] = (double)bits * 0x1p-50 - 4.0; /* uses all 53 bits of a double */
        s->gaps[r] = bits % 7 == 0 ? (double)NAN
                     : r % 3 == 0  ? (double)(bits % 50) / 4.0
                                   : 1e-30 * (double)bits;
        s->packed[r].value = (float)s->plain[r] / 3.0f;
        s->whole[r] = (int16_t)(bits % 60000 - 30000);
        s->large[r] = UINT64_MAX - (bits << 9);
        s->level[r] = (int8_t)(bits % 5 == 0 ? -1 : (int)(bits % LEVELS));
        s->truth[r] = s->plain[r] > 0.0;
        s->text[r] = words[bits / 8 % 4];
    }
}

static void quote(char **to, const char *text)
{
    *to += sprintf(*to, ",\"");
    for (; text != NULL && *text != '\0'; text++)
        *to += sprintf(*to, *text == '"' ? "\"\"" : "%c", *text);
    *to += sprintf(*to, "\"");
}

static void number(char **to, double value)
{
    char text[32] = "";
    if (!isnan(value))
        mlp_number_text(value, text);
    *to += sprintf(*to, ",%s", text);
}

static mlp_table *from_text(const sample *s)
{
    mlp_table *table = NULL;
    mlp_error err;
    char *text = malloc(ROWS * 300), *to = text;
    assert_non_null(text);
    to += sprintf(to, "truth,plain,gaps,packed,whole,large,level,text\n");
    for (size_t r = 0; r < ROWS; r++) {
        to += sprintf(to, "%s", s->truth[r] ? "true" : "false");
        number(&to, s->plain[r]);
        number(&to, s->gaps[r]);
        number(&to, (double)s->packed[r].value);
        to += sprintf(to, ",%d,%llu", s->whole[r], (unsigned long long)s->large[r]);
        quote(&to, s->level[r] < 0 ? "" : levels[s->level[r]]);
        quote(&to, s->text[r]);
        *to++ = '\n';
    }
    if (mlp_table_read_memory(text, (size_t)(to - text), "sample.csv", NULL, &table, &err) !=
        MLP_OK)
        fail_msg("%s", err.message);
    free(text);
    return table;
}

static void count_release(void *context)
{
    ++*(int *)context;
}

static mlp_table *from_arrays(const sample *s, int *released)
{
    mlp_table *table = NULL;
    mlp_error err;
    mlp_table_builder *b = mlp_table_builder_create("sample.csv", ROWS);
    mlp_table_add_booleans(b, "truth", s->truth, NULL);
    mlp_table_borrow_numbers(b, "plain", MLP_NUMBER_DOUBLE, s->plain, 0, NULL, count_release,
                             released);
    mlp_table_add_numbers(b, "gaps", MLP_NUMBER_DOUBLE, s->gaps, 0, NULL);
    mlp_table_borrow_numbers(b, "packed", MLP_NUMBER_FLOAT, &s->packed[0].value,
                             sizeof s->packed[0], NULL, NULL, NULL);
    mlp_table_add_numbers(b, "whole", MLP_NUMBER_INT16, s->whole, 0, NULL);
    mlp_table_add_numbers(b, "large", MLP_NUMBER_UINT64, s->large, 0, NULL);
    mlp_table_add_categories(b, "level", levels, LEVELS, MLP_NUMBER_INT8, s->level, 0, NULL);
    mlp_table_add_texts(b, "text", s->text);
    if (mlp_table_builder_finish(b, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return table;
}

static void a_cell_is_that_of_the_file(void **state)
{
    static sample s;
    int released = 0;
    char wanted[64], found[64];
    (void)state;
    draw(&s);
    mlp_table *text = from_text(&s), *arrays = from_arrays(&s, &released);
    assert_int_equal(mlp_table_rows(arrays), ROWS);
    assert_int_equal(mlp_table_columns(arrays), mlp_table_columns(text));
    for (size_t c = 0; c < mlp_table_columns(text); c++)
        for (size_t r = 0; r < ROWS; r++) {
            mlp_table_cell(text, r, c, wanted, sizeof wanted);
            mlp_table_cell(arrays, r, c, found, sizeof found);
            assert_string_equal(found, wanted);
        }
    assert_true(mlp_table_fingerprint(arrays) == mlp_table_fingerprint(text));
    assert_int_equal(released, 0);
    mlp_table_free(arrays);
    assert_int_equal(released, 1);
    mlp_table_free(text);
}

static mlp_model *train(const mlp_table *table, const char *target)
{
    mlp_model *model = NULL;
    mlp_error err;
    mlp_train_options options = mlpi_options_default();
    options.targets = (mlp_names){&target, 1};
    options.epochs = 3;
    options.hidden = "5";
    if (mlp_train(table, NULL, &options, &model, NULL, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return model;
}

static void same_predictions(const mlp_model *model, const mlp_table *a, const mlp_table *b)
{
    mlp_predictions p, q;
    assert_int_equal(mlp_model_predict(model, a, 1, &p, NULL), MLP_OK);
    assert_int_equal(mlp_model_predict(model, b, 1, &q, NULL), MLP_OK);
    assert_int_equal(p.rows, q.rows);
    assert_memory_equal(p.values, q.values, p.rows * p.width * sizeof *p.values);
    assert_int_equal(p.missing_cells, q.missing_cells);
    assert_int_equal(p.unknown_cells, q.unknown_cells);
    mlp_predictions_release(&p);
    mlp_predictions_release(&q);
}

static void a_model_is_that_of_the_file(void **state)
{
    static const char *const targets[] = {"truth", "plain", "text"};
    static sample s;
    int released = 0;
    (void)state;
    draw(&s);
    mlp_table *text = from_text(&s), *arrays = from_arrays(&s, &released);
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        mlp_model *wanted = train(text, targets[i]), *found = train(arrays, targets[i]);
        const size_t size = mlp_network_size(mlp_model_network(wanted));
        assert_int_equal(size, mlp_network_size(mlp_model_network(found)));
        assert_memory_equal(mlp_network_parameters_const(mlp_model_network(wanted)),
                            mlp_network_parameters_const(mlp_model_network(found)),
                            size * sizeof(float));
        assert_string_equal(mlp_model_metadata(found), mlp_model_metadata(wanted));
        assert_true(mlp_model_knows(found, text));
        same_predictions(found, text, arrays);
        mlp_model_free(wanted);
        mlp_model_free(found);
    }
    mlp_table_free(arrays);
    mlp_table_free(text);
}

static void bits_say_which_rows_have_values(void **state)
{
    static const double values[9] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
    static const uint8_t valid[] = {0x5a, 0x01};
    static const int64_t offsets[] = {0, 1, 1, 3, 4, 5, 6, 7, 8, 9};
    char text[8];
    mlp_table *table = NULL;
    mlp_table_builder *b = mlp_table_builder_create("bits", 9);
    (void)state;
    mlp_table_add_numbers(b, NULL, MLP_NUMBER_DOUBLE, &values[8], -(ptrdiff_t)sizeof(double),
                          valid);
    mlp_table_add_joined_texts(b, "joined", "abcdefghi", offsets, valid);
    assert_int_equal(mlp_table_builder_finish(b, &table, NULL), MLP_OK);
    assert_string_equal(mlp_table_column_name(table, 0), "column1");
    for (size_t r = 0; r < 9; r++) {
        const bool there = (valid[r / 8] >> r % 8 & 1) != 0;
        assert_int_equal(mlp_table_cell(table, r, 0, text, sizeof text), there ? 1 : 0);
        assert_true(!there || text[0] == '8' - (char)r);
        const size_t length = there ? (size_t)(offsets[r + 1] - offsets[r]) : 0;
        assert_int_equal(mlp_table_cell(table, r, 1, text, sizeof text), length);
    }
    mlp_table_free(table);
}

static void halves_are_exact(void **state)
{
    static const uint16_t bits[] = {0x3c00, 0xc000, 0x0001, 0x7bff, 0x3555, 0x7e00};
    static const char *const texts[] = {
        "1", "-2", "5.9604644775390625e-08", "65504", "0.333251953125", ""};
    char text[40];
    mlp_table *table = NULL;
    mlp_table_builder *b = mlp_table_builder_create("halves", 6);
    (void)state;
    mlp_table_add_numbers(b, "h", MLP_NUMBER_HALF, bits, 0, NULL);
    assert_int_equal(mlp_table_builder_finish(b, &table, NULL), MLP_OK);
    for (size_t r = 0; r < 6; r++) {
        double value = -1.0, wanted = -1.0;
        mlp_table_cell(table, r, 0, text, sizeof text);
        mlp_number_parse(text, strlen(text), &value);
        mlp_number_parse(texts[r], strlen(texts[r]), &wanted);
        assert_true(value == wanted);
    }
    mlp_table_free(table);
}

/* --- refused columns -------------------------------------------------------------------------- */

static void refused(mlp_table_builder *b, mlp_status status, const char *says)
{
    mlp_table *table = NULL;
    mlp_error err = {0};
    assert_int_equal(mlp_table_builder_finish(b, &table, &err), status);
    assert_null(table);
    if (strstr(err.message, says) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.message, says);
}

static void what_cannot_be_a_column_is_refused(void **state)
{
    static const double infinite[] = {1.0, INFINITY};
    static const char *const latin[] = {"a", "Z\xfcrich"};
    static const int32_t codes[] = {0, 3};
    static const int64_t offsets[] = {0, 4, 2};
    int released = 0;
    (void)state;
    refused(mlp_table_builder_create("t", 0), MLP_ERROR_ARGUMENT, "0 rows");
    refused(mlp_table_builder_create("t", 2), MLP_ERROR_ARGUMENT, "without columns");
    refused(NULL, MLP_ERROR_MEMORY, "memory");
    mlp_table_builder *b = mlp_table_builder_create("t", 2);
    mlp_table_borrow_numbers(b, "x", MLP_NUMBER_DOUBLE, infinite, 0, NULL, count_release,
                             &released);
    mlp_table_borrow_numbers(b, "y", MLP_NUMBER_DOUBLE, infinite, 0, NULL, count_release,
                             &released);
    refused(b, MLP_ERROR_DATA, "t: column \"x\", row 2: the number is infinite");
    assert_int_equal(released, 2);
    mlp_table_borrow_numbers(NULL, "y", MLP_NUMBER_DOUBLE, infinite, 0, NULL, count_release,
                             &released);
    assert_int_equal(released, 3);
    b = mlp_table_builder_create("t", 2);
    mlp_table_add_texts(b, "town", latin);
    refused(b, MLP_ERROR_DATA, "column \"town\", row 2: not UTF-8");
    b = mlp_table_builder_create("t", 2);
    mlp_table_add_categories(b, "c", levels, LEVELS, MLP_NUMBER_INT32, codes, 0, NULL);
    refused(b, MLP_ERROR_ARGUMENT, "column \"c\", row 2: there is no level 3");
    b = mlp_table_builder_create("t", 2);
    mlp_table_add_joined_texts(b, "j", "abcd", offsets, NULL);
    refused(b, MLP_ERROR_ARGUMENT, "column \"j\", row 2: the offsets");
    b = mlp_table_builder_create("t", 2);
    mlp_table_add_texts(b, "same", levels);
    mlp_table_add_texts(b, "same", levels);
    refused(b, MLP_ERROR_DATA, "two columns are named \"same\"; rename one");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cell_is_that_of_the_file),
        cmocka_unit_test(a_model_is_that_of_the_file),
        cmocka_unit_test(bits_say_which_rows_have_values),
        cmocka_unit_test(halves_are_exact),
        cmocka_unit_test(what_cannot_be_a_column_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
