/* SPDX-License-Identifier: MIT */
/* Initial weights and biases that depend on the training rows. */
#ifndef MLPI_FIRST_WEIGHTS_H
#define MLPI_FIRST_WEIGHTS_H

#include "batches/batches.h"

/** Sets weights so that h, the argument of a neuron's activation function, has standard deviation 1
 * over a sample of the rows, and biases so that h is 0 at a random weighted mean of these rows.
 * Errors: MLP_ERROR_MEMORY, or that of reading rows. */
mlp_status mlpi_first_weights(mlp_network *network, mlpi_batches *rows, uint64_t seed, int threads,
                              mlp_error *err);

/** Sets the biases of the output layer so that the layer, were its weights 0, would output the mean
 * of each target: for a label, its share of the rows. An output keeps its bias if its activation
 * function cannot take this value, or is none of those that the function inverts (linear,
 * exponential, softplus, logistic, softmax). Errors: MLP_ERROR_MEMORY, or that of reading rows. */
mlp_status mlpi_first_outputs(mlp_network *network, mlpi_batches *rows, mlp_error *err);

#endif
