/* SPDX-License-Identifier: MIT */
/* The kernels for x86 processors with AVX-512; cmake/Kernels.cmake sets the compiler flags. */
#if defined(__x86_64__)
#include <immintrin.h>

#define KERNELS mlpi_kernels_avx512
#define KERNELS_NAME "avx512"
#define MULTIPLY_ADD(a, b, c) __builtin_fmaf(a, b, c)
#define VECTOR_SPREAD(x) _mm512_set1_ps(x)
#define VECTOR_MULTIPLY_ADD(a, b, c) _mm512_fmadd_ps(a, b, c)
#define MULTIPLY_ADD_DOUBLE(a, b, c) __builtin_fma(a, b, c)
#define VECTOR_SPREAD_DOUBLE(x) _mm512_set1_pd(x)
#define VECTOR_MULTIPLY_ADD_DOUBLE(a, b, c) _mm512_fmadd_pd(a, b, c)
#define VECTOR_GATE(x, gate)                                                                       \
    _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(gate, _mm512_setzero_ps(), _CMP_NLE_UQ), x)
#define VECTOR_MULTIPLY_WORDS(a, b) ((words)_mm512_mul_epu32((__m512i)(a), _mm512_set1_epi64(b)))
#define LANES 16
#define EACH_LANE(F, w)                                                                            \
    F(0, w), F(1, w), F(2, w), F(3, w), F(4, w), F(5, w), F(6, w), F(7, w), F(8, w), F(9, w),      \
        F(10, w), F(11, w), F(12, w), F(13, w), F(14, w), F(15, w)
#define ROWS_MAX 8
#define PANELS_MAX 2
#define WIDE 8
#define EACH_TILE(F)                                                                               \
    F(1, 1)                                                                                        \
    F(2, 1)                                                                                        \
    F(3, 1)                                                                                        \
    F(4, 1)                                                                                        \
    F(5, 1) F(6, 1) F(7, 1) F(8, 1) F(1, 2) F(2, 2) F(3, 2) F(4, 2) F(5, 2) F(6, 2) F(7, 2) F(8, 2)

#include "math/kernels.inc"
#include "math/kernels_tables.h"
#else
typedef int mlpi_no_avx512; /* C forbids an empty file */
#endif
