/* SPDX-License-Identifier: MIT */
#include "evaluate/bins.h"

#include <math.h>
#include <stdlib.h>

#include "base/base.h"

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
    size_t low = 0, high = bins - 1; /* the bin is one of low..high */
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (value <= edges[middle + 1])
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}
