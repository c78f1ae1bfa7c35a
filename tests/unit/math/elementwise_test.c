/* SPDX-License-Identifier: MIT */
/* Element-wise kernels keep their error bounds on every instruction set, handle special values as
 * mathematics requires, and give an element the same bits at every place. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "math/kernels.h"
#include "unit/test.h"

/* The distance of `got` from `wanted`, in units in the last place of `wanted` as a float. */
static double ulps(float got, double wanted)
{
    if (isnan(wanted))
        return isnan(got) ? 0.0 : INFINITY;
    const float nearest = (float)wanted;
    if (isinf(nearest) || isinf(got))
        return got == nearest ? 0.0 : INFINITY;
    const float above = nextafterf(fabsf(nearest), INFINITY);
    return fabs((double)got - wanted) / (double)(above - fabsf(nearest));
}

typedef struct bound {
    mlp_activation f;
    double ulps;
} bound;

static const bound bounds[] = {
    {MLP_LINEAR, 0},    {MLP_STEP, 0},        {MLP_SIGN, 0}, {MLP_SOFTSIGN, 1},
    {MLP_LOGISTIC, 4},  {MLP_TANH, 4},        {MLP_RELU, 0}, {MLP_SOFTPLUS, 4},
    {MLP_GAUSSIAN, 4},  {MLP_LEAKY_RELU, 1},  {MLP_ELU, 8},  {MLP_SELU, 8},
    {MLP_GELU, 192},    {MLP_SILU, 8},        {MLP_MISH, 8}, {MLP_HARD_LOGISTIC, 2},
    {MLP_HARD_TANH, 0}, {MLP_EXPONENTIAL, 4},
};

/* Whether an error is negligible: products of h and a tiny number lose all their digits near the
 * subnormal numbers. */
static bool vanishes(mlp_activation f, double got, double wanted)
{
    return (f == MLP_GELU || f == MLP_SILU || f == MLP_MISH) && fabs(got - wanted) <= 1e-36;
}

enum { SAMPLES = 200000 };

/* Fills one half of x evenly over +-range, the other half over all magnitudes. */
static void sample(float *x, float range)
{
    mlpi_random random = mlpi_random_init(5, 5);
    for (size_t i = 0; i < SAMPLES / 2; i++)
        x[i] = range * (float)(2.0 * mlpi_random_uniform(&random) - 1.0);
    for (size_t i = SAMPLES / 2; i < SAMPLES; i++) {
        const float size = (float)exp2(250.0 * mlpi_random_uniform(&random) - 140.0);
        x[i] = fminf(size, range) * (mlpi_random_u32(&random) & 1 ? 1.0f : -1.0f);
    }
}

static void for_every_table(void (*check)(const mlpi_kernel_table *kernels))
{
    for (size_t i = 0; mlpi_kernels_at(i) != NULL; i++)
        check(mlpi_kernels_at(i));
}

static void check_values(const mlpi_kernel_table *kernels)
{
    float *x = calloc(SAMPLES, sizeof *x), *y = calloc(SAMPLES, sizeof *y);
    sample(x, 120.0f);
    for (size_t b = 0; b < sizeof bounds / sizeof bounds[0]; b++) {
        kernels->activate[bounds[b].f](SAMPLES, x, y);
        for (size_t i = 0; i < SAMPLES; i++) {
            const double wanted = mlp_activation_value(bounds[b].f, (double)x[i]);
            if (!(ulps(y[i], wanted) <= bounds[b].ulps + 0.5) &&
                !vanishes(bounds[b].f, (double)y[i], wanted))
                fail_msg("%s %s(%a) = %a, %g ULP off", kernels->name,
                         mlp_activation_describe(bounds[b].f)->name, (double)x[i], (double)y[i],
                         ulps(y[i], wanted));
        }
    }
    free(x);
    free(y);
}

static void activations_keep_their_bounds(void **state)
{
    (void)state;
    for_every_table(check_values);
}

static void check_exp_log(const mlpi_kernel_table *kernels)
{
    float *x = calloc(SAMPLES, sizeof *x), *y = calloc(SAMPLES, sizeof *y);
    sample(x, 103.0f);
    kernels->exp(SAMPLES, x, y);
    for (size_t i = 0; i < SAMPLES; i++)
        assert_true(ulps(y[i], exp((double)x[i])) <= 4.0);
    sample(x, INFINITY);
    for (size_t i = 0; i < SAMPLES; i++)
        x[i] = fabsf(x[i]);
    kernels->log(SAMPLES, x, y);
    for (size_t i = 0; i < SAMPLES; i++)
        assert_true(ulps(y[i], log((double)x[i])) <= 4.0);
    free(x);
    free(y);
}

static void exponential_and_logarithm_keep_their_bounds(void **state)
{
    (void)state;
    for_every_table(check_exp_log);
}

static void check_special(const mlpi_kernel_table *kernels)
{
    const float special[] = {0.0f,    -0.0f,   INFINITY, -INFINITY, 1e-45f,          -1e-45f,
                             1e-38f,  -1e-38f, 3e38f,    -3e38f,    1.17549435e-38f, 88.8f,
                             -103.9f, -87.4f,  1e10f,    -1e10f};
    enum { N = sizeof special / sizeof special[0] };
    for (size_t b = 0; b < sizeof bounds / sizeof bounds[0]; b++) {
        float y[N];
        kernels->activate[bounds[b].f](N, special, y);
        for (size_t i = 0; i < N; i++)
            if (!(ulps(y[i], mlp_activation_value(bounds[b].f, (double)special[i])) <=
                  bounds[b].ulps + 0.5) &&
                !vanishes(bounds[b].f, (double)y[i],
                          mlp_activation_value(bounds[b].f, (double)special[i])))
                fail_msg("%s %s(%a) = %a", kernels->name,
                         mlp_activation_describe(bounds[b].f)->name, (double)special[i],
                         (double)y[i]);
        const float none = NAN;
        kernels->activate[bounds[b].f](1, &none, y);
        assert_true(isnan(y[0])); /* NaN is not hidden */
    }
}

static void special_values_are_exact_and_nan_stays_nan(void **state)
{
    (void)state;
    for_every_table(check_special);
}

/* Errors of d f'(h) are relative to the largest slope: f' is at most 2 except for e^h. */
static void check_chain(const mlpi_kernel_table *kernels)
{
    float *h = calloc(SAMPLES, sizeof *h), *y = calloc(SAMPLES, sizeof *y),
          *d = calloc(SAMPLES, sizeof *d);
    sample(h, 60.0f);
    for (size_t b = 0; b < sizeof bounds / sizeof bounds[0]; b++) {
        kernels->activate[bounds[b].f](SAMPLES, h, y);
        for (size_t i = 0; i < SAMPLES; i++)
            d[i] = 1.0f;
        const bool reads_h = mlpi_chain_reads_h(bounds[b].f);
        kernels->chain[bounds[b].f](SAMPLES, reads_h ? h : y, y, d);
        for (size_t i = 0; i < SAMPLES; i++)
            if (!(fabs((double)d[i] - mlp_activation_slope(bounds[b].f, (double)h[i])) <=
                  1e-6 * fmax(1.0, bounds[b].f == MLP_EXPONENTIAL ? (double)y[i] : 1.0)))
                fail_msg("%s %s'(%a) = %a", kernels->name,
                         mlp_activation_describe(bounds[b].f)->name, (double)h[i], (double)d[i]);
    }
    free(h);
    free(y);
    free(d);
}

static void derivatives_equal_the_reference(void **state)
{
    (void)state;
    for_every_table(check_chain);
}

/* An element has the same bits for all sizes around the vector widths and at every offset, and
 * nothing else is written. */
static void check_places(const mlpi_kernel_table *kernels)
{
    enum { N = 67, ROOM = 100 };
    float x[ROOM], all[ROOM], part[ROOM];
    mlpi_random random = mlpi_random_init(1, 2);
    for (size_t i = 0; i < ROOM; i++)
        x[i] = (float)(3.0 * mlpi_random_normal(&random));
    for (size_t f = 0; f < MLP_SOFTMAX; f++) {
        kernels->activate[f](ROOM, x, all);
        for (size_t n = 0; n <= N; n++)
            for (size_t at = 0; at < 18; at++) {
                for (size_t i = 0; i < ROOM; i++)
                    part[i] = -77.0f;
                kernels->activate[f](n, x + at, part + at);
                for (size_t i = 0; i < ROOM; i++)
                    if (i >= at && i < at + n)
                        assert_memory_equal(part + i, all + i, sizeof *part);
                    else
                        assert_true(part[i] == -77.0f);
            }
    }
}

static void an_element_has_the_same_bits_at_every_place(void **state)
{
    (void)state;
    for_every_table(check_places);
}

static void check_straight_through(const mlpi_kernel_table *kernels)
{
    const float h[] = {-2.0f, -1.0f, -0.5f, 0.0f, 1.0f, 1.5f};
    float d[] = {3.0f, 3.0f, 3.0f, 3.0f, 3.0f, 3.0f};
    const float wanted[] = {0.0f, 3.0f, 3.0f, 3.0f, 3.0f, 0.0f};
    kernels->straight_through(6, h, d);
    assert_memory_equal(d, wanted, sizeof d);
}

static void the_surrogate_passes_between_minus_one_and_one(void **state)
{
    (void)state;
    for_every_table(check_straight_through);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(activations_keep_their_bounds),
        cmocka_unit_test(exponential_and_logarithm_keep_their_bounds),
        cmocka_unit_test(special_values_are_exact_and_nan_stays_nan),
        cmocka_unit_test(derivatives_equal_the_reference),
        cmocka_unit_test(an_element_has_the_same_bits_at_every_place),
        cmocka_unit_test(the_surrogate_passes_between_minus_one_and_one),
    };
    return RUN(tests);
}
