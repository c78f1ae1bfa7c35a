/* SPDX-License-Identifier: MIT */
/* The columns of a query, and the memory into which the driver writes the cells of a block of
 * rows. */
#ifndef MLPI_ROWSET_H
#define MLPI_ROWSET_H

#include "data/table.h"
#include "database/connection.h"

typedef struct mlpi_rowset_column {
    const struct mlpi_rowset_kind *kind;
    size_t bytes;          /* of a cell */
    unsigned char *values; /* the cells, one after another */
    SQLLEN *lengths;       /* of the cells in bytes, or SQL_NULL_DATA */
} mlpi_rowset_column;

typedef struct mlpi_rowset {
    mlpi_rowset_column *items; /* one for each column of the table */
    size_t rows;               /* number of rows that the memory holds */
    void *memory;              /* holds the values and lengths of all columns */
    char *text;                /* room for the longest text in UTF-8 */
} mlpi_rowset;

/** Gives the table the columns of the query, and the driver the memory for their cells. Call
 * mlpi_rowset_end after a failure, too. Errors: MLP_ERROR_DATA (there are no columns, or one holds
 * bytes), MLP_ERROR_MEMORY. */
mlp_status mlpi_rowset_begin(mlpi_rowset *rowset, const mlpi_connection *connection,
                             mlp_table *table, mlp_error *err);
void mlpi_rowset_end(mlpi_rowset *rowset);
/** Adds the cells of the fetched row `at` to the row that the builder began. `row` is the number of
 * that row in the table, for messages. Errors: MLP_ERROR_DATA, MLP_ERROR_MEMORY. */
mlp_status mlpi_rowset_add(const mlpi_rowset *rowset, size_t at, size_t row, mlpi_builder *builder,
                           mlp_error *err);

#endif
