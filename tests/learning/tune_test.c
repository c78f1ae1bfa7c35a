/* SPDX-License-Identifier: MIT */
/* Tuning: the result is the same for any number of threads and after a stop, the last comparison is
 * that of plain trainings, and messages explain wrong searches. */
#include <unistd.h>

#include "divide/split.h"
#include "learning/problem.h"
#include "search/tuner.h"
#include "train/prepare.h"

static mlp_table *iris, *line;
static char path[] = "/tmp/mlp-journal-XXXXXX";

/* Makes rows of y = 3 a - b and a little that neither a nor b explains. */
static mlp_table *make_line(void)
{
    static char text[8000] = "a,b,y\n";
    for (int i = 0; i < 120; i++) {
        const double a = i % 12, b = i * 7 % 17;
        snprintf(text + strlen(text), sizeof text - strlen(text), "%g,%g,%g\n", a, b,
                 3 * a - b + (i * i % 5) * 0.3);
    }
    return problem_table(text);
}

static int load(void **state)
{
    (void)state;
    close(mkstemp(path));
    line = make_line();
    return mlp_table_read(MLP_EXAMPLES "/data/iris.csv", NULL, &iris, NULL) == MLP_OK ? 0 : -1;
}

static int drop(void **state)
{
    (void)state;
    mlp_table_free(iris);
    mlp_table_free(line);
    unlink(path);
    return 0;
}

/* The options that trials start from. */
static mlp_train_options base;

static mlp_tune_options settings(const char *target, size_t trials)
{
    static const char *items[2];
    static const char *const search[] = {"hidden=3|5,4|8"};
    mlp_tune_options o = mlpi_tune_options_default();
    items[0] = target;
    base = mlpi_options_default();
    o.base = &base;
    base.targets = (mlp_names){items, 1};
    base.epochs = 12;
    base.threads = 1;
    o.search = (mlp_names){search, 1};
    o.seconds = 0.0;
    o.trials = trials;
    return o;
}

static mlp_tune_report tune(const mlp_table *table, const mlp_tune_options *options)
{
    mlp_tune_report r;
    mlp_error err = {0};
    if (mlp_tune(table, options, &r, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return r;
}

static void assert_same_number(double a, double b)
{
    assert_true(a == b || (isnan(a) && isnan(b)));
}

static void assert_same(const mlp_tune_report *a, const mlp_tune_report *b)
{
    assert_int_equal(a->trial_count, b->trial_count);
    assert_int_equal(a->trainings, b->trainings);
    for (size_t i = 0; i < a->trial_count; i++) {
        const mlp_trial *x = &a->trials[i], *y = &b->trials[i];
        assert_int_equal(x->number, y->number);
        assert_int_equal(x->stage, y->stage);
        assert_same_number(x->figure, y->figure);
        assert_int_equal(x->count, y->count);
        for (size_t k = 0; k < x->count; k++) {
            assert_string_equal(x->names[k], y->names[k]);
            assert_string_equal(x->values[k], y->values[k]);
        }
    }
    assert_int_equal(a->held_out.rows, b->held_out.rows);
    assert_same_number(a->held_out.gain, b->held_out.gain);
    assert_same_number(a->held_out.standard_error, b->held_out.standard_error);
}

static void threads_change_nothing(void **state)
{
    (void)state;
    mlp_tune_options o = settings("species", 30);
    mlp_tune_report one = tune(iris, &o);
    for (int threads = 2; threads <= 3; threads++) {
        base.threads = threads;
        mlp_tune_report other = tune(iris, &o);
        assert_same(&one, &other);
        mlp_tune_report_release(&other);
    }
    mlp_tune_report_release(&one);
}

static void more_trials_begin_with_the_same_ones(void **state)
{
    (void)state;
    const mlp_tune_options few = settings("y", 3), many = settings("y", 6);
    mlp_tune_report a = tune(line, &few), b = tune(line, &many);
    assert_int_equal(a.trial_count, 3);
    assert_int_equal(b.trial_count, 6);
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 6; k++)
            if (a.trials[i].number == b.trials[k].number) {
                assert_int_equal(a.trials[i].count, b.trials[k].count);
                for (size_t n = 0; n < a.trials[i].count; n++)
                    assert_string_equal(a.trials[i].values[n], b.trials[k].values[n]);
            }
    mlp_tune_report_release(&a);
    mlp_tune_report_release(&b);
}

/* --- the journal ------------------------------------------------------------------------------ */

/* Cuts the journal after `lines` whole lines and `more` bytes of the next. */
static void cut_journal(size_t lines, size_t more)
{
    FILE *file = fopen(path, "r");
    char *text = calloc(1, 1 << 20);
    const size_t size = fread(text, 1, 1 << 20, file);
    size_t end = 0;
    fclose(file);
    for (; lines > 0; lines--)
        end = (size_t)(strchr(text + end, '\n') - text) + 1;
    assert_true(end + more <= size);
    file = fopen(path, "w");
    fwrite(text, 1, end + more, file);
    fclose(file);
    free(text);
}

static void going_on_from_a_journal_equals_never_stopping(void **state)
{
    (void)state;
    static const size_t stops[] = {1, 2, 7, 20, 31};
    mlp_tune_options o = settings("species", 28);
    o.journal = path;
    o.overwrite = true;
    mlp_tune_report whole = tune(iris, &o);
    o.resume = true;
    for (size_t i = sizeof stops / sizeof stops[0]; i-- > 0;) {
        cut_journal(stops[i], i * 5);
        base.threads = 1 + (int)i % 3;
        mlp_tune_report resumed = tune(iris, &o);
        assert_int_equal(resumed.resumed, stops[i] - 1);
        assert_same(&whole, &resumed);
        mlp_tune_report_release(&resumed);
    }
    mlp_tune_report again = tune(iris, &o);
    assert_int_equal(again.resumed, again.trainings);
    assert_same(&whole, &again);
    mlp_tune_report_release(&again);
    mlp_tune_report_release(&whole);
}

static void assert_refused(const mlp_table *table, const mlp_tune_options *o, mlp_status status,
                           const char *words)
{
    mlp_tune_report r;
    mlp_error err = {0};
    assert_int_equal(mlp_tune(table, o, &r, &err), status);
    if (strstr(err.message, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err.message, words);
}

static void a_journal_of_something_else_is_refused(void **state)
{
    (void)state;
    mlp_tune_options o = settings("species", 2);
    o.journal = path;
    o.overwrite = true;
    mlp_tune_report r = tune(iris, &o);
    mlp_tune_report_release(&r);
    o.overwrite = false;
    assert_refused(iris, &o, MLP_ERROR_OUTPUT, "exists already");
    o.resume = true;
    base.epochs++;
    assert_refused(iris, &o, MLP_ERROR_DATA, "another tuning");
    base.epochs--;
    FILE *file = fopen(path, "a");
    fputs("{\"trial\":1}\n", file);
    fclose(file);
    assert_refused(iris, &o, MLP_ERROR_DATA, "not a finished training");
}

static bool stop_after_five(const mlp_tune_progress *now, void *context)
{
    (void)context;
    return now->trainings < 5;
}

/* A journal is of one set of options: another value of any option that decides a training is
 * refused. */
static void a_journal_knows_every_option(void **state)
{
    (void)state;
    static const char *const others[][2] = {{"generalisation-loss", "5"},  {"dropout", "0.1"},
                                            {"schedule", "cosine"},        {"restarts", "2"},
                                            {"class-weights", "balanced"}, {"batch-norm", "yes"}};
    mlp_tune_options o = settings("species", 2);
    o.journal = path;
    o.overwrite = true;
    mlp_tune_report r = tune(iris, &o);
    mlp_tune_report_release(&r);
    o.overwrite = false;
    o.resume = true;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        const mlp_train_options before = base;
        assert_int_equal(mlpi_option_set(mlpi_option_find(others[i][0]), &base, others[i][1], NULL),
                         MLP_OK);
        assert_refused(iris, &o, MLP_ERROR_DATA, "another tuning");
        base = before;
    }
}

static void a_journal_knows_the_initial_model(void **state)
{
    (void)state;
    mlp_tune_options o = settings("species", 2);
    mlp_train_options other = base;
    other.epochs = 3;
    mlp_model *one = problem_train(iris, base, NULL), *two = problem_train(iris, other, NULL);
    o.search = (mlp_names){NULL, 0};
    base.initial = one;
    o.journal = path;
    o.overwrite = true;
    mlp_tune_report r = tune(iris, &o);
    mlp_tune_report_release(&r);
    o.resume = true;
    base.initial = two;
    assert_refused(iris, &o, MLP_ERROR_DATA, "another tuning");
    base.initial = one;
    r = tune(iris, &o);
    assert_int_equal(r.resumed, r.trainings);
    mlp_tune_report_release(&r);
    mlp_model_free(one);
    mlp_model_free(two);
}

static void an_initial_model_brings_its_layers(void **state)
{
    (void)state;
    mlp_tune_options o = settings("species", 4);
    mlp_model *model = problem_train(iris, base, NULL);
    base.initial = model;
    assert_refused(iris, &o, MLP_ERROR_ARGUMENT, "the layers are those of that model");
    o.search = (mlp_names){NULL, 0};
    mlp_tune_report r = tune(iris, &o);
    for (size_t i = 0; i < r.trial_count; i++) {
        assert_null(r.trials[i].failure);
        for (size_t k = 0; k < r.trials[i].count; k++) {
            assert_string_not_equal(r.trials[i].names[k], "hidden");
            assert_string_not_equal(r.trials[i].names[k], "activation");
        }
    }
    mlp_tune_report_release(&r);
    mlp_model_free(model);
}

static void a_caller_can_stop_it(void **state)
{
    (void)state;
    mlp_tune_options o = settings("species", 20);
    o.progress = stop_after_five;
    mlp_tune_report r = tune(iris, &o);
    assert_true(r.interrupted);
    assert_int_equal(r.trainings, 5);
    assert_int_equal(r.trials[0].stage, 1);
    assert_int_equal(r.held_out.rows, 0);
    mlp_tune_report_release(&r);
}

/* --- the last comparison ---------------------------------------------------------------------- */

static mlp_table *part_of(const mlp_table *table, const uint32_t *rows, size_t count)
{
    size_t wide[200];
    mlp_table *made = NULL;
    for (size_t i = 0; i < count; i++)
        wide[i] = rows[i];
    assert_int_equal(mlp_table_subset(table, wide, count, &made, NULL), MLP_OK);
    return made;
}

static void divide(const mlp_table *table, const mlp_tune_options *o, mlp_table **training,
                   mlp_table **held_out)
{
    mlpi_schema schema;
    mlpi_split split;
    assert_int_equal(mlpi_prepare_schema(table, o->base, &schema, NULL), MLP_OK);
    assert_int_equal(mlpi_split_rows(table, &schema, o->holdout, o->base->seed, &split, NULL),
                     MLP_OK);
    *training = part_of(table, split.training, split.training_count);
    *held_out = part_of(table, split.validation, split.validation_count);
    mlpi_split_release(&split);
    mlpi_schema_release(&schema);
}

/* Computes the mean error of each held-out row over three seeds: -ln p, or the squared error. */
static void errors_of(const mlp_table *training, const mlp_table *held_out,
                      mlp_train_options options, double *errors)
{
    for (size_t s = 0; s < 3; s++, options.seed++) {
        mlp_model *model = NULL;
        mlp_outcomes o;
        assert_int_equal(mlp_train(training, NULL, &options, &model, NULL, NULL), MLP_OK);
        assert_int_equal(mlp_model_outcomes(model, held_out, 1, &o, NULL), MLP_OK);
        for (size_t r = 0; r < o.rows; r++) {
            const double e = o.label != NULL ? -log(o.values[r * o.width + o.label[r]])
                                             : pow(o.values[r] - o.truth[r], 2);
            errors[r] = (s == 0 ? 0.0 : errors[r]) + e / 3.0;
        }
        mlp_outcomes_release(&o);
        mlp_model_free(model);
    }
}

/* Computes the share of three seeds for which each held-out row is predicted correctly. */
static void hits_of(const mlp_table *training, const mlp_table *held_out, mlp_train_options options,
                    double *hits)
{
    for (size_t s = 0; s < 3; s++, options.seed++) {
        mlp_model *model = NULL;
        mlp_outcomes o;
        assert_int_equal(mlp_train(training, NULL, &options, &model, NULL, NULL), MLP_OK);
        assert_int_equal(mlp_model_outcomes(model, held_out, 1, &o, NULL), MLP_OK);
        for (size_t r = 0; r < o.rows; r++)
            hits[r] = (s == 0 ? 0.0 : hits[r]) + (o.label[r] == o.predicted[r] ? 1.0 : 0.0) / 3.0;
        mlp_outcomes_release(&o);
        mlp_model_free(model);
    }
}

static double mean_of(const double *x, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum / (double)n;
}

static double error_of_mean(const double *x, size_t n)
{
    const double mean = mean_of(x, n);
    double squares = 0.0;
    for (size_t i = 0; i < n; i++)
        squares += (x[i] - mean) * (x[i] - mean);
    return sqrt(squares / (double)(n - 1) / (double)n);
}

static void check_comparison(const mlp_table *table, const char *target, bool classes)
{
    double best[200], defaults[200], differences[200];
    mlp_table *training = NULL, *held_out = NULL;
    /* The defaults learn nothing, so that another trial is certain to be the best. */
    mlp_tune_options o = settings(target, 9);
    base.learning_rate = 1e-9;
    mlp_tune_report r = tune(table, &o);
    assert_true(r.trials[0].number > 0);
    divide(table, &o, &training, &held_out);
    const size_t n = mlp_table_rows(held_out);
    assert_int_equal(r.held_out.rows, n);
    errors_of(training, held_out, base, defaults);
    mlp_train_options options = base;
    assert_int_equal(mlp_trial_apply(&r.trials[0], &options, NULL), MLP_OK);
    errors_of(training, held_out, options, best);
    mlpi_options_release(&options);
    const double a = mean_of(best, n), b = mean_of(defaults, n);
    for (size_t i = 0; i < n; i++)
        differences[i] =
            classes ? defaults[i] - best[i] : defaults[i] / (2 * sqrt(b)) - best[i] / (2 * sqrt(a));
    assert_near(r.held_out.best, classes ? a : sqrt(a), 1e-9);
    assert_near(r.held_out.defaults, classes ? b : sqrt(b), 1e-9);
    assert_near(r.held_out.gain, r.held_out.defaults - r.held_out.best, 1e-9);
    assert_near(r.held_out.standard_error, error_of_mean(differences, n), 1e-9);
    mlp_table_free(training);
    mlp_table_free(held_out);
    mlp_tune_report_release(&r);
}

static void the_comparison_is_that_of_plain_trainings(void **state)
{
    (void)state;
    check_comparison(iris, "species", true);
    check_comparison(line, "y", false);
}

/* Accuracy is a mean over the rows, so that the standard error by resampling is close to that of a
 * mean. */
static void the_comparison_is_of_the_metric_that_was_asked_for(void **state)
{
    (void)state;
    mlp_tune_options o = settings("species", 9);
    base.learning_rate = 1e-9;
    base.metric = "brier";
    mlp_tune_report of_brier = tune(iris, &o);
    base.metric = "accuracy";
    mlp_tune_report of_accuracy = tune(iris, &o);
    const mlp_tune_comparison *a = &of_accuracy.held_out, *b = &of_brier.held_out;
    assert_string_equal(of_accuracy.figure, "accuracy");
    assert_true(a->rows > 0 && a->rows == b->rows);
    assert_near(a->best, a->best_accuracy, 1e-12);
    assert_near(a->defaults, a->defaults_accuracy, 1e-12);
    assert_near(a->gain, a->best - a->defaults, 1e-12);
    assert_near(b->gain, b->defaults - b->best, 1e-12);
    assert_true(a->gain > 0.0 && b->gain > 0.0);

    double best[200], defaults[200], differences[200];
    mlp_table *training = NULL, *held_out = NULL;
    divide(iris, &o, &training, &held_out);
    mlp_train_options options = base;
    assert_int_equal(mlp_trial_apply(&of_accuracy.trials[0], &options, NULL), MLP_OK);
    hits_of(training, held_out, options, best);
    hits_of(training, held_out, base, defaults);
    for (size_t i = 0; i < a->rows; i++)
        differences[i] = best[i] - defaults[i];
    assert_near(a->best, mean_of(best, a->rows), 1e-12);
    const double error = error_of_mean(differences, a->rows);
    assert_true(fabs(a->standard_error - error) < 0.2 * error);
    mlpi_options_release(&options);
    mlp_table_free(training);
    mlp_table_free(held_out);
    mlp_tune_report_release(&of_brier);
    mlp_tune_report_release(&of_accuracy);
}

/* --- messages --------------------------------------------------------------------------------- */

static void bad_searches_are_explained(void **state)
{
    (void)state;
    static const struct {
        const char *search, *words;
    } cases[] = {{"learning-rat=0.1..1", "did you mean learning-rate?"},
                 {"learning-rate", "write OPTION=VALUES"},
                 {"learning-rate=0.1..0.01", "is empty"},
                 {"l2=0..1:log", "must begin above 0"},
                 {"learning-rate=0.1..x", "give a number"},
                 {"learning-rate=0.1..1:cube", "\":log\" or \":linear\""},
                 {"momentum=0.5..2", "from 0 to 0.9999"},
                 {"hidden=8..64", "list its values"},
                 {"l2=0||1", "is not a value"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlp_tune_options o = settings("species", 2);
        o.search = (mlp_names){&cases[i].search, 1};
        assert_refused(iris, &o, MLP_ERROR_ARGUMENT, cases[i].words);
    }
}

static void recipes_are_not_tuned(void **state)
{
    (void)state;
    mlp_tune_options o = settings("species", 2);
    base.quality = "good";
    assert_refused(iris, &o, MLP_ERROR_ARGUMENT, "`quality` good chooses among recipes");
}

static const char *value_of(const mlp_trial *trial, const char *name)
{
    for (size_t i = 0; i < trial->count; i++)
        if (strcmp(trial->names[i], name) == 0)
            return trial->values[i];
    return NULL;
}

static void trials_keep_to_ranges_and_to_what_is_fixed(void **state)
{
    (void)state;
    static const char *const search[] = {"l2=0|0.001..0.1", "epochs=3..6", "optimizer=adam|lbfgs"};
    static const char *const fixed[] = {"--hidden", "activation"};
    mlp_tune_options o = settings("species", 27);
    o.search = (mlp_names){search, 3};
    o.fixed = (mlp_names){fixed, 2};
    size_t zeros = 0, methods = 0;
    mlp_tune_report r = tune(iris, &o);
    for (size_t i = 0; i < r.trial_count; i++) {
        const mlp_trial *t = &r.trials[i];
        double l2 = 0.0, epochs = 0.0;
        if (t->number == 0) {
            assert_int_equal(t->count, 0);
            continue;
        }
        assert_null(value_of(t, "hidden"));
        assert_null(value_of(t, "activation"));
        assert_true(mlp_number_parse(value_of(t, "l2"), strlen(value_of(t, "l2")), &l2));
        assert_true(l2 == 0.0 || (l2 >= 0.001 && l2 <= 0.1));
        assert_true(
            mlp_number_parse(value_of(t, "epochs"), strlen(value_of(t, "epochs")), &epochs));
        assert_true(epochs == floor(epochs) && epochs >= 3 && epochs <= 6);
        const bool method = strcmp(value_of(t, "optimizer"), "lbfgs") == 0;
        assert_int_equal(value_of(t, "batch") == NULL, method);
        assert_int_equal(value_of(t, "learning-rate") == NULL, method);
        zeros += l2 == 0.0;
        methods += method;
    }
    assert_in_range(zeros, 1, 25);
    assert_in_range(methods, 1, 25);
    mlp_tune_report_release(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(more_trials_begin_with_the_same_ones),
        cmocka_unit_test(going_on_from_a_journal_equals_never_stopping),
        cmocka_unit_test(a_journal_of_something_else_is_refused),
        cmocka_unit_test(a_journal_knows_every_option),
        cmocka_unit_test(a_journal_knows_the_initial_model),
        cmocka_unit_test(an_initial_model_brings_its_layers),
        cmocka_unit_test(a_caller_can_stop_it),
        cmocka_unit_test(the_comparison_is_that_of_plain_trainings),
        cmocka_unit_test(the_comparison_is_of_the_metric_that_was_asked_for),
        cmocka_unit_test(bad_searches_are_explained),
        cmocka_unit_test(recipes_are_not_tuned),
        cmocka_unit_test(trials_keep_to_ranges_and_to_what_is_fixed),
    };
    return cmocka_run_group_tests(tests, load, drop);
}
