/* SPDX-License-Identifier: MIT */
/* Activations and the reference network have the values of the lecture's formulas, parameters lie
 * in the lecture's order, initial weights have the right variances, and impossible networks are
 * refused with messages that help. */
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

/* The values were computed by hand from the formulas of the lecture. */
static void activations_have_the_values_of_the_lecture(void **state)
{
    (void)state;
    static const struct {
        mlp_activation f;
        double h, y, slope;
    } known[] = {
        {MLP_LINEAR, 2.5, 2.5, 1},
        {MLP_STEP, 0.1, 1, 0},
        {MLP_STEP, 0.0, 0, 0},
        {MLP_STEP, -3, 0, 0},
        {MLP_SIGN, 0.1, 1, 0},
        {MLP_SIGN, 0.0, -1, 0},
        {MLP_SOFTSIGN, 3, 0.75, 1.0 / 16},
        {MLP_SOFTSIGN, -1, -0.5, 0.25},
        {MLP_LOGISTIC, 0, 0.5, 0.25},
        {MLP_LOGISTIC, 0.69314718055994530942, 2.0 / 3, 2.0 / 9}, /* h = ln 2 */
        {MLP_TANH, 0, 0, 1},
        {MLP_TANH, 0.69314718055994530942, 0.6, 0.64},
        {MLP_RELU, 2, 2, 1},
        {MLP_RELU, -2, 0, 0},
        {MLP_RELU, 0, 0, 0},
        {MLP_SOFTPLUS, 0, 0.69314718055994530942, 0.5},
        {MLP_LEAKY_RELU, -2, -0.02, 0.01},
        {MLP_ELU, -0.69314718055994530942, -0.5, 0.5},
        {MLP_SELU, 2, 2.1014019747109609868, 1.0507009873554804934},
        {MLP_SILU, 0.69314718055994530942, 0.46209812037329687294,
         2.0 / 3 + 2.0 / 9 * 0.69314718055994530942},
        {MLP_GELU, 0, 0, 0.5},
        {MLP_MISH, 0, 0, 0.6},
        {MLP_HARD_LOGISTIC, 1.5, 0.75, 1.0 / 6},
        {MLP_HARD_LOGISTIC, -4, 0, 0},
        {MLP_HARD_TANH, 1.5, 1, 0},
        {MLP_EXPONENTIAL, 0.69314718055994530942, 2, 2},
        {MLP_GAUSSIAN, 0, 1, 0},
        {MLP_GAUSSIAN, 1, 0.36787944117144232160, -0.73575888234288464320},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        close_to(mlp_activation_value(known[i].f, known[i].h), known[i].y);
        close_to(mlp_activation_slope(known[i].f, known[i].h), known[i].slope);
    }
}

static void slopes_are_the_derivatives_of_the_values(void **state)
{
    (void)state;
    for (size_t f = 0; f < MLP_SOFTMAX; f++)
        for (double h = -6.05; h < 6.0; h += 0.1) {
            const double e = 1e-6;
            const double slope = (mlp_activation_value((mlp_activation)f, h + e) -
                                  mlp_activation_value((mlp_activation)f, h - e)) /
                                 (2 * e);
            assert_true(fabs(mlp_activation_slope((mlp_activation)f, h) - slope) <=
                        1e-8 * fmax(1.0, fabs(slope)));
        }
}

static void activations_are_finite_and_in_their_range_everywhere(void **state)
{
    (void)state;
    static const double h[] = {0, 1e-320, 1, 700, 1e5, 1e308};
    for (size_t f = 0; f < MLP_SOFTMAX; f++) {
        const mlp_activation_info *info = mlp_activation_describe((mlp_activation)f);
        for (size_t i = 0; i < 6; i++)
            for (int sign = -1; sign <= 1; sign += 2) {
                const double y = mlp_activation_value(info->id, sign * h[i]);
                assert_true(isfinite(y) && y >= info->lowest && y <= info->highest);
                assert_true(isfinite(mlp_activation_slope(info->id, sign * h[i])));
            }
    }
}

static void names_find_their_entries_and_nothing_else(void **state)
{
    (void)state;
    for (size_t f = 0; f < MLP_ACTIVATION_COUNT; f++) {
        mlp_activation id = MLP_ACTIVATION_COUNT;
        assert_true(
            mlp_activation_from_name(mlp_activation_describe((mlp_activation)f)->name, &id));
        assert_int_equal(id, f);
    }
    for (size_t e = 0; e < MLP_LOSS_COUNT; e++) {
        mlp_loss id = MLP_LOSS_COUNT;
        assert_true(mlp_loss_from_name(mlp_loss_describe((mlp_loss)e)->name, &id));
        assert_int_equal(id, e);
    }
    mlp_activation unchanged = MLP_RELU;
    assert_false(mlp_activation_from_name("rel", &unchanged));
    assert_int_equal(unchanged, MLP_RELU);
    assert_null(mlp_activation_describe(MLP_ACTIVATION_COUNT));
}

static void parameters_lie_in_the_order_of_the_lecture(void **state)
{
    (void)state;
    const mlp_layer layers[] = {{3, MLP_TANH}, {2, MLP_LINEAR}};
    mlp_network *n = NULL;
    assert_int_equal(mlp_network_create(4, layers, 2, MLP_QUADRATIC, &n, NULL), MLP_OK);
    assert_int_equal(mlp_network_size(n), 3 * 4 + 2 * 3 + 3 + 2);
    assert_int_equal(mlp_network_weights_at(n, 0), 0);
    assert_int_equal(mlp_network_weights_at(n, 1), 12);
    assert_int_equal(mlp_network_biases_at(n, 0), 18);
    assert_int_equal(mlp_network_biases_at(n, 1), 21);
    mlp_network_free(n);
}

/* y = W2 tanh(W1 x - b1) - b2, computed by hand: the bias is subtracted. */
static void the_reference_computes_the_network_of_the_lecture(void **state)
{
    (void)state;
    const mlp_layer layers[] = {{2, MLP_TANH}, {1, MLP_LINEAR}};
    const double w[] = {1, 2, -1, 0.5, 3, -2, 0.1, -0.2, 0.7}, x[] = {0.3, -0.4}, s[] = {1.5};
    mlp_network *n = NULL;
    mlp_trace *trace = NULL;
    assert_int_equal(mlp_network_create(2, layers, 2, MLP_QUADRATIC, &n, NULL), MLP_OK);
    assert_int_equal(mlp_trace_create(n, &trace, NULL), MLP_OK);
    mlp_reference_pattern(n, w, x, s, trace);
    const double h1 = 1 * 0.3 + 2 * -0.4 - 0.1, h2 = -1 * 0.3 + 0.5 * -0.4 + 0.2;
    const double y = 3 * tanh(h1) - 2 * tanh(h2) - 0.7;
    close_to(trace->h[1][0], h1);
    close_to(trace->y[1][1], tanh(h2));
    close_to(trace->y[2][0], y);
    close_to(trace->loss, (y - 1.5) * (y - 1.5)); /* without a factor of 1/2 */
    close_to(trace->delta[2][0], 2 * (y - 1.5));
    close_to(trace->gradient[8], -2 * (y - 1.5)); /* dE/db = -Delta */
    trace->h[1][0] = trace->y[2][0] = 0.0;
    mlp_reference_pattern(n, w, x, NULL, trace); /* without a target: no loss */
    close_to(trace->h[1][0], h1);
    close_to(trace->y[2][0], y);
    assert_true(isnan(trace->loss));
    mlp_trace_free(trace);
    mlp_network_free(n);
}

static void impossible_networks_are_refused_in_plain_words(void **state)
{
    (void)state;
    static const struct {
        size_t inputs;
        mlp_layer layer;
        mlp_loss loss;
        const char *part;
    } bad[] = {
        {0, {1, MLP_TANH}, MLP_QUADRATIC, "inputs"},
        {1, {0, MLP_TANH}, MLP_QUADRATIC, "neurons"},
        {1, {(size_t)-1, MLP_TANH}, MLP_QUADRATIC, "neurons"},
        {(size_t)-1, {1, MLP_TANH}, MLP_QUADRATIC, "inputs"},
        {1, {1, MLP_TANH}, MLP_CROSS_ENTROPY, "use logistic or softmax"},
        {1, {1, MLP_ACTIVATION_COUNT}, MLP_QUADRATIC, "activation"},
        {1, {1, MLP_TANH}, MLP_LOSS_COUNT, "loss"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        mlp_network *n = NULL;
        mlp_error err = {0};
        assert_int_equal(mlp_network_create(bad[i].inputs, &bad[i].layer, 1, bad[i].loss, &n, &err),
                         MLP_ERROR_ARGUMENT);
        assert_null(n);
        if (strstr(err.message, bad[i].part) == NULL)
            fail_msg("\"%s\" does not say \"%s\"", err.message, bad[i].part);
    }
}

static void softmax_is_for_output_layers_only(void **state)
{
    (void)state;
    const mlp_layer layers[] = {{2, MLP_SOFTMAX}, {1, MLP_LINEAR}};
    mlp_network *n = NULL;
    assert_int_equal(mlp_network_create(2, layers, 2, MLP_QUADRATIC, &n, NULL), MLP_ERROR_ARGUMENT);
}

static double deviation(const float *w, size_t n)
{
    double squares = 0.0;
    for (size_t i = 0; i < n; i++)
        squares += (double)w[i] * (double)w[i];
    return sqrt(squares / (double)n);
}

/* Variances: 2 / (in + out), Glorot & Bengio 2010; 2 / in, He et al. 2015. Biases are 0. */
static void initial_weights_suit_their_activation(void **state)
{
    (void)state;
    static const struct {
        mlp_activation f;
        double wanted;
    } known[] = {{MLP_TANH, 2.0 / (300 + 200)}, {MLP_RELU, 2.0 / 300}};
    for (size_t i = 0; i < 2; i++) {
        const mlp_layer layers[] = {{200, known[i].f}, {1, MLP_LINEAR}};
        mlp_network *n = NULL;
        assert_int_equal(mlp_network_create(300, layers, 2, MLP_QUADRATIC, &n, NULL), MLP_OK);
        mlp_network_initialize(n, 4);
        const float *w = mlp_network_parameters(n);
        const double got = deviation(w, 300 * 200);
        assert_true(fabs(got / sqrt(known[i].wanted) - 1.0) < 0.02);
        for (size_t b = mlp_network_biases_at(n, 0); b < mlp_network_size(n); b++)
            assert_true(w[b] == 0.0f);
        mlp_network_free(n);
    }
}

/* A. Jacot et al. 2018: standard normal weights times 1 / sqrt(in), standard normal biases; here
 * the parameters of the last layer are 0. */
static void ntk_weights_are_normal_and_the_output_is_zero(void **state)
{
    (void)state;
    const mlp_layer layers[] = {{200, MLP_SELU}, {150, MLP_MISH}, {3, MLP_SOFTMAX}};
    mlp_network *n = NULL;
    assert_int_equal(mlp_network_create(300, layers, 3, MLP_CROSS_ENTROPY, &n, NULL), MLP_OK);
    mlpi_network_initialize_ntk(n, 4);
    const float *w = mlp_network_parameters(n);
    const size_t second = mlp_network_weights_at(n, 1), last = mlp_network_weights_at(n, 2);
    assert_true(fabs(deviation(w, second) * sqrt(300.0) - 1.0) < 0.02);
    assert_true(fabs(deviation(w + second, last - second) * sqrt(200.0) - 1.0) < 0.02);
    assert_true(fabs(deviation(w + mlp_network_biases_at(n, 0), 350) - 1.0) < 0.15);
    for (size_t i = last; i < last + 3 * 150; i++)
        assert_true(w[i] == 0.0f);
    for (size_t b = mlp_network_biases_at(n, 2); b < mlp_network_size(n); b++)
        assert_true(w[b] == 0.0f);
    mlp_network_free(n);
}

static void one_seed_gives_one_network(void **state)
{
    (void)state;
    const mlp_layer layers[] = {{20, MLP_TANH}, {3, MLP_SOFTMAX}};
    mlp_network *a = NULL, *b = NULL;
    assert_int_equal(mlp_network_create(5, layers, 2, MLP_CROSS_ENTROPY, &a, NULL), MLP_OK);
    assert_int_equal(mlp_network_create(5, layers, 2, MLP_CROSS_ENTROPY, &b, NULL), MLP_OK);
    const size_t bytes = mlp_network_size(a) * sizeof(float);
    mlp_network_initialize(a, 8);
    mlp_network_initialize(b, 8);
    assert_memory_equal(mlp_network_parameters(a), mlp_network_parameters(b), bytes);
    mlp_network_initialize(b, 9);
    assert_memory_not_equal(mlp_network_parameters(a), mlp_network_parameters(b), bytes);
    mlp_network_free(a);
    mlp_network_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(activations_have_the_values_of_the_lecture),
        cmocka_unit_test(slopes_are_the_derivatives_of_the_values),
        cmocka_unit_test(activations_are_finite_and_in_their_range_everywhere),
        cmocka_unit_test(names_find_their_entries_and_nothing_else),
        cmocka_unit_test(parameters_lie_in_the_order_of_the_lecture),
        cmocka_unit_test(the_reference_computes_the_network_of_the_lecture),
        cmocka_unit_test(impossible_networks_are_refused_in_plain_words),
        cmocka_unit_test(softmax_is_for_output_layers_only),
        cmocka_unit_test(initial_weights_suit_their_activation),
        cmocka_unit_test(ntk_weights_are_normal_and_the_output_is_zero),
        cmocka_unit_test(one_seed_gives_one_network),
    };
    return RUN(tests);
}
