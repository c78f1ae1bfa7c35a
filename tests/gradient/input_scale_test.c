/* SPDX-License-Identifier: MIT */
/* Scales of the inputs: the gradient of a step follows by the chain rule from that of the reference
 * for the plain network that the engine hands out, and agrees with differences of the loss; limits,
 * threads and saved state change no bit. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/engine.h"
#include "math/bf16.h"
#include "math/panels.h"
#include "network/layout.h"
#include "unit/test.h"

/* There are more inputs than a piece of the weight phase holds and more units than a task has;
 * neither number fills whole panels. */
enum { INPUTS = 70, UNITS = 45, OUTPUTS = 3, ROWS = 21, SIZE = 80, PANELS = 3 };

static float x[ROWS * INPUTS], target[ROWS * OUTPUTS];
static const mlpi_batch batch = {.x = x, .target = target, .rows = ROWS};

static mlp_network *make(void)
{
    const mlp_layer layers[] = {{UNITS, MLP_TANH}, {20, MLP_SOFTPLUS}, {OUTPUTS, MLP_LINEAR}};
    mlp_network *network = NULL;
    mlpi_random random = mlpi_random_init(6, 5);
    assert_int_equal(mlp_network_create(INPUTS, layers, 3, MLP_QUADRATIC, &network, NULL), MLP_OK);
    mlp_network_initialize(network, 3);
    for (size_t i = 0; i < ROWS * INPUTS; i++)
        x[i] = (float)mlpi_random_normal(&random);
    for (size_t i = 0; i < ROWS * OUTPUTS; i++)
        target[i] = (float)mlpi_random_normal(&random);
    return network;
}

static mlpi_engine *engine_of(const mlp_network *network, int threads, mlp_precision precision)
{
    mlpi_engine *engine = NULL;
    assert_int_equal(mlpi_engine_create(network, ROWS, threads, precision, &engine, NULL), MLP_OK);
    assert_int_equal(mlpi_engine_scale_inputs(engine, NULL), MLP_OK);
    return engine;
}

static void down(void *context, const mlpi_piece *piece)
{
    (void)context;
    for (size_t i = 0; i < piece->n; i++)
        piece->parameters[i] -= 0.1f * piece->gradient[i];
}

static void keep(void *context, const mlpi_piece *piece)
{
    memcpy((float *)context + piece->at, piece->gradient, piece->n * sizeof(float));
}

/* Makes an engine whose scales are no longer 1, and copies W (in panels) and s from its state;
 * `network` gets its parameters. */
static mlpi_engine *moved(mlp_network *network, float *w, float *s)
{
    mlpi_engine *engine = engine_of(network, 1, MLP_PRECISION_FLOAT);
    for (int i = 0; i < 5; i++)
        mlpi_engine_step(engine, &batch, down, NULL);
    const size_t size = mlpi_engine_state(engine);
    float *state = calloc(size, sizeof *state);
    assert_int_equal(size, network->size + PANELS * INPUTS * MLPI_PANEL + SIZE);
    mlpi_engine_save(engine, state);
    memcpy(w, state + network->size, PANELS * INPUTS * MLPI_PANEL * sizeof *w);
    memcpy(s, state + size - SIZE, SIZE * sizeof *s);
    mlpi_engine_get(engine, network->parameters);
    free(state);
    return engine;
}

/* Returns the loss of the batch with parameters v, and its gradient (nullable), by the
 * reference. */
static double reference(const mlp_network *network, const double *v, double *gradient)
{
    mlp_trace *trace = NULL;
    double loss = 0.0;
    assert_int_equal(mlp_trace_create(network, &trace, NULL), MLP_OK);
    for (size_t r = 0; r < ROWS; r++) {
        double inputs[INPUTS], wanted[OUTPUTS];
        for (size_t j = 0; j < INPUTS; j++)
            inputs[j] = (double)x[r * INPUTS + j];
        for (size_t k = 0; k < OUTPUTS; k++)
            wanted[k] = (double)target[r * OUTPUTS + k];
        mlp_reference_pattern(network, v, inputs, wanted, trace);
        loss += trace->loss / ROWS;
        for (size_t i = 0; gradient != NULL && i < network->size; i++)
            gradient[i] += trace->gradient[i] / ROWS;
    }
    mlp_trace_free(trace);
    return loss;
}

/* Returns the parameters that the engine handed out, in double (malloc'ed). */
static double *given(const mlp_network *network)
{
    double *v = malloc(network->size * sizeof *v);
    for (size_t i = 0; i < network->size; i++)
        v[i] = (double)network->parameters[i];
    return v;
}

static void the_gradient_is_that_of_the_reference_by_the_chain_rule(void **state)
{
    (void)state;
    static float w[PANELS * INPUTS * MLPI_PANEL], s[SIZE];
    mlp_network *network = make();
    mlpi_engine *engine = moved(network, w, s);
    double *exact = calloc(network->size, sizeof *exact);
    float *got = calloc(mlpi_engine_size(engine), sizeof *got);
    const float *scales = got + mlpi_engine_size(engine) - SIZE;
    double *v = given(network);
    reference(network, v, exact);
    mlpi_engine_step(engine, &batch, keep, got);
    for (size_t j = 0; j < INPUTS; j++) {
        double sum = 0.0;
        assert_true(fabs((double)s[j] - 1.0) > 1e-6);
        for (size_t i = 0; i < UNITS; i++) {
            const size_t at = mlpi_panel_at(j, i, INPUTS * MLPI_PANEL);
            const double g = exact[i * INPUTS + j];
            assert_true(network->parameters[i * INPUTS + j] == w[at] * s[j]);
            assert_true(fabs((double)got[at] - (double)s[j] * g) < 1e-5);
            sum += (double)w[at] * g;
        }
        assert_true(fabs((double)scales[j] - sum) < 1e-5);
    }
    for (size_t j = INPUTS; j < SIZE; j++)
        assert_true(scales[j] == 0.0f && s[j] == 0.0f);
    free(v);
    free(exact);
    free(got);
    mlpi_engine_free(engine);
    mlp_network_free(network);
}

static void the_gradient_of_a_scale_equals_differences(void **state)
{
    (void)state;
    static float w[PANELS * INPUTS * MLPI_PANEL], s[SIZE];
    mlp_network *network = make();
    mlpi_engine *engine = moved(network, w, s);
    float *got = calloc(mlpi_engine_size(engine), sizeof *got);
    mlpi_engine_step(engine, &batch, keep, got);
    for (size_t j = 0; j < INPUTS; j += 23) {
        double loss[2];
        for (int side = 0; side < 2; side++) {
            double *v = given(network);
            const double moved_to = (double)s[j] + (side == 0 ? -1e-5 : 1e-5);
            for (size_t i = 0; i < UNITS; i++)
                v[i * INPUTS + j] = (double)w[mlpi_panel_at(j, i, INPUTS * MLPI_PANEL)] * moved_to;
            loss[side] = reference(network, v, NULL);
            free(v);
        }
        const double slope = (loss[1] - loss[0]) / 2e-5;
        assert_true(fabs((double)got[mlpi_engine_size(engine) - SIZE + j] - slope) < 1e-5);
    }
    free(got);
    mlpi_engine_free(engine);
    mlp_network_free(network);
}

/* Returns the parameters after ten steps (malloc'ed). `most` limits the gradient's norm and is not
 * reached; `interrupted`: a new engine continues half way. */
static float *train(const mlp_network *network, int threads, mlp_precision precision, double most,
                    bool interrupted)
{
    mlpi_engine *engine = engine_of(network, threads, precision);
    float *after = malloc(network->size * sizeof *after);
    assert_int_equal(mlpi_engine_set_limits(engine, (mlpi_limits){.gradient_norm = most}, NULL),
                     MLP_OK);
    for (int s = 0; s < 10; s++) {
        mlpi_engine_step(engine, &batch, down, NULL);
        if (!interrupted || s != 4)
            continue;
        float *state = malloc(mlpi_engine_state(engine) * sizeof *state);
        mlpi_engine_save(engine, state);
        mlpi_engine_free(engine);
        engine = engine_of(network, threads, precision);
        assert_int_equal(mlpi_engine_set_limits(engine, (mlpi_limits){.gradient_norm = most}, NULL),
                         MLP_OK);
        mlpi_engine_restore(engine, state);
        free(state);
    }
    mlpi_engine_get(engine, after);
    mlpi_engine_free(engine);
    return after;
}

static void threads_limits_and_state_change_no_bit(void **state)
{
    (void)state;
    mlp_network *network = make();
    const bool half = mlpi_bf16(mlpi_kernels()) != NULL;
    for (int p = MLP_PRECISION_FLOAT; p <= (half ? MLP_PRECISION_BF16 : MLP_PRECISION_FLOAT); p++) {
        float *once = train(network, 1, (mlp_precision)p, 0.0, false);
        float *again[] = {train(network, 3, (mlp_precision)p, 0.0, false),
                          train(network, 2, (mlp_precision)p, 1e9, false),
                          train(network, 1, (mlp_precision)p, 0.0, true)};
        for (size_t i = 0; i < 3; i++) {
            assert_memory_equal(once, again[i], network->size * sizeof *once);
            free(again[i]);
        }
        free(once);
    }
    mlp_network_free(network);
}

static void the_norm_counts_the_scales(void **state)
{
    (void)state;
    mlp_network *network = make();
    mlpi_engine *engine = engine_of(network, 2, MLP_PRECISION_FLOAT);
    float *got = calloc(mlpi_engine_size(engine), sizeof *got);
    double squares = 0.0;
    mlpi_engine_step(engine, &batch, keep, got);
    for (size_t i = 0; i < mlpi_engine_size(engine); i++)
        squares += (double)got[i] * (double)got[i];
    assert_int_equal(mlpi_engine_set_limits(engine, (mlpi_limits){.gradient_norm = 1e9}, NULL),
                     MLP_OK);
    mlpi_engine_step(engine, &batch, keep, got);
    assert_true(fabs(mlpi_engine_gradient_norm(engine) - sqrt(squares)) < 1e-6 * sqrt(squares));
    free(got);
    mlpi_engine_free(engine);
    mlp_network_free(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gradient_is_that_of_the_reference_by_the_chain_rule),
        cmocka_unit_test(the_gradient_of_a_scale_equals_differences),
        cmocka_unit_test(threads_limits_and_state_change_no_bit),
        cmocka_unit_test(the_norm_counts_the_scales),
    };
    return RUN(tests);
}
