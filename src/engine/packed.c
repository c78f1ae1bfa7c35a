/* SPDX-License-Identifier: MIT */
/* Packing: converts parameters from the lecture's order to the engine's and back. */
#include "engine/packed.h"

#include <assert.h>
#include <string.h>

#include "base/base.h"
#include "math/panels.h"
#include "network/layout.h"

static size_t panel_floats(size_t units, size_t rows)
{
    return mlpi_panels(units) * MLPI_PANEL * rows;
}

/* Whether the sizes of a layer's buffers can be computed without overflow. */
static bool fits(const mlpi_packed_layer *layer)
{
    size_t n = 0;
    return mlpi_multiply(layer->inputs + MLPI_PANEL, layer->units + MLPI_PANEL, &n) &&
           mlpi_multiply(n, 4 * sizeof(float), &n);
}

/* Sets the offsets of all weights, then those of all biases. false: the sizes overflow. */
static bool lay_out(mlpi_packed *packed, const mlp_network *network)
{
    size_t at = 0;
    for (size_t l = 0; l < packed->count; l++) {
        mlpi_packed_layer *layer = &packed->layers[l];
        *layer = (mlpi_packed_layer){.inputs = mlpi_layer_inputs(network, l),
                                     .units = network->layers[l].units,
                                     .activation = network->layers[l].activation,
                                     .weights_at = at};
        if (!fits(layer) || !mlpi_add(at, panel_floats(layer->units, layer->inputs), &at))
            return false;
    }
    packed->weights = at;
    for (size_t l = 0; l < packed->count; l++) {
        packed->layers[l].biases_at = at;
        if (!mlpi_add(at, panel_floats(packed->layers[l].units, 1), &at))
            return false;
    }
    packed->size = at;
    return true;
}

/* Places the copies that each layer needs in `memory` (NULL: only counts) and returns the number of
 * floats that the copies occupy. For a layer with n inputs and m units, backward has ceil(n / 16)
 * panels of m rows; half_forward has ceil(m / 16) panels of ceil(n / 2) rows of pairs;
 * half_backward has ceil(n / 16) panels of ceil(m / 2) rows of pairs. */
static size_t place_copies(mlpi_packed *packed, float *memory)
{
    size_t at = 0;
    for (size_t l = 0; l < packed->count; l++) {
        mlpi_packed_layer *layer = &packed->layers[l];
        const struct {
            float **copy;
            bool wanted;
            size_t floats;
        } copies[] = {
            {&layer->backward, l > 0 && packed->bf16 == NULL,
             panel_floats(layer->inputs, layer->units)},
            {&layer->half_forward, packed->bf16 != NULL,
             panel_floats(layer->units, (layer->inputs + 1) / 2)},
            {&layer->half_backward, l > 0 && packed->bf16 != NULL,
             panel_floats(layer->inputs, (layer->units + 1) / 2)},
        };
        for (size_t i = 0; i < sizeof copies / sizeof copies[0]; i++) {
            if (!copies[i].wanted)
                continue;
            if (memory != NULL)
                *copies[i].copy = memory + at;
            at += copies[i].floats;
        }
    }
    return at;
}

static bool make_copies(mlpi_packed *packed)
{
    packed->copies = mlpi_allocate(place_copies(packed, NULL), sizeof *packed->copies);
    if (packed->copies != NULL)
        place_copies(packed, packed->copies);
    return packed->copies != NULL;
}

mlp_status mlpi_packed_init(mlpi_packed *packed, const mlp_network *network, bool training,
                            mlp_precision precision, mlp_error *err)
{
    mlpi_packed made = {.kernels = mlpi_kernels(), .count = network->count};
    if (precision == MLP_PRECISION_BF16) {
        made.bf16 = mlpi_bf16(made.kernels);
        if (made.bf16 == NULL)
            return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                             "`precision` bf16 needs a processor with AVX512-BF16, which this "
                             "machine lacks; use `precision` float");
    }
    made.layers = mlpi_allocate(made.count, sizeof *made.layers);
    if (made.layers != NULL && lay_out(&made, network))
        made.parameters = mlpi_allocate(made.size, sizeof *made.parameters);
    if (made.parameters == NULL || (training && !make_copies(&made))) {
        mlpi_packed_release(&made);
        return mlpi_fail_memory(err, "the parameters of the network");
    }
    mlpi_packed_put(&made, network->parameters);
    *packed = made;
    return MLP_OK;
}

void mlpi_packed_release(mlpi_packed *packed)
{
    mlpi_free(packed->layers);
    mlpi_free(packed->parameters);
    mlpi_free(packed->copies);
    *packed = (mlpi_packed){0};
}

size_t mlpi_packed_widest(const mlpi_packed *packed)
{
    size_t most = packed->layers[0].inputs;
    for (size_t l = 0; l < packed->count; l++)
        most = packed->layers[l].units > most ? packed->layers[l].units : most;
    return mlpi_panels(most) * MLPI_PANEL;
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
            mlpi_packed_refresh(packed, l, p, 0, layer->inputs);
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

/* to[u][i] = from[i][u] for a block of inputs x units, at most 16 x 16. */
static void turn(const mlpi_packed *packed, size_t inputs, size_t units, const float *from,
                 float *to)
{
    if (inputs == MLPI_PANEL && units == MLPI_PANEL) {
        packed->kernels->transpose(from, to);
        return;
    }
    for (size_t u = 0; u < units; u++)
        for (size_t i = 0; i < inputs; i++)
            to[u * MLPI_PANEL + i] = from[i * MLPI_PANEL + u];
}

void mlpi_packed_refresh(mlpi_packed *packed, size_t l, size_t panel, size_t first, size_t count)
{
    const mlpi_packed_layer *layer = &packed->layers[l];
    assert(first % MLPI_PANEL == 0 && first + count <= layer->inputs);
    assert(panel < mlpi_panels(layer->units));
    const size_t unit = panel * MLPI_PANEL, left = layer->units - unit;
    const size_t units = left < MLPI_PANEL ? left : MLPI_PANEL;
    const float *weights = packed->parameters + layer->weights_at;
    if (layer->half_forward != NULL)
        packed->bf16->narrow(
            count, weights + mlpi_panel_at(first, unit, layer->inputs * MLPI_PANEL), NULL,
            layer->half_forward +
                mlpi_panel_at(first / 2, unit, (layer->inputs + 1) / 2 * MLPI_PANEL));
    if (layer->backward == NULL && layer->half_backward == NULL)
        return;
    for (size_t j = first; j < first + count; j += MLPI_PANEL) {
        const float *from = weights + mlpi_panel_at(j, unit, layer->inputs * MLPI_PANEL);
        const size_t inputs = first + count - j < MLPI_PANEL ? first + count - j : MLPI_PANEL;
        if (layer->backward != NULL) {
            turn(packed, inputs, units, from,
                 layer->backward + mlpi_panel_at(unit, j, layer->units * MLPI_PANEL));
            continue;
        }
        float block[MLPI_PANEL * MLPI_PANEL] = {0};
        turn(packed, inputs, units, from, block);
        packed->bf16->narrow(units, block, NULL,
                             layer->half_backward +
                                 mlpi_panel_at(unit / 2, j, (layer->units + 1) / 2 * MLPI_PANEL));
    }
}
