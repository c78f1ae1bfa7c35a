/* SPDX-License-Identifier: MIT */
#include "train/inside.h"

#include <math.h>
#include <string.h>

#include "network/layout.h"
#include "network/traces.h"

enum { ROWS = 256, MOST_WORK = 100000000 /* multiply-adds */ };

/* The largest absolute derivative of an activation on a grid. */
static double steepest(mlp_activation f)
{
    double most = 0.0;
    for (int i = -60; i <= 60; i++)
        most = fmax(most, fabs(mlp_activation_slope(f, 0.1 * i)));
    return most;
}

/* Counts neurons that are dead (derivative 0 on every row) or saturated (on at most a twentieth of
 * the rows, the derivative reaches a twentieth of its maximum). */
static void look_at_slopes(const mlpi_traces *t, size_t l, mlpi_layer_look *one)
{
    const double bound = 0.05 * steepest(mlp_network_layer(t->network, l - 1).activation);
    for (size_t u = 0; u < one->units; u++) {
        size_t alive = 0, steep = 0;
        for (size_t r = 0; r < t->rows; r++) {
            const double slope = fabs(t->slope[l][r * one->units + u]);
            alive += slope > 0.0;
            steep += slope >= bound;
        }
        one->dead += alive == 0;
        one->saturated += alive > 0 && 20 * steep <= t->rows;
    }
}

static double root_mean_square(const double *values, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += values[i] * values[i];
    return sqrt(sum / (double)n);
}

static void look_at_layers(const mlpi_traces *t, mlpi_layer_look *layers)
{
    for (size_t l = 1; l <= t->network->count; l++) {
        mlpi_layer_look *one = &layers[l - 1];
        one->units = t->network->layers[l - 1].units;
        if (l < t->network->count)
            look_at_slopes(t, l, one);
        one->delta = root_mean_square(t->delta[l], t->rows * one->units);
    }
}

/* Training rows, evenly spaced since data may be sorted, and the parameters as traces read them. */
typedef struct sample {
    float *x, *target;
    double *w, *turned;
} sample;

static bool take_sample(const mlp_network *n, mlpi_batches *data, size_t rows, sample *s)
{
    *s = (sample){mlpi_allocate(rows, data->inputs * sizeof(float)),
                  mlpi_allocate(rows, data->outputs * sizeof(float)),
                  mlpi_allocate(n->size, sizeof(double)), mlpi_allocate(n->size, sizeof(double))};
    if (s->x == NULL || s->target == NULL || s->w == NULL || s->turned == NULL)
        return false;
    mlpi_given given;
    mlpi_batches_rewind(data, NULL);
    for (size_t i = 0, first = 0; i < rows && mlpi_batches_next(data, SIZE_MAX, &given);
         first += given.batch.rows)
        for (; i < rows && i * data->rows / rows < first + given.batch.rows; i++) {
            const size_t at = i * data->rows / rows - first;
            const size_t r = given.batch.index != NULL ? given.batch.index[at] : at;
            memcpy(s->x + i * data->inputs, given.batch.x + r * data->inputs,
                   data->inputs * sizeof(float));
            memcpy(s->target + i * data->outputs, given.batch.target + r * data->outputs,
                   data->outputs * sizeof(float));
        }
    for (size_t i = 0; i < n->size; i++)
        s->w[i] = (double)n->parameters[i];
    mlpi_traces_turn(n, s->w, s->turned);
    return true;
}

static void release_sample(sample *s)
{
    mlpi_free(s->x);
    mlpi_free(s->target);
    mlpi_free(s->w);
    mlpi_free(s->turned);
}

mlp_status mlpi_look_inside(const mlp_trainer *run, mlpi_layer_look *layers, mlp_error *err)
{
    const mlp_network *n = run->data.network;
    mlpi_batches *data = run->data.learning;
    const size_t most = MOST_WORK / n->size < 16 ? 16 : MOST_WORK / n->size;
    size_t rows = data->rows < ROWS ? data->rows : ROWS;
    rows = rows < most ? rows : most;
    mlpi_traces *traces = NULL;
    MLPI_TRY(mlpi_traces_create(n, rows, &traces, err));
    sample s;
    const bool room = take_sample(n, data, rows, &s);
    if (room) {
        mlpi_traces_forward(traces, s.w, s.turned, s.x, rows);
        mlpi_traces_loss(traces, s.target, NULL);
        mlpi_traces_backward(traces);
        look_at_layers(traces, layers);
    }
    release_sample(&s);
    mlpi_traces_free(traces);
    return room ? MLP_OK : mlpi_fail_memory(err, "the diagnosis");
}
