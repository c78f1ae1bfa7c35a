/* SPDX-License-Identifier: MIT */
/* Weights: a row of weight k counts as k copies of it, in training and in the validation loss;
 * labels have the weights that options give them; nothing else changes. Inputs are categories,
 * since the scales of numbers depend on how often a row occurs. */
#include "base/base.h"
#include "learning/problem.h"
#include "model/model.h"
#include "train/prepare.h"

static const char weighted[] = "a,b,w,y\np,u,1,no\np,v,2,yes\nq,u,3,yes\nq,v,1,no\nr,u,2,no\n"
                               "r,v,0,yes\nr,v,1,yes\n";
static const char copied[] = "a,b,y\np,u,no\np,v,yes\np,v,yes\nq,u,yes\nq,u,yes\nq,u,yes\nq,v,no\n"
                             "r,u,no\nr,u,no\nr,v,yes\n";

static mlp_train_options settings(const char *optimizer)
{
    mlp_train_options o = mlpi_options_default();
    o.hidden = "5:tanh";
    o.optimizer = optimizer;
    o.epochs = 30;
    o.batch = MLPI_FULL;
    return o;
}

static void assert_same_parameters(const mlp_model *a, const mlp_model *b, double tolerance)
{
    const mlp_network *n = mlp_model_network(a), *m = mlp_model_network(b);
    const float *p = mlp_network_parameters_const(n), *q = mlp_network_parameters_const(m);
    assert_int_equal(mlp_network_size(n), mlp_network_size(m));
    for (size_t i = 0; i < mlp_network_size(n); i++)
        assert_near((double)p[i], (double)q[i], tolerance);
}

/* Trains on a table that also serves as validation table, so that the losses of both parts are
 * compared. */
static mlp_model *train(const char *text, mlp_train_options o, mlp_train_report *report)
{
    static const char *const target[] = {"y"};
    mlp_table *table = problem_table(text);
    mlp_model *model = NULL;
    mlp_error err = {0};
    o.targets = (mlp_names){target, 1};
    if (mlp_train(table, table, &o, &model, report, &err) != MLP_OK)
        fail_msg("%s", err.message);
    mlp_table_free(table);
    return model;
}

static void a_weight_counts_as_so_many_copies(void **state)
{
    (void)state;
    static const char *const optimizers[] = {"gradient-descent", "adam", "irprop", "lbfgs"};
    for (size_t i = 0; i < sizeof optimizers / sizeof optimizers[0]; i++) {
        mlp_train_options o = settings(optimizers[i]);
        mlp_train_report with, without;
        if (strcmp(optimizers[i], "lbfgs") == 0)
            o.epochs = 5; /* lbfgs amplifies rounding errors */
        mlp_model *copies = train(copied, o, &without);
        o.weight_column = "w";
        mlp_model *weights = train(weighted, o, &with);
        assert_same_parameters(weights, copies, 1e-4);
        assert_near(with.training_loss, without.training_loss, 1e-5);
        assert_near(with.validation_loss, without.validation_loss, 1e-5);
        mlp_model_free(copies);
        mlp_model_free(weights);
    }
}

/* The weight of a label is n / (K n_k), as "balanced" in scikit-learn: 4 rows have "no", 6
 * "yes". */
static void balanced_labels_count_by_their_rarity(void **state)
{
    (void)state;
    mlp_train_options o = settings("gradient-descent");
    o.class_weights = "balanced";
    mlp_model *balanced = train(copied, o, NULL);
    o.class_weights = "no=1.25,yes=0.83333333333333337";
    mlp_model *said = train(copied, o, NULL);
    o.class_weights = "none";
    mlp_model *none = train(copied, o, NULL);
    assert_same_parameters(balanced, said, 1e-6);
    const float *p = mlp_network_parameters_const(mlp_model_network(balanced));
    const float *q = mlp_network_parameters_const(mlp_model_network(none));
    double largest = 0.0;
    for (size_t i = 0; i < mlp_network_size(mlp_model_network(none)); i++)
        largest = fmax(largest, fabs((double)p[i] - (double)q[i]));
    assert_true(largest > 1e-2);
    mlp_model_free(balanced);
    mlp_model_free(said);
    mlp_model_free(none);
}

static void weights_have_mean_one_in_each_part(void **state)
{
    (void)state;
    char text[4096] = "x,w,y\n";
    for (int i = 0; i < 60; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%d,%d,%s\n", i * 7 % 11,
                 1000 * (i % 5), i % 4 == 0 ? "rare" : "often");
    static const char *const target[] = {"y"};
    mlp_table *table = problem_table(text);
    mlp_train_options o = settings("adam");
    mlpi_plan plan;
    mlpi_prepared p;
    o.targets = (mlp_names){target, 1};
    o.weight_column = "w";
    o.class_weights = "rare=3";
    o.validation = 0.4;
    assert_int_equal(mlpi_plan_check(&o, &plan, NULL), MLP_OK);
    assert_int_equal(mlpi_prepare(table, NULL, NULL, NULL, &o, &plan, &p, NULL), MLP_OK);
    const mlp_encoded *const parts[] = {&p.training, &p.validation};
    const uint32_t *const rows[] = {p.split.training, p.split.validation};
    for (size_t i = 0; i < 2; i++) {
        double sum = 0.0, expected = 0.0;
        assert_true(parts[i]->rows > 0);
        for (size_t r = 0; r < parts[i]->rows; r++) {
            const uint32_t row = rows[i][r];
            sum += (double)parts[i]->weight[r];
            expected += (double)(row % 5) * (row % 4 == 0 ? 3.0 : 1.0);
        }
        assert_near(sum / (double)parts[i]->rows, 1.0, 1e-6);
        for (size_t r = 0; r < parts[i]->rows; r++) {
            const double wanted = (double)(rows[i][r] % 5) * (rows[i][r] % 4 == 0 ? 3.0 : 1.0) /
                                  expected * (double)parts[i]->rows;
            assert_near((double)parts[i]->weight[r], wanted, 1e-5);
        }
    }
    mlpi_prepared_release(&p);
    mlp_table_free(table);
}

/* Neither metrics nor predictions use weights. */
static void evaluation_needs_no_weights(void **state)
{
    (void)state;
    mlp_train_options o = settings("adam");
    o.weight_column = "w";
    mlp_model *model = train(weighted, o, NULL);
    mlp_table *plain = problem_table(copied);
    assert_true(problem_accuracy(model, plain) >= 0.0);
    mlp_table_free(plain);
    mlp_model_free(model);
}

/* Training reports the same log loss of the validation rows as evaluation does. */
static void the_log_loss_that_training_tells_has_no_weights(void **state)
{
    (void)state;
    char text[4096] = "x,w,y\n";
    for (int i = 0; i < 60; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%d,%d,%s\n", i * 7 % 11,
                 1 + i % 5, i * 7 % 11 > 7 && i % 4 != 1 ? "rare" : "often");
    mlp_table *table = problem_table(text);
    for (int by_class = 0; by_class < 2; by_class++) {
        mlp_train_options o = settings("adam");
        mlp_train_report report;
        mlp_evaluation e;
        if (by_class == 1)
            o.class_weights = "balanced";
        else
            o.weight_column = "w";
        mlp_model *model = train(text, o, &report);
        assert_int_equal(mlp_evaluate(model, table, 1, &e, NULL), MLP_OK);
        assert_near(report.validation_log_loss, e.log_loss, 1e-9);
        assert_near(report.training_log_loss, e.log_loss, 1e-9);
        assert_near(report.baseline_log_loss, e.baseline_log_loss, 1e-9);
        assert_true(fabs(report.validation_loss - e.log_loss) > 1e-3);
        mlp_evaluation_release(&e);
        mlp_model_free(model);
    }
    mlp_table_free(table);
}

/* Balanced labels make the plain log loss worse, but were asked for: there is no finding. */
static void a_network_that_was_to_balance_labels_is_not_called_useless(void **state)
{
    (void)state;
    char text[16384] = "x,y\n";
    for (int i = 0; i < 800; i++) {
        mlpi_random random = mlpi_random_init((uint64_t)i, 0);
        const double x = mlpi_random_uniform(&random);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%.3f,%s\n", x,
                 mlpi_random_uniform(&random) < 0.08 * x ? "rare" : "often");
    }
    mlp_train_options o = settings("adam");
    mlp_train_report report;
    o.epochs = 300;
    o.class_weights = "balanced";
    mlp_model_free(train(text, o, &report));
    assert_true(report.validation_log_loss > report.baseline_log_loss);
    for (size_t i = 0; i < report.finding_count; i++)
        assert_null(strstr(report.finding[i].sentence, "ignoring the inputs"));
}

/* A training that is given the numbers of its rows sees only those. */
static void rows_may_be_given(void **state)
{
    (void)state;
    static const char *const target[] = {"y"};
    mlp_table *table = problem_table("x,y\n1,a\n3,b\n1000,a\n5,b\n9,a\n2000,b\n");
    uint32_t training[] = {0, 1, 3}, validation[] = {4};
    const mlpi_split given = {training, validation, 3, 1, 0};
    mlp_train_options o = settings("adam");
    mlpi_plan plan;
    mlpi_prepared p;
    o.targets = (mlp_names){target, 1};
    assert_int_equal(mlpi_plan_check(&o, &plan, NULL), MLP_OK);
    assert_int_equal(mlpi_prepare(table, NULL, NULL, &given, &o, &plan, &p, NULL), MLP_OK);
    assert_int_equal(p.training.rows, 3);
    assert_int_equal(p.validation.rows, 1);
    assert_true(p.pipeline.features[0].fitted.number[0] == 3.0);
    assert_null(p.training.weight);
    mlpi_prepared_release(&p);
    mlp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_weight_counts_as_so_many_copies),
        cmocka_unit_test(balanced_labels_count_by_their_rarity),
        cmocka_unit_test(weights_have_mean_one_in_each_part),
        cmocka_unit_test(evaluation_needs_no_weights),
        cmocka_unit_test(the_log_loss_that_training_tells_has_no_weights),
        cmocka_unit_test(a_network_that_was_to_balance_labels_is_not_called_useless),
        cmocka_unit_test(rows_may_be_given),
    };
    return RUN(tests);
}
