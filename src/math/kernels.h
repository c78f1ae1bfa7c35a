/* SPDX-License-Identifier: MIT */
/* Element-wise kernels in float and the matrix products. Any n, any alignment. An element's result
 * does not depend on its place in the array. Errors in ULP are stated in kernels.c. */
#ifndef MLPI_KERNELS_H
#define MLPI_KERNELS_H

#include <stddef.h>

#include "mlp/activation.h"

/** y = f(h); in place allowed. Softmax is mlpi_softmax. */
typedef void (*mlpi_activate)(size_t n, const float *h, float *y);
/** d *= f'(h), y = f(h) given. */
typedef void (*mlpi_chain)(size_t n, const float *h, const float *y, float *d);

typedef struct mlpi_adam_step {
    float rate, beta1, beta2, epsilon; /* rate and epsilon already bias-corrected */
} mlpi_adam_step;

/** One table per instruction set (baseline, AVX2, AVX-512); the same source compiled for each. */
typedef struct mlpi_kernel_table {
    const char *name;
    mlpi_activate activate[MLP_ACTIVATION_COUNT]; /* [MLP_SOFTMAX] is NULL */
    mlpi_chain chain[MLP_ACTIVATION_COUNT];       /* step and sign: d = 0; [MLP_SOFTMAX] is NULL */
    void (*straight_through)(size_t n, const float *h, float *d); /* d = 0 where |h| > 1 */
    void (*softmax)(size_t rows, size_t k, const float *h,
                    float *y); /* each row; in place allowed */
    /* loss_row: sum over k of the fused losses, from h; delta = y - s. */
    double (*fused_logistic)(size_t n, const float *h, const float *s, float *y, float *delta);
    double (*fused_softmax)(size_t k, const float *h, const float *s, float *y, float *delta);
    void (*exp)(size_t n, const float *x, float *y);
    void (*log)(size_t n, const float *x, float *y);
    void (*subtract_rows)(size_t rows, size_t n, const float *b,
                          float *h); /* every row of h: h - b */
    void (*adam)(size_t n, const mlpi_adam_step *step, const float *g, float *m, float *v,
                 float *w);
    void (*momentum)(size_t n, float rate, float mu, float nesterov, const float *g, float *v,
                     float *w);
    void (*descend)(size_t n, float rate, const float *g, float *w); /* w -= rate * g */
} mlpi_kernel_table;

/** The table for this processor; MLP_CPU=baseline|avx2|avx512 in the environment limits it. */
const mlpi_kernel_table *mlpi_kernels(void);
/** i-th table that this build has and this processor can run (0 = baseline); NULL past the end. For
 * tests. */
const mlpi_kernel_table *mlpi_kernels_at(size_t i);

/* Matrix products (math/gemm.c, the one seam to BLAS). Row-major, leading dimensions in elements.
 * The bits of a result depend on sizes and values only. Single-threaded. */

/** c (m x n) = a (m x k) * b^T, b: n x k.   forward:  H = Y W^T */
void mlpi_gemm_nt(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b,
                  size_t ldb, float *c, size_t ldc);
/** c (m x n) = a (m x k) * b, b: k x n.     backward: D = Delta W */
void mlpi_gemm_nn(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b,
                  size_t ldb, float *c, size_t ldc);
/** c (m x n) = a^T * b, a: k x m, b: k x n. weights:  G = Delta^T Y */
void mlpi_gemm_tn(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b,
                  size_t ldb, float *c, size_t ldc);

#endif
