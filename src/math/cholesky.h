/* SPDX-License-Identifier: MIT */
/* Symmetric positive definite systems of n equations. Matrices are n x n, row by row, given by
 * their lower triangles. */
#ifndef MLPI_CHOLESKY_H
#define MLPI_CHOLESKY_H

#include <stdbool.h>
#include <stddef.h>

#include "threads/watch.h"

enum { MLPI_CHOLESKY_BLOCK = 32, MLPI_CHOLESKY_VECTORS = 2 * MLPI_CHOLESKY_BLOCK };

/* The functions that have a watch (nullable) stop early when mlpi_watch_over(watch) is true. */

/** Replaces the lower triangle of A with L, where A = L L'; the upper triangle is ignored, and
 * parts of it are overwritten. scratch: MLPI_CHOLESKY_VECTORS * n doubles. false: A is not positive
 * definite, or the watch has stopped the work; A is then destroyed. */
bool mlpi_cholesky(size_t n, double *A, double *scratch, mlpi_watch *watch);
/** Solves L L' x = b; b becomes x. */
void mlpi_cholesky_solve(size_t n, const double *L, double *b);
/** Returns the trace of (L L')^-1, the sum of the squares of the elements of L^-1. inverse: n * n
 * doubles of scratch; scratch: as many doubles as for mlpi_cholesky. NaN: the watch has stopped the
 * work. */
double mlpi_cholesky_inverse_trace(size_t n, const double *L, double *inverse, double *scratch,
                                   mlpi_watch *watch);

#endif
