/* SPDX-License-Identifier: MIT */
/* The kernels for x86 processors with AVX2; the flags stand in cmake/Kernels.cmake. */
#if defined(__x86_64__)
#define MULTIPLY_ADD(a, b, c) __builtin_fmaf(a, b, c)
#define KERNELS mlpi_kernels_avx2
#define KERNELS_NAME "avx2"
#include "math/kernels.inc"
#include "math/kernels_tables.h"
#else
typedef int mlpi_no_avx2; /* a file must not be empty */
#endif
