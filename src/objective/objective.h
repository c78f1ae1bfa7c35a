/* SPDX-License-Identifier: MIT */
/* The mean loss of a network over encoded rows, as an objective in double for the full-batch
 * methods. It is computed by matrix products, with the same bits for any number of threads. */
#ifndef MLPI_NETWORK_OBJECTIVE_H
#define MLPI_NETWORK_OBJECTIVE_H

#include "mlp/model.h"
#include "mlp/network.h"
#include "optimize/minimize.h"

typedef struct mlpi_network_objective mlpi_network_objective;

/** Network and rows must outlive the objective. l2 / 2 times the sum of squared weights is added to
 * the loss. With least_squares the objective has `normal` (MLP_ERROR_ARGUMENT: the loss is not
 * quadratic, l2 is not 0, or there are too many parameters). Fails with MLP_ERROR_MEMORY. */
mlp_status mlpi_network_objective_create(const mlp_network *network, const mlp_encoded *rows,
                                         double l2, bool least_squares, int threads,
                                         mlpi_network_objective **objective, mlp_error *err);
void mlpi_network_objective_free(mlpi_network_objective *objective);
/** From here on the watch can stop computations, whose result is then NaN. The watch must outlive
 * the objective. */
void mlpi_network_objective_watch(mlpi_network_objective *objective, mlpi_watch *watch);
/** The objective for a minimizer; lives as long as `objective`. */
const mlp_objective *mlpi_network_objective_of(const mlpi_network_objective *objective);

#endif
