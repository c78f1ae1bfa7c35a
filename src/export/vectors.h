/* SPDX-License-Identifier: MIT */
/* Test vectors: rows, the library's predictions for them, and how far those of another program may
 * differ. */
#ifndef MLPI_EXPORT_VECTORS_H
#define MLPI_EXPORT_VECTORS_H

#include "export/quantised.h"
#include "mlp/conformal.h"
#include "model/model.h"

typedef struct mlpi_vectors {
    size_t rows, columns, numbers;
    double *value;      /* rows x columns, in the form that mlp_model_encode_values reads */
    double *answer;     /* rows x numbers: the prediction; with intervals also the lower ends of all
                           targets, then the upper ends */
    double *bound;      /* rows x numbers: how far each number of `answer` may be off */
    size_t *label;      /* classification: of each row; MLP_NO_LABEL: too close to call */
    signed char *holds; /* rows x labels: whether the set holds the label; -1: too close to call */
    double unit;        /* B: an output y may be off by B (1 + |y|) */
} mlpi_vectors;

/** Makes test vectors from rows of the table (nullable) and from rows with made-up values.
 * `conformal`: nullable. `integers`: networks that predict in place of the model's; NULL: the
 * model's own networks do. `places`: the error of the other program's mathematical functions in
 * units in the last place, beyond that of a C library. Release `vectors` even after an error.
 * Errors: MLP_ERROR_DATA (a column is missing), MLP_ERROR_ARGUMENT (no row is left that proves
 * anything), MLP_ERROR_MEMORY. */
mlp_status mlpi_vectors_make(const mlp_model *model, const mlp_table *table,
                             const mlp_conformal *conformal, mlpi_quantised *integers,
                             double places, mlpi_vectors *vectors, mlp_error *err);
void mlpi_vectors_release(mlpi_vectors *vectors);

#endif
