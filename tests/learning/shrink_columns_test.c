/* SPDX-License-Identifier: MIT */
/* Small networks with fewer columns: columns without information are dropped, one of several with
 * the same information stays, and the result is the same for any number of threads. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "learning/problem.h"
#include "mlp/shrink.h"

enum { ROWS = 400 };

/* What p and q are: noise, or linear functions of a and b, on which y depends. */
typedef enum extra { NOISE, TWINS } extra;

/* Makes rows whose y is "in" inside a circle in a and b. */
static mlp_table *make_ring(uint64_t seed, extra beside)
{
    mlpi_random random = mlpi_random_init(seed, 0);
    char *text = malloc(ROWS * 96 + 80), *at = text;
    at += sprintf(at, "p,a,q,b,r,y\n");
    for (size_t i = 0; i < ROWS; i++) {
        const double a = 4.0 * mlpi_random_uniform(&random) - 2.0,
                     b = 4.0 * mlpi_random_uniform(&random) - 2.0;
        const double p = mlpi_random_uniform(&random), q = mlpi_random_uniform(&random);
        const char *r = mlpi_random_below(&random, 2) == 0 ? "red" : "blue";
        at += sprintf(at, "%.4f,%.4f,%.4f,%.4f,%s,%s\n", beside == TWINS ? -2.0 * a : p, a,
                      beside == TWINS ? b + 7.0 : q, b, r, hypot(a, b) < 1.4 ? "in" : "out");
    }
    mlp_table *made = problem_table(text);
    free(text);
    return made;
}

/* Makes rows whose y is a quantity that depends on a number with gaps and on a text. */
static mlp_table *make_quantity(uint64_t seed)
{
    static const char *const colours[] = {"red", "green", "blue"};
    mlpi_random random = mlpi_random_init(seed, 0);
    char *text = malloc(ROWS * 96 + 80), *at = text;
    at += sprintf(at, "p,colour,a,q,y\n");
    for (size_t i = 0; i < ROWS; i++) {
        const uint64_t colour = mlpi_random_below(&random, 3);
        const double a = mlpi_random_normal(&random), p = mlpi_random_normal(&random);
        const double q = mlpi_random_uniform(&random), y = a + 2.0 * (double)(colour % 2) - q / 50;
        at += i % 10 == 3 ? sprintf(at, "%.4f,%s,,%.4f,%.4f\n", p, colours[colour], q, y)
                          : sprintf(at, "%.4f,%s,%.4f,%.4f,%.4f\n", p, colours[colour], a, q, y);
    }
    mlp_table *made = problem_table(text);
    free(text);
    return made;
}

static mlp_model *teach(const mlp_table *rows)
{
    mlp_train_options o = mlpi_options_default();
    o.hidden = "24,12";
    o.epochs = 60;
    return problem_train(rows, o, NULL);
}

static mlp_status try_shrink(const mlp_model *teacher, const mlp_table *rows, const char *columns,
                             mlp_train_options training, mlp_model **student, mlp_error *err)
{
    mlp_shrink_options *o = NULL;
    assert_int_equal(mlp_shrink_options_create(&o, NULL), MLP_OK);
    assert_int_equal(mlp_shrink_options_set(o, "max-parameters", "80", NULL), MLP_OK);
    assert_int_equal(mlp_shrink_options_set(o, "max-columns", columns, NULL), MLP_OK);
    training.epochs = 60;
    *student = NULL;
    const mlp_status status = mlp_shrink(teacher, rows, NULL, &training, o, student, NULL, err);
    mlp_shrink_options_free(o);
    return status;
}

static mlp_model *shrink(const mlp_model *teacher, const mlp_table *rows, const char *columns,
                         int threads)
{
    mlp_train_options training = mlpi_options_default();
    mlp_model *student = NULL;
    mlp_error err = {0};
    training.threads = threads;
    if (try_shrink(teacher, rows, columns, training, &student, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return student;
}

static void assert_columns(const mlp_model *model, const char *first, const char *second)
{
    assert_int_equal(mlp_model_column_count(model), 2);
    assert_string_equal(mlp_model_column(model, 0), first);
    assert_string_equal(mlp_model_column(model, 1), second);
}

/* --- which columns are dropped ---------------------------------------------------------------- */

/* The smaller network is as accurate on new rows as one with all columns, and does not need the
 * others. */
static void columns_that_tell_nothing_leave_test(void **state)
{
    (void)state;
    mlp_table *rows = make_ring(3, NOISE), *others = make_ring(4, NOISE), *bare = NULL;
    mlp_model *teacher = teach(rows);
    mlp_model *all = shrink(teacher, rows, "0", 2), *two = shrink(teacher, rows, "2", 2);
    assert_columns(two, "a", "b");
    assert_true(problem_accuracy(two, others) >= problem_accuracy(all, others) - 0.01);
    assert_true(problem_accuracy(two, others) > 0.9);
    bare = problem_table("b,a\n0.1,0.2\n1.9,-1.8\n");
    mlp_predictions predictions = {0};
    assert_int_equal(mlp_model_predict(two, bare, 1, &predictions, NULL), MLP_OK);
    assert_string_equal(mlp_model_label(two, predictions.label[0]), "in");
    assert_string_equal(mlp_model_label(two, predictions.label[1]), "out");
    mlp_predictions_release(&predictions);
    mlp_table_free(bare);
    mlp_table_free(rows);
    mlp_table_free(others);
    mlp_model_free(teacher);
    mlp_model_free(all);
    mlp_model_free(two);
}

/* Either column of a pair can be dropped, but not both. */
static void of_twins_one_stays_test(void **state)
{
    (void)state;
    mlp_table *rows = make_ring(5, TWINS);
    mlp_model *teacher = teach(rows), *two = shrink(teacher, rows, "2", 2);
    assert_int_equal(mlp_model_column_count(two), 2);
    assert_true(strchr("ap", mlp_model_column(two, 0)[0]) != NULL);
    assert_true(strchr("bq", mlp_model_column(two, 1)[0]) != NULL);
    assert_true(problem_accuracy(two, rows) > 0.9);
    mlp_table_free(rows);
    mlp_model_free(teacher);
    mlp_model_free(two);
}

static void texts_and_gaps_are_of_their_column_test(void **state)
{
    (void)state;
    mlp_table *rows = make_quantity(6);
    mlp_model *teacher = teach(rows), *two = shrink(teacher, rows, "2", 2);
    assert_columns(two, "colour", "a");
    mlp_table_free(rows);
    mlp_model_free(teacher);
    mlp_model_free(two);
}

/* --- the rest --------------------------------------------------------------------------------- */

static void threads_and_wide_bounds_change_nothing_test(void **state)
{
    (void)state;
    mlp_table *rows = make_ring(3, NOISE);
    mlp_model *teacher = teach(rows);
    mlp_model *one = shrink(teacher, rows, "3", 1), *four = shrink(teacher, rows, "3", 4);
    mlp_model *all = shrink(teacher, rows, "0", 1), *wide = shrink(teacher, rows, "5", 1);
    problem_assert_same(one, four, "threads");
    problem_assert_same(all, wide, "a bound of all columns");
    mlp_table_free(rows);
    mlp_model_free(teacher);
    mlp_model_free(one);
    mlp_model_free(four);
    mlp_model_free(all);
    mlp_model_free(wide);
}

static bool stop_at_once(const mlp_progress *now, void *context)
{
    (void)now;
    (void)context;
    return false;
}

static void stop_is_heard_test(void **state)
{
    (void)state;
    mlp_train_options training = mlpi_options_default();
    mlp_table *rows = make_ring(3, NOISE);
    mlp_model *teacher = teach(rows), *none = NULL;
    training.progress = stop_at_once;
    assert_int_equal(try_shrink(teacher, rows, "2", training, &none, NULL), MLP_ERROR_INTERRUPTED);
    assert_null(none);
    mlp_table_free(rows);
    mlp_model_free(teacher);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_that_tell_nothing_leave_test),
        cmocka_unit_test(of_twins_one_stays_test),
        cmocka_unit_test(texts_and_gaps_are_of_their_column_test),
        cmocka_unit_test(threads_and_wide_bounds_change_nothing_test),
        cmocka_unit_test(stop_is_heard_test),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
