/* SPDX-License-Identifier: MIT */
/* Quantiles, and cutting values into bins. */
#ifndef MLPI_BINS_H
#define MLPI_BINS_H

#include "mlp/curves.h"

/** Computes the edges of `bins` >= 1 bins (bins + 1 numbers): of equal width over 0..1, or
 * quantiles of the values value[r * stride]. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_bin_edges(mlp_bins kind, const double *value, size_t stride, size_t rows,
                          size_t bins, double *edges, mlp_error *err);
/** The bin (low, high] that a value belongs to; a value below all bins belongs to the first, a
 * value above all bins to the last. */
size_t mlpi_bin_of(const double *edges, size_t bins, double value);

#endif
