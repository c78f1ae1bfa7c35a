/* SPDX-License-Identifier: MIT */
/* First weights from the data: computed in double, the activation of every neuron has standard
 * deviation 1 over the rows and takes both signs, and the output biases alone give the mean of the
 * targets. */
#include "batches/first_weights.h"

#include <math.h>
#include <stdlib.h>

#include "network/layout.h"
#include "unit/test.h"

enum { INPUTS = 9, ROWS = 300, UNITS = 33, OUTPUTS = 3, MOST = 1000 };

static float x[ROWS * INPUTS], target[ROWS * OUTPUTS];
static double value[ROWS * OUTPUTS];

/* Computes row r by the reference in double, and leaves its activations and outputs in `trace`. */
static void look(const mlp_network *network, size_t r, mlp_trace *trace)
{
    double inputs[INPUTS], wanted[OUTPUTS], w[MOST];
    assert_true(network->size <= MOST);
    for (size_t i = 0; i < network->size; i++)
        w[i] = (double)network->parameters[i];
    for (size_t j = 0; j < INPUTS; j++)
        inputs[j] = (double)x[r * INPUTS + j];
    for (size_t k = 0; k < OUTPUTS; k++)
        wanted[k] = (double)target[r * OUTPUTS + k];
    mlp_reference_pattern(network, w, inputs, wanted, trace);
}

static mlpi_batches *source(mlp_activation output, mlp_network **network)
{
    const mlp_layer layers[] = {{UNITS, MLP_SELU}, {17, MLP_RELU}, {OUTPUTS, output}};
    const mlp_encoded encoded = {.rows = ROWS,
                                 .inputs = INPUTS,
                                 .outputs = OUTPUTS,
                                 .x = x,
                                 .target = target,
                                 .value = value};
    static mlp_encoded kept;
    mlpi_batches *rows = NULL;
    kept = encoded;
    mlpi_random random = mlpi_random_init(6, 5);
    for (size_t r = 0; r < ROWS; r++) {
        for (size_t j = 0; j < INPUTS; j++) /* inputs of very different sizes, one constant */
            x[r * INPUTS + j] =
                j == 0 ? 3.0f : (float)(exp((double)j) * (1.0 + mlpi_random_normal(&random)));
        for (size_t k = 0; k < OUTPUTS; k++)
            target[r * OUTPUTS + k] = 0.0f;
        target[r * OUTPUTS + (r % 10 == 0 ? 0 : r % 10 < 4 ? 1 : 2)] = 1.0f;
    }
    assert_int_equal(mlp_network_create(INPUTS, layers, 3,
                                        output == MLP_SOFTMAX ? MLP_CROSS_ENTROPY : MLP_QUADRATIC,
                                        network, NULL),
                     MLP_OK);
    assert_int_equal(mlpi_batches_in_memory(&kept, OUTPUTS, true, &rows, NULL), MLP_OK);
    return rows;
}

static void every_activation_has_deviation_one_and_changes_sign(void **state)
{
    (void)state;
    mlp_network *network = NULL;
    mlpi_batches *rows = source(MLP_LINEAR, &network);
    mlp_trace *trace = NULL;
    double sum[3][UNITS] = {{0}}, squares[3][UNITS] = {{0}};
    size_t above[3][UNITS] = {{0}};
    assert_int_equal(mlpi_first_weights(network, rows, 4, 1, NULL), MLP_OK);
    assert_int_equal(mlp_trace_create(network, &trace, NULL), MLP_OK);
    for (size_t r = 0; r < ROWS; r++) {
        look(network, r, trace);
        for (size_t l = 0; l < 3; l++)
            for (size_t i = 0; i < network->layers[l].units; i++) {
                const double h = trace->h[l + 1][i];
                sum[l][i] += h / ROWS;
                squares[l][i] += h * h / ROWS;
                above[l][i] += h > 0.0;
            }
    }
    for (size_t l = 0; l < 3; l++)
        for (size_t i = 0; i < network->layers[l].units; i++) {
            const double variance = squares[l][i] - sum[l][i] * sum[l][i];
            if (!(fabs(variance - 1.0) < 1e-3) || above[l][i] == 0 || above[l][i] == ROWS)
                fail_msg("layer %zu, neuron %zu: variance %g, %zu above 0", l + 1, i, variance,
                         above[l][i]);
        }
    mlp_trace_free(trace);
    mlpi_batches_close(rows);
    mlp_network_free(network);
}

static void outputs_begin_at_the_mean(void **state)
{
    (void)state;
    static const mlp_activation outputs[] = {MLP_SOFTMAX, MLP_LOGISTIC, MLP_LINEAR, MLP_SOFTPLUS,
                                             MLP_EXPONENTIAL};
    static const double mean[OUTPUTS] = {0.1, 0.3, 0.6};
    for (size_t i = 0; i < sizeof outputs / sizeof outputs[0]; i++) {
        mlp_network *network = NULL;
        mlp_trace *trace = NULL;
        mlpi_batches *rows = source(outputs[i], &network);
        mlpi_network_initialize_ntk(network, 4); /* sets the weights of the output layer to 0 */
        assert_int_equal(mlpi_first_outputs(network, rows, NULL), MLP_OK);
        assert_int_equal(mlp_trace_create(network, &trace, NULL), MLP_OK);
        look(network, 0, trace);
        for (size_t k = 0; k < OUTPUTS; k++)
            assert_near(trace->y[3][k], mean[k], 1e-6);
        mlp_trace_free(trace);
        mlpi_batches_close(rows);
        mlp_network_free(network);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_activation_has_deviation_one_and_changes_sign),
        cmocka_unit_test(outputs_begin_at_the_mean),
    };
    return RUN(tests);
}
