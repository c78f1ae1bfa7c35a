/* SPDX-License-Identifier: MIT */
/* When the rows of a table were, for a division into what came before and what came after. */
#ifndef MLPI_ROW_TIMES_H
#define MLPI_ROW_TIMES_H

#include "divide/rows.h"

/** A number for each of rows->row, which is larger the later the row was: by number when all cells of
 * the column are numbers; by time when they are dates or times (schema/times.h); by text when all
 * texts have digits in the same places, the first one among them, as 2024-W05 and 2024Q1 have.
 * Errors: MLP_ERROR_DATA (a row without a value, a cell that is no date among dates, texts that are
 * in no order), MLP_ERROR_MEMORY. */
mlp_status mlpi_rows_times(const mlp_table *table, size_t column, const mlpi_rows *rows,
                           double *time, mlp_error *err);

#endif
