/* SPDX-License-Identifier: MIT */
/* Exact decimal numbers: units * 10^-places. */
#ifndef MLPI_DECIMAL_H
#define MLPI_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/byte_masks.h"

enum {
    MLPI_MOST_DIGITS = 18, /* most digits of a plain decimal; any such number fits into 64 bits */
    MLPI_DECIMAL_ROOM = 32 /* bytes for the text of a plain decimal */
};

/** 10^0 .. 10^18; a double holds each of them exactly. */
extern const double mlpi_power_of_ten[MLPI_MOST_DIGITS + 1];

typedef struct mlpi_decimal {
    int64_t units;
    unsigned places; /* digits after the point */
} mlpi_decimal;

/** Reads a plain decimal number: an optional "-", digits, and optionally a point and more digits,
 * at most 18 digits in all; neither a negative zero nor a leading zero before another digit.
 * mlpi_decimal_text writes such a number back as it was. Returns the end of the number; NULL: the
 * text does not begin with a plain decimal number. The text must end in a byte that is not a
 * digit. */
static inline const char *mlpi_decimal_read(const char *at, mlpi_decimal *number)
{
    const bool negative = *at == '-';
    at += negative ? 1 : 0;
    const char *const first = at;
    uint64_t units = 0;
    for (unsigned digit; (digit = (unsigned)(unsigned char)*at - '0') < 10; at++)
        units = units * 10 + digit;
    ptrdiff_t digits = at - first, places = 0;
    if (digits == 0 || (*first == '0' && digits > 1))
        return NULL;
    if (*at == '.') {
        const char *const point = at++;
        for (unsigned digit; (digit = (unsigned)(unsigned char)*at - '0') < 10; at++)
            units = units * 10 + digit;
        places = at - point - 1;
        digits += places;
        if (places == 0)
            return NULL;
    }
    if (digits > MLPI_MOST_DIGITS || (negative && units == 0))
        return NULL;
    *number = (mlpi_decimal){negative ? -(int64_t)units : (int64_t)units, (unsigned)places};
    return at;
}

/* --- eight digits at a time ------------------------------------------------------------------- */

/* Sets the highest bit of each byte that is not a digit, reliably only up to the first such byte:
 * the sum for a byte beyond ASCII may carry into the next byte. `values` are the bytes XORed with
 * '0'. */
static inline uint64_t mlpi_no_digits(uint64_t values)
{
    return ((values + 0x7676767676767676) | values) & 0x8080808080808080;
}

/* The number whose digits are the first `count` of eight bytes, 1 <= count <= 8; *others becomes
 * nonzero if one of these bytes is not a digit. One multiplication joins digits into pairs, and two
 * more join the pairs (D. Lemire, "Quickly parsing eight digits", 2018). */
static inline uint64_t mlpi_digits_value(uint64_t eight, unsigned count, uint64_t *others)
{
    eight = (eight ^ 0x3030303030303030) << (64 - 8 * count);
    *others |= mlpi_no_digits(eight);
    eight = eight * 10 + (eight >> 8);
    const uint64_t even = (eight & 0x000000ff000000ff) * 0x000f424000000064;
    const uint64_t odd = (eight >> 16 & 0x000000ff000000ff) * 0x0000271000000001;
    return (even + odd) >> 32;
}

enum { MLPI_DECIMAL_AHEAD = 24, MLPI_DIGITS_AHEAD = 15 };

/** Reads [at, end) as mlpi_decimal_read does; MLPI_DECIMAL_AHEAD bytes from `at` on must be
 * readable. false: the text is not a plain decimal, or it has more than 8 digits before its point
 * or more than MLPI_DIGITS_AHEAD digits in all. */
static inline bool mlpi_decimal_read_ahead(const char *at, const char *end, mlpi_decimal *number)
{
    static const uint32_t power[8] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000};
    const bool negative = *at == '-';
    at += negative ? 1 : 0;
    uint64_t eight = mlpi_eight_bytes(at), others = mlpi_no_digits(eight ^ 0x3030303030303030);
    const unsigned whole = others != 0 ? (unsigned)__builtin_ctzll(others) / 8 : 8;
    const bool point = at[whole] == '.';
    size_t digits = (size_t)(end - at);
    if (whole == 0 || (whole > 1 && *at == '0'))
        return false;
    if (point) { /* closes the gap that the point leaves */
        const uint64_t behind = whole < 8 ? UINT64_MAX << 8 * whole : 0;
        eight ^= (eight ^ mlpi_eight_bytes(++at)) & behind;
        digits--;
    }
    if (digits - 1 >= MLPI_DIGITS_AHEAD || (point && digits <= whole))
        return false;
    others = 0;
    uint64_t units = mlpi_digits_value(eight, digits < 8 ? (unsigned)digits : 8, &others);
    if (digits > 8) {
        const unsigned more = (unsigned)digits - 8;
        units = units * power[more] + mlpi_digits_value(mlpi_eight_bytes(at + 8), more, &others);
    }
    if (others != 0 || (units == 0 && negative))
        return false;
    const int64_t sign = negative ? -1 : 0; /* -x = ~x + 1 */
    *number =
        (mlpi_decimal){((int64_t)units ^ sign) - sign, point ? (unsigned)(digits - whole) : 0};
    return true;
}

/** The double nearest to the number. */
double mlpi_decimal_value(mlpi_decimal number);
/** Writes the number with a terminating 0, in at most MLPI_DECIMAL_ROOM bytes. Returns the length
 * of the text. */
size_t mlpi_decimal_text(mlpi_decimal number, char *text);
/** Stores the double nearest to mantissa * 10^exponent. false: the fast method cannot round this
 * number. */
bool mlpi_decimal_round(uint64_t mantissa, int exponent, double *value);

#endif
