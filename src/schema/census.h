/* SPDX-License-Identifier: MIT */
/* What the cells of a column are, before anything is decided of it. */
#ifndef MLPI_CENSUS_H
#define MLPI_CENSUS_H

#include "data/table.h"

typedef struct mlpi_census {
    size_t numbers, missing, texts;
    size_t first_text; /* row */
    bool whole;        /* all numbers are whole */
    double lowest, highest;
} mlpi_census;

/** Counts the cells of each column; those of pixels, which all are numbers, are left as they are.
 * */
void mlpi_census_take(const mlp_table *table, mlpi_census *cells);
/** Notes how the numbers of a column are read, where they are not written plainly. Errors:
 * MLP_ERROR_DATA (percentages beside plain numbers). */
mlp_status mlpi_census_dress(const mlp_table *table, size_t c, size_t numbers, char *note,
                             size_t size, mlp_error *err);
/** Errors: MLP_ERROR_DATA (all texts of a column are numbers with the other decimal mark). */
mlp_status mlpi_census_decimals(const mlp_table *table, size_t c, const mlpi_census *cells,
                                mlp_error *err);

#endif
