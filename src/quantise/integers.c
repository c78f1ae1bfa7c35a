/* SPDX-License-Identifier: MIT */
/* The arithmetic of networks in integers. All of it is defined for every integer that passes
 * proof.c, and no negative number is shifted to the right. */
#include <stdint.h>

#include "base/base.h"
#include "network/temperature.h"
#include "quantise/quantise.h"

/* --- formulas --------------------------------------------------------------------------------- */

/* Converts an input: x times factor, rounded half away from 0, and clamped; NaN becomes 0. */
MLPI_CARRIED(
    integer_of_text, static int16_t integer_of(float x, float factor, float most) {
        const float v = x * factor;
        if (v >= most)
            return (int16_t)most;
        if (v <= -most)
            return (int16_t)-most;
        if (v >= 0.0f)
            return (int16_t)(v + 0.5f);
        return (int16_t)(v < 0.0f ? v - 0.5f : 0.0f);
    });

MLPI_CARRIED(
    sum_8_text,
    static int32_t sum_8(const int8_t *w, int32_t sum, size_t inputs, const int16_t *x) {
        for (size_t j = 0; j < inputs; j++)
            sum += (int32_t)w[j] * (int32_t)x[j];
        return sum;
    });

MLPI_CARRIED(
    sum_16_text,
    static int64_t sum_16(const int16_t *w, int64_t sum, size_t inputs, const int16_t *x) {
        for (size_t j = 0; j < inputs; j++)
            sum += (int32_t)w[j] * (int32_t)x[j];
        return sum;
    });

/* v / 2^shift, rounded, half away from 0. */
MLPI_CARRIED(
    rounded_text, static int64_t rounded(int64_t v, int shift) {
        const int64_t half = (int64_t)1 << (shift - 1);
        return v < 0 ? -((half - v) >> shift) : (half + v) >> shift;
    });

MLPI_CARRIED(
    scaled_text,
    static int32_t scaled(int64_t sum, uint16_t multiplier, int shift, int32_t low, int32_t high) {
        const int64_t v = rounded(sum * multiplier, shift);
        return v < low ? low : v > high ? high : (int32_t)v;
    });

/* The value at v, from -32768 to 32767, by linear interpolation between 2^bits + 1 nodes. */
MLPI_CARRIED(
    interpolated_text, static int16_t interpolated(const int16_t *table, int bits, int32_t v) {
        const int32_t at = v + 32768;
        const int rest = 16 - bits;
        const int32_t width = (int32_t)1 << rest;
        const int32_t node = at >> rest;
        const int32_t part = at & (width - 1);
        const int64_t sum = (int64_t)table[node] * (width - part) + (int64_t)table[node + 1] * part;
        return (int16_t)rounded(sum, rest);
    });

/* 2^(15 - i / 32) */
static const uint16_t powers[MLPI_POWERS] = {
    32768, 32066, 31379, 30706, 30048, 29405, 28774, 28158, 27554, 26964, 26386,
    25821, 25268, 24726, 24196, 23678, 23170, 22674, 22188, 21713, 21247, 20792,
    20347, 19911, 19484, 19066, 18658, 18258, 17867, 17484, 17109, 16743, 16384};

/* 2^(30 - u / 1024) for u >= 0, and at least 1, by linear interpolation over 32 intervals. Before
 * the final shift, which rounds down, the relative error is at most 8e-5. */
MLPI_CARRIED(
    falling_text, static int32_t falling(int32_t u) {
        const int32_t whole = u / 1024;
        const int32_t node = u % 1024 / 32;
        const int32_t part = u % 32;
        if (whole > 29)
            return 1;
        return (((int32_t)powers[node] * (32 - part) + (int32_t)powers[node + 1] * part) *
                (int32_t)1024) >>
               whole;
    });

MLPI_CARRIED(
    logistic_text, static int32_t logistic(int32_t h) {
        const int64_t one = (int64_t)1 << 30;
        const int64_t e = falling(h < 0 ? -h : h);
        return (int32_t)((h < 0 ? e : one) * one / (one + e));
    });

/* Turns v into shares of 2^30, none of which is 0. */
MLPI_CARRIED(
    softmax_text, static void softmax(int32_t *y, size_t count) {
        int32_t most = y[0];
        int64_t sum = 0;
        for (size_t k = 1; k < count; k++)
            most = y[k] > most ? y[k] : most;
        for (size_t k = 0; k < count; k++)
            sum += y[k] = falling(most - y[k]);
        for (size_t k = 0; k < count; k++) {
            const int64_t share = ((int64_t)y[k] * ((int64_t)1 << 30) + sum / 2) / sum;
            y[k] = share > 0 ? (int32_t)share : 1;
        }
    });

const mlpi_integer_code mlpi_integer_code_text = {integer_of_text, sum_8_text,    sum_16_text,
                                                  rounded_text,    scaled_text,   interpolated_text,
                                                  falling_text,    logistic_text, softmax_text};
const uint16_t *const mlpi_integer_powers = powers;

/* --- networks --------------------------------------------------------------------------------- */

static int64_t sum_of(const mlpi_quantised_layer *l, size_t i, const int16_t *x)
{
    return l->wide != NULL ? sum_16(l->wide + i * l->inputs, l->bias[i], l->inputs, x)
                           : sum_8(l->narrow + i * l->inputs, (int32_t)l->bias[i], l->inputs, x);
}

/* The output of unit i; in a softmax layer v, from which softmax() makes the outputs. */
static int32_t unit_of(const mlpi_quantised_layer *l, size_t i, const int16_t *x)
{
    const int64_t sum = sum_of(l, i, x);
    if (l->finish == MLPI_FINISH_STEP)
        return sum > 0 ? l->high : l->low;
    const int32_t v = scaled(sum, l->multiplier[i], l->shift, l->low, l->high);
    switch (l->finish) {
    case MLPI_FINISH_TABLE:
        return interpolated(l->table.value, l->table.bits, v);
    case MLPI_FINISH_LOGISTIC:
        return logistic(v);
    case MLPI_FINISH_EXPONENTIAL:
        return falling(l->high - v);
    default:
        return v;
    }
}

void mlpi_quantised_inputs(const mlpi_quantised *q, const float *x, int16_t *u)
{
    for (size_t j = 0; j < q->inputs; j++)
        u[j] = integer_of(x[j], q->factor[j], (float)q->most);
}

/* Copies the inputs that a network reads to `own`, which the first layer does not overwrite. */
static const int16_t *pick(const mlpi_reads *reads, const int16_t *u, int16_t *own)
{
    for (size_t i = 0; i < reads->count; i++)
        own[i] = u[reads->input[i]];
    return own;
}

void mlpi_quantised_run(const mlpi_quantised *q, size_t n, const int16_t *u, int16_t *room,
                        int32_t *y)
{
    const mlpi_quantised_network *network = &q->network[n];
    const mlpi_quantised_layer *last = &network->layer[network->count - 1];
    const int16_t *from =
        network->reads.input != NULL ? pick(&network->reads, u, room + q->widest) : u;
    for (size_t l = 0; l + 1 < network->count; l++) {
        const mlpi_quantised_layer *layer = &network->layer[l];
        int16_t *const into = room + l % 2 * q->widest;
        for (size_t i = 0; i < layer->units; i++)
            into[i] = (int16_t)unit_of(layer, i, from);
        from = into;
    }
    for (size_t i = 0; i < last->units; i++)
        y[i] = unit_of(last, i, from);
    if (last->finish == MLPI_FINISH_SOFTMAX)
        softmax(y, last->units);
}

void mlpi_quantised_outputs(const mlpi_quantised *q, const int16_t *u, int16_t *room,
                            int32_t *integers, double *sum, float *y)
{
    for (size_t k = 0; k < q->outputs; k++)
        sum[k] = 0.0;
    for (size_t n = 0; n < q->count; n++) {
        const mlpi_quantised_network *network = &q->network[n];
        const double worth = q->weight[n] * network->layer[network->count - 1].unit;
        mlpi_quantised_run(q, n, u, room, integers);
        for (size_t k = 0; k < q->outputs; k++)
            sum[k] += worth * (double)integers[k];
    }
    for (size_t k = 0; k < q->outputs; k++)
        y[k] = (float)sum[k];
    if (q->temperature > 0.0)
        mlpi_temper(q->temperature, q->outputs, y, 1);
}
