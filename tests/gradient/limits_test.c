/* SPDX-License-Identifier: MIT */
/* Limits of steps: the gradient is scaled down as a whole, weights neuron by neuron, and a limit
 * that is not exceeded changes nothing. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/base.h"
#include "engine/engine.h"
#include "math/bf16.h"
#include "network/layout.h"

enum { ROWS = 150, INPUTS = 137, OUTPUTS = 3, STEPS = 6 };
static float x[ROWS * INPUTS], target[ROWS * OUTPUTS];

static mlp_network *make(void)
{
    const mlp_layer layers[] = {{531, MLP_RELU}, {40, MLP_TANH}, {OUTPUTS, MLP_LINEAR}};
    mlp_network *network = NULL;
    mlpi_random random = mlpi_random_init(5, 5);
    assert_int_equal(mlp_network_create(INPUTS, layers, 3, MLP_QUADRATIC, &network, NULL), MLP_OK);
    mlp_network_initialize(network, 3);
    for (size_t i = 0; i < ROWS * INPUTS; i++)
        x[i] = (float)mlpi_random_normal(&random);
    for (size_t i = 0; i < ROWS * OUTPUTS; i++)
        target[i] = (float)mlpi_random_normal(&random);
    return network;
}

static mlpi_engine *engine_with(const mlp_network *network, mlpi_limits limits, int threads,
                                mlp_precision precision)
{
    mlpi_engine *engine = NULL;
    assert_int_equal(mlpi_engine_create(network, ROWS, threads, precision, &engine, NULL), MLP_OK);
    assert_int_equal(mlpi_engine_set_limits(engine, limits, NULL), MLP_OK);
    return engine;
}

static const mlpi_batch batch = {.x = x, .target = target, .rows = ROWS};

static void down(void *context, const mlpi_piece *piece)
{
    (void)context;
    for (size_t i = 0; i < piece->n; i++)
        piece->parameters[i] -= 0.1f * piece->gradient[i];
}

/* Returns the parameters after some steps (malloc'ed). */
static float *train(const mlp_network *network, mlpi_limits limits, int threads,
                    mlp_precision precision, int steps)
{
    mlpi_engine *engine = engine_with(network, limits, threads, precision);
    float *after = malloc(network->size * sizeof *after);
    assert_non_null(after);
    for (int s = 0; s < steps; s++)
        mlpi_engine_step(engine, &batch, down, NULL);
    mlpi_engine_get(engine, after);
    mlpi_engine_free(engine);
    return after;
}

static double norm_of(const float *w, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += (double)w[i] * (double)w[i];
    return sqrt(sum);
}

static void a_longer_gradient_is_scaled_down_to_the_limit(void **state)
{
    (void)state;
    mlp_network *network = make();
    mlpi_engine *engine = engine_with(network, (mlpi_limits){0}, 1, MLP_PRECISION_FLOAT);
    float *gradient = calloc(network->size, sizeof *gradient);
    mlpi_engine_gradient(engine, &batch, gradient);
    const double norm = norm_of(gradient, network->size), most = norm / 3.0;
    mlpi_engine_step(engine, &batch, down, NULL);
    assert_true(isnan(mlpi_engine_gradient_norm(engine)));
    mlpi_engine_free(engine);
    engine = engine_with(network, (mlpi_limits){.gradient_norm = most}, 2, MLP_PRECISION_FLOAT);
    float *after = calloc(network->size, sizeof *after);
    mlpi_engine_step(engine, &batch, down, NULL);
    mlpi_engine_get(engine, after);
    assert_true(fabs(mlpi_engine_gradient_norm(engine) - norm) <= 1e-6 * norm);
    for (size_t i = 0; i < network->size; i++) {
        const double before = (double)network->parameters[i];
        const double wanted = before - 0.1 * (double)gradient[i] * most / norm;
        assert_true(fabs((double)after[i] - wanted) <= 1e-6 * (fabs(before) + 0.01));
    }
    free(gradient);
    free(after);
    mlpi_engine_free(engine);
    mlp_network_free(network);
}

static void limits_that_nothing_reaches_change_no_bit(void **state)
{
    (void)state;
    mlp_network *network = make();
    const bool half = mlpi_bf16(mlpi_kernels()) != NULL;
    const mlpi_limits wide = {.gradient_norm = 1e9, .weight_norm = 1e9};
    for (int p = MLP_PRECISION_FLOAT; p <= (half ? MLP_PRECISION_BF16 : MLP_PRECISION_FLOAT); p++) {
        float *plain = train(network, (mlpi_limits){0}, 1, (mlp_precision)p, STEPS);
        float *wide_off = train(network, wide, 2, (mlp_precision)p, STEPS);
        assert_memory_equal(plain, wide_off, network->size * sizeof *plain);
        free(plain);
        free(wide_off);
    }
    mlp_network_free(network);
}

static void any_number_of_threads_limits_to_the_same_bits(void **state)
{
    (void)state;
    mlp_network *network = make();
    static const int threads[] = {2, 3, 8};
    const mlpi_limits limits = {.gradient_norm = 0.5, .weight_norm = 1.2};
    const bool half = mlpi_bf16(mlpi_kernels()) != NULL;
    for (int p = MLP_PRECISION_FLOAT; p <= (half ? MLP_PRECISION_BF16 : MLP_PRECISION_FLOAT); p++) {
        float *expected = train(network, limits, 1, (mlp_precision)p, STEPS);
        for (size_t t = 0; t < 3; t++) {
            float *found = train(network, limits, threads[t], (mlp_precision)p, STEPS);
            assert_memory_equal(found, expected, network->size * sizeof *found);
            free(found);
        }
        free(expected);
    }
    mlp_network_free(network);
}

/* Compares with the step without the limit: rows of W that are too long are scaled down, the others
 * are unchanged. Returns the number of rows that are too long. */
static size_t compare_rows(const mlp_network *n, const float *limited, const float *plain,
                           double most)
{
    size_t longer = 0;
    for (size_t l = 0; l < n->count; l++)
        for (size_t i = 0; i < n->layers[l].units; i++) {
            const size_t M = mlpi_layer_inputs(n, l), at = n->weights_at[l] + i * M;
            const double norm = norm_of(plain + at, M);
            assert_true(norm_of(limited + at, M) <= most * (1.0 + 1e-6));
            if (norm <= most)
                assert_memory_equal(limited + at, plain + at, M * sizeof *plain);
            for (size_t j = 0; norm > most && j < M; j++)
                assert_true(fabs((double)limited[at + j] - (double)plain[at + j] * most / norm) <=
                            1e-6 * most);
            longer += norm > most;
        }
    assert_memory_equal(limited + n->biases_at[0], plain + n->biases_at[0],
                        (n->size - n->biases_at[0]) * sizeof *plain);
    return longer;
}

static void incoming_weights_are_within_the_limit_after_each_step(void **state)
{
    (void)state;
    const double most = 1.35;
    mlp_network *network = make();
    size_t neurons = 0;
    for (size_t l = 0; l < network->count; l++)
        neurons += network->layers[l].units;
    for (int s = 0; s < STEPS; s++) {
        float *plain = train(network, (mlpi_limits){0}, 1, MLP_PRECISION_FLOAT, 1);
        float *limited =
            train(network, (mlpi_limits){.weight_norm = most}, 1, MLP_PRECISION_FLOAT, 1);
        const size_t longer = compare_rows(network, limited, plain, most);
        assert_true(longer > 0 && longer < neurons);
        mlp_network_initialize(network, (uint64_t)(4 + s)); /* rows of other lengths */
        free(plain);
        free(limited);
    }
    mlp_network_free(network);
}

/* The engine's copies of the weights are limited, too: the engine continues like one that begins
 * with the limited weights. */
static void steps_go_on_from_the_limited_weights(void **state)
{
    (void)state;
    const mlpi_limits limits = {.gradient_norm = 0.5, .weight_norm = 1.0};
    const bool half = mlpi_bf16(mlpi_kernels()) != NULL;
    for (int p = MLP_PRECISION_FLOAT; p <= (half ? MLP_PRECISION_BF16 : MLP_PRECISION_FLOAT); p++) {
        mlp_network *network = make();
        float *two = train(network, limits, 1, (mlp_precision)p, 2);
        for (int s = 0; s < 2; s++) {
            float *one = train(network, limits, 1, (mlp_precision)p, 1);
            memcpy(network->parameters, one, network->size * sizeof *one);
            free(one);
        }
        assert_memory_equal(network->parameters, two, network->size * sizeof *two);
        free(two);
        mlp_network_free(network);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_longer_gradient_is_scaled_down_to_the_limit),
        cmocka_unit_test(limits_that_nothing_reaches_change_no_bit),
        cmocka_unit_test(any_number_of_threads_limits_to_the_same_bits),
        cmocka_unit_test(incoming_weights_are_within_the_limit_after_each_step),
        cmocka_unit_test(steps_go_on_from_the_limited_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
