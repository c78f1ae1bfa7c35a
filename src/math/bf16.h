/* SPDX-License-Identifier: MIT */
/* A bfloat16 is the upper half of a float. Matrices of bfloat16 are matrices of 32-bit pairs,
 * addressed as floats, in panels (math/panels.h) of 16 pairs. A pair holds two neighbouring terms
 * of the sum in the product that reads the matrix. */
#ifndef MLPI_BF16_H
#define MLPI_BF16_H

#include "math/kernels.h"

typedef struct mlpi_bf16_table {
    /* As in mlpi_kernel_table, but a and b hold pairs, and steps is the number of pairs; start, c
     * and gate hold floats. */
    void (*product)(const mlpi_product *product);
    void (*product_transposed)(const mlpi_product *product);
    /* Rounds a panel of floats, rows x 16, to the nearest bfloat16, ties to even. rows_to
     * (nullable): pairs of neighbouring units, 8 for each row, rows 16 apart. pairs_to (nullable):
     * pairs of neighbouring rows, ceil(rows / 2) x 16; a missing last row is 0. */
    void (*narrow)(size_t rows, const float *from, float *rows_to, float *pairs_to);
    float (*multiply_adds)(size_t rounds, double *operations); /* as in mlpi_kernel_table */
} mlpi_bf16_table;

/** NULL: `kernels` is not the AVX-512 table, or the processor has no AVX512-BF16. */
const mlpi_bf16_table *mlpi_bf16(const mlpi_kernel_table *kernels);

#endif
