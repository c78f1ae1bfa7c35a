/* SPDX-License-Identifier: MIT */
/* What options of intervals are. */
#ifndef MLPI_BOOTSTRAP_H
#define MLPI_BOOTSTRAP_H

#include "mlp/intervals.h"

struct mlp_interval_options {
    double level;
    size_t resamples;
    uint64_t seed;
    int threads;
};

mlp_interval_options mlpi_interval_options_default(void);

#endif
