/* SPDX-License-Identifier: MIT */
/* The one seam to BLAS. Row-major products on a single-threaded build of the library. */
#include <cblas.h>
#include <limits.h>

#include "math/kernels.h"

/* BLAS counts in int; layers are limited to far less (MLP_MAX_UNITS). */
static int count(size_t n)
{
    return n > INT_MAX ? INT_MAX : (int)n;
}

void mlpi_gemm_nt(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b,
                  size_t ldb, float *c, size_t ldc)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, count(m), count(n), count(k), 1.0f, a,
                count(lda), b, count(ldb), 0.0f, c, count(ldc));
}

void mlpi_gemm_nn(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b,
                  size_t ldb, float *c, size_t ldc)
{
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, count(m), count(n), count(k), 1.0f, a,
                count(lda), b, count(ldb), 0.0f, c, count(ldc));
}

void mlpi_gemm_tn(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b,
                  size_t ldb, float *c, size_t ldc)
{
    cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, count(m), count(n), count(k), 1.0f, a,
                count(lda), b, count(ldb), 0.0f, c, count(ldc));
}
