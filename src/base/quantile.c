/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/base.h"

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void mlpi_sort(double *values, size_t count)
{
    if (count > 1) /* an empty array may be NULL, which qsort forbids */
        qsort(values, count, sizeof *values, ascending);
}

double mlpi_quantile(const double *sorted, size_t count, double q)
{
    const double place = q * (double)(count - 1);
    const size_t below = (size_t)place;
    if (below + 1 >= count)
        return sorted[count - 1];
    const double part = place - (double)below;
    return part > 0.0 ? sorted[below] + (sorted[below + 1] - sorted[below]) * part : sorted[below];
}
