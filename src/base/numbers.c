/* SPDX-License-Identifier: MIT */
/* Conversion between numbers and text, exact and independent of the locale.
 *
 * Numbers of up to 19 digits are rounded by base/decimal_round.c where it can do so, all others by
 * the C library in its "C" locale. */
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/decimal.h"
#include "base/print.h"
#include "mlp/output.h"

enum { LONGEST = 1023, MOST_DIGITS = 19 };

/* The parts of a decimal number. */
typedef struct decimal {
    uint64_t mantissa; /* the first 19 significant digits */
    int digits;        /* number of significant digits */
    int exponent;      /* of ten; clamped far outside the range of double */
    bool negative;
} decimal;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *read_digits(const char *at, const char *end, decimal *number, int *count)
{
    for (; at < end && is_digit(*at); at++, (*count)++) {
        if (number->digits == 0 && *at == '0')
            continue; /* leading zeros are not significant */
        if (number->digits < 19)
            number->mantissa = number->mantissa * 10 + (uint64_t)(*at - '0');
        number->digits++;
    }
    return at;
}

static const char *read_exponent(const char *at, const char *end, int *exponent)
{
    const bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    if (at == end || !is_digit(*at))
        return NULL;
    int value = 0;
    for (; at < end && is_digit(*at); at++)
        value = value < 100000 ? value * 10 + (*at - '0') : value;
    *exponent += negative ? -value : value;
    return at;
}

/* Parses sign? (digits (. digits?)? | . digits) ((e|E) sign? digits)? */
static bool take_apart(const char *text, size_t length, decimal *number)
{
    const char *at = text;
    const char *const end = text + length;
    *number = (decimal){.negative = at < end && *at == '-'};
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    int whole = 0, fraction = 0;
    at = read_digits(at, end, number, &whole);
    if (at < end && *at == '.')
        at = read_digits(at + 1, end, number, &fraction);
    if (whole + fraction == 0)
        return false;
    number->exponent = -fraction;
    if (at < end && (*at == 'e' || *at == 'E'))
        at = read_exponent(at + 1, end, &number->exponent);
    return at == end;
}

static bool parse_slowly(const char *text, size_t length, double *value)
{
    char copy[LONGEST + 1];
    memcpy(copy, text, length);
    copy[length] = '\0';
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (c == (locale_t)0)
        return false;
    *value = strtod_l(copy, NULL, c);
    freelocale(c);
    return isfinite(*value);
}

bool mlp_number_parse(const char *text, size_t length, double *value)
{
    decimal number;
    if (length > LONGEST || !take_apart(text, length, &number))
        return false;

    double result = 0.0;
    if (number.digits <= MOST_DIGITS &&
        mlpi_decimal_round(number.mantissa, number.exponent, &result))
        result = number.negative ? -result : result;
    else if (!parse_slowly(text, length, &result))
        return false;
    *value = result;
    return true;
}

bool mlp_seconds_parse(const char *text, double *seconds)
{
    static const struct {
        char unit;
        double seconds;
    } units[] = {{'s', 1.0}, {'m', 60.0}, {'h', 3600.0}};
    size_t length = strlen(text);
    double each = 1.0;
    for (size_t i = 0; length > 0 && i < sizeof units / sizeof units[0]; i++) {
        if (text[length - 1] != units[i].unit)
            continue;
        each = units[i].seconds;
        length--;
        break;
    }
    double number = 0.0;
    if (!mlp_number_parse(text, length, &number) || !isfinite(number * each))
        return false;
    *seconds = number * each;
    return true;
}

bool mlpi_bytes_parse(const char *text, double *value)
{
    static const char units[] = "KMGT";
    const size_t length = strlen(text);
    const char *unit = length > 0 ? strchr(units, text[length - 1]) : NULL;
    if (!mlp_number_parse(text, unit != NULL ? length - 1 : length, value))
        return false;
    if (unit != NULL)
        *value = floor(*value * pow(1024.0, (double)(unit - units) + 1.0));
    return true;
}

static bool reads_back(const char *text, size_t length, double value, bool as_float)
{
    double again = 0.0;
    if (!mlp_number_parse(text, length, &again))
        return false;
    return as_float ? (float)again == (float)value : again == value;
}

/* The search may begin at FLT_DIG or DBL_DIG digits: "%g" drops trailing zeros, so that shorter
 * texts are found, too. Only for subnormal numbers, which are less precise, must the search begin
 * at 1 digit. */
static size_t shortest(double value, bool as_float, char *text)
{
    if (!isfinite(value))
        return (size_t)snprintf(text, 32, "%s", isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
    const bool subnormal = fabs(value) < (as_float ? (double)FLT_MIN : DBL_MIN);
    const int last = as_float ? FLT_DECIMAL_DIG : DBL_DECIMAL_DIG;
    size_t length = 0;
    for (int digits = subnormal ? 1 : as_float ? FLT_DIG : DBL_DIG; digits <= last; digits++) {
        length = (size_t)mlpi_print_text(text, 32, "%.*g", digits, value);
        if (reads_back(text, length, value, as_float))
            break;
    }
    return length;
}

size_t mlp_number_text(double value, char *text)
{
    return shortest(value, false, text);
}

size_t mlpi_float_text_slowly(float value, char *text)
{
    return shortest((double)value, true, text);
}

const char *mlpi_rounded(double value, int digits, char *text)
{
    char scientific[40];
    double rounded = value;
    mlpi_print_text(scientific, sizeof scientific, "%.*e", digits - 1, value);
    mlp_number_parse(scientific, strlen(scientific), &rounded);
    mlp_number_text(rounded, text);
    return text;
}

double mlpi_half_number(uint16_t bits)
{
    const int exponent = bits >> 10 & 31, fraction = bits & 1023;
    const double size = exponent == 31  ? fraction != 0 ? (double)NAN : (double)INFINITY
                        : exponent == 0 ? ldexp(fraction, -24)
                                        : ldexp(1024 + fraction, exponent - 25);
    return (bits & 0x8000) != 0 ? -size : size;
}

uint16_t mlpi_half_bits(float number)
{
    const unsigned sign = signbit(number) ? 0x8000 : 0;
    const double size = fabs((double)number), most = 65520.0;
    int exponent = 0;
    if (isnan(number))
        return (uint16_t)(sign | 0x7e00);
    if (size >= most)
        return (uint16_t)(sign | 0x7c00);
    frexp(size, &exponent);
    const int step = size >= 0x1p-14 ? exponent - 11 : -24; /* one ulp is 2^step */
    /* A normal number is 1024 + fraction steps: the sum lets the 1024, and a carry to 2048, raise
     * the exponent. */
    return (uint16_t)(sign | (unsigned)((step + 24) * 1024 + (int)rint(ldexp(size, -step))));
}
