/* SPDX-License-Identifier: MIT */
/* Transforms give the numbers of scikit-learn, or of their formula in NumPy
 * (tests/golden/transforms.py). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "encode/texts.h"
#include "golden/transforms.h"
#include "unit/test.h"

static mlp_table *golden_table(void)
{
    char text[16384] = "v,w,y\n";
    mlp_table *table = NULL;
    for (size_t i = 0; i < GOLDEN_ROWS; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%.9g,%s,%.9g\n",
                 golden_values[i], golden_words[i], golden_target[i]);
    assert_int_equal(mlp_table_read_memory(text, strlen(text), "t.csv", NULL, &table, NULL),
                     MLP_OK);
    return table;
}

/* Fits a pipeline to one column, with the transform that `g` names. */
static mlpi_pipeline fitted(const mlp_table *table, const char *column, const golden_transform *g)
{
    static const char *const target[] = {"y"};
    char wish[64];
    const char *const wishes[] = {wish}, *const drop[] = {column[0] == 'v' ? "w" : "v"};
    uint32_t rows[GOLDEN_ROWS];
    mlpi_schema schema;
    mlpi_pipeline pipeline;
    mlp_error err = {0};
    for (uint32_t i = 0; i < GOLDEN_ROWS; i++)
        rows[i] = i;
    if (g->argument < 0.0)
        snprintf(wish, sizeof wish, "%s=%s", column, g->name);
    else
        snprintf(wish, sizeof wish, "%s=%s:%g", column, g->name, g->argument);
    const mlpi_schema_request request = {.targets = {target, 1}, .drop = {drop, 1}};
    assert_int_equal(mlpi_schema_infer(table, &request, &schema, NULL), MLP_OK);
    const mlpi_fit_request fit = {.table = table,
                                  .schema = &schema,
                                  .rows = rows,
                                  .row_count = GOLDEN_ROWS,
                                  .wishes = {.transforms = {wishes, 1}}};
    if (mlpi_pipeline_fit(&fit, &pipeline, &err) != MLP_OK)
        fail_msg("%s: %s", wish, err.message);
    mlpi_schema_release(&schema);
    return pipeline;
}

static void compare(const char *column, const golden_transform *g, double bound)
{
    mlp_table *table = golden_table();
    mlpi_pipeline p = fitted(table, column, g);
    mlp_encoded e;
    mlp_error err = {0};
    if (mlpi_pipeline_apply(&p, table, NULL, GOLDEN_ROWS, true, &e, &err) != MLP_OK)
        fail_msg("%s: %s", g->name, err.message);
    if (e.inputs < g->width)
        fail_msg("%s makes %zu inputs, not %zu", g->name, e.inputs, g->width);
    for (size_t i = 0; i < GOLDEN_ROWS; i++)
        for (size_t k = 0; k < g->width; k++)
            if (!(fabs((double)e.x[i * e.inputs + k] - g->x[i * g->width + k]) <= bound))
                fail_msg("%s:%g, row %zu, input %zu: %.9g, not %.9g", g->name, g->argument, i, k,
                         (double)e.x[i * e.inputs + k], g->x[i * g->width + k]);
    mlp_encoded_release(&e);
    mlpi_pipeline_release(&p);
    mlp_table_free(table);
}

/* The lambda of Yeo-Johnson is the result of a search in both programs, so the bound is wider. */
static void numbers_become_what_scikit_learn_makes_of_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof golden_numeric / sizeof golden_numeric[0]; i++)
        compare("v", &golden_numeric[i],
                strcmp(golden_numeric[i].name, "yeo-johnson") == 0 ? 1e-5 : 2e-6);
}

static void texts_become_what_scikit_learn_makes_of_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof golden_texts / sizeof golden_texts[0]; i++)
        compare("w", &golden_texts[i], 1e-6);
}

/* Without smoothing, a text that occurs in one row is encoded as the target of that row. */
static void a_training_row_is_encoded_without_its_own_target(void **state)
{
    (void)state;
    mlp_table *table = golden_table();
    mlpi_pipeline p =
        fitted(table, "w", &(golden_transform){.name = "target", .argument = 0.0, .width = 1});
    uint32_t rows[GOLDEN_ROWS];
    mlp_encoded seen, unseen;
    for (uint32_t i = 0; i < GOLDEN_ROWS; i++)
        rows[i] = i;
    assert_int_equal(mlpi_pipeline_apply(&p, table, rows, GOLDEN_ROWS, true, &seen, NULL), MLP_OK);
    assert_int_equal(mlpi_pipeline_apply(&p, table, rows, GOLDEN_ROWS, true, &unseen, NULL),
                     MLP_OK);
    assert_int_equal(mlpi_pipeline_encode_out_of_fold(&p, table, rows, GOLDEN_ROWS, &unseen, NULL),
                     MLP_OK);
    size_t single = 0, differ = 0;
    for (size_t i = 0; i < GOLDEN_ROWS; i++) {
        size_t alike = 0;
        for (size_t j = 0; j < GOLDEN_ROWS; j++)
            alike += strcmp(golden_words[i], golden_words[j]) == 0;
        differ += seen.x[i] != unseen.x[i] ? 1 : 0;
        if (alike > 1)
            continue;
        single++;
        assert_near((double)seen.x[i], (double)seen.target[i], 1e-6); /* its own target */
        assert_true(unseen.x[i] == 0.0f); /* the text occurs in no other fold */
    }
    assert_true(differ > GOLDEN_ROWS / 2);
    assert_memory_equal(seen.target, unseen.target, GOLDEN_ROWS * sizeof *seen.target);
    if (single == 0)
        fail_msg("no word of the table is alone");
    mlp_encoded_release(&seen);
    mlp_encoded_release(&unseen);
    mlpi_pipeline_release(&p);
    mlp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_become_what_scikit_learn_makes_of_them),
        cmocka_unit_test(texts_become_what_scikit_learn_makes_of_them),
        cmocka_unit_test(a_training_row_is_encoded_without_its_own_target),
    };
    return RUN(tests);
}
