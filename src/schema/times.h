/* SPDX-License-Identifier: MIT */
/* A column of dates or times: recognised by what it holds. */
#ifndef MLPI_TIMES_H
#define MLPI_TIMES_H

#include "data/table.h"
#include "schema/dates.h"

/** The style that most of a column's texts are written in; *odd is a text that is not, of a row
 * that comes first among those in its block, with text NULL when there is none. MLPI_DATE_NONE
 * unless it is nine tenths of the different texts, or, of two-digit years, all of them. *unclear: a day and a month cannot be told
 * apart, and the marks between them decide. */
mlpi_date_style mlpi_times_recognise(const mlp_table *table, size_t column, const mlpi_word **odd,
                                     bool *unclear);
/** Rows of a table that are to be read as the whole table is, which tells day and month apart where a few
 * rows do not. As mlp_table_subset. */
mlp_status mlpi_times_subset(const mlp_table *table, const size_t *rows, size_t count,
                             mlp_table **subset, mlp_error *err);
/** Has what was made of a table's cells read as the table itself is. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_times_hand_on(const mlp_table *table, mlp_table *made, mlp_error *err);
/** Whether all texts of a column are dates, but some of them only with the day first, and others only
 * with the month first. */
bool mlpi_times_mixed(const mlp_table *table, size_t column);
/** The time of a cell in seconds; NaN: it is none. */
double mlpi_times_cell(mlpi_cursor *cursor, size_t row, size_t column, mlpi_date_style style);

#endif
