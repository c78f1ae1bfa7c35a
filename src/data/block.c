/* SPDX-License-Identifier: MIT */
/* Reading blocks, and putting them together to a table. */
#include "data/block.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "data/spill.h"
#include "data/table.h"

/* Numbers are decoded so many at a time, which compilers make vectors of. */
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

/* The double nearest to an integer, by operations that all processors have for vectors: its halves
 * become doubles exactly, as digits of 2^84 and 2^52, and their sum is rounded once. */
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

/* As if all of them were numbers, none beyond 2^53. */
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
    else if (column->width == MLPI_INT64)
        DECODE(int64_t, from_halves);
    else
        for (size_t i = 0; i < count; i++)
            numbers[i] = (double)mlpi_column_code(column, row + i);
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
                put_word(column, codes[k], &numbers[k]);                                           \
        }                                                                                          \
    } while (0)

static void put_word(const mlpi_column *column, int64_t code, double *number)
{
    const mlpi_word *word = mlpi_column_word(column, code);
    if (word != NULL)
        *number = word->cell == MLPI_CELL_NUMBER ? word->number : (double)NAN;
}

/* Puts what words mean in place of their codes. */
static void put_words(const mlpi_column *column, size_t row, size_t count, double *numbers)
{
    if (column->width == MLPI_INT8)
        PUT_WORDS(int8_t);
    else if (column->width == MLPI_INT16)
        PUT_WORDS(int16_t);
    else if (column->width == MLPI_INT32)
        PUT_WORDS(int32_t);
    else
        PUT_WORDS(int64_t);
}

void mlpi_column_decode(const mlpi_column *column, size_t row, size_t count, double *numbers)
{
    if (!column->far) {
        plain_numbers(column, row, count, numbers);
        if (column->word_count > 0)
            put_words(column, row, count, numbers);
        return;
    }
    for (size_t i = 0; i < count; i++)
        if (mlpi_column_number(column, row + i, &numbers[i]) != MLPI_CELL_NUMBER)
            numbers[i] = (double)NAN;
}

mlpi_span mlpi_column_span(const mlpi_column *column, size_t row, char scratch[MLPI_DECIMAL_ROOM])
{
    const int64_t code = mlpi_column_code(column, row);
    const mlpi_word *word = mlpi_column_word(column, code);
    if (word != NULL)
        return (mlpi_span){word->text, word->length};
    unsigned places = column->places;
    int64_t units = code;
    for (; places > column->least && units % 10 == 0; places--)
        units /= 10;
    return (mlpi_span){scratch, mlpi_decimal_text((mlpi_decimal){units, places}, scratch)};
}

void mlpi_block_release(mlpi_block *block)
{
    free(block->columns);
    free(block->memory);
    *block = (mlpi_block){0};
}

mlp_status mlpi_table_append(mlp_table *table, mlpi_block *block, size_t lines_before,
                             mlp_error *err)
{
    const bool many = block->rows > UINT32_MAX - 1 - table->rows;
    if (many ||
        !mlpi_grow(&table->blocks, &table->room, table->block_count + 1, sizeof *table->blocks)) {
        const size_t line = block->line + lines_before;
        mlpi_block_release(block);
        return many ? mlpi_fail_at(err, MLP_ERROR_DATA, table->source, line, 0,
                                   "more than 4 thousand million rows")
                    : mlpi_fail_memory(err, "the cells of the data");
    }
    const mlp_status status =
        table->spill != NULL ? mlpi_spill_take(table->spill, block, table->columns, err) : MLP_OK;
    if (status != MLP_OK) {
        mlpi_block_release(block);
        return status;
    }
    block->first = table->rows;
    block->line += block->line > 0 || block->lines != NULL ? lines_before : 0;
    table->rows += block->rows;
    table->blocks[table->block_count++] = *block;
    return MLP_OK;
}

mlp_status mlpi_block_of_bytes(mlp_table *table, mlpi_column **columns, mlp_error *err)
{
    assert(table->blocks == NULL);
    mlpi_block block = {.rows = table->rows};
    table->rows = 0;
    block.columns = calloc(table->columns, sizeof *block.columns);
    if (block.columns == NULL)
        return mlpi_fail_memory(err, "the cells of the data");
    *columns = block.columns;
    return mlpi_table_append(table, &block, 0, err);
}
