/* SPDX-License-Identifier: MIT */
/* Test vectors: rows, what the library predicts for them, and how far another program may be from
 * it. */
#ifndef MLPI_EXPORT_VECTORS_H
#define MLPI_EXPORT_VECTORS_H

#include "export/quantised.h"
#include "mlp/conformal.h"
#include "model/model.h"

typedef struct mlpi_vectors {
    size_t rows, columns, numbers;
    double *value;      /* rows x columns, as mlp_model_encode_values takes them */
    double *answer;     /* rows x numbers: the prediction; and the lower and the upper end of the
                           interval of each target, where there are intervals */
    double *bound;      /* of each of them */
    size_t *label;      /* classification: rows; MLP_NO_LABEL: it is too close to call */
    signed char *holds; /* rows x labels: whether it is in the set; -1: it is too close to call */
    double unit;        /* B: an output y may be B (1 + |y|) off */
} mlpi_vectors;

/** Rows of the table (nullable), and rows that are made. `conformal`: nullable. `integers`: what answers
 * in place of the model's networks; NULL: they do. `places`: by how many units in the last place its
 * functions may be off, beyond what those of a C library are. Release in any case.
 * Errors: MLP_ERROR_DATA (a column is missing), MLP_ERROR_MEMORY. */
mlp_status mlpi_vectors_make(const mlp_model *model, const mlp_table *table,
                             const mlp_conformal *conformal, mlpi_quantised *integers,
                             double places, mlpi_vectors *vectors, mlp_error *err);
void mlpi_vectors_release(mlpi_vectors *vectors);

#endif
