/* SPDX-License-Identifier: MIT */
/* The mathematics of the lecture (A. G. Trofimov, "Multilayer neural networks", 2018) in plain
 * loops in double: forward pass, loss, and backpropagation (Rumelhart et al. 1986), equation by
 * equation. The code is neither fast nor clever: tests compare all fast code with it.
 *
 *     h^l = W^l y^(l-1) - b^l,   y^l = f_l(h^l)                       l = 1..L
 *     Delta_i^L = dE/dy_i f_L'(h_i^L)
 *     Delta_i^l = (sum_j Delta_j^(l+1) w_ji^(l+1)) f_l'(h_i^l)        l = L-1..1
 *     dE/dw_ij^l = Delta_i^l y_j^(l-1),   dE/db_i^l = -Delta_i^l
 *
 * Letters: N is the number of neurons of layer l and M that of layer l - 1, W and b are the
 * parameters of layer l, and s is the target (sigma). The numbered steps are those of the lecture's
 * algorithm. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "network/layout.h"

/* --- traces ----------------------------------------------------------------------------------- */

void mlp_trace_free(mlp_trace *trace)
{
    if (trace == NULL)
        return;
    for (size_t l = 0; l <= trace->layers; l++) {
        if (trace->h != NULL)
            mlpi_free(trace->h[l]);
        if (trace->y != NULL)
            mlpi_free(trace->y[l]);
        if (trace->delta != NULL)
            mlpi_free(trace->delta[l]);
    }
    mlpi_free(trace->h);
    mlpi_free(trace->y);
    mlpi_free(trace->delta);
    mlpi_free(trace->units);
    mlpi_free(trace->gradient);
    mlpi_free(trace);
}

static bool allocate_layers(mlp_trace *trace, const mlp_network *network)
{
    for (size_t l = 0; l <= trace->layers; l++) {
        const size_t n = l == 0 ? network->inputs : network->layers[l - 1].units;
        trace->units[l] = n;
        trace->y[l] = mlpi_allocate(n, sizeof(double));
        if (l > 0) {
            trace->h[l] = mlpi_allocate(n, sizeof(double));
            trace->delta[l] = mlpi_allocate(n, sizeof(double));
        }
        if (trace->y[l] == NULL || (l > 0 && (trace->h[l] == NULL || trace->delta[l] == NULL)))
            return false;
    }
    return true;
}

mlp_status mlp_trace_create(const mlp_network *network, mlp_trace **trace, mlp_error *err)
{
    const size_t L = network->count;
    mlp_trace *made = mlpi_allocate(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "a trace");
    made->layers = L;
    made->parameters = network->size;
    made->units = mlpi_allocate(L + 1, sizeof *made->units);
    made->h = mlpi_allocate(L + 1, sizeof *made->h);
    made->y = mlpi_allocate(L + 1, sizeof *made->y);
    made->delta = mlpi_allocate(L + 1, sizeof *made->delta);
    made->gradient = mlpi_allocate(network->size, sizeof *made->gradient);
    if (made->units == NULL || made->h == NULL || made->y == NULL || made->delta == NULL ||
        made->gradient == NULL || !allocate_layers(made, network)) {
        mlp_trace_free(made);
        return mlpi_fail_memory(err, "a trace");
    }
    *trace = made;
    return MLP_OK;
}

/* --- parameters: the given ones, or the network's own ----------------------------------------- */

typedef struct parameters {
    const double *given; /* NULL: `own` is used */
    const float *own;
} parameters;

static double at(const parameters *w, size_t i)
{
    return w->given != NULL ? w->given[i] : (double)w->own[i];
}

/* --- forward pass ----------------------------------------------------------------------------- */

static double largest(const double *h, size_t n)
{
    double most = h[0];
    for (size_t k = 1; k < n; k++)
        most = h[k] > most ? h[k] : most;
    return most;
}

/* ln sum_k e^(h_k), without overflow. */
static double log_sum_exp(const double *h, size_t n)
{
    const double most = largest(h, n);
    double sum = 0.0;
    for (size_t k = 0; k < n; k++)
        sum += exp(h[k] - most);
    return most + log(sum);
}

static void softmax(const double *h, double *y, size_t n)
{
    const double most = largest(h, n);
    double sum = 0.0;
    for (size_t k = 0; k < n; k++)
        sum += y[k] = exp(h[k] - most);
    for (size_t k = 0; k < n; k++)
        y[k] /= sum;
}

/* y = f(h) for a layer. */
static void activate(mlp_activation f, const double *h, double *y, size_t n)
{
    if (f == MLP_SOFTMAX) {
        softmax(h, y, n);
        return;
    }
    for (size_t i = 0; i < n; i++)
        y[i] = mlp_activation_value(f, h[i]);
}

/* h^l = W^l y^(l-1) - b^l,  y^l = f_l(h^l) */
static void forward_layer(const mlp_network *network, const parameters *w, size_t l, mlp_trace *t)
{
    const size_t N = t->units[l], M = t->units[l - 1];
    const size_t W = network->weights_at[l - 1], b = network->biases_at[l - 1];
    for (size_t i = 0; i < N; i++) {
        double h = 0.0;
        for (size_t j = 0; j < M; j++)
            h += at(w, W + i * M + j) * t->y[l - 1][j];
        t->h[l][i] = h - at(w, b + i);
    }
    activate(network->layers[l - 1].activation, t->h[l], t->y[l], N);
}

/* --- loss functions and their derivatives ----------------------------------------------------- */

/* E^(p) from y and s. */
double mlpi_loss_of_outputs(const mlp_network *network, const double *y, const double *s)
{
    double E = 0.0;
    for (size_t k = 0; k < mlp_network_outputs(network); k++)
        E += mlpi_loss_value(network->loss, y[k], s[k], mlpi_loss_number(network, k));
    return E;
}

/* dE/dy_k */
static double loss_slope(const mlp_network *network, size_t k, double y, double s)
{
    return mlpi_loss_slope(network->loss, y, s, mlpi_loss_number(network, k));
}

/* y - s + s ln(s / y) with y = e^h */
static double poisson_of_activation(double h, double s)
{
    h = fmin(h, MLPI_MOST_EXPONENT);
    return exp(h) - s + (s > 0.0 ? s * (log(s) - h) : 0.0);
}

/* E^(p) of the fused pairs, from h: with y = logistic(h),
 * -(s ln y + (1 - s) ln(1 - y)) = ln(1 + e^h) - h s; with y = softmax(h), -ln y_k = ln sum_j e^h_j
 * - h_k. */
static double loss_of_activations(mlp_loss loss, const double *h, const double *s, size_t K)
{
    double E = 0.0;
    if (loss != MLP_CROSS_ENTROPY) {
        for (size_t k = 0; k < K; k++)
            E += loss == MLP_POISSON ? poisson_of_activation(h[k], s[k])
                                     : mlp_activation_value(MLP_SOFTPLUS, h[k]) - h[k] * s[k];
        return E;
    }
    const double all = log_sum_exp(h, K);
    for (size_t k = 0; k < K; k++)
        E += s[k] == 0.0 ? 0.0 : s[k] * (all - h[k]);
    return E;
}

/* --- backward pass ---------------------------------------------------------------------------- */

/* Delta^L of the fused pairs: y - s, as derived in the lecture ("Quadratic vs Cross-Entropy Loss");
 * for softmax with any s: y_k sum_j s_j - s_k. */
static void fused_delta(mlp_loss loss, const double *y, const double *s, double *delta, size_t K)
{
    double total = 1.0;
    if (loss == MLP_CROSS_ENTROPY) {
        total = 0.0;
        for (size_t k = 0; k < K; k++)
            total += s[k];
    }
    for (size_t k = 0; k < K; k++)
        delta[k] = y[k] * total - s[k];
}

/* Delta_i^L = sum_k dE/dy_k dy_k/dh_i, where every y_k depends on every h_i: dy_k/dh_i = y_k
 * (delta_ki - y_i). */
static void softmax_delta(const mlp_network *network, const double *y, const double *s,
                          double *delta)
{
    const size_t K = mlp_network_outputs(network);
    double mean = 0.0;
    for (size_t k = 0; k < K; k++)
        mean += loss_slope(network, k, y[k], s[k]) * y[k];
    for (size_t k = 0; k < K; k++)
        delta[k] = y[k] * (loss_slope(network, k, y[k], s[k]) - mean);
}

double mlpi_output_loss(const mlp_network *network, const double *h, const double *s, double *y,
                        double *delta)
{
    const size_t K = mlp_network_outputs(network);
    const mlp_activation f = network->layers[network->count - 1].activation;
    activate(f, h, y, K);
    if (mlpi_loss_is_fused(network->loss, f)) {
        fused_delta(network->loss, y, s, delta, K);
        return loss_of_activations(network->loss, h, s, K);
    }
    if (f == MLP_SOFTMAX)
        softmax_delta(network, y, s, delta);
    else
        for (size_t k = 0; k < K; k++)
            delta[k] = loss_slope(network, k, y[k], s[k]) * mlp_activation_slope(f, h[k]);
    return mlpi_loss_of_outputs(network, y, s);
}

double mlpi_hidden_slope(const mlp_network *network, size_t l, double h)
{
    const mlp_activation f = network->layers[l - 1].activation;
    if (network->surrogate && mlp_activation_describe(f)->threshold)
        return fabs(h) <= 1.0 ? 1.0 : 0.0;
    return mlp_activation_slope(f, h);
}

/* Step 4: Delta_i^l = (sum_j Delta_j^(l+1) w_ji^(l+1)) f_l'(h_i^l) */
static void hidden_delta(const mlp_network *network, const parameters *w, size_t l, mlp_trace *t)
{
    const size_t N = t->units[l], next = t->units[l + 1];
    const size_t W = network->weights_at[l];
    for (size_t i = 0; i < N; i++) {
        double sum = 0.0;
        for (size_t j = 0; j < next; j++)
            sum += t->delta[l + 1][j] * at(w, W + j * N + i);
        t->delta[l][i] = sum * mlpi_hidden_slope(network, l, t->h[l][i]);
    }
}

/* Step 5: dE/dw_ij = Delta_i y_j,  dE/db_i = -Delta_i (b is subtracted in h) */
static void layer_gradient(const mlp_network *network, size_t l, mlp_trace *t)
{
    const size_t N = t->units[l], M = t->units[l - 1];
    double *dW = t->gradient + network->weights_at[l - 1];
    double *db = t->gradient + network->biases_at[l - 1];
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j < M; j++)
            dW[i * M + j] = t->delta[l][i] * t->y[l - 1][j];
        db[i] = -t->delta[l][i];
    }
}

/* Steps 4 and 5. */
static void propagate_back(const mlp_network *network, const parameters *p, mlp_trace *trace)
{
    for (size_t l = trace->layers; l-- > 1;)
        hidden_delta(network, p, l, trace);
    for (size_t l = 1; l <= trace->layers; l++)
        layer_gradient(network, l, trace);
}

/* The backward pass with Delta_i^L = dy_k/dh_i, which is f'(h_k) for i = k, else 0; for softmax
 * y_k (delta_ki - y_i). */
void mlp_reference_output_gradient(const mlp_network *network, const double *w, size_t k,
                                   mlp_trace *trace)
{
    const parameters p = {w, network->parameters};
    const size_t L = trace->layers;
    const mlp_activation f = network->layers[L - 1].activation;
    for (size_t i = 0; i < trace->units[L]; i++)
        trace->delta[L][i] = f == MLP_SOFTMAX
                                 ? trace->y[L][k] * ((i == k ? 1.0 : 0.0) - trace->y[L][i])
                             : i == k ? mlp_activation_slope(f, trace->h[L][k])
                                      : 0.0;
    propagate_back(network, &p, trace);
}

void mlp_reference_pattern(const mlp_network *network, const double *w, const double *x,
                           const double *target, mlp_trace *trace)
{
    const parameters p = {w, network->parameters};
    const size_t L = network->count;
    memcpy(trace->y[0], x, network->inputs * sizeof *x);
    for (size_t l = 1; l <= L; l++) /* step 1 */
        forward_layer(network, &p, l, trace);
    trace->loss = (double)NAN;
    if (target == NULL)
        return;
    trace->loss = /* steps 2 and 3 */
        mlpi_output_loss(network, trace->h[L], target, trace->y[L], trace->delta[L]);
    propagate_back(network, &p, trace);
}

double mlp_reference_loss(const mlp_network *network, const double *w, const double *x,
                          const double *target, size_t n, double *gradient, mlp_trace *trace)
{
    const size_t M = network->inputs, K = mlp_network_outputs(network);
    double E = 0.0;
    if (gradient != NULL)
        memset(gradient, 0, network->size * sizeof *gradient);
    for (size_t p = 0; p < n; p++) { /* step 6 */
        mlp_reference_pattern(network, w, x + p * M, target + p * K, trace);
        E += trace->loss / (double)n;
        for (size_t i = 0; gradient != NULL && i < network->size; i++)
            gradient[i] += trace->gradient[i] / (double)n;
    }
    return E;
}
