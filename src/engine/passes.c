/* SPDX-License-Identifier: MIT */
/* The calls that take rows through the engine: steps, gradients, and outputs alone. A step has two
 * phases with a barrier after each: the row phase (rows.c, outputs.c) and the weight phase
 * (weights.c). Every sum has the same order whatever the number of threads. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "engine/inside.h"
#include "network/layout.h"

/* --- steps ------------------------------------------------------------------------------------ */

static double sum(const float *values, size_t n)
{
    double total = 0.0;
    for (size_t i = 0; i < n; i++)
        total += (double)values[i];
    return total;
}

/* Number of threads for work on `rows` rows, with `operations` operations per row and weight. */
static int threads_for(const mlpi_engine *engine, size_t rows, double operations)
{
    return mlpi_team_share(engine->team,
                           operations * (double)rows * (double)engine->packed.weights);
}

static size_t blocks_of(size_t rows, size_t block)
{
    return (rows + block - 1) / block;
}

/* Number of rows in a block: the rows are divided evenly among the threads, in multiples of
 * MLPI_BLOCK_STEP and at most `most` rows. */
static size_t block_of(size_t rows, int threads, size_t most)
{
    const size_t share =
        blocks_of(blocks_of(rows, (size_t)threads), MLPI_BLOCK_STEP) * MLPI_BLOCK_STEP;
    return share > most ? most : share;
}

static void run_weights(mlpi_step *step, int threads)
{
    mlpi_engine *engine = step->engine;
    mlpi_team_run(engine->team, threads, engine->first_task[engine->packed.count], mlpi_weight_task,
                  step);
    if (engine->scale != NULL && step->update != NULL)
        mlpi_input_scale_end(step);
}

/* Runs the row phase for the step's own rows. */
static void run_rows(mlpi_step *step, int threads)
{
    const mlpi_engine *engine = step->engine;
    const size_t rows = step->end - step->first;
    if (rows == 0)
        return;
    step->block = block_of(rows, threads, MLPI_BLOCK);
    if (engine->norm != NULL)
        mlpi_batch_norm_rows(step, threads, blocks_of(rows, step->block));
    else
        mlpi_team_run(engine->team, threads, blocks_of(rows, step->block), mlpi_row_block, step);
}

static void run_limited_weights(mlpi_step *step, int threads)
{
    if (step->update != NULL && step->engine->limits.most.gradient_norm > 0.0) {
        step->stage = MLPI_STAGE_COLLECT;
        run_weights(step, threads);
        mlpi_clip_gradient(step, threads);
        step->stage = MLPI_STAGE_APPLY;
    }
    run_weights(step, threads);
}

static double run(mlpi_step *step)
{
    mlpi_engine *engine = step->engine;
    const size_t rows = step->batch->rows;
    const bool shared = engine->shared != NULL && step->update != NULL;
    double loss = 0.0;
    assert(rows > 0 && rows <= engine->max_rows);
    assert(step->batch->target != NULL && (step->update == NULL) != (step->gradient == NULL));
    step->first = 0;
    step->end = rows;
    if (shared)
        mlpi_shared_rows(engine, rows, &step->first, &step->end);
    const int threads = threads_for(engine, step->end - step->first, 6.0);
    run_rows(step, threads);
    if (shared && !mlpi_shared_sum(step, threads))
        return (double)NAN;
    if (!shared || mlpi_shared_updates(engine))
        run_limited_weights(step, threads);
    if (!shared)
        loss = sum(engine->loss, rows);
    else if (!mlpi_shared_return(step, threads, &loss))
        return (double)NAN;
    return loss / (double)rows;
}

double mlpi_engine_step(mlpi_engine *engine, const mlpi_batch *batch, mlpi_update update,
                        void *context)
{
    return run(&(mlpi_step){.engine = engine,
                            .batch = batch,
                            .noisy = engine->noise.threshold > 0 || engine->noise.deviation > 0.0f,
                            .update = update,
                            .context = context});
}

/* Rows first .. first + count - 1 of a batch. */
static mlpi_batch part_of(const mlpi_engine *engine, const mlpi_batch *batch, size_t first,
                          size_t count)
{
    mlpi_batch part = *batch;
    part.rows = count;
    if (batch->index != NULL) {
        part.index += first;
    } else {
        part.x += first * engine->network->inputs;
        part.target += first * mlp_network_outputs(engine->network);
        if (part.weight != NULL) /* NULL + 0 is undefined */
            part.weight += first;
    }
    return part;
}

double mlpi_engine_gradient(mlpi_engine *engine, const mlpi_batch *batch, float *gradient)
{
    double loss = 0.0;
    memset(gradient, 0, engine->network->size * sizeof *gradient);
    for (size_t first = 0; first < batch->rows; first += engine->max_rows) {
        const size_t left = batch->rows - first;
        const size_t count = left < engine->max_rows ? left : engine->max_rows;
        const mlpi_batch part = part_of(engine, batch, first, count);
        const double share = (double)count / (double)batch->rows;
        loss += share *
                run(&(mlpi_step){
                    .engine = engine, .batch = &part, .gradient = gradient, .share = (float)share});
    }
    return loss;
}

/* --- forward only ----------------------------------------------------------------------------- */

typedef struct wave {
    mlpi_engine *engine;
    const mlpi_packed *packed; /* with batch normalisation, the folded network */
    const mlpi_batch *batch;
    size_t first, rows; /* rows first .. first + rows - 1 of the batch */
    size_t block;       /* number of rows in a block */
    float *y;           /* outputs of all rows of the batch; or NULL */
    float *loss;        /* losses of the rows of the wave */
} wave;

static void forward_block(void *context, size_t i, int thread)
{
    const wave *w = context;
    mlpi_engine *engine = w->engine;
    assert(w->block <= engine->block && w->rows <= MLPI_WAVE);
    mlpi_scratch *scratch = &engine->scratch[thread];
    const size_t in_wave = i * w->block, first = w->first + in_wave;
    const size_t left = w->rows - in_wave, count = left < w->block ? left : w->block;
    const size_t K = mlp_network_outputs(engine->network);
    const size_t stride = mlpi_panel_stride(count);
    mlpi_matrix from = {scratch->ping, stride}, to = {scratch->pong, stride};
    mlpi_gather(w->batch, engine->network->inputs, first, count, from);
    for (size_t l = 0; l < w->packed->count; l++) {
        mlpi_forward_layer(w->packed, l, mlpi_forward_factors(w->packed, l, from), count, to, to);
        const mlpi_matrix swap = from;
        from = to;
        to = swap;
    }
    mlpi_outputs(engine->network, w->packed, w->batch, first, count, from,
                 w->y == NULL ? NULL : w->y + first * K, w->loss + in_wave, (mlpi_matrix){0},
                 scratch);
}

/* Computes outputs and losses (in engine->loss) of rows first .. first + rows - 1, at most
 * MLPI_WAVE rows. Ranks divide the rows where that saves time. false: a rank cannot be reached. */
static bool forward_wave(mlpi_engine *engine, const mlpi_batch *batch, size_t first, size_t rows,
                         float *y)
{
    const mlpi_packed *packed = engine->norm != NULL
                                    ? mlpi_batch_norm_folded(engine->norm, &engine->packed)
                                    : &engine->packed;
    const size_t outputs = mlp_network_outputs(engine->network);
    const bool shared = mlpi_shared_answers(engine, rows);
    size_t own = 0, end = rows;
    if (shared)
        mlpi_shared_rows(engine, rows, &own, &end);
    const int threads = threads_for(engine, end - own, 2.0);
    const size_t block = block_of(end - own, threads, engine->block);
    wave w = {engine, packed, batch, first + own, end - own, block, y, engine->loss + own};
    if (own < end)
        mlpi_team_run(engine->team, threads, blocks_of(end - own, block), forward_block, &w);
    return !shared ||
           (mlpi_shared_gather(engine, rows, 1, engine->loss) &&
            (y == NULL || mlpi_shared_gather(engine, rows, outputs, y + first * outputs)));
}

static size_t rows_of_wave(const mlpi_batch *batch, size_t first)
{
    const size_t left = batch->rows - first;
    return left < MLPI_WAVE ? left : MLPI_WAVE;
}

double mlpi_engine_forward(mlpi_engine *engine, const mlpi_batch *batch, float *y)
{
    double loss = 0.0;
    for (size_t first = 0; first < batch->rows; first += MLPI_WAVE) {
        const size_t rows = rows_of_wave(batch, first);
        if (!forward_wave(engine, batch, first, rows, y))
            return (double)NAN;
        loss += batch->target != NULL ? sum(engine->loss, rows) : 0.0;
    }
    return batch->target != NULL && batch->rows > 0 ? loss / (double)batch->rows : (double)NAN;
}

void mlpi_engine_losses(mlpi_engine *engine, const mlpi_batch *batch, float *y, double *loss)
{
    for (size_t first = 0; first < batch->rows; first += MLPI_WAVE) {
        const size_t rows = rows_of_wave(batch, first);
        const bool done = forward_wave(engine, batch, first, rows, y);
        for (size_t r = 0; r < rows; r++)
            loss[first + r] = done ? (double)engine->loss[r] : (double)NAN;
    }
}
