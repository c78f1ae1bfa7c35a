/* SPDX-License-Identifier: MIT */
/* The times of the rows of a table, by which rows are divided into earlier and later ones. */
#ifndef MLPI_ROW_TIMES_H
#define MLPI_ROW_TIMES_H

#include "divide/rows.h"

/** Writes a number for each of rows->row to `time`, larger for later rows: the number in the column
 * if all its cells are numbers; the time if they are dates or times (schema/times.h); or else the
 * position of the text in sorted order, if all texts begin with a digit and have digits in the same
 * places, such as 2024-W05 and 2024-W51. Errors: MLP_ERROR_DATA (a row without a value, a cell that
 * is not a date among dates, texts that have no such order), MLP_ERROR_MEMORY. */
mlp_status mlpi_rows_times(const mlp_table *table, size_t column, const mlpi_rows *rows,
                           double *time, mlp_error *err);

#endif
