/* SPDX-License-Identifier: MIT */
/* The diagnosis names mistakes that were made on purpose, and is silent when there are none. */
#include "batches/batches.h"
#include "learning/problem.h"
#include "train/inside.h"

static mlp_table *digits, *iris;

static int load_tables(void **state)
{
    (void)state;
    const bool loaded =
        mlp_table_read(MLP_EXAMPLES "/data/digits-train.csv", NULL, &digits, NULL) == MLP_OK &&
        mlp_table_read(MLP_EXAMPLES "/data/iris.csv", NULL, &iris, NULL) == MLP_OK;
    return loaded ? 0 : -1;
}

static int drop_tables(void **state)
{
    (void)state;
    mlp_table_free(digits);
    mlp_table_free(iris);
    return 0;
}

static mlp_train_options settings(const char *target)
{
    static const char *name[1];
    mlp_train_options o = mlpi_options_default();
    name[0] = target;
    o.targets = (mlp_names){name, 1};
    o.quality = "fast";
    return o;
}

static const mlp_finding *finding_of(const mlp_train_report *r, mlp_finding_kind kind)
{
    for (size_t i = 0; i < r->finding_count; i++)
        if (r->finding[i].kind == kind)
            return &r->finding[i];
    return NULL;
}

static mlp_train_report diagnose(const mlp_table *table, mlp_train_options o)
{
    mlp_train_report report;
    mlp_model_free(problem_train(table, o, &report));
    for (size_t i = 0; i < report.finding_count; i++) /* every finding is a notice, too */
        assert_non_null(strstr(notices, report.finding[i].sentence));
    return report;
}

static void assert_finding(const mlp_table *table, mlp_train_options o, mlp_finding_kind kind,
                           const char *says)
{
    const mlp_train_report r = diagnose(table, o);
    const mlp_finding *f = finding_of(&r, kind);
    if (f == NULL)
        fail_msg("%s was not found", mlp_finding_name(kind));
    else if (strstr(f->sentence, says) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", f->sentence, says);
}

static void a_sound_training_has_no_findings(void **state)
{
    (void)state;
    const mlp_train_report r = diagnose(digits, settings("digit"));
    if (r.finding_count > 0)
        fail_msg("%s", r.finding[0].sentence);
}

/* Options are blamed if the user named them, and not if a recipe chose them. */
static void what_recipes_chose_is_not_blamed(void **state)
{
    (void)state;
    mlp_train_options o = settings("digit");
    o.folds = 5;
    o.hidden = "20,20,20,20,20,20,20,20";
    o.activation = "logistic";
    o.epochs = 5;
    assert_finding(digits, o, MLP_FINDING_VANISHING_GRADIENT, "`activation` relu");
    o.quality = "good";
    const mlp_train_report r = diagnose(digits, o);
    assert_null(finding_of(&r, MLP_FINDING_VANISHING_GRADIENT));
    o.hidden = "8";
    o.activation = "relu";
    assert_finding(digits, o, MLP_FINDING_NOT_FINISHED, "more `epochs`"); /* the user's choice */
}

static void divergence(void **state)
{
    (void)state;
    mlp_train_options o = settings("digit");
    o.optimizer = "sgd";
    o.loss = "quadratic";
    o.output_activation = "linear";
    o.learning_rate = 0.2;
    o.epochs = 30;
    for (mlp_train_report r; o.learning_rate < 1e5; o.learning_rate *= 2.0) {
        mlp_model *model = NULL;
        if (mlp_train(digits, NULL, &o, &model, &r, NULL) != MLP_OK)
            break; /* no epoch ended well, which is an error with the same advice */
        mlp_model_free(model);
        if (r.reason == MLP_STOP_DIVERGED) {
            assert_finding(digits, o, MLP_FINDING_DIVERGED, "Try `learning-rate`");
            return;
        }
    }
    mlp_error err = {0};
    mlp_model *model = NULL;
    assert_int_equal(mlp_train(digits, NULL, &o, &model, NULL, &err), MLP_ERROR_DATA);
    assert_non_null(strstr(err.message, "smaller `learning-rate`"));
}

static void a_learning_rate_far_off(void **state)
{
    (void)state;
    mlp_train_options o = settings("species");
    o.learning_rate = 3.0;
    assert_finding(iris, o, MLP_FINDING_RATE_TOO_LARGE, "Try `learning-rate` 0.001."); /* not 0.3 */
    o.learning_rate = 1000.0;
    assert_finding(iris, o, MLP_FINDING_NO_BETTER, "Try `learning-rate` 0.001, the usual value.");
    o.learning_rate = 1e-6;
    assert_finding(iris, o, MLP_FINDING_RATE_TOO_SMALL, "Try `learning-rate` 0.001.");
    o.learning_rate = 4e-5; /* not far off, so that ten times as much is tried */
    o.epochs = 8;
    assert_finding(iris, o, MLP_FINDING_RATE_TOO_SMALL, "Try `learning-rate` 0.0004.");
}

static void dead_units_and_what_comes_of_them(void **state)
{
    (void)state;
    mlp_train_options o = settings("digit");
    o.learning_rate = 0.3;
    assert_finding(digits, o, MLP_FINDING_DEAD_UNITS, "Layer 1");
    assert_finding(digits, o, MLP_FINDING_NO_BETTER, "the most frequent label");
}

enum { RARE_ROWS = 3000 };

/* Makes rows of which one in thirteen has a rare label. With `depends` its probability depends on
 * x, but never reaches one half; otherwise it is the same for all rows. */
static mlp_table *rare_label(bool depends)
{
    char *text = malloc(RARE_ROWS * 32), *to = text;
    mlp_error err = {0};
    mlp_table *made = NULL;
    uint64_t state = 20261129;
    assert_non_null(text);
    to += sprintf(to, "x,fails\n");
    for (size_t r = 0; r < RARE_ROWS; r++) {
        double u[2];
        for (size_t i = 0; i < 2; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            u[i] = (double)(state >> 40) / 16777216.0;
        }
        const double p = depends ? 0.38 * pow(u[0], 4.0) : 0.076;
        to += sprintf(to, "%.4f,%s\n", u[0], u[1] < p ? "yes" : "no");
    }
    if (mlp_table_read_memory(text, (size_t)(to - text), "rare.csv", NULL, &made, &err) != MLP_OK)
        fail_msg("%s", err.message);
    free(text);
    return made;
}

/* The network predicts the frequent label for every row, and yet its probabilities are better than
 * the label frequencies. */
static void a_rare_label_that_is_known_is_no_failure(void **state)
{
    (void)state;
    mlp_table *table = rare_label(true);
    mlp_train_options o = settings("fails");
    const mlp_train_report r = diagnose(table, o);
    assert_true(r.validation_metric <= r.baseline_metric);
    assert_true(r.validation_log_loss < 0.95 * r.baseline_log_loss);
    assert_null(finding_of(&r, MLP_FINDING_NO_BETTER));
    mlp_table_free(table);
    table = rare_label(false);
    assert_finding(table, o, MLP_FINDING_NO_BETTER, "the label frequencies");
    o.quality = "good"; /* recipes have compared learning rates already */
    o.folds = 2;
    o.epochs = 5;
    assert_finding(table, o, MLP_FINDING_NO_BETTER, "more rows");
    mlp_table_free(table);
}

/* The log losses are those of an evaluation, and that of the baseline is -sum p ln p; the metric
 * that was asked for is reported together with that of the baseline. */
static void the_report_has_proper_scores(void **state)
{
    (void)state;
    mlp_train_options o = settings("species");
    mlp_train_report r;
    mlp_evaluation e;
    o.validation = 0.0;
    o.metric = "auc";
    mlp_model *model = problem_train(iris, o, &r);
    assert_int_equal(mlp_evaluate(model, iris, 1, &e, NULL), MLP_OK);
    assert_near(r.training_log_loss, e.log_loss, 1e-12);
    assert_near(r.baseline_log_loss, log(3.0), 1e-12);
    assert_near(e.baseline_log_loss, log(3.0), 1e-12);
    assert_true(isnan(r.validation_log_loss));
    assert_string_equal(r.criterion, "auc");
    assert_near(r.criterion_value, e.auc, 1e-12);
    assert_near(r.criterion_baseline, 0.5, 0.0);
    mlp_evaluation_release(&e);
    mlp_model_free(model);
}

static void saturated_units(void **state)
{
    (void)state;
    mlp_train_options o = settings("digit");
    o.learning_rate = 1.0;
    o.activation = "tanh";
    assert_finding(digits, o, MLP_FINDING_SATURATED_UNITS, "96 of 96 tanh neurons");
}

static void a_gradient_that_vanishes(void **state)
{
    (void)state;
    mlp_train_options o = settings("digit");
    o.hidden = "20,20,20,20,20,20,20,20";
    o.activation = "logistic";
    o.epochs = 5;
    assert_finding(digits, o, MLP_FINDING_VANISHING_GRADIENT, "`activation` relu");
}

static void too_few_rows_to_evaluate_by(void **state)
{
    (void)state;
    assert_finding(iris, settings("species"), MLP_FINDING_FEW_VALIDATION,
                   "Only 23 validation rows");
}

static void more_epochs_would_help(void **state)
{
    (void)state;
    mlp_train_options o = settings("digit");
    o.epochs = 3;
    assert_finding(digits, o, MLP_FINDING_NOT_FINISHED, "more `epochs`");
}

/* Makes rows whose label says whether a > 0.5, or is drawn by chance. */
static mlp_table *rows_of(size_t rows, bool chance)
{
    static char text[20000];
    uint32_t state = 12345;
    strcpy(text, "a,b,y\n");
    for (size_t r = 0; r < rows; r++) {
        double drawn[3];
        for (int i = 0; i < 3; i++) {
            state = state * 1664525u + 1013904223u;
            drawn[i] = (double)(state >> 8) / 16777216.0;
        }
        sprintf(text + strlen(text), "%.3f,%.3f,%s\n", drawn[0], drawn[1],
                drawn[chance ? 2 : 0] > 0.5 ? "yes" : "no");
    }
    return problem_table(text);
}

static void what_holds_for_the_training_rows_alone(void **state)
{
    (void)state;
    mlp_table *training = rows_of(400, false), *other = rows_of(200, true);
    mlp_train_options o = settings("y");
    mlp_train_report r;
    mlp_model *model = NULL;
    o.metric = "accuracy";
    assert_int_equal(mlp_train(training, other, &o, &model, &r, NULL), MLP_OK);
    assert_true(r.training_metric > 0.9 && r.validation_metric < 0.7);
    assert_non_null(finding_of(&r, MLP_FINDING_OVERFITTING));
    mlp_model_free(model);
    mlp_table_free(training);
    mlp_table_free(other);
}

/* Neurons are examined on the rows that a fold trains on, wherever these lie in the table. */
static void only_training_rows_are_looked_at(void **state)
{
    (void)state;
    enum { ALL = 8, TRAINING = 3 };
    static const uint32_t chosen[TRAINING] = {1, 4, 7};
    static const mlp_layer layers[] = {{4, MLP_RELU}, {1, MLP_LINEAR}};
    float x[ALL], target[ALL], own_x[TRAINING], own_target[TRAINING];
    for (uint32_t r = 0; r < ALL; r++) { /* held-out rows are negative, training rows positive */
        x[r] = r % 3 == 1 ? 1.0f + (float)r : -1.0f - (float)r;
        target[r] = 0.5f * x[r];
    }
    for (size_t i = 0; i < TRAINING; i++) {
        own_x[i] = x[chosen[i]];
        own_target[i] = target[chosen[i]];
    }
    const mlp_encoded table = {.rows = ALL, .inputs = 1, .outputs = 1, .x = x, .target = target};
    const mlp_encoded alone = {
        .rows = TRAINING, .inputs = 1, .outputs = 1, .x = own_x, .target = own_target};
    mlp_trainer of_table = {0}, of_fold = {0};
    mlpi_layer_look wanted[2] = {0}, found[2] = {0};
    mlp_network *network = NULL;
    assert_int_equal(mlp_network_create(1, layers, 2, MLP_QUADRATIC, &network, NULL), MLP_OK);
    mlp_network_initialize(network, 3);
    of_fold.data.network = of_table.data.network = network;
    assert_int_equal(mlpi_batches_in_memory(&alone, 1, false, &of_table.data.learning, NULL),
                     MLP_OK);
    assert_int_equal(
        mlpi_batches_chosen(&table, 1, chosen, TRAINING, false, &of_fold.data.learning, NULL),
        MLP_OK);
    assert_int_equal(mlpi_look_inside(&of_table, wanted, NULL), MLP_OK);
    assert_int_equal(mlpi_look_inside(&of_fold, found, NULL), MLP_OK);
    for (size_t l = 0; l < 2; l++) {
        assert_int_equal(found[l].dead, wanted[l].dead);
        assert_true(found[l].delta == wanted[l].delta);
    }
    assert_in_range(wanted[0].dead, 1, 3); /* for negative rows other neurons would be dead */
    mlpi_batches_close(of_table.data.learning);
    mlpi_batches_close(of_fold.data.learning);
    mlp_network_free(network);
}

static void every_kind_has_a_name(void **state)
{
    (void)state;
    for (int k = 0; k < MLP_FINDING_COUNT; k++)
        assert_non_null(mlp_finding_name((mlp_finding_kind)k));
    assert_null(mlp_finding_name(MLP_FINDING_COUNT));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_training_has_no_findings),
        cmocka_unit_test(what_recipes_chose_is_not_blamed),
        cmocka_unit_test(divergence),
        cmocka_unit_test(a_learning_rate_far_off),
        cmocka_unit_test(dead_units_and_what_comes_of_them),
        cmocka_unit_test(a_rare_label_that_is_known_is_no_failure),
        cmocka_unit_test(the_report_has_proper_scores),
        cmocka_unit_test(saturated_units),
        cmocka_unit_test(a_gradient_that_vanishes),
        cmocka_unit_test(too_few_rows_to_evaluate_by),
        cmocka_unit_test(more_epochs_would_help),
        cmocka_unit_test(what_holds_for_the_training_rows_alone),
        cmocka_unit_test(only_training_rows_are_looked_at),
        cmocka_unit_test(every_kind_has_a_name),
    };
    return cmocka_run_group_tests(tests, load_tables, drop_tables);
}
