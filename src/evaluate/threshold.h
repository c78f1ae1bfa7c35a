/* SPDX-License-Identifier: MIT */
/* Choosing a threshold on flat arrays. */
#ifndef MLPI_THRESHOLD_H
#define MLPI_THRESHOLD_H

#include "evaluate/metrics.h"
#include "evaluate/ranking.h"
#include "mlp/threshold.h"

/** The place of a metric of mlp_threshold_figure_name; their number: there is no such metric. */
size_t mlpi_threshold_metric_find(const char *name);
/** That metric of two labels, of which the second is looked for. */
double mlpi_threshold_metric_of(size_t metric, const mlpi_tally *tally);
/** mlp_evaluator_best_threshold of such scores, some of either label. */
mlp_threshold mlpi_threshold_choose(mlpi_descent scores, size_t metric);

#endif
