/* SPDX-License-Identifier: MIT */
/* Finds the ranges of the numbers in networks. */
#include "quantise/ranges.h"

#include <math.h>

#include "base/base.h"

static double larger(double a, double b)
{
    return b > a ? b : a; /* returns a where b is NaN */
}

/* Computes the outputs of a layer, y = f(W x - b), and widens its range by them. */
static void run_layer(const mlp_network *network, size_t l, size_t inputs, const double *x,
                      double *y, mlpi_range *range)
{
    const mlp_layer layer = mlp_network_layer(network, l);
    const float *parameters = mlp_network_parameters_const(network);
    const float *w = parameters + mlp_network_weights_at(network, l);
    const float *b = parameters + mlp_network_biases_at(network, l);
    for (size_t i = 0; i < layer.units; i++, w += inputs) {
        double h = -(double)b[i];
        for (size_t j = 0; j < inputs; j++)
            h += (double)w[j] * x[j];
        y[i] = mlp_activation_value(layer.activation, h);
        range->activation = larger(range->activation, fabs(h));
        range->top = larger(range->top, h);
        range->output = larger(range->output, fabs(y[i]));
    }
}

static void run_row(const mlp_network *network, const double *x, double *room, size_t widest,
                    mlpi_range *range)
{
    size_t inputs = mlp_network_inputs(network);
    const double *from = x;
    for (size_t l = 0; l < mlp_network_layer_count(network); l++) {
        double *const into = room + l % 2 * widest;
        run_layer(network, l, inputs, from, into, &range[l]);
        inputs = mlp_network_layer(network, l).units;
        from = into;
    }
}

static size_t widest_of(const mlpi_members *members)
{
    size_t most = 0;
    for (size_t m = 0; m < members->count; m++)
        for (size_t l = 0; l < mlp_network_layer_count(members->network[m]); l++) {
            const size_t units = mlp_network_layer(members->network[m], l).units;
            most = units > most ? units : most;
        }
    return most;
}

/* Converts a row to double. false: not all of its inputs are finite. */
static bool take_row(const float *row, size_t inputs, double *x)
{
    for (size_t j = 0; j < inputs; j++) {
        x[j] = (double)row[j];
        if (!isfinite(x[j]))
            return false;
    }
    return true;
}

static bool make_room(const mlpi_members *members, mlpi_ranges *ranges)
{
    ranges->count = members->count;
    ranges->input = mlpi_allocate(mlp_network_inputs(members->network[0]), sizeof(double));
    ranges->network = mlpi_allocate(members->count, sizeof *ranges->network);
    for (size_t m = 0; ranges->network != NULL && m < members->count; m++) {
        ranges->network[m] =
            mlpi_allocate(mlp_network_layer_count(members->network[m]), sizeof(mlpi_range));
        if (ranges->network[m] == NULL)
            return false;
        for (size_t l = 0; l < mlp_network_layer_count(members->network[m]); l++)
            ranges->network[m][l].top = -INFINITY;
    }
    return ranges->input != NULL && ranges->network != NULL;
}

mlp_status mlpi_ranges_find(const mlpi_members *members, const float *x, size_t rows,
                            mlpi_ranges *ranges, mlp_error *err)
{
    const size_t inputs = mlp_network_inputs(members->network[0]), widest = widest_of(members);
    *ranges = (mlpi_ranges){0};
    double *row = mlpi_allocate(inputs, sizeof *row);
    double *room = mlpi_allocate(widest, 2 * sizeof *room);
    const bool there = make_room(members, ranges) && row != NULL && room != NULL;
    for (size_t r = 0; there && r < rows; r++) {
        if (!take_row(x + r * inputs, inputs, row))
            continue;
        for (size_t j = 0; j < inputs; j++)
            ranges->input[j] = larger(ranges->input[j], fabs(row[j]));
        for (size_t m = 0; m < members->count; m++)
            run_row(members->network[m], row, room, widest, ranges->network[m]);
    }
    mlpi_free(row);
    mlpi_free(room);
    return there ? MLP_OK : mlpi_fail_memory(err, "the ranges of networks");
}

void mlpi_ranges_release(mlpi_ranges *ranges)
{
    for (size_t m = 0; ranges->network != NULL && m < ranges->count; m++)
        mlpi_free(ranges->network[m]);
    mlpi_free(ranges->network);
    mlpi_free(ranges->input);
    *ranges = (mlpi_ranges){0};
}
