/* SPDX-License-Identifier: MIT */
/* Choosing a threshold from sorted scores. */
#ifndef MLPI_THRESHOLD_H
#define MLPI_THRESHOLD_H

#include "evaluate/metrics.h"
#include "evaluate/ranking.h"
#include "mlp/threshold.h"

/** The i of a metric in mlp_threshold_figure_name; the number of metrics: no metric has this
 * name. */
size_t mlpi_threshold_metric_find(const char *name);
/** A metric of two labels, of which the second is looked for. */
double mlpi_threshold_metric_of(size_t metric, const mlpi_tally *tally);
/** Does what mlp_evaluator_best_threshold does, for scores of rows of both labels. */
mlp_threshold mlpi_threshold_choose(mlpi_descent scores, size_t metric);

#endif
