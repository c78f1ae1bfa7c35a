/* SPDX-License-Identifier: MIT */
/* What options of importance are. */
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
/** The defaults, with rows and columns that take about a minute at most whatever the model: rows
 * enough for a stable order of the columns; of very many columns only those that can matter. */
mlp_importance_options mlpi_importance_bounded(const mlp_model *model);

#endif
