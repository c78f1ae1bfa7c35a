/* SPDX-License-Identifier: MIT */
/* The engine: forward pass, backward pass and update of a network on batches, with threads.
 *
 * The trainer calls it once per step or pass, never per matrix, so that an engine for a GPU could
 * keep parameters and buffers on the device behind the same calls. Results have the same bits for
 * any number of threads. */
#ifndef MLPI_ENGINE_H
#define MLPI_ENGINE_H

#include "mlp/network.h"
#include "network/reads.h"
#include "ranks/ranks.h"

typedef struct mlpi_engine mlpi_engine;

/** The rows of a batch. Row i has its inputs at x + index[i] * inputs, its targets at target +
 * index[i] * outputs, and the weight weight[index[i]]; without an index, i takes the place of
 * index[i]. The batch's loss is (1/rows) sum over i of weight_i L_i: callers make the mean of all
 * weights 1. */
typedef struct mlpi_batch {
    const float *x;
    const float *target;     /* NULL: only outputs are computed */
    const uint32_t *index;   /* NULL: rows 0 .. rows - 1 */
    const mlpi_reads *reads; /* which of a row's inputs the network reads; NULL: all */
    size_t width;            /* number of a row's inputs; used only with `reads` */
    const float *weight;     /* NULL: all weights are 1 */
    size_t rows;
    uint64_t number; /* number of the step; with the seed, it determines the step's random draws */
} mlpi_batch;

/** A piece of the parameters in the engine's own order, with its finished gradient. */
typedef struct mlpi_piece {
    size_t at, n;    /* parameters at .. at + n - 1 of the mlpi_engine_size parameters */
    bool biases;     /* the piece holds biases or gammas, to which no penalty applies */
    bool scales;     /* the piece holds the scales of mlpi_engine_scale_inputs */
    size_t inputs;   /* fan-in of the layer that the parameters belong to */
    float *gradient; /* mean over the batch */
    float *parameters;
} mlpi_piece;

/** Changes the parameters of a piece. Called with pieces that together cover every parameter once,
 * from several threads at the same time; pieces never overlap. */
typedef void (*mlpi_update)(void *context, const mlpi_piece *piece);

/** Creates an engine with a copy of the network's parameters and with buffers for steps and
 * gradients of up to max_rows rows (0: outputs and losses only). The network must outlive the
 * engine. threads 0: all cores. `precision` is that of steps and gradients; mlpi_engine_forward
 * always computes in float. MLP_ERROR_ARGUMENT: the processor has no bfloat16. */
mlp_status mlpi_engine_create(const mlp_network *network, size_t max_rows, int threads,
                              mlp_precision precision, mlpi_engine **engine, mlp_error *err);
void mlpi_engine_free(mlpi_engine *engine);
/** From here on `engine` uses the threads of `other`, which must outlive `engine` and have the same
 * number of threads: engines that never work at the same time can share them. */
void mlpi_engine_work_with(mlpi_engine *engine, const mlpi_engine *other);

/** Noise of steps; mlpi_engine_forward and mlpi_engine_gradient compute without it. */
typedef struct mlpi_noise {
    double dropout; /* probability, at least 0 and below 1, that a hidden unit is dropped */
    double input;   /* standard deviation of the normal noise that is added to inputs */
    uint64_t seed;
} mlpi_noise;

/** Sets the noise from the next step on. The engine must have been made for steps (max_rows > 0).
 * Each draw is a function of nothing but the seed, the number of the batch, the row in the batch,
 * and the unit. Fails with MLP_ERROR_MEMORY. */
mlp_status mlpi_engine_set_noise(mlpi_engine *engine, mlpi_noise noise, mlp_error *err);

/** From here on steps normalise the hidden layers over the batch (S. Ioffe, C. Szegedy 2015):
 *      a = W y,  a^ = (a - mean) / sqrt(variance + 1e-5),  h = gamma a^ - b
 * with the mean and variance of the batch, or, where the batch is a single row, the running ones
 * (averaged over the batches with momentum 0.9). Outputs and mlpi_engine_get are those of the
 * folded network, a plain network whose W and b contain the running statistics and gamma. Call this
 * function before setting noise and limits and before the first step, on an engine made for steps.
 * Fails with MLP_ERROR_MEMORY. */
mlp_status mlpi_engine_normalize(mlpi_engine *engine, mlp_error *err);

/** From here on steps also train a scale for each input, 1 at first: each weight of the first layer
 * is the product of a weight that the update rule moves and its input's scale. All other functions
 * use the products, and so a plain network. Call this function after mlpi_engine_normalize, and
 * before setting noise and limits and before the first step, on an engine made for steps; it cannot
 * be combined with a limit of the weights' norm. Fails with MLP_ERROR_MEMORY. */
mlp_status mlpi_engine_scale_inputs(mlpi_engine *engine, mlp_error *err);

/** From here on the rows of every step are divided among ranks, which must all take the same steps
 * with the same batches. After a step all ranks have the same parameters, with the same bits as
 * without ranks. When only outputs or losses of many rows are computed, these rows are divided,
 * too, and all ranks must pass the same rows. When a rank cannot be reached, mlpi_engine_step and
 * mlpi_engine_forward return NaN, and ranks->failure gives the reason. Only the last rank calls the
 * update and has the state that update rules and scales of inputs keep between steps. `ranks` must
 * outlive the engine, which must have been made for steps and must not normalise. Fails with
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_engine_share(mlpi_engine *engine, mlpi_comm *ranks, mlp_error *err);
/** Copies the part of the engine's state that only the last rank has to all ranks. false: a rank
 * cannot be reached. */
bool mlpi_engine_return(mlpi_engine *engine);

/** Limits of steps; 0: no limit. */
typedef struct mlpi_limits {
    double gradient_norm; /* largest norm of a batch's gradient; a longer gradient is scaled down */
    double weight_norm; /* largest norm of a neuron's incoming weights (no bias) after an update */
} mlpi_limits;

/** Sets the limits from the next step on. The engine must have been made for steps (max_rows > 0).
 * Fails with MLP_ERROR_MEMORY. */
mlp_status mlpi_engine_set_limits(mlpi_engine *engine, mlpi_limits limits, mlp_error *err);
/** After mlpi_engine_set_limits: the norm of the last step's gradient before it was scaled down;
 * NaN if the gradient has no limit. */
double mlpi_engine_gradient_norm(const mlpi_engine *engine);

/** The number of parameters in the engine, padding included: the size of an optimizer's arrays. */
size_t mlpi_engine_size(const mlpi_engine *engine);
/** Sets all parameters from mlp_network_size floats in the lecture's order. Batch normalisation
 * then begins with gamma 1 and no statistics, and scales of the inputs with 1, so that the engine
 * computes the plain network with these parameters. */
void mlpi_engine_put(mlpi_engine *engine, const float *parameters);
/** Fills `parameters` with the mlp_network_size parameters in the lecture's order; with batch
 * normalisation or scales of the inputs, those of the folded network. */
void mlpi_engine_get(const mlpi_engine *engine, float *parameters);
/** The state of the engine is everything that steps change in it, as mlpi_engine_state floats: the
 * parameters before folding, then, with batch normalisation, gammas and running statistics, and,
 * with scales of the inputs, the first layer's weights before scaling and the scales. After
 * mlpi_engine_restore the engine continues exactly as it would have after mlpi_engine_save. */
size_t mlpi_engine_state(const mlpi_engine *engine);
void mlpi_engine_save(const mlpi_engine *engine, float *state);
void mlpi_engine_restore(mlpi_engine *engine, const float *state);

/** Takes one step: calls `update` for every piece of the parameters, and returns the mean loss of
 * the batch before the update. Allocates nothing. rows <= max_rows. */
double mlpi_engine_step(mlpi_engine *engine, const mlpi_batch *batch, mlpi_update update,
                        void *context);
/** Returns the mean loss of any number of rows, and fills `gradient` (mlp_network_size floats, in
 * the lecture's order), without any update. Rows are processed in parts of max_rows, in order. With
 * batch normalisation each part is normalised by its own statistics, and the gradient is that of
 * the unfolded W and b, without gammas. */
double mlpi_engine_gradient(mlpi_engine *engine, const mlpi_batch *batch, float *gradient);
/** Returns the mean loss of any number of rows, or NaN without targets, and stores the outputs in
 * `y` (nullable), rows x outputs. A row's outputs do not depend on the other rows. */
double mlpi_engine_forward(mlpi_engine *engine, const mlpi_batch *batch, float *y);
/** Like mlpi_engine_forward, but stores the loss of each row instead of returning the mean. */
void mlpi_engine_losses(mlpi_engine *engine, const mlpi_batch *batch, float *y, double *loss);

#endif
