/* SPDX-License-Identifier: MIT */
/* The engine: forward, backward and update of a network on batches, fast, on threads.
 *
 * The trainer speaks to it in coarse calls, never per matrix; another machine (a GPU) would keep
 * parameters and buffers on its device behind the same calls. Results are the same bits for every
 * number of threads. */
#ifndef MLPI_ENGINE_H
#define MLPI_ENGINE_H

#include "mlp/network.h"
#include "network/reads.h"
#include "ranks/ranks.h"

typedef struct mlpi_engine mlpi_engine;

/** Patterns of a batch: row i is x + index[i] * inputs, target + index[i] * outputs, and
 * weight[index[i]] (index NULL: row i). Its loss is (1/rows) sum over i of weight_i L_i: callers
 * make the mean of all weights 1. */
typedef struct mlpi_batch {
    const float *x;
    const float *target; /* NULL where only outputs are wanted */
    const uint32_t *index;
    const mlpi_reads *reads; /* rows have `width` inputs, of which the network has these; NULL: it
                                has all */
    size_t width;
    const float *weight; /* NULL: all 1 */
    size_t rows;
    uint64_t number; /* of the step: what is drawn in it depends on nothing else of the run */
} mlpi_batch;

/** A piece of the parameters in the engine's own order, with its finished gradient. */
typedef struct mlpi_piece {
    size_t at, n;    /* numbers at .. at + n - 1 of mlpi_engine_size */
    bool biases;     /* or gammas: no penalty is for them */
    bool scales;     /* of the inputs: mlpi_engine_scale_inputs */
    size_t inputs;   /* of each neuron of the layer that they are of: its fan-in */
    float *gradient; /* mean over the batch */
    float *parameters;
} mlpi_piece;

/** Called with pieces that together cover all parameters once; from several threads at a time,
 * never overlapping. Changes the parameters. */
typedef void (*mlpi_update)(void *context, const mlpi_piece *piece);

/** Buffers for batches of up to max_rows rows with gradients (0: forward and loss only), and a copy
 * of the network's parameters. The network must outlive it. threads 0: all cores. `precision` is
 * that of steps and gradients; forward alone is in float. MLP_ERROR_ARGUMENT: the processor has no
 * bfloat16. */
mlp_status mlpi_engine_create(const mlp_network *network, size_t max_rows, int threads,
                              mlp_precision precision, mlpi_engine **engine, mlp_error *err);
void mlpi_engine_free(mlpi_engine *engine);
/** From here on an engine works with the threads of another one, which must outlive it and have been
 * made for as many: engines that take turns need them once. */
void mlpi_engine_work_with(mlpi_engine *engine, const mlpi_engine *other);

/** Noise of steps; forward and gradient are without. */
typedef struct mlpi_noise {
    double dropout; /* probability, 0 .. below 1, that a hidden unit is dropped */
    double input;   /* standard deviation of what is added to inputs */
    uint64_t seed;
} mlpi_noise;

/** The noise is there from the next step on. The engine must have been made for steps (max_rows >
 * 0). What is drawn is a function of seed, number of the batch, row in the batch, and unit alone.
 * Fails with MLP_ERROR_MEMORY. */
mlp_status mlpi_engine_set_noise(mlpi_engine *engine, mlpi_noise noise, mlp_error *err);

/** From here on steps normalise the hidden layers over the batch (S. Ioffe, C. Szegedy 2015):
 *      a = W y,  a^ = (a - mean) / sqrt(variance + 1e-5),  h = gamma a^ - b
 * with mean and variance of the batch; of the running ones, averaged over batches with momentum
 * 0.9, where the batch is a single row. Everything else sees the folded network, which is plain:
 * the running statistics and gamma are within its W and b. Before noise, limits and the first step,
 * on an engine made for steps. */
mlp_status mlpi_engine_normalize(mlpi_engine *engine, mlp_error *err);

/** From here on steps train a scale of each input too, 1 at first: the first layer's weights are the
 * product of those that the rule moves and of the scales. Everything else sees that product, which
 * is a plain network. After mlpi_engine_normalize, and before noise, limits and the first step, on an
 * engine made for steps; not with a limit of the weights' norm. Fails with MLP_ERROR_MEMORY. */
mlp_status mlpi_engine_scale_inputs(mlpi_engine *engine, mlp_error *err);

/** From here on the rows of every step are shared out among ranks, each of which must take the same steps with the
 * same batches: all have the same parameters after it, the same bits as without ranks. So are many rows that are only
 * answered, which all ranks must ask for. A step whose ranks cannot be reached returns NaN, and so does mlpi_engine_forward; ranks->failure says why.
 * The last rank alone calls the update, and has what rules and scales of inputs keep from step to step. `ranks` must
 * outlive the engine, which was made for steps and does not normalise. Fails with MLP_ERROR_MEMORY. */
mlp_status mlpi_engine_share(mlpi_engine *engine, mlpi_comm *ranks, mlp_error *err);
/** What the last rank alone has of the engine's state comes to all. false: a rank cannot be reached. */
bool mlpi_engine_return(mlpi_engine *engine);

/** Limits of steps; 0: none. */
typedef struct mlpi_limits {
    double gradient_norm; /* a longer gradient of the batch's loss is scaled down to it, whole */
    double weight_norm;   /* after an update, a neuron's longer incoming weights (no bias) are */
} mlpi_limits;

/** The limits hold from the next step on. The engine must have been made for steps (max_rows > 0).
 * Fails with MLP_ERROR_MEMORY. */
mlp_status mlpi_engine_set_limits(mlpi_engine *engine, mlpi_limits limits, mlp_error *err);
/** Of the last step, before it was scaled down; NaN without a limit of it. */
double mlpi_engine_gradient_norm(const mlpi_engine *engine);

/** How many parameters the engine counts, padding included: the room that an optimizer needs. */
size_t mlpi_engine_size(const mlpi_engine *engine);
/** Parameters in the lecture's order, mlp_network_size of them. With batch normalisation: of the
 * folded network; put begins with gamma 1 and no statistics, which computes the same. Scales of the
 * inputs are folded too, and begin with 1. */
void mlpi_engine_put(mlpi_engine *engine, const float *parameters);
void mlpi_engine_get(const mlpi_engine *engine, float *parameters);
/** The state of the engine is everything that steps change in it, as mlpi_engine_state floats: the
 * parameters before folding, then, with batch normalisation, gammas and running statistics, and,
 * with scales of the inputs, the first layer's own weights and the scales. After
 * mlpi_engine_restore the engine goes on exactly as it would have gone on after mlpi_engine_save.
 * */
size_t mlpi_engine_state(const mlpi_engine *engine);
void mlpi_engine_save(const mlpi_engine *engine, float *state);
void mlpi_engine_restore(mlpi_engine *engine, const float *state);

/** One step: mean loss of the batch at the parameters before the update, and the update piece by
 * piece. No allocation. rows <= max_rows. */
double mlpi_engine_step(mlpi_engine *engine, const mlpi_batch *batch, mlpi_update update,
                        void *context);
/** Mean loss and gradient (mlp_network_size floats, in the lecture's order) without any update; any
 * number of rows (summed over parts of max_rows in order). With batch normalisation each part is
 * normalised by itself, W and b are those inside, and gammas are left out. */
double mlpi_engine_gradient(mlpi_engine *engine, const mlpi_batch *batch, float *gradient);
/** Mean loss of any number of rows; `y` (nullable) gets the outputs, rows x outputs. target may be
 * NULL: returns NaN. A row's outputs do not depend on the other rows. */
double mlpi_engine_forward(mlpi_engine *engine, const mlpi_batch *batch, float *y);
/** The same with the loss of each row. */
void mlpi_engine_losses(mlpi_engine *engine, const mlpi_batch *batch, float *y, double *loss);

#endif
