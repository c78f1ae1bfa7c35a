/* SPDX-License-Identifier: MIT */
/* The tables that kernels_*.c define, for kernels.c. */
#ifndef MLPI_KERNELS_TABLES_H
#define MLPI_KERNELS_TABLES_H

#include "math/kernels.h"

extern const mlpi_kernel_table mlpi_kernels_baseline, mlpi_kernels_avx2, mlpi_kernels_avx512;

#endif
