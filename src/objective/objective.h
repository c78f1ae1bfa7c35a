/* SPDX-License-Identifier: MIT */
/* The mean loss of a network over encoded rows as an objective in double, for the full-batch
 * methods: by matrix products, on threads, the same bits for any number of them. */
#ifndef MLPI_NETWORK_OBJECTIVE_H
#define MLPI_NETWORK_OBJECTIVE_H

#include "mlp/model.h"
#include "mlp/network.h"
#include "optimize/minimize.h"

typedef struct mlpi_network_objective mlpi_network_objective;

/** Network and rows must outlive it. l2 adds l2 / 2 times the sum of squared weights. With
 * least_squares the objective has `normal` (MLP_ERROR_ARGUMENT: not the quadratic loss, an L2, or
 * too many parameters). */
mlp_status mlpi_network_objective_create(const mlp_network *network, const mlp_encoded *rows,
                                         double l2, bool least_squares, int threads,
                                         mlpi_network_objective **objective, mlp_error *err);
void mlpi_network_objective_free(mlpi_network_objective *objective);
/** Where its computations may be left; their result is NaN then. The watch must outlive it. */
void mlpi_network_objective_watch(mlpi_network_objective *objective, mlpi_watch *watch);
/** What a minimizer is given; lives as long as the objective. */
const mlp_objective *mlpi_network_objective_of(const mlpi_network_objective *objective);

#endif
