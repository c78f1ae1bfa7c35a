/* SPDX-License-Identifier: MIT */
/* Packing: from the lecture's order of parameters to the engine's and back. */
#include "engine/packed.h"

#include <string.h>

#include "base/base.h"
#include "math/panels.h"
#include "network/layout.h"

/* Places all weights, then all biases; returns the size of the copies for the way back. false: the
 * sizes overflow. */
static bool lay_out(mlpi_packed *packed, const mlp_network *network, size_t *backward)
{
    size_t at = 0;
    *backward = 0;
    for (size_t l = 0; l < packed->count; l++) {
        mlpi_packed_layer *layer = &packed->layers[l];
        size_t weights = 0, turned = 0;
        *layer = (mlpi_packed_layer){.inputs = mlpi_layer_inputs(network, l),
                                     .units = network->layers[l].units,
                                     .activation = network->layers[l].activation,
                                     .weights_at = at};
        if (!mlpi_multiply(layer->inputs, mlpi_panels(layer->units) * MLPI_PANEL, &weights) ||
            !mlpi_multiply(layer->units, mlpi_panels(layer->inputs) * MLPI_PANEL, &turned) ||
            !mlpi_add(at, weights, &at) || !mlpi_add(*backward, l > 0 ? turned : 0, backward))
            return false;
    }
    packed->weights = at;
    for (size_t l = 0; l < packed->count; l++) {
        packed->layers[l].biases_at = at;
        if (!mlpi_add(at, mlpi_panels(packed->layers[l].units) * MLPI_PANEL, &at))
            return false;
    }
    packed->size = at;
    return true;
}

static void place_backward(mlpi_packed *packed)
{
    float *next = packed->backward;
    for (size_t l = 1; l < packed->count; l++) {
        mlpi_packed_layer *layer = &packed->layers[l];
        layer->backward = next;
        next += mlpi_panels(layer->inputs) * MLPI_PANEL * layer->units;
    }
}

mlp_status mlpi_packed_init(mlpi_packed *packed, const mlp_network *network, bool training,
                            mlp_error *err)
{
    mlpi_packed made = {.kernels = mlpi_kernels(), .count = network->count};
    size_t backward = 0;
    made.layers = mlpi_allocate(made.count, sizeof *made.layers);
    if (made.layers != NULL && lay_out(&made, network, &backward)) {
        made.parameters = mlpi_allocate(made.size, sizeof *made.parameters);
        made.backward = training ? mlpi_allocate(backward, sizeof *made.backward) : NULL;
    }
    if (made.parameters == NULL || (training && made.backward == NULL)) {
        mlpi_packed_release(&made);
        return mlpi_fail_memory(err, "the parameters of the network");
    }
    if (training)
        place_backward(&made);
    mlpi_packed_put(&made, network->parameters);
    *packed = made;
    return MLP_OK;
}

void mlpi_packed_release(mlpi_packed *packed)
{
    mlpi_free(packed->layers);
    mlpi_free(packed->parameters);
    mlpi_free(packed->backward);
    *packed = (mlpi_packed){0};
}

void mlpi_packed_put(mlpi_packed *packed, const float *parameters)
{
    for (size_t l = 0; l < packed->count; l++) {
        const mlpi_packed_layer *layer = &packed->layers[l];
        float *to = packed->parameters + layer->weights_at;
        for (size_t i = 0; i < layer->units; i++)
            for (size_t j = 0; j < layer->inputs; j++)
                to[mlpi_panel_at(j, i, layer->inputs * MLPI_PANEL)] = *parameters++;
        for (size_t p = 0; p < mlpi_panels(layer->units); p++)
            mlpi_packed_turn(packed, l, p, 0, layer->inputs);
    }
    for (size_t l = 0; l < packed->count; l++)
        for (size_t i = 0; i < packed->layers[l].units; i++)
            packed->parameters[packed->layers[l].biases_at + i] = -*parameters++;
}

void mlpi_packed_get(const mlpi_packed *packed, float *parameters)
{
    for (size_t l = 0; l < packed->count; l++) {
        const mlpi_packed_layer *layer = &packed->layers[l];
        const float *from = packed->parameters + layer->weights_at;
        for (size_t i = 0; i < layer->units; i++)
            for (size_t j = 0; j < layer->inputs; j++)
                *parameters++ = from[mlpi_panel_at(j, i, layer->inputs * MLPI_PANEL)];
    }
    for (size_t l = 0; l < packed->count; l++)
        for (size_t i = 0; i < packed->layers[l].units; i++)
            *parameters++ = -packed->parameters[packed->layers[l].biases_at + i];
}

void mlpi_packed_turn(mlpi_packed *packed, size_t l, size_t panel, size_t first, size_t count)
{
    const mlpi_packed_layer *layer = &packed->layers[l];
    if (layer->backward == NULL)
        return;
    const size_t left = layer->units - panel * MLPI_PANEL;
    const size_t units = left < MLPI_PANEL ? left : MLPI_PANEL;
    for (size_t j = first; j < first + count; j += MLPI_PANEL) {
        const float *from = packed->parameters + layer->weights_at +
                            mlpi_panel_at(j, panel * MLPI_PANEL, layer->inputs * MLPI_PANEL);
        float *to =
            layer->backward + mlpi_panel_at(panel * MLPI_PANEL, j, layer->units * MLPI_PANEL);
        const size_t inputs = first + count - j < MLPI_PANEL ? first + count - j : MLPI_PANEL;
        if (inputs == MLPI_PANEL && units == MLPI_PANEL) {
            packed->kernels->transpose(from, to);
            continue;
        }
        for (size_t u = 0; u < units; u++)
            for (size_t i = 0; i < inputs; i++)
                to[u * MLPI_PANEL + i] = from[i * MLPI_PANEL + u];
    }
}
