/* SPDX-License-Identifier: MIT */
/* The mathematics of reference.c for many rows at once, in double by matrix products, for the
 * full-batch methods. Results equal the reference's except for the rounding of sums taken in
 * another order. */
#ifndef MLPI_TRACES_H
#define MLPI_TRACES_H

#include "network/layout.h"

/** What up to `capacity` rows go through (mlp_trace: what one goes through). Matrices are rows x
 * N_l. */
typedef struct mlpi_traces {
    const mlp_network *network;
    size_t capacity, rows;
    const double *w;
    double **y;     /* y[l], l = 0..L */
    double **slope; /* f_l'(h^l), l = 1..L-1 */
    double **delta; /* l = 1..L */
    double *h;      /* of the output layer */
    double *target; /* of one row */
} mlpi_traces;

mlp_status mlpi_traces_create(const mlp_network *network, size_t capacity, mlpi_traces **traces,
                              mlp_error *err);
void mlpi_traces_free(mlpi_traces *traces);

/** The weights of every layer transposed, each where it lies in w: what mlpi_traces_forward
 * multiplies by. */
void mlpi_traces_turn(const mlp_network *network, const double *w, double *turned);

/** y^l and f_l'(h^l) of `rows` rows of x, and h^L. w must live until the last call that follows. */
void mlpi_traces_forward(mlpi_traces *traces, const double *w, const double *turned, const float *x,
                         size_t rows);
/** The sum of the losses, and delta^L; each row counts `weight` times (NULL: once). */
double mlpi_traces_loss(mlpi_traces *traces, const float *target, const float *weight);
/** From delta^L to the layers below. */
void mlpi_traces_backward(mlpi_traces *traces);
/** Adds the gradient, summed over the rows, to `sum`. */
void mlpi_traces_add_gradient(const mlpi_traces *traces, double *sum);
/** Instead of a loss: the residuals sqrt(weight) (y_k - s_k), output after output within row after
 * row, and their derivatives, rows `stride` doubles apart. */
void mlpi_traces_jacobian(mlpi_traces *traces, const float *target, const float *weight,
                          double *residuals, double *jacobian, size_t stride);

#endif
