/* SPDX-License-Identifier: MIT */
/* Conversion of decimal numbers with few digits to double and to text. */
#include "base/decimal.h"

#include <string.h>

#include "mlp/output.h"

double mlpi_decimal_value(mlpi_decimal number)
{
    const bool negative = number.units < 0;
    const uint64_t mantissa = negative ? -(uint64_t)number.units : (uint64_t)number.units;
    double value = 0.0;
    if (!mlpi_decimal_round(mantissa, -(int)number.places, &value)) {
        char text[MLPI_DECIMAL_ROOM];
        number.units = negative ? -number.units : number.units;
        mlp_number_parse(text, mlpi_decimal_text(number, text), &value);
    }
    return negative ? -value : value;
}

/* Writes the digits from the last to the first into the end of a buffer, then copies them. */
size_t mlpi_decimal_text(mlpi_decimal number, char *text)
{
    char room[MLPI_DECIMAL_ROOM], *const end = room + sizeof room, *at = end;
    const bool negative = number.units < 0;
    uint64_t units = negative ? -(uint64_t)number.units : (uint64_t)number.units;
    for (unsigned i = 0; i < number.places; i++, units /= 10)
        *--at = (char)('0' + units % 10);
    if (number.places > 0)
        *--at = '.';
    do {
        *--at = (char)('0' + units % 10);
        units /= 10;
    } while (units > 0);
    if (negative)
        *--at = '-';
    const size_t length = (size_t)(end - at);
    memcpy(text, at, length);
    text[length] = '\0';
    return length;
}
