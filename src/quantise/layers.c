/* SPDX-License-Identifier: MIT */
/* A layer in integers. A unit has the weights w, the bias b, and integer inputs n_j, of which 1
 * stands for the value `in`. Its activation is
 *
 *      h = sum_j w_j x_j - b = in u (sum_j q_j n_j + c),   q_j = w_j / u,  c = -b / (in u)
 *
 * where an integer weight q_j of 1 is worth u. With y = g h in steps of d,
 *
 *      v = y / d = (sum_j q_j n_j + c) m / 2^s,   m = 2^s g in u / d.
 *
 * Rounding m for a given u would cause an error, since m has few bits. So m is rounded up from its
 * value for the least u, and u is computed from the rounded m. */
#include <math.h>

#include "base/base.h"
#include "quantise/scales.h"

enum { MOST_SHIFT = 46, OUTPUT_BITS = 23 };

/* A layer that is being made. */
typedef struct maker {
    const mlpi_scales *s;
    const mlp_network *network;
    const mlpi_reads *reads; /* of the network */
    size_t l;
    double in, step; /* the values that an integer of 1 stands for: as an input, and as v */
    mlpi_form form;
    mlpi_quantised_layer *to;
} maker;

/* The weight of unit i for the j-th input that the network reads. */
static double weight_of(const maker *m, size_t i, size_t j)
{
    const uint32_t *input = m->l == 0 ? m->reads->input : NULL;
    return mlpi_scaled_weight(m->s, m->network, m->l, i, input != NULL ? input[j] : j);
}

static double bias_of(const maker *m, size_t i)
{
    const float *b =
        mlp_network_parameters_const(m->network) + mlp_network_biases_at(m->network, m->l);
    return m->form.offset - (double)b[i];
}

/* The least u with which the weights of a unit fit into weight_most, and its bias into sum_room. */
static double least_worth(const maker *m, size_t i)
{
    double most = 0.0;
    for (size_t j = 0; j < m->to->inputs; j++)
        most = fmax(most, fabs(weight_of(m, i, j)));
    return fmax(most / (double)m->s->weight_most,
                fabs(bias_of(m, i)) / (m->in * (double)m->s->sum_room));
}

static double largest_worth(const maker *m)
{
    double most = 0.0;
    for (size_t i = 0; i < m->to->units; i++)
        most = fmax(most, least_worth(m, i));
    return most;
}

/* Chooses the bounds of a CLAMP or STEP layer, and its step, which no table prescribes. */
static void choose_clamps(maker *m, const mlpi_range *range, bool output)
{
    mlpi_quantised_layer *to = m->to;
    const double limit = output ? ldexp(1.0, OUTPUT_BITS) : (double)m->s->most;
    const double most = m->form.bounded ? 1.0 : range->output > 0.0 ? 2.0 * range->output : 1.0;
    m->step = most / limit;
    if (!m->form.bounded) /* coarse enough for a shift of at least 1: see choose_shift */
        m->step = fmax(m->step, m->form.gain * m->in * largest_worth(m) / INT16_MAX);
    to->high = (int32_t)limit;
    to->low = (int32_t)(m->form.low * limit);
    to->unit = m->step;
}

static void choose_powers(maker *m, const mlpi_range *range)
{
    enum { FAR = 1 << 22, SMALL = 31 * 1024 };
    mlpi_quantised_layer *to = m->to;
    m->step = MLPI_POWER_STEP;
    to->unit = ldexp(1.0, -30);
    to->low = -FAR;
    to->high = FAR;
    if (to->finish != MLPI_FINISH_EXPONENTIAL)
        return;
    to->high = (int32_t)lround(fmin(range->top + 2.0, 80.0) / m->step);
    to->low = to->high - SMALL;
    to->unit *= exp(to->high * m->step);
}

static void choose_scale(maker *m, const mlpi_range *range, bool output)
{
    mlpi_quantised_layer *to = m->to;
    if (to->finish == MLPI_FINISH_CLAMP || to->finish == MLPI_FINISH_STEP) {
        choose_clamps(m, range, output && to->finish == MLPI_FINISH_CLAMP);
    } else if (to->finish == MLPI_FINISH_TABLE) {
        m->step = to->table.range / 32768.0;
        to->low = INT16_MIN;
        to->high = INT16_MAX;
        to->unit = to->table.unit;
    } else {
        choose_powers(m, range);
    }
}

/* The largest shift for which all multipliers fit into 16 bits. 0: there is none. */
static int choose_shift(const maker *m)
{
    const double factor = m->form.gain * m->in * largest_worth(m) / m->step;
    int shift = MOST_SHIFT;
    while (shift > 0 && ldexp(factor, shift) > UINT16_MAX)
        shift--;
    return shift;
}

static void put_unit(const maker *m, size_t i)
{
    mlpi_quantised_layer *to = m->to;
    const double base = m->form.gain * m->in / m->step;
    const double multiplier = fmax(ceil(ldexp(base * least_worth(m, i), to->shift)), 1.0);
    to->multiplier[i] = (uint16_t)multiplier;
    const double worth = ldexp(multiplier, -to->shift) / base;
    to->bias[i] = llround(bias_of(m, i) / (worth * m->in));
    for (size_t j = 0; j < to->inputs; j++) {
        const long w = lround(weight_of(m, i, j) / worth);
        if (to->narrow != NULL)
            to->narrow[i * to->inputs + j] = (int8_t)w;
        else
            to->wide[i * to->inputs + j] = (int16_t)w;
    }
}

static bool make_room(const mlpi_scales *s, mlpi_quantised_layer *to)
{
    size_t weights = 0;
    if (!mlpi_multiply(to->units, to->inputs, &weights))
        return false;
    if (s->bits == 8)
        to->narrow = mlpi_allocate(weights, sizeof *to->narrow);
    else
        to->wide = mlpi_allocate(weights, sizeof *to->wide);
    to->bias = mlpi_allocate(to->units, sizeof *to->bias);
    to->multiplier = mlpi_allocate(to->units, sizeof *to->multiplier);
    return (to->narrow != NULL || to->wide != NULL) && to->bias != NULL && to->multiplier != NULL;
}

mlp_status mlpi_layer_make(const mlpi_scales *s, size_t m, size_t l, double in, mlpi_quantised *q,
                           mlp_error *err)
{
    const mlp_network *network = s->members->network[m];
    const mlp_layer layer = mlp_network_layer(network, l);
    const bool output = l + 1 == mlp_network_layer_count(network);
    mlpi_quantised_layer *to = &q->network[m].layer[l];
    maker make = {.s = s,
                  .network = network,
                  .reads = &q->network[m].reads,
                  .l = l,
                  .in = in,
                  .form = mlpi_form_of(layer.activation, output),
                  .to = to};
    to->inputs =
        l == 0 ? mlpi_reads_inputs(make.reads, network) : mlp_network_layer(network, l - 1).units;
    to->units = layer.units;
    to->activation = layer.activation;
    to->finish = make.form.finish;
    to->table = q->table[layer.activation];
    if (!make_room(s, to))
        return mlpi_fail_memory(err, "a layer of integers");
    choose_scale(&make, &s->ranges.network[m][l], output);
    to->shift = choose_shift(&make);
    if (to->shift == 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "layer %zu of network %zu cannot be converted to integers: its weights "
                         "are too large for their sums to be scaled",
                         l + 1, m + 1);
    for (size_t i = 0; i < to->units; i++)
        put_unit(&make, i);
    return MLP_OK;
}
