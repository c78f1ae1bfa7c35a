/* SPDX-License-Identifier: MIT */
/* Columns of numbers in an array, which may belong to the calling program and need not be aligned.
 * The text of a cell is the shortest that reads back as the same number. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "data/column.h"

/* --- one number ------------------------------------------------------------------------------- */

static const unsigned char *place_of(const mlpi_column *column, size_t row)
{
    return column->array->values + (ptrdiff_t)row * column->array->stride;
}

static bool is_valid(const mlpi_array *array, size_t row)
{
    return mlpi_bit(array->valid, array->first_valid + row);
}

static size_t number_text(double number, char *scratch)
{
    return mlp_number_text(number, scratch);
}

static size_t signed_text(int64_t number, char *scratch)
{
    return mlpi_decimal_text((mlpi_decimal){number, 0}, scratch);
}

static size_t unsigned_text(uint64_t number, char *scratch)
{
    return (size_t)snprintf(scratch, MLPI_DECIMAL_ROOM, "%" PRIu64, number);
}

/* --- a kind for each type --------------------------------------------------------------------- */

static const mlpi_word *whole_word(const mlpi_column *column, size_t row)
{
    return is_valid(column->array, row) ? NULL : &column->array->none;
}

static const mlpi_word *real_word(const mlpi_column *column, size_t row)
{
    const bool there = is_valid(column->array, row) && !isnan(column->kind->value(column, row));
    return there ? NULL : &column->array->none;
}

/* A number that is not finite has an exponent of ones only: adding 1 to the exponent carries into
 * the sign bit. */
static bool all_finite(const double *numbers, size_t count)
{
    typedef uint64_t two __attribute__((vector_size(16)));
    const uint64_t exponent = (uint64_t)0x7ff << 52, one = (uint64_t)1 << 52;
    two others = {0}, more = {0}, x, y;
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        memcpy(&x, numbers + i, sizeof x);
        memcpy(&y, numbers + i + 2, sizeof y);
        others |= (x & exponent) + one;
        more |= (y & exponent) + one;
    }
    for (; i < count; i++) {
        memcpy(&x, numbers + i, sizeof *numbers);
        others[0] |= (x[0] & exponent) + one;
    }
    others |= more;
    return (others[0] | others[1]) >> 63 == 0;
}

static void forget_invalid(const mlpi_array *array, size_t row, size_t count, double *numbers)
{
    for (size_t i = 0; array->valid != NULL && i < count; i++)
        if (!is_valid(array, row + i))
            numbers[i] = (double)NAN;
}

static void array_words(const mlpi_column *column, size_t row, size_t count, uint32_t *numbers)
{
    for (size_t i = 0; i < count; i++)
        numbers[i] = mlpi_column_word(column, row + i) != NULL ? 0 : MLPI_NO_WORD;
}

/* The functions of one type: `number` converts a value to a double, `text` writes its text. */
#define KIND(name, type, number, text)                                                             \
    static double name##_value(const mlpi_column *column, size_t row)                              \
    {                                                                                              \
        type value;                                                                                \
        memcpy(&value, place_of(column, row), sizeof value);                                       \
        return number(value);                                                                      \
    }                                                                                              \
    static size_t name##_text(const mlpi_column *column, size_t row, char *scratch)                \
    {                                                                                              \
        type value;                                                                                \
        memcpy(&value, place_of(column, row), sizeof value);                                       \
        return text(value, scratch);                                                               \
    }                                                                                              \
    static bool name##_decode(const mlpi_column *column, size_t row, size_t count,                 \
                              double *numbers)                                                     \
    {                                                                                              \
        const ptrdiff_t stride = column->array->stride;                                            \
        const unsigned char *from = place_of(column, row);                                         \
        type value;                                                                                \
        for (size_t i = 0; i < count; i++) {                                                       \
            memcpy(&value, from + (ptrdiff_t)i * stride, sizeof value);                            \
            numbers[i] = number(value);                                                            \
        }                                                                                          \
        forget_invalid(column->array, row, count, numbers);                                        \
        return all_finite(numbers, count);                                                         \
    }

#define HALF_TEXT(value, scratch) number_text(mlpi_half_number(value), scratch)

KIND(double, double, (double), number_text)
KIND(float, float, (double), number_text)
KIND(half, uint16_t, mlpi_half_number, HALF_TEXT)
KIND(int8, int8_t, (double), signed_text)
KIND(int16, int16_t, (double), signed_text)
KIND(int32, int32_t, (double), signed_text)
KIND(int64, int64_t, (double), signed_text)
KIND(uint8, uint8_t, (double), unsigned_text)
KIND(uint16, uint16_t, (double), unsigned_text)
KIND(uint32, uint32_t, (double), unsigned_text)
KIND(uint64, uint64_t, (double), unsigned_text)

#define REAL(name)                                                                                 \
    {                                                                                              \
        real_word, name##_value, name##_text, name##_decode, array_words                           \
    }
#define WHOLE(name)                                                                                \
    {                                                                                              \
        whole_word, name##_value, name##_text, name##_decode, array_words                          \
    }

const mlpi_column_kind *mlpi_column_of(mlp_number_type type)
{
    static const mlpi_column_kind kinds[] = {
        [MLP_NUMBER_DOUBLE] = REAL(double),  [MLP_NUMBER_FLOAT] = REAL(float),
        [MLP_NUMBER_HALF] = REAL(half),      [MLP_NUMBER_INT8] = WHOLE(int8),
        [MLP_NUMBER_INT16] = WHOLE(int16),   [MLP_NUMBER_INT32] = WHOLE(int32),
        [MLP_NUMBER_INT64] = WHOLE(int64),   [MLP_NUMBER_UINT8] = WHOLE(uint8),
        [MLP_NUMBER_UINT16] = WHOLE(uint16), [MLP_NUMBER_UINT32] = WHOLE(uint32),
        [MLP_NUMBER_UINT64] = WHOLE(uint64),
    };
    return (size_t)type < sizeof kinds / sizeof kinds[0] ? &kinds[type] : NULL;
}

mlpi_column mlpi_array_column(mlp_number_type type, mlpi_array *array)
{
    array->none = (mlpi_word){.text = "", .cell = MLPI_CELL_MISSING};
    return (mlpi_column){
        .kind = mlpi_column_of(type), .array = array, .words = &array->none, .word_count = 1};
}
