/* SPDX-License-Identifier: MIT */
/* The reference's gradient is the derivative of its loss: the relative error between
 * backpropagation and differences of the loss is at most 1e-7, for every activation, loss and
 * depth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gradient/cases.h"

static mlp_trace *trace;

enum { ROWS = 3 }; /* differences need no more than a few patterns */

/* Returns a hash of which side of its corner or jump every neuron and every loss of the traced
 * pattern is on. */
static uint64_t sides(const gradient_case *c, const double *target, uint64_t hash)
{
    for (size_t l = 1; l <= c->depth; l++)
        for (size_t i = 0; i < trace->units[l]; i++) {
            const double h = trace->h[l][i];
            const unsigned char side =
                (unsigned char)((h > 0.0) + (h > -1.0) + (h > 1.0) + (h > -3.0) + (h > 3.0));
            hash = mlpi_hash(hash, &side, 1);
        }
    for (size_t k = 0; k < CASE_OUTPUTS; k++) {
        const int piece = mlpi_loss_piece(c->loss, trace->y[c->depth][k], target[k],
                                          mlpi_loss_number(c->network, k));
        hash = mlpi_hash(hash, &piece, sizeof piece);
    }
    return hash;
}

static double loss(const gradient_case *c, double *w, size_t i, double step, uint64_t *side)
{
    const double before = w[i];
    double E = 0.0;
    w[i] = before + step;
    *side = MLPI_HASH_START;
    for (size_t r = 0; r < ROWS; r++) {
        const double *target = c->target + r * CASE_OUTPUTS;
        mlp_reference_pattern(c->network, w, c->x + r * CASE_INPUTS, target, trace);
        E += trace->loss / ROWS;
        *side = sides(c, target, *side);
    }
    w[i] = before;
    return E;
}

/* Extrapolates central differences of two steps (Richardson): the error is of order step^4. Returns
 * false if a corner or jump lies between the points. */
static bool difference(const gradient_case *c, double *w, size_t i, double step, double *slope)
{
    uint64_t side[4];
    const double one = (loss(c, w, i, step, &side[0]) - loss(c, w, i, -step, &side[1])) / step;
    const double two =
        (loss(c, w, i, 2 * step, &side[2]) - loss(c, w, i, -2 * step, &side[3])) / (2 * step);
    *slope = (4 * one - two) / 6;
    return side[0] == side[1] && side[1] == side[2] && side[2] == side[3];
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
    mlp_reference_loss(c->network, w, c->x, c->target, ROWS, gradient, trace);
    double off = 0.0, all = 0.0;
    size_t compared = 0;
    const double step = 1e-5;
    for (size_t i = 0; i < n; i++) {
        double d = 0.0;
        if (!difference(c, w, i, step, &d))
            continue;
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
