/* SPDX-License-Identifier: MIT */
/* The kernels in double agree with plain loops and the C library on every instruction set; a
 * Cholesky factor gives back its matrix, known solutions and the trace of the inverse. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "math/cholesky.h"
#include "math/kernels.h"
#include "unit/test.h"

static double *drawn(size_t n, uint64_t stream)
{
    mlpi_random random = mlpi_random_init(2385, stream);
    double *made = mlpi_allocate(n, sizeof *made);
    assert_non_null(made);
    for (size_t i = 0; i < n; i++)
        made[i] = mlpi_random_normal(&random);
    return made;
}

/* Compares one product with plain loops; numbers between the rows of c must not change. */
static void compare(const mlpi_kernel_table *table, size_t rows, size_t columns, size_t steps,
                    bool transposed, bool add)
{
    const size_t b_row = columns + 3, c_row = columns + 2;
    const size_t a_row = transposed ? 1 : steps + 1, a_step = transposed ? rows + 1 : 1;
    double *a = drawn((rows + 1) * (steps + 1), 1), *b = drawn(b_row * (steps + 1), 2);
    double *c = drawn(c_row * rows + 1, 3), *before = drawn(c_row * rows + 1, 3);
    table->double_product(
        &(mlpi_double_product){rows, columns, steps, a, a_row, a_step, b, b_row, c, c_row, add});
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < c_row; j++) {
            double sum = add ? before[i * c_row + j] : 0.0, size = 1.0;
            for (size_t t = 0; j < columns && t < steps; t++) {
                sum += a[i * a_row + t * a_step] * b[t * b_row + j];
                size += fabs(a[i * a_row + t * a_step] * b[t * b_row + j]);
            }
            const double wanted = j < columns ? sum : before[i * c_row + j];
            const double got = c[i * c_row + j];
            if (!(fabs(got - wanted) <= (j < columns ? 1e-15 * size * (double)(steps + 1) : 0.0)))
                fail_msg("%s: %zu x %zu x %zu at %zu, %zu: %.17g, not %.17g", table->name, rows,
                         columns, steps, i, j, got, wanted);
        }
    mlpi_free(a);
    mlpi_free(b);
    mlpi_free(c);
    mlpi_free(before);
}

static void products_equal_plain_loops(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 7, 8, 9, 15, 16, 17, 33, 300};
    enum { SIZES = sizeof sizes / sizeof sizes[0] };
    for (size_t k = 0; mlpi_kernels_at(k) != NULL; k++)
        for (size_t i = 0; i < SIZES * SIZES * SIZES; i++)
            compare(mlpi_kernels_at(k), sizes[i % SIZES] % 100 + 1,
                    sizes[i / SIZES % SIZES] % 100 + 1, sizes[i / SIZES / SIZES], i % 2 == 1,
                    i % 3 == 1);
}

static void no_steps_give_zero_or_what_was_there(void **state)
{
    (void)state;
    for (size_t k = 0; mlpi_kernels_at(k) != NULL; k++) {
        compare(mlpi_kernels_at(k), 5, 19, 0, false, false);
        compare(mlpi_kernels_at(k), 5, 19, 0, false, true);
    }
}

static void activations_equal_the_library(void **state)
{
    (void)state;
    static const double special[] = {0.0, -0.0, 1e-300, 5e-324, 710.0, -745.0, INFINITY, -INFINITY};
    enum { SPECIAL = sizeof special / sizeof special[0], N = 10000 };
    static double h[N], y[N], slope[N];
    for (size_t i = 0; i < N; i++)
        h[i] = i < SPECIAL ? special[i] : 45.0 * pow((double)i / (N / 2) - 1.0, 5.0);
    for (size_t k = 0; mlpi_kernels_at(k) != NULL; k++) {
        mlpi_kernels_at(k)->double_tanh(N, h, y, slope);
        for (size_t i = 0; i < N; i++) {
            const double e = exp(-2.0 * fabs(h[i])), wanted = 4.0 * e / ((1.0 + e) * (1.0 + e));
            assert_true(fabs(y[i] - tanh(h[i])) <= 2e-15 * fabs(tanh(h[i])));
            assert_true(fabs(slope[i] - wanted) <= 2e-15 * wanted + 1e-17);
            assert_int_equal(signbit(y[i]), signbit(h[i]));
        }
        mlpi_kernels_at(k)->double_logistic(N, h, y, slope);
        for (size_t i = 0; i < N; i++) {
            const double e = exp(-fabs(h[i])), wanted = (h[i] < 0.0 ? e : 1.0) / (1.0 + e);
            assert_true(fabs(y[i] - wanted) <= 2e-15 * wanted + 1e-300);
            assert_true(fabs(slope[i] - e / ((1.0 + e) * (1.0 + e))) <= 2e-15 * e + 1e-300);
        }
        h[0] = NAN;
        mlpi_kernels_at(k)->double_tanh(1, h, y, slope);
        assert_true(isnan(y[0]));
        mlpi_kernels_at(k)->double_logistic(1, h, y, slope);
        assert_true(isnan(y[0]));
        h[0] = 0.0;
    }
}

/* A = M M' + 0.1 n I with random M, to be freed. */
static double *definite(size_t n)
{
    double *M = drawn(n * n, 4), *A = mlpi_allocate(n * n, sizeof *A);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            A[i * n + j] = i == j ? 0.1 * (double)n : 0.0;
            for (size_t t = 0; t < n; t++)
                A[i * n + j] += M[i * n + t] * M[j * n + t];
        }
    mlpi_free(M);
    return A;
}

static void cholesky_solves_and_inverts(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 31, 32, 33, 64, 65, 100, 130};
    for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
        const size_t n = sizes[s];
        double *A = definite(n), *L = definite(n), *x = drawn(n, 5);
        double *scratch = mlpi_allocate(MLPI_CHOLESKY_VECTORS * n, sizeof *scratch);
        double *inverse = mlpi_allocate(n * n, sizeof *inverse), *b = drawn(n, 5), trace = 0.0;
        assert_true(mlpi_cholesky(n, L, scratch, NULL));
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j <= i; j++) {
                double sum = 0.0;
                for (size_t t = 0; t <= j; t++)
                    sum += L[i * n + t] * L[j * n + t];
                assert_true(fabs(sum - A[i * n + j]) <= 1e-12 * (double)n);
            }
        for (size_t i = 0; i < n; i++) {
            b[i] = 0.0;
            for (size_t j = 0; j < n; j++)
                b[i] += A[i * n + j] * x[j];
        }
        mlpi_cholesky_solve(n, L, b);
        for (size_t i = 0; i < n; i++)
            assert_true(fabs(b[i] - x[i]) <= 1e-11);
        const double got = mlpi_cholesky_inverse_trace(n, L, inverse, scratch, NULL);
        for (size_t k = 0; k < n; k++) { /* element k of A^-1 e_k */
            memset(b, 0, n * sizeof *b);
            b[k] = 1.0;
            mlpi_cholesky_solve(n, L, b);
            trace += b[k];
        }
        assert_true(fabs(got - trace) <= 1e-11 * trace);
        mlpi_free(A);
        mlpi_free(L);
        mlpi_free(x);
        mlpi_free(b);
        mlpi_free(scratch);
        mlpi_free(inverse);
    }
}

static void what_is_not_definite_is_refused(void **state)
{
    (void)state;
    enum { N = 70 };
    double *scratch = mlpi_allocate(MLPI_CHOLESKY_VECTORS * N, sizeof *scratch);
    for (size_t at = 0; at < N; at += 23) {
        double *A = definite(N);
        A[at * N + at] = -1.0;
        assert_false(mlpi_cholesky(N, A, scratch, NULL));
        A[at * N + at] = NAN;
        assert_false(mlpi_cholesky(N, A, scratch, NULL));
        mlpi_free(A);
    }
    mlpi_free(scratch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_equal_plain_loops),
        cmocka_unit_test(no_steps_give_zero_or_what_was_there),
        cmocka_unit_test(activations_equal_the_library),
        cmocka_unit_test(cholesky_solves_and_inverts),
        cmocka_unit_test(what_is_not_definite_is_refused),
    };
    return RUN(tests);
}
