/* SPDX-License-Identifier: MIT */
/* Which inputs a network reads. Networks of a model have the same inputs, but one that learnt from a
 * part of them has weights of 0 for the others: they need no place in a file, no time in a prediction
 * and no bytes in an export, and what is left out changes no bit of a sum. */
#ifndef MLPI_READS_H
#define MLPI_READS_H

#include "mlp/network.h"

/** Inputs of a network. Begins with zeros: all of them. */
typedef struct mlpi_reads {
    size_t count;
    uint32_t *input; /* owned, `count` numbers; NULL: all inputs are read */
} mlpi_reads;

/** Those that have a weight other than 0; all where none has. Release in any case. Errors:
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_reads_find(const mlp_network *network, mlpi_reads *reads, mlp_error *err);
/** false: out of memory. Release in any case. */
bool mlpi_reads_copy(const mlpi_reads *from, mlpi_reads *to);
void mlpi_reads_release(mlpi_reads *reads);
bool mlpi_reads_same(const mlpi_reads *a, const mlpi_reads *b);

/** How many inputs of a network are read. */
size_t mlpi_reads_inputs(const mlpi_reads *reads, const mlp_network *network);
/** How many parameters are left when the weights of the other inputs are left out. */
size_t mlpi_reads_size(const mlpi_reads *reads, const mlp_network *network);
/** Where parameter i of those stands among all parameters. */
size_t mlpi_reads_at(const mlpi_reads *reads, const mlp_network *network, size_t i);
/** How many inputs follow each other without a gap from the one at place i of the list on. */
size_t mlpi_reads_run(const mlpi_reads *reads, size_t i);
/** A network of the inputs that are read alone, which gives the same outputs of them. NULL: out of
 * memory. */
mlp_network *mlpi_reads_narrow(const mlpi_reads *reads, const mlp_network *network);

#endif
