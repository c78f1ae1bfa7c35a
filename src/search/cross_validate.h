/* SPDX-License-Identifier: MIT */
/* What options of cross-validation are. */
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

#endif
