/* SPDX-License-Identifier: MIT */
/* The rows of a table as a division needs them: the rows that have all targets, with their labels
 * and groups. */
#ifndef MLPI_ROWS_H
#define MLPI_ROWS_H

#include "base/base.h"
#include "schema/schema.h"

typedef struct mlpi_rows {
    uint32_t *row;   /* the rows with all targets, ascending */
    uint32_t *label; /* 0 .. labels-1, in the order of the sorted texts; regression: all 0 */
    uint32_t *group; /* 0 .. groups-1, in the order of the sorted texts; NULL: no groups */
    size_t count, labels, groups;
    size_t skipped; /* number of rows that lack a target */
} mlpi_rows;

/** Collects the rows that have all targets. `group`: the column whose texts are the groups, or
 * MLPI_NO_COLUMN. Errors: MLP_ERROR_DATA (a row has no group), MLP_ERROR_MEMORY. */
mlp_status mlpi_rows_collect(const mlp_table *table, const mlpi_schema *schema, size_t group,
                             mlpi_rows *rows, mlp_error *err);
void mlpi_rows_release(mlpi_rows *rows);
/** Whether a row has a value in every target. */
bool mlpi_rows_has_targets(mlpi_cursor *cursor, const mlpi_schema *schema, size_t row);

/** Sorts the *count distinct texts of a column, and writes the index of each row's text among them
 * to `numbers`. `labels`: options.label_trim is applied to the texts. None of rows->row may lack a
 * value in the column. */
mlp_status mlpi_rows_number_texts(const mlp_table *table, size_t column, bool labels,
                                  const mlpi_rows *rows, uint32_t *numbers, size_t *count,
                                  mlp_error *err);

/** Writes the numbers 0..count-1 in random order. */
void mlpi_rows_shuffle(uint64_t seed, uint64_t stream, uint32_t *order, size_t count);
/** Compares two uint32_t for qsort, ascending. */
int mlpi_rows_ascending(const void *a, const void *b);

#endif
