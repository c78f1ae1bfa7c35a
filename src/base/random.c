/* SPDX-License-Identifier: MIT */
/* Philox 4x32-10, a counter-based generator: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw,
 * "Parallel random numbers: as easy as 1, 2, 3", SC 2011. A seed yields the same numbers on every
 * machine: they depend neither on inexact functions of the C library nor on random numbers drawn
 * elsewhere. */
#include "base/base.h"

#include <math.h>

enum { ROUNDS = 10 };

static void philox(uint32_t counter[4], uint32_t key0, uint32_t key1)
{
    for (int round = 0; round < ROUNDS; round++) {
        const uint64_t p0 = (uint64_t)0xD2511F53u * counter[0];
        const uint64_t p1 = (uint64_t)0xCD9E8D57u * counter[2];
        const uint32_t c0 = (uint32_t)(p1 >> 32) ^ counter[1] ^ key0;
        const uint32_t c2 = (uint32_t)(p0 >> 32) ^ counter[3] ^ key1;
        counter[0] = c0;
        counter[1] = (uint32_t)p1;
        counter[2] = c2;
        counter[3] = (uint32_t)p0;
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
}

mlpi_random mlpi_random_init(uint64_t seed, uint64_t stream)
{
    return (mlpi_random){.seed = seed, .stream = stream, .counter = 0};
}

/* Number i of a stream is word i % 4 of block i / 4; a block is computed once for its four
 * numbers. */
uint32_t mlpi_random_u32(mlpi_random *random)
{
    const uint64_t block = random->counter / 4;
    if (random->made != block + 1) {
        random->word[0] = (uint32_t)block;
        random->word[1] = (uint32_t)(block >> 32);
        random->word[2] = (uint32_t)random->stream;
        random->word[3] = (uint32_t)(random->stream >> 32);
        philox(random->word, (uint32_t)random->seed, (uint32_t)(random->seed >> 32));
        random->made = block + 1;
    }
    return random->word[random->counter++ % 4];
}

double mlpi_random_uniform(mlpi_random *random)
{
    const uint64_t high = mlpi_random_u32(random) >> 5; /* 27 bits */
    const uint64_t low = mlpi_random_u32(random) >> 6;  /* 26 bits */
    return (double)(high << 26 | low) * 0x1p-53;
}

/* ln x for 0 < x <= 1 by the series of the inverse hyperbolic tangent: with x = m 2^e, m in
 * [sqrt(1/2), sqrt(2)), t = (m - 1) / (m + 1): ln m = 2 (t + t^3/3 + t^5/5 + ...). */
static double natural_logarithm(double x)
{
    int exponent = 0;
    double m = frexp(x, &exponent);
    if (m < 0.70710678118654752) {
        m *= 2.0;
        exponent--;
    }
    const double t = (m - 1.0) / (m + 1.0);
    double sum = 0.0;
    for (int k = 23; k >= 1; k -= 2)
        sum = sum * (t * t) + 1.0 / k;
    return 2.0 * t * sum + exponent * 0.69314718055994531;
}

/* The polar method (Marsaglia & Bray 1964), which needs no cosine. */
double mlpi_random_normal(mlpi_random *random)
{
    for (;;) {
        const double u = 2.0 * mlpi_random_uniform(random) - 1.0;
        const double v = 2.0 * mlpi_random_uniform(random) - 1.0;
        const double s = u * u + v * v;
        if (s > 0.0 && s < 1.0)
            return u * sqrt(-2.0 * natural_logarithm(s) / s);
    }
}

/* Numbers beyond the last whole multiple of n would cause a bias and are drawn again. */
uint64_t mlpi_random_below(mlpi_random *random, uint64_t n)
{
    for (;;) {
        const uint64_t high = mlpi_random_u32(random);
        const uint64_t value = high << 32 | mlpi_random_u32(random), rest = value % n;
        if (value - rest <= UINT64_MAX - n)
            return rest;
    }
}

/* The result is the high half of word * n; a word is drawn again if the low half of its product is
 * less than 2^32 mod n (D. Lemire 2019). */
void mlpi_random_indices(mlpi_random *random, uint32_t n, uint32_t *items, size_t count)
{
    const uint32_t excess = (uint32_t)(((uint64_t)1 << 32) % n);
    for (size_t i = 0; i < count;) {
        const uint64_t product = (uint64_t)mlpi_random_u32(random) * n;
        items[i] = (uint32_t)(product >> 32);
        i += (uint32_t)product >= excess;
    }
}

size_t mlpi_spread(size_t i, size_t shown, size_t all)
{
    if (shown >= all)
        return i;
    const double each = (double)all / (double)shown;
    const size_t first = (size_t)((double)i * each);
    const size_t next = i + 1 < shown ? (size_t)((double)(i + 1) * each) : all;
    mlpi_random lot = mlpi_random_init(0, MLPI_STREAM_SPREAD + i);
    return first + (size_t)mlpi_random_below(&lot, next - first);
}

void mlpi_random_shuffle(mlpi_random *random, uint32_t *items, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        const size_t j = (size_t)mlpi_random_below(random, i);
        const uint32_t item = items[i - 1];
        items[i - 1] = items[j];
        items[j] = item;
    }
}
