/* SPDX-License-Identifier: MIT */
/* Which rows train and which validate. Only rows with all targets are in either. */
#ifndef MLPI_SPLIT_H
#define MLPI_SPLIT_H

#include "schema/schema.h"

/** The arrays are of mlpi_allocate, and ascend. */
typedef struct mlpi_split {
    uint32_t *training, *validation;
    size_t training_count, validation_count;
    size_t skipped; /* rows without a target */
} mlpi_split;

/** A fraction 0..1 of the rows validates (0: none): stratified by label in classification (every
 * label stays in training), shuffled by seed. */
mlp_status mlpi_split_rows(const mlp_table *table, const mlpi_schema *schema, double fraction,
                           uint64_t seed, mlpi_split *split, mlp_error *err);
/** Every row validates by a draw of its own, with the probability `fraction`: needs memory for
 * nothing but the result. */
mlp_status mlpi_split_draw(const mlp_table *table, const mlpi_schema *schema, double fraction,
                           uint64_t seed, mlpi_split *split, mlp_error *err);
/** About a fraction of the rows validates, but rows that share a text in the schema's group column
 * are on the same side: groups in an order drawn by the seed, each taken when it brings the number
 * of rows nearer to the fraction; at least one group on each side. Errors: MLP_ERROR_DATA (a row
 * without a group, only one group). */
mlp_status mlpi_split_groups(const mlp_table *table, const mlpi_schema *schema, double fraction,
                             uint64_t seed, mlpi_split *split, mlp_error *err);
/** The last fraction of the rows in the order of the schema's time column (mlpi_rows_times) validates.
 * Rows of the same time are on the same side, so the cut moves to the nearest change. *first (a row) is where validation
 * begins. Errors: MLP_ERROR_DATA (a row whose time is not known, the same time in every row). */
mlp_status mlpi_split_time(const mlp_table *table, const mlpi_schema *schema, double fraction,
                           mlpi_split *split, size_t *first, mlp_error *err);
/** As the parts of the table say; its test rows are in neither. */
mlp_status mlpi_split_parts(const mlp_table *table, const mlpi_schema *schema, mlpi_split *split,
                            mlp_error *err);
/** Another's rows, copied. */
mlp_status mlpi_split_copy(const mlpi_split *from, mlpi_split *to, mlp_error *err);
void mlpi_split_release(mlpi_split *split);

#endif
