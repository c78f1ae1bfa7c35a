/* SPDX-License-Identifier: MIT */
/* The weight phase: the weights are cut into fixed tasks of a few units; each is one product over
 * the whole batch, followed at once by the update of those weights while they are near. No
 * gradient is kept, and none is added up over threads. */
#include <string.h>

#include "engine/inside.h"
#include "network/layout.h"

enum {
    PAIR = 2,    /* panels of a task */
    INPUTS = 64, /* inputs of a piece: its gradient stays in the nearest cache */
    ROWS = 256   /* rows of the batch at a time, so that inputs and dual activations stay near */
};

size_t mlpi_weight_scratch(void)
{
    return (size_t)PAIR * INPUTS * MLPI_PANEL;
}

void mlpi_weight_tasks(const mlpi_packed *packed, size_t *first_task)
{
    first_task[0] = 0;
    for (size_t l = 0; l < packed->count; l++)
        first_task[l + 1] =
            first_task[l] + (mlpi_panels(packed->layers[l].units) + PAIR - 1) / PAIR;
}

/* gradient += share * piece, from the engine's order to the lecture's. `first` is the input of the
 * piece's first row. */
static void add_weights(const mlpi_step *step, size_t l, size_t panel, size_t first, size_t count,
                        const float *piece)
{
    const mlpi_packed_layer *layer = &step->engine->packed.layers[l];
    float *to = step->gradient + step->engine->network->weights_at[l];
    for (size_t i = panel * MLPI_PANEL; i < layer->units && i < (panel + 1) * MLPI_PANEL; i++)
        for (size_t j = 0; j < count; j++)
            to[i * layer->inputs + first + j] +=
                step->share * piece[j * MLPI_PANEL + i % MLPI_PANEL];
}

static void add_biases(const mlpi_step *step, size_t l, size_t panel, const float *piece)
{
    const size_t units = step->engine->packed.layers[l].units;
    float *to = step->gradient + step->engine->network->biases_at[l];
    for (size_t i = panel * MLPI_PANEL; i < units && i < (panel + 1) * MLPI_PANEL; i++)
        to[i] -= step->share * piece[i % MLPI_PANEL]; /* they are kept negated */
}

/* The gradient with respect to the weights from inputs first .. first + count - 1 to the units of
 * some panels, sum over the batch of Delta_i y_j. */
static void weight_gradient(const mlpi_step *step, size_t l, size_t panel, size_t panels,
                            size_t first, size_t count, float *gradient)
{
    static const float zeros[PAIR * MLPI_PANEL] = {0};
    const mlpi_engine *engine = step->engine;
    const float *y = l == 0 ? engine->x : engine->y[l - 1];
    for (size_t r = 0; r < step->batch->rows; r += ROWS) {
        const size_t left = step->batch->rows - r;
        engine->packed.kernels->product_transposed(&(mlpi_product){
            .rows = count,
            .panels = panels,
            .steps = left < ROWS ? left : ROWS,
            .a = y + mlpi_panel_at(r, first, engine->stride),
            .a_panel = engine->stride,
            .b = engine->d[l] + panel * engine->stride + r * MLPI_PANEL,
            .b_panel = engine->stride,
            .start = r == 0 ? zeros : gradient,
            .start_row = r == 0 ? 0 : MLPI_PANEL,
            .start_panel = r == 0 ? 0 : (size_t)INPUTS * MLPI_PANEL,
            .c = gradient,
            .c_panel = (size_t)INPUTS * MLPI_PANEL,
        });
    }
}

static void update_weights(const mlpi_step *step, size_t l, size_t panel, size_t first,
                           size_t count, float *gradient)
{
    mlpi_packed *packed = &step->engine->packed;
    const mlpi_packed_layer *layer = &packed->layers[l];
    const size_t at =
        layer->weights_at + mlpi_panel_at(first, panel * MLPI_PANEL, layer->inputs * MLPI_PANEL);
    if (step->gradient != NULL) {
        add_weights(step, l, panel, first, count, gradient);
        return;
    }
    step->update(step->context, &(mlpi_piece){.at = at,
                                              .n = count * MLPI_PANEL,
                                              .gradient = gradient,
                                              .parameters = packed->parameters + at});
    mlpi_packed_turn(packed, l, panel, first, count);
}

static void update_biases(const mlpi_step *step, size_t l, size_t panel)
{
    mlpi_engine *engine = step->engine;
    const size_t at = engine->packed.layers[l].biases_at + panel * MLPI_PANEL;
    float gradient[MLPI_PANEL];
    engine->packed.kernels->sum_rows(step->batch->rows, engine->d[l] + panel * engine->stride,
                                     gradient);
    if (step->gradient != NULL)
        add_biases(step, l, panel, gradient);
    else
        step->update(step->context, &(mlpi_piece){.at = at,
                                                  .n = MLPI_PANEL,
                                                  .biases = true,
                                                  .gradient = gradient,
                                                  .parameters = engine->packed.parameters + at});
}

void mlpi_weight_task(void *context, size_t i, int thread)
{
    const mlpi_step *step = context;
    const mlpi_engine *engine = step->engine;
    size_t l = 0;
    while (i >= engine->first_task[l + 1])
        l++;
    const mlpi_packed_layer *layer = &engine->packed.layers[l];
    const size_t panel = (i - engine->first_task[l]) * PAIR;
    const size_t left = mlpi_panels(layer->units) - panel, panels = left < PAIR ? left : PAIR;
    float *gradient = engine->scratch[thread].gradient;
    for (size_t first = 0; first < layer->inputs; first += INPUTS) {
        const size_t rest = layer->inputs - first, count = rest < INPUTS ? rest : INPUTS;
        weight_gradient(step, l, panel, panels, first, count, gradient);
        for (size_t p = 0; p < panels; p++)
            update_weights(step, l, panel + p, first, count, gradient + p * INPUTS * MLPI_PANEL);
    }
    for (size_t p = 0; p < panels; p++)
        update_biases(step, l, panel + p);
}
