/* SPDX-License-Identifier: MIT */
/* The reference's gradient is the derivative of its loss: backpropagation against differences,
 * relative error at most 1e-7, for every activation x loss x depth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gradient/cases.h"

static mlp_trace *trace;

/* Which side of its corner or jump every neuron is on. */
static uint64_t sides(const gradient_case *c, const double *w)
{
    uint64_t hash = MLPI_HASH_START;
    for (size_t r = 0; r < CASE_ROWS; r++) {
        mlp_reference_pattern(c->network, w, c->x + r * CASE_INPUTS, c->target + r * CASE_OUTPUTS,
                              trace);
        for (size_t l = 1; l <= c->depth; l++)
            for (size_t i = 0; i < trace->units[l]; i++) {
                const double h = trace->h[l][i];
                const unsigned char side =
                    (unsigned char)((h > 0.0) + (h > -1.0) + (h > 1.0) + (h > -3.0) + (h > 3.0));
                hash = mlpi_hash(hash, &side, 1);
            }
    }
    return hash;
}

static double loss(const gradient_case *c, double *w, size_t i, double step)
{
    const double before = w[i];
    w[i] = before + step;
    const double E = mlp_reference_loss(c->network, w, c->x, c->target, CASE_ROWS, NULL, trace);
    w[i] = before;
    return E;
}

static bool crosses(const gradient_case *c, double *w, size_t i, double step)
{
    const double before = w[i];
    w[i] = before + step;
    const uint64_t above = sides(c, w);
    w[i] = before - step;
    const uint64_t below = sides(c, w);
    w[i] = before;
    return above != below;
}

/* Central differences of two steps, extrapolated (Richardson): the error is of order step^4. */
static double difference(const gradient_case *c, double *w, size_t i, double step)
{
    const double one = (loss(c, w, i, step) - loss(c, w, i, -step)) / (2 * step);
    const double two = (loss(c, w, i, 2 * step) - loss(c, w, i, -2 * step)) / (4 * step);
    return (4 * one - two) / 3;
}

static void check(gradient_case *c)
{
    const size_t n = c->network->size;
    double *w = calloc(n, sizeof *w), *gradient = calloc(n, sizeof *gradient);
    assert_non_null(w);
    assert_non_null(gradient);
    assert_int_equal(mlp_trace_create(c->network, &trace, NULL), MLP_OK);
    for (size_t i = 0; i < n; i++)
        w[i] = (double)c->network->parameters[i];
    mlp_reference_loss(c->network, w, c->x, c->target, CASE_ROWS, gradient, trace);
    double off = 0.0, all = 0.0;
    size_t compared = 0;
    const double step = 1e-5;
    for (size_t i = 0; i < n; i++) {
        if (crosses(c, w, i, 2 * step))
            continue;
        const double d = difference(c, w, i, step);
        off += (gradient[i] - d) * (gradient[i] - d);
        all += d * d;
        compared++;
    }
    if (!(sqrt(off) <= 1e-7 * sqrt(all)) || compared < n * 9 / 10)
        fail_msg("%s: relative error %g, %zu of %zu compared", c->name, sqrt(off / all), compared,
                 n);
    mlp_trace_free(trace);
    free(w);
    free(gradient);
}

static void backpropagation_equals_differences(void **state)
{
    (void)state;
    assert_int_equal(for_every_case(check), CASES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(backpropagation_equals_differences)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
