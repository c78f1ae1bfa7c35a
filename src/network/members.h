/* SPDX-License-Identifier: MIT */
/* The members of a model: networks whose outputs are averaged. */
#ifndef MLPI_MEMBERS_H
#define MLPI_MEMBERS_H

#include "network/reads.h"

/** With the weights that a file leaves out, a model has less than MLPI_MOST_SPREAD times the
 * parameters in the file. */
enum { MLPI_MOST_MEMBERS = 1000, MLPI_MOST_SPREAD = 32 };

/** The model's outputs are the weighted means of the networks' outputs,
 *      y_k = sum_m v_m y_k^(m),  v_m > 0,  sum_m v_m = 1
 * (L. K. Hansen, P. Salamon 1990). The networks have the same numbers of inputs and outputs and the
 * same loss; their hidden layers may differ. A single network has the weight 1. */
typedef struct mlpi_members {
    size_t count;
    mlp_network **network; /* owned */
    double *weight;
    double temperature; /* temperature of the averaged probabilities (temperature.h); 0: none */
    mlpi_reads *reads;  /* which inputs each network reads, owned; NULL: all read all inputs */
} mlpi_members;

/** Makes room for `count` networks, NULL at first, with equal weights. Release *members after an
 * error too. */
mlp_status mlpi_members_init(mlpi_members *members, size_t count, mlp_error *err);
/** Copies the networks and their parameters. Release *to after an error too. */
mlp_status mlpi_members_copy(const mlpi_members *from, mlpi_members *to, mlp_error *err);
/** Adds a copy of `network`. From here on all networks have equal weights and read all inputs. */
mlp_status mlpi_members_add(mlpi_members *members, const mlp_network *network, mlp_error *err);
void mlpi_members_release(mlpi_members *members);
/** Number of parameters of all networks, without the weights of inputs that they do not read. */
size_t mlpi_members_size(const mlpi_members *members);

/** Finds the inputs that each network reads. All networks count as reading all inputs if no weight
 * can be left out, if there is a single network, or if the networks have at least MLPI_MOST_SPREAD
 * times the parameters that would be left. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_members_find_reads(mlpi_members *members, mlp_error *err);
/** From here on all networks read all inputs. */
void mlpi_members_read_all(mlpi_members *members);
/** The inputs that network m reads. They belong to `members`. */
mlpi_reads mlpi_member_reads(const mlpi_members *members, size_t m);
/** The index of the first network that reads the same inputs as network m. */
size_t mlpi_member_reads_as(const mlpi_members *members, size_t m);
/** Copies the networks, each with only the inputs that it reads; to->reads lists these inputs.
 * Release *to after an error too. */
mlp_status mlpi_members_narrow(const mlpi_members *from, mlpi_members *to, mlp_error *err);

#endif
