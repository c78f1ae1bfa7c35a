/* SPDX-License-Identifier: MIT */
/* The tables of activations: one for each, shared by all layers of all networks. */
#include <math.h>

#include "base/base.h"
#include "quantise/scales.h"

enum { LEAST_NODES = 4, MOST_NODES = 10 }; /* as powers of two */

/* The largest |h| of the table: twice the largest one in the rows, but not beyond the point from
 * which the activation is practically constant. */
static double range_of(const mlpi_scales *s, mlp_activation f)
{
    static const double ends[MLP_ACTIVATION_COUNT] = {
        [MLP_LOGISTIC] = 16.0, [MLP_TANH] = 8.0, [MLP_GAUSSIAN] = 4.0};
    double most = 0.0;
    for (size_t m = 0; m < s->members->count; m++)
        for (size_t l = 0; l < mlp_network_layer_count(s->members->network[m]); l++)
            if (mlp_network_layer(s->members->network[m], l).activation == f)
                most = fmax(most, s->ranges.network[m][l].activation);
    /* Doubling h would square e^h, and leave too few steps for the values in the rows. */
    const double wide = f == MLP_EXPONENTIAL ? most + 1.0 : fmax(2.0 * most, 1.0);
    return ends[f] > 0.0 ? fmin(wide, ends[f]) : wide;
}

static bool is_needed(const mlpi_scales *s, mlp_activation f)
{
    for (size_t m = 0; m < s->members->count; m++) {
        const size_t count = mlp_network_layer_count(s->members->network[m]);
        for (size_t l = 0; l < count; l++)
            if (mlp_network_layer(s->members->network[m], l).activation == f &&
                mlpi_form_of(f, l + 1 == count).finish == MLPI_FINISH_TABLE)
                return true;
    }
    return false;
}

static double node(mlp_activation f, double range, int bits, size_t i)
{
    return mlp_activation_value(f, -range + ldexp(2.0 * range * (double)i, -bits));
}

/* The largest error of linear interpolation, measured half-way between the nodes. */
static double error_of(mlp_activation f, double range, int bits)
{
    double most = 0.0;
    for (size_t i = 0; i < (size_t)1 << bits; i++)
        most = fmax(most, fabs(0.5 * (node(f, range, bits, i) + node(f, range, bits, i + 1)) -
                               node(f, range, bits + 1, 2 * i + 1)));
    return most;
}

static double largest(mlp_activation f, double range, int bits)
{
    double most = 0.0;
    for (size_t i = 0; i <= (size_t)1 << bits; i++)
        most = fmax(most, fabs(node(f, range, bits, i)));
    return most;
}

/* Makes a table with the fewest nodes that keep the error at 2^-9 of the largest value or below;
 * for weights of 16 bits, at 2^-13. At most 2^MOST_NODES + 1 nodes, even if the error is larger. */
static mlp_status make(const mlpi_scales *s, mlp_activation f, mlpi_quantised_table *t,
                       mlp_error *err)
{
    const double range = range_of(s, f), most = largest(f, range, MOST_NODES);
    const double bearable = ldexp(most, s->bits == 8 ? -9 : -13);
    int bits = LEAST_NODES;
    if (!isfinite(most))
        return mlpi_fail(
            err, MLP_ERROR_ARGUMENT,
            "activation %s cannot be converted to integers: it overflows; train with another",
            mlp_activation_describe(f)->name);
    while (bits < MOST_NODES && error_of(f, range, bits) > bearable)
        bits++;
    *t = (mlpi_quantised_table){
        .bits = bits, .range = range, .unit = (most > 0.0 ? most : 1.0) / (double)s->most};
    int16_t *const value = mlpi_allocate(((size_t)1 << bits) + 1, sizeof *value);
    if (value == NULL)
        return mlpi_fail_memory(err, "a table of integers");
    t->value = value;
    for (size_t i = 0; i <= (size_t)1 << bits; i++)
        value[i] = (int16_t)lround(node(f, range, bits, i) / t->unit);
    return MLP_OK;
}

mlp_status mlpi_tables_make(const mlpi_scales *s, mlpi_quantised *q, mlp_error *err)
{
    for (int f = 0; f < MLP_ACTIVATION_COUNT; f++)
        if (is_needed(s, (mlp_activation)f))
            MLPI_TRY(make(s, (mlp_activation)f, &q->table[f], err));
    return MLP_OK;
}
