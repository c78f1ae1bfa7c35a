/* SPDX-License-Identifier: MIT */
/* Repeated rows: a random split puts some copies of a row into training and others into
 * validation. */
#ifndef MLPI_COPIES_H
#define MLPI_COPIES_H

#include "divide/kin.h"

/** Finds whether at least a twentieth of `rows` (ascending) have a copy among them, with the same
 * cells in all inputs and targets, and less than a third as many have a near copy, which differs in
 * one input only. If rows are repeated by chance, since columns or values are few, there are far
 * more near copies. Fewer than 50 rows, and more than a million cells, are not examined: then *kin
 * is unchanged. kin->value is the share of rows with a copy. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_copies_find(const mlp_table *table, const mlpi_schema *schema, const uint32_t *rows,
                            size_t count, mlpi_kin *kin, mlp_error *err);

#endif
