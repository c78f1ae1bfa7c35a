/* SPDX-License-Identifier: MIT */
/* The engine on the processor's cores: its memory, its parameters and its state. */
#include "engine/inside.h"

#include <assert.h>

#include "network/layout.h"

enum {
    BLOCK_FLOATS = 1 << 20, /* size of a block of the widest layer in prediction: 4 MiB */
    WORTH_THREADS = 4000000 /* operations below which a second thread costs more than it saves */
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

static size_t block_of_prediction(size_t width)
{
    const size_t rows = BLOCK_FLOATS / width / MLPI_BLOCK_STEP * MLPI_BLOCK_STEP;
    return rows < MLPI_BLOCK_STEP ? MLPI_BLOCK_STEP : rows > MLPI_BLOCK ? MLPI_BLOCK : rows;
}

static bool make_scratch(mlpi_engine *engine)
{
    const size_t width = mlpi_packed_widest(&engine->packed),
                 outputs = mlp_network_outputs(engine->network);
    engine->block = block_of_prediction(width);
    engine->scratch = mlpi_allocate((size_t)engine->threads, sizeof *engine->scratch);
    for (int t = 0; engine->scratch != NULL && t < engine->threads; t++) {
        mlpi_scratch *s = &engine->scratch[t];
        s->ping = floats(mlpi_panel_stride(engine->block), width / MLPI_PANEL);
        s->pong = floats(mlpi_panel_stride(engine->block), width / MLPI_PANEL);
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
    engine->stride = mlpi_panel_stride(engine->max_rows);
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

/* A matrix of pairs of units has half the panels, a matrix of pairs of rows has half the rows. */
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
    engine->half_stride = mlpi_panel_stride((engine->max_rows + 1) / 2);
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
    made->loss = floats(1, max_rows > MLPI_WAVE ? max_rows : MLPI_WAVE);
    if (made->team == NULL || made->loss == NULL || !make_scratch(made) ||
        (max_rows > 0 && !(make_training_buffers(made) && make_halves(made)))) {
        mlpi_engine_free(made);
        return mlpi_fail_memory(err,
                                "computing the network; in training, a smaller `batch` needs less");
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
    if (!engine->borrows_team)
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

void mlpi_engine_work_with(mlpi_engine *engine, const mlpi_engine *other)
{
    assert(engine->threads == other->threads && !engine->borrows_team);
    mlpi_team_free(engine->team);
    engine->team = other->team;
    engine->borrows_team = true;
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
