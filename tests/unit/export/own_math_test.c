/* SPDX-License-Identifier: MIT */
/* The mathematical functions that exported C contains agree with the C library to within their
 * bounds. They are tried at regular steps through all floating-point numbers, and densely where
 * they change. */
#include <float.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export/own_math.h"
#include "unit/test.h"

typedef long double (*exact_function)(long double);

/* The functions that are approximated, in higher precision. */
static const struct {
    const char *name;
    exact_function exact;
} exact_functions[] = {{"fabs", fabsl},   {"floor", floorl}, {"exp", expl},    {"expm1", expm1l},
                       {"log", logl},     {"log1p", log1pl}, {"sqrt", sqrtl},  {"erfc", erfcl},
                       {"fabsf", fabsl},  {"expf", expl},    {"tanhf", tanhl}, {"expm1f", expm1l},
                       {"log1pf", log1pl}};

static exact_function exact_of(const char *name)
{
    for (size_t i = 0; i < sizeof exact_functions / sizeof exact_functions[0]; i++)
        if (strcmp(name, exact_functions[i].name) == 0)
            return exact_functions[i].exact;
    return NULL;
}

/* The error of `got` in units in the last place of `wanted`, in a format of `digits` binary digits
 * with the least exponent `least` and the largest number `most`. */
static double ulps(double got, long double wanted, int digits, int least, long double most)
{
    int exponent = 0;
    if (isnan(wanted) || isnan(got))
        return isnan(wanted) && isnan(got) ? 0.0 : HUGE_VAL;
    if (isinf(got)) /* a result next to the largest number may overflow */
        return fabsl(wanted) >= most * (1.0L - 4.0L * DBL_EPSILON) && (got > 0) == (wanted > 0)
                   ? 0.0
                   : HUGE_VAL;
    if (isinf(wanted) || fabsl(wanted) > most)
        return fabs(got) >= (double)(most * (1.0L - 4.0L * DBL_EPSILON)) ? 0.0 : HUGE_VAL;
    frexpl(wanted, &exponent);
    exponent = exponent < least ? least : exponent;
    return (double)(fabsl((long double)got - wanted) / ldexpl(1.0L, exponent - digits));
}

static double off_in_double(const mlpi_own_function *f, exact_function exact, double x)
{
    return ulps(f->in_double(x), exact((long double)x), DBL_MANT_DIG, DBL_MIN_EXP,
                (long double)DBL_MAX);
}

static double off_in_float(const mlpi_own_function *f, exact_function exact, float x)
{
    return ulps((double)f->in_float(x), exact((long double)x), FLT_MANT_DIG, FLT_MIN_EXP,
                (long double)FLT_MAX);
}

static void assert_within(const mlpi_own_function *f, double off, double x)
{
    /* Even a result that is rounded to nearest may be half a unit off. */
    if (!(off <= f->ulp))
        fail_msg("%s(%.17g) is %.3g units in the last place off, more than %.3g", f->name, x, off,
                 f->ulp);
}

static double every_double(const mlpi_own_function *f, exact_function exact)
{
    const uint64_t step = 0x7ff0000000000000u / 400009u;
    double most = 0.0;
    for (uint64_t bits = 0; bits <= 0x7ff0000000000000u; bits += step)
        for (int sign = 0; sign < 2; sign++) {
            const uint64_t all = bits | (uint64_t)sign << 63;
            double x;
            memcpy(&x, &all, sizeof x);
            const double off = off_in_double(f, exact, x);
            assert_within(f, off, x);
            most = fmax(most, off);
        }
    for (int i = -1000000; i <= 1000000; i++) { /* densely where the functions change */
        const double x = i * 1e-6 * (i % 3 == 0 ? 1.0 : i % 3 == 1 ? 30.0 : 750.0);
        const double off = off_in_double(f, exact, x);
        assert_within(f, off, x);
        most = fmax(most, off);
    }
    return most;
}

static double every_float(const mlpi_own_function *f, exact_function exact)
{
    double most = 0.0;
    for (uint32_t bits = 0; bits <= 0x7f800000u; bits += 2003)
        for (int sign = 0; sign < 2; sign++) {
            const uint32_t all = bits | (uint32_t)sign << 31;
            float x;
            memcpy(&x, &all, sizeof x);
            const double off = off_in_float(f, exact, x);
            assert_within(f, off, (double)x);
            most = fmax(most, off);
        }
    return most;
}

static void functions_are_within_their_bounds_over_their_whole_range(void **state)
{
    const mlpi_own_function *f = NULL;
    int tried = 0;
    (void)state;
    for (size_t i = 0; (f = mlpi_own_math_at(i)) != NULL; i++) {
        if (f->name == NULL || f->of_two != NULL)
            continue;
        const exact_function exact = exact_of(f->name);
        assert_non_null(exact);
        const double most = f->in_double != NULL ? every_double(f, exact) : every_float(f, exact);
        print_message("%s: %.3f units in the last place, the bound is %.1f\n", f->name, most,
                      f->ulp);
        tried++;
    }
    assert_int_equal(tried, sizeof exact_functions / sizeof exact_functions[0]);
}

static void what_is_no_number_stays_none(void **state)
{
    const mlpi_own_function *f = NULL;
    (void)state;
    for (size_t i = 0; (f = mlpi_own_math_at(i)) != NULL; i++) {
        if (f->in_double != NULL)
            assert_true(isnan(f->in_double((double)NAN)));
        if (f->in_float != NULL)
            assert_true(isnan(f->in_float(NAN)));
    }
}

static void functions_of_two_are_those_of_the_c_library(void **state)
{
    static const double some[] = {0.0, 1.5, -2.5, 1e300, -1e300, HUGE_VAL, -HUGE_VAL, NAN};
    enum { MANY = sizeof some / sizeof some[0] };
    const mlpi_own_function *f = NULL;
    (void)state;
    for (size_t i = 0; (f = mlpi_own_math_at(i)) != NULL; i++)
        for (int k = 0; f->of_two != NULL && k < MANY * MANY; k++) {
            const double a = some[k / MANY], b = some[k % MANY];
            if (strcmp(f->name, "copysign") == 0 && isnan(b))
                continue; /* the sign of a NaN is arbitrary */
            const double wanted = strcmp(f->name, "copysign") == 0 ? copysign(a, b)
                                  : strcmp(f->name, "fmin") == 0   ? fmin(a, b)
                                                                   : fmax(a, b);
            const double got = f->of_two(a, b);
            assert_true(got == wanted || (isnan(got) && isnan(wanted)));
        }
}

static void only_what_a_code_calls_is_written(void **state)
{
    char *text = NULL;
    size_t size = 0;
    (void)state;
    FILE *to = open_memstream(&text, &size);
    mlpi_own_math_write(to, "y = tanhf(h); my_exp(x); exponent(x); fabs(y)", "fabs(x)");
    fclose(to);
    assert_non_null(strstr(text, "static float own_tanhf(float x)"));
    assert_non_null(strstr(text, "#define tanhf(...) own_tanhf(__VA_ARGS__)\n"));
    assert_non_null(strstr(text, "own_reducedf("));
    assert_null(strstr(text, "own_exp("));
    assert_null(strstr(text, "own_fabs"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_are_within_their_bounds_over_their_whole_range),
        cmocka_unit_test(what_is_no_number_stays_none),
        cmocka_unit_test(functions_of_two_are_those_of_the_c_library),
        cmocka_unit_test(only_what_a_code_calls_is_written),
    };
    return RUN(tests);
}
