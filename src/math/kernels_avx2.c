/* SPDX-License-Identifier: MIT */
/* The kernels for x86 processors with AVX2 and FMA; cmake/Kernels.cmake sets the compiler flags. */
#if defined(__x86_64__)
#include <immintrin.h>

#define KERNELS mlpi_kernels_avx2
#define KERNELS_NAME "avx2"
#define MULTIPLY_ADD(a, b, c) __builtin_fmaf(a, b, c)
#define VECTOR_SPREAD(x) _mm256_set1_ps(x)
#define VECTOR_MULTIPLY_ADD(a, b, c) _mm256_fmadd_ps(a, b, c)
#define MULTIPLY_ADD_DOUBLE(a, b, c) __builtin_fma(a, b, c)
#define VECTOR_SPREAD_DOUBLE(x) _mm256_set1_pd(x)
#define VECTOR_MULTIPLY_ADD_DOUBLE(a, b, c) _mm256_fmadd_pd(a, b, c)
#define VECTOR_GATE(x, gate) _mm256_and_ps(x, _mm256_cmp_ps(gate, _mm256_setzero_ps(), _CMP_NLE_UQ))
#define VECTOR_MULTIPLY_WORDS(a, b) ((words)_mm256_mul_epu32((__m256i)(a), _mm256_set1_epi64x(b)))
#define LANES 8
#define EACH_LANE(F, w) F(0, w), F(1, w), F(2, w), F(3, w), F(4, w), F(5, w), F(6, w), F(7, w)
#define ROWS_MAX 6
#define PANELS_MAX 1
#define WIDE 4
#define EACH_TILE(F) F(1, 1) F(2, 1) F(3, 1) F(4, 1) F(5, 1) F(6, 1)

#include "math/kernels.inc"
#include "math/kernels_tables.h"
#else
typedef int mlpi_no_avx2; /* C forbids an empty file */
#endif
