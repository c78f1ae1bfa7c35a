/* SPDX-License-Identifier: MIT */
/* Dropout and input noise: a step under given masks has the gradient of a plain computation in
 * double with the same masks, outputs keep their expectation, and only steps are noisy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/engine.h"
#include "gradient/cases.h"
#include "gradient/noise.h"
#include "math/bf16.h"
#include "math/panels.h"

enum { NUMBER = 7, WIDEST = 16 };
static const mlpi_noise noise = {.dropout = 0.3, .input = 0.2, .seed = 11};

static size_t padded(size_t units)
{
    return mlpi_panels(units) * MLPI_PANEL;
}

/* --- the plain computation -------------------------------------------------------------------- */

/* Returns the loss E^(p) of row p, with its dropout masks and noisy inputs. */
static double plain_loss(const gradient_case *c, const double *w, const double *noisy, size_t row)
{
    const mlp_network *n = c->network;
    double h[WIDEST], y[WIDEST], delta[WIDEST];
    memcpy(y, noisy + row * CASE_INPUTS, CASE_INPUTS * sizeof *y);
    for (size_t l = 0, unit = 0; l < n->count; unit += padded(n->layers[l++].units)) {
        const size_t M = mlpi_layer_inputs(n, l), N = n->layers[l].units;
        for (size_t i = 0; i < N; i++) {
            h[i] = -w[n->biases_at[l] + i];
            for (size_t j = 0; j < M; j++)
                h[i] += w[n->weights_at[l] + i * M + j] * y[j];
        }
        for (size_t i = 0; i < N && l + 1 < n->count; i++)
            y[i] = unit_is_dropped(noise.seed, NUMBER, unit + i, row, noise.dropout)
                       ? 0.0
                       : mlp_activation_value(n->layers[l].activation, h[i]) /
                             (1.0 - nearbyint(noise.dropout * 65536.0) / 65536.0);
    }
    return mlpi_output_loss(n, h, c->target + row * CASE_OUTPUTS, y, delta);
}

static double plain_mean(const gradient_case *c, const double *w, const double *noisy)
{
    double E = 0.0;
    for (size_t row = 0; row < CASE_ROWS; row++)
        E += plain_loss(c, w, noisy, row) / CASE_ROWS;
    return E;
}

/* Computes the gradient by central differences. */
static void plain_gradient(const gradient_case *c, double *w, const double *noisy, double *gradient)
{
    const double step = 1e-6;
    for (size_t i = 0; i < c->network->size; i++) {
        const double at = w[i];
        w[i] = at + step;
        const double above = plain_mean(c, w, noisy);
        w[i] = at - step;
        gradient[i] = (above - plain_mean(c, w, noisy)) / (2.0 * step);
        w[i] = at;
    }
}

/* --- the gradient of a step ------------------------------------------------------------------- */

static void down(void *context, const mlpi_piece *piece)
{
    (void)context;
    for (size_t i = 0; i < piece->n; i++)
        piece->parameters[i] -= piece->gradient[i];
}

/* Computes the gradient from the change of the parameters in a step of rate 1; returns the loss. */
static double step_gradient(const gradient_case *c, mlp_precision precision, double *gradient)
{
    mlpi_engine *engine = NULL;
    float *after = calloc(c->network->size, sizeof *after);
    const mlpi_batch batch = {
        .x = c->fx, .target = c->ftarget, .rows = CASE_ROWS, .number = NUMBER};
    assert_int_equal(mlpi_engine_create(c->network, CASE_ROWS, 1, precision, &engine, NULL),
                     MLP_OK);
    assert_int_equal(mlpi_engine_set_noise(engine, noise, NULL), MLP_OK);
    const double loss = mlpi_engine_step(engine, &batch, down, NULL);
    mlpi_engine_get(engine, after);
    for (size_t i = 0; i < c->network->size; i++)
        gradient[i] = (double)c->network->parameters[i] - (double)after[i];
    free(after);
    mlpi_engine_free(engine);
    return loss;
}

static double distance(const double *a, const double *b, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    return sqrt(sum);
}

static void check_gradient(gradient_case *c)
{
    const size_t n = c->network->size;
    double noisy[CASE_ROWS * CASE_INPUTS];
    double *w = calloc(4 * n, sizeof *w), *expected = w + n, *found = w + 2 * n, *zero = w + 3 * n;
    for (size_t i = 0; i < n; i++)
        w[i] = (double)c->network->parameters[i];
    for (size_t row = 0; row < CASE_ROWS; row++)
        for (size_t j = 0; j < CASE_INPUTS; j++)
            noisy[row * CASE_INPUTS + j] =
                c->x[row * CASE_INPUTS + j] +
                noise.input * normal_of_input(noise.seed, NUMBER, j, row);
    plain_gradient(c, w, noisy, expected);
    const double loss = plain_mean(c, w, noisy);
    const double size = distance(expected, zero, n);
    const double step_loss = step_gradient(c, MLP_PRECISION_FLOAT, found);
    if (!(fabs(step_loss - loss) <= 1e-5 * fabs(loss)) ||
        !(distance(found, expected, n) <= 1e-4 * size))
        fail_msg("%s: gradient off by %g of %g, loss %g against %g", c->name,
                 distance(found, expected, n), size, step_loss, loss);
    /* bfloat16 is compared where rounding crosses no corner (see engine_test.c). */
    const bool smooth = c->hidden == MLP_TANH || c->hidden == MLP_LOGISTIC ||
                        c->hidden == MLP_SILU || c->hidden == MLP_LINEAR;
    if (mlpi_bf16(mlpi_kernels()) != NULL && smooth) {
        step_gradient(c, MLP_PRECISION_BF16, found);
        if (!(distance(found, expected, n) <= 0.03 * size))
            fail_msg("%s: bf16 gradient off by %g of %g", c->name, distance(found, expected, n),
                     size);
    }
    free(w);
}

static size_t checked;

/* Checks every hidden activation, with and without an output layer that is fused with its loss. */
static void check_some(gradient_case *c)
{
    const bool fused = c->output == MLP_SOFTMAX && c->loss == MLP_CROSS_ENTROPY;
    const bool linear = c->output == MLP_LINEAR && c->loss == MLP_QUADRATIC;
    if ((fused || linear) && c->depth != 2) {
        check_gradient(c);
        checked++;
    }
}

static void the_gradient_of_a_step_is_that_of_its_masks(void **state)
{
    (void)state;
    for_every_case(check_some);
    assert_int_equal(checked, 2 * (1 + 2 * MLP_SOFTMAX));
}

/* --- expectation ------------------------------------------------------------------------------ */

enum { HIDDEN = 20, STEPS = 20000 };

/* For a linear output y with target 0, dE/dh = 2 y, so that the gradient of the bias gives y. */
static void take_output(void *context, const mlpi_piece *piece)
{
    double *output = context;
    if (piece->biases && piece->at >= (size_t)*output)
        output[1] = (double)piece->gradient[0] / 2.0;
}

static void dropped_outputs_keep_their_expectation(void **state)
{
    (void)state;
    const mlp_layer layers[] = {{HIDDEN, MLP_LOGISTIC}, {1, MLP_LINEAR}};
    const float x[3] = {0.3f, -1.0f, 0.7f}, target = 0.0f;
    mlp_network *network = NULL;
    mlpi_engine *engine = NULL;
    assert_int_equal(mlp_network_create(3, layers, 2, MLP_QUADRATIC, &network, NULL), MLP_OK);
    mlp_network_initialize(network, 4);
    assert_int_equal(mlpi_engine_create(network, 1, 1, MLP_PRECISION_FLOAT, &engine, NULL), MLP_OK);
    const mlpi_noise half = {.dropout = 0.5, .seed = 2};
    assert_int_equal(mlpi_engine_set_noise(engine, half, NULL), MLP_OK);
    mlpi_batch batch = {.x = x, .target = &target, .rows = 1};
    float y = 0.0f;
    mlpi_engine_forward(engine, &batch, &y);
    double output[2] = {(double)(mlpi_engine_size(engine) - MLPI_PANEL), 0.0};
    double mean = 0.0, squares = 0.0, variance = 0.0;
    for (batch.number = 0; batch.number < STEPS; batch.number++) {
        mlpi_engine_step(engine, &batch, take_output, output);
        mean += output[1] / STEPS;
        squares += output[1] * output[1] / STEPS;
    }
    for (size_t i = 0; i < HIDDEN; i++) { /* unit i adds (w_i y_i)^2 p / (1 - p) */
        double h = 0.0;
        for (size_t j = 0; j < 3; j++)
            h += (double)network->parameters[i * 3 + j] * (double)x[j];
        variance += pow((double)network->parameters[network->weights_at[1] + i] *
                            mlp_activation_value(MLP_LOGISTIC, h),
                        2.0);
    }
    assert_true(fabs(mean - (double)y) < 5.0 * sqrt(variance / STEPS));
    assert_true(fabs(squares - mean * mean - variance) < 5.0 * variance * sqrt(2.0 / STEPS));
    mlpi_engine_free(engine);
    mlp_network_free(network);
}

/* --- the same bits ---------------------------------------------------------------------------- */

enum { ROWS = 300, INPUTS = 37 };
static float x[ROWS * INPUTS], target[ROWS * 5];

static mlp_network *larger(void)
{
    const mlp_layer layers[] = {{131, MLP_RELU}, {64, MLP_TANH}, {5, MLP_SOFTMAX}};
    mlp_network *network = NULL;
    mlpi_random random = mlpi_random_init(9, 9);
    assert_int_equal(mlp_network_create(INPUTS, layers, 3, MLP_CROSS_ENTROPY, &network, NULL),
                     MLP_OK);
    mlp_network_initialize(network, 3);
    for (size_t i = 0; i < ROWS * INPUTS; i++)
        x[i] = (float)mlpi_random_normal(&random);
    memset(target, 0, sizeof target);
    for (size_t r = 0; r < ROWS; r++)
        target[r * 5 + mlpi_random_below(&random, 5)] = 1.0f;
    return network;
}

/* Returns the parameters after five steps (malloc'ed), whose numbers begin with `first`. */
static float *train(const mlp_network *network, mlpi_noise how, int threads,
                    mlp_precision precision, uint64_t first)
{
    mlpi_engine *engine = NULL;
    float *after = calloc(network->size, sizeof *after);
    mlpi_batch batch = {.x = x, .target = target, .rows = ROWS};
    assert_int_equal(mlpi_engine_create(network, ROWS, threads, precision, &engine, NULL), MLP_OK);
    assert_int_equal(mlpi_engine_set_noise(engine, how, NULL), MLP_OK);
    for (batch.number = first; batch.number < first + 5; batch.number++)
        mlpi_engine_step(engine, &batch, down, NULL);
    mlpi_engine_get(engine, after);
    mlpi_engine_free(engine);
    return after;
}

static void any_number_of_threads_draws_the_same(void **state)
{
    (void)state;
    static const int threads[] = {2, 3, 8};
    mlp_network *network = larger();
    const bool half = mlpi_bf16(mlpi_kernels()) != NULL;
    for (int p = MLP_PRECISION_FLOAT; p <= (half ? MLP_PRECISION_BF16 : MLP_PRECISION_FLOAT); p++) {
        float *expected = train(network, noise, 1, (mlp_precision)p, 0);
        for (size_t t = 0; t < 3; t++) {
            float *found = train(network, noise, threads[t], (mlp_precision)p, 0);
            assert_memory_equal(found, expected, network->size * sizeof *found);
            free(found);
        }
        free(expected);
    }
    mlp_network_free(network);
}

static void what_is_drawn_depends_on_seed_and_number(void **state)
{
    (void)state;
    mlp_network *network = larger();
    mlpi_noise others[] = {noise, noise, noise};
    others[1].dropout = 0.0;
    others[2].input = 0.0;
    for (size_t i = 0; i < 3; i++) {
        mlpi_noise reseeded = others[i];
        reseeded.seed++;
        float *a = train(network, others[i], 1, MLP_PRECISION_FLOAT, 0);
        float *b = train(network, others[i], 1, MLP_PRECISION_FLOAT, 1);
        float *c = train(network, reseeded, 1, MLP_PRECISION_FLOAT, 0);
        assert_memory_not_equal(a, b, network->size * sizeof *a);
        assert_memory_not_equal(a, c, network->size * sizeof *a);
        free(a);
        free(b);
        free(c);
    }
    mlp_network_free(network);
}

static void nothing_but_a_step_is_noisy(void **state)
{
    (void)state;
    mlp_network *network = larger();
    mlpi_engine *plain = NULL, *noisy = NULL;
    const mlpi_batch batch = {.x = x, .target = target, .rows = ROWS};
    float *gradient = calloc(2 * network->size, sizeof *gradient);
    assert_int_equal(mlpi_engine_create(network, ROWS, 1, MLP_PRECISION_FLOAT, &plain, NULL),
                     MLP_OK);
    assert_int_equal(mlpi_engine_create(network, ROWS, 1, MLP_PRECISION_FLOAT, &noisy, NULL),
                     MLP_OK);
    assert_int_equal(mlpi_engine_set_noise(noisy, noise, NULL), MLP_OK);
    const double loss = mlpi_engine_gradient(plain, &batch, gradient);
    assert_true(mlpi_engine_step(noisy, &batch, down, NULL) != loss);
    mlpi_engine_put(noisy, network->parameters);
    assert_true(mlpi_engine_gradient(noisy, &batch, gradient + network->size) == loss);
    assert_memory_equal(gradient, gradient + network->size, network->size * sizeof *gradient);
    assert_true(mlpi_engine_forward(noisy, &batch, NULL) ==
                mlpi_engine_forward(plain, &batch, NULL));
    assert_int_equal(mlpi_engine_set_noise(noisy, (mlpi_noise){.seed = 5}, NULL), MLP_OK);
    assert_true(mlpi_engine_step(noisy, &batch, down, NULL) == loss); /* the noise is off again */
    free(gradient);
    mlpi_engine_free(plain);
    mlpi_engine_free(noisy);
    mlp_network_free(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gradient_of_a_step_is_that_of_its_masks),
        cmocka_unit_test(dropped_outputs_keep_their_expectation),
        cmocka_unit_test(any_number_of_threads_draws_the_same),
        cmocka_unit_test(what_is_drawn_depends_on_seed_and_number),
        cmocka_unit_test(nothing_but_a_step_is_noisy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
