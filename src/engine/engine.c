/* SPDX-License-Identifier: MIT */
/* The engine on the processor's cores. A step has two phases with a barrier after each: the row
 * phase (rows.c, outputs.c) and the weight phase (weights.c). Every number is computed in the same
 * order, whichever thread computes it. */
#include "engine/engine.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "engine/inside.h"
#include "network/layout.h"

enum {
    BLOCK = 256,            /* rows of a block at most */
    BLOCK_STEP = 16,        /* blocks are multiples of it: whole tiles */
    BLOCK_FLOATS = 1 << 20, /* of a block of the widest layer in prediction: 4 MiB */
    WAVE = 1 << 14,         /* rows of prediction between two sums of their losses */
    WORTH_THREADS = 4000000 /* operations below which a second thread costs more than it brings */
};

/* --- creation --------------------------------------------------------------------------------- */

static float *floats(size_t rows, size_t width)
{
    size_t count = 0;
    return mlpi_multiply(rows, width, &count) ? mlpi_allocate(count, sizeof(float)) : NULL;
}

static size_t padded(size_t units)
{
    return mlpi_panels(units) * MLPI_PANEL;
}

/* Floats from panel to panel of a matrix of so many rows: an odd number of cache lines, so that the
 * panels fall into different sets of the caches. */
static size_t panel_stride(size_t rows)
{
    return (rows | 1) * MLPI_PANEL;
}

static size_t block_of_prediction(size_t width)
{
    const size_t rows = BLOCK_FLOATS / width / BLOCK_STEP * BLOCK_STEP;
    return rows < BLOCK_STEP ? BLOCK_STEP : rows > BLOCK ? BLOCK : rows;
}

static bool make_scratch(mlpi_engine *engine)
{
    const size_t width = mlpi_packed_widest(&engine->packed),
                 outputs = mlp_network_outputs(engine->network);
    engine->block = block_of_prediction(width);
    engine->scratch = mlpi_allocate((size_t)engine->threads, sizeof *engine->scratch);
    for (int t = 0; engine->scratch != NULL && t < engine->threads; t++) {
        mlpi_scratch *s = &engine->scratch[t];
        s->ping = floats(panel_stride(engine->block), width / MLPI_PANEL);
        s->pong = floats(panel_stride(engine->block), width / MLPI_PANEL);
        s->output = floats(1, mlpi_outputs_scratch(outputs));
        s->exact = mlpi_allocate(mlpi_outputs_scratch(outputs), sizeof *s->exact);
        s->gradient = floats(1, mlpi_weight_scratch());
        if (s->ping == NULL || s->pong == NULL || s->output == NULL || s->exact == NULL ||
            s->gradient == NULL)
            return false;
    }
    return engine->scratch != NULL;
}

static bool make_layer_buffers(mlpi_engine *engine, size_t l, size_t rows)
{
    const mlpi_packed_layer *layer = &engine->packed.layers[l];
    const bool both = mlpi_chain_reads_h(layer->activation) ||
                      mlp_activation_describe(layer->activation)->threshold;
    engine->h[l] = floats(rows, padded(layer->units));
    engine->y[l] = both ? floats(rows, padded(layer->units)) : engine->h[l];
    engine->d[l] = floats(rows, padded(layer->units));
    return engine->h[l] != NULL && engine->y[l] != NULL && engine->d[l] != NULL;
}

static bool make_training_buffers(mlpi_engine *engine)
{
    const size_t L = engine->packed.count;
    engine->stride = panel_stride(engine->max_rows);
    const size_t rows = engine->stride / MLPI_PANEL;
    engine->h = mlpi_allocate(L, sizeof *engine->h);
    engine->y = mlpi_allocate(L, sizeof *engine->y);
    engine->d = mlpi_allocate(L, sizeof *engine->d);
    engine->x = floats(rows, padded(engine->network->inputs));
    engine->first_task = mlpi_allocate(L + 1, sizeof *engine->first_task);
    if (engine->h == NULL || engine->y == NULL || engine->d == NULL || engine->x == NULL ||
        engine->first_task == NULL)
        return false;
    for (size_t l = 0; l < L; l++)
        if (!make_layer_buffers(engine, l, rows))
            return false;
    mlpi_weight_tasks(&engine->packed, engine->first_task);
    return true;
}

/* Pairs of units need half the panels, pairs of rows half the rows. */
static bool make_half(const mlpi_engine *engine, size_t units, mlpi_half *half)
{
    half->units = floats(engine->stride, mlpi_panels((units + 1) / 2));
    half->rows = floats(engine->half_stride, mlpi_panels(units));
    return half->units != NULL && half->rows != NULL;
}

static bool make_halves(mlpi_engine *engine)
{
    const size_t L = engine->packed.count;
    if (engine->packed.bf16 == NULL)
        return true;
    engine->half_stride = panel_stride((engine->max_rows + 1) / 2);
    engine->half_y = mlpi_allocate(L, sizeof *engine->half_y);
    engine->half_d = mlpi_allocate(L, sizeof *engine->half_d);
    if (engine->half_y == NULL || engine->half_d == NULL)
        return false;
    for (size_t l = 0; l < L; l++)
        if (!make_half(engine, engine->packed.layers[l].inputs, &engine->half_y[l]) ||
            !make_half(engine, engine->packed.layers[l].units, &engine->half_d[l]))
            return false;
    return true;
}

static void free_halves(mlpi_half *halves, size_t count)
{
    for (size_t l = 0; halves != NULL && l < count; l++) {
        mlpi_free(halves[l].units);
        mlpi_free(halves[l].rows);
    }
    mlpi_free(halves);
}

mlp_status mlpi_engine_create(const mlp_network *network, size_t max_rows, int threads,
                              mlp_precision precision, mlpi_engine **engine, mlp_error *err)
{
    mlpi_engine *made = mlpi_allocate(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "the engine");
    made->network = network;
    made->threads = mlpi_threads(threads);
    made->team = mlpi_team_create(made->threads, WORTH_THREADS);
    made->max_rows = max_rows;
    const mlp_status status =
        mlpi_packed_init(&made->packed, network, max_rows > 0, precision, err);
    if (status != MLP_OK) {
        mlpi_engine_free(made);
        return status;
    }
    made->loss = floats(1, max_rows > WAVE ? max_rows : WAVE);
    if (made->team == NULL || made->loss == NULL || !make_scratch(made) ||
        (max_rows > 0 && !(make_training_buffers(made) && make_halves(made)))) {
        mlpi_engine_free(made);
        return mlpi_fail_memory(err, "the engine; a smaller `batch` needs less");
    }
    *engine = made;
    return MLP_OK;
}

static void free_layers(mlpi_engine *engine)
{
    for (size_t l = 0; l < engine->packed.count; l++) {
        if (engine->y != NULL && engine->h != NULL && engine->y[l] != engine->h[l])
            mlpi_free(engine->y[l]);
        if (engine->h != NULL)
            mlpi_free(engine->h[l]);
        if (engine->d != NULL)
            mlpi_free(engine->d[l]);
    }
    mlpi_free(engine->h);
    mlpi_free(engine->y);
    mlpi_free(engine->d);
}

void mlpi_engine_free(mlpi_engine *engine)
{
    if (engine == NULL)
        return;
    for (int t = 0; engine->scratch != NULL && t < engine->threads; t++) {
        mlpi_free(engine->scratch[t].ping);
        mlpi_free(engine->scratch[t].pong);
        mlpi_free(engine->scratch[t].output);
        mlpi_free(engine->scratch[t].exact);
        mlpi_free(engine->scratch[t].gradient);
    }
    mlpi_team_free(engine->team);
    mlpi_noise_release(engine);
    mlpi_limits_release(engine);
    free_layers(engine);
    free_halves(engine->half_y, engine->packed.count);
    free_halves(engine->half_d, engine->packed.count);
    mlpi_free(engine->scratch);
    mlpi_free(engine->x);
    mlpi_free(engine->first_task);
    mlpi_free(engine->loss);
    mlpi_batch_norm_free(engine->norm, engine->packed.count);
    mlpi_input_scale_free(engine->scale);
    mlpi_shared_free(engine->shared);
    mlpi_packed_release(&engine->packed);
    mlpi_free(engine);
}

/* --- parameters and state --------------------------------------------------------------------- */

size_t mlpi_engine_size(const mlpi_engine *engine)
{
    return mlpi_size_of(engine);
}

void mlpi_engine_put(mlpi_engine *engine, const float *parameters)
{
    mlpi_packed_put(&engine->packed, parameters);
    if (engine->norm != NULL)
        mlpi_batch_norm_reset(engine->norm, &engine->packed);
    if (engine->scale != NULL)
        mlpi_input_scale_reset(engine);
}

void mlpi_engine_get(const mlpi_engine *engine, float *parameters)
{
    mlpi_packed_get(&engine->packed, parameters);
    if (engine->norm != NULL)
        mlpi_batch_norm_fold(engine->norm, &engine->packed, parameters);
}

static size_t state_before_scales(const mlpi_engine *engine)
{
    return engine->network->size + (engine->norm != NULL ? mlpi_batch_norm_state(engine->norm) : 0);
}

size_t mlpi_engine_state(const mlpi_engine *engine)
{
    return state_before_scales(engine) +
           (engine->scale != NULL ? mlpi_input_scale_state(engine) : 0);
}

void mlpi_engine_save(const mlpi_engine *engine, float *state)
{
    mlpi_packed_get(&engine->packed, state);
    if (engine->norm != NULL)
        mlpi_batch_norm_save(engine->norm, state + engine->network->size);
    if (engine->scale != NULL)
        mlpi_input_scale_save(engine, state + state_before_scales(engine));
}

void mlpi_engine_restore(mlpi_engine *engine, const float *state)
{
    mlpi_packed_put(&engine->packed, state);
    if (engine->norm != NULL)
        mlpi_batch_norm_restore(engine->norm, state + engine->network->size);
    if (engine->scale != NULL)
        mlpi_input_scale_restore(engine, state + state_before_scales(engine));
}

/* --- steps ------------------------------------------------------------------------------------ */

static double sum(const float *values, size_t n)
{
    double total = 0.0;
    for (size_t i = 0; i < n; i++)
        total += (double)values[i];
    return total;
}

/* Threads that share the work on some rows, at so many operations per row and parameter. */
static int threads_for(const mlpi_engine *engine, size_t rows, double operations)
{
    return mlpi_team_share(engine->team,
                           operations * (double)rows * (double)engine->packed.weights);
}

static size_t blocks_of(size_t rows, size_t block)
{
    return (rows + block - 1) / block;
}

/* Rows of a block: the rows are shared out evenly to the threads, in multiples of BLOCK_STEP; a
 * share of more than `most` rows is cut further. */
static size_t block_of(size_t rows, int threads, size_t most)
{
    const size_t share = blocks_of(blocks_of(rows, (size_t)threads), BLOCK_STEP) * BLOCK_STEP;
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

/* The row phase of the step's own rows. */
static void run_rows(mlpi_step *step, int threads)
{
    const mlpi_engine *engine = step->engine;
    const size_t rows = step->end - step->first;
    if (rows == 0)
        return;
    step->block = block_of(rows, threads, BLOCK);
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

/* Part of a batch: rows first .. first + count - 1. */
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
    const mlpi_packed *packed; /* the folded network where there is batch normalisation */
    const mlpi_batch *batch;
    size_t first, rows;
    size_t block; /* rows of a block */
    float *y;     /* of all rows of the batch; or NULL */
    float *loss;  /* of the rows of the wave */
} wave;

static void forward_block(void *context, size_t i, int thread)
{
    const wave *w = context;
    mlpi_engine *engine = w->engine;
    assert(w->block <= engine->block && w->rows <= WAVE);
    mlpi_scratch *scratch = &engine->scratch[thread];
    const size_t in_wave = i * w->block, first = w->first + in_wave;
    const size_t left = w->rows - in_wave, count = left < w->block ? left : w->block;
    const size_t K = mlp_network_outputs(engine->network);
    const size_t stride = panel_stride(count);
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

/* Rows first .. first + rows - 1, at most WAVE of them; their losses are in engine->loss. Ranks share them out where that
 * is worth while. */
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
    return left < WAVE ? left : WAVE;
}

double mlpi_engine_forward(mlpi_engine *engine, const mlpi_batch *batch, float *y)
{
    double loss = 0.0;
    for (size_t first = 0; first < batch->rows; first += WAVE) {
        const size_t rows = rows_of_wave(batch, first);
        if (!forward_wave(engine, batch, first, rows, y))
            return (double)NAN;
        loss += batch->target != NULL ? sum(engine->loss, rows) : 0.0;
    }
    return batch->target != NULL && batch->rows > 0 ? loss / (double)batch->rows : (double)NAN;
}

void mlpi_engine_losses(mlpi_engine *engine, const mlpi_batch *batch, float *y, double *loss)
{
    for (size_t first = 0; first < batch->rows; first += WAVE) {
        const size_t rows = rows_of_wave(batch, first);
        const bool done = forward_wave(engine, batch, first, rows, y);
        for (size_t r = 0; r < rows; r++)
            loss[first + r] = done ? (double)engine->loss[r] : (double)NAN;
    }
}
