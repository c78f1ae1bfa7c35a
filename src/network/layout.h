/* SPDX-License-Identifier: MIT */
/* The internals of mlp_network, for network/ and engine/. */
#ifndef MLPI_LAYOUT_H
#define MLPI_LAYOUT_H

#include "mlp/network.h"

/** The exponential activation is e^h up to this h and constant above it, to keep floats finite. */
#define MLPI_MOST_EXPONENT 80.0

struct mlp_network {
    size_t inputs; /* N_0 */
    size_t count;  /* L */
    mlp_loss loss;
    mlp_loss_settings loss_settings;
    mlp_layer *layers;  /* layers[l-1] is the lecture's layer l */
    size_t *weights_at; /* for each layer, the offset of W in parameters */
    size_t *biases_at;  /* for each layer, the offset of b in parameters */
    size_t size;        /* number of parameters */
    float *parameters;  /* vec(W^1..W^L, b^1..b^L) */
    bool surrogate;     /* straight-through derivative of hidden step and sign layers */
};

/** Sets the initial parameters for training in the parametrisation of the neural tangent kernel: in
 * hidden layers, weights are normal with variance 1 / N_(l-1) and biases are standard normal; in
 * the output layer all parameters are 0, so that the initial outputs are the same for all
 * inputs. */
void mlpi_network_initialize_ntk(mlp_network *network, uint64_t seed);
/** The number of inputs of layers[l]. */
size_t mlpi_layer_inputs(const mlp_network *network, size_t l);
/** A copy of the network and its parameters. NULL: out of memory. */
mlp_network *mlpi_network_copy(const mlp_network *network);
/** Returns the loss for the activations h of the output layer (K numbers) and the target s, and
 * computes the outputs y and the deltas, in double (network/reference.c). */
double mlpi_output_loss(const mlp_network *network, const double *h, const double *s, double *y,
                        double *delta);
/** The loss E^(p) of the outputs y with the target s, in double (network/reference.c). */
double mlpi_loss_of_outputs(const mlp_network *network, const double *y, const double *s);
/** f_l'(h) of hidden layer l = 1..L-1. With the straight-through surrogate (Bengio et al. 2013),
 * the derivative of step and sign is 1 for |h| <= 1, else 0 (network/reference.c). */
double mlpi_hidden_slope(const mlp_network *network, size_t l, double h);

/* loss.c: the loss of one output y with the target s. `c` is mlpi_loss_number of the output. */

double mlpi_loss_value(mlp_loss loss, double y, double s, double c);
/** dE/dy. */
double mlpi_loss_slope(mlp_loss loss, double y, double s, double c);
/** The number of the smooth piece of the loss function that y is in. */
int mlpi_loss_piece(mlp_loss loss, double y, double s, double c);
/** Huber's delta, or the quantile level of output k. */
double mlpi_loss_number(const mlp_network *network, size_t k);
bool mlpi_loss_settings_valid(const mlp_loss_settings *settings);
/** Whether loss and output form a fused pair: softmax and logistic outputs with their own
 * cross-entropy, exponential outputs with the Poisson loss. Delta = y - s is then stable. */
bool mlpi_loss_is_fused(mlp_loss loss, mlp_activation output);

#endif
