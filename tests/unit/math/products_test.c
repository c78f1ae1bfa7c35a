/* SPDX-License-Identifier: MIT */
/* Products in panels agree with double, an element has the same bits whatever is computed with it,
 * and nothing outside the result is written. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "math/kernels.h"
#include "math/panels.h"
#include "unit/test.h"

static float *random_floats(size_t n, uint64_t stream)
{
    mlpi_random random = mlpi_random_init(3, stream);
    float *x = malloc((n + 1) * sizeof *x);
    assert_non_null(x);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)mlpi_random_normal(&random);
    return x;
}

typedef struct operands {
    size_t rows, steps, panels;
    float *a, *b, *start;
} operands;

/* Random operands; the memory of a is large enough for rows x steps and for steps x rows. */
static operands make(size_t rows, size_t steps, size_t panels)
{
    return (operands){rows,
                      steps,
                      panels,
                      random_floats((rows + 16) * (steps + 16), rows),
                      random_floats(steps * panels * MLPI_PANEL, steps),
                      random_floats(panels * MLPI_PANEL, panels)};
}

static void release(operands *o)
{
    free(o->a);
    free(o->b);
    free(o->start);
}

static float a_of(const operands *o, bool transposed, size_t i, size_t t)
{
    return transposed ? o->a[mlpi_panel_at(t, i, o->steps * MLPI_PANEL)]
                      : o->a[mlpi_panel_at(i, t, o->rows * MLPI_PANEL)];
}

/* c has a guard of one row after each panel. `gate` has the layout of c; with `relu` the gate is c
 * itself. */
static float *multiply_gated(const mlpi_kernel_table *kernels, const operands *o, bool transposed,
                             const float *gate, bool relu)
{
    const size_t c_panel = (o->rows + 1) * MLPI_PANEL;
    float *c = calloc(o->panels * c_panel, sizeof *c);
    assert_non_null(c);
    const mlpi_product p = {.rows = o->rows,
                            .panels = o->panels,
                            .steps = o->steps,
                            .a = o->a,
                            .a_panel = (transposed ? o->steps : o->rows) * MLPI_PANEL,
                            .b = o->b,
                            .b_panel = o->steps * MLPI_PANEL,
                            .start = o->start,
                            .start_panel = MLPI_PANEL,
                            .c = c,
                            .c_panel = c_panel,
                            .gate = relu ? c : gate};
    (transposed ? kernels->product_transposed : kernels->product)(&p);
    return c;
}

static float *multiply(const mlpi_kernel_table *kernels, const operands *o, bool transposed)
{
    return multiply_gated(kernels, o, transposed, NULL, false);
}

static void check(const mlpi_kernel_table *kernels, const operands *o, bool transposed)
{
    float *c = multiply(kernels, o, transposed);
    const size_t c_panel = (o->rows + 1) * MLPI_PANEL;
    for (size_t u = 0; u < o->panels * MLPI_PANEL; u++) {
        for (size_t i = 0; i < o->rows; i++) {
            double wanted = (double)o->start[u], size = fabs(wanted);
            for (size_t t = 0; t < o->steps; t++) {
                const double term = (double)a_of(o, transposed, i, t) *
                                    (double)o->b[mlpi_panel_at(t, u, o->steps * MLPI_PANEL)];
                wanted += term;
                size += fabs(term);
            }
            const double bound = 6e-8 * (double)(o->steps + 1) * size;
            if (!(fabs((double)c[mlpi_panel_at(i, u, c_panel)] - wanted) <= bound))
                fail_msg("%s%s %zux%zux%zu at %zu,%zu", kernels->name,
                         transposed ? " transposed" : "", o->rows, o->steps, o->panels, i, u);
        }
        assert_true(c[mlpi_panel_at(o->rows, u, c_panel)] == 0.0f);
    }
    free(c);
}

static void products_equal_double_at_every_size(void **state)
{
    (void)state;
    static const size_t steps[] = {1, 2, 15, 16, 17, 33, 64};
    for (size_t k = 0; mlpi_kernels_at(k) != NULL; k++)
        for (size_t rows = 1; rows <= 36; rows++)
            for (size_t s = 0; s < 7; s++)
                for (size_t panels = 1; panels <= 3; panels++) {
                    operands o = make(rows, steps[s], panels);
                    check(mlpi_kernels_at(k), &o, false);
                    check(mlpi_kernels_at(k), &o, true);
                    release(&o);
                }
}

/* One row with many panels takes a path of its own. */
static void a_single_row_equals_double_with_any_number_of_panels(void **state)
{
    (void)state;
    for (size_t k = 0; mlpi_kernels_at(k) != NULL; k++)
        for (size_t panels = 1; panels <= 20; panels++) {
            operands o = make(1, 37, panels);
            check(mlpi_kernels_at(k), &o, false);
            release(&o);
        }
}

/* Checks the gate of every element: the product itself for relu, other numbers in the backward
 * pass. */
static void check_gates(const mlpi_kernel_table *kernels, const operands *o, bool transposed)
{
    const size_t size = o->panels * (o->rows + 1) * MLPI_PANEL;
    float *plain = multiply(kernels, o, transposed), *other = random_floats(size, o->rows);
    for (size_t i = 0; i < size; i += 3)
        other[i] = 0.0f; /* a closed gate */
    for (int relu = 0; relu < 2; relu++) {
        float *c = multiply_gated(kernels, o, transposed, other, relu != 0);
        for (size_t i = 0; i < size; i++)
            if (c[i] != ((relu ? plain : other)[i] > 0.0f ? plain[i] : 0.0f))
                fail_msg("%s%s %zux%zux%zu, gate of %s, at %zu", kernels->name,
                         transposed ? " transposed" : "", o->rows, o->steps, o->panels,
                         relu ? "itself" : "another", i);
        free(c);
    }
    free(plain);
    free(other);
}

static void gates_hold_back_what_they_shut(void **state)
{
    (void)state;
    for (size_t k = 0; mlpi_kernels_at(k) != NULL; k++)
        for (size_t rows = 1; rows <= 36; rows++)
            for (size_t panels = 1; panels <= (rows == 1 ? 20 : 4); panels++) {
                operands o = make(rows, 5, panels);
                check_gates(mlpi_kernels_at(k), &o, false);
                check_gates(mlpi_kernels_at(k), &o, true);
                release(&o);
            }
}

static void a_row_has_the_same_bits_alone_and_among_others(void **state)
{
    (void)state;
    enum { ROWS = 23, STEPS = 75, PANELS = 9 };
    operands all = make(ROWS, STEPS, PANELS);
    for (size_t k = 0; mlpi_kernels_at(k) != NULL; k++) {
        float *c = multiply(mlpi_kernels_at(k), &all, false);
        for (size_t i = 0; i < ROWS; i++) {
            operands one = make(1, STEPS, PANELS);
            for (size_t t = 0; t < STEPS; t++)
                one.a[mlpi_panel_at(0, t, MLPI_PANEL)] = a_of(&all, false, i, t);
            const operands alone = {1, STEPS, PANELS, one.a, all.b, all.start};
            float *row = multiply(mlpi_kernels_at(k), &alone, false);
            for (size_t p = 0; p < PANELS; p++)
                assert_memory_equal(row + p * 2 * MLPI_PANEL,
                                    c + mlpi_panel_at(i, p * MLPI_PANEL, (ROWS + 1) * MLPI_PANEL),
                                    MLPI_PANEL * sizeof *row);
            free(row);
            release(&one);
        }
        free(c);
    }
    release(&all);
}

static void instruction_sets_with_fused_multiply_add_agree_to_the_bit(void **state)
{
    (void)state;
    if (mlpi_kernels_at(2) == NULL)
        skip_because("this processor has fewer than two instruction sets with fused multiply-add");
    operands o = make(29, 100, 3);
    for (int transposed = 0; transposed < 2; transposed++) {
        float *one = multiply(mlpi_kernels_at(1), &o, transposed != 0);
        float *two = multiply(mlpi_kernels_at(2), &o, transposed != 0);
        assert_memory_equal(one, two, o.panels * (o.rows + 1) * MLPI_PANEL * sizeof *one);
        free(one);
        free(two);
    }
    release(&o);
}

static void transposing_exchanges_rows_and_columns(void **state)
{
    (void)state;
    float from[MLPI_PANEL * MLPI_PANEL], to[MLPI_PANEL * MLPI_PANEL];
    for (size_t i = 0; i < MLPI_PANEL * MLPI_PANEL; i++)
        from[i] = (float)i;
    for (size_t k = 0; mlpi_kernels_at(k) != NULL; k++) {
        mlpi_kernels_at(k)->transpose(from, to);
        for (size_t i = 0; i < MLPI_PANEL; i++)
            for (size_t j = 0; j < MLPI_PANEL; j++)
                assert_true(to[j * MLPI_PANEL + i] == from[i * MLPI_PANEL + j]);
    }
}

static void summing_rows_of_a_panel_is_exact_for_whole_numbers(void **state)
{
    (void)state;
    float d[100 * MLPI_PANEL], sum[MLPI_PANEL];
    for (size_t i = 0; i < 100 * MLPI_PANEL; i++)
        d[i] = (float)i;
    for (size_t k = 0; mlpi_kernels_at(k) != NULL; k++)
        for (size_t rows = 0; rows <= 100; rows += 20) {
            memset(sum, 0, sizeof sum);
            mlpi_kernels_at(k)->sum_rows(rows / 2, d, sum); /* the next call adds to it */
            mlpi_kernels_at(k)->sum_rows(rows - rows / 2, d + rows / 2 * MLPI_PANEL, sum);
            for (size_t j = 0; j < MLPI_PANEL; j++)
                assert_true(sum[j] ==
                            (float)(rows * j + MLPI_PANEL * rows * (rows - (rows > 0)) / 2));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(products_equal_double_at_every_size),
        cmocka_unit_test(a_single_row_equals_double_with_any_number_of_panels),
        cmocka_unit_test(gates_hold_back_what_they_shut),
        cmocka_unit_test(a_row_has_the_same_bits_alone_and_among_others),
        cmocka_unit_test(instruction_sets_with_fused_multiply_add_agree_to_the_bit),
        cmocka_unit_test(transposing_exchanges_rows_and_columns),
        cmocka_unit_test(summing_rows_of_a_panel_is_exact_for_whole_numbers),
    };
    return RUN(tests);
}
