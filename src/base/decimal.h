/* SPDX-License-Identifier: MIT */
/* Decimal numbers, exactly: units * 10^-places. */
#ifndef MLPI_DECIMAL_H
#define MLPI_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MLPI_MOST_DIGITS = 18, /* of a plain decimal: any such number fits into 64 bits */
    MLPI_DECIMAL_ROOM = 32 /* bytes for its text */
};

/** 10^0 .. 10^18, which all are doubles */
extern const double mlpi_power_of_ten[MLPI_MOST_DIGITS + 1];

typedef struct mlpi_decimal {
    int64_t units;
    unsigned places; /* digits behind the point */
} mlpi_decimal;

/** Reads a plain decimal number: a sign "-" or none, digits, and perhaps a point and more digits, at
 * most 18 in all; not "-0", and no 0 before another digit. Such a number is written back as it was
 * (mlpi_decimal_text). Returns what is behind it; NULL: there is none. `at` ends in a byte that is
 * no digit. */
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

/** The double nearest to it. */
double mlpi_decimal_value(mlpi_decimal number);
/** Writes it, with a closing 0 (at most MLPI_DECIMAL_ROOM bytes). Returns the length. */
size_t mlpi_decimal_text(mlpi_decimal number, char *text);
/** The double nearest to mantissa * 10^exponent; false: it takes a longer way. */
bool mlpi_decimal_round(uint64_t mantissa, int exponent, double *value);

#endif
