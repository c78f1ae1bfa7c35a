/* SPDX-License-Identifier: MIT */
/* Batch normalisation of the hidden layers (S. Ioffe, C. Szegedy 2015, algorithms 1 and 2):
 *
 *     a = W y,   a^ = (a - mu) / s,   s = sqrt(variance + 1e-5),   h = gamma a^ - b
 *     dE/dgamma = sum over the batch of d a^,   dE/d(-b) = sum of d,   d = dE/dh
 *     dE/da = gamma / s (d - mean of d - a^ times mean of d a^)
 *
 * The lecture's bias, which is subtracted, is -beta of the paper. The statistics of a layer need
 * all rows of the batch, so the row phase goes layer by layer: products over blocks of rows,
 * everything else over panels of 16 units and all rows, with a barrier after each. A panel depends
 * on no other panel, and the blocks change no bits, so results are the same for any number of
 * threads.
 *
 * Evaluation and the model file use the folded network, a plain network: h = (gamma / s) W y - (b +
 * gamma mu / s) with the running mean and variance. In these averages a batch has a weight in
 * proportion to its rows, so that a short last batch does not dominate; the first batches are
 * averaged with equal weights, so that nothing remains of the initial values. */
#include <math.h>
#include <string.h>

#include "engine/inside.h"
#include "network/layout.h"

static const double EPSILON = 1e-5;
static const float MEMORY = 10.0f; /* most batches to average over: momentum 1 - 1/10 = 0.9 */

enum { ARRAYS = 7 };

/* --- creation --------------------------------------------------------------------------------- */

/* Offset of the units of layer l in the arrays: that of its biases among all biases. */
static size_t units_at(const mlpi_packed *packed, size_t l)
{
    return packed->layers[l].biases_at - packed->weights;
}

static bool make_arrays(mlpi_batch_norm *norm)
{
    float **const arrays[ARRAYS] = {&norm->scale,        &norm->mean,    &norm->variance,
                                    &norm->center,       &norm->inverse, &norm->scale_gradient,
                                    &norm->bias_gradient};
    norm->memory = mlpi_allocate(norm->size, ARRAYS * sizeof *norm->memory);
    for (size_t i = 0; norm->memory != NULL && i < ARRAYS; i++)
        *arrays[i] = norm->memory + i * norm->size;
    return norm->memory != NULL;
}

static bool make_layers(mlpi_batch_norm *norm, const mlpi_engine *engine)
{
    const size_t hidden = engine->packed.count - 1;
    norm->a = mlpi_allocate(hidden, sizeof *norm->a);
    for (size_t l = 0; norm->a != NULL && l < hidden; l++) {
        norm->a[l] = mlpi_allocate(mlpi_panels(engine->packed.layers[l].units),
                                   engine->stride * sizeof *norm->a[l]);
        if (norm->a[l] == NULL)
            return false;
    }
    norm->plain = mlpi_allocate(engine->network->size, sizeof *norm->plain);
    return norm->a != NULL && norm->plain != NULL;
}

void mlpi_batch_norm_free(mlpi_batch_norm *norm, size_t layers)
{
    if (norm == NULL)
        return;
    for (size_t l = 0; norm->a != NULL && l + 1 < layers; l++)
        mlpi_free(norm->a[l]);
    mlpi_free(norm->a);
    mlpi_free(norm->memory);
    mlpi_free(norm->plain);
    mlpi_packed_release(&norm->folded);
    mlpi_free(norm);
}

mlp_status mlpi_engine_normalize(mlpi_engine *engine, mlp_error *err)
{
    const mlpi_packed *packed = &engine->packed;
    mlpi_batch_norm *made = mlpi_allocate(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "batch normalisation");
    made->size = units_at(packed, packed->count - 1);
    mlp_status status = make_arrays(made) && make_layers(made, engine)
                            ? MLP_OK
                            : mlpi_fail_memory(err, "batch normalisation");
    if (status == MLP_OK)
        status = mlpi_packed_init(&made->folded, engine->network, false, MLP_PRECISION_FLOAT, err);
    if (status != MLP_OK) {
        mlpi_batch_norm_free(made, packed->count);
        return status;
    }
    mlpi_batch_norm_reset(made, packed);
    engine->norm = made;
    return MLP_OK;
}

/* --- statistics and folding ------------------------------------------------------------------- */

void mlpi_batch_norm_reset(mlpi_batch_norm *norm, const mlpi_packed *packed)
{
    memset(norm->memory, 0, ARRAYS * norm->size * sizeof *norm->memory);
    for (size_t l = 0; l + 1 < packed->count; l++)
        for (size_t i = 0; i < packed->layers[l].units; i++)
            norm->scale[units_at(packed, l) + i] = 1.0f;
    norm->seen = 0.0f;
    norm->stale = true;
}

/* 1 / s of the running variance; 1 before the first batch, so that nothing is normalised. */
static double running_inverse(const mlpi_batch_norm *norm, size_t at)
{
    return norm->seen > 0.0f ? 1.0 / sqrt((double)norm->variance[at] + EPSILON) : 1.0;
}

void mlpi_batch_norm_fold(const mlpi_batch_norm *norm, const mlpi_packed *packed, float *parameters)
{
    float *w = parameters, *b = parameters;
    mlpi_packed_get(packed, parameters);
    for (size_t l = 0; l < packed->count; l++)
        b += packed->layers[l].units * packed->layers[l].inputs;
    for (size_t l = 0; l + 1 < packed->count; l++)
        for (size_t i = 0; i < packed->layers[l].units; i++, b++) {
            const size_t at = units_at(packed, l) + i;
            const double factor = (double)norm->scale[at] * running_inverse(norm, at);
            for (size_t j = 0; j < packed->layers[l].inputs; j++, w++)
                *w = (float)(factor * (double)*w);
            *b = (float)((double)*b + factor * (double)norm->mean[at]);
        }
}

const mlpi_packed *mlpi_batch_norm_folded(mlpi_batch_norm *norm, const mlpi_packed *packed)
{
    if (norm->stale) {
        mlpi_batch_norm_fold(norm, packed, norm->plain);
        mlpi_packed_put(&norm->folded, norm->plain);
        norm->stale = false;
    }
    return &norm->folded;
}

/* The gammas, running means and running variances are adjacent in memory. */
size_t mlpi_batch_norm_state(const mlpi_batch_norm *norm)
{
    return 3 * norm->size + 1;
}

void mlpi_batch_norm_save(const mlpi_batch_norm *norm, float *state)
{
    memcpy(state, norm->scale, 3 * norm->size * sizeof *state);
    state[3 * norm->size] = norm->seen;
}

void mlpi_batch_norm_restore(mlpi_batch_norm *norm, const float *state)
{
    memcpy(norm->scale, state, 3 * norm->size * sizeof *state);
    norm->seen = state[3 * norm->size];
    norm->stale = true;
}

/* --- the row phase ---------------------------------------------------------------------------- */

/* A single row has no variance: it is normalised with the running statistics, which count as
 * constants in its gradient and are not updated. */
static bool has_statistics(const mlpi_step *step)
{
    return step->batch->rows > 1;
}

static bool learns(const mlpi_step *step)
{
    return has_statistics(step) && step->gradient == NULL;
}

/* Returns this batch's fraction of a full batch; *seen: the number of full batches seen, this one
 * included, at most MEMORY. */
static float batches(const mlpi_step *step, float *seen)
{
    const float share = (float)step->batch->rows / (float)step->engine->max_rows;
    *seen = fminf(step->engine->norm->seen + share, MEMORY);
    return share;
}

static void take_statistics(const mlpi_step *step, size_t at, const float *a)
{
    mlpi_batch_norm *norm = step->engine->norm;
    const double rows = (double)step->batch->rows;
    double mean[MLPI_PANEL], variance[MLPI_PANEL];
    float seen;
    const double part = (double)batches(step, &seen) / (double)seen;
    step->engine->packed.kernels->moments(step->batch->rows, a, mean, variance);
    for (size_t u = 0; u < MLPI_PANEL; u++, at++) {
        norm->center[at] = (float)mean[u];
        norm->inverse[at] = (float)(1.0 / sqrt(variance[u] + EPSILON));
        if (!learns(step))
            continue;
        const double off = mean[u] - (double)norm->mean[at],
                     wide = variance[u] * rows / (rows - 1.0) - (double)norm->variance[at];
        norm->mean[at] = (float)((double)norm->mean[at] + part * off);
        norm->variance[at] = (float)((double)norm->variance[at] + part * wide);
    }
}

static void use_running_statistics(mlpi_batch_norm *norm, size_t at)
{
    for (size_t u = 0; u < MLPI_PANEL; u++, at++) {
        norm->center[at] = norm->mean[at];
        norm->inverse[at] = (float)running_inverse(norm, at);
    }
}

/* Replaces a with a^, and computes h and y. */
static void panel_forward(void *context, size_t p, int thread)
{
    const mlpi_step *step = context;
    const mlpi_engine *engine = step->engine;
    const mlpi_kernel_table *kernels = engine->packed.kernels;
    const mlpi_packed_layer *layer = &engine->packed.layers[step->layer];
    mlpi_batch_norm *norm = engine->norm;
    const size_t unit = p * MLPI_PANEL, at = units_at(&engine->packed, step->layer) + unit;
    float *a = norm->a[step->layer] + p * engine->stride;
    float *h = engine->h[step->layer] + p * engine->stride;
    (void)thread;
    if (has_statistics(step))
        take_statistics(step, at, a);
    else
        use_running_statistics(norm, at);
    const mlpi_normal normal = {norm->center + at, norm->inverse + at, norm->scale + at,
                                engine->packed.parameters + layer->biases_at + unit};
    kernels->normalize(step->batch->rows, &normal, a, h);
    kernels->activate[layer->activation](step->batch->rows * MLPI_PANEL, h,
                                         engine->y[step->layer] + p * engine->stride);
}

/* Replaces dE/dh with dE/da, and computes the gradients of gamma and b. */
static void panel_backward(void *context, size_t p, int thread)
{
    const mlpi_step *step = context;
    const mlpi_engine *engine = step->engine;
    const mlpi_kernel_table *kernels = engine->packed.kernels;
    mlpi_batch_norm *norm = engine->norm;
    const size_t rows = step->batch->rows;
    const size_t at = units_at(&engine->packed, step->layer) + p * MLPI_PANEL;
    const float *a = norm->a[step->layer] + p * engine->stride;
    float *d = engine->d[step->layer] + p * engine->stride;
    double sum[MLPI_PANEL], sum_a[MLPI_PANEL];
    float factor[MLPI_PANEL], mean[MLPI_PANEL], mean_a[MLPI_PANEL];
    const double share = has_statistics(step) ? 1.0 / (double)rows : 0.0;
    (void)thread;
    kernels->dual_sums(rows, a, d, sum, sum_a);
    for (size_t u = 0; u < MLPI_PANEL; u++) {
        norm->bias_gradient[at + u] = (float)sum[u];
        norm->scale_gradient[at + u] = (float)sum_a[u];
        factor[u] = norm->scale[at + u] * norm->inverse[at + u];
        mean[u] = (float)(share * sum[u]);
        mean_a[u] = (float)(share * sum_a[u]);
    }
    kernels->normalize_chain(rows, &(mlpi_normal_chain){factor, mean, mean_a}, a, d);
}

static void block_forward(void *context, size_t i, int thread)
{
    const mlpi_step *step = context;
    (void)thread;
    mlpi_layer_forward(step, step->layer, i * step->block, mlpi_block_rows(step, i));
}

static void block_backward(void *context, size_t i, int thread)
{
    const mlpi_step *step = context;
    (void)thread;
    mlpi_layer_backward(step, step->layer, i * step->block, mlpi_block_rows(step, i));
}

/* The output layer: forward pass, losses and backward pass. */
static void block_of_outputs(void *context, size_t i, int thread)
{
    const mlpi_step *step = context;
    block_forward(context, i, thread);
    mlpi_layer_loss(step, i * step->block, mlpi_block_rows(step, i), thread);
    block_backward(context, i, thread);
}

void mlpi_batch_norm_rows(mlpi_step *step, int threads, size_t blocks)
{
    const mlpi_engine *engine = step->engine;
    const size_t last = engine->packed.count - 1;
    for (step->layer = 0; step->layer < last; step->layer++) {
        mlpi_team_run(engine->team, threads, blocks, block_forward, step);
        mlpi_team_run(engine->team, threads, mlpi_panels(engine->packed.layers[step->layer].units),
                      panel_forward, step);
    }
    mlpi_team_run(engine->team, threads, blocks, block_of_outputs, step);
    while (step->layer-- > 0) {
        mlpi_team_run(engine->team, threads, mlpi_panels(engine->packed.layers[step->layer].units),
                      panel_backward, step);
        mlpi_team_run(engine->team, threads, blocks, block_backward, step);
    }
    if (learns(step))
        batches(step, &engine->norm->seen);
    engine->norm->stale = true;
}

/* --- the weight phase ------------------------------------------------------------------------- */

const float *mlpi_batch_norm_biases(const mlpi_engine *engine, size_t l, size_t unit)
{
    return engine->norm->bias_gradient + units_at(&engine->packed, l) + unit;
}

void mlpi_batch_norm_update(const mlpi_step *step, size_t l, size_t unit, size_t n)
{
    mlpi_batch_norm *norm = step->engine->norm;
    const size_t at = units_at(&step->engine->packed, l) + unit;
    mlpi_update_piece(step, &(mlpi_piece){.at = step->engine->packed.size + at,
                                          .n = n,
                                          .biases = true,
                                          .inputs = step->engine->packed.layers[l].inputs,
                                          .gradient = norm->scale_gradient + at,
                                          .parameters = norm->scale + at});
}
