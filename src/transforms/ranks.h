/* SPDX-License-Identifier: MIT */
/* The distribution function F of a column's training rows: linear between the quantiles at
 * k / (n - 1), k = 0..n-1; at a value that several quantiles share, F is the middle of its step. */
#ifndef MLPI_RANKS_H
#define MLPI_RANKS_H

#include "transforms/transform.h"

enum { MLPI_USUAL_QUANTILES = 1000 };

/** Fills fitted->list with `most` quantiles, or with fewer, but at least 2, if there are fewer
 * values. */
mlp_status mlpi_ranks_fit(const mlpi_numbers *numbers, size_t most, mlpi_fitted *fitted,
                          mlp_error *err);
/** Whether mlpi_ranks_fit can have made fitted->list. */
bool mlpi_ranks_are(const mlpi_fitted *fitted);
/** F(v), from 0 to 1. */
double mlpi_rank_of(double v, const double *quantiles, size_t count);
/** C text of a function rank_of that computes F(v) in the same way (MLPI_CARRIED). */
extern const char *const mlpi_ranks_carried;

#endif
