/* SPDX-License-Identifier: MIT */
/* The internals of mlpi_engine, for the files of this folder. */
#ifndef MLPI_ENGINE_INSIDE_H
#define MLPI_ENGINE_INSIDE_H

#include "base/base.h"
#include "engine/engine.h"
#include "engine/packed.h"
#include "math/panels.h"
#include "ranks/ranks.h"
#include "threads/threads.h"

/** A matrix of rows x units in panels: row r, unit u is data[mlpi_panel_at(r, u, stride)]. The code
 * that uses the matrix knows how many rows and units the matrix has. */
typedef struct mlpi_matrix {
    float *data;
    size_t stride;
} mlpi_matrix;

/** The buffers of one thread. */
typedef struct mlpi_scratch {
    float *ping, *pong; /* for mlpi_engine_forward: each holds a block of the widest layer */
    float *output;      /* tiles of the output layer */
    double *exact;      /* h, y, s and d of one row, for losses that are computed in double */
    float *gradient;    /* gradient of one piece of the weights (weights.c) */
} mlpi_scratch;

/** One matrix of a batch in bfloat16, stored twice: in pairs of units for products that sum over
 * units, in pairs of rows for products that sum over rows. */
typedef struct mlpi_half {
    float *units, *rows;
} mlpi_half;

/** Noise of steps, ready to be used. */
typedef struct mlpi_noise_state {
    uint32_t threshold; /* a hidden unit is dropped if its 16 random bits are below this */
    float scale;        /* factor of the outputs that are not dropped */
    float deviation;    /* standard deviation of the noise of the inputs */
    uint64_t seed;
    float **z; /* outputs of hidden layers after dropout; NULL: dropout was never set */
} mlpi_noise_state;

/** Limits of steps, ready to be used. */
typedef struct mlpi_limit_state {
    mlpi_limits most;
    float *gradient; /* a step's gradient, mlpi_engine_size floats; NULL: it was never limited */
    double *squares; /* for each chunk of `gradient`, the sum of its squares */
    double norm;     /* norm of the last step's gradient */
    float factor;    /* factor by which the gradient is multiplied to obey the limit */
} mlpi_limit_state;

/** Batch normalisation of the hidden layers (engine/batch_norm.c). Arrays of `size` numbers hold
 * one number for each hidden unit, layer after layer, each layer padded to whole panels. */
typedef struct mlpi_batch_norm {
    size_t size;
    float **a;               /* for each hidden layer, W y of the batch, normalised in place */
    float *scale;            /* gamma, a parameter */
    float *mean, *variance;  /* running statistics, over the batches seen */
    float seen;              /* number of full batches seen, at most 10 */
    float *center, *inverse; /* mean and 1 / s with which the current batch is normalised */
    float *scale_gradient, *bias_gradient; /* gradients of gamma and -b for the batch */
    float *memory;                         /* owns the seven arrays of `size` numbers */
    float *plain;       /* parameters of the folded network, in the lecture's order */
    mlpi_packed folded; /* the folded network, packed, for outputs without a step */
    bool stale;         /* plain and folded are older than the parameters */
} mlpi_batch_norm;

/** Scales of the inputs (engine/input_scale.c). */
typedef struct mlpi_input_scale {
    size_t size, at; /* number of scales, padded, and offset of the first among all parameters */
    float *weights;  /* W of the first layer, laid out like the product V in packed.parameters */
    float *scale;    /* s */
    float *gradient; /* dE/ds of the current batch */
    float *parts;    /* the `size` numbers that each task of the weight phase adds to dE/ds */
} mlpi_input_scale;

/** What an engine needs to share its steps with other ranks (engine/shared.c). */
typedef struct mlpi_shared {
    mlpi_comm *ranks;
    float *sums; /* a step's gradient in the order of packed.parameters, then a `tail` (shared.c) */
} mlpi_shared;

struct mlpi_engine {
    const mlp_network *network;
    mlpi_packed packed;
    int threads;
    mlpi_team *team;
    bool borrows_team; /* the team belongs to another engine */
    size_t max_rows;
    size_t block;        /* largest number of rows in a block of mlpi_engine_forward */
    float *x;            /* inputs of the batch, max_rows rows in panels of `stride` floats */
    float **h, **y, **d; /* for each layer, its activations, outputs and deltas, laid out like x */
    size_t stride;
    mlpi_half *half_y, *half_d; /* for each layer, its inputs and deltas; NULL: no bfloat16 */
    size_t half_stride;         /* floats from panel to panel of mlpi_half.rows */
    float *loss;                /* the losses of the rows of a batch or wave */
    mlpi_scratch *scratch;      /* one for each thread */
    mlpi_noise_state noise;
    mlpi_limit_state limits;
    mlpi_batch_norm *norm;   /* NULL: there is no batch normalisation */
    mlpi_input_scale *scale; /* NULL: inputs are not scaled */
    mlpi_shared *shared;     /* NULL: this process computes all rows */
    size_t *first_task;      /* layer l has weight tasks first_task[l] .. first_task[l + 1] - 1 */
};

enum {
    MLPI_BLOCK = 256,     /* largest number of rows in a block */
    MLPI_BLOCK_STEP = 16, /* every block except the last has a multiple of this many rows */
    MLPI_WAVE = 1 << 14   /* rows that mlpi_engine_forward computes before it sums their losses */
};

/** Floats from panel to panel of a matrix of `rows` rows: an odd number of cache lines, so that the
 * panels fall into different sets of the caches. */
static inline size_t mlpi_panel_stride(size_t rows)
{
    return (rows | 1) * MLPI_PANEL;
}

/** What the weight phase does with the pieces of the gradient. Without a limit of the gradient's
 * norm, one pass does everything. With a limit, the norm must be known before the first update, so
 * a first pass collects all pieces and a second pass applies them. */
typedef enum mlpi_weight_stage {
    MLPI_STAGE_WHOLE,   /* compute each piece and update its parameters at once */
    MLPI_STAGE_COLLECT, /* compute each piece and store it in mlpi_limit_state.gradient */
    MLPI_STAGE_APPLY    /* scale each stored piece and update its parameters */
} mlpi_weight_stage;

/** The current step. */
typedef struct mlpi_step {
    mlpi_engine *engine;
    const mlpi_batch *batch;
    size_t first, end; /* this process computes rows first .. end - 1 of the batch */
    const float *sums; /* gradient summed over all ranks; NULL: weight tasks compute their pieces */
    size_t block;      /* number of rows in a block of the row phase */
    bool noisy;        /* with dropout or with noise on the inputs */
    mlpi_weight_stage stage;
    size_t layer; /* current layer of a row phase that goes layer by layer (batch_norm.c) */
    mlpi_update update;
    void *context;
    float *gradient; /* without `update`: share * gradient is added here, in the lecture's order */
    float share;
} mlpi_step;

/* rows.c: gathering of inputs, the forward pass of a layer, and the row phase. */

/** Copies rows first .. first + count - 1 of the batch's inputs into panels. */
void mlpi_gather(const mlpi_batch *batch, size_t inputs, size_t first, size_t count,
                 mlpi_matrix to);
/** The two factors of a product that sums over units, in float or in pairs of bfloat16. */
typedef struct mlpi_factors {
    void (*product)(const mlpi_product *product);
    size_t steps;
    mlpi_matrix a;
    const float *b;
} mlpi_factors;

/** The factors of layer l in the forward pass, in float. */
mlpi_factors mlpi_forward_factors(const mlpi_packed *packed, size_t l, mlpi_matrix from);
/** h = W y - b, and y = f(h) in all layers except the last. h and y may be the same. */
void mlpi_forward_layer(const mlpi_packed *packed, size_t l, mlpi_factors factors, size_t count,
                        mlpi_matrix h, mlpi_matrix y);
/** Task of the row phase: the forward pass, losses and backward pass of block i. */
void mlpi_row_block(void *step, size_t i, int thread);
/* The parts of a block's work, each for rows first .. first + count - 1 of the batch. */

/** Computes h^l and y^l from the input of layer l. For a hidden layer with batch normalisation,
 * computes only W y, into norm->a[l]. */
void mlpi_layer_forward(const mlpi_step *step, size_t l, size_t first, size_t count);
/** Computes the losses of the rows and the deltas of the output layer. */
void mlpi_layer_loss(const mlpi_step *step, size_t first, size_t count, int thread);
/** Converts the deltas of layer l to bfloat16 where products need that, and computes the deltas of
 * layer l - 1 from them if l > 0. */
void mlpi_layer_backward(const mlpi_step *step, size_t l, size_t first, size_t count);
/** Number of rows in block i. */
size_t mlpi_block_rows(const mlpi_step *step, size_t i);

/* noise.c: the random changes of a step. */

/** Adds noise to the gathered inputs of some rows. */
void mlpi_disturb_inputs(const mlpi_step *step, size_t first, size_t count);
/** Drops units of hidden layer l for some rows. */
void mlpi_drop_units(const mlpi_step *step, size_t l, size_t first, size_t count);
/** The backward pass through mlpi_drop_units, for one panel of the layer's deltas. */
void mlpi_drop_duals(const mlpi_step *step, size_t l, size_t panel, size_t first, size_t count);
/** Whether the step drops units. */
static inline bool mlpi_step_drops(const mlpi_step *step)
{
    return step->noisy && step->engine->noise.threshold > 0;
}
/** The input of layer l: the batch's inputs, or the outputs of layer l - 1, after dropout if the
 * step drops units. */
static inline float *mlpi_layer_reads(const mlpi_step *step, size_t l)
{
    const mlpi_engine *engine = step->engine;
    return l == 0 ? engine->x : mlpi_step_drops(step) ? engine->noise.z[l - 1] : engine->y[l - 1];
}
void mlpi_noise_release(mlpi_engine *engine);

/* limits.c: limits of gradients and weights. */

/** Handles a piece as the stage of the weight phase demands: passes it to the step's update, stores
 * its gradient, or passes the stored and scaled gradient to the update. */
void mlpi_update_piece(const mlpi_step *step, const mlpi_piece *piece);
/** After all pieces are collected: computes the gradient's norm and the factor that limits it. */
void mlpi_clip_gradient(mlpi_step *step, int threads);
/** After the update of some panels of layer l: limits the norm of each unit's incoming weights. */
void mlpi_limit_weights(const mlpi_step *step, size_t l, size_t panel, size_t panels);
void mlpi_limits_release(mlpi_engine *engine);

/* outputs.c: the output layer. */

/** Computes, for rows first .. first + count - 1 of the batch and from their activations h, their
 * outputs y (nullable, row-major), their losses times their weights, and their deltas d of the
 * batch's loss (NULL data: no deltas). Without targets, network and loss are not used, and d must
 * have no data. */
void mlpi_outputs(const mlp_network *network, const mlpi_packed *packed, const mlpi_batch *batch,
                  size_t first, size_t count, mlpi_matrix h, float *y, float *loss, mlpi_matrix d,
                  mlpi_scratch *scratch);
/** The number of floats that mlpi_outputs needs in scratch->output, and of doubles in
 * scratch->exact. */
size_t mlpi_outputs_scratch(size_t outputs);

/* weights.c: the weight phase. */

/** Fills mlpi_engine.first_task (layers + 1 numbers). */
void mlpi_weight_tasks(const mlpi_packed *packed, size_t *first_task);
/** Task of the weight phase: gradient and update of the weights and biases of a few units. */
void mlpi_weight_task(void *step, size_t i, int thread);
/** Task that updates the copies of the weights of weight task i, after another rank has sent these
 * weights. */
void mlpi_refresh_task(void *step, size_t i, int thread);
/** The number of floats that mlpi_weight_task needs in scratch->gradient. */
size_t mlpi_weight_scratch(void);

/* The gradient summed over the step's own rows. `sums`, in the order of packed.parameters, holds
 * the sums over the rows before step->first, to which these functions add. */

/** Number of pieces into which the weights of `panels` panels of layer l are cut. */
size_t mlpi_sum_pieces(const mlpi_engine *engine, size_t l, size_t panels);
/** Sums the gradient of piece i of the weights of panels panel .. panel + panels - 1 of layer l. */
void mlpi_sum_weights(const mlpi_step *step, size_t l, size_t panel, size_t panels, size_t i,
                      float *sums);
/** Sums the gradient of all biases of layer l. */
void mlpi_sum_biases(const mlpi_step *step, size_t l, float *sums);

/* shared.c: steps and outputs that ranks share. */

/** Sets the part of `rows` rows that this rank computes: first .. end - 1, possibly none. */
void mlpi_shared_rows(const mlpi_engine *engine, size_t rows, size_t *first, size_t *end);
/** Whether ranks divide `rows` rows for which only outputs or losses are computed. */
bool mlpi_shared_answers(const mlpi_engine *engine, size_t rows);
/** Gives every rank all of `values`, rows x width numbers of which each rank has computed those of
 * its own rows. false: a rank cannot be reached. */
bool mlpi_shared_gather(const mlpi_engine *engine, size_t rows, size_t width, float *values);
/** After the row phase: receives the sums of the earlier ranks, adds the sums over this rank's own
 * rows, and passes the result on. false: a rank cannot be reached. */
bool mlpi_shared_sum(mlpi_step *step, int threads);
/** Whether this rank has the sums over all rows and so updates the network. */
bool mlpi_shared_updates(const mlpi_engine *engine);
/** After the update: gives every rank the new parameters, the sum of all losses, and the united
 * `wants`. false: a rank cannot be reached. */
bool mlpi_shared_return(mlpi_step *step, int threads, double *loss);
void mlpi_shared_free(mlpi_shared *shared);

/* batch_norm.c: layer by layer, since a layer's statistics need the whole batch. */

/** Runs the row phase of a network with batch normalisation, cut into `blocks` blocks of rows. */
void mlpi_batch_norm_rows(mlpi_step *step, int threads, size_t blocks);
/** The gradient of the biases of hidden layer l, from unit `unit` on. */
const float *mlpi_batch_norm_biases(const mlpi_engine *engine, size_t l, size_t unit);
/** Updates the gammas of units unit .. unit + n - 1 of hidden layer l. */
void mlpi_batch_norm_update(const mlpi_step *step, size_t l, size_t unit, size_t n);
/** Returns the folded network after bringing it up to date. */
const mlpi_packed *mlpi_batch_norm_folded(mlpi_batch_norm *norm, const mlpi_packed *packed);
/** Fills the folded network's parameters in the lecture's order: W' = gamma W / s,
 * b' = b + gamma mu / s. */
void mlpi_batch_norm_fold(const mlpi_batch_norm *norm, const mlpi_packed *packed,
                          float *parameters);
/** Sets gamma to 1 and forgets all statistics: the folded network then equals the unfolded one. */
void mlpi_batch_norm_reset(mlpi_batch_norm *norm, const mlpi_packed *packed);
/** Number of floats that mlpi_batch_norm_save stores: gammas and running statistics. */
size_t mlpi_batch_norm_state(const mlpi_batch_norm *norm);
void mlpi_batch_norm_save(const mlpi_batch_norm *norm, float *state);
void mlpi_batch_norm_restore(mlpi_batch_norm *norm, const float *state);
void mlpi_batch_norm_free(mlpi_batch_norm *norm, size_t layers);

/* input_scale.c: trained scales of the inputs. */

/** Converts `gradient` from dE/dV to dE/dW for some panels and inputs of the first layer, and
 * stores the task's part of dE/ds. */
void mlpi_input_scale_take(const mlpi_engine *engine, size_t task, size_t panel, size_t panels,
                           size_t first, size_t count, float *gradient);
/** After all tasks of the weight phase: updates s and computes V = W s. */
void mlpi_input_scale_end(const mlpi_step *step);
/** Sets W = V and s = 1. */
void mlpi_input_scale_reset(mlpi_engine *engine);
size_t mlpi_input_scale_state(const mlpi_engine *engine);
void mlpi_input_scale_save(const mlpi_engine *engine, float *state);
void mlpi_input_scale_restore(mlpi_engine *engine, const float *state);
/** Copies W and s of the last rank to all ranks. false: a rank cannot be reached. */
bool mlpi_input_scale_return(mlpi_engine *engine, mlpi_comm *ranks);
void mlpi_input_scale_free(mlpi_input_scale *scale);

/** mlpi_engine_size, inline for this folder. */
static inline size_t mlpi_size_of(const mlpi_engine *engine)
{
    return engine->packed.size + (engine->norm != NULL ? engine->norm->size : 0) +
           (engine->scale != NULL ? engine->scale->size : 0);
}

#endif
