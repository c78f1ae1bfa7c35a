/* SPDX-License-Identifier: MIT */
/* Each fold of a cross-validation is a plain training on the other folds; every row is predicted
 * once per repeat, groups stay together, and threads change nothing. */
#include "learning/problem.h"
#include "search/cross_validate.h"

static mlp_table *iris, *diabetes;

static int load_tables(void **state)
{
    (void)state;
    const bool loaded =
        mlp_table_read(MLP_EXAMPLES "/data/iris.csv", NULL, &iris, NULL) == MLP_OK &&
        mlp_table_read(MLP_EXAMPLES "/data/diabetes.csv", NULL, &diabetes, NULL) == MLP_OK;
    return loaded ? 0 : -1;
}

static int drop_tables(void **state)
{
    (void)state;
    mlp_table_free(iris);
    mlp_table_free(diabetes);
    return 0;
}

/* The options with which each fold is trained. */
static mlp_train_options training;

static mlp_cross_validation_options settings(const char *target)
{
    static const char *name[1];
    mlp_cross_validation_options o = mlpi_cross_validation_options_default();
    name[0] = target;
    training = mlpi_options_default();
    o.train = &training;
    training.targets = (mlp_names){name, 1};
    training.hidden = "5";
    training.epochs = 15;
    o.folds = 4;
    o.repeats = 2;
    return o;
}

static mlp_cross_validation run(const mlp_table *table, const mlp_cross_validation_options *o)
{
    mlp_cross_validation r;
    mlp_error err = {0};
    if (mlp_cross_validate(table, o, &r, &err) != MLP_OK)
        fail_msg("%s", err.message);
    assert_int_equal(r.count, o->folds * o->repeats);
    return r;
}

static void every_row_is_predicted_once_a_repeat(void **state)
{
    (void)state;
    const mlp_cross_validation_options o = settings("species");
    mlp_cross_validation r = run(iris, &o);
    for (size_t repeat = 0; repeat < o.repeats; repeat++) {
        int seen[150] = {0};
        for (size_t i = 0; i < r.count; i++) {
            const mlp_fold *f = &r.folds[i];
            assert_int_equal(f->predicted.rows, f->count);
            for (size_t k = 0; f->repeat == repeat && k < f->count; k++)
                seen[f->row[k]]++;
        }
        for (size_t k = 0; k < 150; k++)
            assert_int_equal(seen[k], 1);
    }
    assert_memory_not_equal(r.folds[0].row, r.folds[o.folds].row, 10 * sizeof(size_t));
    mlp_cross_validation_release(&r);
}

/* Returns the rows inside or outside a fold as a table. */
static mlp_table *part_of(const mlp_table *table, const mlp_fold *f, bool inside)
{
    static size_t rows[500];
    size_t count = 0, at = 0;
    mlp_table *part = NULL;
    for (size_t r = 0; r < mlp_table_rows(table); r++) {
        const bool in = at < f->count && f->row[at] == r;
        at += in;
        if (in == inside)
            rows[count++] = r;
    }
    assert_int_equal(mlp_table_subset(table, rows, count, &part, NULL), MLP_OK);
    return part;
}

static void compare_with_plain_trainings(const mlp_cross_validation_options *o)
{
    mlp_cross_validation r = run(diabetes, o);
    for (size_t i = 0; i < r.count; i += 3) {
        const mlp_fold *f = &r.folds[i];
        mlp_table *others = part_of(diabetes, f, false), *fold = part_of(diabetes, f, true);
        mlp_model *model = problem_train(others, training, NULL);
        mlp_evaluation e = problem_evaluate(model, fold);
        assert_near(f->figures.rmse, e.rmse, 0.0);
        assert_near(f->figures.r2, e.r2, 0.0);
        assert_int_equal(mlp_model_member_count(f->model), mlp_model_member_count(model));
        mlp_evaluation_release(&e);
        mlp_model_free(model);
        mlp_table_free(others);
        mlp_table_free(fold);
    }
    mlp_cross_validation_release(&r);
}

static void a_fold_is_a_plain_training_on_the_others(void **state)
{
    (void)state;
    const mlp_cross_validation_options o = settings("progression");
    compare_with_plain_trainings(&o);
}

/* Recipes are compared by folds of the training rows, and never see the rows that the fold is
 * evaluated on. */
static void with_recipes_too(void **state)
{
    (void)state;
    mlp_cross_validation_options o = settings("progression");
    o.repeats = 1;
    training.quality = "good";
    training.epochs = 3;
    training.threads = 2;
    compare_with_plain_trainings(&o);
}

static void mean_and_deviation_are_those_of_the_folds(void **state)
{
    (void)state;
    const mlp_cross_validation_options o = settings("progression");
    mlp_cross_validation r = run(diabetes, &o);
    double mean = 0.0, deviation = 0.0, sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < r.count; i++) {
        sum += r.folds[i].figures.mae;
        squares += r.folds[i].figures.mae * r.folds[i].figures.mae;
    }
    assert_true(mlp_cross_validation_figure(&r, "mae", &mean, &deviation));
    assert_near(mean, sum / 8.0, 1e-12 * sum);
    assert_near(deviation, sqrt((squares - sum * sum / 8.0) / 7.0), 1e-9 * sum);
    assert_true(mlp_cross_validation_figure(&r, "baseline_rmse", &mean, &deviation));
    assert_false(mlp_cross_validation_figure(&r, "accuracy", &mean, &deviation));
    assert_false(mlp_cross_validation_figure(&r, "beauty", &mean, &deviation));
    mlp_cross_validation_release(&r);
}

static void threads_change_nothing(void **state)
{
    (void)state;
    mlp_cross_validation_options o = settings("species");
    training.threads = 1;
    mlp_cross_validation one = run(iris, &o);
    for (int threads = 2; threads <= 3; threads++) {
        training.threads = threads;
        mlp_cross_validation more = run(iris, &o);
        for (size_t i = 0; i < one.count; i++) {
            const mlp_network *n = mlp_model_network(one.folds[i].model);
            assert_memory_equal(
                mlp_network_parameters_const(n),
                mlp_network_parameters_const(mlp_model_network(more.folds[i].model)),
                mlp_network_size(n) * sizeof(float));
        }
        mlp_cross_validation_release(&more);
    }
    mlp_cross_validation_release(&one);
}

static void groups_stay_together(void **state)
{
    (void)state;
    char text[8000] = "x,patient,y\n";
    for (int i = 0; i < 200; i++)
        sprintf(text + strlen(text), "%d,p%d,%d\n", i * 7 % 31, i * 13 % 23, i * 7 % 31 > 14);
    mlp_table *table = problem_table(text);
    mlp_cross_validation_options o = settings("y");
    training.validation_group = "patient";
    mlp_cross_validation r = run(table, &o);
    int fold_of[23];
    for (size_t repeat = 0; repeat < o.repeats; repeat++) {
        memset(fold_of, -1, sizeof fold_of);
        for (size_t i = repeat * o.folds; i < (repeat + 1) * o.folds; i++)
            for (size_t k = 0; k < r.folds[i].count; k++) {
                int *fold = &fold_of[r.folds[i].row[k] * 13 % 23];
                assert_true(*fold == -1 || *fold == (int)i);
                *fold = (int)i;
            }
    }
    mlp_cross_validation_release(&r);
    mlp_table_free(table);
}

/* Makes a table of sizes, amounts and days, written as people write them or as plainly as possible.
 * Only the file as a whole shows how to read a cell: not every size has a thousands separator, and
 * only one row has a day beyond 12. */
static mlp_table *dressed_or_plain(bool dressed)
{
    enum { ROWS = 240 };
    static char text[ROWS * 64];
    size_t length = (size_t)snprintf(text, sizeof text, "size;amount;day;y\n");
    for (int r = 0; r < ROWS; r++) {
        const int size = 200 + r * 7919 % 1800, cents = r * 104729 % 900000 + 100000;
        const int day = r == 77 ? 25 : 1 + r % 12, month = 1 + r / 12 % 12;
        const char *form = !dressed       ? "%d;%d%03d.%02d;2023-%02d-%02d;%d.5\n"
                           : size >= 1000 ? "1.%03d;%d.%03d,%02d;%02d/%02d/2023;%d,5\n"
                                          : "%d;%d.%03d,%02d;%02d/%02d/2023;%d,5\n";
        length += (size_t)snprintf(text + length, sizeof text - length, form,
                                   dressed && size >= 1000 ? size - 1000 : size, cents / 100000,
                                   cents / 100 % 1000, cents % 100, dressed ? day : month,
                                   dressed ? month : day, size + cents / 1000 + month);
    }
    mlp_table *table = NULL;
    mlp_error err = {0};
    if (mlp_table_read_memory(text, length, "t.csv", NULL, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return table;
}

static void a_fold_is_read_as_the_whole_table_is(void **state)
{
    (void)state;
    mlp_table *const dressed = dressed_or_plain(true), *const plain = dressed_or_plain(false);
    const mlp_cross_validation_options o = settings("y");
    mlp_cross_validation a = run(dressed, &o), b = run(plain, &o);
    double one = 0.0, other = 0.0, deviation = 0.0;
    assert_true(mlp_cross_validation_figure(&a, "rmse", &one, &deviation));
    assert_true(mlp_cross_validation_figure(&b, "rmse", &other, &deviation));
    assert_near(one, other, 0.0);
    mlp_cross_validation_release(&a);
    mlp_cross_validation_release(&b);
    mlp_table_free(dressed);
    mlp_table_free(plain);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    mlp_cross_validation_options o = settings("species");
    mlp_cross_validation r;
    mlp_error err = {0};
    o.folds = 200;
    assert_int_equal(mlp_cross_validate(iris, &o, &r, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "200"));
    o.folds = 3;
    training.hidden = "x";
    assert_int_equal(mlp_cross_validate(iris, &o, &r, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "`hidden`"));
    training.hidden = "5";
    training.validation_time = "petal_width";
    assert_int_equal(mlp_cross_validate(iris, &o, &r, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "`validation-time`"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_predicted_once_a_repeat),
        cmocka_unit_test(a_fold_is_a_plain_training_on_the_others),
        cmocka_unit_test(with_recipes_too),
        cmocka_unit_test(mean_and_deviation_are_those_of_the_folds),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(groups_stay_together),
        cmocka_unit_test(a_fold_is_read_as_the_whole_table_is),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests(tests, load_tables, drop_tables);
}
