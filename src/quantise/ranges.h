/* SPDX-License-Identifier: MIT */
/* How large the numbers of networks become in given rows. */
#ifndef MLPI_RANGES_H
#define MLPI_RANGES_H

#include "network/members.h"

/** Of a layer: the largest |h|, the largest h, the largest |f(h)|. */
typedef struct mlpi_range {
    double activation, top, output;
} mlpi_range;

typedef struct mlpi_ranges {
    double *input; /* of each: the largest |x| */
    size_t count;
    mlpi_range **network; /* of each a list of its layers */
} mlpi_ranges;

/** Runs `rows` x inputs encoded rows through the networks in double. Rows that are not finite are left
 * out. Release in any case. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_ranges_find(const mlpi_members *members, const float *x, size_t rows,
                            mlpi_ranges *ranges, mlp_error *err);
void mlpi_ranges_release(mlpi_ranges *ranges);

#endif
