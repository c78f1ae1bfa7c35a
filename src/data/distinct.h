/* SPDX-License-Identifier: MIT */
/* The distinct texts of a column. */
#ifndef MLPI_DISTINCT_H
#define MLPI_DISTINCT_H

#include "data/table.h"

typedef struct mlpi_distinct {
    mlpi_span *texts; /* sorted bytewise; words of the table, or in `own` */
    size_t count;
    struct mlpi_chunk *own; /* texts of numbers */
} mlpi_distinct;

/** Collects the distinct non-missing texts of `rows` (NULL: 0..count-1). `labels`: with label_trim
 * applied. */
mlp_status mlpi_distinct_collect(const mlp_table *table, size_t column, const uint32_t *rows,
                                 size_t count, bool labels, mlpi_distinct *distinct,
                                 mlp_error *err);
/** How many there are in all rows. */
mlp_status mlpi_distinct_count(const mlp_table *table, size_t column, bool labels, size_t *count,
                               mlp_error *err);
void mlpi_distinct_release(mlpi_distinct *distinct);

#endif
