/* SPDX-License-Identifier: MIT */
/* The row phase: one thread takes a block of rows forward and backward through all layers without
 * waiting for other threads. The activation follows each product at once, while the panels are
 * still in the nearest cache. */
#include <assert.h>
#include <string.h>

#include "engine/inside.h"
#include "network/layout.h"

enum {
    PAIR = 2,              /* panels that are multiplied before their activation */
    STEPS = 128,           /* see add_first_steps; a multiple of 16 */
    NEAR_FLOATS = 1 << 16, /* a matrix of up to this size stays in the second-level cache */
};

static const float zeros[MLPI_PANEL] = {0};

/* Copies up to 16 floats without calling memcpy. */
static inline void copy_floats(float *to, const float *from, size_t n)
{
    if (n == MLPI_PANEL) {
        memcpy(to, from, 16 * sizeof *to);
        return;
    }
    if (n & 8) {
        memcpy(to, from, 8 * sizeof *to);
        to += 8;
        from += 8;
    }
    if (n & 4) {
        memcpy(to, from, 4 * sizeof *to);
        to += 4;
        from += 4;
    }
    if (n & 2) {
        memcpy(to, from, 2 * sizeof *to);
        to += 2;
        from += 2;
    }
    if (n & 1)
        *to = *from;
}

/* Copies the inputs that the network reads from a row with all inputs. */
static void pick(const mlpi_reads *reads, const float *from, float *into, size_t stride)
{
    for (size_t i = 0; i < reads->count; i++)
        into[i / MLPI_PANEL * stride + i % MLPI_PANEL] = from[reads->input[i]];
}

void mlpi_gather(const mlpi_batch *batch, size_t inputs, size_t first, size_t count, mlpi_matrix to)
{
    const size_t width = batch->reads != NULL ? batch->width : inputs;
    for (size_t r = 0; r < count; r++) {
        const size_t row = batch->index != NULL ? batch->index[first + r] : first + r;
        const float *from = batch->x + row * width;
        float *into = to.data + r * MLPI_PANEL;
        if (batch->reads != NULL) {
            pick(batch->reads, from, into, to.stride);
            continue;
        }
        for (size_t left = inputs; left > 0; into += to.stride) {
            const size_t n = left < MLPI_PANEL ? left : MLPI_PANEL;
            copy_floats(into, from, n);
            from += n;
            left -= n;
        }
    }
}

mlpi_factors mlpi_forward_factors(const mlpi_packed *packed, size_t l, mlpi_matrix from)
{
    const mlpi_packed_layer *layer = &packed->layers[l];
    return (mlpi_factors){packed->kernels->product, layer->inputs, from,
                          packed->parameters + layer->weights_at};
}

/* A product to = start + a b for some rows of a layer, in progress. */
typedef struct sums {
    const mlpi_factors *factors; /* a: count x steps; b: steps x units */
    size_t count;                /* rows */
    const float *start; /* row i of panel p is the 16 floats at p * start_panel + i * start_row */
    size_t start_panel;
    mlpi_matrix to;   /* count x units */
    size_t start_row; /* 0: the same for all rows */
    size_t done;      /* number of steps already in `to`; if not 0, `start` is `to` */
} sums;

/* Adds the next `steps` steps to panels p .. p + panels - 1. */
static void add_steps(const sums *s, size_t p, size_t panels, size_t steps, const float *gate)
{
    const mlpi_factors *factors = s->factors;
    assert(s->done % MLPI_PANEL == 0 && s->done + steps <= factors->steps);
    const size_t b_panel = factors->steps * MLPI_PANEL;
    factors->product(&(mlpi_product){
        .rows = s->count,
        .panels = panels,
        .steps = steps,
        .a = factors->a.data + mlpi_panel_at(0, s->done, factors->a.stride),
        .a_panel = factors->a.stride,
        .b = factors->b + p * b_panel + s->done * MLPI_PANEL,
        .b_panel = b_panel,
        .start = s->start + p * s->start_panel,
        .start_row = s->start_row,
        .start_panel = s->start_panel,
        .c = s->to.data + p * s->to.stride,
        .c_panel = s->to.stride,
        .gate = gate,
    });
}

/* Where the rows of a do not fit into the second-level cache, they would be fetched from further
 * away for every panel of b. So STEPS steps at a time are added to all panels, with the sums stored
 * in `to`; the last steps are left to the caller. */
static void add_first_steps(sums *s, size_t panels)
{
    if (s->count * s->factors->steps <= NEAR_FLOATS)
        return;
    for (; s->factors->steps - s->done > STEPS; s->done += STEPS) {
        add_steps(s, 0, panels, STEPS, NULL);
        s->start = s->to.data;
        s->start_row = MLPI_PANEL;
        s->start_panel = s->to.stride;
    }
}

/* Adds the last steps to panels p .. p + panels - 1, which completes them. Elements become 0 where
 * gate (nullable, laid out like `to`) is not positive. */
static void add_last_steps(const sums *s, size_t p, size_t panels, const float *gate)
{
    add_steps(s, p, panels, s->factors->steps - s->done,
              gate != NULL ? gate + p * s->to.stride : NULL);
}

void mlpi_forward_layer(const mlpi_packed *packed, size_t l, mlpi_factors factors, size_t count,
                        mlpi_matrix h, mlpi_matrix y)
{
    const mlpi_packed_layer *layer = &packed->layers[l];
    const size_t panels = mlpi_panels(layer->units);
    const bool hidden = l + 1 < packed->count, relu = hidden && layer->activation == MLP_RELU;
    /* All panels at once where no activation function follows, and for a single row, where that is
     * faster (math/products.inc). */
    const size_t some = relu || !hidden || count == 1 ? panels : PAIR;
    sums s = {&factors, count, packed->parameters + layer->biases_at, MLPI_PANEL, h, 0, 0};
    add_first_steps(&s, panels);
    for (size_t p = 0; p < panels; p += some) {
        const size_t now = panels - p < some ? panels - p : some;
        add_last_steps(&s, p, now, relu ? h.data : NULL); /* relu is applied in registers */
        for (size_t q = p; hidden && !relu && q < p + now; q++)
            packed->kernels->activate[layer->activation](count * MLPI_PANEL, h.data + q * h.stride,
                                                         y.data + q * y.stride);
    }
}

/* --- training --------------------------------------------------------------------------------- */

/* The rows from `first` on of a buffer that holds the whole batch. */
static mlpi_matrix from_row(const mlpi_engine *engine, float *data, size_t first)
{
    return (mlpi_matrix){data + first * MLPI_PANEL, engine->stride};
}

/* Converts rows first .. first + count - 1 of a matrix to bfloat16. */
static void narrow(const mlpi_engine *engine, size_t units, const float *data, size_t first,
                   size_t count, const mlpi_half *half)
{
    for (size_t p = 0; p < mlpi_panels(units); p++)
        engine->packed.bf16->narrow(
            count, data + p * engine->stride + first * MLPI_PANEL,
            half->units + mlpi_panel_at(first, p * MLPI_PANEL / 2, engine->stride),
            half->rows + mlpi_panel_at(first / 2, p * MLPI_PANEL, engine->half_stride));
}

static mlpi_factors forward_factors(const mlpi_step *step, size_t l, size_t first)
{
    const mlpi_engine *engine = step->engine;
    const mlpi_packed *packed = &engine->packed;
    if (packed->bf16 == NULL)
        return mlpi_forward_factors(packed, l, from_row(engine, mlpi_layer_reads(step, l), first));
    return (mlpi_factors){packed->bf16->product, (packed->layers[l].inputs + 1) / 2,
                          from_row(engine, engine->half_y[l].units, first),
                          packed->layers[l].half_forward};
}

/* The factors of the product that takes the deltas of layer l + 1 (rows x units of l + 1) back
 * through its weights to the outputs of layer l (rows x units of l). */
static mlpi_factors backward_factors(const mlpi_engine *engine, size_t l, size_t first)
{
    const mlpi_packed *packed = &engine->packed;
    const mlpi_packed_layer *next = &packed->layers[l + 1];
    if (packed->bf16 == NULL)
        return (mlpi_factors){packed->kernels->product, next->units,
                              from_row(engine, engine->d[l + 1], first), next->backward};
    return (mlpi_factors){packed->bf16->product, (next->units + 1) / 2,
                          from_row(engine, engine->half_d[l + 1].units, first),
                          next->half_backward};
}

/* Delta^l = (Delta^(l+1) W^(l+1)) f_l'(h^l) */
static void backward_layer(const mlpi_step *step, size_t l, size_t first, size_t count)
{
    const mlpi_engine *engine = step->engine;
    const mlpi_kernel_table *kernels = engine->packed.kernels;
    const mlpi_packed_layer *layer = &engine->packed.layers[l];
    const mlpi_factors factors = backward_factors(engine, l, first);
    const size_t panels = mlpi_panels(layer->units);
    const mlpi_matrix to = from_row(engine, engine->d[l], first);
    const mlpi_matrix h = from_row(engine, engine->h[l], first);
    const mlpi_matrix y = from_row(engine, engine->y[l], first);
    const bool relu = layer->activation == MLP_RELU;
    const bool passes =
        engine->network->surrogate && mlp_activation_describe(layer->activation)->threshold;
    const size_t some = relu && !step->noisy ? panels : PAIR;
    sums s = {&factors, count, zeros, 0, to, 0, 0};
    add_first_steps(&s, panels);
    for (size_t p = 0; p < panels; p += some) {
        const size_t now = panels - p < some ? panels - p : some;
        add_last_steps(&s, p, now, relu ? y.data : NULL);
        for (size_t q = p; !relu && q < p + now; q++) {
            float *d = to.data + q * to.stride;
            if (passes)
                kernels->straight_through(count * MLPI_PANEL, h.data + q * h.stride, d);
            else
                kernels->chain[layer->activation](count * MLPI_PANEL, h.data + q * h.stride,
                                                  y.data + q * y.stride, d);
        }
        for (size_t q = p; step->noisy && q < p + now; q++)
            mlpi_drop_duals(step, l, q, first, count);
    }
}

/* Computes W y alone, for a layer with batch normalisation. */
static void sums_of_layer(const mlpi_step *step, size_t l, size_t first, size_t count)
{
    const mlpi_engine *engine = step->engine;
    const mlpi_factors factors = forward_factors(step, l, first);
    const size_t panels = mlpi_panels(engine->packed.layers[l].units);
    sums s = {&factors, count, zeros, 0, from_row(engine, engine->norm->a[l], first), 0, 0};
    add_first_steps(&s, panels);
    add_last_steps(&s, 0, panels, NULL);
}

void mlpi_layer_forward(const mlpi_step *step, size_t l, size_t first, size_t count)
{
    const mlpi_engine *engine = step->engine;
    if (l == 0) {
        mlpi_gather(step->batch, engine->network->inputs, first, count,
                    from_row(engine, engine->x, first));
        if (step->noisy)
            mlpi_disturb_inputs(step, first, count);
    } else if (step->noisy) {
        mlpi_drop_units(step, l - 1, first, count);
    }
    if (engine->packed.bf16 != NULL)
        narrow(engine, engine->packed.layers[l].inputs, mlpi_layer_reads(step, l), first, count,
               &engine->half_y[l]);
    if (engine->norm != NULL && l + 1 < engine->packed.count)
        sums_of_layer(step, l, first, count);
    else
        mlpi_forward_layer(&engine->packed, l, forward_factors(step, l, first), count,
                           from_row(engine, engine->h[l], first),
                           from_row(engine, engine->y[l], first));
}

void mlpi_layer_loss(const mlpi_step *step, size_t first, size_t count, int thread)
{
    const mlpi_engine *engine = step->engine;
    const size_t last = engine->packed.count - 1;
    mlpi_outputs(engine->network, &engine->packed, step->batch, first, count,
                 from_row(engine, engine->h[last], first), NULL, engine->loss + first,
                 from_row(engine, engine->d[last], first), &engine->scratch[thread]);
}

void mlpi_layer_backward(const mlpi_step *step, size_t l, size_t first, size_t count)
{
    const mlpi_engine *engine = step->engine;
    if (engine->packed.bf16 != NULL)
        narrow(engine, engine->packed.layers[l].units, engine->d[l], first, count,
               &engine->half_d[l]);
    if (l > 0)
        backward_layer(step, l - 1, first, count);
}

size_t mlpi_block_rows(const mlpi_step *step, size_t i)
{
    const size_t left = step->end - step->first - i * step->block;
    return left < step->block ? left : step->block;
}

void mlpi_row_block(void *context, size_t i, int thread)
{
    const mlpi_step *step = context;
    const size_t first = step->first + i * step->block, count = mlpi_block_rows(step, i);
    assert(first < step->end);
    const size_t L = step->engine->packed.count;
    for (size_t l = 0; l < L; l++)
        mlpi_layer_forward(step, l, first, count);
    mlpi_layer_loss(step, first, count, thread);
    for (size_t l = L; l-- > 0;)
        mlpi_layer_backward(step, l, first, count);
}
