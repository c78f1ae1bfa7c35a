/* SPDX-License-Identifier: MIT */
/* The options of permutation importance. */
#ifndef MLPI_IMPORTANCE_H
#define MLPI_IMPORTANCE_H

#include "mlp/importance.h"

struct mlp_importance_options {
    const char *metric, *target;
    size_t repeats, rows, columns;
    uint64_t seed;
    int threads;
};

mlp_importance_options mlpi_importance_options_default(void);
/** The defaults, with limits of rows and columns that keep the work for any model to about a minute
 * at most: enough rows for a stable order of the columns, and, if there are very many columns, only
 * those most likely to matter. */
mlp_importance_options mlpi_importance_bounded(const mlp_model *model);

#endif
