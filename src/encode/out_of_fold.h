/* SPDX-License-Identifier: MIT */
/* Fits of transforms that learn from targets: for each fold of the training rows, a fit on all
 * other folds. */
#ifndef MLPI_OUT_OF_FOLD_H
#define MLPI_OUT_OF_FOLD_H

#include "encode/texts.h"

typedef struct mlpi_out_of_fold mlpi_out_of_fold;

/** Makes the fits from the rows of a table that the pipeline was fitted on, and their targets.
 * Pipeline, table and rows must outlive the fits, the targets need not. Errors:
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_out_of_fold_fit(const mlpi_pipeline *pipeline, const mlp_table *table,
                                const uint32_t *rows, size_t count, const mlpi_row_targets *targets,
                                mlpi_out_of_fold **fits, mlp_error *err);
/** Replaces the inputs of transforms that learn from targets in `encoded`, which holds rows first,
 * first + 1, ... of the rows that the fits were made from: the inputs of each row come from the fit
 * that has not seen its fold. */
void mlpi_out_of_fold_encode(const mlpi_out_of_fold *fits, size_t first, mlp_encoded *encoded);
/** NULL is allowed. */
void mlpi_out_of_fold_free(mlpi_out_of_fold *fits);

#endif
