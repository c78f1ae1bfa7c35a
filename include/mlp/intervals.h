/* SPDX-License-Identifier: MIT */
/* The uncertainty of metrics: bootstrap percentile intervals (B. Efron 1979; B. Efron, R. J.
 * Tibshirani 1993, chapter 13). They show how the metrics would vary with other rows of the same
 * kind, not with another training run. */
#ifndef MLP_INTERVALS_H
#define MLP_INTERVALS_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/evaluate.h"

MLP_BEGIN_DECLS

/** How intervals are made: an object with named options. Each entry
 * ends with its default; later versions may add options:
 *
 *      "level"      0 < level < 1; 0.95
 *      "resamples"  B, at least 1; 1000
 *      "seed"       1
 *      "threads"    0: all cores, the default. The result does not depend on the number
 */
typedef struct mlp_interval_options mlp_interval_options;

/** All defaults. Free with mlp_interval_options_free. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_interval_options_create(mlp_interval_options **options, mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_interval_options_free(mlp_interval_options *options);
/** Sets an option by its name from text. Errors: MLP_ERROR_ARGUMENT (no such option, with the
 * nearest name; not a value of its kind), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_interval_options_set(mlp_interval_options *options, const char *name,
                                            const char *text, mlp_error *err);
/** Sets an option that is a number. Errors: MLP_ERROR_ARGUMENT. */
MLP_API mlp_status mlp_interval_options_set_number(mlp_interval_options *options, const char *name,
                                                   double number, mlp_error *err);
/** The value as a text that mlp_interval_options_set accepts; "": none. free() it. Errors:
 * MLP_ERROR_ARGUMENT (no such option), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_interval_options_get(const mlp_interval_options *options, const char *name,
                                            char **text, mlp_error *err);

/** The interval low[i]..high[i] of metric i (mlp_metric_name); NaN where the metric does not
 * apply. */
typedef struct mlp_intervals {
    double level;
    size_t resamples;
    double low[MLP_METRICS], high[MLP_METRICS];
} mlp_intervals;

/** Intervals of all metrics of the outcomes: the (1 - level) / 2 and (1 + level) / 2 quantiles
 * (linear, definition 7 of Hyndman & Fan 1996) of the metrics of B resamples. Resamples on which a
 * metric is not defined, such as auc where only one label was drawn, are left out for that metric.
 * `options` NULL: the defaults. Errors: MLP_ERROR_ARGUMENT, MLP_ERROR_DATA (no rows),
 * MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_bootstrap_intervals(const mlp_outcomes *outcomes,
                                           const mlp_interval_options *options,
                                           mlp_intervals *intervals, mlp_error *err);

/** mlp_bootstrap_intervals for a finished evaluator that keeps its rows. */
MLP_API mlp_status mlp_evaluator_intervals(const mlp_evaluator *evaluator,
                                           const mlp_interval_options *options,
                                           mlp_intervals *intervals, mlp_error *err);

/** Resample `number` = 0..B-1 of a seed: fills `row` with `rows` row numbers 0..rows-1, drawn with
 * replacement, the same on every machine, so that any other program can compute the same
 * intervals. */
MLP_API void mlp_bootstrap_rows(uint64_t seed, size_t number, uint32_t rows, uint32_t *row);

MLP_END_DECLS

#endif
