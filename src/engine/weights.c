/* SPDX-License-Identifier: MIT */
/* The weight phase: the weights are cut into fixed tasks of a few units. A task computes the
 * gradient of its weights as a product over the whole batch, piece by piece, and updates each piece
 * at once, while it is in the nearest cache. No gradient is stored, and none is summed over
 * threads. */
#include <assert.h>
#include <string.h>

#include "engine/inside.h"
#include "network/layout.h"

enum {
    PAIR = 2,    /* panels of a task */
    INPUTS = 64, /* inputs of a piece: its gradient stays in the nearest cache */
    STEPS = 256  /* rows summed at a time, so that inputs and deltas stay in the cache */
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

/* A piece of a layer's weights: those from some inputs to some panels of units. */
typedef struct piece {
    size_t layer, panel, panels;
    size_t first, count; /* inputs first .. first + count - 1 */
} piece;

/* step->gradient += share * the gradient of a piece's weights, converted to the lecture's order. */
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
        to[i] -= step->share * from[i - first]; /* the engine's biases are negated */
}

/* The two factors of the products that sum over rows: inputs (a) and deltas (b) of a layer. */
typedef struct factors {
    void (*product)(const mlpi_product *product);
    const float *a, *b;
    size_t stride, steps; /* steps: the step's own rows, or pairs of them in bfloat16 */
} factors;

static factors factors_of(const mlpi_step *step, size_t l)
{
    const mlpi_engine *engine = step->engine;
    const mlpi_packed *packed = &engine->packed;
    const size_t rows = step->end - step->first, pair = step->first / 2 * MLPI_PANEL;
    const size_t row = step->first * MLPI_PANEL;
    if (packed->bf16 != NULL)
        return (factors){packed->bf16->product_transposed, engine->half_y[l].rows + pair,
                         engine->half_d[l].rows + pair, engine->half_stride, (rows + 1) / 2};
    return (factors){packed->kernels->product_transposed, mlpi_layer_reads(step, l) + row,
                     engine->d[l] + row, engine->stride, rows};
}

/* Sums Delta_i y_j over the step's own rows for the weights of a piece, a matrix of count inputs x
 * panels * 16 units. `begun`: adds to `sums`, which holds the sums over other rows. `panel`: floats
 * from panel to panel of `sums`. */
static void sum_rows_of(const mlpi_step *step, const piece *p, bool begun, float *sums,
                        size_t panel)
{
    static const float zeros[PAIR * MLPI_PANEL] = {0};
    const factors f = factors_of(step, p->layer);
    assert(p->count <= INPUTS && p->panels <= PAIR && p->first % MLPI_PANEL == 0);
    for (size_t t = 0; t < f.steps; t += STEPS) {
        const size_t left = f.steps - t;
        const bool begins = t == 0 && !begun;
        f.product(&(mlpi_product){
            .rows = p->count,
            .panels = p->panels,
            .steps = left < STEPS ? left : STEPS,
            .a = f.a + mlpi_panel_at(t, p->first, f.stride),
            .a_panel = f.stride,
            .b = f.b + mlpi_panel_at(t, p->panel * MLPI_PANEL, f.stride),
            .b_panel = f.stride,
            .start = begins ? zeros : sums,
            .start_row = begins ? 0 : MLPI_PANEL,
            .start_panel = begins ? 0 : panel,
            .c = sums,
            .c_panel = panel,
        });
    }
}

/* Offset of the first weight of a piece among all parameters. */
static size_t weights_at(const mlpi_engine *engine, const piece *p)
{
    const mlpi_packed_layer *layer = &engine->packed.layers[p->layer];
    return layer->weights_at +
           mlpi_panel_at(p->first, p->panel * MLPI_PANEL, layer->inputs * MLPI_PANEL);
}

/* The gradient of the weights of a piece: computed here, or copied from the sums of all ranks. */
static void weight_gradient(const mlpi_step *step, const piece *p, float *gradient)
{
    const size_t part = p->count * MLPI_PANEL;
    const size_t panel = step->engine->packed.layers[p->layer].inputs * MLPI_PANEL;
    if (step->sums == NULL)
        sum_rows_of(step, p, false, gradient, part);
    else
        for (size_t q = 0; q < p->panels; q++)
            memcpy(gradient + q * part, step->sums + weights_at(step->engine, p) + q * panel,
                   part * sizeof *gradient);
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
    const size_t at = weights_at(step->engine, p);
    if (part == panel) { /* all inputs, so the panels are adjacent */
        update(step, p->layer, at, p->panels * panel, false, gradient);
    } else {
        for (size_t q = 0; q < p->panels; q++)
            update(step, p->layer, at + q * panel, part, false, gradient + q * part);
    }
    for (size_t q = 0; step->stage != MLPI_STAGE_COLLECT && q < p->panels; q++)
        mlpi_packed_refresh(packed, p->layer, p->panel + q, p->first, p->count);
}

/* Adds the deltas of the step's own rows to the sums of the biases of some panels. */
static void sum_biases(const mlpi_step *step, size_t l, size_t panel, size_t panels, float *sums)
{
    const mlpi_engine *engine = step->engine;
    for (size_t q = 0; q < panels; q++)
        engine->packed.kernels->sum_rows(
            step->end - step->first,
            engine->d[l] + mlpi_panel_at(step->first, (panel + q) * MLPI_PANEL, engine->stride),
            sums + q * MLPI_PANEL);
}

static void bias_task(const mlpi_step *step, const piece *p)
{
    const mlpi_engine *engine = step->engine;
    const bool normalized = engine->norm != NULL && p->layer + 1 < engine->packed.count;
    const size_t unit = p->panel * MLPI_PANEL, n = p->panels * MLPI_PANEL;
    float gradient[PAIR * MLPI_PANEL];
    if (normalized)
        memcpy(gradient, mlpi_batch_norm_biases(engine, p->layer, unit), n * sizeof *gradient);
    else if (step->sums != NULL)
        memcpy(gradient, step->sums + engine->packed.layers[p->layer].biases_at + unit,
               n * sizeof *gradient);
    else if (step->stage != MLPI_STAGE_APPLY) {
        memset(gradient, 0, sizeof gradient);
        sum_biases(step, p->layer, p->panel, p->panels, gradient);
    }
    if (step->gradient != NULL)
        add_biases(step, p, gradient);
    else
        update(step, p->layer, engine->packed.layers[p->layer].biases_at + unit, n, true, gradient);
    if (normalized && step->gradient == NULL)
        mlpi_batch_norm_update(step, p->layer, unit, n);
}

/* The panels of weight task i; the inputs are not set yet. */
static piece panels_of_task(const mlpi_engine *engine, size_t i)
{
    piece p = {0};
    while (i >= engine->first_task[p.layer + 1])
        p.layer++;
    p.panel = (i - engine->first_task[p.layer]) * PAIR;
    const size_t left = mlpi_panels(engine->packed.layers[p.layer].units) - p.panel;
    p.panels = left < PAIR ? left : PAIR;
    return p;
}

void mlpi_refresh_task(void *context, size_t i, int thread)
{
    const mlpi_step *step = context;
    mlpi_packed *packed = &step->engine->packed;
    const piece p = panels_of_task(step->engine, i);
    (void)thread;
    for (size_t q = 0; q < p.panels; q++)
        mlpi_packed_refresh(packed, p.layer, p.panel + q, 0, packed->layers[p.layer].inputs);
}

void mlpi_weight_task(void *context, size_t i, int thread)
{
    const mlpi_step *step = context;
    const mlpi_engine *engine = step->engine;
    piece p = panels_of_task(engine, i);
    const mlpi_packed_layer *layer = &engine->packed.layers[p.layer];
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

/* --- sums of ranks (shared.c) ----------------------------------------------------------------- */

static size_t ceiling(size_t n, size_t of)
{
    return (n + of - 1) / of;
}

size_t mlpi_sum_pieces(const mlpi_engine *engine, size_t l, size_t panels)
{
    return ceiling(panels, PAIR) * ceiling(engine->packed.layers[l].inputs, INPUTS);
}

void mlpi_sum_weights(const mlpi_step *step, size_t l, size_t panel, size_t panels, size_t i,
                      float *sums)
{
    const size_t inputs = step->engine->packed.layers[l].inputs, across = ceiling(inputs, INPUTS);
    const size_t pair = i / across * PAIR, first = i % across * INPUTS;
    const piece p = {.layer = l,
                     .panel = panel + pair,
                     .panels = panels - pair < PAIR ? panels - pair : PAIR,
                     .first = first,
                     .count = inputs - first < INPUTS ? inputs - first : INPUTS};
    sum_rows_of(step, &p, step->first > 0, sums + weights_at(step->engine, &p),
                inputs * MLPI_PANEL);
}

void mlpi_sum_biases(const mlpi_step *step, size_t l, float *sums)
{
    const mlpi_packed_layer *layer = &step->engine->packed.layers[l];
    sum_biases(step, l, 0, mlpi_panels(layer->units), sums + layer->biases_at);
}
