/* SPDX-License-Identifier: MIT */
/* First weights and biases that the training rows decide. */
#ifndef MLPI_FIRST_WEIGHTS_H
#define MLPI_FIRST_WEIGHTS_H

#include "batches/batches.h"

/** Weights with which every neuron's activation has standard deviation 1 over some of the rows, and
 * biases with which it is 0 somewhere between them. MLP_ERROR_MEMORY, or why rows could not be read.
 */
mlp_status mlpi_first_weights(mlp_network *network, mlpi_batches *rows, uint64_t seed, int threads,
                              mlp_error *err);

/** Biases of the output layer with which, all else being 0, it answers the mean of the targets: of
 * labels, their shares. Outputs whose activation does not take that value keep theirs.
 * MLP_ERROR_MEMORY, or why rows could not be read. */
mlp_status mlpi_first_outputs(mlp_network *network, mlpi_batches *rows, mlp_error *err);

#endif
