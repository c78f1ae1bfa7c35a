/* SPDX-License-Identifier: MIT */
/* Batch normalisation in plain loops of double, by the equations of S. Ioffe, C. Szegedy 2015 and
 * the lecture's backpropagation: the reference for the engine. Only hidden layers are normalised:
 *      a = W y,   a^ = (a - mu) / sqrt(variance + 1e-5),   h = gamma a^ - b,   y = f(h). */
#ifndef TESTS_BATCH_NORM_REFERENCE_H
#define TESTS_BATCH_NORM_REFERENCE_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network/layout.h"

/* One layer with its values for the rows of a batch; matrices of rows x units are row-major. */
typedef struct norm_layer {
    size_t inputs, units;
    const double *W, *b, *gamma; /* gamma NULL: the output layer */
    double *a, *h, *y, *d;       /* a is overwritten by a^; d = dE/dh */
    double *mu, *variance;       /* of each unit, over the batch */
    double *dW, *db, *dgamma;
} norm_layer;

static inline double *zeros_of(size_t n)
{
    double *made = calloc(n + 1, sizeof *made);
    if (made == NULL)
        abort();
    return made;
}

static inline void norm_forward(norm_layer *l, mlp_activation f, const double *x, size_t n)
{
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0; i < l->units; i++)
            for (size_t j = 0; j < l->inputs; j++)
                l->a[r * l->units + i] += l->W[i * l->inputs + j] * x[r * l->inputs + j];
    for (size_t i = 0; i < l->units; i++) {
        for (size_t r = 0; r < n; r++)
            l->mu[i] += l->a[r * l->units + i] / (double)n;
        for (size_t r = 0; r < n; r++)
            l->variance[i] += pow(l->a[r * l->units + i] - l->mu[i], 2.0) / (double)n;
        for (size_t r = 0; r < n; r++) {
            double *a = &l->a[r * l->units + i], *h = &l->h[r * l->units + i];
            if (l->gamma != NULL)
                *a = (*a - l->mu[i]) / sqrt(l->variance[i] + 1e-5);
            *h = (l->gamma != NULL ? l->gamma[i] : 1.0) * *a - l->b[i];
            if (l->gamma != NULL)
                l->y[r * l->units + i] = mlp_activation_value(f, *h);
        }
    }
}

/* Turns d from dE/dh into dE/da, and computes dE/dgamma and dE/db. */
static inline void norm_backward(norm_layer *l, size_t n)
{
    for (size_t i = 0; i < l->units; i++) {
        double sum = 0.0, sum_a = 0.0;
        for (size_t r = 0; r < n; r++) {
            sum += l->d[r * l->units + i];
            sum_a += l->d[r * l->units + i] * l->a[r * l->units + i];
        }
        l->db[i] = -sum;
        if (l->gamma == NULL)
            continue;
        l->dgamma[i] = sum_a;
        for (size_t r = 0; r < n; r++) {
            double *d = &l->d[r * l->units + i];
            *d = l->gamma[i] / sqrt(l->variance[i] + 1e-5) *
                 (*d - sum / (double)n - l->a[r * l->units + i] * sum_a / (double)n);
        }
    }
}

/* Computes dE/dW of this layer, and dE/dh of the layer before; `before` NULL: this layer reads the
 * inputs. */
static inline void norm_propagate(norm_layer *l, norm_layer *before, mlp_activation f,
                                  const double *x, size_t n)
{
    for (size_t r = 0; r < n; r++)
        for (size_t j = 0; j < l->inputs; j++) {
            double sum = 0.0;
            for (size_t i = 0; i < l->units; i++) {
                l->dW[i * l->inputs + j] += l->d[r * l->units + i] * x[r * l->inputs + j];
                sum += l->d[r * l->units + i] * l->W[i * l->inputs + j];
            }
            if (before != NULL)
                before->d[r * l->inputs + j] =
                    sum * mlp_activation_slope(f, before->h[r * l->inputs + j]);
        }
}

static inline norm_layer norm_layer_of(const mlp_network *network, size_t l, const double *w,
                                       const double *gamma, size_t n)
{
    const size_t N = network->layers[l].units, M = mlpi_layer_inputs(network, l);
    return (norm_layer){.inputs = M,
                        .units = N,
                        .W = w + network->weights_at[l],
                        .b = w + network->biases_at[l],
                        .gamma = l + 1 < network->count ? gamma : NULL,
                        .a = zeros_of(n * N),
                        .h = zeros_of(n * N),
                        .y = zeros_of(n * N),
                        .d = zeros_of(n * N),
                        .mu = zeros_of(N),
                        .variance = zeros_of(N),
                        .dW = zeros_of(N * M),
                        .db = zeros_of(N),
                        .dgamma = zeros_of(N)};
}

static inline void norm_release(norm_layer *l)
{
    double *const arrays[] = {l->a, l->h, l->y, l->d, l->mu, l->dW, l->variance, l->db, l->dgamma};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        free(arrays[i]);
}

/* Returns the mean loss, and computes d of the output layer. */
static inline double norm_loss(const mlp_network *network, norm_layer *output, const double *s,
                               size_t n)
{
    const size_t K = output->units;
    double E = 0.0;
    for (size_t r = 0; r < n; r++) {
        E += mlpi_output_loss(network, output->h + r * K, s + r * K, output->y + r * K,
                              output->d + r * K) /
             (double)n;
        for (size_t k = 0; k < K; k++)
            output->d[r * K + k] /= (double)n;
    }
    return E;
}

/* Returns the mean loss over n rows. `gamma` has a value for each hidden unit, layer after layer.
 * The gradients `dw` and `dgamma` (both or neither NULL) are laid out like `w` and `gamma`, and
 * `mean` and `variance` (nullable) like `gamma`. */
static inline double reference_batch_norm(const mlp_network *network, const double *w,
                                          const double *gamma, const double *x, const double *s,
                                          size_t n, double *dw, double *dgamma, double *mean,
                                          double *variance)
{
    const size_t L = network->count;
    norm_layer layer[8] = {{0}};
    for (size_t l = 0, unit = 0; l < L; unit += layer[l++].units) {
        layer[l] = norm_layer_of(network, l, w, gamma + unit, n);
        norm_forward(&layer[l], network->layers[l].activation, l == 0 ? x : layer[l - 1].y, n);
    }
    const double E = norm_loss(network, &layer[L - 1], s, n);
    for (size_t l = L; dw != NULL && l-- > 0;) {
        norm_backward(&layer[l], n);
        norm_propagate(&layer[l], l == 0 ? NULL : &layer[l - 1],
                       l == 0 ? MLP_LINEAR : network->layers[l - 1].activation,
                       l == 0 ? x : layer[l - 1].y, n);
    }
    for (size_t l = 0, unit = 0; l < L; unit += layer[l++].units) {
        const norm_layer *one = &layer[l];
        const struct {
            double *to;
            const double *from;
            size_t n;
        } results[] = {
            {dw != NULL ? dw + network->weights_at[l] : NULL, one->dW, one->units * one->inputs},
            {dw != NULL ? dw + network->biases_at[l] : NULL, one->db, one->units},
            {dw != NULL && l + 1 < L ? dgamma + unit : NULL, one->dgamma, one->units},
            {mean != NULL && l + 1 < L ? mean + unit : NULL, one->mu, one->units},
            {mean != NULL && l + 1 < L ? variance + unit : NULL, one->variance, one->units}};
        for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
            if (results[i].to != NULL)
                memcpy(results[i].to, results[i].from, results[i].n * sizeof(double));
        norm_release(&layer[l]);
    }
    return E;
}

#endif
