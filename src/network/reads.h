/* SPDX-License-Identifier: MIT */
/* The inputs that a network reads. All networks of a model have the same inputs, but a network that
 * was trained on some of them has weights of 0 for the rest. Such weights can be left out of files,
 * predictions and exports without changing any sum by a bit. */
#ifndef MLPI_READS_H
#define MLPI_READS_H

#include "mlp/network.h"

/** The inputs that a network reads. {0}: all inputs. */
typedef struct mlpi_reads {
    size_t count;
    uint32_t *input; /* owned, `count` numbers in ascending order; NULL: all inputs are read */
} mlpi_reads;

/** Finds the inputs that have a weight other than 0; if no input has one, all inputs count as read.
 * Release *reads after an error too. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_reads_find(const mlp_network *network, mlpi_reads *reads, mlp_error *err);
/** false: out of memory. Release *to in this case too. */
bool mlpi_reads_copy(const mlpi_reads *from, mlpi_reads *to);
void mlpi_reads_release(mlpi_reads *reads);
bool mlpi_reads_same(const mlpi_reads *a, const mlpi_reads *b);

/** Number of inputs of a network that are read. */
size_t mlpi_reads_inputs(const mlpi_reads *reads, const mlp_network *network);
/** Number of parameters without the weights of inputs that are not read. */
size_t mlpi_reads_size(const mlpi_reads *reads, const mlp_network *network);
/** The index, among all parameters, of the i-th parameter that mlpi_reads_size counts. */
size_t mlpi_reads_at(const mlpi_reads *reads, const mlp_network *network, size_t i);
/** The length of the run of consecutive inputs that begins with reads->input[i]. */
size_t mlpi_reads_run(const mlpi_reads *reads, size_t i);
/** A copy of the network that has only the inputs that are read; its outputs are the same. NULL:
 * out of memory. */
mlp_network *mlpi_reads_narrow(const mlpi_reads *reads, const mlp_network *network);

#endif
