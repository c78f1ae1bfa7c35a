/* SPDX-License-Identifier: MIT */
/* Looking at columns of numbers: moments in two passes, in the order of the rows. */
#include <math.h>

#include "encode/transform.h"

/* In a copy, which compilers keep in registers. */
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

void mlpi_numbers_add(mlpi_numbers *numbers, const double *values, size_t count)
{
    (numbers->second ? add_second : add_first)(numbers, values, count);
}

static void take_scale(mlpi_numbers *n)
{
    n->scale = n->count > 0 ? sqrt(n->squares / (double)n->count) : 1.0;
    n->overflow = !isfinite(n->mean) || !isfinite(n->scale);
    /* Rounding leaves a constant column with a spread of the order of its last digit. */
    if (!(n->scale > 1e-12 * fabs(n->mean)) || n->overflow)
        n->scale = 1.0;
}

void mlpi_numbers_end_pass(mlpi_numbers *numbers)
{
    if (numbers->second)
        take_scale(numbers);
    else
        numbers->mean = numbers->count > 0 ? numbers->sum / (double)numbers->count : 0.0;
    numbers->second = true;
}
