/* SPDX-License-Identifier: MIT */
/* Makes the columns of a table from data in a program's memory. */
#ifndef MLPI_COLUMNS_H
#define MLPI_COLUMNS_H

#include "base/base.h"
#include "data/table.h"

/** Gets the text of a row, in `scratch` or in other memory that stays valid until the next call. An
 * empty text means that there is no value. mlpi_column_of_texts returns its errors to the
 * caller. */
typedef mlp_status (*mlpi_text_of)(void *context, size_t row, char scratch[MLPI_DECIMAL_ROOM],
                                   mlpi_span *text, mlp_error *err);

/** Makes a column from texts, which are interpreted as the cells of a CSV file are. The table keeps
 * the memory of the column. `name` is for messages. Errors: MLP_ERROR_DATA (a text of 4 MiB or
 * more, not UTF-8, or with a zero byte), MLP_ERROR_MEMORY, and those of text_of. */
mlp_status mlpi_column_of_texts(mlp_table *table, const char *name, size_t rows,
                                mlpi_text_of text_of, void *context, mlpi_column *column,
                                mlp_error *err);

/** Makes a column from numbers, which are not copied and must outlive the table. Errors:
 * MLP_ERROR_DATA (a number is infinite), MLP_ERROR_MEMORY. */
mlp_status mlpi_column_of_numbers(mlp_table *table, const char *name, size_t rows,
                                  mlp_number_type type, const mlpi_array *numbers,
                                  mlpi_column *column, mlp_error *err);

#endif
