/* SPDX-License-Identifier: MIT */
/* mlp_minimize brings a caller's objective to its known minimum with every method and every update
 * rule, returns the best point seen, and can be stopped. */
#include "mlp/mlp.h"
#include "optimize/minimize.h"
#include "optimize/rule.h"
#include "unit/optimize/problems.h"

/* Update rules compute in float and with a fixed learning rate, so they only come near a minimum,
 * and each problem needs a rate of its own. */
static const struct {
    const char *name;
    double rate[PROBLEMS]; /* for quadratic, Rosenbrock, Beale, Powell */
} rates[] = {
    {"adam", {0.05, 0.01, 0.01, 0.01}},          {"adamw", {0.05, 0.01, 0.01, 0.01}},
    {"nadam", {0.05, 0.01, 0.01, 0.01}},         {"rmsprop", {0.002, 0.0005, 0.001, 0.001}},
    {"sgd", {0.05, 0.0005, 0.005, 0.001}},       {"momentum", {0.01, 0.0001, 0.001, 0.0005}},
    {"nesterov", {0.01, 0.0001, 0.001, 0.0005}}, {"gradient-descent", {0.05, 0.0005, 0.005, 0.001}},
};

static void check(const char *name, size_t p, double rate, double near)
{
    const problem *one = &problems[p];
    const mlp_objective objective = objective_of(one);
    mlp_minimize_options o = mlp_minimize_options_default();
    double w[4];
    mlp_minimum minimum;
    o.method = name;
    o.steps = 60000;
    o.learning_rate = rate;
    o.weight_decay = 0.0;
    memcpy(w, one->start, sizeof w);
    assert_int_equal(mlp_minimize(&objective, &o, w, &minimum, NULL), MLP_OK);
    for (size_t i = 0; i < one->n; i++)
        if (!(fabs(w[i] - one->minimum[i]) <= near))
            fail_msg("%s on %s: w[%zu] = %.9g, wanted %g after %zu steps", name, one->name, i, w[i],
                     one->minimum[i], minimum.steps);
    assert_near(minimum.value, objective.value(objective.context, w, NULL), 0.0);
}

static void every_method_reaches_the_known_minima(void **state)
{
    (void)state;
    for (size_t i = 0; mlpi_method_at(i) != NULL; i++)
        for (size_t p = 0; p < PROBLEMS; p++)
            if (strcmp(mlpi_method_at(i)->name, "bayesian") !=
                0) /* it minimises another function */
                check(mlpi_method_at(i)->name, p, 0.0, problems[p].near);
}

static void every_rule_comes_near_the_known_minima(void **state)
{
    (void)state;
    for (size_t i = 0; mlpi_rule_at(i) != NULL; i++) {
        size_t k = 0;
        while (strcmp(rates[k].name, mlpi_rule_at(i)->name) != 0)
            k++;
        for (size_t p = 0; p < PROBLEMS; p++)
            check(rates[k].name, p, rates[k].rate[p], p == 3 ? 0.1 : 0.01);
    }
}

static bool stop_at_four(size_t step, double value, const double *w, void *context)
{
    (void)value;
    (void)w;
    (void)context;
    return step < 4;
}

static void the_callback_can_stop(void **state)
{
    (void)state;
    static const char *const names[] = {"lbfgs", "adam"};
    for (size_t i = 0; i < 2; i++) {
        const mlp_objective objective = objective_of(&problems[1]);
        mlp_minimize_options o = mlp_minimize_options_default();
        double w[2] = {-1.2, 1.0};
        mlp_minimum minimum;
        o.method = names[i];
        o.progress = stop_at_four;
        assert_int_equal(mlp_minimize(&objective, &o, w, &minimum, NULL), MLP_OK);
        assert_int_equal(minimum.steps, 4);
        assert_false(minimum.converged);
        assert_true(isnan(minimum.effective_parameters));
    }
}

static double nowhere(void *context, const double *w, double *gradient)
{
    (void)context;
    (void)w;
    if (gradient != NULL)
        gradient[0] = 0.0;
    return (double)NAN;
}

static void what_cannot_be_minimised_is_refused_and_w_is_unchanged(void **state)
{
    (void)state;
    const mlp_objective objective = {.n = 1, .value = nowhere};
    static const char *const names[] = {"lbfgs", "adam", "levenberg-marquardt", "lbgfs"};
    for (size_t i = 0; i < 4; i++) {
        mlp_minimize_options o = mlp_minimize_options_default();
        mlp_error err = {0};
        double w[1] = {7.0};
        o.method = names[i];
        assert_int_equal(mlp_minimize(&objective, &o, w, NULL, &err), MLP_ERROR_ARGUMENT);
        assert_near(w[0], 7.0, 0.0);
        assert_non_null(strstr(err.message, i == 2 ? "sums of squares" : names[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_method_reaches_the_known_minima),
        cmocka_unit_test(every_rule_comes_near_the_known_minima),
        cmocka_unit_test(the_callback_can_stop),
        cmocka_unit_test(what_cannot_be_minimised_is_refused_and_w_is_unchanged),
    };
    return RUN(tests);
}
