/* SPDX-License-Identifier: MIT */
/* The engine's loss, outputs and gradient are those of the reference for every activation, loss and
 * depth, whatever the threads, the batch, and the row's place in it. */
#include "engine/engine.h"
#include "gradient/cases.h"
#include "math/bf16.h"
#include "unit/test.h"

static double norm(const double *a, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * a[i];
    return sqrt(sum);
}

static void check_against_reference(gradient_case *c)
{
    const size_t n = c->network->size;
    mlp_trace *trace = NULL;
    mlpi_engine *engine = NULL;
    double *expected = calloc(n, sizeof *expected);
    float *gradient = calloc(n, sizeof *gradient);
    assert_int_equal(mlp_trace_create(c->network, &trace, NULL), MLP_OK);
    assert_int_equal(mlpi_engine_create(c->network, 4, 1, MLP_PRECISION_FLOAT, &engine, NULL),
                     MLP_OK);
    const double loss =
        mlp_reference_loss(c->network, NULL, c->x, c->target, CASE_ROWS, expected, trace);
    const mlpi_batch batch = {.x = c->fx, .target = c->ftarget, .rows = CASE_ROWS};
    const double engine_loss = mlpi_engine_gradient(engine, &batch, gradient);
    double off = 0.0;
    for (size_t i = 0; i < n; i++)
        off += ((double)gradient[i] - expected[i]) * ((double)gradient[i] - expected[i]);
    if (!(sqrt(off) <= 1e-4 * norm(expected, n)) ||
        !(fabs(engine_loss - loss) <= 1e-5 * fabs(loss)))
        fail_msg("%s: gradient off by %g of %g, loss %g against %g", c->name, sqrt(off),
                 norm(expected, n), engine_loss, loss);
    assert_true(fabs(mlpi_engine_forward(engine, &batch, NULL) - loss) <= 1e-5 * fabs(loss));
    mlpi_engine_free(engine);
    mlp_trace_free(trace);
    free(expected);
    free(gradient);
}

static void gradient_and_loss_equal_the_reference(void **state)
{
    (void)state;
    assert_int_equal(for_every_case(check_against_reference), CASES);
}

/* --- a larger network ------------------------------------------------------------------------- */

enum { ROWS = 300, INPUTS = 37 };

/* So wide that blocks of 256 rows compute products a few steps at a time, and shorter blocks do
 * not. */
static mlp_network *larger(void)
{
    const mlp_layer layers[] = {{323, MLP_RELU}, {290, MLP_TANH}, {5, MLP_SOFTMAX}};
    mlp_network *network = NULL;
    assert_int_equal(mlp_network_create(INPUTS, layers, 3, MLP_CROSS_ENTROPY, &network, NULL),
                     MLP_OK);
    mlp_network_initialize(network, 3);
    return network;
}

static void fill(float *x, float *target)
{
    mlpi_random random = mlpi_random_init(9, 9);
    for (size_t i = 0; i < ROWS * INPUTS; i++)
        x[i] = (float)mlpi_random_normal(&random);
    memset(target, 0, ROWS * 5 * sizeof *target);
    for (size_t r = 0; r < ROWS; r++)
        target[r * 5 + mlpi_random_below(&random, 5)] = 1.0f;
}

static void descend(void *context, const mlpi_piece *piece)
{
    (void)context;
    for (size_t i = 0; i < piece->n; i++)
        piece->parameters[i] -= 0.1f * piece->gradient[i];
}

/* Makes ten steps from the same initial parameters; returns the parameters (malloc'ed). */
static float *train(int threads, mlp_precision precision, const float *x, const float *target)
{
    mlp_network *network = larger();
    mlpi_engine *engine = NULL;
    uint32_t index[ROWS];
    for (uint32_t i = 0; i < ROWS; i++)
        index[i] = (i * 7) % ROWS;
    assert_int_equal(mlpi_engine_create(network, ROWS, threads, precision, &engine, NULL), MLP_OK);
    for (int step = 0; step < 10; step++) {
        const mlpi_batch batch = {.x = x, .target = target, .index = index, .rows = ROWS};
        mlpi_engine_step(engine, &batch, descend, NULL);
    }
    float *parameters = malloc(network->size * sizeof *parameters);
    assert_non_null(parameters);
    mlpi_engine_get(engine, parameters);
    mlpi_engine_free(engine);
    mlp_network_free(network);
    return parameters;
}

static void become_inputs(void *context, const mlpi_piece *piece)
{
    (void)context;
    for (size_t i = 0; i < piece->n; i++)
        piece->parameters[i] = (float)piece->inputs;
}

static void pieces_know_the_inputs_of_their_layer(void **state)
{
    (void)state;
    static float x[ROWS * INPUTS], target[ROWS * 5];
    fill(x, target);
    mlp_network *network = larger();
    mlpi_engine *engine = NULL;
    assert_int_equal(mlpi_engine_create(network, ROWS, 2, MLP_PRECISION_FLOAT, &engine, NULL),
                     MLP_OK);
    mlpi_engine_step(engine, &(mlpi_batch){.x = x, .target = target, .rows = ROWS}, become_inputs,
                     NULL);
    mlpi_engine_get(engine, network->parameters);
    for (size_t l = 0; l < network->count; l++) {
        const float inputs = (float)mlpi_layer_inputs(network, l);
        for (size_t i = 0; i < network->layers[l].units; i++) {
            for (size_t j = 0; j < mlpi_layer_inputs(network, l); j++)
                assert_true(network->parameters[network->weights_at[l] +
                                                i * mlpi_layer_inputs(network, l) + j] == inputs);
            assert_true(network->parameters[network->biases_at[l] + i] == -inputs);
        }
    }
    mlpi_engine_free(engine);
    mlp_network_free(network);
}

static bool has_bf16(void)
{
    return mlpi_bf16(mlpi_kernels()) != NULL;
}

static void any_number_of_threads_gives_the_same_bits(void **state)
{
    (void)state;
    static float x[ROWS * INPUTS], target[ROWS * 5];
    static const int threads[] = {2, 3, 8};
    fill(x, target);
    mlp_network *network = larger();
    for (int p = MLP_PRECISION_FLOAT; p <= (has_bf16() ? MLP_PRECISION_BF16 : MLP_PRECISION_FLOAT);
         p++) {
        float *expected = train(1, (mlp_precision)p, x, target);
        for (size_t t = 0; t < 3; t++) {
            float *parameters = train(threads[t], (mlp_precision)p, x, target);
            assert_memory_equal(parameters, expected, network->size * sizeof *expected);
            free(parameters);
        }
        free(expected);
    }
    mlp_network_free(network);
}

static bool has_corner(mlp_activation f)
{
    return f == MLP_RELU || f == MLP_LEAKY_RELU || f == MLP_SELU || f == MLP_HARD_LOGISTIC ||
           f == MLP_HARD_TANH;
}

/* bfloat16 keeps 8 bits: each factor is off by up to 2^-9 of itself, and sums average these errors.
 * Odd numbers of rows and units leave half a pair. */
static void check_bf16(gradient_case *c)
{
    const size_t n = c->network->size;
    mlp_trace *trace = NULL;
    mlpi_engine *engine = NULL;
    double *expected = calloc(n, sizeof *expected);
    float *gradient = calloc(n, sizeof *gradient);
    const mlpi_batch batch = {.x = c->fx, .target = c->ftarget, .rows = CASE_ROWS};
    /* Rounding takes values across corners and jumps; cross-entropies that divide by y magnify
     * rounding. */
    const bool smooth = !mlp_activation_describe(c->hidden)->threshold &&
                        !mlp_activation_describe(c->output)->threshold && !has_corner(c->hidden) &&
                        !has_corner(c->output) &&
                        (c->loss == MLP_QUADRATIC || mlpi_loss_is_fused(c->loss, c->output));
    assert_int_equal(mlp_trace_create(c->network, &trace, NULL), MLP_OK);
    assert_int_equal(
        mlpi_engine_create(c->network, CASE_ROWS, 1, MLP_PRECISION_BF16, &engine, NULL), MLP_OK);
    mlp_reference_loss(c->network, NULL, c->x, c->target, CASE_ROWS, expected, trace);
    mlpi_engine_gradient(engine, &batch, gradient);
    double off = 0.0;
    for (size_t i = 0; i < n; i++)
        off += ((double)gradient[i] - expected[i]) * ((double)gradient[i] - expected[i]);
    if (smooth && !(sqrt(off) <= 0.03 * norm(expected, n)))
        fail_msg("%s: bf16 gradient off by %g of %g", c->name, sqrt(off), norm(expected, n));
    mlpi_engine_free(engine);
    mlp_trace_free(trace);
    free(expected);
    free(gradient);
}

static void bf16_gradients_equal_the_reference_to_its_precision(void **state)
{
    (void)state;
    if (!has_bf16())
        skip_because("this processor has no bfloat16 products");
    for_every_case(check_bf16);
}

/* In networks of zeros and ones only deltas are rounded: no pair is lost at any width. */
static void bf16_keeps_every_pair_of_odd_sizes(void **state)
{
    (void)state;
    if (!has_bf16())
        skip_because("this processor has no bfloat16 products");
    const mlp_layer layers[] = {{33, MLP_LINEAR}, {17, MLP_LINEAR}, {3, MLP_LINEAR}};
    static float x[ROWS * INPUTS], target[ROWS * 3];
    mlp_network *network = NULL;
    mlpi_engine *engine[2] = {NULL};
    assert_int_equal(mlp_network_create(INPUTS, layers, 3, MLP_QUADRATIC, &network, NULL), MLP_OK);
    mlpi_random random = mlpi_random_init(1, 1);
    for (size_t i = 0; i < network->size; i++)
        network->parameters[i] = (float)mlpi_random_below(&random, 20) < 1.0f ? 1.0f : 0.0f;
    for (size_t i = 0; i < ROWS * INPUTS; i++)
        x[i] = (float)mlpi_random_below(&random, 2);
    float *gradient[2];
    for (int p = 0; p < 2; p++) {
        const mlpi_batch batch = {.x = x, .target = target, .rows = 7};
        gradient[p] = calloc(network->size, sizeof(float));
        assert_int_equal(mlpi_engine_create(network, 7, 1, (mlp_precision)p, &engine[p], NULL),
                         MLP_OK);
        /* Deltas are divided by the 7 rows, so that they are not whole numbers and 8 bits of them
         * remain. */
        mlpi_engine_gradient(engine[p], &batch, gradient[p]);
        mlpi_engine_free(engine[p]);
    }
    for (size_t i = 0; i < network->size; i++)
        assert_true(fabsf(gradient[0][i] - gradient[1][i]) <=
                    0.02f * fabsf(gradient[0][i]) + 1e-6f);
    free(gradient[0]);
    free(gradient[1]);
    mlp_network_free(network);
}

static void check_rows_alone(int threads)
{
    static float x[ROWS * INPUTS], target[ROWS * 5], y[ROWS * 5];
    fill(x, target);
    mlp_network *network = larger();
    mlpi_engine *engine = NULL;
    assert_int_equal(mlpi_engine_create(network, 0, threads, MLP_PRECISION_FLOAT, &engine, NULL),
                     MLP_OK);
    const mlpi_batch all = {.x = x, .rows = ROWS};
    mlpi_engine_forward(engine, &all, y);
    for (size_t r = 0; r < ROWS; r++) {
        float alone[5];
        const mlpi_batch one = {.x = x + r * INPUTS, .rows = 1};
        mlpi_engine_forward(engine, &one, alone);
        assert_memory_equal(alone, y + r * 5, sizeof alone);
    }
    for (size_t first = 0; first < ROWS; first += 7) { /* and at other places in a block */
        const size_t count = ROWS - first;
        static float part[ROWS * 5];
        const mlpi_batch rest = {.x = x + first * INPUTS, .rows = count};
        mlpi_engine_forward(engine, &rest, part);
        assert_memory_equal(part, y + first * 5, count * 5 * sizeof *part);
    }
    mlpi_engine_free(engine);
    mlp_network_free(network);
}

static void a_row_alone_gives_the_same_bits_as_in_any_batch(void **state)
{
    (void)state;
    check_rows_alone(1);
    check_rows_alone(3);
}

static void the_step_moves_along_the_gradient(void **state)
{
    (void)state;
    static float x[ROWS * INPUTS], target[ROWS * 5];
    fill(x, target);
    mlp_network *network = larger();
    mlpi_engine *engine = NULL;
    const mlpi_batch batch = {.x = x, .target = target, .rows = ROWS};
    assert_int_equal(mlpi_engine_create(network, ROWS, 2, MLP_PRECISION_FLOAT, &engine, NULL),
                     MLP_OK);
    float *gradient = calloc(network->size, sizeof *gradient);
    float *before = calloc(network->size, sizeof *before);
    memcpy(before, network->parameters, network->size * sizeof *before);
    const double loss = mlpi_engine_gradient(engine, &batch, gradient);
    assert_true(mlpi_engine_step(engine, &batch, descend, NULL) == loss);
    float *after = calloc(network->size, sizeof *after);
    mlpi_engine_get(engine, after);
    for (size_t i = 0; i < network->size; i++)
        assert_true(after[i] == before[i] - 0.1f * gradient[i]);
    free(after);
    assert_true(mlpi_engine_forward(engine, &batch, NULL) < loss);
    free(gradient);
    free(before);
    mlpi_engine_free(engine);
    mlp_network_free(network);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradient_and_loss_equal_the_reference),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(pieces_know_the_inputs_of_their_layer),
        cmocka_unit_test(bf16_gradients_equal_the_reference_to_its_precision),
        cmocka_unit_test(bf16_keeps_every_pair_of_odd_sizes),
        cmocka_unit_test(a_row_alone_gives_the_same_bits_as_in_any_batch),
        cmocka_unit_test(the_step_moves_along_the_gradient),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
