/* SPDX-License-Identifier: MIT */
/* Forward pass, backward pass, gradient and Jacobian for a block of rows, in double. The letters
 * are those of reference.c. */
#include "network/traces.h"

#include <math.h>
#include <string.h>

#include "base/base.h"
#include "math/kernels.h"

static size_t units_of(const mlp_network *network, size_t l)
{
    return l == 0 ? network->inputs : network->layers[l - 1].units;
}

/* --- creation --------------------------------------------------------------------------------- */

void mlpi_traces_free(mlpi_traces *traces)
{
    if (traces == NULL)
        return;
    double **const sets[] = {traces->y, traces->slope, traces->delta};
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++) {
        for (size_t l = 0; sets[i] != NULL && l <= traces->network->count; l++)
            mlpi_free(sets[i][l]);
        mlpi_free(sets[i]);
    }
    mlpi_free(traces->h);
    mlpi_free(traces->target);
    mlpi_free(traces);
}

/* Allocates a matrix for each of the layers first..last; sets *whole to false if memory runs
 * out. */
static double **matrices(const mlpi_traces *traces, size_t first, size_t last, bool *whole)
{
    double **made = mlpi_allocate(traces->network->count + 1, sizeof *made);
    for (size_t l = first; made != NULL && l <= last; l++) {
        made[l] = mlpi_allocate(traces->capacity, units_of(traces->network, l) * sizeof **made);
        *whole = *whole && made[l] != NULL;
    }
    *whole = *whole && made != NULL;
    return made;
}

mlp_status mlpi_traces_create(const mlp_network *network, size_t capacity, mlpi_traces **traces,
                              mlp_error *err)
{
    const size_t L = network->count, K = units_of(network, L);
    bool whole = true;
    mlpi_traces *made = mlpi_allocate(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "the layers' values");
    made->network = network;
    made->capacity = capacity;
    made->y = matrices(made, 0, L, &whole);
    made->slope = matrices(made, 1, L - 1, &whole);
    made->delta = matrices(made, 1, L, &whole);
    made->h = mlpi_allocate(capacity, K * sizeof *made->h);
    made->target = mlpi_allocate(K, sizeof *made->target);
    if (!whole || made->h == NULL || made->target == NULL) {
        mlpi_traces_free(made);
        return mlpi_fail_memory(err, "the layers' values");
    }
    *traces = made;
    return MLP_OK;
}

/* --- forward ---------------------------------------------------------------------------------- */

void mlpi_traces_turn(const mlp_network *network, const double *w, double *turned)
{
    for (size_t l = 1; l <= network->count; l++) {
        const size_t N = units_of(network, l), M = units_of(network, l - 1);
        const double *W = w + network->weights_at[l - 1];
        double *to = turned + network->weights_at[l - 1];
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j < M; j++)
                to[j * N + i] = W[i * M + j];
    }
}

/* On entry, y holds h of a hidden layer; replaces h with f_l(h), and computes the slopes
 * f_l'(h). */
static void activate(const mlp_network *network, size_t l, double *y, double *slope, size_t n)
{
    const mlp_activation f = network->layers[l - 1].activation;
    if (f == MLP_TANH) {
        mlpi_kernels()->double_tanh(n, y, y, slope);
    } else if (f == MLP_LOGISTIC) {
        mlpi_kernels()->double_logistic(n, y, y, slope);
    } else {
        for (size_t i = 0; i < n; i++) {
            slope[i] = mlpi_hidden_slope(network, l, y[i]);
            y[i] = mlp_activation_value(f, y[i]);
        }
    }
}

/* h^l = W^l y^(l-1) - b^l */
static void forward_layer(mlpi_traces *traces, const double *turned, size_t l, double *h)
{
    const mlp_network *network = traces->network;
    const size_t N = units_of(network, l), M = units_of(network, l - 1);
    const double *b = traces->w + network->biases_at[l - 1];
    for (size_t r = 0; r < traces->rows; r++)
        for (size_t i = 0; i < N; i++)
            h[r * N + i] = -b[i];
    mlpi_kernels()->double_product(&(mlpi_double_product){traces->rows, N, M, traces->y[l - 1], M,
                                                          1, turned + network->weights_at[l - 1], N,
                                                          h, N, true});
}

void mlpi_traces_forward(mlpi_traces *traces, const double *w, const double *turned, const float *x,
                         size_t rows)
{
    const mlp_network *network = traces->network;
    const size_t L = network->count;
    traces->w = w;
    traces->rows = rows;
    for (size_t i = 0; i < rows * network->inputs; i++)
        traces->y[0][i] = (double)x[i];
    for (size_t l = 1; l < L; l++) {
        forward_layer(traces, turned, l, traces->y[l]);
        activate(network, l, traces->y[l], traces->slope[l], rows * units_of(network, l));
    }
    forward_layer(traces, turned, L, traces->h);
}

/* --- loss and backward ------------------------------------------------------------------------ */

/* Returns the loss of row r, and computes its outputs and delta^L. */
static double row_loss(mlpi_traces *traces, const float *target, size_t r)
{
    const size_t L = traces->network->count, K = units_of(traces->network, L), at = r * K;
    for (size_t k = 0; k < K; k++)
        traces->target[k] = (double)target[at + k];
    return mlpi_output_loss(traces->network, traces->h + at, traces->target, traces->y[L] + at,
                            traces->delta[L] + at);
}

double mlpi_traces_loss(mlpi_traces *traces, const float *target, const float *weight)
{
    const size_t L = traces->network->count, K = units_of(traces->network, L);
    double sum = 0.0;
    for (size_t r = 0; r < traces->rows; r++) {
        const double loss = row_loss(traces, target, r);
        const double times = weight != NULL ? (double)weight[r] : 1.0;
        sum += times * loss;
        for (size_t k = 0; weight != NULL && k < K; k++)
            traces->delta[L][r * K + k] *= times;
    }
    return sum;
}

/* Delta^l = (Delta^(l+1) W^(l+1)) f_l'(h^l), element by element */
void mlpi_traces_backward(mlpi_traces *traces)
{
    const mlp_network *network = traces->network;
    for (size_t l = network->count; l-- > 1;) {
        const size_t N = units_of(network, l), next = units_of(network, l + 1);
        double *delta = traces->delta[l];
        mlpi_kernels()->double_product(
            &(mlpi_double_product){traces->rows, N, next, traces->delta[l + 1], next, 1,
                                   traces->w + network->weights_at[l], N, delta, N, false});
        for (size_t i = 0; i < traces->rows * N; i++)
            delta[i] *= traces->slope[l][i];
    }
}

/* dE/dW^l = sum over the rows of Delta^l' y^(l-1), dE/db^l = - sum of Delta^l */
void mlpi_traces_add_gradient(const mlpi_traces *traces, double *sum)
{
    const mlp_network *network = traces->network;
    for (size_t l = 1; l <= network->count; l++) {
        const size_t N = units_of(network, l), M = units_of(network, l - 1);
        const double *delta = traces->delta[l];
        double *db = sum + network->biases_at[l - 1];
        mlpi_kernels()->double_product(
            &(mlpi_double_product){N, M, traces->rows, delta, 1, N, traces->y[l - 1], M,
                                   sum + network->weights_at[l - 1], M, true});
        for (size_t r = 0; r < traces->rows; r++)
            for (size_t i = 0; i < N; i++)
                db[i] -= delta[r * N + i];
    }
}

/* --- the Jacobian ----------------------------------------------------------------------------- */

/* delta^L = dy_k/dh: f'(h_k) at k, else 0; softmax: y_k (delta_ki - y_i). */
static void begin_from_output(mlpi_traces *traces, size_t k)
{
    const size_t L = traces->network->count, K = units_of(traces->network, L);
    const mlp_activation f = traces->network->layers[L - 1].activation;
    memset(traces->delta[L], 0, traces->rows * K * sizeof **traces->delta);
    for (size_t r = 0; r < traces->rows; r++) {
        const double *y = traces->y[L] + r * K;
        double *delta = traces->delta[L] + r * K;
        if (f != MLP_SOFTMAX)
            delta[k] = mlp_activation_slope(f, traces->h[r * K + k]);
        for (size_t i = 0; f == MLP_SOFTMAX && i < K; i++)
            delta[i] = y[k] * ((i == k ? 1.0 : 0.0) - y[i]);
    }
}

/* Writes one row of the Jacobian, multiplied by `times`, from the deltas of row r. */
static void write_row(const mlpi_traces *traces, size_t r, double times, double *J)
{
    const mlp_network *network = traces->network;
    for (size_t l = 1; l <= network->count; l++) {
        const size_t N = units_of(network, l), M = units_of(network, l - 1);
        const double *delta = traces->delta[l] + r * N, *y = traces->y[l - 1] + r * M;
        double *W = J + network->weights_at[l - 1], *b = J + network->biases_at[l - 1];
        for (size_t i = 0; i < N; i++) {
            const double d = times * delta[i];
            b[i] = -d;
            for (size_t j = 0; j < M; j++)
                W[i * M + j] = d * y[j];
        }
    }
}

void mlpi_traces_jacobian(mlpi_traces *traces, const float *target, const float *weight,
                          double *residuals, double *jacobian, size_t stride)
{
    const size_t L = traces->network->count, K = units_of(traces->network, L);
    for (size_t r = 0; r < traces->rows; r++)
        row_loss(traces, target, r);
    for (size_t k = 0; k < K; k++) {
        begin_from_output(traces, k);
        mlpi_traces_backward(traces);
        for (size_t r = 0; r < traces->rows; r++) {
            const double times = weight != NULL ? sqrt((double)weight[r]) : 1.0;
            const size_t at = r * K + k;
            residuals[at] = times * (traces->y[L][at] - (double)target[at]);
            write_row(traces, r, times, jacobian + at * stride);
        }
    }
}
