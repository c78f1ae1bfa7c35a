/* SPDX-License-Identifier: MIT */
/* The kernels for every processor. */
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#define KERNELS mlpi_kernels_baseline
#define KERNELS_NAME "baseline"
#include "math/kernels.inc"
#include "math/kernels_tables.h"
