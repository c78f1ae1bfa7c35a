/* SPDX-License-Identifier: MIT */
/* L1, dropout, input noise, clipping and max-norm as options of training: each has its effect, is
 * recorded in the model, gives the same bits with any number of threads and after resuming, and is
 * refused where it has no effect. */
#include <unistd.h>

#include "learning/iris.h"
#include "optimize/minimize.h"

static mlp_train_options plain(void)
{
    static const char *const target[] = {"species"};
    mlp_train_options o = mlpi_options_default();
    o.targets = (mlp_names){target, 1};
    o.hidden = "20,9";
    o.epochs = 12;
    o.patience = 0;
    return o;
}

/* The number of options in the tables below. */
enum { OPTIONS = 5 };

static const char *const names[OPTIONS] = {"l1", "dropout", "input-noise", "clip-norm", "max-norm"};

static double *option_of(mlp_train_options *o, size_t i)
{
    double *const all[OPTIONS] = {&o->l1, &o->dropout, &o->input_noise, &o->clip_norm,
                                  &o->max_norm};
    return all[i];
}

static mlp_train_options all_on(void)
{
    static const double values[OPTIONS] = {0.01, 0.25, 0.125, 0.5, 1.25};
    mlp_train_options o = plain();
    for (size_t i = 0; i < OPTIONS; i++)
        *option_of(&o, i) = values[i];
    return o;
}

static bool same(const mlp_model *a, const mlp_model *b)
{
    const mlp_network *n = mlp_model_network(a), *m = mlp_model_network(b);
    return memcmp(mlp_network_parameters_const(n), mlp_network_parameters_const(m),
                  mlp_network_size(n) * sizeof(float)) == 0;
}

static bool remembers(const mlp_model *model, const char *name)
{
    return problem_option(model, name) != NULL;
}

static void each_option_takes_part_and_is_remembered(void **state)
{
    (void)state;
    mlp_model *without = problem_train(table, plain(), NULL);
    for (size_t i = 0; i < OPTIONS; i++) {
        mlp_train_options on = all_on(), o = plain();
        *option_of(&o, i) = *option_of(&on, i);
        mlp_model *with = problem_train(table, o, NULL);
        if (same(with, without))
            fail_msg("%s changes nothing", names[i]);
        for (size_t j = 0; j < OPTIONS; j++)
            if (remembers(with, names[j]) != (j == i) || remembers(without, names[j]))
                fail_msg("%s: the model is wrong about %s", names[i], names[j]);
        mlp_model_free(with);
    }
    mlp_model_free(without);
}

static void any_number_of_threads_gives_the_same_model(void **state)
{
    (void)state;
    mlp_train_options o = all_on();
    o.hidden = "300,200"; /* large enough to be worth threads */
    o.batch = 64;
    o.epochs = 3;
    o.threads = 1;
    mlp_model *one = problem_train(table, o, NULL);
    o.threads = 3;
    mlp_model *three = problem_train(table, o, NULL);
    assert_true(same(one, three));
    mlp_model_free(one);
    mlp_model_free(three);
}

static void resuming_equals_never_stopping(void **state)
{
    (void)state;
    static const char *const optimizers[] = {"adam", "momentum", "gradient-descent"};
    static const size_t stops[] = {1, 4, 7, 11};
    for (size_t k = 0; k < 3; k++)
        for (size_t i = 0; i < 4; i++) {
            mlp_train_options o = all_on();
            o.optimizer = optimizers[k];
            mlp_model *whole = problem_train(table, o, NULL);
            unlink(path);
            o.checkpoint = path;
            o.epochs = stops[i];
            mlp_model_free(problem_train(table, o, NULL));
            o.epochs = 12;
            o.resume = true;
            mlp_model *resumed = problem_train(table, o, NULL);
            assert_non_null(strstr(notices, "Resuming from"));
            if (!same(whole, resumed) ||
                strcmp(mlp_model_metadata(whole), mlp_model_metadata(resumed)) != 0)
                fail_msg("%s: resumed after epoch %zu is not the same", o.optimizer, stops[i]);
            mlp_model_free(whole);
            mlp_model_free(resumed);
        }
}

static void a_checkpoint_with_other_regularisation_is_refused(void **state)
{
    (void)state;
    unlink(path);
    mlp_train_options o = all_on();
    o.checkpoint = path;
    mlp_model_free(problem_train(table, o, NULL));
    o.resume = true;
    for (size_t i = 0; i < OPTIONS; i++) {
        mlp_train_options other = o;
        mlp_model *model = NULL;
        mlp_error err = {0};
        *option_of(&other, i) *= 0.5;
        assert_int_equal(mlp_train(table, NULL, &other, &model, NULL, &err), MLP_ERROR_MODEL);
        assert_non_null(strstr(err.message, "another run"));
    }
}

static void refused(mlp_train_options o, const char *option, const char *way_out)
{
    mlp_model *model = NULL;
    mlp_error err = {0};
    assert_int_equal(mlp_train(table, NULL, &o, &model, NULL, &err), MLP_ERROR_ARGUMENT);
    if (strstr(err.message, option) == NULL || strstr(err.message, way_out) == NULL)
        fail_msg("\"%s\" names neither %s nor %s", err.message, option, way_out);
}

static void options_are_refused_where_they_have_no_place(void **state)
{
    (void)state;
    static const char *const words[OPTIONS] = {"`l1`", "`dropout`", "`input-noise`", "`clip-norm`",
                                               "`max-norm`"};
    for (size_t i = 0; i < OPTIONS; i++) {
        mlp_train_options on = all_on(), o = plain();
        static const double wrong[] = {-0.1, 2e9, (double)NAN};
        for (size_t w = 0; w < 3; w++) {
            *option_of(&o, i) = wrong[w];
            refused(o, words[i], "out of range");
        }
        *option_of(&o, i) = *option_of(&on, i);
        o.loss = "quadratic";
        for (size_t m = 0; mlpi_method_at(m) != NULL; m++) {
            o.optimizer = mlpi_method_at(m)->name;
            refused(o, words[i], "`optimizer` adam");
        }
    }
    mlp_train_options bare = plain();
    bare.hidden = "none";
    bare.dropout = 0.2;
    refused(bare, "`dropout`", "`hidden` none");
}

/* Returns the sum of absolute weights; `longest` gets the norm of the longest row of a weight
 * matrix. */
static double weights_of(const mlp_model *model, double *longest)
{
    const mlp_network *n = mlp_model_network(model);
    const float *w = mlp_network_parameters_const(n);
    double sum = 0.0;
    size_t inputs = mlp_network_inputs(n);
    *longest = 0.0;
    for (size_t l = 0; l < mlp_network_layer_count(n); l++) {
        const size_t units = mlp_network_layer(n, l).units;
        for (size_t i = 0; i < units; i++) {
            double squares = 0.0;
            for (size_t j = 0; j < inputs; j++) {
                const double one = (double)w[mlp_network_weights_at(n, l) + i * inputs + j];
                squares += one * one;
                sum += fabs(one);
            }
            *longest = fmax(*longest, sqrt(squares));
        }
        inputs = units;
    }
    return sum;
}

static void weights_become_smaller(void **state)
{
    (void)state;
    double longest = 0.0, longest_limited = 0.0, longest_sparse = 0.0;
    mlp_train_options o = plain();
    o.epochs = 60;
    mlp_model *without = problem_train(table, o, NULL);
    o.max_norm = 1.0;
    mlp_model *limited = problem_train(table, o, NULL);
    o.max_norm = 0.0;
    o.l1 = 0.01;
    mlp_model *sparse = problem_train(table, o, NULL);
    const double sum = weights_of(without, &longest);
    weights_of(limited, &longest_limited);
    assert_true(longest > 1.1 && longest_limited <= 1.0 + 1e-6);
    assert_true(weights_of(sparse, &longest_sparse) < 0.7 * sum);
    mlp_model_free(without);
    mlp_model_free(limited);
    mlp_model_free(sparse);
}

enum { EPOCHS = 12 };

static bool keep_loss(const mlp_progress *progress, void *context)
{
    ((double *)context)[progress->epoch - 1] = progress->training_loss;
    return true;
}

/* The schedule flat-cos changes nothing in the first half of the epochs. */
static void a_schedule_lets_dropout_and_decay_fall(void **state)
{
    (void)state;
    static const double values[][2] = {{0.25, 0.0}, {0.0, 0.5}};
    for (size_t k = 0; k < 2; k++) {
        double constant[EPOCHS], falling[EPOCHS];
        mlp_train_options o = plain();
        o.optimizer = "adamw";
        o.learning_rate = 0.01;
        o.dropout = values[k][0];
        o.weight_decay = values[k][1];
        o.epochs = EPOCHS;
        o.progress = keep_loss;
        o.context = constant;
        mlp_model_free(problem_train(table, o, NULL));
        o.regularisation_schedule = "flat-cos";
        o.context = falling;
        mlp_model_free(problem_train(table, o, NULL));
        for (size_t e = 0; e < EPOCHS; e++)
            assert_true((falling[e] == constant[e]) == (e < EPOCHS / 2));
        assert_true(falling[EPOCHS - 1] < constant[EPOCHS - 1]);
    }
    mlp_train_options o = plain();
    o.regularisation_schedule = "plateau";
    refused(o, "`regularisation-schedule`", "flat-cos");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_option_takes_part_and_is_remembered),
        cmocka_unit_test(any_number_of_threads_gives_the_same_model),
        cmocka_unit_test(resuming_equals_never_stopping),
        cmocka_unit_test(a_checkpoint_with_other_regularisation_is_refused),
        cmocka_unit_test(options_are_refused_where_they_have_no_place),
        cmocka_unit_test(weights_become_smaller),
        cmocka_unit_test(a_schedule_lets_dropout_and_decay_fall),
    };
    return cmocka_run_group_tests(tests, load_table, drop_table);
}
