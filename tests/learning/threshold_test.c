/* SPDX-License-Identifier: MIT */
/* A threshold that was chosen by rows out of fold is kept by the model, decides every prediction,
 * and helps on new rows; the metric reported for it is that of rows that did not choose it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "learning/problem.h"
#include "model/model.h"

enum { ROWS = 2400 };

/* Makes rows of which one in twelve is ill, with a probability that is a logistic function of a and
 * b. */
static mlp_table *rare(uint64_t stream)
{
    mlpi_random random = mlpi_random_init(9, stream);
    char *text = malloc(ROWS * 60 + 80), *at = text;
    at += sprintf(at, "a,b,c,y\n");
    for (size_t r = 0; r < ROWS; r++) {
        double x[3];
        for (size_t j = 0; j < 3; j++)
            x[j] = mlpi_random_normal(&random);
        const double p = 1.0 / (1.0 + exp(3.8 - 1.7 * x[0] - x[1]));
        at += sprintf(at, "%.3f,%.3f,%.3f,%s\n", x[0], x[1], x[2],
                      mlpi_random_uniform(&random) < p ? "ill" : "healthy");
    }
    mlp_table *table = problem_table(text);
    free(text);
    return table;
}

static mlp_train_options settings(const char *threshold)
{
    mlp_train_options o = mlpi_options_default();
    o.hidden = "8";
    o.epochs = 30;
    o.learning_rate = 0.01;
    o.folds = 4;
    o.threshold = threshold;
    return o;
}

static double metric_of(const mlp_model *model, const mlp_table *table, const char *name)
{
    mlp_evaluation e = problem_evaluate(model, table);
    double value = 0.0;
    if (strcmp(name, "f1") == 0)
        value = e.f1[1];
    else
        assert_true(mlp_evaluation_metric(&e, name, &value));
    mlp_evaluation_release(&e);
    return value;
}

static void it_helps_on_new_rows_and_promises_what_it_keeps(void **state)
{
    (void)state;
    static const char *const figures[] = {"f1", "balanced_accuracy", "mcc", "kappa"};
    mlp_table *table = rare(0), *fresh = rare(1);
    mlp_model *usual = problem_train(table, settings("none"), NULL);
    assert_true(isnan(mlp_model_threshold(usual)));
    assert_null(strstr(notices, "Threshold"));
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        mlp_train_report report;
        mlp_model *model = problem_train(table, settings(figures[i]), &report);
        const mlpi_decision *d = &model->decision;
        assert_non_null(strstr(notices, "Threshold: \"ill\" is predicted at"));
        assert_true(d->known && d->threshold == mlp_model_threshold(model));
        assert_string_equal(d->metric, figures[i]);
        const double with = metric_of(model, fresh, figures[i]);
        assert_true(with > metric_of(usual, fresh, figures[i]) + 0.03);
        assert_near(d->out_of_fold[1], with, 0.08); /* from 200 rare rows on either side */
        assert_memory_equal(mlp_network_parameters_const(mlp_model_network(usual)),
                            mlp_network_parameters_const(mlp_model_network(model)),
                            mlp_network_size(mlp_model_network(usual)) * sizeof(float));
        mlp_model_free(model);
    }
    mlp_model_free(usual);
    mlp_table_free(table);
    mlp_table_free(fresh);
}

/* The model's threshold decides all predictions, unless a session is given another one. */
static void it_decides_every_prediction_unless_another_is_said(void **state)
{
    (void)state;
    mlp_table *table = rare(0);
    mlp_model *model = problem_train(table, settings("mcc"), NULL), *loaded = NULL;
    const double threshold = mlp_model_threshold(model);
    unsigned char *bytes = NULL;
    size_t size = 0;
    mlp_predictions p;
    mlp_session *session = NULL;
    assert_int_equal(mlp_model_save_memory(model, &bytes, &size, NULL), MLP_OK);
    assert_int_equal(mlp_model_load_memory(bytes, size, "m.mlp", &loaded, NULL), MLP_OK);
    assert_true(mlp_model_threshold(loaded) == threshold);
    assert_string_equal(mlp_model_metadata(loaded), mlp_model_metadata(model));
    assert_int_equal(mlp_model_predict(loaded, table, 2, &p, NULL), MLP_OK);
    size_t changed = 0;
    for (size_t r = 0; r < p.rows; r++) {
        assert_int_equal(p.label[r], p.values[2 * r + 1] >= threshold ? 1 : 0);
        changed += p.label[r] != (p.values[2 * r + 1] > 0.5 ? 1 : 0);
    }
    assert_true(changed > 20);
    mlp_predictions_release(&p);
    assert_int_equal(mlp_session_create(loaded, 1, &session, NULL), MLP_OK);
    assert_int_equal(mlp_session_set_threshold(session, 1, 0.5, NULL), MLP_OK);
    assert_int_equal(mlp_session_predict(session, table, &p, NULL), MLP_OK);
    for (size_t r = 0; r < p.rows; r++)
        assert_int_equal(p.label[r], p.values[2 * r + 1] >= 0.5 ? 1 : 0);
    mlp_predictions_release(&p);
    mlp_session_free(session);
    mlp_model_free(loaded);
    mlp_model_free(model);
    mlp_table_free(table);
    free(bytes);
}

static mlp_model *through_its_file(const mlp_model *model)
{
    unsigned char *bytes = NULL;
    size_t size = 0;
    mlp_model *loaded = NULL;
    assert_int_equal(mlp_model_save_memory(model, &bytes, &size, NULL), MLP_OK);
    assert_int_equal(mlp_model_load_memory(bytes, size, "m.mlp", &loaded, NULL), MLP_OK);
    free(bytes);
    return loaded;
}

/* Returns average_precision of the label that the evaluator is told to look for; UNTOLD: it is told
 * none. */
enum { UNTOLD = 2 };

static double precision_of(const mlp_model *model, const mlp_table *table, size_t label)
{
    mlp_session *session = NULL;
    mlp_evaluator *evaluator = NULL;
    mlp_evaluation e;
    size_t left_out, unanswered;
    assert_int_equal(mlp_session_create(model, 1, &session, NULL), MLP_OK);
    assert_int_equal(mlp_evaluator_create(false, &evaluator, NULL), MLP_OK);
    if (label != UNTOLD)
        mlp_evaluator_look_for(evaluator, label);
    assert_int_equal(mlp_session_evaluate(session, table, evaluator, &left_out, &unanswered, NULL),
                     MLP_OK);
    assert_int_equal(mlp_evaluator_finish(evaluator, &e, NULL), MLP_OK);
    const double value = e.average_precision;
    mlp_evaluation_release(&e);
    mlp_evaluator_free(evaluator);
    mlp_session_free(session);
    return value;
}

/* This holds for either label, with a threshold or without, and after saving and loading. */
static void the_label_that_is_looked_for_is_kept_and_evaluated(void **state)
{
    (void)state;
    static const char *const labels[] = {"healthy", "ill", NULL};
    mlp_table *table = rare(0);
    for (size_t i = 0; i < 3; i++)
        for (int with = 0; with < 2; with++) {
            const size_t wanted = i == 0 ? 0 : 1;
            mlp_train_options o = settings(with ? "balanced_accuracy" : "none");
            o.folds = 2;
            o.epochs = 5;
            o.label = labels[i];
            mlp_model *model = problem_train(table, o, NULL), *loaded = through_its_file(model);
            mlp_evaluation e = problem_evaluate(loaded, table);
            assert_int_equal(mlp_model_looked_for(model), wanted);
            assert_int_equal(mlp_model_looked_for(loaded), wanted);
            assert_true(e.average_precision == precision_of(loaded, table, wanted));
            assert_true(e.average_precision == precision_of(loaded, table, UNTOLD));
            assert_true(e.average_precision != precision_of(loaded, table, 1 - wanted));
            /* The file keeps the parameters, and names the label only if it is not the second one,
             * the default. */
            if (!with)
                assert_memory_equal(mlp_network_parameters_const(mlp_model_network(model)),
                                    mlp_network_parameters_const(mlp_model_network(loaded)),
                                    mlp_network_size(mlp_model_network(model)) * sizeof(float));
            assert_true((strstr(mlp_model_metadata(model), "looked_for") != NULL) == (i == 0));
            mlp_evaluation_release(&e);
            mlp_model_free(loaded);
            mlp_model_free(model);
        }
    mlp_table_free(table);
}

/* A model can be set to look for the other label; its file keeps the label, and the threshold
 * stays. */
static void another_label_can_be_looked_for(void **state)
{
    (void)state;
    mlp_error err = {0};
    mlp_table *table = rare(0);
    mlp_model *model = problem_train(table, settings("f1"), NULL);
    const double threshold = mlp_model_threshold(model);
    char *before = mlpi_copy_text(mlp_model_metadata(model), strlen(mlp_model_metadata(model)));
    assert_int_equal(mlp_model_look_for(model, "sick", &err), MLP_ERROR_ARGUMENT);
    assert_string_equal(err.message, "`label` sick: the labels of the model are healthy and ill");
    assert_int_equal(mlp_model_look_for(model, "healthy", NULL), MLP_OK);
    mlp_model *loaded = through_its_file(model);
    assert_int_equal(mlp_model_looked_for(loaded), 0);
    assert_true(mlp_model_threshold(loaded) == threshold);
    assert_near(mlp_model_threshold_of(loaded, 0), 1.0 - threshold, 1e-12);
    assert_near(mlp_model_threshold_of(loaded, 1), threshold, 1e-12);
    assert_int_equal(mlp_model_look_for(loaded, "ill", NULL), MLP_OK);
    assert_string_equal(mlp_model_metadata(loaded), before);
    mlp_model_free(loaded);
    mlp_model_free(model);
    mlp_table_free(table);
    free(before);
}

/* A metric of one label that stops the training is that of the label that is looked for. */
static void a_metric_of_one_label_is_of_the_one_that_is_looked_for(void **state)
{
    (void)state;
    static const char *const labels[] = {"healthy", "ill"};
    double last[2];
    mlp_table *table = rare(0);
    for (size_t i = 0; i < 2; i++) {
        mlp_train_options o = settings("none");
        mlp_train_report report;
        o.folds = 0;
        o.epochs = 5;
        o.metric = "average_precision";
        o.label = labels[i];
        mlp_model *model = problem_train(table, o, &report);
        last[i] = report.criterion_value;
        mlp_model_free(model);
    }
    assert_true(last[0] > 0.95 && last[1] < 0.9); /* one row in twelve is ill */
    mlp_table_free(table);
}

static void the_metric_chooses_where_it_can(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"mcc", "mcc"},
                                           {"macro_f1", "macro_f1"},
                                           {"auc", "balanced_accuracy"},
                                           {"loss", "balanced_accuracy"}};
    mlp_table *table = rare(0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        mlp_train_options o = settings("auto");
        o.metric = cases[i][0];
        mlp_model *model = problem_train(table, o, NULL);
        char taken[64], left[64];
        snprintf(taken, sizeof taken, "gives the best %s.", cases[i][1]);
        snprintf(left, sizeof left, "no other gives a better cross-fitted %s", cases[i][1]);
        if (strstr(notices, taken) == NULL && strstr(notices, left) == NULL)
            fail_msg("%s: %s", cases[i][0], notices);
        mlp_model_free(model);
    }
    mlp_table_free(table);
}

static size_t count(const char *text, const char *word)
{
    size_t n = 0;
    while ((text = strstr(text, word)) != NULL) {
        n++;
        text += strlen(word);
    }
    return n;
}

/* Of all the recipes that are tried, only the temperature and threshold of the final model are
 * reported. */
static void recipes_tell_of_the_model_that_is_kept(void **state)
{
    (void)state;
    char threshold[64];
    mlp_table *table = rare(0);
    mlp_train_options o = settings("f1");
    o.quality = "good";
    o.epochs = 3;
    mlp_model *model = problem_train(table, o, NULL);
    assert_int_equal(count(notices, "Recipe "), 2); /* the recipes plain and fine pieces */
    assert_int_equal(count(notices, "Calibration: "), 1);
    assert_int_equal(count(notices, "Threshold: "), 1);
    snprintf(threshold, sizeof threshold, "at probability %.15g or more",
             mlp_model_threshold(model));
    assert_non_null(strstr(notices, threshold));
    mlp_model_free(model);
    mlp_table_free(table);
}

/* The label is random: a threshold that looks better by chance is no better on rows that did not
 * choose it. */
static void what_is_no_better_out_of_fold_is_not_kept(void **state)
{
    (void)state;
    char text[4000] = "a,y\n", *at = text + 4;
    mlpi_random random = mlpi_random_init(4, 0);
    for (int r = 0; r < 200; r++)
        at += sprintf(at, "%.3f,%s\n", mlpi_random_uniform(&random),
                      mlpi_random_below(&random, 5) == 0 ? "rare" : "usual");
    mlp_table *table = problem_table(text);
    mlp_model *model = problem_train(table, settings("accuracy"), NULL);
    assert_true(isnan(mlp_model_threshold(model)));
    assert_non_null(strstr(notices, "no other gives a better cross-fitted accuracy"));
    mlp_model_free(model);
    mlp_table_free(table);
}

/* A label that rows have but that is never predicted is reported, with advice on how to find it. */
static void a_label_that_is_never_predicted_is_told_of(void **state)
{
    (void)state;
    static const struct {
        const char *threshold, *label, *says; /* label NULL: the default; says NULL: no notice */
        int rows, labels;
    } cases[] = {
        {"none", NULL,
         "\"ill\" (20 of 300 rows) is never predicted out of fold; `threshold` balanced_accuracy "
         "with `label` \"ill\" may find it.",
         20, 2},
        {"accuracy", NULL, NULL, 20, 2}, /* the threshold has its own notice */
        {"accuracy", "healthy", "`threshold` balanced_accuracy with `label` \"ill\" may find it.",
         20, 2},
        {"none", NULL,
         "\"ill\" (2 of 300 rows) is never predicted out of fold; more rows with this label are "
         "needed.",
         2, 2},
        {"none", NULL,
         "\"ill\" (20 of 300 rows) is never predicted out of fold; `class-weights` balanced gives "
         "rare labels more weight.",
         20, 3},
        {"none", NULL, NULL, 150, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[8000] = "a,y\n", *at = text + 4;
        mlpi_random random = mlpi_random_init(5, i);
        for (int r = 0; r < 300; r++) { /* `a` shows who is ill only if half of the rows are */
            const bool ill = r * 7 % 300 < cases[i].rows;
            const double a =
                mlpi_random_uniform(&random) + (ill && cases[i].rows > 100 ? 1.0 : 0.0);
            at += sprintf(at, "%.3f,%s\n", cases[i].labels > 2 && r % 2 == 0 ? a - 5.0 : a,
                          ill                                 ? "ill"
                          : cases[i].labels > 2 && r % 2 == 0 ? "well"
                                                              : "healthy");
        }
        mlp_table *table = problem_table(text);
        mlp_train_options o = settings(cases[i].threshold);
        o.label = cases[i].label;
        mlp_model *model = problem_train(table, o, NULL);
        if (cases[i].says != NULL ? strstr(notices, cases[i].says) == NULL
                                  : strstr(notices, "never predicted") != NULL)
            fail_msg("case %zu: %s", i, notices);
        mlp_model_free(model);
        mlp_table_free(table);
    }
}

static void what_has_no_threshold_is_refused_in_a_sentence(void **state)
{
    (void)state;
    static const char *const folds[] = {"folds", "3"};
    mlp_table *three = problem_table("a,y\n1,x\n2,y\n3,z\n4,x\n5,y\n6,z\n7,x\n8,y\n9,z\n");
    mlp_table *number = problem_table("a,y\n1,1.5\n2,2.5\n3,3.25\n4,4.5\n5,5.125\n6,6.5\n7,7.1\n");
    problem_refused(three, folds, "threshold", "auto",
                    "`threshold` is for a target with two labels, but this one has 3");
    problem_refused(number, folds, "threshold", "f1", "is a quantity");
    problem_refused(three, folds, "threshold", "f2", "did you mean f1?");
    problem_refused(three, folds, "label", "x",
                    "`label` is for a target with two labels, but this one has 3");
    problem_refused(number, folds, "label", "x", "is a quantity");
    mlp_table_free(three);
    mlp_table_free(number);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_helps_on_new_rows_and_promises_what_it_keeps),
        cmocka_unit_test(it_decides_every_prediction_unless_another_is_said),
        cmocka_unit_test(the_label_that_is_looked_for_is_kept_and_evaluated),
        cmocka_unit_test(another_label_can_be_looked_for),
        cmocka_unit_test(a_metric_of_one_label_is_of_the_one_that_is_looked_for),
        cmocka_unit_test(the_metric_chooses_where_it_can),
        cmocka_unit_test(recipes_tell_of_the_model_that_is_kept),
        cmocka_unit_test(what_is_no_better_out_of_fold_is_not_kept),
        cmocka_unit_test(a_label_that_is_never_predicted_is_told_of),
        cmocka_unit_test(what_has_no_threshold_is_refused_in_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
