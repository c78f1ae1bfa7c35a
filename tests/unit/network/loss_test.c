/* SPDX-License-Identifier: MIT */
/* Losses have the values of their formulas, and the constant outputs that minimise them are the
 * known ones (mean, median, ...); the settings of losses are checked and copied. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "network/layout.h"
#include "unit/test.h"

static void close_to(double got, double wanted)
{
    if (!(fabs(got - wanted) <= 1e-14 * fmax(1.0, fabs(wanted))))
        fail_msg("%.17g, wanted %.17g", got, wanted);
}

/* The values were computed by hand. */
static void losses_have_the_values_of_their_formulas(void **state)
{
    (void)state;
    static const struct {
        mlp_loss loss;
        double y, s, c, value, slope;
    } known[] = {
        {MLP_QUADRATIC, 3, 1, 0, 4, 4},
        {MLP_CROSS_ENTROPY, 0.25, 1, 0, 1.38629436111989061883, -4},
        {MLP_BINARY_CROSS_ENTROPY, 0.25, 0, 0, 0.28768207245178092744, 4.0 / 3},
        {MLP_ABSOLUTE, 3, 1.5, 0, 1.5, 1},
        {MLP_ABSOLUTE, -3, 1.5, 0, 4.5, -1},
        {MLP_ABSOLUTE, 2, 2, 0, 0, 0},
        {MLP_HUBER, 1.5, 1, 2, 0.25, 1}, /* equal to the quadratic loss */
        {MLP_HUBER, 4, 1, 2, 8, 4},      /* 2 (2 * 3 - 2) */
        {MLP_HUBER, -2, 1, 2, 8, -4},
        {MLP_QUANTILE, 1, 3, 0.9, 1.8, -0.9},
        {MLP_QUANTILE, 3, 1, 0.9, 0.2, 0.1},
        {MLP_POISSON, 2, 2, 0, 0, 0},
        {MLP_POISSON, 2, 1, 0, 0.30685281944005469058, 0.5}, /* 1 - ln 2 */
        {MLP_POISSON, 2, 0, 0, 2, 1},
        {MLP_HINGE, 0.25, 1, 0, 0.75, -1},
        {MLP_HINGE, 0.25, 0, 0, 1.25, 1},
        {MLP_HINGE, 2, 1, 0, 0, 0},
        {MLP_HINGE, -1, 0, 0, 0, 0},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        close_to(mlpi_loss_value(known[i].loss, known[i].y, known[i].s, known[i].c),
                 known[i].value);
        close_to(mlpi_loss_slope(known[i].loss, known[i].y, known[i].s, known[i].c),
                 known[i].slope);
    }
}

/* --- a network of one bias -------------------------------------------------------------------- */

enum { TARGETS = 9 };
static const double targets[TARGETS] = {0, 0, 1, 1, 2, 3, 5, 8, 30}; /* median 2, mean 50/9 */

static mlp_network *constant(mlp_loss loss, mlp_activation output, mlp_loss_settings settings)
{
    const mlp_layer layer = {1, output};
    mlp_network *network = NULL;
    assert_int_equal(mlp_network_create(1, &layer, 1, loss, &network, NULL), MLP_OK);
    assert_int_equal(mlp_network_set_loss_settings(network, &settings, NULL), MLP_OK);
    return network;
}

/* The constant output that minimises the loss, found by gradient descent with decreasing steps. */
static double best_constant(mlp_loss loss, mlp_activation output, mlp_loss_settings settings)
{
    const double x[TARGETS] = {0};
    double w[2] = {0}, gradient[2];
    mlp_network *network = constant(loss, output, settings);
    mlp_trace *trace = NULL;
    assert_int_equal(mlp_trace_create(network, &trace, NULL), MLP_OK);
    for (int t = 1; t <= 20000; t++) {
        mlp_reference_loss(network, w, x, targets, TARGETS, gradient, trace);
        w[1] -= 3.0 / (10.0 + sqrt(t)) * gradient[1];
    }
    mlp_reference_pattern(network, w, x, targets, trace);
    const double y = trace->y[1][0];
    mlp_trace_free(trace);
    mlp_network_free(network);
    return y;
}

static void constants_that_minimise_a_loss_are_known(void **state)
{
    (void)state;
    mlp_loss_settings settings = mlp_loss_settings_default();
    const double mean = 50.0 / 9;
    assert_true(fabs(best_constant(MLP_QUADRATIC, MLP_LINEAR, settings) - mean) < 1e-6);
    assert_true(fabs(best_constant(MLP_ABSOLUTE, MLP_LINEAR, settings) - 2) < 1e-2);
    assert_true(fabs(best_constant(MLP_POISSON, MLP_EXPONENTIAL, settings) - mean) < 1e-2);
    settings.level[0] = 0.8; /* 0.8 * 9 = 7.2: the eighth target */
    assert_true(fabs(best_constant(MLP_QUANTILE, MLP_LINEAR, settings) - 8) < 1e-2);
    settings.level[0] = 0.3;
    assert_true(fabs(best_constant(MLP_QUANTILE, MLP_LINEAR, settings) - 1) < 1e-2);
    /* The differences y - s, clipped to +-2, sum to 0:
     * 2 2 + 2 (y - 1) + (y - 2) + (y - 3) - 3 2 = 0 at y = 9/4. */
    settings.huber_delta = 2.0;
    assert_true(fabs(best_constant(MLP_HUBER, MLP_LINEAR, settings) - 2.25) < 1e-4);
}

/* --- settings --------------------------------------------------------------------------------- */

static void impossible_settings_are_refused_and_change_nothing(void **state)
{
    (void)state;
    static const mlp_loss_settings bad[] = {
        {0, 1, {0.5}},      {NAN, 1, {0.5}},    {-1, 1, {0.5}},       {INFINITY, 1, {0.5}},
        {1, 0, {0.5}},      {1, 1, {0}},        {1, 1, {1}},          {1, 1, {NAN}},
        {1, 2, {0.5, 0.5}}, {1, 2, {0.9, 0.1}}, {1, 100, {0.1, 0.2}},
    };
    mlp_network *network = constant(MLP_QUANTILE, MLP_LINEAR, mlp_loss_settings_default());
    mlp_error err = {0};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(mlp_network_set_loss_settings(network, &bad[i], NULL), MLP_ERROR_ARGUMENT);
    const mlp_loss_settings two = {1, 2, {0.1, 0.9}}; /* two levels for one output */
    assert_int_equal(mlp_network_set_loss_settings(network, &two, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "1 outputs cannot be shared among 2 quantile levels"));
    assert_int_equal(mlp_network_loss_settings(network)->levels, 1);
    mlp_network_free(network);
}

static void copies_keep_the_settings(void **state)
{
    (void)state;
    const mlp_loss_settings settings = {0.25, 1, {0.9}};
    mlp_network *network = constant(MLP_QUANTILE, MLP_LINEAR, settings);
    mlp_network *copy = mlpi_network_copy(network);
    assert_non_null(copy);
    assert_true(mlp_network_loss_settings(copy)->huber_delta == 0.25);
    assert_true(mlp_network_loss_settings(copy)->level[0] == 0.9);
    mlp_network_free(network);
    mlp_network_free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(losses_have_the_values_of_their_formulas),
        cmocka_unit_test(constants_that_minimise_a_loss_are_known),
        cmocka_unit_test(impossible_settings_are_refused_and_change_nothing),
        cmocka_unit_test(copies_keep_the_settings),
    };
    return RUN(tests);
}
