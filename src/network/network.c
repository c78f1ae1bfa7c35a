/* SPDX-License-Identifier: MIT */
/* A network: its layers, and the offset of each matrix in the flat parameters
 * w = vec(W^1..W^L, b^1..b^L). */
#include <string.h>

#include "base/base.h"
#include "network/layout.h"

static mlp_status check(size_t inputs, const mlp_layer *layers, size_t count, mlp_loss loss,
                        mlp_error *err)
{
    if (count == 0 || count > MLP_MAX_LAYERS)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "a network cannot have %zu layers; 1 to %d are possible", count,
                         MLP_MAX_LAYERS);
    if (inputs == 0 || inputs > MLP_MAX_UNITS)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "a network cannot have %zu inputs; 1 to %d are possible", inputs,
                         MLP_MAX_UNITS);
    for (size_t l = 0; l < count; l++) {
        if (layers[l].units == 0 || layers[l].units > MLP_MAX_UNITS)
            return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                             "layer %zu has %zu neurons; 1 to %d are possible", l + 1,
                             layers[l].units, MLP_MAX_UNITS);
        if (mlp_activation_describe(layers[l].activation) == NULL)
            return mlpi_fail(err, MLP_ERROR_ARGUMENT, "layer %zu has an unknown activation", l + 1);
        if (layers[l].activation == MLP_SOFTMAX && l + 1 < count)
            return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                             "layer %zu is softmax; softmax is for the output layer only", l + 1);
    }
    if (mlp_loss_describe(loss) == NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "the loss function is not known");
    const mlp_activation output = layers[count - 1].activation;
    if (!mlp_loss_accepts(loss, output))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "the %s loss is for outputs %s, but %s outputs can lie outside; "
                         "use %s outputs, or the quadratic loss",
                         mlp_loss_describe(loss)->name, mlp_loss_describe(loss)->outputs,
                         mlp_activation_describe(output)->name, mlp_loss_describe(loss)->suited);
    return MLP_OK;
}

/* Sets the offsets of all W, then those of all b. false: the sizes overflow. */
static bool lay_out(mlp_network *network)
{
    size_t at = 0;
    for (size_t l = 0; l < network->count; l++) {
        size_t weights = 0;
        network->weights_at[l] = at;
        if (!mlpi_multiply(network->layers[l].units, mlpi_layer_inputs(network, l), &weights) ||
            !mlpi_add(at, weights, &at))
            return false;
    }
    for (size_t l = 0; l < network->count; l++) {
        network->biases_at[l] = at;
        if (!mlpi_add(at, network->layers[l].units, &at))
            return false;
    }
    network->size = at;
    return true;
}

mlp_status mlp_network_create(size_t inputs, const mlp_layer *layers, size_t count, mlp_loss loss,
                              mlp_network **network, mlp_error *err)
{
    MLPI_TRY(check(inputs, layers, count, loss, err));
    mlp_network *made = mlpi_allocate(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "a network");
    made->inputs = inputs;
    made->count = count;
    made->loss = loss;
    made->loss_settings = mlp_loss_settings_default();
    made->layers = mlpi_allocate(count, sizeof *made->layers);
    made->weights_at = mlpi_allocate(count, sizeof *made->weights_at);
    made->biases_at = mlpi_allocate(count, sizeof *made->biases_at);
    if (made->layers != NULL && made->weights_at != NULL && made->biases_at != NULL) {
        memcpy(made->layers, layers, count * sizeof *layers);
        if (lay_out(made))
            made->parameters = mlpi_allocate(made->size, sizeof *made->parameters);
    }
    if (made->parameters == NULL) {
        mlp_network_free(made);
        return mlpi_fail_memory(err, "the parameters of the network");
    }
    *network = made;
    return MLP_OK;
}

void mlp_network_free(mlp_network *network)
{
    if (network == NULL)
        return;
    mlpi_free(network->layers);
    mlpi_free(network->weights_at);
    mlpi_free(network->biases_at);
    mlpi_free(network->parameters);
    mlpi_free(network);
}

mlp_network *mlpi_network_copy(const mlp_network *network)
{
    mlp_network *copy = NULL;
    if (mlp_network_create(network->inputs, network->layers, network->count, network->loss, &copy,
                           NULL) != MLP_OK)
        return NULL;
    copy->surrogate = network->surrogate;
    copy->loss_settings = network->loss_settings;
    memcpy(copy->parameters, network->parameters, network->size * sizeof *network->parameters);
    return copy;
}

size_t mlpi_layer_inputs(const mlp_network *network, size_t l)
{
    return l == 0 ? network->inputs : network->layers[l - 1].units;
}

size_t mlp_network_inputs(const mlp_network *network)
{
    return network->inputs;
}

size_t mlp_network_outputs(const mlp_network *network)
{
    return network->layers[network->count - 1].units;
}

size_t mlp_network_layer_count(const mlp_network *network)
{
    return network->count;
}

mlp_layer mlp_network_layer(const mlp_network *network, size_t l)
{
    return network->layers[l];
}

mlp_loss mlp_network_loss(const mlp_network *network)
{
    return network->loss;
}

const mlp_loss_settings *mlp_network_loss_settings(const mlp_network *network)
{
    return &network->loss_settings;
}

mlp_status mlp_network_set_loss_settings(mlp_network *network, const mlp_loss_settings *settings,
                                         mlp_error *err)
{
    if (!mlpi_loss_settings_valid(settings))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "Huber's delta must be above 0, and the quantile levels, 1 to %d of them, "
                         "must lie between 0 and 1 in ascending order",
                         MLP_MAX_LEVELS);
    if (network->loss == MLP_QUANTILE && mlp_network_outputs(network) % settings->levels != 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "%zu outputs cannot be shared among %zu quantile levels; each target "
                         "needs one output for every level",
                         mlp_network_outputs(network), settings->levels);
    network->loss_settings = *settings;
    return MLP_OK;
}

size_t mlp_network_size(const mlp_network *network)
{
    return network->size;
}

float *mlp_network_parameters(mlp_network *network)
{
    return network->parameters;
}

const float *mlp_network_parameters_const(const mlp_network *network)
{
    return network->parameters;
}

size_t mlp_network_weights_at(const mlp_network *network, size_t l)
{
    return network->weights_at[l];
}

size_t mlp_network_biases_at(const mlp_network *network, size_t l)
{
    return network->biases_at[l];
}
