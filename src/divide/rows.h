/* SPDX-License-Identifier: MIT */
/* What dividing the rows of a table goes by: which rows have targets, their labels, their groups.
 */
#ifndef MLPI_ROWS_H
#define MLPI_ROWS_H

#include "base/base.h"
#include "schema/schema.h"

typedef struct mlpi_rows {
    uint32_t *row;   /* those with all targets, ascending */
    uint32_t *label; /* 0 .. labels-1, in the order of the sorted texts; regression: all 0 */
    uint32_t *group; /* 0 .. groups-1, in the order of the sorted texts; NULL without a column */
    size_t count, labels, groups;
    size_t skipped; /* rows without a target */
} mlpi_rows;

/** `group`: the column whose texts are the groups, or MLPI_NO_COLUMN. Errors: MLP_ERROR_DATA (a row
 * has no group), MLP_ERROR_MEMORY. */
mlp_status mlpi_rows_collect(const mlp_table *table, const mlpi_schema *schema, size_t group,
                             mlpi_rows *rows, mlp_error *err);
void mlpi_rows_release(mlpi_rows *rows);
/** Whether a row has a value in every target. */
bool mlpi_rows_has_targets(mlpi_cursor *cursor, const mlpi_schema *schema, size_t row);

/** The place of each row's text among the *count sorted texts of a column (`labels`: of the target,
 * as its labels are taken), for rows->row without missing values. */
mlp_status mlpi_rows_number_texts(const mlp_table *table, size_t column, bool labels,
                                  const mlpi_rows *rows, uint32_t *numbers, size_t *count,
                                  mlp_error *err);

/** Numbers 0..count-1 in an order drawn at random. */
void mlpi_rows_shuffle(uint64_t seed, uint64_t stream, uint32_t *order, size_t count);
/** For qsort of uint32_t, ascending. */
int mlpi_rows_ascending(const void *a, const void *b);

#endif
