/* SPDX-License-Identifier: MIT */
/* Correctly rounded conversion from decimal to binary.
 *
 * A mantissa of at most 2^53, multiplied or divided by a power of ten up to 10^22, needs one
 * correctly rounded operation (W. D. Clinger, "How to read floating point numbers accurately",
 * 1990). Any other 64-bit mantissa with a power of ten up to 10^27 needs one product or quotient in
 * 128 bits: 10^n = 5^n 2^n, and 5^27 fits into 63 bits. The product is exact. The quotient has at
 * least 64 bits; a remainder sets its last bit, so that only an exact tie is rounded as a tie. */
#include "base/decimal.h"

#include <math.h>
#include <stdlib.h>

const double mlpi_power_of_ten[MLPI_MOST_DIGITS + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,
                                                        1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13,
                                                        1e14, 1e15, 1e16, 1e17, 1e18};

enum { EXACT_POWER = 22, MOST_POWER = 27 };
#define EXACT_MANTISSA ((uint64_t)1 << 53)

#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 wide;

static bool round_wide(uint64_t mantissa, int exponent, double *value)
{
    const int power = abs(exponent);
    uint64_t fives = 1;
    for (int i = 0; i < power; i++)
        fives *= 5;
    if (exponent >= 0) {
        *value = ldexp((double)((wide)mantissa * fives), power);
        return true;
    }
    const int shift = 63 + __builtin_clzll(mantissa);
    const wide numerator = (wide)mantissa << shift, quotient = numerator / fives;
    const wide left_over = numerator - quotient * fives;
    *value = ldexp((double)(quotient | (left_over != 0)), -power - shift);
    return true;
}
#else
static bool round_wide(uint64_t mantissa, int exponent, double *value)
{
    (void)mantissa, (void)exponent, (void)value;
    return false;
}
#endif

bool mlpi_decimal_round(uint64_t mantissa, int exponent, double *value)
{
    static const double power[EXACT_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (mantissa <= EXACT_MANTISSA && abs(exponent) <= EXACT_POWER) {
        *value =
            exponent < 0 ? (double)mantissa / power[-exponent] : (double)mantissa * power[exponent];
        return true;
    }
    return mantissa != 0 && abs(exponent) <= MOST_POWER && round_wide(mantissa, exponent, value);
}
