/* SPDX-License-Identifier: MIT */
/* Dropout and noise as documented, computed one number at a time from base/random: in the stream of
 * the step, the numbers of unit u for a group of rows begin at 4 (u 2^32 + group). */
#ifndef TESTS_GRADIENT_NOISE_H
#define TESTS_GRADIENT_NOISE_H

#include <math.h>

#include "base/base.h"

static inline uint32_t word_of(uint64_t seed, uint64_t stream, size_t unit, size_t group, size_t i)
{
    mlpi_random random = mlpi_random_init(seed, stream);
    random.counter = 4 * ((uint64_t)unit << 32 | group) + i;
    return mlpi_random_u32(&random);
}

/* A group has 8 rows; half a word of random bits decides for each row. */
static inline bool unit_is_dropped(uint64_t seed, uint64_t number, size_t unit, size_t row,
                                   double dropout)
{
    const uint32_t word =
        word_of(seed, MLPI_STREAM_DROPOUT + number, unit, row / 8, row % 8 / 2) >> row % 2 * 16;
    return (word & 0xffff) < nearbyint(dropout * 65536.0);
}

/* Returns the x at which the normal distribution function is p, by bisection. */
static inline double normal_quantile(double p)
{
    double low = -10.0, high = 10.0;
    for (int i = 0; i < 80; i++) {
        const double middle = (low + high) / 2.0;
        *(0.5 * erfc(-middle / sqrt(2.0)) < p ? &low : &high) = middle;
    }
    return (low + high) / 2.0;
}

/* A group has 4 rows with a word each, whose upper 24 bits are a probability. */
static inline double normal_of_input(uint64_t seed, uint64_t number, size_t unit, size_t row)
{
    const uint32_t word = word_of(seed, MLPI_STREAM_INPUT_NOISE + number, unit, row / 4, row % 4);
    return normal_quantile(((double)(word >> 8) + 0.5) * 0x1p-24);
}

#endif
