/* SPDX-License-Identifier: MIT */
/* Divides rows into training and validation. Rows that lack a target are in neither. */
#ifndef MLPI_SPLIT_H
#define MLPI_SPLIT_H

#include "schema/schema.h"

/** Both arrays are ascending, and allocated by mlpi_allocate. */
typedef struct mlpi_split {
    uint32_t *training, *validation;
    size_t training_count, validation_count;
    size_t skipped; /* number of rows that lack a target */
} mlpi_split;

/** Takes a random fraction 0..1 of the rows for validation (0: none). In classification it takes
 * this fraction of the rows of each label, but leaves at least one row of each label in
 * training. */
mlp_status mlpi_split_rows(const mlp_table *table, const mlpi_schema *schema, double fraction,
                           uint64_t seed, mlpi_split *split, mlp_error *err);
/** Takes each row for validation with the probability `fraction`, independently of all others. Only
 * the result needs memory. */
mlp_status mlpi_split_draw(const mlp_table *table, const mlpi_schema *schema, double fraction,
                           uint64_t seed, mlpi_split *split, mlp_error *err);
/** Takes about a fraction of the rows for validation, in whole groups: rows with the same text in
 * the schema's group column are on the same side. Groups are visited in random order, and a group
 * is taken if it brings the number of rows nearer to the fraction; each side gets at least one
 * group. Errors: MLP_ERROR_DATA (a row has no group, or there is only one group). */
mlp_status mlpi_split_groups(const mlp_table *table, const mlpi_schema *schema, double fraction,
                             uint64_t seed, mlpi_split *split, mlp_error *err);
/** Takes the last fraction of the rows, in the order of the schema's time column (mlpi_rows_times),
 * for validation. Rows of the same time are on the same side, so the cut is moved to the nearest
 * change of time. *first is the earliest row of validation. Errors: MLP_ERROR_DATA (the time of a
 * row is not known, or all rows have the same time). */
mlp_status mlpi_split_time(const mlp_table *table, const mlpi_schema *schema, double fraction,
                           mlpi_split *split, size_t *first, mlp_error *err);
/** Divides the rows as the parts of the table do; test rows are in neither array. */
mlp_status mlpi_split_parts(const mlp_table *table, const mlpi_schema *schema, mlpi_split *split,
                            mlp_error *err);
/** Copies a split. */
mlp_status mlpi_split_copy(const mlpi_split *from, mlpi_split *to, mlp_error *err);
void mlpi_split_release(mlpi_split *split);

#endif
