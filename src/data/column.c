/* SPDX-License-Identifier: MIT */
/* Columns of codes. */
#include "data/column.h"

#include <math.h>
#include <string.h>

#include "base/base.h"

/* --- one cell --------------------------------------------------------------------------------- */

static int64_t code_of(const mlpi_column *column, size_t row)
{
    switch (column->width) {
    case MLPI_INT8:
        return ((const int8_t *)column->codes)[row];
    case MLPI_INT16:
        return ((const int16_t *)column->codes)[row];
    case MLPI_INT32:
        return ((const int32_t *)column->codes)[row];
    default:
        return ((const int64_t *)column->codes)[row];
    }
}

static inline const mlpi_word *word_of(const mlpi_column *column, int64_t code)
{
    const uint64_t number = (uint64_t)code - (uint64_t)mlpi_width_lowest(column->width);
    return number < column->word_count ? &column->words[number] : NULL;
}

static const mlpi_word *code_word(const mlpi_column *column, size_t row)
{
    return word_of(column, code_of(column, row));
}

static double code_value(const mlpi_column *column, size_t row)
{
    const int64_t code = code_of(column, row);
    return column->far ? mlpi_decimal_value((mlpi_decimal){code, column->places})
                       : (double)code / mlpi_power_of_ten[column->places];
}

static size_t code_text(const mlpi_column *column, size_t row, char scratch[MLPI_DECIMAL_ROOM])
{
    unsigned places = column->places;
    int64_t units = code_of(column, row);
    for (; places > column->least && units % 10 == 0; places--)
        units /= 10;
    return mlpi_decimal_text((mlpi_decimal){units, places}, scratch);
}

/* --- a run of cells --------------------------------------------------------------------------- */

/* The number of cells of an inner loop, which compilers vectorise. */
enum { AT_ONCE = 8 };

#define DECODE(type, AS_DOUBLE)                                                                    \
    do {                                                                                           \
        const type *const restrict codes = (const type *)column->codes + row;                      \
        size_t i = 0;                                                                              \
        for (; count - i >= AT_ONCE; i += AT_ONCE)                                                 \
            for (size_t k = 0; k < AT_ONCE; k++)                                                   \
                numbers[i + k] = AS_DOUBLE(codes[i + k]) / power;                                  \
        for (; i < count; i++)                                                                     \
            numbers[i] = AS_DOUBLE(codes[i]) / power;                                              \
    } while (0)

#define CONVERTED(code) (double)(code)

/* The double nearest to an integer, by operations that all processors have for vectors. The upper
 * and the lower half of its bits become the mantissas of two doubles with the exponents of 2^84 and
 * 2^52; only the last sum is rounded. */
static inline double from_halves(int64_t code)
{
    const uint64_t bits = (uint64_t)code ^ (uint64_t)1 << 63;
    const uint64_t upper = bits >> 32 | 0x4530000000000000;          /* 2^84 */
    const uint64_t lower = (bits & 0xffffffff) | 0x4330000000000000; /* 2^52 */
    double high = 0.0, low = 0.0;
    memcpy(&high, &upper, sizeof high);
    memcpy(&low, &lower, sizeof low);
    return high - (0x1p84 + 0x1p63 + 0x1p52) + low;
}

/* Decodes all cells as if no cell were a word; no code may exceed 2^53. */
static void plain_numbers(const mlpi_column *column, size_t row, size_t count,
                          double *restrict numbers)
{
    const double power = mlpi_power_of_ten[column->places];
    if (column->width == MLPI_INT8)
        DECODE(int8_t, CONVERTED);
    else if (column->width == MLPI_INT16)
        DECODE(int16_t, CONVERTED);
    else if (column->width == MLPI_INT32)
        DECODE(int32_t, CONVERTED);
    else
        DECODE(int64_t, from_halves);
}

#define PUT_WORDS(type)                                                                            \
    do {                                                                                           \
        const type *const restrict codes = (const type *)column->codes + row;                      \
        const type last = (type)(mlpi_width_lowest(column->width) + column->word_count - 1);       \
        for (size_t i = 0, next = 0; i < count; i = next) {                                        \
            next = count - i < AT_ONCE ? count : i + AT_ONCE;                                      \
            unsigned some = next - i < AT_ONCE;                                                    \
            if (!some)                                                                             \
                some = (codes[i] <= last) | (codes[i + 1] <= last) | (codes[i + 2] <= last) |      \
                       (codes[i + 3] <= last) | (codes[i + 4] <= last) | (codes[i + 5] <= last) |  \
                       (codes[i + 6] <= last) | (codes[i + 7] <= last);                            \
            for (size_t k = i; some && k < next; k++)                                              \
                finite = put_word(column, codes[k], &numbers[k]) && finite;                        \
        }                                                                                          \
    } while (0)

static bool put_word(const mlpi_column *column, int64_t code, double *number)
{
    const mlpi_word *word = word_of(column, code);
    if (word != NULL)
        *number = word->cell == MLPI_CELL_NUMBER ? word->number : (double)NAN;
    return word == NULL || isfinite(*number);
}

/* Replaces the numbers of cells that are words with the values of the words; the value of a word
 * that is not a number is NaN. Returns whether all these values are finite. */
static bool put_words(const mlpi_column *column, size_t row, size_t count, double *numbers)
{
    bool finite = true;
    if (column->width == MLPI_INT8)
        PUT_WORDS(int8_t);
    else if (column->width == MLPI_INT16)
        PUT_WORDS(int16_t);
    else if (column->width == MLPI_INT32)
        PUT_WORDS(int32_t);
    else
        PUT_WORDS(int64_t);
    return finite;
}

static bool code_decode(const mlpi_column *column, size_t row, size_t count, double *numbers)
{
    if (!column->far) {
        plain_numbers(column, row, count, numbers);
        return column->word_count == 0 || put_words(column, row, count, numbers);
    }
    bool finite = true;
    for (size_t i = 0; i < count; i++) {
        if (mlpi_column_number(column, row + i, &numbers[i]) != MLPI_CELL_NUMBER)
            numbers[i] = (double)NAN;
        finite = finite && isfinite(numbers[i]);
    }
    return finite;
}

#define WORDS(type, number_type)                                                                   \
    do {                                                                                           \
        const type *const restrict codes = (const type *)column->codes + row;                      \
        const number_type first = (number_type)mlpi_width_lowest(column->width);                   \
        size_t i = 0;                                                                              \
        for (; count - i >= AT_ONCE; i += AT_ONCE)                                                 \
            for (size_t k = 0; k < AT_ONCE; k++) {                                                 \
                const number_type number = (number_type)codes[i + k] - first;                      \
                numbers[i + k] = number < words ? (uint32_t)number : MLPI_NO_WORD;                 \
            }                                                                                      \
        for (; i < count; i++) {                                                                   \
            const number_type number = (number_type)codes[i] - first;                              \
            numbers[i] = number < words ? (uint32_t)number : MLPI_NO_WORD;                         \
        }                                                                                          \
    } while (0)

static void code_words(const mlpi_column *column, size_t row, size_t count,
                       uint32_t *restrict numbers)
{
    const uint32_t words = column->word_count;
    if (column->width == MLPI_INT8)
        WORDS(int8_t, uint32_t);
    else if (column->width == MLPI_INT16)
        WORDS(int16_t, uint32_t);
    else if (column->width == MLPI_INT32)
        WORDS(int32_t, uint32_t);
    else
        WORDS(int64_t, uint64_t);
}

const mlpi_column_kind mlpi_column_of_codes = {code_word, code_value, code_text, code_decode,
                                               code_words};

int mlpi_span_compare(mlpi_span a, mlpi_span b)
{
    const size_t shared = a.length < b.length ? a.length : b.length;
    const int order = shared > 0 ? memcmp(a.text, b.text, shared) : 0; /* "" may be NULL */
    return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}
