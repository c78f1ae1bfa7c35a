/* SPDX-License-Identifier: MIT */
/* The distinct texts of a column. */
#ifndef MLPI_DISTINCT_H
#define MLPI_DISTINCT_H

#include "data/table.h"

typedef struct mlpi_distinct {
    mlpi_span *texts; /* sorted bytewise; their characters are in the table or in `own` */
    size_t count;
    struct mlpi_chunk *own; /* memory for the texts of numbers */
} mlpi_distinct;

/** Collects the distinct non-missing texts of `rows` (NULL: 0..count-1). `labels`:
 * options.label_trim is applied to them first. */
mlp_status mlpi_distinct_collect(const mlp_table *table, size_t column, const uint32_t *rows,
                                 size_t count, bool labels, mlpi_distinct *distinct,
                                 mlp_error *err);
/** Counts the distinct non-missing texts of all rows. */
mlp_status mlpi_distinct_count(const mlp_table *table, size_t column, bool labels, size_t *count,
                               mlp_error *err);
void mlpi_distinct_release(mlpi_distinct *distinct);

#endif
