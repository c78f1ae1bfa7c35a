/* SPDX-License-Identifier: MIT */
/* The transforms that a user asks for, column by column. */
#ifndef MLPI_WISHES_H
#define MLPI_WISHES_H

#include "schema/schema.h"
#include "transforms/transform.h"

typedef struct mlpi_wishes {
    mlp_names transforms; /* "COLUMN=NAME" or "COLUMN=NAME:ARGUMENT"; COLUMN may be all, numeric or
                             categorical. Of several wishes for a column the last one counts, but
                             wishes with its name take precedence over wishes for a group */
    mlp_names fills;      /* "COLUMN=mean", "COLUMN=median" or "COLUMN=NUMBER" */
    const char *target;   /* "NAME" or "NAME:ARGUMENT"; NULL: none is asked for */
} mlpi_wishes;

/** A transform with its argument. */
typedef struct mlpi_choice {
    const mlpi_transform *transform; /* NULL: the user asks for none */
    double argument;
} mlpi_choice;

typedef enum mlpi_fill { MLPI_FILL_MEAN, MLPI_FILL_MEDIAN, MLPI_FILL_NUMBER } mlpi_fill;

/** Checks that all wishes can be read, and are for inputs of the right kind. Errors:
 * MLP_ERROR_ARGUMENT. */
mlp_status mlpi_wishes_check(const mlpi_wishes *wishes, const mlp_table *table,
                             const mlpi_schema *schema, mlp_error *err);
/* The following functions are for wishes that have been checked. */

/** The transform that is wished for a column, if any; `numeric`: the column holds numbers. */
mlpi_choice mlpi_wish_for(const mlpi_wishes *wishes, const char *column, bool numeric);
/** The transform that is wished for targets, or else the usual one. */
mlpi_choice mlpi_wish_for_target(const mlpi_wishes *wishes);
/** What replaces missing values of a column; *number is set for MLPI_FILL_NUMBER. */
mlpi_fill mlpi_wish_to_fill(const mlpi_wishes *wishes, const char *column, double *number);
/** A transform with its usual argument. */
mlpi_choice mlpi_usual_choice(const mlpi_transform *transform);

#endif
