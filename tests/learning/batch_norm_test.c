/* SPDX-License-Identifier: MIT */
/* The option `batch-norm`: with it networks learn that are too deep without it, the model is a
 * plain network, threads and resuming change no bit, and options that exclude it are refused. */
#include <unistd.h>

#include "learning/problem.h"
#include "optimize/minimize.h"
#include "optimize/rule.h"

static mlp_table *iris, *digits, *others;
static char path[] = "/tmp/mlp-batch-norm-XXXXXX";

static int load_tables(void **state)
{
    (void)state;
    close(mkstemp(path));
    unlink(path);
    const char *const files[] = {MLP_EXAMPLES "/data/iris.csv",
                                 MLP_EXAMPLES "/data/digits-train.csv",
                                 MLP_EXAMPLES "/data/digits-test.csv"};
    mlp_table **const tables[] = {&iris, &digits, &others};
    for (size_t i = 0; i < 3; i++)
        if (mlp_table_read(files[i], NULL, tables[i], NULL) != MLP_OK)
            return -1;
    return 0;
}

static int drop_tables(void **state)
{
    (void)state;
    mlp_table_free(iris);
    mlp_table_free(digits);
    mlp_table_free(others);
    unlink(path);
    return 0;
}

static mlp_train_options options_for(const char *target)
{
    static const char *targets[1];
    mlp_train_options o = mlpi_options_default();
    targets[0] = target;
    o.targets = (mlp_names){targets, 1};
    o.batch_norm = true;
    return o;
}

static mlp_train_options short_run(void)
{
    mlp_train_options o = options_for("species");
    o.hidden = "20,9";
    o.epochs = 12;
    o.patience = 0;
    o.checkpoint_every = 1;
    return o;
}

/* Six logistic layers let the gradient shrink almost to nothing; with normalised layers it does
 * not. */
static void a_deep_logistic_network_learns_with_it_and_not_without(void **state)
{
    (void)state;
    mlp_train_options o = options_for("digit");
    o.hidden = "32,32,32,32,32,32";
    o.activation = "logistic";
    o.epochs = 30;
    mlp_model *with = problem_train(digits, o, NULL);
    o.batch_norm = false;
    mlp_model *without = problem_train(digits, o, NULL);
    assert_true(problem_accuracy(with, others) >= 0.90);
    assert_true(problem_accuracy(without, others) <= 0.30);
    mlp_model_free(with);
    mlp_model_free(without);
}

/* The reported loss is that of the plain network with the best weights, as the evaluation computes
 * it. */
static void the_model_is_a_plain_network_that_reaches_the_reported_figures(void **state)
{
    (void)state;
    mlp_train_report report;
    mlp_train_options o = short_run();
    o.validation = 0.0;
    mlp_model *model = problem_train(iris, o, &report);
    mlp_evaluation e = problem_evaluate(model, iris);
    assert_true(fabs(e.loss - report.training_loss) <= 1e-12);
    assert_true(e.accuracy >= 0.9);
    assert_int_equal(mlp_network_size(mlp_model_network(model)),
                     4 * 20 + 20 * 9 + 9 * 3 + 20 + 9 + 3);
    assert_string_equal(problem_option(model, "batch-norm"), "yes");
    mlp_evaluation_release(&e);
    mlp_model_free(model);
    o.batch_norm = false;
    model = problem_train(iris, o, NULL);
    assert_null(strstr(mlp_model_metadata(model), "batch_norm"));
    mlp_model_free(model);
}

static void any_number_of_threads_gives_the_same_model(void **state)
{
    (void)state;
    static const int threads[] = {2, 3, 8};
    mlp_train_options o = options_for("digit");
    o.hidden = "200,100";
    o.batch = 128;
    o.epochs = 3;
    o.dropout = 0.2;
    o.threads = 1;
    mlp_model *one = problem_train(digits, o, NULL);
    for (size_t i = 0; i < 3; i++) {
        o.threads = threads[i];
        mlp_model *model = problem_train(digits, o, NULL);
        problem_assert_same(one, model, "threads");
        mlp_model_free(model);
    }
    mlp_model_free(one);
}

static void check_resume(mlp_train_options o, const char *what)
{
    static const size_t stops[] = {1, 4, 11};
    mlp_model *whole = problem_train(iris, o, NULL);
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        mlp_train_options part = o;
        unlink(path);
        part.checkpoint = path;
        part.epochs = stops[i];
        mlp_model_free(problem_train(iris, part, NULL));
        part.epochs = o.epochs;
        part.resume = true;
        mlp_model *resumed = problem_train(iris, part, NULL);
        assert_non_null(strstr(notices, "Resuming from"));
        problem_assert_same(whole, resumed, what);
        mlp_model_free(resumed);
    }
    mlp_model_free(whole);
}

/* This holds also if an epoch ends with a batch of a single row, and if every step takes all
 * rows. */
static void resuming_equals_never_stopping_for_every_rule(void **state)
{
    (void)state;
    mlp_train_report report;
    mlp_train_options o = short_run();
    mlp_model_free(problem_train(iris, o, &report));
    for (size_t i = 0; mlpi_rule_at(i) != NULL; i++) {
        o.optimizer = mlpi_rule_at(i)->name;
        check_resume(o, o.optimizer);
    }
    o = short_run();
    o.batch = report.rows_training - 1; /* one full batch, then a single row */
    o.dropout = 0.2;
    o.clip_norm = 0.5;
    check_resume(o, "a last batch of one row");
}

static void a_checkpoint_without_it_is_refused(void **state)
{
    (void)state;
    mlp_train_options o = short_run();
    mlp_model *model = NULL;
    mlp_error err = {0};
    unlink(path);
    o.checkpoint = path;
    mlp_model_free(problem_train(iris, o, NULL));
    o.resume = true;
    o.batch_norm = false;
    assert_int_equal(mlp_train(iris, NULL, &o, &model, NULL, &err), MLP_ERROR_MODEL);
    assert_non_null(strstr(err.message, "another run"));
}

static void refused(mlp_train_options o, const char *cause, const char *way_out)
{
    mlp_model *model = NULL;
    mlp_error err = {0};
    assert_int_equal(mlp_train(iris, NULL, &o, &model, NULL, &err), MLP_ERROR_ARGUMENT);
    if (strstr(err.message, "`batch-norm`") == NULL || strstr(err.message, cause) == NULL ||
        strstr(err.message, way_out) == NULL)
        fail_msg("\"%s\" names neither %s nor %s", err.message, cause, way_out);
}

static void it_is_refused_where_it_has_no_place(void **state)
{
    (void)state;
    mlp_train_options o = short_run();
    o.hidden = "none";
    refused(o, "`hidden` none", "`hidden` 96,48");
    o = short_run();
    o.batch = 1;
    refused(o, "a single row has none", "`batch` 2");
    o = short_run();
    o.max_norm = 1.0;
    refused(o, "`max-norm`", "leave out");
    o = short_run();
    o.loss = "quadratic";
    for (size_t i = 0; mlpi_method_at(i) != NULL; i++) {
        o.optimizer = mlpi_method_at(i)->name;
        refused(o, mlpi_method_at(i)->name, "`optimizer` adam");
    }
    o.optimizer = "auto"; /* auto chooses an update rule */
    mlp_model_free(problem_train(iris, o, NULL));
    assert_non_null(strstr(notices, "`batch-norm` is for update rules"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deep_logistic_network_learns_with_it_and_not_without),
        cmocka_unit_test(the_model_is_a_plain_network_that_reaches_the_reported_figures),
        cmocka_unit_test(any_number_of_threads_gives_the_same_model),
        cmocka_unit_test(resuming_equals_never_stopping_for_every_rule),
        cmocka_unit_test(a_checkpoint_without_it_is_refused),
        cmocka_unit_test(it_is_refused_where_it_has_no_place),
    };
    return cmocka_run_group_tests(tests, load_tables, drop_tables);
}
