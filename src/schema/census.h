/* SPDX-License-Identifier: MIT */
/* The census of a column counts its cells; schema inference decides from it what the column is. */
#ifndef MLPI_CENSUS_H
#define MLPI_CENSUS_H

#include "data/table.h"

typedef struct mlpi_census {
    size_t numbers, missing, texts;
    size_t first_text; /* row of the first text */
    bool whole;        /* all numbers are whole */
    double lowest, highest;
} mlpi_census;

/** Counts the cells of each column, except for columns of pixels, whose cells are all numbers. */
void mlpi_census_take(const mlp_table *table, mlpi_census *cells);
/** Writes into `note` how the numbers of a column are read, if they are not written plainly.
 * Errors: MLP_ERROR_DATA (percentages among plain numbers). */
mlp_status mlpi_census_dress(const mlp_table *table, size_t c, size_t numbers, char *note,
                             size_t size, mlp_error *err);
/** Checks the decimal mark of a column. Errors: MLP_ERROR_DATA (all its texts are numbers with the
 * other mark). */
mlp_status mlpi_census_decimals(const mlp_table *table, size_t c, const mlpi_census *cells,
                                mlp_error *err);

#endif
