/* SPDX-License-Identifier: MIT */
/* Initial weights, drawn so that signals keep their size from layer to layer.
 *
 * He normal, variance 2 / n_in: K. He, X. Zhang, S. Ren, J. Sun 2015, equation 10.
 * LeCun normal, variance 1 / n_in: Y. LeCun, L. Bottou, G. Orr, K.-R. Mueller 1998, equation 16.
 * Normal with variance 1 / (n_in e^2), for exponential layers: for a standard normal h, the mean
 * square of e^h is e^2.
 * Glorot uniform on +-sqrt(6 / (n_in + n_out)): X. Glorot, Y. Bengio 2010, equation 16. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "network/layout.h"

static double he_normal(mlpi_random *random, double inputs, double outputs)
{
    (void)outputs;
    return sqrt(2.0 / inputs) * mlpi_random_normal(random);
}

static double lecun_normal(mlpi_random *random, double inputs, double outputs)
{
    (void)outputs;
    return sqrt(1.0 / inputs) * mlpi_random_normal(random);
}

static double exponential_normal(mlpi_random *random, double inputs, double outputs)
{
    return exp(-1.0) * lecun_normal(random, inputs, outputs);
}

static double glorot_uniform(mlpi_random *random, double inputs, double outputs)
{
    return sqrt(6.0 / (inputs + outputs)) * (2.0 * mlpi_random_uniform(random) - 1.0);
}

typedef double (*draw)(mlpi_random *random, double inputs, double outputs);

static const draw draws[MLP_ACTIVATION_COUNT] = {
    [MLP_LINEAR] = glorot_uniform,
    [MLP_STEP] = lecun_normal,
    [MLP_SIGN] = lecun_normal,
    [MLP_SOFTSIGN] = glorot_uniform,
    [MLP_LOGISTIC] = glorot_uniform,
    [MLP_TANH] = glorot_uniform,
    [MLP_RELU] = he_normal,
    [MLP_SOFTPLUS] = he_normal,
    [MLP_GAUSSIAN] = lecun_normal,
    [MLP_LEAKY_RELU] = he_normal,
    [MLP_ELU] = he_normal,
    [MLP_SELU] = lecun_normal,
    [MLP_GELU] = he_normal,
    [MLP_SILU] = he_normal,
    [MLP_MISH] = he_normal,
    [MLP_HARD_LOGISTIC] = glorot_uniform,
    [MLP_HARD_TANH] = glorot_uniform,
    [MLP_EXPONENTIAL] = exponential_normal,
    [MLP_SOFTMAX] = glorot_uniform,
};

void mlp_network_initialize(mlp_network *network, uint64_t seed)
{
    memset(network->parameters, 0, network->size * sizeof *network->parameters);
    for (size_t l = 0; l < network->count; l++) {
        mlpi_random random = mlpi_random_init(seed, MLPI_STREAM_WEIGHTS + l);
        const size_t inputs = mlpi_layer_inputs(network, l);
        const size_t units = network->layers[l].units;
        const draw next = draws[network->layers[l].activation];
        float *weights = network->parameters + network->weights_at[l];
        for (size_t i = 0; i < units * inputs; i++)
            weights[i] = (float)next(&random, (double)inputs, (double)units);
    }
}

void mlpi_network_initialize_ntk(mlp_network *network, uint64_t seed)
{
    memset(network->parameters, 0, network->size * sizeof *network->parameters);
    for (size_t l = 0; l + 1 < network->count; l++) {
        mlpi_random random = mlpi_random_init(seed, MLPI_STREAM_WEIGHTS + l);
        const size_t inputs = mlpi_layer_inputs(network, l), units = network->layers[l].units;
        float *weights = network->parameters + network->weights_at[l];
        float *biases = network->parameters + network->biases_at[l];
        for (size_t i = 0; i < units * inputs; i++)
            weights[i] = (float)lecun_normal(&random, (double)inputs, (double)units);
        for (size_t i = 0; i < units; i++)
            biases[i] = (float)mlpi_random_normal(&random);
    }
}
