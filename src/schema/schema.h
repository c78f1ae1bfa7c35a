/* SPDX-License-Identifier: MIT */
/* Schema inference: decides what each column is, and why. */
#ifndef MLPI_SCHEMA_H
#define MLPI_SCHEMA_H

#include "data/table.h"
#include "mlp/model.h"
#include "schema/census.h"
#include "schema/dates.h"

/** Stands for "no column". */
#define MLPI_NO_COLUMN SIZE_MAX

typedef enum mlpi_role { MLPI_INPUT, MLPI_TARGET, MLPI_IGNORED } mlpi_role;
typedef enum mlpi_kind { MLPI_NUMERIC, MLPI_CATEGORICAL, MLPI_TIME } mlpi_kind;

typedef struct mlpi_schema_column {
    mlpi_role role;
    mlpi_kind kind;
    mlpi_date_style style; /* if the kind is MLPI_TIME */
    char reason[160]; /* such as "150 numbers, 0 missing", "dropped by `drop`" or "305 different
                         texts in 398 rows: an identifier" */
    char note[200];   /* for the user, such as how its numbers are read; "": no note */
} mlpi_schema_column;

typedef struct mlpi_schema {
    size_t columns; /* number of columns of the table */
    mlpi_schema_column *column;
    size_t *targets; /* table columns of the targets, in the order of the request */
    size_t target_count;
    size_t group, time, weight; /* columns that describe the rows, or MLPI_NO_COLUMN */
    mlp_task task;
    char task_reason[200];
} mlpi_schema;

typedef struct mlpi_schema_request {
    mlp_names targets, drop, categorical, numeric;
    mlp_task task;
    const char *group, *time, *weight; /* columns that describe the rows; NULL: none. They are not
                                          inputs, except for `time` if `categorical` or `numeric`
                                          names it */
} mlpi_schema_request;

/** Decides the role and kind of every column, and the task. Errors: MLP_ERROR_DATA (an unknown
 * column, a text in a mostly numeric column, a target with the same value in every row, no input
 * left), MLP_ERROR_ARGUMENT (no target, contradictory requests), MLP_ERROR_MEMORY. */
mlp_status mlpi_schema_infer(const mlp_table *table, const mlpi_schema_request *request,
                             mlpi_schema *schema, mlp_error *err);
/** What a request wants a column to be. */
typedef enum mlpi_wish {
    MLPI_NO_WISH,
    MLPI_WISH_DROP,
    MLPI_WISH_CATEGORICAL,
    MLPI_WISH_NUMERIC
} mlpi_wish;

/** Writes the wish of a request for each column to `wishes`, which begins zeroed. Errors:
 * MLP_ERROR_DATA (no such column), MLP_ERROR_ARGUMENT (two wishes for one column). */
mlp_status mlpi_schema_wishes(const mlp_table *table, const mlpi_schema_request *request,
                              mlpi_wish *wishes, mlp_error *err);
/** Decides what a column would be as an input, with a wish for it or without one. *column begins
 * zeroed. Errors: MLP_ERROR_DATA (texts where numbers or dates are meant), MLP_ERROR_MEMORY. */
mlp_status mlpi_schema_look(const mlp_table *table, size_t c, const mlpi_census *cells,
                            mlpi_wish wish, mlpi_schema_column *column, mlp_error *err);
void mlpi_schema_release(mlpi_schema *schema);

#endif
