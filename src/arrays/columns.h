/* SPDX-License-Identifier: MIT */
/* Columns of a table made of what a program holds in memory. */
#ifndef MLPI_COLUMNS_H
#define MLPI_COLUMNS_H

#include "base/base.h"
#include "data/table.h"

/** The text of a row, which may lie in `scratch`, or in the context until the next call; an empty
 * one has no value. Errors: as the caller of mlpi_column_of_texts wants to hand on. */
typedef mlp_status (*mlpi_text_of)(void *context, size_t row, char scratch[MLPI_DECIMAL_ROOM],
                                   mlpi_span *text, mlp_error *err);

/** Makes a column of texts, which are taken as those of a CSV file are. What the column points to
 * is kept by the table. `name` is for messages. Errors: MLP_ERROR_DATA (4 MiB or more, no UTF-8),
 * MLP_ERROR_MEMORY, and those of text_of. */
mlp_status mlpi_column_of_texts(mlp_table *table, const char *name, size_t rows,
                                mlpi_text_of text_of, void *context, mlpi_column *column,
                                mlp_error *err);

/** Makes a column of numbers, which stay where they are. Errors: MLP_ERROR_DATA (a number is
 * infinite), MLP_ERROR_MEMORY. */
mlp_status mlpi_column_of_numbers(mlp_table *table, const char *name, size_t rows,
                                  mlp_number_type type, const mlpi_array *numbers,
                                  mlpi_column *column, mlp_error *err);

#endif
