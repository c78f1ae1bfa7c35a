/* SPDX-License-Identifier: MIT */
/* Statistics of columns of numbers: moments in two passes in the order of the rows, and a
 * sample. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "transforms/transform.h"

/* --- the sample ------------------------------------------------------------------------------- */

enum { MOST_KEPT = 1 << 17 };

/* Pseudorandom bits for value number i (the finalizer of SplitMix64; G. Steele et al. 2014). */
static uint32_t key_of(uint64_t i)
{
    i = (i ^ i >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    i = (i ^ i >> 27) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)(i ^ i >> 31);
}

/* Drops about half of the sample, as if the values whose keys have the next bit set had never been
 * kept. */
static void thin_out(mlpi_numbers *n)
{
    size_t kept = 0;
    n->mask = n->mask << 1 | 1u;
    for (size_t i = 0; i < n->sample_count; i++) {
        if ((n->keys[i] & n->mask) != 0)
            continue;
        n->sample[kept] = n->sample[i];
        n->keys[kept++] = n->keys[i];
    }
    n->sample_count = kept;
}

static void keep(mlpi_numbers *n, double value)
{
    const uint32_t key = key_of(n->offered++);
    if ((key & n->mask) != 0)
        return;
    if (n->sample_count == MOST_KEPT)
        thin_out(n);
    if ((key & n->mask) != 0 || n->out_of_memory)
        return;
    n->out_of_memory =
        !mlpi_grow(&n->sample, &n->value_room, n->sample_count + 1, sizeof *n->sample) ||
        !mlpi_grow(&n->keys, &n->key_room, n->sample_count + 1, sizeof *n->keys);
    if (n->out_of_memory)
        return;
    n->sample[n->sample_count] = value;
    n->keys[n->sample_count++] = key;
}

static void sort_sample(mlpi_numbers *n)
{
    if (n->sampled && n->count == 0)
        keep(n, 0.0);
    if (n->sample_count > 0)
        mlpi_sort(n->sample, n->sample_count);
}

static void keep_some(mlpi_numbers *n, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            keep(n, values[i]);
}

void mlpi_numbers_release(mlpi_numbers *numbers)
{
    free(numbers->sample);
    free(numbers->keys);
    *numbers = (mlpi_numbers){0};
}

/* --- moments ---------------------------------------------------------------------------------- */

/* Whether the deviation is larger than the one that rounding gives a constant column. */
static bool spreads(double mean, double scale)
{
    return isfinite(mean) && isfinite(scale) && scale > 1e-12 * fabs(mean);
}

void mlpi_moments(const double *values, size_t count, double *mean, double *scale)
{
    double sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < count; i++)
        sum += values[i];
    *mean = sum / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - *mean) * (values[i] - *mean);
    *scale = sqrt(squares / (double)count);
    *scale = spreads(*mean, *scale) ? *scale : 1.0;
}

/* Adds to a copy, which compilers keep in registers. */
static void add_first(mlpi_numbers *numbers, const double *values, size_t count)
{
    mlpi_numbers n = *numbers;
    for (size_t i = 0; i < count; i++) {
        const double value = values[i];
        if (isnan(value)) {
            n.missing++;
            continue;
        }
        n.lowest = n.count == 0 || value < n.lowest ? value : n.lowest;
        n.highest = n.count == 0 || value > n.highest ? value : n.highest;
        n.sum += value;
        n.count++;
    }
    *numbers = n;
}

static void add_second(mlpi_numbers *numbers, const double *values, size_t count)
{
    const double mean = numbers->mean;
    double squares = numbers->squares;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            squares += (values[i] - mean) * (values[i] - mean);
    numbers->squares = squares;
}

/* Updates the least and the largest value in eight parts at once, which compilers vectorise. */
static void add_bounds(mlpi_numbers *n, const double *values, size_t count)
{
    enum { AT_ONCE = 8 };
    double low[AT_ONCE], high[AT_ONCE];
    size_t i = 0;
    for (size_t k = 0; k < AT_ONCE; k++) {
        low[k] = n->count > 0 ? n->lowest : values[0];
        high[k] = n->count > 0 ? n->highest : values[0];
    }
    for (; i + AT_ONCE <= count; i += AT_ONCE)
        for (size_t k = 0; k < AT_ONCE; k++) {
            low[k] = values[i + k] < low[k] ? values[i + k] : low[k];
            high[k] = values[i + k] > high[k] ? values[i + k] : high[k];
        }
    for (; i < count; i++) {
        low[0] = values[i] < low[0] ? values[i] : low[0];
        high[0] = values[i] > high[0] ? values[i] : high[0];
    }
    for (size_t k = 1; k < AT_ONCE; k++) {
        low[0] = low[k] < low[0] ? low[k] : low[0];
        high[0] = high[k] > high[0] ? high[k] : high[0];
    }
    n->lowest = low[0];
    n->highest = high[0];
    n->count += count;
}

/* Adds a run to everything that the first pass collects, except for the sum. */
static void add_rest(mlpi_numbers *n, const double *values, size_t count)
{
    if (n->sampled)
        keep_some(n, values, count);
    add_bounds(n, values, count);
}

void mlpi_numbers_add_finite(mlpi_numbers *n, const double *values, size_t count)
{
    const double mean = n->mean;
    double sum = n->sum, squares = n->squares;
    if (count == 0)
        return;
    if (!n->second)
        add_rest(n, values, count);
    for (size_t i = 0; !n->second && i < count; i++)
        sum += values[i];
    for (size_t i = 0; n->second && i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    n->sum = sum;
    n->squares = squares;
}

/* Written out so that all sums stay in registers. */
static void add_four_sums(double sum[MLPI_TOGETHER], const double *a, size_t stride, size_t count)
{
    const double *const b = a + stride, *const c = b + stride, *const d = c + stride;
    double s = sum[0], t = sum[1], u = sum[2], v = sum[3];
    for (size_t i = 0; i < count; i++) {
        s += a[i];
        t += b[i];
        u += c[i];
        v += d[i];
    }
    memcpy(sum, (double[]){s, t, u, v}, sizeof(double[MLPI_TOGETHER]));
}

static double square(double x)
{
    return x * x;
}

static void add_four_squares(double sum[MLPI_TOGETHER], const double mean[MLPI_TOGETHER],
                             const double *a, size_t stride, size_t count)
{
    const double *const b = a + stride, *const c = b + stride, *const d = c + stride;
    const double k = mean[0], l = mean[1], m = mean[2], n = mean[3];
    double s = sum[0], t = sum[1], u = sum[2], v = sum[3];
    for (size_t i = 0; i < count; i++) {
        s += square(a[i] - k);
        t += square(b[i] - l);
        u += square(c[i] - m);
        v += square(d[i] - n);
    }
    memcpy(sum, (double[]){s, t, u, v}, sizeof(double[MLPI_TOGETHER]));
}

void mlpi_numbers_add_together(mlpi_numbers *const numbers[MLPI_TOGETHER], const double *values,
                               size_t stride, size_t count)
{
    const bool second = numbers[0]->second;
    double sum[MLPI_TOGETHER], mean[MLPI_TOGETHER];
    for (size_t k = 0; k < MLPI_TOGETHER; k++) {
        if (!second)
            add_rest(numbers[k], values + k * stride, count);
        sum[k] = second ? numbers[k]->squares : numbers[k]->sum;
        mean[k] = numbers[k]->mean;
    }
    if (second)
        add_four_squares(sum, mean, values, stride, count);
    else
        add_four_sums(sum, values, stride, count);
    for (size_t k = 0; k < MLPI_TOGETHER; k++)
        *(second ? &numbers[k]->squares : &numbers[k]->sum) = sum[k];
}

void mlpi_numbers_add(mlpi_numbers *numbers, const double *values, size_t count)
{
    if (numbers->sampled && !numbers->second)
        keep_some(numbers, values, count);
    (numbers->second ? add_second : add_first)(numbers, values, count);
}

static void take_scale(mlpi_numbers *n)
{
    n->scale = n->count > 0 ? sqrt(n->squares / (double)n->count) : 1.0;
    n->overflow = !isfinite(n->mean) || !isfinite(n->scale);
    n->scale = spreads(n->mean, n->scale) ? n->scale : 1.0;
}

void mlpi_numbers_end_pass(mlpi_numbers *numbers)
{
    if (numbers->second) {
        take_scale(numbers);
    } else {
        numbers->mean = numbers->count > 0 ? numbers->sum / (double)numbers->count : 0.0;
        sort_sample(numbers);
    }
    numbers->second = true;
}
