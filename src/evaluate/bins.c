/* SPDX-License-Identifier: MIT */
#include "evaluate/bins.h"

#include <math.h>
#include <stdlib.h>

#include "base/base.h"

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void mlpi_sort(double *values, size_t count)
{
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

mlp_status mlpi_bin_edges(mlp_bins kind, const double *value, size_t stride, size_t rows,
                          size_t bins, double *edges, mlp_error *err)
{
    if (kind == MLP_BINS_EQUAL_WIDTH) {
        for (size_t i = 0; i <= bins; i++)
            edges[i] = i < bins ? (double)i * (1.0 / (double)bins) : 1.0;
        return MLP_OK;
    }
    double *sorted = mlpi_allocate(rows, sizeof *sorted);
    if (sorted == NULL)
        return mlpi_fail_memory(err, "the bins");
    for (size_t r = 0; r < rows; r++)
        sorted[r] = value[r * stride];
    mlpi_sort(sorted, rows);
    for (size_t i = 0; i <= bins; i++)
        edges[i] = mlpi_quantile(sorted, rows, (double)i / (double)bins);
    mlpi_free(sorted);
    return MLP_OK;
}

size_t mlpi_bin_of(const double *edges, size_t bins, double value)
{
    size_t low = 0, high = bins - 1; /* the answer is low..high */
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (value <= edges[middle + 1])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}
