/* SPDX-License-Identifier: MIT */
/* The inside of mlpi_engine, for the files of this folder. */
#ifndef MLPI_ENGINE_INSIDE_H
#define MLPI_ENGINE_INSIDE_H

#include "base/base.h"
#include "engine/engine.h"
#include "engine/packed.h"
#include "math/panels.h"
#include "ranks/ranks.h"
#include "threads/threads.h"

/** Rows of a matrix in panels, rows x units: row r, unit u lies at data[mlpi_panel_at(r, u,
 * stride)]. The numbers of rows and units stand beside it in the struct that uses it. */
typedef struct mlpi_matrix {
    float *data;
    size_t stride;
} mlpi_matrix;

/** What one thread works with. */
typedef struct mlpi_scratch {
    float *ping, *pong; /* forward only: a block of the widest layer each */
    float *output;      /* tiles of the output layer */
    double *exact;      /* four rows of outputs, for losses that are computed in double */
    float *gradient;    /* of a piece of the weights */
} mlpi_scratch;

/** One matrix of a batch in bfloat16, for the products that read it: pairs of units for those that
 * sum over units, pairs of rows for those that sum over rows. */
typedef struct mlpi_half {
    float *units, *rows;
} mlpi_half;

/** Noise of steps, ready to be used. */
typedef struct mlpi_noise_state {
    uint32_t threshold; /* of 16 random bits: below it a hidden unit is dropped */
    float scale;        /* of those kept */
    float deviation;    /* of the inputs */
    uint64_t seed;
    float **z; /* outputs of hidden layers after dropout, as y; NULL: never needed */
} mlpi_noise_state;

/** Limits of steps, ready to be used. */
typedef struct mlpi_limit_state {
    mlpi_limits most;
    float *gradient; /* the whole gradient of a step, mlpi_engine_size floats; NULL: never needed */
    double *squares; /* sums of its squares */
    double norm;     /* of the last step's */
    float factor;    /* what it is multiplied by */
} mlpi_limit_state;

/** Batch normalisation of the hidden layers (engine/batch_norm.c). Arrays of `size` numbers hold
 * one for each hidden unit, layer after layer in whole panels. */
typedef struct mlpi_batch_norm {
    size_t size;
    float **a;               /* of each hidden layer: W y, then normalised, over the batch */
    float *scale;            /* gamma, a parameter */
    float *mean, *variance;  /* running, over the batches seen */
    float seen;              /* batches, up to where their number no longer matters */
    float *center, *inverse; /* what the batch under way is normalised with */
    float *scale_gradient, *bias_gradient; /* of the batch under way */
    float *memory;                         /* of all arrays above */
    float *plain;       /* parameters of the folded network, in the lecture's order */
    mlpi_packed folded; /* the folded network, packed: it evaluates rows that do not train */
    bool stale;         /* plain and folded are older than the last step */
} mlpi_batch_norm;

/** Scales of the inputs (engine/input_scale.c). */
typedef struct mlpi_input_scale {
    size_t size, at; /* numbers, padded, and where they stand among mlpi_engine_size */
    float *weights;  /* W of the first layer, as packed.parameters holds the product */
    float *scale;    /* s */
    float *gradient; /* dE/ds of the batch under way */
    float *parts;    /* what each task of the weight phase adds to it, size numbers each */
} mlpi_input_scale;

/** What several ranks sum up (engine/shared.c). */
typedef struct mlpi_shared {
    mlpi_comm *ranks;
    float *
        sums; /* the whole gradient of a step in the order of packed.parameters, and some numbers more */
} mlpi_shared;

struct mlpi_engine {
    const mlp_network *network;
    mlpi_packed packed;
    int threads;
    mlpi_team *team;   /* of so many */
    bool borrows_team; /* of another engine */
    size_t max_rows;
    size_t block;        /* rows of a block of mlpi_engine_forward at most */
    float *x;            /* inputs of the batch, max_rows rows in panels of `stride` floats */
    float **h, **y, **d; /* the same of each layer: activations, outputs, deltas */
    size_t stride;
    mlpi_half *half_y, *half_d; /* of the inputs and the deltas of each layer; or NULL */
    size_t half_stride;         /* from panel to panel where pairs are of rows */
    float *loss;                /* of each row */
    mlpi_scratch *scratch;      /* of each thread */
    mlpi_noise_state noise;
    mlpi_limit_state limits;
    mlpi_batch_norm *norm;   /* NULL: there is no batch normalisation */
    mlpi_input_scale *scale; /* NULL: inputs are not scaled */
    mlpi_shared *shared;     /* NULL: this process has all rows */
    size_t *first_task;      /* layer l has tasks first_task[l] .. first_task[l + 1] - 1 */
};

enum {
    MLPI_BLOCK = 256,     /* rows of a block at most */
    MLPI_BLOCK_STEP = 16, /* blocks are multiples of it: whole tiles */
    MLPI_WAVE = 1 << 14   /* rows of prediction between two sums of their losses */
};

/** Floats from panel to panel of a matrix of so many rows: an odd number of cache lines, so that the
 * panels fall into different sets of the caches. */
static inline size_t mlpi_panel_stride(size_t rows)
{
    return (rows | 1) * MLPI_PANEL;
}

/** What the weight phase does with the pieces of the gradient. Without a limit of the gradient's
 * norm one pass does everything. With one, the norm is known only when all pieces are: a first pass
 * collects them, a second one applies them. */
typedef enum mlpi_weight_stage {
    MLPI_STAGE_WHOLE,   /* compute each piece and update its parameters at once */
    MLPI_STAGE_COLLECT, /* compute each piece and store it in mlpi_limit_state.gradient */
    MLPI_STAGE_APPLY    /* scale each stored piece and update its parameters */
} mlpi_weight_stage;

/** A step under way. */
typedef struct mlpi_step {
    mlpi_engine *engine;
    const mlpi_batch *batch;
    size_t first, end; /* rows of the batch that are this process's: first .. end - 1 */
    const float
        *sums; /* of all ranks, the gradient of the batch; NULL: it is computed where it is used */
    size_t block; /* rows of a block of the row phase */
    bool noisy;   /* noise.c has something to do */
    mlpi_weight_stage stage;
    size_t layer; /* the layer that the running step is at, where steps go layer by layer */
    mlpi_update update;
    void *context;
    float
        *gradient; /* instead of an update: gradient += share * gradient, in the lecture's order */
    float share;
} mlpi_step;

/* rows.c: gathering, one layer forward, and the row phase. */

/** Copies rows first .. first + count - 1 of the batch's inputs into panels. */
void mlpi_gather(const mlpi_batch *batch, size_t inputs, size_t first, size_t count,
                 mlpi_matrix to);
/** The two sides of a product over units, in float or in pairs of bfloat16. */
typedef struct mlpi_factors {
    void (*product)(const mlpi_product *product);
    size_t steps;
    mlpi_matrix a;
    const float *b;
} mlpi_factors;

/** Of layer l on its way forward, in float. */
mlpi_factors mlpi_forward_factors(const mlpi_packed *packed, size_t l, mlpi_matrix from);
/** h = W y - b, and y = f(h) in all but the last layer. h and y may be the same. */
void mlpi_forward_layer(const mlpi_packed *packed, size_t l, mlpi_factors factors, size_t count,
                        mlpi_matrix h, mlpi_matrix y);
/** Task of the row phase: block i runs forward, loss and backward. */
void mlpi_row_block(void *step, size_t i, int thread);
/* The parts of a block, each for rows first .. first + count - 1 of the batch. */

/** Computes h^l and y^l from what layer l reads. For a layer that batch normalisation normalises it
 * computes W y alone, into norm->a[l]. */
void mlpi_layer_forward(const mlpi_step *step, size_t l, size_t first, size_t count);
/** Computes the losses of the rows and the deltas of the output layer. */
void mlpi_layer_loss(const mlpi_step *step, size_t first, size_t count, int thread);
/** Computes the deltas of layer l - 1 from those of layer l (of layer 0: nothing), after
 * it has narrowed the latter where products are in bfloat16. */
void mlpi_layer_backward(const mlpi_step *step, size_t l, size_t first, size_t count);
/** Rows of block i. */
size_t mlpi_block_rows(const mlpi_step *step, size_t i);

/* noise.c: what a step does at random. */

/** Adds noise to the gathered inputs of some rows. */
void mlpi_disturb_inputs(const mlpi_step *step, size_t first, size_t count);
/** Drops units of hidden layer l for some rows. */
void mlpi_drop_units(const mlpi_step *step, size_t l, size_t first, size_t count);
/** The same on the way back, for a panel of its deltas. */
void mlpi_drop_duals(const mlpi_step *step, size_t l, size_t panel, size_t first, size_t count);
/** Whether the step drops units. */
static inline bool mlpi_step_drops(const mlpi_step *step)
{
    return step->noisy && step->engine->noise.threshold > 0;
}
/** What layer l reads: the inputs of the batch, or the outputs of layer l - 1, after dropout if the
 * step drops units. */
static inline float *mlpi_layer_reads(const mlpi_step *step, size_t l)
{
    const mlpi_engine *engine = step->engine;
    return l == 0 ? engine->x : mlpi_step_drops(step) ? engine->noise.z[l - 1] : engine->y[l - 1];
}
void mlpi_noise_release(mlpi_engine *engine);

/* limits.c: limits of gradients and weights. */

/** Does with a piece what the stage of the weight phase asks for: passes it to the step's update,
 * stores its gradient, or passes the stored and scaled gradient to the update. */
void mlpi_update_piece(const mlpi_step *step, const mlpi_piece *piece);
/** After all pieces are kept: their norm, and by how much it is too long. */
void mlpi_clip_gradient(mlpi_step *step, int threads);
/** After the update of some panels of layer l: their units' weights. */
void mlpi_limit_weights(const mlpi_step *step, size_t l, size_t panel, size_t panels);
void mlpi_limits_release(mlpi_engine *engine);

/* outputs.c: the output layer. */

/** For rows first .. first + count - 1 of the batch, from their activations h: outputs (nullable,
 * row-major, of these rows), losses (of these rows, times their weights) and deltas of
 * the batch's loss (NULL data: none). Without targets network, loss and d are not looked at. */
void mlpi_outputs(const mlp_network *network, const mlpi_packed *packed, const mlpi_batch *batch,
                  size_t first, size_t count, mlpi_matrix h, float *y, float *loss, mlpi_matrix d,
                  mlpi_scratch *scratch);
/** Numbers that mlpi_outputs needs in scratch->output, scratch->exact. */
size_t mlpi_outputs_scratch(size_t outputs);

/* weights.c: the weight phase. */

/** Fills first_task (layers + 1 numbers). */
void mlpi_weight_tasks(const mlpi_packed *packed, size_t *first_task);
/** Task of the weight phase: gradient and update of the weights and biases of a few units. */
void mlpi_weight_task(void *step, size_t i, int thread);
/** Brings the copies of the weights of a task up to date, which have come from elsewhere. */
void mlpi_refresh_task(void *step, size_t i, int thread);
/** Numbers that mlpi_weight_task needs in scratch->gradient. */
size_t mlpi_weight_scratch(void);

/* Sums over the step's own rows, added to what `sums`, in the order of packed.parameters, holds of the rows before:
 * piece i of the weights of some panels of a layer, from the `panel`-th on, and all its biases. */
size_t mlpi_sum_pieces(const mlpi_engine *engine, size_t l, size_t panels);
void mlpi_sum_weights(const mlpi_step *step, size_t l, size_t panel, size_t panels, size_t i,
                      float *sums);
void mlpi_sum_biases(const mlpi_step *step, size_t l, float *sums);

/* shared.c: what ranks do together. */

/** Which of so many rows are this rank's: first .. end - 1; there may be none. */
void mlpi_shared_rows(const mlpi_engine *engine, size_t rows, size_t *first, size_t *end);
/** Whether ranks share out rows that are only answered. */
bool mlpi_shared_answers(const mlpi_engine *engine, size_t rows);
/** rows x width numbers, of which each rank has those of its rows: all get all. false: a rank cannot be reached. */
bool mlpi_shared_gather(const mlpi_engine *engine, size_t rows, size_t width, float *values);
/** After the row phase: sums over the rows of all ranks so far. false: a rank cannot be reached. */
bool mlpi_shared_sum(mlpi_step *step, int threads);
/** Whether this rank has those of all, and updates the network. */
bool mlpi_shared_updates(const mlpi_engine *engine);
/** After the update: its parameters, and the sum of all losses. */
bool mlpi_shared_return(mlpi_step *step, int threads, double *loss);
void mlpi_shared_free(mlpi_shared *shared);

/* batch_norm.c: layer by layer, since a layer's statistics need the whole batch. */

/** The row phase of a network with batch normalisation, on some threads, over so many blocks. */
void mlpi_batch_norm_rows(mlpi_step *step, int threads, size_t blocks);
/** The part of the weight phase that is of n hidden units of layer l, from `unit` on: their biases'
 * gradient, and the update of their gammas. */
const float *mlpi_batch_norm_biases(const mlpi_engine *engine, size_t l, size_t unit);
void mlpi_batch_norm_update(const mlpi_step *step, size_t l, size_t unit, size_t n);
/** The folded network, brought up to date. */
const mlpi_packed *mlpi_batch_norm_folded(mlpi_batch_norm *norm, const mlpi_packed *packed);
/** Its parameters in the lecture's order: W' = gamma W / s, b' = b + gamma mu / s. */
void mlpi_batch_norm_fold(const mlpi_batch_norm *norm, const mlpi_packed *packed,
                          float *parameters);
/** gamma 1 and nothing seen yet: the plain network. */
void mlpi_batch_norm_reset(mlpi_batch_norm *norm, const mlpi_packed *packed);
/** What steps change, as so many numbers. */
size_t mlpi_batch_norm_state(const mlpi_batch_norm *norm);
void mlpi_batch_norm_save(const mlpi_batch_norm *norm, float *state);
void mlpi_batch_norm_restore(mlpi_batch_norm *norm, const float *state);
void mlpi_batch_norm_free(mlpi_batch_norm *norm, size_t layers);

/* input_scale.c: between a weight phase and its updates. */

/** Takes from dE/dV of some panels and inputs of the first layer, in the order of the weight phase,
 * what dE/ds needs, and makes dE/dW of it. */
void mlpi_input_scale_take(const mlpi_engine *engine, size_t task, size_t panel, size_t panels,
                           size_t first, size_t count, float *gradient);
/** After all tasks of the weight phase: the update of s, and V = W s. */
void mlpi_input_scale_end(const mlpi_step *step);
/** W = V, s = 1. */
void mlpi_input_scale_reset(mlpi_engine *engine);
size_t mlpi_input_scale_state(const mlpi_engine *engine);
void mlpi_input_scale_save(const mlpi_engine *engine, float *state);
void mlpi_input_scale_restore(mlpi_engine *engine, const float *state);
/** W and s of the last rank come to all. */
bool mlpi_input_scale_return(mlpi_engine *engine, mlpi_comm *ranks);
void mlpi_input_scale_free(mlpi_input_scale *scale);

/** mlpi_engine_size. */
static inline size_t mlpi_size_of(const mlpi_engine *engine)
{
    return engine->packed.size + (engine->norm != NULL ? engine->norm->size : 0) +
           (engine->scale != NULL ? engine->scale->size : 0);
}

#endif
