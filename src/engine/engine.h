/* SPDX-License-Identifier: MIT */
/* The engine: forward, backward and update of a network on batches, fast, on threads.
 *
 * The trainer speaks to it in coarse calls, never per matrix; another machine (a GPU) would keep
 * parameters and buffers on its device behind the same calls. Work is cut by problem size only:
 * results are the same bits for every number of threads. */
#ifndef MLPI_ENGINE_H
#define MLPI_ENGINE_H

#include "mlp/network.h"

typedef struct mlpi_engine mlpi_engine;

/** Patterns of a batch: row i is x + index[i] * inputs and target + index[i] * outputs (index NULL:
 * row i). */
typedef struct mlpi_batch {
    const float *x;
    const float *target; /* NULL where only outputs are wanted */
    const uint32_t *index;
    size_t rows;
} mlpi_batch;

/** Called with pieces of the finished gradient (mean over the batch) that together cover all
 * parameters once; pieces may come from several threads at a time, never overlapping. Changes
 * parameters + at. */
typedef void (*mlpi_update)(void *context, size_t at, size_t n, float *gradient, float *parameters);

/** Buffers for batches of up to max_rows rows with gradients (0: forward and loss only). The engine
 * keeps its own copy of nothing: it works on the network's parameters in place. The network must
 * outlive it. */
mlp_status mlpi_engine_create(mlp_network *network, size_t max_rows, int threads,
                              mlpi_engine **engine, mlp_error *err);
void mlpi_engine_free(mlpi_engine *engine);

/** One step: mean loss of the batch at the parameters before the update, and the update piece by
 * piece. No allocation. rows <= max_rows. */
double mlpi_engine_step(mlpi_engine *engine, const mlpi_batch *batch, mlpi_update update,
                        void *context);
/** Mean loss and gradient (mlp_network_size floats) without any update; any number of rows (summed
 * over parts of max_rows in a fixed order). */
double mlpi_engine_gradient(mlpi_engine *engine, const mlpi_batch *batch, float *gradient);
/** Mean loss of any number of rows; `y` (nullable) gets the outputs, rows x outputs. target may be
 * NULL: returns NaN. A row's outputs do not depend on the other rows. */
double mlpi_engine_forward(mlpi_engine *engine, const mlpi_batch *batch, float *y);

#endif
