/* SPDX-License-Identifier: MIT */
/* Runs: the same bytes for any number of threads, the best weights whatever ends the run, and plain
 * messages when training fails. */
#include "base/base.h"
#include "engine/engine.h"
#include "learning/digits.h"
#include "learning/problem.h"
#include "model/model.h"

static mlp_train_options settings(void)
{
    static const char *const target[] = {"digit"};
    mlp_train_options o = mlpi_options_default();
    o.targets = (mlp_names){target, 1};
    o.hidden = "200,100";
    o.batch = 256;
    o.epochs = 6;
    return o;
}

static void one_and_three_threads_give_the_same_model(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    o.threads = 1;
    mlp_model *one = problem_train(digit_rows, o, NULL);
    o.threads = 3;
    mlp_model *three = problem_train(digit_rows, o, NULL);
    problem_assert_same(one, three, "threads");
    mlp_model_free(one);
    mlp_model_free(three);
}

static void another_seed_gives_another_model(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    mlp_model *one = problem_train(digit_rows, o, NULL);
    o.seed = 2;
    mlp_model *two = problem_train(digit_rows, o, NULL);
    assert_memory_not_equal(mlp_network_parameters_const(mlp_model_network(one)),
                            mlp_network_parameters_const(mlp_model_network(two)), 4000);
    mlp_model_free(one);
    mlp_model_free(two);
}

/* --- what progress saw ------------------------------------------------------------------------ */

static struct {
    double best_loss;
    size_t best_epoch, epochs;
    mlp_flag stop;
    size_t stop_at;
} seen;

static bool watch(const mlp_progress *now, void *context)
{
    (void)context;
    seen.epochs = now->epoch;
    if (now->validation_loss < seen.best_loss) {
        seen.best_loss = now->validation_loss;
        seen.best_epoch = now->epoch;
        assert_true(now->best);
    }
    if (now->epoch == seen.stop_at)
        seen.stop = 1;
    return true;
}

static mlp_model *watched(mlp_train_options o, mlp_train_report *report)
{
    seen.best_loss = INFINITY;
    seen.stop = 0;
    o.progress = watch;
    o.stop = &seen.stop;
    return problem_train(digit_rows, o, report);
}

static void early_stopping_returns_the_best_weights(void **state)
{
    (void)state;
    mlp_train_report report;
    mlp_train_options o = settings();
    o.hidden = "32";
    o.batch = 16;
    o.epochs = 500;
    o.patience = 10;
    o.learning_rate = 0.01;
    seen.stop_at = 0;
    mlp_model *model = watched(o, &report);
    assert_int_equal(report.reason, MLP_STOP_PATIENCE);
    assert_int_equal(report.best_epoch, seen.best_epoch);
    assert_int_equal(report.epochs, seen.best_epoch + 10);
    /* The model's weights are those with the smallest loss that was reported. */
    assert_true(report.validation_loss == seen.best_loss);
    mlp_model_free(model);
}

static void an_interrupted_run_keeps_the_best_so_far(void **state)
{
    (void)state;
    mlp_train_report report;
    mlp_train_options o = settings();
    o.epochs = 100;
    seen.stop_at = 3;
    mlp_model *model = watched(o, &report);
    assert_int_equal(report.reason, MLP_STOP_INTERRUPTED);
    assert_int_equal(report.epochs, 3);
    assert_true(report.validation_loss == seen.best_loss);
    mlp_model_free(model);
}

static void a_diverging_run_keeps_what_was_good_and_says_what_to_try(void **state)
{
    (void)state;
    mlp_table *line = problem_table("x,y\n1,1.5\n2,3.5\n3,4\n4,9\n5,9.5\n6,13\n7,14\n8,15.5\n");
    mlp_train_options o = mlpi_options_default();
    static const char *const target[] = {"y"};
    mlp_error err = {0};
    mlp_model *model = NULL;
    mlp_train_report report;
    o.targets = (mlp_names){target, 1};
    o.optimizer = "sgd";
    o.hidden = "none";
    o.learning_rate = 1e6;
    o.validation = 0.0;
    o.notice = keep_notice;
    notices[0] = '\0';
    const mlp_status status = mlp_train(line, NULL, &o, &model, &report, &err);
    if (status == MLP_OK) { /* at least one epoch ended well */
        assert_true(report.best_epoch > 0);
        assert_int_equal(report.reason, MLP_STOP_DIVERGED);
        assert_non_null(strstr(notices, "Try `learning-rate` 0.05"));
        assert_true(isfinite(report.training_loss));
    } else {
        assert_int_equal(status, MLP_ERROR_DATA);
        assert_non_null(strstr(err.message, "`learning-rate`"));
    }
    mlp_model_free(model);
    model = NULL;
    o.hidden = "8:linear"; /* the first epoch diverges, and initial weights are not a result */
    o.batch = 1;
    assert_int_equal(mlp_train(line, NULL, &o, &model, &report, &err), MLP_ERROR_DATA);
    assert_non_null(strstr(err.message, "diverged before it completed an epoch"));
    assert_null(model);
    mlp_table_free(line);
}

static void a_table_of_the_users_own_decides_instead_of_a_split(void **state)
{
    (void)state;
    mlp_table *validation = NULL;
    mlp_train_options o = settings();
    mlp_train_report report;
    mlp_model *model = NULL;
    assert_int_equal(mlp_table_read(MLP_EXAMPLES "/data/digits-test.csv", NULL, &validation, NULL),
                     MLP_OK);
    assert_int_equal(mlp_train(digit_rows, validation, &o, &model, &report, NULL), MLP_OK);
    assert_int_equal(report.rows_training, mlp_table_rows(digit_rows));
    assert_int_equal(report.rows_validation, mlp_table_rows(validation));
    mlp_model_free(model);
    mlp_table_free(validation);
}

static void wrong_options_are_refused_by_name(void **state)
{
    (void)state;
    static const struct {
        const char *hidden, *activation, *loss, *optimizer;
        double rate;
        const char *says;
    } wrong[] = {
        {"64;32", "relu", "auto", "adam", 0, "`hidden`"},
        {"0", "relu", "auto", "adam", 0, "`hidden`"},
        {"8:rely", "relu", "auto", "adam", 0, "did you mean relu?"},
        {"8", "softmax", "auto", "adam", 0, "output layer only"},
        {"8", "relu", "mse", "adam", 0, "`loss` mse is not known"},
        {"8", "relu", "auto", "adma", 0, "did you mean adam?"},
        {"8", "relu", "auto", "adam", -1, "`learning-rate` -1"},
        {"8", "relu", "auto", "adam", NAN, "`learning-rate`"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        mlp_train_options o = settings();
        mlp_model *model = NULL;
        mlp_error err = {0};
        o.hidden = wrong[i].hidden;
        o.activation = wrong[i].activation;
        o.loss = wrong[i].loss;
        o.optimizer = wrong[i].optimizer;
        o.learning_rate = wrong[i].rate;
        assert_int_equal(mlp_train(digit_rows, NULL, &o, &model, NULL, &err), MLP_ERROR_ARGUMENT);
        assert_null(model);
        if (strstr(err.message, wrong[i].says) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", err.message, wrong[i].says);
    }
}

/* --- the gradient check ----------------------------------------------------------------------- */

static void the_gradient_check_passes_on_a_trained_model(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    mlp_encoded encoded;
    mlp_gradient_check check;
    o.activation = "tanh";
    o.hidden = "9,7";
    mlp_model *model = problem_train(digit_rows, o, NULL);
    assert_int_equal(mlp_model_encode(model, digit_rows, true, &encoded, NULL), MLP_OK);
    assert_int_equal(mlp_check_gradient(model, &encoded, 30, 200, &check, NULL), MLP_OK);
    assert_true(check.passed);
    assert_int_equal(check.checked + check.kinks, 200);
    assert_true(check.engine_error <= 1e-4 && check.reference_error <= 1e-6);
    mlp_encoded_release(&encoded);
    mlp_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_and_three_threads_give_the_same_model),
        cmocka_unit_test(another_seed_gives_another_model),
        cmocka_unit_test(early_stopping_returns_the_best_weights),
        cmocka_unit_test(an_interrupted_run_keeps_the_best_so_far),
        cmocka_unit_test(a_diverging_run_keeps_what_was_good_and_says_what_to_try),
        cmocka_unit_test(a_table_of_the_users_own_decides_instead_of_a_split),
        cmocka_unit_test(wrong_options_are_refused_by_name),
        cmocka_unit_test(the_gradient_check_passes_on_a_trained_model),
    };
    return cmocka_run_group_tests(tests, read_digits, free_digits);
}
