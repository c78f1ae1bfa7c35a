/* SPDX-License-Identifier: MIT */
/* What every transform of the table promises: a row alone is encoded as in a block, a fit does not
 * depend on how the column is cut, and a description has the same bits when it is read back; a
 * description that no fit can have written is refused. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "transforms/transform.h"
#include "unit/test.h"

enum { ROWS = 1000, CUTS = 7 };

/* Values of several magnitudes and both signs, with ties. */
static void make_values(double *values)
{
    mlpi_random random = mlpi_random_init(7, 1);
    for (size_t i = 0; i < ROWS; i++) {
        const double z = mlpi_random_normal(&random);
        values[i] = i % 5 == 0 ? 3.0 : i % 7 == 0 ? -1e-3 * z : exp(1.5 * z) - 1.0;
    }
}

static mlpi_numbers numbers_of(const double *values, size_t each)
{
    mlpi_numbers numbers = {.sampled = true};
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < ROWS; i += each)
            mlpi_numbers_add(&numbers, values + i, ROWS - i < each ? ROWS - i : each);
        mlpi_numbers_end_pass(&numbers);
    }
    return numbers;
}

/* A column of numbers and one of texts, with the facts from which transforms are fitted. */
typedef struct column {
    double values[ROWS];
    mlpi_span texts[ROWS], sorted[26];
    char letters[26][4];
    mlpi_numbers numbers;
    mlpi_texts facts;
    size_t counts[26];
    double sums[52], mean[2], scale[2];
} column;

static column *make_column(size_t each)
{
    column *c = calloc(1, sizeof *c);
    assert_non_null(c);
    make_values(c->values);
    c->numbers = numbers_of(c->values, each);
    for (size_t k = 0; k < 26; k++) {
        snprintf(c->letters[k], sizeof c->letters[k], "%c\xc3\xa4", (char)('a' + k));
        c->sorted[k] = (mlpi_span){c->letters[k], 3};
    }
    for (size_t i = 0; i < ROWS; i++) {
        const size_t k = i * i % 26;
        c->texts[i] = c->sorted[k];
        c->counts[k]++;
        c->sums[2 * k] += (double)(k % 3);
        c->sums[2 * k + 1] -= (double)(k % 5);
    }
    c->mean[0] = 1.0;
    c->mean[1] = -2.0;
    c->scale[0] = c->scale[1] = 1.5;
    c->facts = (mlpi_texts){.distinct = {c->sorted, 26, NULL},
                            .counts = c->counts,
                            .sums = c->sums,
                            .outputs = 2,
                            .mean = c->mean,
                            .scale = c->scale};
    return c;
}

static void free_column(column *c)
{
    mlpi_numbers_release(&c->numbers);
    free(c);
}

static mlpi_fitted fit(const mlpi_transform *t, const column *c)
{
    const mlpi_facts facts = {
        .numbers = &c->numbers, .texts = &c->facts, .argument = t->argument.usual};
    mlpi_fitted fitted = {0};
    mlp_error err = {0};
    if (t->fit(&facts, &fitted, &err) != MLP_OK)
        fail_msg("%s: %s", t->name, err.message);
    assert_null(t->defect(&fitted));
    return fitted;
}

/* The values that a transform encodes: the numbers, or the results of `find` for the texts, of
 * which one is missing and one was never seen. */
static void values_of(const mlpi_transform *t, const mlpi_fitted *f, const column *c,
                      double *values)
{
    for (size_t i = 0; i < ROWS; i++)
        values[i] = t->find != NULL ? t->find(f, c->texts[i]) : c->values[i];
    if (t->find == NULL)
        return;
    values[3] = (double)NAN;
    values[4] = t->find(f, (mlpi_span){"never seen", 10});
}

static void a_row_alone_is_encoded_as_in_a_block(void **state)
{
    (void)state;
    column *c = make_column(ROWS);
    for (size_t n = 0; mlpi_transform_at(n) != NULL; n++) {
        const mlpi_transform *t = mlpi_transform_at(n);
        mlpi_fitted f = fit(t, c);
        const size_t width = mlpi_transform_width(t, &f), stride = width + 2;
        double values[ROWS];
        float *block = calloc(ROWS * stride, sizeof *block);
        float *row = malloc(stride * sizeof *row);
        assert_true(width > 0 && block != NULL && row != NULL);
        values_of(t, &f, c, values);
        t->apply(&f, values, ROWS, block, stride);
        for (size_t i = 0; i < ROWS; i++) {
            memset(row, 0, stride * sizeof *row);
            t->apply(&f, &values[i], 1, row, width);
            assert_memory_equal(row, block + i * stride, stride * sizeof *row);
            for (size_t k = 0; k < width; k++)
                assert_true(isfinite(row[k]));
        }
        free(block);
        free(row);
        mlpi_fitted_release(&f);
    }
    free_column(c);
}

static void same(const mlpi_transform *t, const mlpi_fitted *a, const mlpi_fitted *b)
{
    if (memcmp(a->number, b->number, sizeof a->number) != 0)
        fail_msg("%s: other numbers", t->name);
    assert_int_equal(a->list_count, b->list_count);
    assert_int_equal(a->level_count, b->level_count);
    if (a->list_count > 0)
        assert_memory_equal(a->list, b->list, a->list_count * sizeof *a->list);
    for (size_t i = 0; i < a->level_count; i++)
        assert_string_equal(a->levels[i], b->levels[i]);
}

static void a_fit_does_not_depend_on_how_the_column_is_cut(void **state)
{
    (void)state;
    column *whole = make_column(ROWS), *cut = make_column(CUTS);
    for (size_t n = 0; mlpi_transform_at(n) != NULL; n++) {
        mlpi_fitted a = fit(mlpi_transform_at(n), whole), b = fit(mlpi_transform_at(n), cut);
        same(mlpi_transform_at(n), &a, &b);
        mlpi_fitted_release(&a);
        mlpi_fitted_release(&b);
    }
    free_column(whole);
    free_column(cut);
}

static char *description_of(const mlpi_transform *t, const mlpi_fitted *f)
{
    mlp_json_writer *to = mlp_json_writer_create(0);
    char *text = NULL;
    mlp_json_begin_object(to, NULL);
    mlpi_fitted_write(t, f, to);
    mlp_json_end(to);
    assert_int_equal(mlp_json_finish(to, &text, NULL, NULL), MLP_OK);
    return text;
}

static mlp_status read_description(const mlpi_transform *t, const char *text, mlpi_fitted *f,
                                   const char **defect)
{
    mlp_json *document = NULL;
    assert_int_equal(mlp_json_read(text, strlen(text), &document, NULL), MLP_OK);
    const mlp_status status = mlpi_fitted_read(t, mlp_json_root(document), f, defect);
    mlp_json_free(document);
    return status;
}

static void a_description_read_back_and_a_copy_are_the_same_bits(void **state)
{
    (void)state;
    column *c = make_column(ROWS);
    for (size_t n = 0; mlpi_transform_at(n) != NULL; n++) {
        const mlpi_transform *t = mlpi_transform_at(n);
        mlpi_fitted f = fit(t, c), back = {0}, copy = {0};
        const char *defect = NULL;
        char *text = description_of(t, &f);
        if (read_description(t, text, &back, &defect) != MLP_OK)
            fail_msg("%s: %s is not read back", t->name, defect);
        assert_true(mlpi_fitted_copy(&f, &copy));
        same(t, &f, &back);
        same(t, &f, &copy);
        mlpi_fitted_release(&f);
        mlpi_fitted_release(&back);
        mlpi_fitted_release(&copy);
        free(text);
    }
    free_column(c);
}

/* Replaces each member of a description by values that it cannot have. */
static void what_no_fit_can_have_written_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"null", "\"a\"", "[[]]", "[\"b\",\"a\"]", "true", "{}"};
    column *c = make_column(ROWS);
    for (size_t n = 0; mlpi_transform_at(n) != NULL; n++) {
        const mlpi_transform *t = mlpi_transform_at(n);
        mlpi_fitted f = fit(t, c);
        char *text = description_of(t, &f);
        mlp_json *document = NULL;
        assert_int_equal(mlp_json_read(text, strlen(text), &document, NULL), MLP_OK);
        const mlp_json_value root = mlp_json_root(document);
        for (size_t bad = 0; bad < mlp_json_count(root); bad++)
            for (size_t w = 0; w < sizeof wrong / sizeof wrong[0]; w++) {
                char *changed = NULL;
                size_t size = 0, i = 0;
                FILE *to = open_memstream(&changed, &size);
                assert_non_null(to);
                mlp_json_value m = mlp_json_first(root);
                for (; mlp_json_kind_of(m) != MLP_JSON_NOTHING; m = mlp_json_next(m), i++) {
                    char *value = NULL;
                    mlp_json_writer *one = mlp_json_writer_create(0);
                    mlp_json_put_value(one, NULL, m);
                    assert_int_equal(mlp_json_finish(one, &value, NULL, NULL), MLP_OK);
                    fprintf(to, "%s\"%s\":%s", i > 0 ? "," : "{", mlp_json_name(m),
                            i == bad ? wrong[w] : value);
                    free(value);
                }
                fputs("}", to);
                fclose(to);
                mlpi_fitted back = {0};
                const char *defect = NULL;
                if (read_description(t, changed, &back, &defect) != MLP_ERROR_MODEL)
                    fail_msg("%s is taken for a %s", changed, t->name);
                assert_non_null(defect);
                assert_null(back.levels);
                assert_null(back.list);
                free(changed);
            }
        mlp_json_free(document);
        mlpi_fitted_release(&f);
        free(text);
    }
    free_column(c);
}

/* Inverting an encoded value gives the value, up to 1e-4 (1 + |value|) by rounding to float. */
static void what_is_inverted_is_the_value(void **state)
{
    (void)state;
    column *c = make_column(ROWS);
    for (size_t n = 0; mlpi_transform_at(n) != NULL; n++) {
        const mlpi_transform *t = mlpi_transform_at(n);
        mlpi_fitted f = fit(t, c);
        for (size_t i = 0; t->invert != NULL && i < ROWS; i++) {
            float x = 0.0f;
            t->apply(&f, &c->values[i], 1, &x, 1);
            const double back = t->invert(&f, (double)x);
            if (!(fabs(back - c->values[i]) <= 1e-4 * (1.0 + fabs(c->values[i]))))
                fail_msg("%s: %g comes back as %g", t->name, c->values[i], back);
        }
        mlpi_fitted_release(&f);
    }
    free_column(c);
}

static void columns_measured_together_are_those_measured_alone(void **state)
{
    (void)state;
    static double values[MLPI_TOGETHER][ROWS];
    mlpi_numbers together[MLPI_TOGETHER] = {{.sampled = true}, {.sampled = false}};
    mlpi_numbers *of[MLPI_TOGETHER];
    make_values(values[0]);
    for (size_t k = 0; k < MLPI_TOGETHER; k++) {
        of[k] = &together[k];
        for (size_t i = 0; i < ROWS; i++)
            values[k][i] = k == 3 ? values[0][ROWS - 1 - i] / 3.0 : values[0][i] * (double)(k + 1);
    }
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < ROWS; i += CUTS)
            mlpi_numbers_add_together(of, &values[0][i], ROWS, ROWS - i < CUTS ? ROWS - i : CUTS);
        for (size_t k = 0; k < MLPI_TOGETHER; k++)
            mlpi_numbers_end_pass(of[k]);
    }
    for (size_t k = 0; k < MLPI_TOGETHER; k++) {
        mlpi_numbers alone = numbers_of(values[k], ROWS);
        double mean = 0.0, scale = 0.0;
        mlpi_moments(values[k], ROWS, &mean, &scale);
        assert_true(together[k].mean == mean && together[k].scale == scale);
        assert_true(together[k].lowest == alone.lowest && together[k].highest == alone.highest);
        assert_int_equal(together[k].count, ROWS);
        assert_int_equal(together[k].sample_count, k == 0 ? ROWS : 0);
        if (k == 0)
            assert_memory_equal(together[k].sample, alone.sample, sizeof values[0]);
        mlpi_numbers_release(&together[k]);
        mlpi_numbers_release(&alone);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_alone_is_encoded_as_in_a_block),
        cmocka_unit_test(a_fit_does_not_depend_on_how_the_column_is_cut),
        cmocka_unit_test(a_description_read_back_and_a_copy_are_the_same_bits),
        cmocka_unit_test(what_no_fit_can_have_written_is_refused),
        cmocka_unit_test(what_is_inverted_is_the_value),
        cmocka_unit_test(columns_measured_together_are_those_measured_alone),
    };
    return RUN(tests);
}
