/* SPDX-License-Identifier: MIT */
/* Classic problems are learnt, and notices explain why some networks cannot learn. */
#include "learning/problem.h"

static const char and_text[] = "a,b,y\n0,0,0\n0,1,0\n1,0,0\n1,1,1\n";
static const char xor_text[] = "a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n";

static mlp_train_options settings(const char *hidden, double rate, size_t epochs)
{
    mlp_train_options o = mlpi_options_default();
    o.hidden = hidden;
    o.learning_rate = rate;
    o.epochs = epochs;
    o.validation = 0.0;
    return o;
}

/* Default options without a validation part. */
static mlp_train_options fitting(size_t epochs)
{
    mlp_train_options o = mlpi_options_default();
    o.validation = 0.0;
    o.epochs = epochs;
    return o;
}

static double learnt(const char *text, mlp_train_options options)
{
    mlp_table *table = problem_table(text);
    mlp_model *model = problem_train(table, options, NULL);
    const double accuracy = problem_accuracy(model, table);
    mlp_model_free(model);
    mlp_table_free(table);
    return accuracy;
}

static void a_single_neuron_learns_and(void **state)
{
    (void)state;
    assert_true(learnt(and_text, settings("none", 0.1, 500)) == 1.0);
    assert_null(strstr(notices, "no better"));
}

static void a_single_neuron_is_reported_to_fail_on_xor(void **state)
{
    (void)state;
    assert_true(learnt(xor_text, settings("none", 0.1, 2000)) < 1.0);
    assert_non_null(strstr(notices, "learns only linear relations; try `hidden`"));
}

static void a_hidden_layer_learns_xor_by_every_smooth_activation(void **state)
{
    (void)state;
    static const char *const names[] = {"softsign", "logistic", "tanh",
                                        "relu",     "softplus", "gaussian"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        mlp_train_options o = settings("8", 0.05, 2000);
        o.activation = names[i];
        if (learnt(xor_text, o) != 1.0)
            fail_msg("%s does not learn XOR", names[i]);
    }
}

/* Full-batch gradient descent with quadratic loss, as in the lecture. */
static void the_method_of_the_lecture_learns_xor(void **state)
{
    (void)state;
    mlp_train_options o = settings("8", 0.3, 3000);
    o.optimizer = "gradient-descent";
    o.loss = "quadratic";
    o.activation = "tanh";
    assert_true(learnt(xor_text, o) == 1.0);
}

static void every_optimizer_and_loss_learns_xor(void **state)
{
    (void)state;
    static const struct {
        const char *optimizer, *loss;
        double rate;
    } ways[] = {{"sgd", "auto", 0.3},
                {"momentum", "auto", 0.1},
                {"nesterov", "auto", 0.1},
                {"adam", "cross-entropy", 0.05},
                {"adam", "quadratic", 0.05}};
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        mlp_train_options o = settings("8:tanh", ways[i].rate, 3000);
        o.optimizer = ways[i].optimizer;
        o.loss = ways[i].loss;
        if (learnt(xor_text, o) != 1.0)
            fail_msg("%s with %s does not learn XOR", ways[i].optimizer, ways[i].loss);
    }
}

static void parity_of_eight_bits_is_learnt(void **state)
{
    (void)state;
    char text[16384] = "a,b,c,d,e,f,g,h,y\n";
    size_t at = strlen(text);
    for (unsigned i = 0; i < 256; i++) {
        for (unsigned b = 0; b < 8; b++)
            at += (size_t)snprintf(text + at, sizeof text - at, "%u,", i >> b & 1);
        at += (size_t)snprintf(text + at, sizeof text - at, "%d\n", __builtin_popcount(i) % 2);
    }
    assert_true(learnt(text, fitting(1000)) >= 0.99);
}

/* The two spirals of K. Lang, M. Witbrock 1988. */
static void two_spirals_are_learnt(void **state)
{
    (void)state;
    char text[16384] = "a,b,y\n";
    size_t at = strlen(text);
    for (int i = 0; i < 97; i++) {
        const double angle = i * 3.14159265358979 / 16, radius = 6.5 * (104 - i) / 104;
        for (int s = 0; s < 2; s++)
            at += (size_t)snprintf(text + at, sizeof text - at, "%.4f,%.4f,%c\n",
                                   (s ? -1 : 1) * radius * sin(angle),
                                   (s ? -1 : 1) * radius * cos(angle), s ? 'B' : 'A');
    }
    assert_true(learnt(text, fitting(2000)) >= 0.99);
}

static void a_regression_with_two_outputs_works(void **state)
{
    (void)state;
    static const char *const targets[] = {"sum", "product"};
    char text[16384] = "a,b,sum,product\n";
    size_t at = strlen(text);
    for (int i = 0; i < 400; i++) {
        const double a = (i % 20) / 10.0 - 1.0, b = (i / 20) / 10.0 - 1.0;
        at += (size_t)snprintf(text + at, sizeof text - at, "%.2f,%.2f,%.4f,%.4f\n", a, b, a + b,
                               100 * a * b);
    }
    mlp_table *table = problem_table(text);
    mlp_train_options o = mlpi_options_default();
    o.targets = (mlp_names){targets, 2};
    mlp_model *model = problem_train(table, o, NULL);
    mlp_evaluation e = problem_evaluate(model, table);
    assert_int_equal(e.targets, 2);
    assert_true(e.target_r2[0] > 0.99 && e.target_r2[1] > 0.99);
    assert_true(e.target_rmse[1] > e.target_rmse[0]); /* each in units of its target */
    mlp_evaluation_release(&e);
    mlp_model_free(model);
    mlp_table_free(table);
}

static void threshold_layers_are_explained(void **state)
{
    (void)state;
    mlp_table *table = problem_table(xor_text);
    mlp_train_report report;
    mlp_train_options o = settings("8:step", 0.05, 20);
    mlp_model *model = problem_train(table, o, &report);
    assert_non_null(strstr(notices, "derivative is 0 everywhere"));
    assert_non_null(strstr(notices, "`surrogate`"));
    mlp_model_free(model);
    o = settings("8", 0.05, 20);
    o.output_activation = "step";
    o.loss = "quadratic";
    model = problem_train(table, o, &report);
    assert_int_equal(report.reason, MLP_STOP_NO_GRADIENT);
    mlp_model_free(model);
    mlp_table_free(table);
}

static void the_surrogate_trains_step_layers(void **state)
{
    (void)state;
    mlp_train_options o = settings("16:step", 0.02, 2000);
    o.surrogate = true;
    assert_true(learnt(xor_text, o) == 1.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_single_neuron_learns_and),
        cmocka_unit_test(a_single_neuron_is_reported_to_fail_on_xor),
        cmocka_unit_test(a_hidden_layer_learns_xor_by_every_smooth_activation),
        cmocka_unit_test(the_method_of_the_lecture_learns_xor),
        cmocka_unit_test(every_optimizer_and_loss_learns_xor),
        cmocka_unit_test(parity_of_eight_bits_is_learnt),
        cmocka_unit_test(two_spirals_are_learnt),
        cmocka_unit_test(a_regression_with_two_outputs_works),
        cmocka_unit_test(threshold_layers_are_explained),
        cmocka_unit_test(the_surrogate_trains_step_layers),
    };
    return RUN(tests);
}
