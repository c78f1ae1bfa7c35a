/* SPDX-License-Identifier: MIT */
/* Networks that learnt from different encodings of the same columns are joined to one model. */
#include "learning/problem.h"
#include "runs/folds.h"
#include "runs/join.h"
#include "runs/unseen.h"

enum { ROWS = 120 };

/* Makes columns of numbers, with and without gaps, and of texts. */
static mlp_table *table_with_gaps(void)
{
    static const char *const colours[] = {"red", "green", ""};
    char *text = malloc(ROWS * 80 + 80), *at = text;
    at += sprintf(at, "a,colour,b,y\n");
    for (size_t i = 0; i < ROWS; i++) {
        const double a = sin((double)i), b = cos(1.7 * (double)i);
        at += i % 6 == 0 ? sprintf(at, ",") : sprintf(at, "%.6f,", a);
        at += sprintf(at, "%s,%.6f,%.6f\n", colours[i * i % 3], b, a * b + (double)(i % 3));
    }
    mlp_table *table = problem_table(text);
    free(text);
    return table;
}

/* A crew of networks, and the transform that encodes numbers for them. */
typedef struct group {
    const char *transform;
    mlp_train_options options;
    mlpi_crew crew;
} group;

static void prepare(group *g, const mlp_table *table, const char *transform, const char *hidden,
                    size_t members)
{
    static const char *const target[] = {"y"};
    mlp_error err = {0};
    g->transform = transform;
    g->options = mlpi_options_default();
    g->options.targets = (mlp_names){target, 1};
    g->options.transforms = (mlp_names){&g->transform, 1};
    g->options.hidden = hidden;
    g->options.members = members;
    g->options.folds = 3;
    g->options.epochs = 4;
    if (mlpi_folds_prepare(&g->crew, table, NULL, &g->options, &err) != MLP_OK)
        fail_msg("%s", err.message);
}

static void train(group *g, const mlp_table *table, const char *transform, const char *hidden,
                  size_t members)
{
    mlp_error err = {0};
    prepare(g, table, transform, hidden, members);
    if (mlpi_crew_train(&g->crew, SIZE_MAX, &err) != MLP_OK)
        fail_msg("%s", err.message);
}

static mlpi_unseen answers_of(const group *g)
{
    mlpi_unseen u = {0};
    mlp_error err = {0};
    if (mlpi_unseen_fill(&u, &g->crew, &err) != MLP_OK)
        fail_msg("%s", err.message);
    assert_int_equal(u.count, ROWS);
    return u;
}

/* Joins two networks with one in each fold: the answers are the means of all three. */
static void networks_answer_as_before(const char *of_one, const char *of_other, const char *of_both)
{
    mlp_table *table = table_with_gaps();
    group one, other, both;
    mlp_error err = {0};
    train(&one, table, of_one, "7,4", 2);
    train(&other, table, of_other, "5", 1);
    prepare(&both, table, of_both, "7,4", 3);
    if (mlpi_crew_join(&both.crew, &one.crew, &other.crew, &err) != MLP_OK)
        fail_msg("%s", err.message);
    mlpi_unseen a = answers_of(&one), b = answers_of(&other), c = answers_of(&both);
    for (size_t i = 0; i < ROWS; i++) {
        assert_int_equal(c.row[i], a.row[i]);
        assert_near((double)c.outputs[i], (2.0 * (double)a.outputs[i] + (double)b.outputs[i]) / 3.0,
                    1e-5);
    }
    mlpi_unseen_release(&a);
    mlpi_unseen_release(&b);
    mlpi_unseen_release(&c);
    mlpi_crew_release(&both.crew);
    mlpi_crew_release(&other.crew);
    mlpi_crew_release(&one.crew);
    mlp_table_free(table);
}

static void networks_of_pieces_and_of_waves_answer_as_before(void **state)
{
    (void)state;
    networks_answer_as_before("numeric=piecewise-linear:9", "numeric=periodic",
                              "numeric=combined:9");
    networks_answer_as_before("numeric=periodic", "numeric=piecewise-linear:9",
                              "numeric=combined:9");
}

static void networks_of_the_same_inputs_answer_as_before(void **state)
{
    (void)state;
    networks_answer_as_before("numeric=robust", "numeric=robust", "numeric=robust");
}

static size_t parameters_of(const mlpi_crew *crew)
{
    size_t sum = 0;
    for (size_t i = 0; i < crew->count; i++)
        sum += mlp_network_size(crew->run[i].network);
    return sum;
}

/* The report is that of the best run of the first crew, and parameters count without the weights of
 * 0 that joining adds. */
static void the_best_run_speaks_for_all(void **state)
{
    (void)state;
    mlp_table *table = table_with_gaps();
    group one, other, both;
    mlp_model *model = NULL;
    mlp_train_report report;
    mlp_error err = {0};
    train(&one, table, "numeric=piecewise-linear:9", "7,4", 1);
    train(&other, table, "numeric=periodic", "5", 1);
    prepare(&both, table, "numeric=combined:9", "7,4", 2);
    assert_int_equal(mlpi_crew_join(&both.crew, &one.crew, &other.crew, &err), MLP_OK);
    assert_int_equal(mlpi_folds_model(&both.crew, &model, &report, &err), MLP_OK);
    assert_int_equal(mlp_model_member_count(model), 6);
    assert_int_equal(mlp_model_parameter_count(model),
                     parameters_of(&one.crew) + parameters_of(&other.crew));
    assert_int_equal(report.parameters, mlp_model_parameter_count(model));
    assert_int_equal(mlp_model_member_reads(model, 0), one.crew.common.data.pipeline.inputs);
    assert_int_equal(mlp_model_member_reads(model, 1), other.crew.common.data.pipeline.inputs);
    assert_int_equal(report.best_epoch, one.crew.best->best_epoch);
    mlp_model_free(model);
    mlpi_crew_release(&both.crew);
    mlpi_crew_release(&other.crew);
    mlpi_crew_release(&one.crew);
    mlp_table_free(table);
}

/* Rows that none of their networks saw decide which recipes are joined; threads change nothing. */
static void recipes_join_alike_on_any_number_of_threads(void **state)
{
    (void)state;
    mlp_table *table = table_with_gaps();
    mlp_model *model[2];
    mlp_train_report report[2];
    for (int k = 0; k < 2; k++) {
        mlp_train_options o = mlpi_options_default();
        o.quality = "good";
        o.folds = 2;
        o.threads = k == 0 ? 1 : 3;
        model[k] = problem_train(table, o, &report[k]);
        if (strstr(notices, "Adding the networks of recipe ") == NULL)
            fail_msg("%s", notices);
    }
    assert_int_equal(mlp_model_member_count(model[0]), mlp_model_member_count(model[1]));
    for (size_t m = 0; m < mlp_model_member_count(model[0]); m++) {
        const mlp_network *a = mlp_model_member(model[0], m), *b = mlp_model_member(model[1], m);
        assert_int_equal(mlp_network_size(a), mlp_network_size(b));
        assert_memory_equal(mlp_network_parameters_const(a), mlp_network_parameters_const(b),
                            mlp_network_size(a) * sizeof(float));
    }
    assert_true(report[0].validation_loss == report[1].validation_loss);
    for (int k = 0; k < 2; k++)
        mlp_model_free(model[k]);
    mlp_table_free(table);
}

/* Makes rows of y = sin 3a + cos 3b + noise; `first` selects the stream of random numbers. */
static mlp_table *noisy(size_t first, size_t rows)
{
    mlpi_random random = mlpi_random_init(11, first);
    char *text = malloc(rows * 80 + 80), *at = text;
    at += sprintf(at, "a,b,y\n");
    for (size_t i = 0; i < rows; i++) {
        const double a = (double)mlpi_random_below(&random, 2000) / 1000.0 - 1.0,
                     b = (double)mlpi_random_below(&random, 2000) / 1000.0 - 1.0,
                     noise = 0.5 * mlpi_random_normal(&random);
        at += sprintf(at, "%.3f,%.3f,%.5f\n", a, b, sin(3.0 * a) + cos(3.0 * b) + noise);
    }
    mlp_table *table = problem_table(text);
    free(text);
    return table;
}

static double rmse_of(const mlp_model *model, const mlp_table *table)
{
    mlp_evaluation e = {0};
    double rmse = (double)NAN;
    assert_int_equal(mlp_evaluate(model, table, 1, &e, NULL), MLP_OK);
    assert_true(mlp_evaluation_metric(&e, "rmse", &rmse));
    mlp_evaluation_release(&e);
    return rmse;
}

/* The networks differ because they learn the noise by heart. So the mean of all of them is better
 * than the criterion, which evaluates the networks of one fold at a time. */
static void what_is_expected_of_the_mean_of_all_folds_is_nearer_to_the_truth(void **state)
{
    (void)state;
    static const char *const target[] = {"y"};
    mlp_table *few = noisy(0, 300), *many = noisy(1, 10000);
    mlp_train_options o = mlpi_options_default();
    mlpi_crew crew;
    mlpi_folds_scores scores = {0};
    mlp_model *model = NULL;
    mlp_train_report report;
    o.targets = (mlp_names){target, 1};
    o.metric = "rmse";
    o.hidden = "64,32";
    o.folds = 5;
    o.epochs = 60;
    assert_int_equal(mlpi_folds_prepare(&crew, few, NULL, &o, NULL), MLP_OK);
    assert_int_equal(mlpi_crew_train(&crew, SIZE_MAX, NULL), MLP_OK);
    assert_int_equal(mlpi_folds_evaluate(&crew, &scores, NULL), MLP_OK);
    assert_int_equal(mlpi_folds_model(&crew, &model, &report, NULL), MLP_OK);
    const double truth = rmse_of(model, many);
    assert_true(fabs(scores.expected - truth) < fabs(scores.criterion - truth));
    assert_true(scores.expected > 0.0);
    mlpi_folds_scores_release(&scores);
    mlp_model_free(model);
    mlpi_crew_release(&crew);
    mlp_table_free(few);
    mlp_table_free(many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_of_pieces_and_of_waves_answer_as_before),
        cmocka_unit_test(networks_of_the_same_inputs_answer_as_before),
        cmocka_unit_test(the_best_run_speaks_for_all),
        cmocka_unit_test(what_is_expected_of_the_mean_of_all_folds_is_nearer_to_the_truth),
        cmocka_unit_test(recipes_join_alike_on_any_number_of_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
