/* SPDX-License-Identifier: MIT */
/* What options of intervals are, and the metrics of resamples that intervals are made of. */
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
mlp_status mlpi_check_interval_options(const mlp_interval_options *options, mlp_error *err);

/** Figures of every resample (options->resamples x MLP_METRICS) of an evaluator that keeps its rows.
 * Resample b of evaluators with as many rows holds the same of them. Errors: MLP_ERROR_DATA (no
 * rows, or too many), MLP_ERROR_MEMORY. */
mlp_status mlpi_resample(const mlp_evaluator *evaluator, const mlp_interval_options *options,
                         double *metrics, mlp_error *err);
/** Their percentile intervals. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_take_intervals(const double *metrics, const mlp_interval_options *options,
                               mlp_intervals *intervals, mlp_error *err);

#endif
