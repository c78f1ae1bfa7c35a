/* SPDX-License-Identifier: MIT */
/* The threshold between two labels, by outputs out of fold. */
#ifndef MLPI_DECIDE_H
#define MLPI_DECIDE_H

#include "runs/unseen.h"

/** The threshold that the plan's metric is best with on the rows of `u`, where it has a metric and
 * there are two labels, and rows of both in any two folds. It is taken where the metric is better if each
 * row is decided by the threshold of the other folds' rows than by the more probable label; tells of
 * it in any case. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_decide(const mlpi_crew *crew, const mlpi_unseen *u, mlpi_decision *made,
                       mlp_error *err);

#endif
