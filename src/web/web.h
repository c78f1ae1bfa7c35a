/* SPDX-License-Identifier: MIT */
/* A model as JavaScript: what the files of this folder share. The formulas are in model.js, which
 * is the same for all models; here the model becomes data for it. */
#ifndef MLPI_WEB_H
#define MLPI_WEB_H

#include "export/vectors.h"
#include "mlp/export.h"

/** The range of a column of numbers. */
typedef struct mlpi_web_range {
    double lowest, highest;
    double middle; /* of a range that was guessed from mean and deviation; NaN: not guessed */
    bool whole;    /* all values are whole numbers */
} mlpi_web_range;

/** A model that is being exported. */
typedef struct mlpi_web {
    const mlp_model *model;
    const mlp_table *table; /* nullable: rows for the ranges and the self-test */
    double coverage;        /* of intervals or sets of labels; 0: there are none */
    mlpi_vectors vectors;
    mlpi_web_range *ranges; /* one for each column */
} mlpi_web;

/** ranges.c: makes web->ranges, which mlpi_free frees. Errors: MLP_ERROR_DATA (a column is
 * missing), MLP_ERROR_MEMORY. */
mlp_status mlpi_web_look(mlpi_web *web, mlp_error *err);

/** web_json.c: the model as one JSON object without "<", so that it can be part of a page. free()
 * it. Errors: MLP_ERROR_DATA (a text is not UTF-8), MLP_ERROR_MEMORY. */
mlp_status mlpi_web_json(const mlpi_web *web, char **text, mlp_error *err);

#endif
