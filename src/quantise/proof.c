/* SPDX-License-Identifier: MIT */
/* The proof that nothing overflows: interval arithmetic (R. E. Moore 1966) on the integers. An
 * interval holds all values that a number can have. Sums, products with constants and increasing
 * functions map the ends of intervals to the ends of the results. The proof knows the integers
 * alone, and not the numbers that they were made from. */
#include <stdint.h>

#include "base/base.h"
#include "quantise/quantise.h"

typedef struct interval {
    int64_t low, high;
} interval;

/* Bound of a sum with 16-bit weights: its product with a 16-bit multiplier fits into 64 bits. */
static const int64_t MOST_WIDE_SUM = (int64_t)1 << 46;
enum { LEAST_SHIFT = 1, MOST_SHIFT = 46, FAR = 1 << 24 };

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static mlp_status refuse(size_t n, size_t l, const char *what, mlp_error *err)
{
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "the integers of layer %zu of network %zu are not safe: %s", l + 1, n + 1,
                     what);
}

/* Finds the interval of a unit's sum, and widens the layer's bounds to contain it and all partial
 * sums. false: a sum may overflow its type. */
static bool sum_of(mlpi_quantised_layer *l, size_t i, const interval *x, interval *sum)
{
    const int64_t most = l->wide != NULL ? MOST_WIDE_SUM : INT32_MAX;
    *sum = (interval){l->bias[i], l->bias[i]};
    for (size_t j = 0;; j++) {
        if (sum->low < -most || sum->high > most)
            return false;
        l->least_sum = smaller(l->least_sum, sum->low);
        l->most_sum = larger(l->most_sum, sum->high);
        if (j == l->inputs)
            return true;
        const int64_t w =
            l->wide != NULL ? l->wide[i * l->inputs + j] : l->narrow[i * l->inputs + j];
        sum->low += smaller(w * x[j].low, w * x[j].high);
        sum->high += larger(w * x[j].low, w * x[j].high);
    }
}

/* v of a sum; v never falls as the sum rises, so the ends of an interval give the ends of v. */
static int64_t scaled(const mlpi_quantised_layer *l, size_t i, int64_t sum)
{
    const int64_t half = (int64_t)1 << (l->shift - 1), v = sum * l->multiplier[i];
    const int64_t rounded = v < 0 ? -((half - v) >> l->shift) : (half + v) >> l->shift;
    return larger(l->low, smaller(rounded, l->high));
}

/* The interval of the nodes around v: interpolated values lie between those of two nodes. */
static interval look_up(const mlpi_quantised_table *t, interval v)
{
    const int64_t width = (int64_t)1 << (16 - t->bits);
    interval y = {INT16_MAX, INT16_MIN};
    for (int64_t node = (v.low + 32768) / width; node <= (v.high + 32768) / width + 1; node++) {
        y.low = smaller(y.low, t->value[node]);
        y.high = larger(y.high, t->value[node]);
    }
    return y;
}

static interval output_of(const mlpi_quantised_layer *l, size_t i, interval sum)
{
    if (l->finish == MLPI_FINISH_STEP)
        return (interval){sum.low > 0 ? l->high : l->low, sum.high > 0 ? l->high : l->low};
    const interval v = {scaled(l, i, sum.low), scaled(l, i, sum.high)};
    if (l->finish == MLPI_FINISH_TABLE)
        return look_up(&l->table, v);
    if (l->finish == MLPI_FINISH_CLAMP)
        return v;
    return (interval){0, (int64_t)1 << 30}; /* powers of two, only in output layers */
}

/* Checks the constants of a layer, which need no intervals. Returns the defect; NULL: none. */
static const char *defect_of(const mlpi_quantised_layer *l)
{
    if (l->finish != MLPI_FINISH_STEP && (l->shift < LEAST_SHIFT || l->shift > MOST_SHIFT))
        return "the shift is out of range";
    if (l->low > l->high || l->low < -FAR || l->high > FAR)
        return "the clamps are out of order or too far from 0";
    if (l->finish == MLPI_FINISH_TABLE && (l->low < INT16_MIN || l->high > INT16_MAX))
        return "the clamps are wider than the table";
    return NULL;
}

static mlp_status prove_layer(mlpi_quantised_layer *l, size_t n, size_t at, const interval *x,
                              interval *y, mlp_error *err)
{
    const char *defect = defect_of(l);
    if (defect != NULL)
        return refuse(n, at, defect, err);
    l->least_sum = INT64_MAX;
    l->most_sum = INT64_MIN;
    for (size_t i = 0; i < l->units; i++) {
        interval sum;
        if (!sum_of(l, i, x, &sum))
            return refuse(n, at, "the sum of a unit may overflow", err);
        y[i] = output_of(l, i, sum);
    }
    return MLP_OK;
}

/* Whether the outputs of a hidden layer fit into 16 bits. */
static bool fits(const interval *y, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (y[i].low < INT16_MIN || y[i].high > INT16_MAX)
            return false;
    return true;
}

static mlp_status prove_network(mlpi_quantised_network *network, size_t n, int32_t most,
                                interval *room, size_t widest, mlp_error *err)
{
    for (size_t j = 0; j < network->layer[0].inputs; j++)
        room[j] = (interval){-most, most};
    for (size_t l = 0; l < network->count; l++) {
        const interval *x = room + l % 2 * widest;
        interval *y = room + (l + 1) % 2 * widest;
        MLPI_TRY(prove_layer(&network->layer[l], n, l, x, y, err));
        if (l + 1 < network->count && !fits(y, network->layer[l].units))
            return refuse(n, l, "an output needs more than 16 bits", err);
    }
    return MLP_OK;
}

mlp_status mlpi_quantised_prove(mlpi_quantised *q, mlp_error *err)
{
    size_t widest = q->inputs;
    widest = q->widest > widest ? q->widest : widest;
    widest = q->outputs > widest ? q->outputs : widest;
    interval *room = mlpi_allocate(widest, 2 * sizeof *room);
    mlp_status status = room != NULL ? MLP_OK : mlpi_fail_memory(err, "the proof of integers");
    if (q->most < 0 || q->most > INT16_MAX)
        status = mlpi_fail(err, MLP_ERROR_ARGUMENT, "the largest input, %d, is not from 0 to 32767",
                           (int)q->most);
    for (size_t n = 0; status == MLP_OK && n < q->count; n++)
        status = prove_network(&q->network[n], n, q->most, room, widest, err);
    mlpi_free(room);
    return status;
}
