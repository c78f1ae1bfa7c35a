/* SPDX-License-Identifier: MIT */
/* Cholesky's method in blocks (G. Golub, C. Van Loan 2013, section 4.2.6), so that nearly all of
 * the work is matrix products. The diagonal blocks are inverted, which turns triangular solves into
 * products too. */
#include "math/cholesky.h"

#include <math.h>
#include <string.h>

#include "math/kernels.h"

enum { B = MLPI_CHOLESKY_BLOCK };

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Factors a diagonal block element by element. false: the block is not positive definite. */
static bool factor_block(size_t size, double *A, size_t n)
{
    for (size_t i = 0; i < size; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = A[i * n + j];
            for (size_t t = 0; t < j; t++)
                sum -= A[i * n + t] * A[j * n + t];
            if (i == j && !(sum > 0.0 && isfinite(sum)))
                return false;
            A[i * n + j] = i == j ? sqrt(sum) : sum / A[j * n + j];
        }
    return true;
}

/* Computes the inverse of a diagonal block of L, zero above the diagonal; its rows are B apart. */
static void invert_block(size_t size, const double *L, size_t n, double *inverse)
{
    memset(inverse, 0, B * B * sizeof *inverse);
    for (size_t i = 0; i < size; i++) {
        double *row = inverse + i * B;
        for (size_t t = 0; t < i; t++)
            for (size_t j = 0; j <= t; j++)
                row[j] -= L[i * n + t] * inverse[t * B + j];
        for (size_t j = 0; j < i; j++)
            row[j] /= L[i * n + i];
        row[i] = 1.0 / L[i * n + i];
    }
}

/* Computes L21 = A21 L11^-T in place of A21 and in `below` (rows B apart), and -L21' in `turned`
 * (size x rest). */
static void solve_below(size_t n, size_t k, size_t size, double *A, double *below, double *turned)
{
    const size_t rest = n - k - size;
    double inverse[B * B], transposed[B * B];
    double *A21 = A + (k + size) * n + k;
    invert_block(size, A + k * n + k, n, inverse);
    for (size_t i = 0; i < B; i++)
        for (size_t j = 0; j < B; j++)
            transposed[i * B + j] = inverse[j * B + i];
    mlpi_kernels()->double_product(
        &(mlpi_double_product){rest, size, size, A21, n, 1, transposed, B, below, B, false});
    for (size_t i = 0; i < rest; i++)
        for (size_t j = 0; j < size; j++) {
            A21[i * n + j] = below[i * B + j];
            turned[j * rest + i] = -below[i * B + j];
        }
}

bool mlpi_cholesky(size_t n, double *A, double *scratch, mlpi_watch *watch)
{
    double *below = scratch, *turned = scratch + B * n;
    for (size_t k = 0; k < n; k += B) {
        const size_t size = smaller(B, n - k), rest = n - k - size;
        if (!factor_block(size, A + k * n + k, n))
            return false;
        if (rest == 0)
            break;
        solve_below(n, k, size, A, below, turned);
        for (size_t j = 0; j < rest; j += 2 * B) { /* A22 -= L21 L21' on and below the diagonal */
            double *A22 = A + (k + size + j) * n + k + size + j;
            mlpi_kernels()->double_product(
                &(mlpi_double_product){rest - j, smaller(2 * B, rest - j), size, below + j * B, B,
                                       1, turned + j, rest, A22, n, true});
        }
        if (mlpi_watch_advance(watch, 0.5 * (double)rest * (double)rest * (double)size))
            return false;
    }
    return true;
}

void mlpi_cholesky_solve(size_t n, const double *L, double *b)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++)
            b[i] -= L[i * n + j] * b[j];
        b[i] /= L[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        b[i] /= L[i * n + i];
        for (size_t j = 0; j < i; j++)
            b[j] -= L[i * n + j] * b[i];
    }
}

/* Computes rows k .. k + size - 1 of X = L^-1 from the rows above: X_k = -L_kk^-1 (L_k1 X_1 + .. ),
 * with L_kk^-1 on the diagonal. Returns the sum of the squares of the elements of these rows. */
static double invert_rows(size_t n, size_t k, size_t size, const double *L, double *X, double *sums)
{
    double inverse[B * B], squares = 0.0;
    invert_block(size, L + k * n + k, n, inverse);
    for (size_t j = 0; j < k; j += B) /* X is zero above its diagonal */
        mlpi_kernels()->double_product(&(mlpi_double_product){
            size, B, k - j, L + k * n + j, n, 1, X + j * n + j, n, sums + j, k, false});
    mlpi_kernels()->double_product(
        &(mlpi_double_product){size, k, size, inverse, B, 1, sums, k, X + k * n, n, false});
    for (size_t i = 0; i < size; i++) {
        double *row = X + (k + i) * n;
        for (size_t j = 0; j < k; j++)
            row[j] = -row[j];
        memcpy(row + k, inverse + i * B, size * sizeof *row);
        for (size_t j = 0; j < k + size; j++)
            squares += row[j] * row[j];
    }
    return squares;
}

double mlpi_cholesky_inverse_trace(size_t n, const double *L, double *inverse, double *scratch,
                                   mlpi_watch *watch)
{
    double trace = 0.0;
    for (size_t k = 0; k < n; k += B) {
        trace += invert_rows(n, k, smaller(B, n - k), L, inverse, scratch);
        if (mlpi_watch_advance(watch, 0.5 * (double)k * (double)k * B))
            return (double)NAN;
    }
    return trace;
}
