/* SPDX-License-Identifier: MIT */
/* Initial weights from the data (D. Mishkin, J. Matas 2016, with the biases of D. Holzmueller, L.
 * Grinsztajn, I. Steinwart 2024, "he+5"). Layer by layer, over up to 4096 training rows:
 *
 *     w_ij normal, divided by the standard deviation of a_i = sum_j w_ij y_j;
 *     b_i = sum_r lambda_r a_i(r) / sum_r lambda_r over five rows r, with lambda_r from the
 *     exponential distribution, so that h_i = a_i - b_i is 0 at a weighted mean of rows.
 *
 * The a of a layer are the outputs of a network that ends with this layer, made linear. */
#include "batches/first_weights.h"

#include <math.h>
#include <string.h>

#include "network/layout.h"

enum { MOST_ROWS = 4096, MOST_FLOATS = 1 << 24, POINTS = 5 };

/* The inputs of some rows, one after another, and the a of one layer for these rows. */
typedef struct sample {
    size_t rows;
    float *x, *a;
} sample;

static mlp_status take_rows(mlpi_batches *from, uint64_t seed, sample *s, mlp_error *err)
{
    const size_t n = from->inputs, most = MOST_FLOATS / n + 1;
    const size_t wanted = most < MOST_ROWS ? most : MOST_ROWS;
    mlpi_given given;
    s->x = mlpi_allocate(wanted, n * sizeof *s->x);
    if (s->x == NULL)
        return mlpi_fail_memory(err, "first weights");
    mlpi_batches_rewind(from, &seed);
    while (s->rows < wanted && mlpi_batches_next(from, wanted - s->rows, &given))
        for (size_t i = 0; i < given.batch.rows && s->rows < wanted; i++) {
            const size_t row = given.batch.index != NULL ? given.batch.index[i] : i;
            memcpy(s->x + s->rows++ * n, given.batch.x + row * n, n * sizeof *s->x);
        }
    return mlpi_batches_check(from, err);
}

/* Computes the a of layer l for all rows of the sample. */
static mlp_status activations(const mlp_network *network, size_t l, int threads, sample *s,
                              mlp_error *err)
{
    mlp_layer layers[MLP_MAX_LAYERS];
    mlp_network *part = NULL;
    mlpi_engine *engine = NULL;
    memcpy(layers, network->layers, (l + 1) * sizeof *layers);
    layers[l].activation = MLP_LINEAR;
    MLPI_TRY(mlp_network_create(network->inputs, layers, l + 1, MLP_QUADRATIC, &part, err));
    memcpy(part->parameters, network->parameters, part->biases_at[0] * sizeof *part->parameters);
    memcpy(part->parameters + part->biases_at[0], network->parameters + network->biases_at[0],
           (part->size - part->biases_at[0]) * sizeof *part->parameters);
    mlp_status status = mlpi_engine_create(part, 0, threads, MLP_PRECISION_FLOAT, &engine, err);
    if (status == MLP_OK)
        mlpi_engine_forward(engine, &(mlpi_batch){.x = s->x, .rows = s->rows}, s->a);
    mlpi_engine_free(engine);
    mlp_network_free(part);
    return status;
}

static double deviation_of(const float *a, size_t rows, size_t units)
{
    double mean = 0.0, squares = 0.0;
    for (size_t r = 0; r < rows; r++)
        mean += (double)a[r * units] / (double)rows;
    for (size_t r = 0; r < rows; r++)
        squares += ((double)a[r * units] - mean) * ((double)a[r * units] - mean);
    return sqrt(squares / (double)rows);
}

/* A random convex combination of the a of a neuron at POINTS rows. */
static double between(mlpi_random *random, const float *a, size_t rows, size_t units)
{
    double sum = 0.0, weights = 0.0;
    for (int i = 0; i < POINTS; i++) {
        const double weight = -log1p(-mlpi_random_uniform(random));
        sum += weight * (double)a[mlpi_random_below(random, rows) * units];
        weights += weight;
    }
    return weights > 0.0 ? sum / weights : (double)a[0];
}

static void draw_weights(mlp_network *network, size_t l, mlpi_random *random)
{
    const size_t inputs = mlpi_layer_inputs(network, l);
    float *w = network->parameters + network->weights_at[l];
    for (size_t i = 0; i < network->layers[l].units * inputs; i++)
        w[i] = (float)(mlpi_random_normal(random) / sqrt((double)inputs));
}

static void fit_layer(mlp_network *network, size_t l, const sample *s, mlpi_random *random)
{
    const size_t units = network->layers[l].units, inputs = mlpi_layer_inputs(network, l);
    float *w = network->parameters + network->weights_at[l];
    float *b = network->parameters + network->biases_at[l];
    for (size_t i = 0; i < units; i++, w += inputs) {
        const double deviation = deviation_of(s->a + i, s->rows, units);
        const double factor = deviation > 1e-6 && isfinite(deviation) ? 1.0 / deviation : 1.0;
        b[i] = (float)(factor * between(random, s->a + i, s->rows, units));
        for (size_t j = 0; j < inputs; j++)
            w[j] = (float)(factor * (double)w[j]);
    }
}

static mlp_status fit_layers(mlp_network *network, uint64_t seed, int threads, sample *s,
                             mlp_error *err)
{
    for (size_t l = 0; l < network->count; l++) {
        mlpi_random random = mlpi_random_init(seed, MLPI_STREAM_WEIGHTS + l);
        draw_weights(network, l, &random);
        mlpi_free(s->a);
        s->a = mlpi_allocate(s->rows, network->layers[l].units * sizeof *s->a);
        if (s->a == NULL)
            return mlpi_fail_memory(err, "first weights");
        MLPI_TRY(activations(network, l, threads, s, err));
        fit_layer(network, l, s, &random);
    }
    return MLP_OK;
}

mlp_status mlpi_first_weights(mlp_network *network, mlpi_batches *rows, uint64_t seed, int threads,
                              mlp_error *err)
{
    sample s = {0};
    memset(network->parameters, 0, network->size * sizeof *network->parameters);
    mlp_status status = take_rows(rows, seed, &s, err);
    if (status == MLP_OK)
        status = fit_layers(network, seed, threads, &s, err);
    mlpi_free(s.x);
    mlpi_free(s.a);
    return status;
}

/* --- the output layer ------------------------------------------------------------------------- */

/* The h with f(h) = mean; NaN: there is no such h, or f is not inverted here. A share is kept at
 * least half a row away from 0 and 1, so that h is finite. */
static double inverse(mlp_activation f, double mean, double rows)
{
    const double least = 0.5 / rows, share = fmin(fmax(mean, least), 1.0 - least);
    switch (f) {
    case MLP_LINEAR:
        return mean;
    case MLP_EXPONENTIAL:
        return mean > 0.0 ? log(mean) : (double)NAN;
    case MLP_SOFTPLUS:
        return mean > 0.0 ? mean + log(-expm1(-mean)) : (double)NAN;
    case MLP_LOGISTIC:
        return log(share / (1.0 - share));
    case MLP_SOFTMAX:
        return log(share);
    default:
        return (double)NAN;
    }
}

mlp_status mlpi_first_outputs(mlp_network *network, mlpi_batches *rows, mlp_error *err)
{
    const mlp_activation f = network->layers[network->count - 1].activation;
    float *biases = network->parameters + network->biases_at[network->count - 1];
    double *means = mlpi_allocate(rows->outputs, sizeof *means);
    mlpi_given given;
    if (means == NULL)
        return mlpi_fail_memory(err, "training");
    mlpi_batches_rewind(rows, NULL);
    while (mlpi_batches_next(rows, SIZE_MAX, &given))
        for (size_t i = 0; i < given.batch.rows; i++) {
            const size_t r = given.batch.index != NULL ? given.batch.index[i] : i;
            for (size_t k = 0; k < rows->outputs; k++)
                means[k] += (given.batch.weight != NULL ? (double)given.batch.weight[r] : 1.0) *
                            (double)given.batch.target[r * rows->outputs + k] / (double)rows->rows;
        }
    const mlp_status status = mlpi_batches_check(rows, err);
    for (size_t k = 0; status == MLP_OK && k < rows->outputs; k++) {
        const double h = inverse(f, means[k], (double)rows->rows);
        if (isfinite(h))
            biases[k] = (float)-h;
    }
    mlpi_free(means);
    return status;
}
