/* SPDX-License-Identifier: MIT */
/* Rows that are there several times: when a lot divides them, some train and others validate. */
#ifndef MLPI_COPIES_H
#define MLPI_COPIES_H

#include "divide/kin.h"

/** Looks whether a twentieth of `rows` (ascending) or more have a copy among them, the same cells in all
 * inputs and targets, and less than a third as many have a row that differs in one input alone. Where
 * chance repeats rows, of few columns or few values, it nearly repeats far more of them. Not looked
 * at are tables of more than a million cells. kin->value is the share of rows with a copy. Errors:
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_copies_find(const mlp_table *table, const mlpi_schema *schema, const uint32_t *rows,
                            size_t count, mlpi_kin *kin, mlp_error *err);

#endif
