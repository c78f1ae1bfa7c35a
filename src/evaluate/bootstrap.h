/* SPDX-License-Identifier: MIT */
/* The options of intervals, and the metrics of resamples, from which intervals are computed. */
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

/** Computes the metrics of every resample (options->resamples x MLP_METRICS) of an evaluator that
 * keeps its rows. Resample b draws the same row numbers from all evaluators with the same number of
 * rows. Errors: MLP_ERROR_DATA (no rows, or too many), MLP_ERROR_MEMORY. */
mlp_status mlpi_resample(const mlp_evaluator *evaluator, const mlp_interval_options *options,
                         double *metrics, mlp_error *err);
/** Computes percentile intervals from the metrics of resamples. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_take_intervals(const double *metrics, const mlp_interval_options *options,
                               mlp_intervals *intervals, mlp_error *err);

#endif
