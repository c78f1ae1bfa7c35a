/* SPDX-License-Identifier: MIT */
/* The output layer: outputs, losses and deltas of 16 rows at a time, in vectors of rows. The fused
 * pairs of loss and activation have kernels, and so has every loss except the cross-entropies:
 * combinations of these with another activation are rare, and are computed in double for
 * accuracy. */
#include <string.h>

#include "engine/inside.h"
#include "network/layout.h"

enum { TILES = 4, EXACT = 4 }; /* h, s, y, d */

typedef struct output_tile {
    float *h, *s, *y, *d; /* [outputs][16 rows] */
    float loss[MLPI_PANEL];
    size_t outputs, rows;
} output_tile;

size_t mlpi_outputs_scratch(size_t outputs)
{
    return TILES * outputs * MLPI_PANEL;
}

static void load_activations(output_tile *t, mlpi_matrix h)
{
    if (t->rows < MLPI_PANEL)
        memset(t->h, 0, t->outputs * MLPI_PANEL * sizeof *t->h);
    for (size_t k = 0; k < t->outputs; k++)
        for (size_t r = 0; r < t->rows; r++)
            t->h[k * MLPI_PANEL + r] = h.data[mlpi_panel_at(r, k, h.stride)];
}

static void load_targets(output_tile *t, const mlpi_batch *batch, size_t first)
{
    if (t->rows < MLPI_PANEL)
        memset(t->s, 0, t->outputs * MLPI_PANEL * sizeof *t->s);
    for (size_t r = 0; r < t->rows; r++) {
        const size_t row = batch->index != NULL ? batch->index[first + r] : first + r;
        const float *from = batch->target + row * t->outputs;
        for (size_t k = 0; k < t->outputs; k++)
            t->s[k * MLPI_PANEL + r] = from[k];
    }
}

/* Multiplies losses and deltas by the weights of their rows. */
static void weigh(output_tile *t, const mlpi_batch *batch, size_t first)
{
    for (size_t r = 0; r < t->rows; r++) {
        const size_t row = batch->index != NULL ? batch->index[first + r] : first + r;
        t->loss[r] *= batch->weight[row];
        for (size_t k = 0; k < t->outputs; k++)
            t->d[k * MLPI_PANEL + r] *= batch->weight[row];
    }
}

static void store_dual(const output_tile *t, mlpi_matrix d, float share)
{
    for (size_t k = 0; k < t->outputs; k++)
        for (size_t r = 0; r < t->rows; r++)
            d.data[mlpi_panel_at(r, k, d.stride)] = share * t->d[k * MLPI_PANEL + r];
}

static void store_outputs(const output_tile *t, float *y)
{
    for (size_t r = 0; r < t->rows; r++)
        for (size_t k = 0; k < t->outputs; k++)
            y[r * t->outputs + k] = t->y[k * MLPI_PANEL + r];
}

static void value(const mlpi_kernel_table *kernels, output_tile *t, mlp_activation f)
{
    if (f == MLP_SOFTMAX)
        kernels->softmax(t->outputs, t->h, t->y);
    else
        kernels->activate[f](t->outputs * MLPI_PANEL, t->h, t->y);
}

/* Losses and deltas in double, by the function of the reference implementation. */
static void exact_loss(const mlp_network *network, output_tile *t, double *exact)
{
    const size_t K = t->outputs;
    double *h = exact, *y = h + K, *s = y + K, *d = s + K;
    for (size_t r = 0; r < t->rows; r++) {
        for (size_t k = 0; k < K; k++) {
            h[k] = (double)t->h[k * MLPI_PANEL + r];
            s[k] = (double)t->s[k * MLPI_PANEL + r];
        }
        t->loss[r] = (float)mlpi_output_loss(network, h, s, y, d);
        for (size_t k = 0; k < K; k++)
            t->d[k * MLPI_PANEL + r] = (float)d[k];
    }
}

static void loss_and_dual(const mlp_network *network, const mlpi_kernel_table *kernels,
                          output_tile *t, mlp_activation f, double *exact)
{
    if (mlpi_loss_is_fused(network->loss, f)) {
        (f == MLP_SOFTMAX    ? kernels->softmax_cross_entropy
         : f == MLP_LOGISTIC ? kernels->logistic_cross_entropy
                             : kernels->poisson_exponential)(t->outputs, t->h, t->s, t->d, t->loss);
        return;
    }
    if (kernels->loss[network->loss] == NULL) {
        exact_loss(network, t, exact);
        return;
    }
    value(kernels, t, f);
    kernels->loss[network->loss](t->outputs, &network->loss_settings, t->y, t->s, t->d, t->loss);
    if (f == MLP_SOFTMAX)
        kernels->softmax_chain(t->outputs, t->y, t->d);
    else
        kernels->chain[f](t->outputs * MLPI_PANEL, t->h, t->y, t->d);
}

void mlpi_outputs(const mlp_network *network, const mlpi_packed *packed, const mlpi_batch *batch,
                  size_t first, size_t count, mlpi_matrix h, float *y, float *loss, mlpi_matrix d,
                  mlpi_scratch *scratch)
{
    const mlpi_packed_layer *layer = &packed->layers[packed->count - 1];
    const size_t K = layer->units, size = K * MLPI_PANEL;
    output_tile t = {.h = scratch->output,
                     .s = scratch->output + size,
                     .y = scratch->output + 2 * size,
                     .d = scratch->output + 3 * size,
                     .outputs = K};
    for (size_t r = 0; r < count; r += t.rows) {
        t.rows = count - r < MLPI_PANEL ? count - r : MLPI_PANEL;
        load_activations(&t, (mlpi_matrix){h.data + r * MLPI_PANEL, h.stride});
        if (batch->target != NULL) {
            load_targets(&t, batch, first + r);
            loss_and_dual(network, packed->kernels, &t, layer->activation, scratch->exact);
            if (batch->weight != NULL)
                weigh(&t, batch, first + r);
            memcpy(loss + r, t.loss, t.rows * sizeof *loss);
        }
        if (d.data != NULL)
            store_dual(&t, (mlpi_matrix){d.data + r * MLPI_PANEL, d.stride},
                       1.0f / (float)batch->rows);
        if (y != NULL) {
            value(packed->kernels, &t, layer->activation);
            store_outputs(&t, y + r * K);
        }
    }
}
