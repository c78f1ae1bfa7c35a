/* SPDX-License-Identifier: MIT */
/* Networks that answer together. */
#ifndef MLPI_MEMBERS_H
#define MLPI_MEMBERS_H

#include "mlp/network.h"

enum { MLPI_MOST_MEMBERS = 1000 };

/** The answer is the weighted mean of the networks' outputs,
 *      y_k = sum_m v_m y_k^(m),  v_m > 0,  sum_m v_m = 1
 * (L. K. Hansen, P. Salamon 1990). The networks have the same numbers of inputs and outputs and the
 * same loss; their hidden layers may differ. A network that is alone has the weight 1. */
typedef struct mlpi_members {
    size_t count;
    mlp_network **network; /* owned */
    double *weight;
    double temperature; /* of the mean, where it is probabilities (temperature.h); 0: as it is */
} mlpi_members;

/** Room for so many networks, which are NULL yet, with equal weights. Release in any case. */
mlp_status mlpi_members_init(mlpi_members *members, size_t count, mlp_error *err);
/** Copies, parameters too. Release in any case. */
mlp_status mlpi_members_copy(const mlpi_members *from, mlpi_members *to, mlp_error *err);
/** One more, copied; all have equal weights from here on. */
mlp_status mlpi_members_add(mlpi_members *members, const mlp_network *network, mlp_error *err);
void mlpi_members_release(mlpi_members *members);
/** The parameters of all networks. */
size_t mlpi_members_size(const mlpi_members *members);

#endif
