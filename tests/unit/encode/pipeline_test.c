/* SPDX-License-Identifier: MIT */
/* The schema says what each column becomes and why; scaling is fitted to the training part only;
 * columns are matched by name; unknown categories and missing values are encoded; predictions are
 * given in the units of the targets. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "divide/split.h"
#include "encode/pipeline.h"
#include "unit/test.h"

static mlp_table *table_of(const char *text)
{
    mlp_table *table = NULL;
    mlp_error err = {0};
    if (mlp_table_read_memory(text, strlen(text), "t.csv", NULL, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return table;
}

static mlpi_schema_request request_of(const char *const *target)
{
    return (mlpi_schema_request){.targets = {target, 1}};
}

static const char *const y_name[] = {"y"};

static mlpi_schema schema_of(const mlp_table *table, const mlpi_schema_request *request)
{
    mlpi_schema schema = {0};
    mlp_error err = {0};
    if (mlpi_schema_infer(table, request, &schema, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return schema;
}

static void columns_get_their_role_and_say_why(void **state)
{
    (void)state;
    mlp_table *t = table_of("n,c,same,y\n1.5,red,7,a\n2,blue,7,b\n-3e2,red,7,a\n0,blue,7,b\n");
    const mlpi_schema_request request = request_of(y_name);
    mlpi_schema s = schema_of(t, &request);
    assert_int_equal(s.task, MLP_TASK_CLASSIFICATION);
    assert_int_equal(s.column[0].role, MLPI_INPUT);
    assert_int_equal(s.column[0].kind, MLPI_NUMERIC);
    assert_int_equal(s.column[1].kind, MLPI_CATEGORICAL);
    assert_int_equal(s.column[2].role, MLPI_IGNORED);
    assert_non_null(strstr(s.column[2].reason, "same number in every row"));
    assert_int_equal(s.column[3].role, MLPI_TARGET);
    mlpi_schema_release(&s);
    mlp_table_free(t);
}

static void the_user_decides_against_the_inference(void **state)
{
    (void)state;
    static const char *const drop[] = {"c"}, *const categorical[] = {"n"};
    mlp_table *t = table_of("n,c,y\n1,red,1.5\n2,blue,2.5\n3,red,3.5\n1,blue,4.25\n");
    mlpi_schema_request request = request_of(y_name);
    request.drop = (mlp_names){drop, 1};
    request.categorical = (mlp_names){categorical, 1};
    mlpi_schema s = schema_of(t, &request);
    assert_int_equal(s.column[0].kind, MLPI_CATEGORICAL);
    assert_int_equal(s.column[1].role, MLPI_IGNORED);
    assert_non_null(strstr(s.column[1].reason, "`drop`"));
    assert_int_equal(s.task, MLP_TASK_REGRESSION);
    mlpi_schema_release(&s);
    mlp_table_free(t);
}

static void data_that_cannot_be_learnt_from_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } wrong[] = {
        {"x,y\n1,a\n2,a\n3,a\n", "y"},  /* only one label */
        {"x,y\n1,5\n2,5\n3,5\n", "y"},  /* constant target */
        {"x,y\n,1\n,2\n,3\n", "input"}, /* all inputs missing */
        {"x,z\n1,1\n2,2\n", "no column \"y\""},
        {"y\n1\n2\n", "input"}, /* nothing to learn from */
        {"x,y\n1,\n2,\n", "y"}, /* all targets missing */
        {"x,y\n1,1\n2,2\n3,3\n4,4\n5,5\n6,6\n7,7\n8,8\n9,9\noops,10\n", "t.csv:11: "},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        mlp_table *t = table_of(wrong[i].text);
        const mlpi_schema_request request = request_of(y_name);
        mlpi_schema s = {0};
        mlp_error err = {0};
        assert_int_equal(mlpi_schema_infer(t, &request, &s, &err), MLP_ERROR_DATA);
        if (strstr(err.message, wrong[i].says) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", err.message, wrong[i].says);
        mlp_table_free(t);
    }
}

/* A pipeline fitted to rows 0..3 of a table. */
static mlpi_pipeline fitted_for(const mlp_table *t, mlp_task task, mlpi_coding coding)
{
    static const uint32_t rows[] = {0, 1, 2, 3};
    mlpi_schema_request request = request_of(y_name);
    mlpi_pipeline p = {0};
    mlp_error err = {0};
    request.task = task;
    mlpi_schema s = schema_of(t, &request);
    const mlpi_fit_request fit = {.table = t,
                                  .schema = &s,
                                  .rows = rows,
                                  .row_count = 4,
                                  .label_rows = rows,
                                  .label_row_count = 4,
                                  .coding = coding};
    if (mlpi_pipeline_fit(&fit, &p, &err) != MLP_OK)
        fail_msg("%s", err.message);
    mlpi_schema_release(&s);
    return p;
}

static mlpi_pipeline fitted(const mlp_table *t, mlp_task task)
{
    return fitted_for(t, task, (mlpi_coding){0});
}

static const char training[] = "n,c,y\n1,red,10\n2,blue,20\n3,red,30\n6,green,60\n";

static void near(float got, double wanted)
{
    if (!(fabs((double)got - wanted) <= 1e-6))
        fail_msg("%g, wanted %g", (double)got, wanted);
}

/* n: mean 3, deviation sqrt(14/4); c: blue, green, red in this order. */
static void numbers_are_standardised_and_categories_one_hot(void **state)
{
    (void)state;
    mlp_table *t = table_of(training);
    mlpi_pipeline p = fitted(t, MLP_TASK_REGRESSION);
    mlp_encoded e;
    assert_int_equal(mlpi_pipeline_apply(&p, t, NULL, 4, true, &e, NULL), MLP_OK);
    assert_int_equal(e.inputs, 4);
    near(e.x[0], -2 / sqrt(3.5));
    near(e.x[12], 3 / sqrt(3.5));
    const float red[] = {0, 0, 1}, green[] = {0, 1, 0};
    assert_memory_equal(e.x + 1, red, sizeof red);
    assert_memory_equal(e.x + 13, green, sizeof green);
    near(e.target[0], -2 / sqrt(3.5));
    assert_true(e.value[3] == 60.0);
    double back[4];
    mlpi_pipeline_invert(&p, e.target, 4, back);
    for (size_t r = 0; r < 4; r++)
        assert_true(fabs(back[r] - e.value[r]) <= 1e-5);
    mlp_encoded_release(&e);
    mlpi_pipeline_release(&p);
    mlp_table_free(t);
}

static void rows_outside_the_training_part_do_not_influence_the_fit(void **state)
{
    (void)state;
    mlp_table *a = table_of(training);
    mlp_table *b = table_of("n,c,y\n1,red,10\n2,blue,20\n3,red,30\n6,green,60\n1000,black,7\n");
    mlpi_pipeline p = fitted(a, MLP_TASK_REGRESSION), q = fitted(b, MLP_TASK_REGRESSION);
    assert_true(p.features[0].fitted.number[0] == q.features[0].fitted.number[0]);
    assert_true(p.features[0].fitted.number[1] == q.features[0].fitted.number[1]);
    assert_int_equal(q.features[1].fitted.level_count, 3);
    mlpi_pipeline_release(&p);
    mlpi_pipeline_release(&q);
    mlp_table_free(a);
    mlp_table_free(b);
}

static void columns_are_matched_by_name_whatever_their_order(void **state)
{
    (void)state;
    mlp_table *t = table_of(training), *other = table_of("extra,c,n\nx,red,1\nx,green,6\n");
    mlpi_pipeline p = fitted(t, MLP_TASK_REGRESSION);
    mlp_encoded e, o;
    assert_int_equal(mlpi_pipeline_apply(&p, t, NULL, 4, true, &e, NULL), MLP_OK);
    assert_int_equal(mlpi_pipeline_apply(&p, other, NULL, 2, false, &o, NULL), MLP_OK);
    assert_memory_equal(o.x, e.x, 4 * sizeof *o.x);
    assert_memory_equal(o.x + 4, e.x + 12, 4 * sizeof *o.x);
    assert_null(o.target);
    mlp_encoded_release(&e);
    mlp_encoded_release(&o);
    mlpi_pipeline_release(&p);
    mlp_table_free(t);
    mlp_table_free(other);
}

static void unknown_categories_and_missing_values_are_counted(void **state)
{
    (void)state;
    mlp_table *t = table_of(training), *other = table_of("n,c\nNA,black\n3,\n");
    mlpi_pipeline p = fitted(t, MLP_TASK_REGRESSION);
    mlp_encoded e;
    const float unknown[] = {0, 0, 0, 0};
    assert_int_equal(mlpi_pipeline_apply(&p, other, NULL, 2, false, &e, NULL), MLP_OK);
    assert_memory_equal(e.x, unknown, sizeof unknown); /* the mean, and no category */
    assert_int_equal(e.unknown_cells, 1);
    assert_int_equal(e.missing_cells, 2);
    mlp_encoded_release(&e);
    mlpi_pipeline_release(&p);
    mlp_table_free(t);
    mlp_table_free(other);
}

static void missing_values_in_training_get_an_input_of_their_own(void **state)
{
    (void)state;
    mlp_table *t = table_of("n,y\n1,10\n,20\n3,30\n5,60\n");
    mlpi_pipeline p = fitted(t, MLP_TASK_REGRESSION);
    mlp_encoded e;
    assert_int_equal(mlpi_pipeline_apply(&p, t, NULL, 4, true, &e, NULL), MLP_OK);
    assert_int_equal(e.inputs, 2);
    assert_true(e.x[1] == 0.0f && e.x[3] == 1.0f);
    assert_true(e.x[2] == 0.0f); /* the mean */
    assert_true(p.features[0].fitted.number[0] == 3.0);
    mlp_encoded_release(&e);
    mlpi_pipeline_release(&p);
    mlp_table_free(t);
}

static void data_that_do_not_fit_the_model_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } wrong[] = {{"n\n1\n", "\"c\""}, {"n,c\n1,red\nmany,red\n", "t.csv:3: "}};
    mlp_table *t = table_of(training);
    mlpi_pipeline p = fitted(t, MLP_TASK_REGRESSION);
    for (size_t i = 0; i < 2; i++) {
        mlp_table *other = table_of(wrong[i].text);
        mlp_encoded e;
        mlp_error err = {0};
        assert_int_equal(
            mlpi_pipeline_apply(&p, other, NULL, mlp_table_rows(other), false, &e, &err),
            MLP_ERROR_DATA);
        if (strstr(err.message, wrong[i].says) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", err.message, wrong[i].says);
        mlp_table_free(other);
    }
    mlpi_pipeline_release(&p);
    mlp_table_free(t);
}

static void numeric_labels_are_in_numeric_order(void **state)
{
    (void)state;
    mlp_table *t = table_of("n,y\n1,10\n2,9\n3,100\n4,10\n");
    mlpi_pipeline p = fitted(t, MLP_TASK_CLASSIFICATION);
    assert_int_equal(p.label_count, 3);
    assert_string_equal(p.labels[0], "9");
    assert_string_equal(p.labels[1], "10");
    assert_string_equal(p.labels[2], "100");
    mlpi_pipeline_release(&p);
    mlp_table_free(t);
}

/* --- splits ----------------------------------------------------------------------------------- */

static void splits_are_stratified_disjoint_and_a_function_of_the_seed(void **state)
{
    (void)state;
    char text[4096] = "x,y\n";
    for (int i = 0; i < 100; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%d.5,%s\n", i,
                 i % 5 == 0 ? "rare" : "often");
    strcat(text, "3.5,\n"); /* without a target */
    mlp_table *t = table_of(text);
    const mlpi_schema_request request = request_of(y_name);
    mlpi_schema s = schema_of(t, &request);
    mlpi_split a, b, c;
    assert_int_equal(mlpi_split_rows(t, &s, 0.2, 1, &a, NULL), MLP_OK);
    assert_int_equal(mlpi_split_rows(t, &s, 0.2, 1, &b, NULL), MLP_OK);
    assert_int_equal(mlpi_split_rows(t, &s, 0.2, 2, &c, NULL), MLP_OK);
    assert_int_equal(a.training_count, 80);
    assert_int_equal(a.validation_count, 20);
    assert_int_equal(a.skipped, 1);
    assert_memory_equal(a.validation, b.validation, 20 * sizeof *a.validation);
    assert_memory_not_equal(a.validation, c.validation, 20 * sizeof *a.validation);
    size_t rare = 0;
    bool seen[101] = {false};
    for (size_t i = 0; i < 20; i++) {
        rare += a.validation[i] % 5 == 0;
        seen[a.validation[i]] = true;
    }
    assert_int_equal(rare, 4);
    for (size_t i = 0; i < 80; i++) {
        assert_false(seen[a.training[i]]);
        seen[a.training[i]] = true;
    }
    for (size_t i = 0; i < 100; i++)
        assert_true(seen[i]);
    mlpi_split_release(&a);
    mlpi_split_release(&b);
    mlpi_split_release(&c);
    mlpi_schema_release(&s);
    mlp_table_free(t);
}

static const mlpi_coding levels = {.levels = 3, .level = {0.1, 0.4, 0.9}};

/* Each level has an output; outputs that cross are sorted; the level nearest to 0.5 gives the
 * prediction. */
static void quantile_levels_are_outputs_of_their_own_and_never_cross(void **state)
{
    (void)state;
    mlp_table *t = table_of(training);
    mlpi_pipeline p = fitted_for(t, MLP_TASK_REGRESSION, levels);
    mlp_encoded e;
    assert_int_equal(mlpi_pipeline_apply(&p, t, NULL, 4, true, &e, NULL), MLP_OK);
    assert_int_equal(e.outputs, 3);
    assert_int_equal(mlpi_pipeline_width(&p), 3);
    for (size_t k = 0; k < 12; k++)
        near(e.target[k], (e.value[k / 3] - 30.0) / sqrt(350.0));
    const float y[] = {1.0f, -1.0f, 0.5f};
    double back[3];
    mlpi_pipeline_invert(&p, y, 1, back);
    near((float)back[0], (float)(30.0 - sqrt(350.0)));
    assert_true(back[0] < back[1] && back[1] < back[2]);
    double middle = 0.0;
    mlpi_pipeline_middle(&p, back, 1, &middle);
    assert_true(middle == back[1]);
    mlp_encoded_release(&e);
    mlpi_pipeline_release(&p);
    mlp_table_free(t);
}

static void counts_keep_their_units_and_are_not_negative(void **state)
{
    (void)state;
    mlp_table *t = table_of("x,y\n1,4\n2,0\n3,2\n4,7\n"), *bad = table_of("x,y\n1,4\n2,-1\n");
    mlpi_pipeline p = fitted_for(t, MLP_TASK_REGRESSION, (mlpi_coding){.counts = true});
    mlp_encoded e;
    mlp_error err = {0};
    assert_int_equal(mlpi_pipeline_apply(&p, t, NULL, 4, true, &e, NULL), MLP_OK);
    const float counts[] = {4, 0, 2, 7};
    assert_memory_equal(e.target, counts, sizeof counts);
    mlp_encoded_release(&e);
    assert_int_equal(mlpi_pipeline_apply(&p, bad, NULL, 2, true, &e, &err), MLP_ERROR_DATA);
    assert_int_equal(err.line, 3);
    mlpi_pipeline_release(&p);
    mlp_table_free(t);
    mlp_table_free(bad);
}

/* A single output decides at one half, or by its sign if outputs are signed; with several outputs
 * the largest decides, even if their probabilities are clipped to the same value. */
static void the_label_is_that_of_the_largest_output(void **state)
{
    (void)state;
    mlpi_pipeline p = {.task = MLP_TASK_CLASSIFICATION, .label_count = 3, .outputs = 3};
    const float far[] = {1.5f, 2.5f, -4.0f};
    double shown[3];
    assert_int_equal(mlpi_pipeline_label(&p, far), 1);
    p.coding.signed_outputs = true;
    assert_int_equal(mlpi_pipeline_label(&p, far), 1);
    mlpi_pipeline_invert(&p, far, 1, shown);
    assert_true(shown[0] == 0.5 && shown[1] == 0.5 && shown[2] == 0.0);
    p.label_count = 2;
    p.outputs = 1;
    p.coding.single_output = true;
    const float y = 0.25f;
    assert_int_equal(mlpi_pipeline_label(&p, &y), 1);
    mlpi_pipeline_invert(&p, &y, 1, shown);
    assert_true(shown[1] == 0.625 && shown[0] == 0.375);
    p.coding.signed_outputs = false;
    assert_int_equal(mlpi_pipeline_label(&p, &y), 0);
}

static void outputs_that_overflow_predict_nothing(void **state)
{
    (void)state;
    static const float bad[] = {NAN, INFINITY, -INFINITY};
    double shown[4];
    for (size_t i = 0; i < 3; i++) {
        mlpi_pipeline p = {.task = MLP_TASK_CLASSIFICATION, .label_count = 3, .outputs = 3};
        const float y[] = {0.5f, 0.25f, bad[i], 1.0f};
        assert_true(mlpi_pipeline_label(&p, y) == MLP_NO_LABEL);
        mlpi_pipeline_invert(&p, y, 1, shown);
        assert_true(isnan(shown[0]) && isnan(shown[1]) && isnan(shown[2]));
        p.label_count = 2;
        p.outputs = 1;
        p.coding.single_output = true;
        assert_true(mlpi_pipeline_label(&p, y + 2) == MLP_NO_LABEL);
        mlpi_pipeline_invert(&p, y + 2, 1, shown);
        assert_true(isnan(shown[0]) && isnan(shown[1]));
        mlpi_target targets[] = {{.transform = &mlpi_standard, .fitted = {.number = {0.0, 2.0}}},
                                 {.transform = &mlpi_standard, .fitted = {.number = {0.0, 2.0}}}};
        p = (mlpi_pipeline){.task = MLP_TASK_REGRESSION,
                            .targets = targets,
                            .target_count = 2,
                            .outputs = 4,
                            .coding = {.levels = 2}};
        mlpi_pipeline_invert(&p, y, 1, shown); /* the second target has no prediction */
        assert_true(shown[0] == 0.5 && shown[1] == 1.0 && isnan(shown[2]) && isnan(shown[3]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantile_levels_are_outputs_of_their_own_and_never_cross),
        cmocka_unit_test(counts_keep_their_units_and_are_not_negative),
        cmocka_unit_test(the_label_is_that_of_the_largest_output),
        cmocka_unit_test(outputs_that_overflow_predict_nothing),
        cmocka_unit_test(columns_get_their_role_and_say_why),
        cmocka_unit_test(the_user_decides_against_the_inference),
        cmocka_unit_test(data_that_cannot_be_learnt_from_are_refused),
        cmocka_unit_test(numbers_are_standardised_and_categories_one_hot),
        cmocka_unit_test(rows_outside_the_training_part_do_not_influence_the_fit),
        cmocka_unit_test(columns_are_matched_by_name_whatever_their_order),
        cmocka_unit_test(unknown_categories_and_missing_values_are_counted),
        cmocka_unit_test(missing_values_in_training_get_an_input_of_their_own),
        cmocka_unit_test(data_that_do_not_fit_the_model_are_refused),
        cmocka_unit_test(numeric_labels_are_in_numeric_order),
        cmocka_unit_test(splits_are_stratified_disjoint_and_a_function_of_the_seed),
    };
    return RUN(tests);
}
