/* SPDX-License-Identifier: MIT */
/* The options of cross-validation, and cross-validation whose folds train on fewer rows. */
#ifndef MLPI_CROSS_VALIDATE_H
#define MLPI_CROSS_VALIDATE_H

#include "mlp/cross_validate.h"

struct mlp_cross_validation_options {
    const mlp_train_options *train; /* NULL: the defaults */
    size_t folds, repeats;
    mlp_on_fold folded; /* NULL: none */
    void *context;
};

mlp_cross_validation_options mlpi_cross_validation_options_default(void);

/** Like mlp_cross_validate, but each fold trains on only `taken` of the `parts` parts of its
 * training rows (mlpi_share). */
mlp_status mlpi_cross_validate_share(const mlp_table *table,
                                     const mlp_cross_validation_options *options, size_t parts,
                                     size_t taken, mlp_cross_validation *result, mlp_error *err);

#endif
