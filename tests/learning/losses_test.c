/* SPDX-License-Identifier: MIT */
/* Each loss learns what theory says: quantiles cover their share of new data, Poisson regression
 * preserves the total, smoothed labels are learnt as probabilities. */
#include "base/base.h"
#include "learning/problem.h"

enum { ROWS = 3000, LINE = 64 };

/* Makes rows with x uniform on -1..1 and y given by `draw`. */
static mlp_table *simulated(uint64_t seed, double (*draw)(double x, mlpi_random *random))
{
    char *text = malloc(ROWS * LINE), *at = text + sprintf(text, "x,y\n");
    mlpi_random random = mlpi_random_init(seed, 1);
    for (size_t r = 0; r < ROWS; r++) {
        const double x = 2.0 * mlpi_random_uniform(&random) - 1.0;
        at += sprintf(at, "%.9g,%.9g\n", x, draw(x, &random));
    }
    mlp_table *table = problem_table(text);
    free(text);
    return table;
}

/* The spread grows with x, so that quantiles are not parallel lines. */
static double fan(double x, mlpi_random *random)
{
    return 100.0 + 10.0 * x + (4.0 + 3.0 * x) * mlpi_random_normal(random);
}

/* Returns four standard errors of a share of ROWS new rows for a quantile that was learnt from as
 * many. */
static double bound(double q)
{
    return 4.0 * sqrt(2.0 * q * (1.0 - q) / ROWS);
}

static void quantiles_cover_their_share_of_new_rows(void **state)
{
    (void)state;
    mlp_table *table = simulated(1, fan), *fresh = simulated(2, fan);
    mlp_train_options options = mlpi_options_default();
    options.loss = "quantile";
    options.quantiles = "0.1,0.5,0.9";
    options.hidden = "16";
    mlp_model *model = problem_train(table, options, NULL);
    mlp_evaluation e = problem_evaluate(model, fresh);
    assert_int_equal(e.levels, 3);
    for (size_t q = 0; q < 3; q++)
        if (!(fabs(e.level_coverage[q] - mlp_model_level(model, q)) <=
              bound(mlp_model_level(model, q))))
            fail_msg("level %g covers %g", mlp_model_level(model, q), e.level_coverage[q]);
    /* The true 0.9-quantile is 1.2816 standard deviations above the mean at both ends of x. */
    static const double ends[] = {-0.9, 0.9};
    for (size_t i = 0; i < 2; i++) {
        char text[64];
        snprintf(text, sizeof text, "x,y\n%g,0\n", ends[i]);
        mlp_table *one = problem_table(text);
        mlp_predictions p;
        assert_int_equal(mlp_model_predict(model, one, 1, &p, NULL), MLP_OK);
        const double wanted = 100.0 + 10.0 * ends[i] + 1.2816 * (4.0 + 3.0 * ends[i]);
        assert_true(fabs(p.values[2] - wanted) < 1.0);
        mlp_predictions_release(&p);
        mlp_table_free(one);
    }
    mlp_evaluation_release(&e);
    mlp_model_free(model);
    mlp_table_free(table);
    mlp_table_free(fresh);
}

/* Draws from a Poisson distribution with mean e^(0.5 + x), by multiplying uniforms (D. Knuth). */
static double counts(double x, mlpi_random *random)
{
    const double end = exp(-exp(0.5 + x));
    double product = mlpi_random_uniform(random), n = 0.0;
    for (; product > end; n++)
        product *= mlpi_random_uniform(random);
    return n;
}

/* At the maximum of the likelihood the predictions of exponential outputs sum to the counts, and a
 * network without hidden layers finds the coefficients within their standard errors (about 0.03).
 */
static void poisson_regression_keeps_the_total(void **state)
{
    (void)state;
    mlp_table *table = simulated(3, counts);
    mlp_train_options options = mlpi_options_default();
    options.task = MLP_TASK_REGRESSION;
    options.loss = "poisson";
    options.hidden = "none";
    options.optimizer = "lbfgs";
    options.validation = 0.0;
    mlp_model *model = problem_train(table, options, NULL);
    mlp_encoded e;
    mlp_predictions p;
    double total = 0.0, predicted = 0.0;
    assert_int_equal(mlp_model_encode(model, table, true, &e, NULL), MLP_OK);
    assert_int_equal(mlp_model_predict_encoded(model, &e, 1, &p, NULL), MLP_OK);
    for (size_t r = 0; r < ROWS; r++) {
        total += e.value[r];
        predicted += p.values[r];
    }
    assert_true(fabs(predicted - total) <= 1e-5 * total);
    mlp_table *ends = problem_table("x,y\n-1,0\n1,0\n");
    mlp_predictions_release(&p);
    assert_int_equal(mlp_model_predict(model, ends, 1, &p, NULL), MLP_OK);
    assert_true(fabs(0.5 * log(p.values[1] / p.values[0]) - 1.0) < 0.12);
    assert_true(fabs(0.5 * log(p.values[1] * p.values[0]) - 0.5) < 0.12);
    mlp_predictions_release(&p);
    mlp_encoded_release(&e);
    mlp_model_free(model);
    mlp_table_free(table);
    mlp_table_free(ends);
}

/* Draws 0 or 1, the latter with probability 1 / (1 + e^-(2 x - 0.5)). */
static double chance(double x, mlpi_random *random)
{
    return mlpi_random_uniform(random) < 1.0 / (1.0 + exp(0.5 - 2.0 * x)) ? 1.0 : 0.0;
}

static mlp_predictions of_cross_entropy(const mlp_table *table, mlp_task task)
{
    mlp_predictions p;
    mlp_train_options options = mlpi_options_default();
    options.task = task;
    options.loss = "binary-cross-entropy";
    options.hidden = "none";
    options.optimizer = "lbfgs";
    options.validation = 0.0;
    options.calibration = "none";
    mlp_model *model = problem_train(table, options, NULL);
    assert_int_equal(mlp_model_task(model), task);
    assert_int_equal(mlp_model_predict(model, table, 1, &p, NULL), MLP_OK);
    mlp_model_free(model);
    return p;
}

/* Shares of 0 and 1 are like two labels: the same network has the least loss. Other shares act as
 * averages: rows of 0.25 and 0.75 with the same x have the same effect as two rows of 0.5. */
static void shares_are_learnt_as_probabilities(void **state)
{
    (void)state;
    mlp_table *table = simulated(6, chance);
    mlp_predictions labels = of_cross_entropy(table, MLP_TASK_CLASSIFICATION);
    mlp_predictions shares = of_cross_entropy(table, MLP_TASK_REGRESSION);
    assert_int_equal(shares.width, 1);
    for (size_t r = 0; r < ROWS; r++)
        assert_near(shares.values[r], labels.values[2 * r + 1], 1e-5);
    mlp_predictions_release(&labels);
    mlp_predictions_release(&shares);
    mlp_table_free(table);

    table = problem_table("x,y\n0,0.25\n0,0.75\n1,0.9\n1,0.9\n2,1\n2,0.9\n");
    mlp_table *other = problem_table("x,y\n0,0.5\n0,0.5\n1,1\n1,0.8\n2,0.95\n2,0.95\n");
    shares = of_cross_entropy(table, MLP_TASK_REGRESSION);
    labels = of_cross_entropy(other, MLP_TASK_REGRESSION);
    for (size_t r = 0; r < 6; r++)
        assert_near(shares.values[r], labels.values[r], 1e-5);
    mlp_predictions_release(&labels);
    mlp_predictions_release(&shares);
    mlp_table_free(table);
    mlp_table_free(other);
}

static void what_is_no_share_is_refused(void **state)
{
    (void)state;
    mlp_error err;
    mlp_model *model = NULL;
    mlp_train_options options = mlpi_options_default();
    options.task = MLP_TASK_REGRESSION;
    options.loss = "binary-cross-entropy";
    options.targets = (mlp_names){(const char *const[]){"y"}, 1};
    mlp_table *table = problem_table("x,y\n0,0.5\n1,1.5\n2,0\n3,1\n");
    assert_int_equal(mlp_train(table, NULL, &options, &model, NULL, &err), MLP_ERROR_DATA);
    assert_non_null(
        strstr(err.message, "is not from 0 to 1, as `loss` binary-cross-entropy requires"));
    mlp_table_free(table);
    table = problem_table("x,y\n0,0.5\n1,0.1\n2,0\n3,1\n");
    options.target_transform = "log";
    assert_int_equal(mlp_train(table, NULL, &options, &model, NULL, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "shares are learnt in their own units"));
    options.target_transform = "standard";
    options.output_activation = "softmax";
    assert_int_equal(mlp_train(table, NULL, &options, &model, NULL, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "softmax outputs sum to 1"));
    mlp_table_free(table);
}

/* One row in ten is far off, which hardly affects the absolute loss. */
static double dirty(double x, mlpi_random *random)
{
    const bool off = mlpi_random_below(random, 10) == 0;
    return off ? 500.0 : 3.0 * x + mlpi_random_normal(random);
}

static double at_zero(const mlp_table *table, const char *loss)
{
    mlp_table *zero = problem_table("x,y\n0,0\n");
    mlp_train_options options = mlpi_options_default();
    mlp_predictions p;
    options.loss = loss;
    options.huber_delta = strcmp(loss, "huber") == 0 ? 0.01 : 1.0;
    options.hidden = "none";
    options.optimizer = "irprop";
    options.validation = 0.0;
    mlp_model *model = problem_train(table, options, NULL);
    assert_int_equal(mlp_model_predict(model, zero, 1, &p, NULL), MLP_OK);
    const double value = p.values[0];
    mlp_predictions_release(&p);
    mlp_model_free(model);
    mlp_table_free(zero);
    return value;
}

static void outliers_move_the_mean_but_not_the_median(void **state)
{
    (void)state;
    mlp_table *table = simulated(4, dirty);
    assert_true(at_zero(table, "quadratic") > 30.0);
    assert_true(fabs(at_zero(table, "absolute")) < 0.5); /* the 5/9-quantile of N(0, 1) is 0.14 */
    assert_true(fabs(at_zero(table, "huber")) < 0.7);
    mlp_table_free(table);
}

static void the_hinge_loss_separates_two_and_three_labels(void **state)
{
    (void)state;
    static const struct {
        const char *file, *target;
        double wanted;
    } sets[] = {{MLP_EXAMPLES "/data/and.csv", "y", 1.0},
                {MLP_EXAMPLES "/data/iris.csv", "species", 0.95}};
    for (size_t i = 0; i < 2; i++) {
        mlp_table *table = NULL;
        mlp_train_options options = mlpi_options_default();
        assert_int_equal(mlp_table_read(sets[i].file, NULL, &table, NULL), MLP_OK);
        options.targets = (mlp_names){&sets[i].target, 1};
        options.loss = "hinge";
        options.task = MLP_TASK_CLASSIFICATION;
        mlp_model *model = problem_train(table, options, NULL);
        assert_int_equal(mlp_network_outputs(mlp_model_network(model)), i == 0 ? 1 : 3);
        assert_true(problem_accuracy(model, table) >= sets[i].wanted);
        mlp_model_free(model);
        mlp_table_free(table);
    }
}

static const char exclusive_or[] = "a,b,y\n0,0,n\n0,1,y\n1,0,y\n1,1,n\n";

/* The cross-entropy of smoothed labels is least where the output is the smoothed label. */
static void smoothed_labels_are_learnt_as_probabilities(void **state)
{
    (void)state;
    mlp_table *table = problem_table(exclusive_or);
    static const char *const outputs[] = {"logistic", "softmax"};
    for (size_t i = 0; i < 2; i++) {
        mlp_train_options options = mlpi_options_default();
        mlp_predictions p;
        options.label_smoothing = 0.1;
        options.hidden = "8:tanh";
        options.output_activation = outputs[i];
        options.optimizer = "lbfgs";
        mlp_model *model = problem_train(table, options, NULL);
        assert_int_equal(mlp_model_predict(model, table, 1, &p, NULL), MLP_OK);
        for (size_t r = 0; r < 4; r++) { /* labels n, y */
            const bool yes = r == 1 || r == 2;
            assert_true(fabs(p.values[2 * r + 1] - (yes ? 0.95 : 0.05)) < 1e-3);
        }
        mlp_predictions_release(&p);
        mlp_model_free(model);
    }
    mlp_table_free(table);
}

static void smoothing_leaves_the_labels_that_evaluate_alone(void **state)
{
    (void)state;
    static const char *const target[] = {"species"};
    mlp_table *table = NULL;
    mlp_model *model = NULL;
    mlp_train_report report;
    mlp_train_options options = mlpi_options_default();
    assert_int_equal(mlp_table_read(MLP_EXAMPLES "/data/iris.csv", NULL, &table, NULL), MLP_OK);
    options.targets = (mlp_names){target, 1};
    options.label_smoothing = 0.2;
    options.epochs = 20;
    assert_int_equal(mlp_train(table, table, &options, &model, &report, NULL), MLP_OK);
    mlp_evaluation e = problem_evaluate(model, table);
    assert_true(fabs(report.validation_loss - e.loss) <= 1e-6 * e.loss);
    assert_true(fabs(report.training_loss - e.loss) > 0.01); /* it is the loss of smoothed labels */
    assert_string_equal(problem_option(model, "label-smoothing"), "0.2");
    mlp_evaluation_release(&e);
    mlp_model_free(model);
    mlp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_cover_their_share_of_new_rows),
        cmocka_unit_test(poisson_regression_keeps_the_total),
        cmocka_unit_test(shares_are_learnt_as_probabilities),
        cmocka_unit_test(what_is_no_share_is_refused),
        cmocka_unit_test(outliers_move_the_mean_but_not_the_median),
        cmocka_unit_test(the_hinge_loss_separates_two_and_three_labels),
        cmocka_unit_test(smoothed_labels_are_learnt_as_probabilities),
        cmocka_unit_test(smoothing_leaves_the_labels_that_evaluate_alone),
    };
    return RUN(tests);
}
