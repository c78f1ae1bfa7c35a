/* SPDX-License-Identifier: MIT */
/* Products in bfloat16 with sums in float, for processors with AVX512-BF16; cmake/Kernels.cmake
 * sets the compiler flags.
 *
 * Two neighbouring steps of a sum form one 32-bit pair, and one instruction multiplies and adds
 * both. So a matrix of bfloat16 is a matrix of pairs in the same panels, and the products come from
 * the same source with half as many steps. */
#include "math/bf16.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "math/panels.h"

#define VECTOR_SPREAD(x) _mm512_set1_ps(x)
#define VECTOR_MULTIPLY_ADD(a, b, c) _mm512_dpbf16_ps(c, (__m512bh)(a), (__m512bh)(b))
#define VECTOR_GATE(x, gate)                                                                       \
    _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(gate, _mm512_setzero_ps(), _CMP_NLE_UQ), x)
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

#include "math/products.inc"

#define STEPS_IN_ONE 2.0
#include "math/peak.inc"

/* Converts two rows of 16 floats to bfloat16: the first row's 16 numbers, then the second row's. */
static inline __m512i narrow_two(const float *first, const float *second)
{
    return (__m512i)_mm512_cvtne2ps_pbh(_mm512_loadu_ps(second), _mm512_loadu_ps(first));
}

static void narrow(size_t rows, const float *from, float *rows_to, float *pairs_to)
{
    static const float zeros[MLPI_PANEL] = {0};
    const __m512i lane = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    const __m512i order = /* 0 16 1 17 .. 15 31: numbers j of both rows become pairs */
        _mm512_or_si512(lane, _mm512_slli_epi32(_mm512_add_epi32(lane, _mm512_set1_epi32(16)), 16));
    for (size_t r = 0; r < rows; r += 2) {
        const float *first = from + r * MLPI_PANEL;
        const bool both = r + 1 < rows;
        const __m512i two = narrow_two(first, both ? first + MLPI_PANEL : zeros);
        if (pairs_to != NULL)
            _mm512_storeu_si512(pairs_to + r / 2 * MLPI_PANEL,
                                _mm512_permutexvar_epi16(order, two));
        if (rows_to == NULL)
            continue;
        _mm256_storeu_si256((__m256i *)(rows_to + r * MLPI_PANEL), _mm512_castsi512_si256(two));
        if (both)
            _mm256_storeu_si256((__m256i *)(rows_to + (r + 1) * MLPI_PANEL),
                                _mm512_extracti64x4_epi64(two, 1));
    }
}

static const mlpi_bf16_table table = {product, product_transposed, narrow, multiply_adds};

const mlpi_bf16_table *mlpi_bf16(const mlpi_kernel_table *kernels)
{
    const bool wanted = strcmp(kernels->name, "avx512") == 0; /* false if another table is in use */
    return wanted && __builtin_cpu_supports("avx512bf16") ? &table : NULL;
}
#else
const mlpi_bf16_table *mlpi_bf16(const mlpi_kernel_table *kernels)
{
    (void)kernels;
    return NULL;
}
#endif
