/* SPDX-License-Identifier: MIT */
/* The mathematics of reference.c for many rows at once, in double by matrix products, for the
 * full-batch methods. Results equal those of reference.c except for rounding, since terms are added
 * in another order. */
#ifndef MLPI_TRACES_H
#define MLPI_TRACES_H

#include "network/layout.h"

/** The values of up to `capacity` rows in all layers (mlp_trace: those of one row). Matrices are
 * rows x N_l. */
typedef struct mlpi_traces {
    const mlp_network *network;
    size_t capacity, rows;
    const double *w;
    double **y;     /* y[l], l = 0..L */
    double **slope; /* f_l'(h^l), l = 1..L-1 */
    double **delta; /* l = 1..L */
    double *h;      /* activations of the output layer */
    double *target; /* targets of one row */
} mlpi_traces;

mlp_status mlpi_traces_create(const mlp_network *network, size_t capacity, mlpi_traces **traces,
                              mlp_error *err);
void mlpi_traces_free(mlpi_traces *traces);

/** Fills `turned` with the transposed weights of every layer, at the same offsets as in w, for
 * mlpi_traces_forward. */
void mlpi_traces_turn(const mlp_network *network, const double *w, double *turned);

/** Computes y^l and f_l'(h^l) of the hidden layers, and h^L, for `rows` rows of x. The calls that
 * follow use w, which must remain valid. */
void mlpi_traces_forward(mlpi_traces *traces, const double *w, const double *turned, const float *x,
                         size_t rows);
/** Returns the sum of the losses, and computes y^L and delta^L; the loss and delta^L of each row
 * are multiplied by its weight (NULL: 1). */
double mlpi_traces_loss(mlpi_traces *traces, const float *target, const float *weight);
/** Computes the deltas of all hidden layers from delta^L. */
void mlpi_traces_backward(mlpi_traces *traces);
/** Adds the gradient, summed over the rows, to `sum`. */
void mlpi_traces_add_gradient(const mlpi_traces *traces, double *sum);
/** Computes, instead of a loss, the residuals sqrt(weight) (y_k - s_k), in the order of rows and
 * then of outputs, and their Jacobian, whose rows are `stride` doubles apart. */
void mlpi_traces_jacobian(mlpi_traces *traces, const float *target, const float *weight,
                          double *residuals, double *jacobian, size_t stride);

#endif
