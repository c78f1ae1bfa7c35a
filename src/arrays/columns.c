/* SPDX-License-Identifier: MIT */
/* Makes the columns of a table from data in a program's memory. */
#include "arrays/columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_TEXT = 1 << 22 }; /* bytes; a cell must have fewer */

/* --- texts ------------------------------------------------------------------------------------ */

static mlp_status check_text(const mlp_table *table, const char *name, size_t row, mlpi_span text,
                             mlp_error *err)
{
    const char *what = text.length >= LONGEST_TEXT                    ? "a text of 4 MiB or more"
                       : !mlpi_utf8_is_sound(text.text, text.length)  ? "not UTF-8"
                       : memchr(text.text, '\0', text.length) != NULL ? "a text with a zero byte"
                                                                      : NULL;
    if (what == NULL)
        return MLP_OK;
    return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0, "column \"%s\", row %zu: %s",
                        name, row + 1, what);
}

static mlp_status take_texts(mlpi_builder *builder, const char *name, size_t rows,
                             mlpi_text_of text_of, void *context, mlp_error *err)
{
    char scratch[MLPI_DECIMAL_ROOM];
    for (size_t r = 0; r < rows; r++) {
        mlpi_span text = {"", 0};
        MLPI_TRY(text_of(context, r, scratch, &text, err));
        MLPI_TRY(text.length > 0 ? check_text(builder->table, name, r, text, err) : MLP_OK);
        if (!mlpi_builder_row(builder, 0))
            return mlpi_fail_memory(err, "a column of texts");
        MLPI_TRY(mlpi_builder_text(builder, text, err));
    }
    return MLP_OK;
}

/* A builder makes the texts the rows of a temporary table of one column, and the column of its only
 * block is handed over. */
mlp_status mlpi_column_of_texts(mlp_table *table, const char *name, size_t rows,
                                mlpi_text_of text_of, void *context, mlpi_column *column,
                                mlp_error *err)
{
    const mlp_table single = {.source = table->source, .columns = 1, .decimal = '.'};
    mlpi_builder builder;
    mlpi_block block = {0};
    mlp_status status = mlpi_builder_begin(&single, &builder)
                            ? take_texts(&builder, name, rows, text_of, context, err)
                            : mlpi_fail_memory(err, "a column of texts");
    if (status == MLP_OK &&
        (!mlpi_builder_seal(&builder, &block) || !mlpi_table_keep(table, free, block.memory)))
        status = mlpi_fail_memory(err, "a column of texts");
    mlpi_builder_end(&builder);
    if (status == MLP_OK) {
        *column = block.columns[0];
        block.memory = NULL; /* the table owns the memory now */
    }
    mlpi_block_release(&block);
    return status;
}

/* --- numbers ---------------------------------------------------------------------------------- */

static mlp_status check_numbers(const mlp_table *table, const char *name, size_t rows,
                                const mlpi_column *column, mlp_error *err)
{
    double numbers[256];
    enum { MOST = sizeof numbers / sizeof numbers[0] };
    for (size_t first = 0; first < rows; first += MOST) {
        const size_t count = rows - first < MOST ? rows - first : MOST;
        mlpi_column_decode(column, first, count, numbers);
        for (size_t i = 0; i < count; i++)
            if (isinf(numbers[i]))
                return mlpi_fail_at(
                    err, MLP_ERROR_DATA, table->source, 0, 0,
                    "column \"%s\", row %zu: the number is infinite; NaN means no value", name,
                    first + i + 1);
    }
    return MLP_OK;
}

mlp_status mlpi_column_of_numbers(mlp_table *table, const char *name, size_t rows,
                                  mlp_number_type type, const mlpi_array *numbers,
                                  mlpi_column *column, mlp_error *err)
{
    mlpi_array *array = malloc(sizeof *array);
    if (array == NULL || !mlpi_table_keep(table, free, array)) {
        free(array);
        return mlpi_fail_memory(err, "a column of numbers");
    }
    *array = *numbers;
    *column = mlpi_array_column(type, array);
    return check_numbers(table, name, rows, column, err);
}
