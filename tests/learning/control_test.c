/* SPDX-License-Identifier: MIT */
/* What decides when training ends and which weights are kept: the metric, the smallest change that
 * counts, restarts, a caller that owns the loop. */
#include <unistd.h>

#include "learning/problem.h"

static mlp_table *table;

static int load_table(void **state)
{
    (void)state;
    return mlp_table_read(MLP_EXAMPLES "/data/iris.csv", NULL, &table, NULL) == MLP_OK ? 0 : -1;
}

static int drop_table(void **state)
{
    (void)state;
    mlp_table_free(table);
    return 0;
}

static mlp_train_options settings(void)
{
    static const char *const target[] = {"species"};
    mlp_train_options o = mlpi_options_default();
    o.targets = (mlp_names){target, 1};
    o.hidden = "6";
    o.epochs = 40;
    o.validation = 0.3;
    return o;
}

/* --- the caller's loop ------------------------------------------------------------------------ */

static void a_loop_of_the_caller_is_mlp_train(void **state)
{
    (void)state;
    const mlp_train_options o = settings();
    mlp_trainer *trainer = NULL;
    mlp_model *own = NULL, *early = NULL, *whole = problem_train(table, o, NULL);
    mlp_progress now = {0};
    size_t epochs = 0;
    assert_int_equal(mlp_trainer_create(table, NULL, &o, &trainer, NULL), MLP_OK);
    while (mlp_trainer_step(trainer, &now)) {
        assert_int_equal(now.epoch, ++epochs);
        if (epochs == 5) /* a model taken on the way changes nothing */
            assert_int_equal(mlp_trainer_model(trainer, &early, NULL, NULL), MLP_OK);
    }
    assert_false(mlp_trainer_step(trainer, NULL));
    assert_int_equal(mlp_trainer_model(trainer, &own, NULL, NULL), MLP_OK);
    mlp_trainer_free(trainer);
    problem_assert_same(own, whole, "the loop of the caller");
    assert_true(problem_accuracy(early, table) > 0.3);
    mlp_model_free(early);
    mlp_model_free(own);
    mlp_model_free(whole);
}

static bool stop_at_three(const mlp_progress *now, void *context)
{
    (void)context;
    return now->epoch < 3;
}

static void the_callback_can_stop(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    mlp_train_report report;
    o.progress = stop_at_three;
    mlp_model_free(problem_train(table, o, &report));
    assert_int_equal(report.epochs, 3);
    assert_int_equal(report.reason, MLP_STOP_INTERRUPTED);
}

/* --- a stop within a step --------------------------------------------------------------------- */

static const char *const methods[] = {"irprop", "scg", "lbfgs", "levenberg-marquardt", "bayesian"};
enum { METHODS = sizeof methods / sizeof methods[0] };

static mlp_train_options by_method(const char *method, mlp_flag *stop)
{
    mlp_train_options o = settings();
    o.loss = "quadratic";
    o.optimizer = method;
    o.stop = stop;
    return o;
}

static void a_step_that_is_left_is_as_if_it_had_not_begun(void **state)
{
    (void)state;
    for (size_t i = 0; i < METHODS; i++) {
        mlp_flag stop = 0;
        mlp_trainer *trainer = NULL;
        mlp_model *before = NULL, *after = NULL;
        mlp_train_report report;
        const mlp_train_options o = by_method(methods[i], &stop);
        assert_int_equal(mlp_trainer_create(table, NULL, &o, &trainer, NULL), MLP_OK);
        assert_true(mlp_trainer_step(trainer, NULL));
        assert_int_equal(mlp_trainer_model(trainer, &before, NULL, NULL), MLP_OK);
        atomic_store(&stop, 1);
        assert_false(mlp_trainer_step(trainer, NULL));
        assert_int_equal(mlp_trainer_model(trainer, &after, &report, NULL), MLP_OK);
        assert_int_equal(report.reason, MLP_STOP_INTERRUPTED);
        assert_int_equal(report.epochs, 1);
        assert_memory_equal(mlp_network_parameters_const(mlp_model_network(before)),
                            mlp_network_parameters_const(mlp_model_network(after)),
                            mlp_network_size(mlp_model_network(after)) * sizeof(float));
        mlp_model_free(before);
        mlp_model_free(after);
        mlp_trainer_free(trainer);
    }
}

static void an_end_before_the_first_epoch_is_an_error(void **state)
{
    (void)state;
    mlp_flag stop = 1;
    mlp_model *model = NULL;
    mlp_error err = {0};
    for (size_t i = 0; i < METHODS; i++) {
        const mlp_train_options o = by_method(methods[i], &stop);
        assert_int_equal(mlp_train(table, NULL, &o, &model, NULL, &err), MLP_ERROR_INTERRUPTED);
        assert_non_null(strstr(err.message, "there is no model yet"));
    }
    mlp_train_options o = settings();
    o.stop = &stop;
    assert_int_equal(mlp_train(table, NULL, &o, &model, NULL, &err), MLP_ERROR_INTERRUPTED);
    assert_null(model);
}

/* Only the notice is tested: the stop flag is set, so that nothing is trained. */
static void what_a_long_method_takes_is_said_before_it_begins(void **state)
{
    (void)state;
    mlp_flag stop = 1;
    mlp_model *model = NULL;
    mlp_train_options o = by_method("levenberg-marquardt", &stop);
    o.hidden = "30";
    o.notice = keep_notice;
    notices[0] = '\0';
    assert_int_equal(mlp_train(table, NULL, &o, &model, NULL, NULL), MLP_ERROR_INTERRUPTED);
    assert_null(strstr(notices, "on this machine")); /* so short a training needs no notice */
    o.epochs = 1000000000;
    assert_int_equal(mlp_train(table, NULL, &o, &model, NULL, NULL), MLP_ERROR_INTERRUPTED);
    assert_non_null(strstr(notices, "solves a system of 243 unknowns"));
    assert_non_null(strstr(notices, "for 1000000000 steps"));
    assert_non_null(strstr(notices, "With `hidden` 8"));
}

/* --- what better means ------------------------------------------------------------------------ */

static double best_metric;
static size_t best_at, last_epoch;

static bool watch_metric(const mlp_progress *now, void *context)
{
    (void)context;
    if (now->validation_metric > best_metric) {
        best_metric = now->validation_metric;
        best_at = now->epoch;
    }
    last_epoch = now->epoch;
    return true;
}

static void the_metric_decides_which_weights_are_kept(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    mlp_train_report report;
    best_metric = -1.0;
    o.metric = "accuracy";
    o.progress = watch_metric;
    o.patience = 7;
    o.epochs = 200;
    mlp_model_free(problem_train(table, o, &report));
    assert_int_equal(report.best_epoch, best_at);
    assert_near(report.validation_metric, best_metric, 0.0);
    assert_int_equal(last_epoch, best_at + 7);
}

static void a_metric_of_another_task_is_refused(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    mlp_model *model = NULL;
    mlp_error err = {0};
    static const char *const wrong[] = {"rmse", "average_precision", "acuracy"};
    for (size_t i = 0; i < 3; i++) {
        o.metric = wrong[i];
        assert_int_equal(mlp_train(table, NULL, &o, &model, NULL, &err), MLP_ERROR_ARGUMENT);
        assert_non_null(strstr(err.message, wrong[i]));
    }
    assert_non_null(strstr(err.message, "did you mean accuracy"));
}

static void a_smaller_change_does_not_count(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    mlp_train_report report;
    o.patience = 3;
    o.min_change = 100.0; /* only the first epoch, compared with none, improves by that much */
    mlp_model_free(problem_train(table, o, &report));
    assert_int_equal(report.best_epoch, 1);
    assert_int_equal(report.epochs, 4);
}

/* --- the optimizer ---------------------------------------------------------------------------- */

static void gradient_descent_takes_all_rows_at_each_step(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    mlp_train_report report;
    o.optimizer = "gradient-descent";
    o.batch = 8;
    mlp_model_free(problem_train(table, o, &report));
    assert_int_equal(report.batch, report.rows_training);
}

static void auto_says_what_it_took_and_why(void **state)
{
    (void)state;
    static const struct {
        const char *loss, *hidden;
        size_t batch;
        const char *says;
    } cases[] = {
        {"auto", "6", 0, "Optimizer adam: mini-batches generalise"},
        {"quadratic", "6", 0, "Optimizer levenberg-marquardt: a sum of squares"},
        {"quadratic", "96,48", 0, "Optimizer lbfgs: 5283 parameters and 105 rows"},
        {"quadratic", "2000,400", 0, "Optimizer adam: 811603 parameters"},
        {"quadratic", "6", 16, "Optimizer adam: `batch`"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlp_train_options o = settings();
        o.optimizer = "auto";
        o.loss = cases[i].loss;
        o.hidden = cases[i].hidden;
        o.batch = cases[i].batch;
        o.epochs = 2;
        mlp_model_free(problem_train(table, o, NULL));
        if (strstr(notices, cases[i].says) == NULL)
            fail_msg("wanted \"%s\" in: %s", cases[i].says, notices);
    }
}

/* AND is symmetric, so that the minimum with a penalty has equal weights; the training loss without
 * the penalty would keep falling as the weights grow. */
static void without_validation_the_penalty_counts(void **state)
{
    (void)state;
    static const char *const optimizers[] = {"lbfgs", "gradient-descent"};
    static const char *const y[] = {"y"};
    mlp_table *and_table = problem_table("a,b,y\n0,0,no\n0,1,no\n1,0,no\n1,1,yes\n");
    for (size_t i = 0; i < 2; i++) {
        mlp_train_options o = mlpi_options_default();
        o.targets = (mlp_names){y, 1};
        o.hidden = "none";
        o.optimizer = optimizers[i];
        o.l2 = 0.01;
        o.learning_rate = i == 1 ? 1.0 : 0.0;
        mlp_model *model = problem_train(and_table, o, NULL);
        const float *w = mlp_network_parameters_const(mlp_model_network(model));
        assert_near((double)w[0], (double)w[1], 1e-3);
        mlp_model_free(model);
    }
    mlp_table_free(and_table);
}

/* --- restarts --------------------------------------------------------------------------------- */

static void of_restarts_the_best_is_kept(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    mlp_train_report one, best;
    size_t better = 0;
    for (o.seed = 1; o.seed <= 4; o.seed++) {
        o.epochs = 6;
        o.restarts = 1;
        mlp_model_free(problem_train(table, o, &one));
        o.restarts = 5;
        mlp_model_free(problem_train(table, o, &best));
        assert_true(best.validation_loss <= one.validation_loss);
        assert_int_equal(best.restart > 1, best.validation_loss < one.validation_loss);
        assert_non_null(strstr(notices, "Restart 5 of 5"));
        better += best.restart > 1;
    }
    assert_true(better >= 2); /* the first of five is the best for one seed in five */
    mlp_model *model = problem_train(table, o, NULL);
    o.threads = 3;
    mlp_model *again = problem_train(table, o, NULL);
    problem_assert_same(model, again, "threads");
    mlp_model_free(model);
    mlp_model_free(again);
}

static void restarts_name_the_figure_that_chooses(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    o.hidden = "3";
    o.epochs = 4;
    o.restarts = 2;
    o.loss = "quadratic";
    o.optimizer = "bayesian";
    mlp_model_free(problem_train(table, o, NULL));
    assert_non_null(strstr(notices, "Restart 2 of 2: loss "));
    o.validation = 0.0;
    mlp_model_free(problem_train(table, o, NULL));
    assert_non_null(strstr(notices, "Restart 2 of 2: log evidence "));
}

static void restarts_resume_too(void **state)
{
    (void)state;
    char path[] = "/tmp/mlp-restarts-XXXXXX", second[64];
    close(mkstemp(path));
    unlink(path);
    snprintf(second, sizeof second, "%s.2", path);
    mlp_train_options o = settings();
    o.epochs = 6;
    o.restarts = 2;
    mlp_model *whole = problem_train(table, o, NULL);
    o.checkpoint = path;
    o.checkpoint_every = 2;
    mlp_model_free(problem_train(table, o, NULL));
    assert_int_equal(access(second, F_OK), 0);
    unlink(second); /* as if the process was killed during restart 2 */
    o.resume = true;
    mlp_model *resumed = problem_train(table, o, NULL);
    problem_assert_same(whole, resumed, "resumed");
    mlp_model_free(whole);
    mlp_model_free(resumed);
    unlink(path);
    unlink(second);
}

/* --- schedules -------------------------------------------------------------------------------- */

static double rates[64];

static bool keep_rate(const mlp_progress *now, void *context)
{
    (void)context;
    rates[now->epoch - 1] = now->learning_rate;
    return true;
}

static void the_rate_follows_its_schedule(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    o.progress = keep_rate;
    o.learning_rate = 0.01;
    o.schedule = "step";
    o.schedule_factor = 0.1;
    o.schedule_period = 2.0;
    o.epochs = 6;
    o.patience = 0;
    mlp_model_free(problem_train(table, o, NULL));
    for (size_t e = 0; e < 6; e++)
        assert_near(rates[e], 0.01 * pow(0.1, floor((double)e / 2.0)), 1e-17);
}

static void a_schedule_resumes_to_the_same_model(void **state)
{
    (void)state;
    static const char *const names[] = {"step",   "exponential", "cosine",  "one-cycle",
                                        "coslog", "flat-cos",    "plateau", "constant"};
    char path[] = "/tmp/mlp-schedule-XXXXXX";
    close(mkstemp(path));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        mlp_train_options o = settings();
        o.schedule = names[i];
        o.warm_up = 1.5;
        o.regularisation_schedule = "flat-cos";
        o.dropout = 0.25;
        o.schedule_period = strcmp(names[i], "plateau") == 0 ? 1.0 : 0.0;
        o.learning_rate = 0.05;
        o.epochs = 20;
        mlp_model *whole = problem_train(table, o, NULL);
        unlink(path);
        o.checkpoint = path;
        o.checkpoint_every = 7;
        o.progress = stop_at_three;
        mlp_model_free(problem_train(table, o, NULL));
        assert_int_not_equal(access(path, F_OK), 0);
        o.progress = NULL;
        mlp_model_free(problem_train(table, o, NULL));
        o.resume = true;
        mlp_model *resumed = problem_train(table, o, NULL);
        problem_assert_same(whole, resumed, "resumed");
        mlp_model_free(whole);
        mlp_model_free(resumed);
    }
    unlink(path);
}

/* --- continuing from a model ------------------------------------------------------------------ */

static void training_goes_on_where_the_model_is(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    mlp_train_report before, after;
    mlp_model *model = problem_train(table, o, &before);
    o.initial = model;
    o.hidden = "not looked at";
    o.learning_rate = 1e-12;
    o.epochs = 1;
    mlp_model *same = problem_train(table, o, &after);
    const mlp_network *n = mlp_model_network(model), *m = mlp_model_network(same);
    for (size_t i = 0; i < mlp_network_size(n); i++)
        assert_near((double)mlp_network_parameters_const(m)[i],
                    (double)mlp_network_parameters_const(n)[i], 1e-6);
    assert_near(after.validation_loss, before.validation_loss, 1e-5);
    o.learning_rate = 0.0;
    o.epochs = 20;
    mlp_model *better = problem_train(table, o, &after);
    assert_true(after.training_loss < before.training_loss);
    mlp_model_free(model);
    mlp_model_free(same);
    mlp_model_free(better);
}

enum { MOMENTS = 4096 }; /* room for the moments of any rule below */

/* Continues the model's training by o.epochs with the moments that the rule gathered before, and
 * updates them. Frees the model. */
static mlp_model *go_on(mlp_model *model, mlp_train_options o, float *moments, uint64_t *steps)
{
    mlp_trainer *trainer = NULL;
    mlp_model *made = NULL;
    o.initial = model;
    assert_int_equal(mlp_trainer_create(table, NULL, &o, &trainer, NULL), MLP_OK);
    assert_true(mlp_trainer_moments_size(trainer) <= MOMENTS);
    if (*steps > 0)
        assert_int_equal(mlp_trainer_set_moments(trainer, moments, *steps, NULL), MLP_OK);
    while (mlp_trainer_step(trainer, NULL))
        continue;
    *steps = mlp_trainer_moments(trainer, moments);
    assert_int_equal(mlp_trainer_model(trainer, &made, NULL, NULL), MLP_OK);
    mlp_trainer_free(trainer);
    mlp_model_free(model);
    return made;
}

static void epochs_one_by_one_with_moments_are_one_training(void **state)
{
    (void)state;
    static const char *const rules[] = {"sgd", "nesterov", "rmsprop", "adam", "nadam"};
    for (size_t r = 0; r < sizeof rules / sizeof rules[0]; r++) {
        mlp_train_options o = settings();
        float moments[MOMENTS];
        uint64_t steps = 0;
        o.optimizer = rules[r];
        o.learning_rate = 0.001;
        o.validation = 0.0;
        o.batch = 150;
        o.epochs = 12;
        mlp_model *whole = problem_train(table, o, NULL);
        o.epochs = 1;
        o.learning_rate = 1e-12;
        mlp_model *parts = problem_train(table, o, NULL); /* its weights are the initial ones */
        o.learning_rate = 0.001;
        for (size_t epoch = 1; epoch <= 12; epoch++) {
            parts = go_on(parts, o, moments, &steps);
            assert_int_equal(steps, epoch);
        }
        const mlp_network *n = mlp_model_network(whole), *m = mlp_model_network(parts);
        for (size_t i = 0; i < mlp_network_size(n); i++)
            assert_near((double)mlp_network_parameters_const(m)[i],
                        (double)mlp_network_parameters_const(n)[i], 1e-5);
        mlp_model_free(whole);
        mlp_model_free(parts);
    }
}

static void moments_that_no_run_has_are_refused(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    mlp_trainer *trainer = NULL;
    mlp_error err = {0};
    float moments[MOMENTS] = {0};
    assert_int_equal(mlp_trainer_create(table, NULL, &o, &trainer, NULL), MLP_OK);
    const size_t size = mlp_trainer_moments_size(trainer);
    assert_in_range(size, 2, MOMENTS);
    moments[size - 1] = -1.0f; /* a mean of squares is not negative */
    assert_int_equal(mlp_trainer_set_moments(trainer, moments, 3, &err), MLP_ERROR_DATA);
    moments[size - 1] = 0.0f;
    moments[0] = NAN;
    assert_int_equal(mlp_trainer_set_moments(trainer, moments, 3, &err), MLP_ERROR_DATA);
    assert_int_equal(mlp_trainer_moments(trainer, moments), 0);
    assert_true(moments[0] == 0.0f);
    assert_true(mlp_trainer_step(trainer, NULL));
    assert_int_equal(mlp_trainer_set_moments(trainer, moments, 3, &err), MLP_ERROR_ARGUMENT);
    mlp_trainer_free(trainer);
    o.optimizer = "lbfgs";
    assert_int_equal(mlp_trainer_create(table, NULL, &o, &trainer, NULL), MLP_OK);
    assert_int_equal(mlp_trainer_moments_size(trainer), 0);
    assert_int_equal(mlp_trainer_set_moments(trainer, moments, 0, &err), MLP_ERROR_ARGUMENT);
    mlp_trainer_free(trainer);
}

static void a_model_of_something_else_is_refused(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    mlp_error err = {0};
    mlp_model *model = problem_train(table, o, NULL), *made = NULL;
    mlp_table *other = problem_table("a,y\n1,red\n2,blue\n3,red\n4,blue\n");
    static const char *const y[] = {"y"};
    o.initial = model;
    o.loss = "hinge";
    o.output_activation = "linear";
    assert_int_equal(mlp_train(table, NULL, &o, &made, NULL, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "`initial`"));
    o.loss = o.output_activation = "auto";
    o.targets = (mlp_names){y, 1};
    assert_int_equal(mlp_train(other, NULL, &o, &made, NULL, &err), MLP_ERROR_DATA);
    assert_non_null(strstr(err.message, "sepal_length"));
    mlp_table_free(other);
    mlp_model_free(model);
}

/* --- the range test --------------------------------------------------------------------------- */

/* Returns the training loss after three epochs at a rate, or infinity if training diverges. */
static double loss_at(double rate)
{
    mlp_train_options o = settings();
    mlp_train_report report;
    mlp_model *model = NULL;
    o.epochs = 3;
    o.learning_rate = rate;
    if (mlp_train(table, NULL, &o, &model, &report, NULL) != MLP_OK)
        return INFINITY;
    mlp_model_free(model);
    return report.training_loss;
}

static void the_suggested_rate_learns_faster_than_far_smaller_ones(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    mlp_rate_range range, again;
    assert_int_equal(mlp_rate_range_measure(table, NULL, &o, &range, NULL), MLP_OK);
    for (size_t i = 1; i < range.count; i++)
        assert_true(range.rate[i] > range.rate[i - 1]);
    assert_true(loss_at(range.suggested) < loss_at(range.suggested / 30.0));
    assert_true(isfinite(loss_at(range.suggested)));
    o.threads = 3;
    assert_int_equal(mlp_rate_range_measure(table, NULL, &o, &again, NULL), MLP_OK);
    assert_int_equal(again.count, range.count);
    assert_memory_equal(again.loss, range.loss, range.count * sizeof(double));
    mlp_rate_range_release(&range);
    mlp_rate_range_release(&again);
}

static void a_method_without_a_rate_has_no_range_test(void **state)
{
    (void)state;
    mlp_train_options o = settings();
    mlp_rate_range range;
    mlp_error err = {0};
    o.optimizer = "lbfgs";
    assert_int_equal(mlp_rate_range_measure(table, NULL, &o, &range, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "lbfgs"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loop_of_the_caller_is_mlp_train),
        cmocka_unit_test(the_callback_can_stop),
        cmocka_unit_test(a_step_that_is_left_is_as_if_it_had_not_begun),
        cmocka_unit_test(an_end_before_the_first_epoch_is_an_error),
        cmocka_unit_test(what_a_long_method_takes_is_said_before_it_begins),
        cmocka_unit_test(the_metric_decides_which_weights_are_kept),
        cmocka_unit_test(a_metric_of_another_task_is_refused),
        cmocka_unit_test(a_smaller_change_does_not_count),
        cmocka_unit_test(gradient_descent_takes_all_rows_at_each_step),
        cmocka_unit_test(auto_says_what_it_took_and_why),
        cmocka_unit_test(without_validation_the_penalty_counts),
        cmocka_unit_test(of_restarts_the_best_is_kept),
        cmocka_unit_test(restarts_name_the_figure_that_chooses),
        cmocka_unit_test(restarts_resume_too),
        cmocka_unit_test(the_rate_follows_its_schedule),
        cmocka_unit_test(a_schedule_resumes_to_the_same_model),
        cmocka_unit_test(training_goes_on_where_the_model_is),
        cmocka_unit_test(epochs_one_by_one_with_moments_are_one_training),
        cmocka_unit_test(moments_that_no_run_has_are_refused),
        cmocka_unit_test(a_model_of_something_else_is_refused),
        cmocka_unit_test(the_suggested_rate_learns_faster_than_far_smaller_ones),
        cmocka_unit_test(a_method_without_a_rate_has_no_range_test),
    };
    return cmocka_run_group_tests(tests, load_table, drop_table);
}
