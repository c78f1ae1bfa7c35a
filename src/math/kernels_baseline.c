/* SPDX-License-Identifier: MIT */
/* The kernels that every processor can run. */
#define KERNELS mlpi_kernels_baseline
#define KERNELS_NAME "baseline"
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#define VECTOR_SPREAD(x) ((x) - (reg){0})
#define VECTOR_MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#define MULTIPLY_ADD_DOUBLE(a, b, c) ((a) * (b) + (c))
#define VECTOR_SPREAD_DOUBLE(x) ((x) - (double_reg){0})
#define VECTOR_MULTIPLY_ADD_DOUBLE(a, b, c) ((a) * (b) + (c))
#define VECTOR_GATE(x, gate) ((vec)((bits)(x) & ~(bits)((gate) <= 0.0f)))
#define VECTOR_MULTIPLY_WORDS(a, b) (((a)&0xffffffffu) * (uint64_t)(b))
#define LANES 4
#define EACH_LANE(F, w) F(0, w), F(1, w), F(2, w), F(3, w)
#define ROWS_MAX 2
#define PANELS_MAX 1
#define WIDE 2
#define EACH_TILE(F) F(1, 1) F(2, 1)

#include "math/kernels.inc"
#include "math/kernels_tables.h"
