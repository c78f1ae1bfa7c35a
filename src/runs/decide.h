/* SPDX-License-Identifier: MIT */
/* The threshold between two labels, chosen by outputs out of fold. */
#ifndef MLPI_DECIDE_H
#define MLPI_DECIDE_H

#include "runs/unseen.h"

/** Chooses the threshold with which the plan's metric is best on the rows of `u`, or takes the
 * given one, and gives notice of it. A chosen threshold is kept in `made` only if the metric is
 * better when each row is decided by the threshold of the other folds than when it gets the more
 * probable label. Nothing happens if the plan has no metric for a threshold, or if none is given
 * and a label has rows in fewer than two folds. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_decide(const mlpi_crew *crew, const mlpi_unseen *u, mlpi_decision *made,
                       mlp_error *err);

#endif
