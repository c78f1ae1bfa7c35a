/* SPDX-License-Identifier: MIT */
/* Columns of dates or times, which are recognised by their texts. */
#ifndef MLPI_TIMES_H
#define MLPI_TIMES_H

#include "data/table.h"
#include "schema/dates.h"

/** The style that table->dates states, if not NULL; else the style in which at least nine tenths of
 * a column's distinct texts are written (all texts if its years have two digits); MLPI_DATE_NONE:
 * there is no such style. If there is one, *odd is the first text that is not written in this
 * style, or NULL. *unclear is set if day and month cannot be told apart, so that the mark between
 * them decides. */
mlpi_date_style mlpi_times_recognise(const mlp_table *table, size_t column, const mlpi_word **odd,
                                     bool *unclear);
/** Does what mlp_table_subset does; dates in the subset are read as in the whole table, which may
 * tell day and month apart where a few rows do not. */
mlp_status mlpi_times_subset(const mlp_table *table, const size_t *rows, size_t count,
                             mlp_table **subset, mlp_error *err);
/** Makes the dates of `made`, whose cells come from `table`, be read like those of `table`. Errors:
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_times_hand_on(const mlp_table *table, mlp_table *made, mlp_error *err);
/** Whether all texts of a column are dates, but some of them only with the day first, and others
 * only with the month first. */
bool mlpi_times_mixed(const mlp_table *table, size_t column);
/** The time of a cell in seconds (mlpi_date_read); NaN: the cell is not a time in this style. */
double mlpi_times_cell(mlpi_cursor *cursor, size_t row, size_t column, mlpi_date_style style);

#endif
