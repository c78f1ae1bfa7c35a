/* SPDX-License-Identifier: MIT */
/* A model as JavaScript: what the files of this room share. The formulas stand in model.js, which is the
 * same for all models; here the model becomes data for it. */
#ifndef MLPI_WEB_H
#define MLPI_WEB_H

#include "export/vectors.h"
#include "mlp/export.h"

/** Of a column of numbers. */
typedef struct mlpi_web_range {
    double lowest, highest;
    double middle; /* where the range is a guess by mean and deviation; NaN: it is none */
    bool whole;    /* all of them */
} mlpi_web_range;

/** A model on its way. */
typedef struct mlpi_web {
    const mlp_model *model;
    const mlp_table *table; /* nullable: of the rows */
    double coverage;        /* of intervals or sets of labels; 0: there are none */
    mlpi_vectors vectors;
    mlpi_web_range *ranges; /* of columns */
} mlpi_web;

/** ranges.c: the ranges of columns, which mlpi_free frees. Errors: MLP_ERROR_DATA (a column is missing),
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_web_look(mlpi_web *web, mlp_error *err);

/** The model as one JSON object, in which no "<" stands: it may lie in a page. free() it. Errors:
 * MLP_ERROR_DATA (a text is not UTF-8), MLP_ERROR_MEMORY. */
mlp_status mlpi_web_json(const mlpi_web *web, char **text, mlp_error *err);

#endif
