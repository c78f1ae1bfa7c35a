/* SPDX-License-Identifier: MIT */
/* The largest numbers that occur in networks when they process given rows. */
#ifndef MLPI_RANGES_H
#define MLPI_RANGES_H

#include "network/members.h"

/** The ranges of a layer. */
typedef struct mlpi_range {
    double activation, top, output; /* the largest |h|, the largest h, the largest |f(h)| */
} mlpi_range;

typedef struct mlpi_ranges {
    double *input; /* the largest |x| of each input */
    size_t count;
    mlpi_range **network; /* for each network, an array with a range for each layer */
} mlpi_ranges;

/** Runs `rows` x inputs encoded rows through the networks in double, except for rows with an input
 * that is not finite. Release the ranges in any case. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_ranges_find(const mlpi_members *members, const float *x, size_t rows,
                            mlpi_ranges *ranges, mlp_error *err);
void mlpi_ranges_release(mlpi_ranges *ranges);

#endif
