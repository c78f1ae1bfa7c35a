/* SPDX-License-Identifier: MIT */
/* Networks that share their rows: each is the one that a separate training makes, whether they
 * train together or one after another and by any number of threads; an early end keeps what is
 * finished. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "divide/split.h"
#include "learning/problem.h"
#include "train/prepare.h"

enum { ROWS = 300, NETWORKS = 5 };

static const char checkpoint[] = "members_test.ckpt";

static mlp_table *table;

static int make_table(void **state)
{
    (void)state;
    mlpi_random random = mlpi_random_init(11, 0);
    char *text = malloc(ROWS * 60 + 80), *at = text;
    at += sprintf(at, "a,b,w,y\n");
    for (size_t r = 0; r < ROWS; r++) {
        const double a = mlpi_random_normal(&random), b = mlpi_random_normal(&random);
        const unsigned noise = (unsigned)mlpi_random_below(&random, 10);
        at += sprintf(at, "%.3f,%.3f,%u,%s\n", a, b, 1 + noise % 3,
                      (a * b > 0.0) != (noise == 0) ? "same" : "other");
    }
    table = problem_table(text);
    free(text);
    return 0;
}

static int drop_table(void **state)
{
    (void)state;
    mlp_table_free(table);
    return 0;
}

static mlp_train_options settings(size_t members)
{
    static const char *const target[] = {"y"}, *const weight[] = {"w"};
    mlp_train_options o = mlpi_options_default();
    o.targets = (mlp_names){target, 1};
    o.drop = (mlp_names){weight, 1};
    o.hidden = "8";
    o.epochs = 8;
    o.members = members;
    return o;
}

static void assert_same_network(const mlp_network *a, const mlp_network *b, const char *what)
{
    assert_int_equal(mlp_network_size(a), mlp_network_size(b));
    if (memcmp(mlp_network_parameters_const(a), mlp_network_parameters_const(b),
               mlp_network_size(a) * sizeof(float)) != 0)
        fail_msg("%s: the networks differ", what);
}

static void assert_same_networks(const mlp_model *a, const mlp_model *b, const char *what)
{
    problem_assert_same(a, b, what);
    assert_int_equal(mlp_model_member_count(a), mlp_model_member_count(b));
    for (size_t m = 0; m < mlp_model_member_count(a); m++)
        assert_same_network(mlp_model_member(a, m), mlp_model_member(b, m), what);
}

/* --- compared with separate trainings --------------------------------------------------------- */

/* The rows as two tables, as training usually divides them. */
typedef struct halves {
    mlp_table *training, *validation;
} halves;

static mlp_table *rows_of(const uint32_t *row, size_t count)
{
    size_t wide[ROWS];
    mlp_table *some = NULL;
    for (size_t i = 0; i < count; i++)
        wide[i] = row[i];
    assert_int_equal(mlp_table_subset(table, wide, count, &some, NULL), MLP_OK);
    return some;
}

static halves divide(const mlp_train_options *o)
{
    mlpi_schema schema;
    mlpi_split split;
    assert_int_equal(mlpi_prepare_schema(table, o, &schema, NULL), MLP_OK);
    assert_int_equal(mlpi_split_rows(table, &schema, o->validation, o->seed, &split, NULL), MLP_OK);
    const halves made = {rows_of(split.training, split.training_count),
                         rows_of(split.validation, split.validation_count)};
    mlpi_split_release(&split);
    mlpi_schema_release(&schema);
    return made;
}

/* Trains network n alone: with its seed, which draws its initial weights and its orders of the
 * rows. */
static mlp_model *alone(const halves *h, mlp_train_options o, size_t n, mlp_train_report *report)
{
    mlp_model *model = NULL;
    mlp_error err = {0};
    o.members = 1;
    o.validation = mlpi_options_default().validation; /* unused: a validation table is given */
    if (n > 0)
        o.seed = mlpi_hash(o.seed, &n, sizeof n);
    if (mlp_train(h->training, h->validation, &o, &model, report, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return model;
}

static void compare_with_trainings_alone(mlp_train_options o, const char *what)
{
    mlp_train_report report, one;
    double least = (double)INFINITY;
    size_t number = 0;
    o.members = NETWORKS;
    o.validation = 0.2;
    const halves h = divide(&o);
    mlp_model *model = problem_train(table, o, &report);
    assert_int_equal(mlp_model_member_count(model), NETWORKS);
    for (size_t n = 0; n < NETWORKS; n++) {
        char told[64];
        mlp_model *single = alone(&h, o, n, &one);
        assert_same_network(mlp_model_network(single), mlp_model_member(model, n), what);
        assert_int_equal(one.rows_training, report.rows_training);
        assert_int_equal(one.rows_validation, report.rows_validation);
        snprintf(told, sizeof told, "Network %zu of %d: loss ", n + 1, NETWORKS);
        const char *sentence = strstr(notices, told);
        assert_non_null(sentence);
        const bool best =
            strncmp(sentence + strcspn(sentence, ",\n"), ", the best so far", 17) == 0;
        assert_true(best == (one.validation_loss < least));
        if (best) {
            least = one.validation_loss;
            number = n + 1;
        }
        mlp_model_free(single);
    }
    assert_int_equal(report.restart, number); /* the report is that of the best network */
    mlp_model_free(model);
    mlp_table_free(h.training);
    mlp_table_free(h.validation);
}

static void networks_are_those_that_train_alone(void **state)
{
    (void)state;
    static const char *const optimizers[] = {"adam", "lbfgs", "levenberg-marquardt"};
    for (size_t k = 0; k < 3; k++) {
        mlp_train_options o = settings(NETWORKS);
        o.optimizer = optimizers[k];
        o.loss = k == 2 ? "quadratic" : "auto";
        compare_with_trainings_alone(o, optimizers[k]);
    }
    mlp_train_options o = settings(NETWORKS);
    o.drop = (mlp_names){0};
    o.weight_column = "w";
    o.label_smoothing = 0.1;
    o.loss = "cross-entropy";
    o.dropout = 0.1;
    compare_with_trainings_alone(o, "weighed and smoothed");
}

/* All networks begin with the weights of `initial` and differ in the order of the rows. */
static void networks_go_on_from_one_model(void **state)
{
    (void)state;
    mlp_train_options o = settings(1);
    mlp_model *first = problem_train(table, o, NULL);
    o.initial = first;
    o.hidden = mlpi_options_default().hidden;
    compare_with_trainings_alone(o, "initial");
    mlp_model_free(first);
}

/* --- threads ---------------------------------------------------------------------------------- */

static void the_model_does_not_depend_on_threads(void **state)
{
    (void)state;
    static const char *const optimizers[] = {"adam", "scg", "bayesian", "adam"};
    for (size_t k = 0; k < 4; k++) {
        mlp_model *one = NULL;
        for (int threads = 1; threads <= 3; threads++) {
            mlp_train_options o = settings(NETWORKS);
            o.optimizer = optimizers[k];
            o.loss = k == 2 ? "quadratic" : "auto";
            o.threads = threads;
            o.memory = k == 3 ? MLPI_ANY : 0; /* one after another, from the same shards */
            mlp_model *model = problem_train(table, o, NULL);
            if (one != NULL)
                assert_same_networks(one, model, optimizers[k]);
            mlp_model_free(one);
            one = model;
        }
        mlp_model_free(one);
    }
}

static void a_spent_table_gives_the_same_model(void **state)
{
    (void)state;
    size_t all[ROWS];
    for (size_t r = 0; r < ROWS; r++)
        all[r] = r;
    mlp_train_options o = settings(3);
    mlp_model *kept = problem_train(table, o, NULL), *other = NULL;
    mlp_table *spent = NULL;
    assert_int_equal(mlp_table_subset(table, all, ROWS, &spent, NULL), MLP_OK);
    assert_int_equal(mlp_train_spending(spent, NULL, &o, &other, NULL, NULL), MLP_OK);
    assert_same_networks(kept, other, "spent");
    mlp_model_free(kept);
    mlp_model_free(other);
    mlp_table_free(spent);
}

/* --- ends that come early --------------------------------------------------------------------- */

static struct {
    size_t network, epoch; /* where training stops; network 0: nowhere */
} until;

static bool go_on(const mlp_progress *now, void *context)
{
    (void)context;
    assert_in_range(now->network, 1, now->networks);
    return now->network != until.network || now->epoch != until.epoch;
}

static void an_early_end_keeps_what_has_an_epoch(void **state)
{
    (void)state;
    mlp_train_options o = settings(4);
    mlp_train_report report;
    mlp_flag stop = 1;
    mlp_error err = {0};
    mlp_model *whole = problem_train(table, o, NULL), *none = NULL;
    o.progress = go_on;
    o.threads = 1;
    until.network = 3;
    until.epoch = 2;
    mlp_model *model = problem_train(table, o, &report);
    assert_int_equal(report.reason, MLP_STOP_INTERRUPTED);
    assert_int_equal(mlp_model_member_count(model), 3);
    for (size_t n = 0; n < 2; n++)
        assert_same_network(mlp_model_member(model, n), mlp_model_member(whole, n), "whole ones");
    mlp_model_free(model);
    mlp_model_free(whole);

    o.progress = NULL;
    for (o.threads = 1; o.threads <= 2; o.threads++) {
        o.stop = &stop;
        assert_int_equal(mlp_train(table, NULL, &o, &none, NULL, &err), MLP_ERROR_INTERRUPTED);
        assert_string_equal(err.message,
                            "stopped before the first epoch ended; there is no model yet");
        o.stop = NULL;
        o.until = 1e-9; /* long ago */
        assert_int_equal(mlp_train(table, NULL, &o, &none, NULL, &err), MLP_ERROR_INTERRUPTED);
        assert_string_equal(err.message,
                            "`time` ran out before the first epoch ended; there is no model yet");
        o.until = 0.0;
    }
}

/* With checkpoints, networks train one after another and make the same model. */
static void networks_with_checkpoints_go_on_to_the_same_model(void **state)
{
    (void)state;
    mlp_train_options o = settings(4);
    mlp_model *whole = problem_train(table, o, NULL);
    problem_remove_checkpoints(checkpoint, 4);
    o.checkpoint = checkpoint;
    o.checkpoint_every = 1;
    o.resume = true;
    o.threads = 2;
    o.progress = go_on;
    until.network = 3;
    until.epoch = 5;
    mlp_model *model = problem_train(table, o, NULL);
    assert_int_equal(mlp_model_member_count(model), 3);
    mlp_model_free(model);
    until.network = 0;
    model = problem_train(table, o, NULL);
    assert_same_networks(whole, model, "resumed");
    mlp_model_free(model);
    mlp_model_free(whole);
    problem_remove_checkpoints(checkpoint, 4);
}

/* --- networks that diverge ---------------------------------------------------------------------- */

/* Counts and steps are so large that some networks diverge, depending on their initial weights. */
static void networks_that_diverge_are_left_out(void **state)
{
    (void)state;
    enum { MANY = 12 };
    char text[4000] = "x,y\n", *at = text + 4;
    for (int r = 0; r < 100; r++)
        at += sprintf(at, "%d,%d\n", r, r % 7 == 0 ? 9 : r % 3);
    mlp_table *counts = problem_table(text);
    mlp_train_options o = settings(MANY);
    size_t left = 0;
    o.drop = (mlp_names){0};
    o.task = MLP_TASK_REGRESSION;
    o.loss = "poisson";
    o.optimizer = "sgd";
    o.learning_rate = 2.0;
    mlp_model *model = problem_train(counts, o, NULL);
    for (const char *s = notices; (s = strstr(s, " diverged and is left out.")) != NULL; s++)
        left++;
    assert_in_range(left, 1, MANY - 1);
    assert_int_equal(mlp_model_member_count(model), MANY - left);
    mlp_model_free(model);

    mlp_error err = {0};
    mlp_model *none = NULL;
    o.learning_rate = 1e6;
    assert_int_equal(mlp_train(counts, NULL, &o, &none, NULL, &err), MLP_ERROR_DATA);
    assert_non_null(strstr(err.message, "try a smaller `learning-rate` than"));
    mlp_table_free(counts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_are_those_that_train_alone),
        cmocka_unit_test(networks_go_on_from_one_model),
        cmocka_unit_test(the_model_does_not_depend_on_threads),
        cmocka_unit_test(a_spent_table_gives_the_same_model),
        cmocka_unit_test(an_early_end_keeps_what_has_an_epoch),
        cmocka_unit_test(networks_with_checkpoints_go_on_to_the_same_model),
        cmocka_unit_test(networks_that_diverge_are_left_out),
    };
    return cmocka_run_group_tests(tests, make_table, drop_table);
}
