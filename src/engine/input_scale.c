/* SPDX-License-Identifier: MIT */
/* A trainable scale of every input (D. Holzmueller, L. Grinsztajn, I. Steinwart 2024): the trained
 * layer, with weights W, reads s o x; the network's first layer, with weights v_ij = w_ij s_j,
 * reads x. With G = dE/dV, the gradient that the weight phase computes anyway,
 *
 *     dE/dw_ij = s_j g_ij,   dE/ds_j = sum over i of w_ij g_ij.
 *
 * The packed parameters hold V, so that the forward and backward passes need not consider scales; W
 * and s are kept here. Each task of the weight phase stores its part of dE/ds, and the parts are
 * added in the order of the tasks. */
#include <string.h>

#include "engine/inside.h"
#include "network/layout.h"

static size_t weights_of(const mlpi_packed *packed)
{
    const mlpi_packed_layer *first = &packed->layers[0];
    return mlpi_panels(first->units) * first->inputs * MLPI_PANEL;
}

mlp_status mlpi_engine_scale_inputs(mlpi_engine *engine, mlp_error *err)
{
    mlpi_input_scale *made = mlpi_allocate(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "the scales of the inputs");
    made->size = mlpi_panels(engine->network->inputs) * MLPI_PANEL;
    made->at = mlpi_size_of(engine);
    made->weights = mlpi_allocate(weights_of(&engine->packed), sizeof *made->weights);
    made->scale = mlpi_allocate(made->size, sizeof *made->scale);
    made->gradient = mlpi_allocate(made->size, sizeof *made->gradient);
    made->parts = mlpi_allocate(engine->first_task[1], made->size * sizeof *made->parts);
    if (made->weights == NULL || made->scale == NULL || made->gradient == NULL ||
        made->parts == NULL) {
        mlpi_input_scale_free(made);
        return mlpi_fail_memory(err, "the scales of the inputs");
    }
    engine->scale = made;
    mlpi_input_scale_reset(engine);
    return MLP_OK;
}

void mlpi_input_scale_free(mlpi_input_scale *scale)
{
    if (scale == NULL)
        return;
    mlpi_free(scale->weights);
    mlpi_free(scale->scale);
    mlpi_free(scale->gradient);
    mlpi_free(scale->parts);
    mlpi_free(scale);
}

void mlpi_input_scale_reset(mlpi_engine *engine)
{
    mlpi_input_scale *scale = engine->scale;
    memcpy(scale->weights, engine->packed.parameters + engine->packed.layers[0].weights_at,
           weights_of(&engine->packed) * sizeof *scale->weights);
    for (size_t j = 0; j < engine->network->inputs; j++)
        scale->scale[j] = 1.0f;
}

/* --- state: W, then s ------------------------------------------------------------------------- */

size_t mlpi_input_scale_state(const mlpi_engine *engine)
{
    return weights_of(&engine->packed) + engine->scale->size;
}

void mlpi_input_scale_save(const mlpi_engine *engine, float *state)
{
    const mlpi_input_scale *scale = engine->scale;
    const size_t weights = weights_of(&engine->packed);
    memcpy(state, scale->weights, weights * sizeof *state);
    memcpy(state + weights, scale->scale, scale->size * sizeof *state);
}

void mlpi_input_scale_restore(mlpi_engine *engine, const float *state)
{
    mlpi_input_scale *scale = engine->scale;
    const size_t weights = weights_of(&engine->packed);
    memcpy(scale->weights, state, weights * sizeof *state);
    memcpy(scale->scale, state + weights, scale->size * sizeof *state);
}

bool mlpi_input_scale_return(mlpi_engine *engine, mlpi_comm *ranks)
{
    mlpi_input_scale *scale = engine->scale;
    return mlpi_comm_return(ranks, scale->weights,
                            weights_of(&engine->packed) * sizeof *scale->weights) &&
           mlpi_comm_return(ranks, scale->scale, scale->size * sizeof *scale->scale);
}

/* --- the weight phase ------------------------------------------------------------------------- */

void mlpi_input_scale_take(const mlpi_engine *engine, size_t task, size_t panel, size_t panels,
                           size_t first, size_t count, float *gradient)
{
    const mlpi_input_scale *scale = engine->scale;
    float *part = scale->parts + task * scale->size;
    const size_t stride = engine->packed.layers[0].inputs * MLPI_PANEL;
    for (size_t j = 0; j < count; j++) {
        float sum = 0.0f;
        for (size_t q = 0; q < panels; q++) {
            const float *w = scale->weights + (panel + q) * stride + (first + j) * MLPI_PANEL;
            float *g = gradient + (q * count + j) * MLPI_PANEL;
            for (size_t u = 0; u < MLPI_PANEL; u++) {
                sum += w[u] * g[u];
                g[u] *= scale->scale[first + j];
            }
        }
        part[first + j] = sum;
    }
}

static void add_parts(const mlpi_engine *engine)
{
    mlpi_input_scale *scale = engine->scale;
    memset(scale->gradient, 0, scale->size * sizeof *scale->gradient);
    for (size_t task = 0; task < engine->first_task[1]; task++)
        for (size_t j = 0; j < engine->network->inputs; j++)
            scale->gradient[j] += scale->parts[task * scale->size + j];
}

static void fold(mlpi_engine *engine)
{
    const mlpi_input_scale *scale = engine->scale;
    const mlpi_packed_layer *layer = &engine->packed.layers[0];
    const float *w = scale->weights;
    float *v = engine->packed.parameters + layer->weights_at;
    for (size_t p = 0; p < mlpi_panels(layer->units); p++) {
        for (size_t j = 0; j < layer->inputs; j++, w += MLPI_PANEL, v += MLPI_PANEL)
            for (size_t u = 0; u < MLPI_PANEL; u++)
                v[u] = scale->scale[j] * w[u];
        mlpi_packed_refresh(&engine->packed, 0, p, 0, layer->inputs);
    }
}

void mlpi_input_scale_end(const mlpi_step *step)
{
    mlpi_engine *engine = step->engine;
    const mlpi_input_scale *scale = engine->scale;
    if (step->stage != MLPI_STAGE_APPLY)
        add_parts(engine);
    mlpi_update_piece(step, &(mlpi_piece){.at = scale->at,
                                          .n = scale->size,
                                          .scales = true,
                                          .inputs = engine->network->inputs,
                                          .gradient = scale->gradient,
                                          .parameters = scale->scale});
    if (step->stage != MLPI_STAGE_COLLECT)
        fold(engine);
}
