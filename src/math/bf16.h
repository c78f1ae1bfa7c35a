/* SPDX-License-Identifier: MIT */
/* bfloat16: the upper half of a float. Matrices of it are matrices of 32-bit pairs, addressed as
 * floats, in panels (math/panels.h) of 16 pairs. Pairs lie along the sum of the product that reads
 * them. */
#ifndef MLPI_BF16_H
#define MLPI_BF16_H

#include "math/kernels.h"

typedef struct mlpi_bf16_table {
    /* As in mlpi_kernel_table; a and b hold pairs, steps counts them; start, c and gate are floats.
     */
    void (*product)(const mlpi_product *product);
    void (*product_transposed)(const mlpi_product *product);
    /* A panel of floats, rows x 16, rounded to nearest even. rows_to (nullable): pairs of
     * neighbouring units, 8 for each row, rows 16 apart. pairs_to (nullable): pairs of neighbouring
     * rows, ceil(rows / 2) x 16; a missing last row is 0. */
    void (*narrow)(size_t rows, const float *from, float *rows_to, float *pairs_to);
    float (*multiply_adds)(size_t rounds, double *operations); /* as there */
} mlpi_bf16_table;

/** NULL where the processor cannot, or MLP_CPU forbids. */
const mlpi_bf16_table *mlpi_bf16(const mlpi_kernel_table *kernels);

#endif
