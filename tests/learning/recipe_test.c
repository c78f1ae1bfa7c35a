/* SPDX-License-Identifier: MIT */
/* Options that make up a recipe: the NTK parametrisation has the effect of the learning rates that
 * it stands for, and the whole recipe gives the same bits with any number of threads and after
 * resuming. */
#include <unistd.h>

#include "learning/iris.h"

static mlp_train_options plain(void)
{
    static const char *const target[] = {"species"};
    mlp_train_options o = mlpi_options_default();
    o.targets = (mlp_names){target, 1};
    o.hidden = "4:tanh,4:tanh";
    o.epochs = 12;
    o.patience = 0;
    o.l2 = 0.0;
    return o;
}

static double difference(const mlp_model *a, const mlp_model *b)
{
    const mlp_network *n = mlp_model_network(a), *m = mlp_model_network(b);
    double most = 0.0;
    assert_int_equal(mlp_network_size(n), mlp_network_size(m));
    for (size_t i = 0; i < mlp_network_size(n); i++)
        most = fmax(most, fabs((double)mlp_network_parameters_const(n)[i] -
                               (double)mlp_network_parameters_const(m)[i]));
    return most;
}

/* Every layer has four inputs, so that NTK halves the steps of weights. Both trainings begin with
 * the same weights. */
static void ntk_is_a_rate_by_the_inputs_of_a_layer(void **state)
{
    (void)state;
    mlp_train_options o = plain();
    mlp_model *start = problem_train(table, o, NULL);
    o.initial = start;
    o.optimizer = "adamw";
    o.learning_rate = 0.05;
    o.parametrisation = "ntk";
    o.bias_rate = 0.5;
    mlp_model *ntk = problem_train(table, o, NULL);
    o.parametrisation = "standard";
    o.learning_rate = 0.025;
    o.bias_rate = 1.0;
    o.weight_decay *= 2.0; /* so that a step shrinks weights by as much */
    mlp_model *standard = problem_train(table, o, NULL);
    assert_true(difference(start, ntk) > 0.05);
    assert_true(difference(ntk, standard) < 1e-4);
    mlp_model_free(start);
    mlp_model_free(ntk);
    mlp_model_free(standard);
}

static mlp_train_options recipe(void)
{
    mlp_train_options o = plain();
    o.hidden = "20:selu,9:mish";
    o.parametrisation = "ntk";
    o.bias_rate = 0.1;
    o.learning_rate = 0.05;
    o.beta2 = 0.95;
    o.schedule = "coslog";
    o.input_scale = 6.0;
    o.first_weights = "data";
    o.output_biases = "prior";
    o.ties = "last";
    return o;
}

static void any_number_of_threads_gives_the_same_model(void **state)
{
    (void)state;
    mlp_train_options o = recipe();
    o.hidden = "300:selu,200:mish"; /* large enough to be worth threads */
    o.batch = 64;
    o.epochs = 3;
    o.threads = 1;
    mlp_model *one = problem_train(table, o, NULL);
    o.threads = 3;
    mlp_model *three = problem_train(table, o, NULL);
    problem_assert_same(one, three, "threads");
    mlp_model_free(one);
    mlp_model_free(three);
}

static bool stop_at_five(const mlp_progress *progress, void *context)
{
    (void)context;
    return progress->epoch < 5;
}

static void resuming_equals_never_stopping(void **state)
{
    (void)state;
    mlp_train_options o = recipe();
    mlp_model *whole = problem_train(table, o, NULL);
    unlink(path);
    o.checkpoint = path;
    o.checkpoint_every = 4;
    o.progress = stop_at_five;
    mlp_model_free(problem_train(table, o, NULL));
    o.progress = NULL;
    o.resume = true;
    mlp_model *resumed = problem_train(table, o, NULL);
    problem_assert_same(whole, resumed, "resumed");
    mlp_model_free(whole);
    mlp_model_free(resumed);
}

static bool keep_epoch(const mlp_progress *progress, void *context)
{
    if (progress->best)
        *(size_t *)context = progress->epoch;
    return true;
}

/* With a rate of almost 0 all epochs are equally good. */
static void the_last_of_equal_epochs_is_kept(void **state)
{
    (void)state;
    static const char *const names[] = {"first", "last"};
    for (size_t i = 0; i < 2; i++) {
        size_t kept = 0;
        mlp_train_options o = plain();
        o.metric = "accuracy";
        o.learning_rate = 1e-9;
        o.ties = names[i];
        o.progress = keep_epoch;
        o.context = &kept;
        mlp_model_free(problem_train(table, o, NULL));
        assert_int_equal(kept, i == 0 ? 1 : 12);
    }
}

static void what_has_no_place_is_refused(void **state)
{
    (void)state;
    mlp_train_options o = plain();
    mlp_model *model = NULL;
    mlp_error err = {0};
    o.input_scale = 6.0;
    o.max_norm = 1.0;
    assert_int_equal(mlp_train(table, NULL, &o, &model, NULL, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "`max-norm`"));
    o.max_norm = 0.0;
    o.ties = "lest";
    assert_int_equal(mlp_train(table, NULL, &o, &model, NULL, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "did you mean last?"));
}

static void the_recipe_learns(void **state)
{
    (void)state;
    mlp_train_options o = recipe();
    mlp_train_report report;
    o.epochs = 60;
    mlp_model_free(problem_train(table, o, &report));
    assert_true(report.training_metric >= 0.96 && report.validation_metric >= 0.9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ntk_is_a_rate_by_the_inputs_of_a_layer),
        cmocka_unit_test(any_number_of_threads_gives_the_same_model),
        cmocka_unit_test(resuming_equals_never_stopping),
        cmocka_unit_test(the_last_of_equal_epochs_is_kept),
        cmocka_unit_test(what_has_no_place_is_refused),
        cmocka_unit_test(the_recipe_learns),
    };
    return cmocka_run_group_tests(tests, load_table, drop_table);
}
