/* SPDX-License-Identifier: MIT */
/* The kernels for x86 processors with AVX512; the flags stand in cmake/Kernels.cmake. */
#if defined(__x86_64__)
#define MULTIPLY_ADD(a, b, c) __builtin_fmaf(a, b, c)
#define KERNELS mlpi_kernels_avx512
#define KERNELS_NAME "avx512"
#include "math/kernels.inc"
#include "math/kernels_tables.h"
#else
typedef int mlpi_no_avx512; /* a file must not be empty */
#endif
