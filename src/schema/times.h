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
/** Whether all texts of a column are dates, but some of them only with the day first, and others only
 * with the month first. */
bool mlpi_times_mixed(const mlp_table *table, size_t column);
/** The time of a cell in seconds; NaN: it is none. */
double mlpi_times_cell(mlpi_cursor *cursor, size_t row, size_t column, mlpi_date_style style);

#endif
