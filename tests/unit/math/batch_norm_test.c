/* SPDX-License-Identifier: MIT */
/* Batch normalisation of a panel equals its formulas in double, on every instruction set and for
 * any number of rows, and writes nothing after the rows. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "math/kernels.h"
#include "math/panels.h"
#include "unit/test.h"

enum { ROWS_MAX = 40, GUARD = 16 };

static const float guard = 12345.0f;

typedef struct panel {
    float value[ROWS_MAX * MLPI_PANEL + GUARD];
} panel;

/* Unit u has mean u - 3; all numbers after the rows are guards. */
static panel make(size_t rows, uint64_t stream)
{
    panel p;
    mlpi_random random = mlpi_random_init(11, stream);
    for (size_t i = 0; i < ROWS_MAX * MLPI_PANEL + GUARD; i++)
        p.value[i] = i < rows * MLPI_PANEL
                         ? (float)((double)(i % MLPI_PANEL) - 3.0 + mlpi_random_normal(&random))
                         : guard;
    return p;
}

static void assert_guarded(const panel *p, size_t rows)
{
    for (size_t i = rows * MLPI_PANEL; i < ROWS_MAX * MLPI_PANEL + GUARD; i++)
        assert_true(p->value[i] == guard);
}

static void assert_close(double found, double expected, double tolerance)
{
    if (!(fabs(found - expected) <= tolerance * fmax(1.0, fabs(expected))))
        fail_msg("found %.17g, expected %.17g", found, expected);
}

static double at(const panel *p, size_t r, size_t u)
{
    return (double)p->value[r * MLPI_PANEL + u];
}

static void check_forward(const mlpi_kernel_table *kernels, size_t rows)
{
    const panel a = make(rows, 1);
    panel normal = a, h = make(rows, 2);
    const panel numbers = make(4, 3);
    const float *n = numbers.value;
    const mlpi_normal how = {n, n + MLPI_PANEL, n + 2 * MLPI_PANEL, n + 3 * MLPI_PANEL};
    double mean[MLPI_PANEL], variance[MLPI_PANEL];
    kernels->moments(rows, a.value, mean, variance);
    kernels->normalize(rows, &how, normal.value, h.value);
    for (size_t u = 0; u < MLPI_PANEL; u++) {
        double sum = 0.0, square = 0.0;
        for (size_t r = 0; r < rows; r++)
            sum += at(&a, r, u);
        for (size_t r = 0; r < rows; r++) {
            const double off = at(&a, r, u) - sum / (double)rows;
            const double wanted = (at(&a, r, u) - at(&numbers, 0, u)) * at(&numbers, 1, u);
            square += off * off;
            assert_close(at(&normal, r, u), wanted, 1e-6);
            assert_close(at(&h, r, u), at(&numbers, 2, u) * wanted + at(&numbers, 3, u), 1e-5);
        }
        assert_close(mean[u], sum / (double)rows, 1e-14);
        assert_close(variance[u], square / (double)rows, 1e-14);
    }
    assert_guarded(&normal, rows);
    assert_guarded(&h, rows);
}

static void check_backward(const mlpi_kernel_table *kernels, size_t rows)
{
    const panel a = make(rows, 4), before = make(rows, 5), numbers = make(3, 6);
    panel d = before;
    const float *n = numbers.value;
    double sum[MLPI_PANEL], sum_a[MLPI_PANEL];
    kernels->dual_sums(rows, a.value, d.value, sum, sum_a);
    kernels->normalize_chain(rows, &(mlpi_normal_chain){n, n + MLPI_PANEL, n + 2 * MLPI_PANEL},
                             a.value, d.value);
    for (size_t u = 0; u < MLPI_PANEL; u++) {
        double plain = 0.0, times_a = 0.0;
        for (size_t r = 0; r < rows; r++) {
            plain += at(&before, r, u);
            times_a += at(&before, r, u) * at(&a, r, u);
            const double inner = at(&before, r, u) - at(&numbers, 1, u);
            assert_close(at(&d, r, u),
                         at(&numbers, 0, u) * (inner - at(&a, r, u) * at(&numbers, 2, u)), 2e-5);
        }
        assert_close(sum[u], plain, 1e-14);
        assert_close(sum_a[u], times_a, 1e-14);
    }
    assert_guarded(&d, rows);
}

static void panels_are_normalised_as_the_formulas_say(void **state)
{
    (void)state;
    for (size_t i = 0; mlpi_kernels_at(i) != NULL; i++)
        for (size_t rows = 1; rows <= ROWS_MAX; rows++) {
            check_forward(mlpi_kernels_at(i), rows);
            check_backward(mlpi_kernels_at(i), rows);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(panels_are_normalised_as_the_formulas_say),
    };
    return RUN(tests);
}
