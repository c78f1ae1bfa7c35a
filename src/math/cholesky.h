/* SPDX-License-Identifier: MIT */
/* Symmetric positive definite systems of n unknowns. Matrices are n x n by rows, lower halves. */
#ifndef MLPI_CHOLESKY_H
#define MLPI_CHOLESKY_H

#include <stdbool.h>
#include <stddef.h>

#include "threads/watch.h"

enum { MLPI_CHOLESKY_BLOCK = 32, MLPI_CHOLESKY_VECTORS = 2 * MLPI_CHOLESKY_BLOCK };

/** Where a watch (nullable) wants an end, they leave their work. */

/** A becomes L, A = L L'; only its lower half is read and written. scratch:
 * MLPI_CHOLESKY_VECTORS * n doubles. false: A is not positive definite, and spoilt, or
 * the work was left. */
bool mlpi_cholesky(size_t n, double *A, double *scratch, mlpi_watch *watch);
/** L L' x = b, in place of b. */
void mlpi_cholesky_solve(size_t n, const double *L, double *b);
/** The trace of (L L')^-1, which is the sum of the squares of L^-1; inverse: n * n doubles of
 * scratch. NaN: the work was left. */
double mlpi_cholesky_inverse_trace(size_t n, const double *L, double *inverse, double *scratch,
                                   mlpi_watch *watch);

#endif
