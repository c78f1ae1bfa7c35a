/* SPDX-License-Identifier: MIT */
/* Noise of steps: dropout of hidden units (N. Srivastava et al. 2014; inverted: outputs that are
 * kept are divided by the probability of being kept) and Gaussian noise on the inputs (C. Bishop
 * 1995).
 *
 * The outputs after dropout, z, are stored separately from the outputs y, because derivatives are
 * computed from y. The next layer reads z. The backward pass also finds the dropped outputs in z:
 * they are -0 there, and no other number in z is -0. */
#include <math.h>

#include "engine/inside.h"
#include "network/layout.h"

static bool make_dropped(mlpi_engine *engine)
{
    const size_t hidden = engine->packed.count - 1;
    if (engine->noise.z == NULL)
        engine->noise.z = mlpi_allocate(hidden, sizeof *engine->noise.z);
    if (engine->noise.z == NULL)
        return false;
    for (size_t l = 0; l < hidden; l++) {
        size_t floats = 0;
        if (engine->noise.z[l] == NULL &&
            mlpi_multiply(engine->stride, mlpi_panels(engine->packed.layers[l].units), &floats))
            engine->noise.z[l] = mlpi_allocate(floats, sizeof(float));
        if (engine->noise.z[l] == NULL)
            return false;
    }
    return true;
}

mlp_status mlpi_engine_set_noise(mlpi_engine *engine, mlpi_noise noise, mlp_error *err)
{
    const double parts = 65536.0; /* probabilities are rounded to a multiple of 1 / parts */
    const double dropped = nearbyint(noise.dropout * parts);
    if (dropped > 0.0 && !make_dropped(engine))
        return mlpi_fail_memory(err, "dropout; a smaller `batch` needs less");
    engine->noise.threshold = (uint32_t)dropped;
    engine->noise.scale = (float)(parts / (parts - dropped));
    engine->noise.deviation = (float)noise.input;
    engine->noise.seed = noise.seed;
    return MLP_OK;
}

void mlpi_noise_release(mlpi_engine *engine)
{
    for (size_t l = 0; engine->noise.z != NULL && l + 1 < engine->packed.count; l++)
        mlpi_free(engine->noise.z[l]);
    mlpi_free(engine->noise.z);
}

void mlpi_disturb_inputs(const mlpi_step *step, size_t first, size_t count)
{
    const mlpi_engine *engine = step->engine;
    if (!(engine->noise.deviation > 0.0f))
        return;
    const mlpi_random random =
        mlpi_random_init(engine->noise.seed, MLPI_STREAM_INPUT_NOISE + step->batch->number);
    for (size_t p = 0; p < mlpi_panels(engine->network->inputs); p++)
        engine->packed.kernels->add_normal(&random, p * MLPI_PANEL, first, count,
                                           engine->noise.deviation,
                                           engine->x + p * engine->stride + first * MLPI_PANEL);
}

void mlpi_drop_units(const mlpi_step *step, size_t l, size_t first, size_t count)
{
    const mlpi_engine *engine = step->engine;
    const mlpi_packed_layer *layer = &engine->packed.layers[l];
    if (!mlpi_step_drops(step))
        return;
    const mlpi_random random =
        mlpi_random_init(engine->noise.seed, MLPI_STREAM_DROPOUT + step->batch->number);
    /* Units are numbered consecutively through all layers, like the biases. */
    const size_t unit = layer->biases_at - engine->packed.weights;
    for (size_t p = 0; p < mlpi_panels(layer->units); p++) {
        const size_t at = p * engine->stride + first * MLPI_PANEL;
        engine->packed.kernels->drop(&random, unit + p * MLPI_PANEL, first, count,
                                     engine->noise.threshold, engine->noise.scale,
                                     engine->y[l] + at, engine->noise.z[l] + at);
    }
}

void mlpi_drop_duals(const mlpi_step *step, size_t l, size_t panel, size_t first, size_t count)
{
    const mlpi_engine *engine = step->engine;
    const size_t at = panel * engine->stride + first * MLPI_PANEL;
    if (mlpi_step_drops(step))
        engine->packed.kernels->drop_chain(count * MLPI_PANEL, engine->noise.scale,
                                           engine->noise.z[l] + at, engine->d[l] + at);
}
