/* SPDX-License-Identifier: MIT */
/* Schema inference: what each column is and why. */
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
    mlpi_date_style style; /* of times */
    char reason[160]; /* "all 150 values are numbers", "dropped by `drop`", "305 distinct texts in
                         398 rows: an identifier" */
    char note[200];   /* how its numbers are read, a sentence; "": as they stand */
} mlpi_schema_column;

typedef struct mlpi_schema {
    size_t columns; /* of the table */
    mlpi_schema_column *column;
    size_t *targets; /* table columns of the targets, in the order asked for */
    size_t target_count;
    size_t group, time, weight; /* columns that are about the rows, or MLPI_NO_COLUMN */
    mlp_task task;
    char task_reason[200];
} mlpi_schema;

typedef struct mlpi_schema_request {
    mlp_names targets, drop, categorical, numeric;
    mlp_task task;
    const char *group, *time, *weight; /* columns that are about the rows; NULL: none. They are no
                                          inputs; `time` is one when categorical or numeric name
                                          it */
} mlpi_schema_request;

/** Decides role and kind of every column and the task. Errors: unknown column (with suggestion),
 * text in a mostly numeric column (line, the text, the way out), constant
 * target / one class only, no inputs left. */
mlp_status mlpi_schema_infer(const mlp_table *table, const mlpi_schema_request *request,
                             mlpi_schema *schema, mlp_error *err);
/** What the request says of a column. */
typedef enum mlpi_wish {
    MLPI_NO_WISH,
    MLPI_WISH_DROP,
    MLPI_WISH_CATEGORICAL,
    MLPI_WISH_NUMERIC
} mlpi_wish;

/** What a request says of each column. Errors: MLP_ERROR_DATA (no such column), MLP_ERROR_ARGUMENT (a
 * column is wished to be two things). */
mlp_status mlpi_schema_wishes(const mlp_table *table, const mlpi_schema_request *request,
                              mlpi_wish *wishes, mlp_error *err);
/** What a column would be as an input, of itself or as it is wished. *column begins zeroed. Errors:
 * as above. */
mlp_status mlpi_schema_look(const mlp_table *table, size_t c, const mlpi_census *cells,
                            mlpi_wish wish, mlpi_schema_column *column, mlp_error *err);
void mlpi_schema_release(mlpi_schema *schema);

#endif
