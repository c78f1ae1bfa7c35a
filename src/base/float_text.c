/* SPDX-License-Identifier: MIT */
/* The shortest text of a float, computed fast, since predictions are written by the million. A
 * double holds a float and nine digits of it exactly, so that only the scaling by a power of ten
 * rounds. Numbers too near to the midpoint of two decimals or of two floats, and very large or
 * small numbers, are left to the slow method. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/decimal.h"
#include "mlp/output.h"

/* The decimal digits of a float > 0: `count` digits, which form the number `units`; the place value
 * of the first digit is 10^first. */
typedef struct digits {
    uint32_t units;
    int count, first;
} digits;

enum { LOWEST = -(MLPI_MOST_DIGITS - FLT_DECIMAL_DIG), HIGHEST = 17 }; /* bounds of `first` */

/* units * 10^exponent, correctly rounded, since a double holds the power of ten exactly. */
static double times_power(double units, int exponent)
{
    return exponent < 0 ? units / mlpi_power_of_ten[-exponent]
                        : units * mlpi_power_of_ten[exponent];
}

/* The exponent of ten of the first decimal digit. */
static int first_of(double value)
{
    int exponent = 0;
    frexp(value, &exponent);
    const int least = (int)floor((exponent - 1) * 0.30103);
    if (least < LOWEST || least > HIGHEST)
        return least;
    return value >= times_power(1.0, least + 1) ? least + 1 : least;
}

/* Whether a double is the midpoint of two floats: the exact number, which was rounded to this
 * double, may lie on either side of it. */
static bool is_middle(double value)
{
    enum { MORE_BITS = DBL_MANT_DIG - FLT_MANT_DIG };
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    return (bits & (((uint64_t)1 << MORE_BITS) - 1)) == (uint64_t)1 << (MORE_BITS - 1);
}

/* Finds the fewest digits that read back as the same float. false: the float needs the slow
 * method. */
static bool find_digits(float value, digits *found)
{
    const int first = first_of((double)value);
    if (first < LOWEST || first > HIGHEST)
        return false;
    for (int count = FLT_DIG; count <= FLT_DECIMAL_DIG; count++) {
        const int last = first - count + 1;
        const double scaled = times_power((double)value, -last), whole = floor(scaled);
        if (fabs(scaled - whole - 0.5) < 1e-5)
            return false;
        const double units = scaled - whole < 0.5 ? whole : whole + 1.0;
        const double back = times_power(units, last);
        if (is_middle(back))
            return false;
        if ((float)back != value)
            continue;
        const bool carried = units >= mlpi_power_of_ten[count]; /* 9.999999 became 10.0 */
        *found = (digits){(uint32_t)(carried ? units / 10.0 : units), count,
                          carried ? first + 1 : first};
        return true;
    }
    return false;
}

static char *put_exponent(int exponent, char *to)
{
    const int size = abs(exponent);
    *to++ = 'e';
    *to++ = exponent < 0 ? '-' : '+';
    *to++ = (char)('0' + size / 10);
    *to++ = (char)('0' + size % 10);
    return to;
}

/* Writes the digits in the format of "%.{count}g". */
static char *put_digits(digits d, char *to)
{
    char all[FLT_DECIMAL_DIG] = {0};
    const bool scientific = d.first < -4 || d.first >= d.count;
    const int whole = scientific ? 1 : d.first + 1; /* digits before the point, if > 0 */
    for (int i = d.count; i-- > 0; d.units /= 10)
        all[i] = (char)('0' + d.units % 10);
    while (d.count > 1 && d.count > whole && all[d.count - 1] == '0')
        d.count--;
    if (whole <= 0) {
        *to++ = '0';
        *to++ = '.';
        for (int i = whole; i < 0; i++)
            *to++ = '0';
    }
    for (int i = 0; i < d.count; i++) {
        if (i == whole && i > 0)
            *to++ = '.';
        *to++ = all[i];
    }
    return scientific ? put_exponent(d.first, to) : to;
}

size_t mlp_number_text_float(float value, char *text)
{
    digits d;
    char *to = text;
    if (value == 0.0f || !isfinite(value) || !find_digits(fabsf(value), &d))
        return mlpi_float_text_slowly(value, text);
    if (value < 0.0f)
        *to++ = '-';
    to = put_digits(d, to);
    *to = '\0';
    return (size_t)(to - text);
}
