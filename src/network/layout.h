/* SPDX-License-Identifier: MIT */
/* The inside of mlp_network, for network/ and engine/. */
#ifndef MLPI_LAYOUT_H
#define MLPI_LAYOUT_H

#include "mlp/network.h"

/** The exponential activation is e^h up to here, then constant: floats stay finite. */
#define MLPI_MOST_EXPONENT 80.0

struct mlp_network {
    size_t inputs; /* N_0 */
    size_t count;  /* L */
    mlp_loss loss;
    mlp_loss_settings loss_settings;
    mlp_layer *layers;  /* layers[l-1] is the lecture's layer l */
    size_t *weights_at; /* offset of W of each layer in parameters */
    size_t *biases_at;
    size_t size;       /* number of parameters */
    float *parameters; /* vec(W^1..W^L, b^1..b^L) */
    bool surrogate;    /* straight-through derivative of hidden step and sign layers */
};

/** First weights for training with the parametrisation of the neural tangent kernel: weights of
 * hidden layers are normal with variance 1 / N_(l-1), their biases standard normal; all of the output
 * layer is 0, so that the network begins with the same answer to all inputs. */
void mlpi_network_initialize_ntk(mlp_network *network, uint64_t seed);
/** N_(l-1) for layers[l]. */
size_t mlpi_layer_inputs(const mlp_network *network, size_t l);
/** A copy, parameters too. NULL when out of memory. */
mlp_network *mlpi_network_copy(const mlp_network *network);
/** From the activations h of the output layer (K numbers) and the target s: outputs y, dual
 * activations delta, and the loss, in double (network/reference.c). */
double mlpi_output_loss(const mlp_network *network, const double *h, const double *s, double *y,
                        double *delta);
/** E^(p) of outputs y with the target s, in double (network/reference.c). */
double mlpi_loss_of_outputs(const mlp_network *network, const double *y, const double *s);
/** f_l'(h) of hidden layer l = 1..L-1; with the straight-through surrogate (Bengio et al. 2013)
 * step and sign let the gradient of |h| <= 1 pass (network/reference.c). */
double mlpi_hidden_slope(const mlp_network *network, size_t l, double h);

/* loss.c: what one output costs, its slope dE/dy, and a number that tells the smooth pieces of the
 * loss apart. `c` is mlpi_loss_number of the output. */

double mlpi_loss_value(mlp_loss loss, double y, double s, double c);
double mlpi_loss_slope(mlp_loss loss, double y, double s, double c);
int mlpi_loss_piece(mlp_loss loss, double y, double s, double c);
/** Huber's delta, or the level of output k. */
double mlpi_loss_number(const mlp_network *network, size_t k);
bool mlpi_loss_settings_valid(const mlp_loss_settings *settings);
/** Softmax and logistic outputs with their own cross-entropy, exponential ones with the Poisson
 * loss: Delta = y - s, stable for any h. */
bool mlpi_loss_is_fused(mlp_loss loss, mlp_activation output);

#endif
