/* SPDX-License-Identifier: MIT */
/* Decimal numbers of few digits: their values and texts. */
#include "base/decimal.h"

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

size_t mlpi_decimal_text(mlpi_decimal number, char *text)
{
    char digits[24];
    const bool negative = number.units < 0;
    uint64_t units = negative ? -(uint64_t)number.units : (uint64_t)number.units;
    size_t count = 0, length = 0;
    for (; units > 0 || count <= number.places; units /= 10)
        digits[count++] = (char)('0' + units % 10);
    if (negative)
        text[length++] = '-';
    while (count > 0) {
        text[length++] = digits[--count];
        if (count > 0 && count == number.places)
            text[length++] = '.';
    }
    text[length] = '\0';
    return length;
}
