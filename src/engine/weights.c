/* SPDX-License-Identifier: MIT */
/* The weight phase: the weights are cut into fixed tasks of a few units; each is one product over
 * the whole batch, followed at once by the update of those weights while they are near. No
 * gradient is kept, and none is added up over threads. */
#include <assert.h>
#include <string.h>

#include "engine/inside.h"
#include "network/layout.h"

enum {
    PAIR = 2,    /* panels of a task */
    INPUTS = 64, /* inputs of a piece: its gradient stays in the nearest cache */
    STEPS = 256  /* of a product at a time, so that inputs and dual activations stay near */
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

/* Where a task stands: some panels of a layer and some of their inputs. */
typedef struct piece {
    size_t layer, panel, panels;
    size_t first, count; /* inputs first .. first + count - 1 */
} piece;

/* gradient += share * that of a piece, from the engine's order to the lecture's. */
static void add_weights(const mlpi_step *step, const piece *p, const float *from)
{
    const mlpi_packed_layer *layer = &step->engine->packed.layers[p->layer];
    float *to = step->gradient + step->engine->network->weights_at[p->layer];
    const size_t end = (p->panel + p->panels) * MLPI_PANEL, first = p->panel * MLPI_PANEL;
    for (size_t i = first; i < layer->units && i < end; i++)
        for (size_t j = 0; j < p->count; j++)
            to[i * layer->inputs + p->first + j] +=
                step->share * from[mlpi_panel_at(j, i - first, p->count * MLPI_PANEL)];
}

static void add_biases(const mlpi_step *step, const piece *p, const float *from)
{
    const size_t units = step->engine->packed.layers[p->layer].units;
    float *to = step->gradient + step->engine->network->biases_at[p->layer];
    const size_t end = (p->panel + p->panels) * MLPI_PANEL, first = p->panel * MLPI_PANEL;
    for (size_t i = first; i < units && i < end; i++)
        to[i] -= step->share * from[i - first]; /* they are kept negated */
}

/* The two sides of the products over rows: inputs and dual activations of a layer. */
typedef struct factors {
    void (*product)(const mlpi_product *product);
    const float *a, *b;
    size_t stride, steps; /* steps of the whole batch */
} factors;

static factors factors_of(const mlpi_step *step, size_t l)
{
    const mlpi_engine *engine = step->engine;
    const mlpi_packed *packed = &engine->packed;
    const size_t rows = step->batch->rows;
    if (packed->bf16 != NULL)
        return (factors){packed->bf16->product_transposed, engine->half_y[l].rows,
                         engine->half_d[l].rows, engine->half_stride, (rows + 1) / 2};
    return (factors){packed->kernels->product_transposed, mlpi_layer_reads(step, l), engine->d[l],
                     engine->stride, rows};
}

/* The gradient with respect to the weights of a piece, sum over the batch of Delta_i y_j, as a
 * matrix of count inputs x panels * 16 units. */
static void weight_gradient(const mlpi_step *step, const piece *p, float *gradient)
{
    static const float zeros[PAIR * MLPI_PANEL] = {0};
    const factors f = factors_of(step, p->layer);
    assert(p->count <= INPUTS && p->panels <= PAIR && p->first % MLPI_PANEL == 0);
    for (size_t t = 0; t < f.steps; t += STEPS) {
        const size_t left = f.steps - t;
        f.product(&(mlpi_product){
            .rows = p->count,
            .panels = p->panels,
            .steps = left < STEPS ? left : STEPS,
            .a = f.a + mlpi_panel_at(t, p->first, f.stride),
            .a_panel = f.stride,
            .b = f.b + mlpi_panel_at(t, p->panel * MLPI_PANEL, f.stride),
            .b_panel = f.stride,
            .start = t == 0 ? zeros : gradient,
            .start_row = t == 0 ? 0 : MLPI_PANEL,
            .start_panel = t == 0 ? 0 : p->count * MLPI_PANEL,
            .c = gradient,
            .c_panel = p->count * MLPI_PANEL,
        });
    }
}

static void update(const mlpi_step *step, size_t l, size_t at, size_t n, bool biases,
                   float *gradient)
{
    const mlpi_engine *engine = step->engine;
    const bool scaled = engine->scale != NULL && l == 0 && !biases;
    float *parameters = scaled ? engine->scale->weights : engine->packed.parameters;
    const mlpi_piece one = {.at = at,
                            .n = n,
                            .biases = biases,
                            .inputs = engine->packed.layers[l].inputs,
                            .gradient = gradient,
                            .parameters = parameters + at};
    if (step->stage == MLPI_STAGE_WHOLE)
        step->update(step->context, &one);
    else
        mlpi_update_piece(step, &one);
}

static void update_weights(const mlpi_step *step, const piece *p, float *gradient)
{
    mlpi_packed *packed = &step->engine->packed;
    const mlpi_packed_layer *layer = &packed->layers[p->layer];
    const size_t panel = layer->inputs * MLPI_PANEL, part = p->count * MLPI_PANEL;
    const size_t at = layer->weights_at + mlpi_panel_at(p->first, p->panel * MLPI_PANEL, panel);
    if (part == panel) { /* all inputs: the panels lie side by side */
        update(step, p->layer, at, p->panels * panel, false, gradient);
    } else {
        for (size_t q = 0; q < p->panels; q++)
            update(step, p->layer, at + q * panel, part, false, gradient + q * part);
    }
    for (size_t q = 0; step->stage != MLPI_STAGE_COLLECT && q < p->panels; q++)
        mlpi_packed_refresh(packed, p->layer, p->panel + q, p->first, p->count);
}

static void bias_task(const mlpi_step *step, const piece *p)
{
    const mlpi_engine *engine = step->engine;
    const bool normalized = engine->norm != NULL && p->layer + 1 < engine->packed.count;
    const size_t unit = p->panel * MLPI_PANEL, n = p->panels * MLPI_PANEL;
    float gradient[PAIR * MLPI_PANEL];
    if (normalized)
        memcpy(gradient, mlpi_batch_norm_biases(engine, p->layer, unit), n * sizeof *gradient);
    for (size_t q = 0; !normalized && step->stage != MLPI_STAGE_APPLY && q < p->panels; q++)
        engine->packed.kernels->sum_rows(step->batch->rows,
                                         engine->d[p->layer] + (p->panel + q) * engine->stride,
                                         gradient + q * MLPI_PANEL);
    if (step->gradient != NULL)
        add_biases(step, p, gradient);
    else
        update(step, p->layer, engine->packed.layers[p->layer].biases_at + unit, n, true, gradient);
    if (normalized && step->gradient == NULL)
        mlpi_batch_norm_update(step, p->layer, unit, n);
}

void mlpi_weight_task(void *context, size_t i, int thread)
{
    const mlpi_step *step = context;
    const mlpi_engine *engine = step->engine;
    piece p = {0};
    while (i >= engine->first_task[p.layer + 1])
        p.layer++;
    const mlpi_packed_layer *layer = &engine->packed.layers[p.layer];
    p.panel = (i - engine->first_task[p.layer]) * PAIR;
    const size_t left = mlpi_panels(layer->units) - p.panel;
    p.panels = left < PAIR ? left : PAIR;
    float *gradient = engine->scratch[thread].gradient;
    for (; p.first < layer->inputs; p.first += p.count) {
        const size_t rest = layer->inputs - p.first;
        p.count = rest < INPUTS ? rest : INPUTS;
        if (step->stage != MLPI_STAGE_APPLY)
            weight_gradient(step, &p, gradient);
        if (engine->scale != NULL && p.layer == 0 && step->gradient == NULL &&
            step->stage != MLPI_STAGE_APPLY)
            mlpi_input_scale_take(engine, i, p.panel, p.panels, p.first, p.count, gradient);
        if (step->gradient != NULL)
            add_weights(step, &p, gradient);
        else
            update_weights(step, &p, gradient);
    }
    if (step->gradient == NULL && engine->limits.most.weight_norm > 0.0)
        mlpi_limit_weights(step, p.layer, p.panel, p.panels);
    bias_task(step, &p);
}
