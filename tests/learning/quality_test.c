/* SPDX-License-Identifier: MIT */
/* The option `quality`: of several recipes the one that is best on rows its networks never saw
 * makes the model, options that the user named stand, and an early end keeps the best so far. */
#include <string.h>

#include "base/base.h"
#include "learning/problem.h"
#include "runs/quality.h"
#include "runs/recipes.h"

static const char *const target[] = {"y"};

static mlp_train_options settings(const char *quality)
{
    mlp_train_options o = mlpi_options_default();
    o.targets = (mlp_names){target, 1};
    o.hidden = "8";
    o.epochs = 30;
    o.quality = quality;
    return o;
}

enum { ROWS = 200 };

/* Makes rows of five numbers. With `steep`, y is a zigzag of the first number; otherwise it is the
 * sum of all, with noise. */
static mlp_table *rows_of_numbers(size_t rows, bool steep)
{
    mlpi_random random = mlpi_random_init(5, 0);
    char *text = malloc(rows * 80 + 80), *at = text;
    at += sprintf(at, "a,b,c,d,e,y\n");
    for (size_t r = 0; r < rows; r++) {
        double x[5], y = 0.0;
        for (size_t j = 0; j < 5; j++) {
            x[j] = (double)mlpi_random_below(&random, 1000) / 1000.0;
            y += steep ? 0.0 : x[j];
            at += sprintf(at, "%.3f,", x[j]);
        }
        if (steep)
            y = fabs(fmod(4.0 * x[0], 2.0) - 1.0);
        else
            y += 0.3 * mlpi_random_normal(&random);
        at += sprintf(at, "%.4f\n", y);
    }
    mlp_table *table = problem_table(text);
    free(text);
    return table;
}

static mlp_table *numbers(bool steep)
{
    return rows_of_numbers(ROWS, steep);
}

static void assert_same_weights(const mlp_model *a, const mlp_model *b)
{
    assert_int_equal(mlp_model_member_count(a), mlp_model_member_count(b));
    for (size_t m = 0; m < mlp_model_member_count(a); m++) {
        const mlp_network *n = mlp_model_member(a, m), *k = mlp_model_member(b, m);
        assert_int_equal(mlp_network_size(n), mlp_network_size(k));
        assert_memory_equal(mlp_network_parameters_const(n), mlp_network_parameters_const(k),
                            mlp_network_size(n) * sizeof(float));
    }
}

/* Returns whether all parameters after the weights of the first layer are the same. */
static bool have_same_rest(const mlp_network *a, const mlp_network *b)
{
    const size_t units = mlp_network_layer(a, 0).units;
    const size_t of_a = units * mlp_network_inputs(a), of_b = units * mlp_network_inputs(b);
    return mlp_network_size(a) - of_a == mlp_network_size(b) - of_b &&
           memcmp(mlp_network_parameters_const(a) + of_a, mlp_network_parameters_const(b) + of_b,
                  (mlp_network_size(a) - of_a) * sizeof(float)) == 0;
}

/* Checks that the model has all networks of `best`, in their order. Networks that joined them may
 * lie in between; then every network may have inputs that some did not learn from. */
static void assert_holds(const mlp_model *model, const mlp_model *best)
{
    size_t held = 0;
    for (size_t m = 0; m < mlp_model_member_count(model); m++)
        held += held < mlp_model_member_count(best) &&
                have_same_rest(mlp_model_member(model, m), mlp_model_member(best, held));
    assert_int_equal(held, mlp_model_member_count(best));
}

/* Trains one by one what `good` tries on few rows: three recipes, then more networks of the best
 * one. Returns which of the three it was. */
static size_t by_hand(const mlp_table *table, mlp_model **best, mlp_train_report *report)
{
    static const char *const wishes[] = {NULL, "numeric=piecewise-linear:16",
                                         "numeric=piecewise-linear:32"};
    size_t which = 0;
    mlp_train_report one;
    mlp_train_options o = settings("fast");
    o.folds = 5;
    *best = NULL;
    for (size_t k = 0; k < 4; k++) {
        const size_t wish = k < 3 ? k : which;
        o.transforms = (mlp_names){&wishes[wish], wish > 0};
        o.members = k < 3 ? 1 : 4;
        mlp_model *model = problem_train(table, o, &one);
        if (*best != NULL && !(one.validation_loss < report->validation_loss)) {
            mlp_model_free(model);
            continue;
        }
        mlp_model_free(*best);
        *best = model;
        *report = one;
        which = wish;
    }
    return which;
}

static void the_model_is_of_the_recipe_that_is_best_out_of_fold(void **state)
{
    (void)state;
    for (int steep = 0; steep < 2; steep++) {
        mlp_table *table = numbers(steep);
        mlp_train_report chosen, report;
        mlp_model *model = problem_train(table, settings("good"), &chosen), *best = NULL;
        assert_non_null(strstr(notices, "Recipe 2 of 4, pieces: loss"));
        assert_non_null(strstr(notices, "Recipe 4 of 4, four networks for each fold: loss"));
        const size_t which = by_hand(table, &best, &report);
        assert_int_equal(which > 0, steep); /* otherwise the test would show nothing */
        assert_holds(model, best);
        assert_true(chosen.validation_loss <= report.validation_loss);
        assert_int_equal(chosen.folds, 5);
        assert_int_equal(chosen.rows_validation, ROWS);
        mlp_model_free(model);
        mlp_model_free(best);
        mlp_table_free(table);
    }
}

static void the_metric_that_was_asked_for_chooses(void **state)
{
    (void)state;
    mlp_table *table = numbers(true);
    mlp_train_options o = settings("good");
    mlp_train_report report;
    o.metric = "r2"; /* larger is better */
    mlp_model_free(problem_train(table, o, &report));
    assert_non_null(strstr(notices, "r2 0."));
    assert_non_null(strstr(notices, "pieces: r2"));
    assert_non_null(strstr(notices, "as the mean of its folds, better than the 0."));
    assert_true(report.criterion_value > 0.5);
    mlp_table_free(table);
}

static void what_the_user_named_stands(void **state)
{
    (void)state;
    static const char *const wish[] = {"numeric=robust"};
    mlp_table *table = numbers(false);
    mlp_train_options o = settings("best");
    o.transforms = (mlp_names){wish, 1};
    o.folds = 3;
    o.members = 2;
    o.hidden = "7";
    mlp_model *model = problem_train(table, o, NULL);
    assert_non_null(strstr(notices, "Recipe 1 of 1, plain"));
    assert_int_equal(mlp_model_member_count(model), 6);
    assert_int_equal(mlp_network_layer(mlp_model_network(model), 0).units, 7);
    assert_string_equal(problem_option(model, "quality"), "best");
    mlp_model_free(model);
    mlp_table_free(table);
}

/* Trying it would end the training with an error, although other recipes are possible. */
static void a_recipe_that_cannot_be_with_what_the_user_named_is_not_tried(void **state)
{
    (void)state;
    const struct {
        size_t rows;
        double max_norm; /* excludes scales of inputs */
        const char *hidden;
        size_t folds, epochs; /* a model holds at most 1000 networks */
    } cases[] = {{2000, 1.0, "2", 2, 0}, {2000, 0.0, "none", 2, 0}, {300, 0.0, "1", 260, 1}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlp_table *table = rows_of_numbers(cases[i].rows, false);
        mlp_train_options o = settings("good");
        o.max_norm = cases[i].max_norm;
        o.hidden = cases[i].hidden;
        o.folds = cases[i].folds;
        o.epochs = cases[i].epochs;
        mlp_model *model = problem_train(table, o, NULL);
        const size_t members = mlp_model_member_count(model);
        assert_true(members >= cases[i].folds && members % cases[i].folds == 0);
        assert_true(members <= 1000);
        mlp_model_free(model);
        mlp_table_free(table);
    }
}

static void the_model_does_not_depend_on_threads(void **state)
{
    (void)state;
    mlp_table *table = numbers(true);
    mlp_model *first = NULL;
    for (int threads = 1; threads <= 3; threads++) {
        mlp_train_options o = settings("best");
        o.threads = threads;
        o.epochs = 3;
        mlp_model *model = problem_train(table, o, NULL);
        if (first == NULL) {
            first = model;
            continue;
        }
        problem_assert_same(first, model, "threads");
        assert_same_weights(first, model);
        mlp_model_free(model);
    }
    mlp_model_free(first);
    mlp_table_free(table);
}

/* One number that is cut into many pieces becomes many inputs, so that a step that suits one input
 * is too long. */
static void a_recipe_without_a_model_is_left_out(void **state)
{
    (void)state;
    char text[12000] = "a,y\n", *at = text + 4;
    for (int r = 0; r < 400; r++)
        at += sprintf(at, "%d,%d\n", r, r % 7);
    mlp_table *table = problem_table(text);
    mlp_train_options o = settings("good");
    o.task = MLP_TASK_REGRESSION;
    o.optimizer = "sgd";
    o.learning_rate = 0.4;
    o.activation = "linear";
    mlp_model *model = problem_train(table, o, NULL);
    assert_non_null(strstr(notices, "Recipe 2 of 4, pieces, is left out: training diverged"));
    assert_int_equal(mlp_network_inputs(mlp_model_network(model)), 1);
    mlp_model_free(model);
    mlp_table_free(table);
}

/* --- ends that come early --------------------------------------------------------------------- */

static bool are_same(const mlp_network *a, const mlp_network *b)
{
    return mlp_network_size(a) == mlp_network_size(b) &&
           memcmp(mlp_network_parameters_const(a), mlp_network_parameters_const(b),
                  mlp_network_size(a) * sizeof(float)) == 0;
}

static bool six_networks(const mlp_progress *now, void *context)
{
    size_t *networks = context; /* upper bound; networks of a recipe that is out no longer count */
    assert_true(now->networks <= *networks);
    *networks = now->networks;
    return now->finished < 6;
}

static void a_stop_keeps_the_best_recipe_so_far(void **state)
{
    (void)state;
    static const char *const wishes[] = {"numeric=piecewise-linear:16",
                                         "numeric=piecewise-linear:32"};
    mlp_table *table = numbers(true);
    mlp_train_options o = settings("good");
    mlp_train_report report;
    size_t networks = 3 * 5 + 20;
    o.progress = six_networks;
    o.context = &networks;
    mlp_model *model = problem_train(table, o, &report);
    o.progress = NULL;
    assert_int_equal(report.reason, MLP_STOP_INTERRUPTED);
    assert_non_null(strstr(notices, "Stopped during recipe"));
    const size_t inputs = mlp_network_inputs(mlp_model_network(model));
    o.quality = "fast";
    o.folds = 5;
    o.transforms = (mlp_names){&wishes[inputs > 5 * 16], inputs > 5};
    mlp_model *recipe = problem_train(table, o, NULL);
    size_t found = 0;
    for (size_t m = 0; m < mlp_model_member_count(model); m++)
        for (size_t k = 0; k < 5; k++)
            found += are_same(mlp_model_member(model, m), mlp_model_member(recipe, k));
    assert_int_equal(found, mlp_model_member_count(model));
    mlp_model_free(model);
    mlp_model_free(recipe);

    mlp_error err = {0};
    mlp_flag stop = 1;
    model = NULL;
    o.quality = "good";
    o.stop = &stop;
    assert_int_equal(mlp_train(table, NULL, &o, &model, NULL, &err), MLP_ERROR_INTERRUPTED);
    assert_non_null(strstr(err.message, "there is no model yet"));
    assert_null(model);
    mlp_table_free(table);
}

/* Doubles the time until there is a model, since a busy machine needs more of it. */
static mlp_model *train_for_a_while(const mlp_table *table, mlp_train_options o,
                                    mlp_train_report *report)
{
    mlp_model *model = NULL;
    mlp_error err = {0};
    mlp_status status = MLP_ERROR_INTERRUPTED;
    for (o.time = 0.3; status == MLP_ERROR_INTERRUPTED; o.time *= 2.0)
        status = mlp_train(table, NULL, &o, &model, report, &err);
    if (status != MLP_OK)
        fail_msg("%s", err.message);
    return model;
}

/* Without a time limit, these training runs would last for days. */
static void a_time_that_is_over_leaves_the_best_so_far(void **state)
{
    (void)state;
    static const struct {
        const char *quality;
        size_t folds;
        const char *optimizer;
    } cases[] = {
        {"fast", 0, "adam"}, {"fast", 0, "lbfgs"}, {"fast", 2, "adam"}, {"good", 0, "adam"}};
    mlp_table *table = numbers(true);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlp_train_options o = settings(cases[i].quality);
        mlp_train_report report;
        o.folds = cases[i].folds;
        o.optimizer = cases[i].optimizer;
        o.epochs = 1000000000;
        o.patience = 0;
        mlp_model_free(train_for_a_while(table, o, &report));
        if (strcmp(cases[i].optimizer, "lbfgs") != 0) /* lbfgs may converge earlier */
            assert_int_equal(report.reason, MLP_STOP_TIME);
        assert_true(report.best_epoch > 0);
    }
    mlp_table_free(table);
}

static void a_time_too_short_for_a_model_is_said(void **state)
{
    (void)state;
    mlp_table *table = numbers(true);
    mlp_train_options o = settings("fast");
    mlp_model *model = NULL;
    mlp_error err = {0};
    o.until = 1e-9; /* long ago */
    assert_int_equal(mlp_train(table, NULL, &o, &model, NULL, &err), MLP_ERROR_INTERRUPTED);
    assert_non_null(strstr(err.message, "`time` ran out before the first epoch"));
    o.folds = 3;
    assert_int_equal(mlp_train(table, NULL, &o, &model, NULL, &err), MLP_ERROR_INTERRUPTED);
    assert_non_null(strstr(err.message, "`time` ran out before the first network"));
    assert_null(model);
    mlp_table_free(table);
}

/* --- more recipes joined than an array has room for --------------------------------------------- */

static size_t count_in_notices(const char *text)
{
    size_t count = 0;
    for (const char *at = notices; (at = strstr(at, text)) != NULL; at += strlen(text))
        count++;
    return count;
}

/* No recipe is clearly worse if the target is noise: all train all folds, and may join the best. */
static void all_recipes_may_join_the_best(void **state)
{
    (void)state;
    enum { NOISY = 500, RECIPES = 11 };
    mlpi_random random = mlpi_random_init(2, 0);
    char *text = malloc(NOISY * 40 + 8), *at = text;
    at += sprintf(at, "a,y\n");
    for (size_t r = 0; r < NOISY; r++) {
        const double a = mlpi_random_normal(&random);
        at += sprintf(at, "%.4f,%.4f\n", a, mlpi_random_normal(&random));
    }
    mlp_table *table = problem_table(text);
    mlp_train_options o = settings("best");
    o.hidden = mlpi_options_default().hidden;
    o.epochs = mlpi_options_default().epochs;
    o.folds = 2;
    o.batch = NOISY;
    mlp_model_free(problem_train(table, o, NULL));
    assert_non_null(strstr(notices, "Recipe 11 of 11, eight networks for each fold"));
    /* Otherwise the test would show nothing: */
    assert_true(RECIPES + count_in_notices("Adding the networks of") > MLPI_MOST_RECIPES + 1);
    mlp_table_free(table);
    free(text);
}

/* --- which quality is the default ------------------------------------------------------------- */

static void good_is_meant_unless_an_option_names_one_network(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value;
        bool good;
    } cases[] = {{"seed", "3", true},
                 {"metric", "r2", true},
                 {"loss", "absolute", true},
                 {"class-weights", "none", true},
                 {"numeric", "a,b", true},
                 {"transform", "a=robust", true},
                 {"threads", "1", true},
                 {"calibration", "none", true},
                 {"validation-group", "e", true},
                 {"hidden", "3", false},
                 {"activation", "tanh", false},
                 {"optimizer", "sgd", false},
                 {"epochs", "3", false},
                 {"dropout", "0.1", false},
                 {"validation", "0.3", false},
                 {"restarts", "2", false},
                 {"patience", "3", false},
                 {"quality", "fast", false},
                 {"checkpoint", "none.ckpt", false}};
    mlp_table *table = numbers(false);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlpi_quality quality = MLPI_BEST;
        mlp_train_options *o = NULL;
        assert_int_equal(mlp_train_options_create(&o, NULL), MLP_OK);
        assert_int_equal(mlp_train_options_set(o, cases[i].name, cases[i].value, NULL), MLP_OK);
        assert_int_equal(mlpi_quality_for(table, NULL, o, &quality, NULL), MLP_OK);
        if (quality != (cases[i].good ? MLPI_GOOD : MLPI_FAST))
            fail_msg("--%s %s", cases[i].name, cases[i].value);
        mlp_train_options_free(o);
    }
    mlpi_quality quality = MLPI_BEST;
    const mlp_train_options o = mlpi_options_default();
    assert_int_equal(mlpi_quality_for(table, table, &o, &quality, NULL), MLP_OK);
    assert_int_equal(quality, MLPI_FAST); /* a validation table is given */
    mlp_table_free(table);
}

/* Folds would mix rows that the file keeps apart. */
static void data_that_name_their_validation_rows_mean_one_network(void **state)
{
    (void)state;
    char text[4000], *at = text;
    at += sprintf(at, "bool_in=0\nreal_in=1\nbool_out=0\nreal_out=1\ntraining_examples=60\n"
                      "validation_examples=20\ntest_examples=10\n");
    for (int r = 0; r < 90; r++)
        at += sprintf(at, "0.%d 0.%d\n", r, 90 - r);
    mlp_table *table = NULL;
    mlpi_quality quality = MLPI_BEST;
    mlp_train_options o = mlpi_options_default();
    assert_int_equal(
        mlp_table_read_memory(text, (size_t)(at - text), "rows.dt", NULL, &table, NULL), MLP_OK);
    assert_true(mlp_table_has_parts(table));
    assert_int_equal(mlpi_quality_for(table, NULL, &o, &quality, NULL), MLP_OK);
    assert_int_equal(quality, MLPI_FAST);
    o.quality = "good";
    assert_int_equal(mlpi_quality_for(table, NULL, &o, &quality, NULL), MLP_OK);
    assert_int_equal(quality, MLPI_GOOD);
    mlp_table_free(table);
}

static void the_model_is_the_same_whether_good_is_said_or_meant(void **state)
{
    (void)state;
    mlp_table *table = rows_of_numbers(60, false);
    mlp_train_options o = mlpi_options_default();
    o.targets = (mlp_names){target, 1};
    mlp_model *meant = problem_train(table, o, NULL);
    assert_string_equal(problem_option(meant, "quality"), "good");
    o.quality = "good";
    mlp_model *said = problem_train(table, o, NULL);
    problem_assert_same(meant, said, "quality");
    mlp_model_free(meant);
    mlp_model_free(said);
    mlp_table_free(table);
}

/* The recipe that loses the race trains one network; the winner trains all five, which are those
 * that it has without a race. */
static size_t networks_trained;

static bool count_networks(const mlp_progress *now, void *context)
{
    (void)context;
    networks_trained = now->network > networks_trained ? now->network : networks_trained;
    return true;
}

static void on_many_rows_the_first_fold_decides(void **state)
{
    (void)state;
    static const char *const wish[] = {"numeric=piecewise-linear:32"};
    mlp_table *table = rows_of_numbers(5001, true);
    mlp_train_options o = settings("good");
    mlp_train_report report;
    o.epochs = 10;
    o.progress = count_networks;
    networks_trained = 0;
    mlp_model *model = problem_train(table, o, &report);
    assert_non_null(strstr(notices, "Recipe 2 of 2, fine pieces"));
    assert_int_equal(networks_trained, 2 + 4);
    assert_int_equal(report.rows_validation, 5001);
    o.progress = NULL;
    o.quality = "fast";
    o.folds = 5;
    o.transforms = (mlp_names){wish, mlp_network_inputs(mlp_model_network(model)) > 5};
    mlp_model *alone = problem_train(table, o, NULL);
    assert_same_weights(model, alone);
    mlp_model_free(model);
    mlp_model_free(alone);
    mlp_table_free(table);
}

/* --- where `quality` does not apply ----------------------------------------------------------- */

static void few_rows_get_one_network(void **state)
{
    (void)state;
    mlp_table *table = problem_table("a,b,y\n0,0,off\n0,1,on\n1,0,on\n1,1,off\n");
    mlp_model *model = problem_train(table, settings("good"), NULL);
    assert_non_null(strstr(notices, "Only 4 rows have a target, too few for folds"));
    assert_int_equal(mlp_model_member_count(model), 1);
    mlp_model_free(model);
    mlp_table_free(table);
}

/* An option that describes one network makes `auto` train one, and a notice says so unless the user
 * asked for one network. */
static void one_network_by_an_option_is_told(void **state)
{
    (void)state;
    static const char sentence[] = "With `hidden`, one network is trained; `quality` good trains "
                                   "several with this option, in folds.";
    mlp_table *table = numbers(false), *few = rows_of_numbers(40, false);
    mlp_train_options o = settings("auto");
    const struct {
        const mlp_table *table;
        const char *quality;
        size_t members;
        double validation;
        bool told;
    } cases[] = {{table, "auto", 1, MLPI_AUTO, true},
                 {table, "fast", 1, MLPI_AUTO, false},
                 {table, "auto", 2, MLPI_AUTO, false},
                 {table, "auto", 1, 0.2, false}, /* `validation` excludes folds */
                 {few, "auto", 1, MLPI_AUTO, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        o.quality = cases[i].quality;
        o.members = cases[i].members;
        o.validation = cases[i].validation;
        mlp_model_free(problem_train(cases[i].table, o, NULL));
        assert_int_equal(strstr(notices, sentence) != NULL, cases[i].told);
    }
    mlp_table_free(table);
    mlp_table_free(few);
}

/* No option asks for folds, so that their number may be reduced. */
static void few_targets_get_one_network_and_few_groups_as_many_folds(void **state)
{
    (void)state;
    for (int grouped = 0; grouped < 2; grouped++) {
        char text[8000] = "a,g,y\n", *at = text + 6;
        for (int r = 0; r < 200; r++)
            at += sprintf(at, "%d.5,group %d,%s\n", r * 7 % 31, r % 3,
                          !grouped && r >= 9 ? ""
                          : r % 2 == 0       ? "3.5"
                                             : "1.25");
        mlp_table *table = problem_table(text);
        mlp_train_options o = mlpi_options_default();
        mlp_train_report report;
        o.targets = (mlp_names){target, 1};
        o.task = MLP_TASK_REGRESSION;
        o.validation_group = grouped ? "g" : NULL;
        mlp_model *model = problem_train(table, o, &report);
        assert_int_equal(report.folds, grouped ? 3 : 0);
        assert_int_equal(mlp_model_member_count(model) == 1, !grouped);
        mlp_model_free(model);
        mlp_table_free(table);
    }
}

static void what_it_cannot_is_refused_in_a_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *says;
    } cases[] = {
        {"quality", "great", "give auto, fast, good or best"},
        {"validation", "0.2", "`quality` good trains with `folds`: with `folds`, every row"},
        {"checkpoint", "never.ckpt",
         "the networks of one recipe, but `quality` good trains several"},
        {"time", "soon", "a time such as 90s, 5m or 2h"},
        {"time", "-3", "a time such as"}};
    mlp_table *table = numbers(false);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        problem_refused(table, (const char *const[]){"quality", "good"}, cases[i].name,
                        cases[i].value, cases[i].says);
    mlp_table_free(table);
}

static void times_are_read_with_their_units(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double seconds;
    } cases[] = {{"90", 90.0}, {"90s", 90.0}, {"1.5m", 90.0}, {"2h", 7200.0}, {"none", 0.0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlp_train_options *o = NULL;
        double seconds = -1.0;
        assert_int_equal(mlp_train_options_create(&o, NULL), MLP_OK);
        assert_int_equal(mlp_train_options_set(o, "time", cases[i].text, NULL), MLP_OK);
        if (mlp_train_options_number(o, "time", &seconds))
            assert_true(seconds == cases[i].seconds);
        else
            assert_true(cases[i].seconds == 0.0);
        mlp_train_options_free(o);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_model_is_of_the_recipe_that_is_best_out_of_fold),
        cmocka_unit_test(the_metric_that_was_asked_for_chooses),
        cmocka_unit_test(what_the_user_named_stands),
        cmocka_unit_test(a_recipe_that_cannot_be_with_what_the_user_named_is_not_tried),
        cmocka_unit_test(the_model_does_not_depend_on_threads),
        cmocka_unit_test(a_recipe_without_a_model_is_left_out),
        cmocka_unit_test(a_stop_keeps_the_best_recipe_so_far),
        cmocka_unit_test(a_time_that_is_over_leaves_the_best_so_far),
        cmocka_unit_test(a_time_too_short_for_a_model_is_said),
        cmocka_unit_test(all_recipes_may_join_the_best),
        cmocka_unit_test(good_is_meant_unless_an_option_names_one_network),
        cmocka_unit_test(data_that_name_their_validation_rows_mean_one_network),
        cmocka_unit_test(the_model_is_the_same_whether_good_is_said_or_meant),
        cmocka_unit_test(on_many_rows_the_first_fold_decides),
        cmocka_unit_test(few_rows_get_one_network),
        cmocka_unit_test(one_network_by_an_option_is_told),
        cmocka_unit_test(few_targets_get_one_network_and_few_groups_as_many_folds),
        cmocka_unit_test(what_it_cannot_is_refused_in_a_sentence),
        cmocka_unit_test(times_are_read_with_their_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
