/* SPDX-License-Identifier: MIT */
/* Steps whose rows several ranks share (mlp/ranks.h). Each rank runs the row phase for its own part
 * of the batch. In the weight phase the sums over the batch pass from rank to rank, in the order of
 * the rows: rank 0 begins them, every rank adds its rows to the sums of the previous rank, and the
 * last rank has the gradient. So every element is the same chain of multiply-adds as without ranks
 * and has the same bits. The weights pass in groups, as in a pipeline: while a rank adds to one
 * group, the next rank adds to the previous group. The last rank updates the network and sends the
 * parameters, as many bytes as the gradient, to all ranks; no work is done twice. Rows for which
 * only outputs are computed are divided among the ranks, too, and all ranks receive all outputs. */
#include <string.h>

#include "engine/inside.h"

enum {
    TILE = 16,      /* ranks get whole tiles of rows, and so whole pairs of rows in bfloat16 */
    GROUP = 1 << 14 /* approximate number of floats in a group of weights: 64 KiB */
};

/* From this number of operations on (about a millisecond), dividing the rows saves more time than
 * the exchange of the outputs costs. */
static const double WORTH_MESSAGES = 1e8;

/* The numbers that follow the gradient in mlpi_shared.sums. */
typedef struct tail {
    double loss;    /* sum over the rows so far */
    uint64_t wants; /* bits of all ranks so far (mlpi_comm.wants) */
} tail;

mlp_status mlpi_engine_share(mlpi_engine *engine, mlpi_comm *ranks, mlp_error *err)
{
    mlpi_shared *made = mlpi_allocate(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "ranks");
    made->ranks = ranks;
    made->sums =
        mlpi_allocate(engine->packed.size + sizeof(tail) / sizeof(float), sizeof *made->sums);
    if (made->sums == NULL) {
        mlpi_shared_free(made);
        return mlpi_fail_memory(err, "ranks");
    }
    engine->shared = made;
    return MLP_OK;
}

void mlpi_shared_free(mlpi_shared *shared)
{
    if (shared == NULL)
        return;
    mlpi_free(shared->sums);
    mlpi_free(shared);
}

static size_t first_row(size_t rows, size_t rank, size_t ranks)
{
    const size_t tiles = (rows + TILE - 1) / TILE;
    const size_t row = (rank * tiles + ranks - 1) / ranks * TILE;
    return row < rows ? row : rows;
}

void mlpi_shared_rows(const mlpi_engine *engine, size_t rows, size_t *first, size_t *end)
{
    const mlp_ranks *face = &engine->shared->ranks->face;
    *first = first_row(rows, face->rank, face->ranks);
    *end = first_row(rows, face->rank + 1, face->ranks);
}

/* --- outputs without a step ------------------------------------------------------------------- */

bool mlpi_shared_answers(const mlpi_engine *engine, size_t rows)
{
    return engine->shared != NULL &&
           2.0 * (double)rows * (double)engine->packed.weights >= WORTH_MESSAGES;
}

bool mlpi_shared_gather(const mlpi_engine *engine, size_t rows, size_t width, float *values)
{
    const size_t row = width * sizeof *values;
    size_t first = 0, end = 0;
    mlpi_shared_rows(engine, rows, &first, &end);
    return mlpi_comm_gather(engine->shared->ranks, values, first * row, end * row, rows * row);
}

/* --- steps ------------------------------------------------------------------------------------ */

/* Neighbouring panels of a layer whose sums are sent together. */
typedef struct group {
    const mlpi_step *step;
    size_t layer, panel, panels;
} group;

static void sum_piece(void *context, size_t i, int thread)
{
    const group *g = context;
    (void)thread;
    mlpi_sum_weights(g->step, g->layer, g->panel, g->panels, i, g->step->engine->shared->sums);
}

static bool sum_group(const group *g, int threads)
{
    const mlpi_engine *engine = g->step->engine;
    const mlpi_packed_layer *layer = &engine->packed.layers[g->layer];
    const size_t panel = layer->inputs * MLPI_PANEL, bytes = g->panels * panel * sizeof(float);
    float *sums = engine->shared->sums + layer->weights_at + g->panel * panel;
    if (!mlpi_comm_take(engine->shared->ranks, sums, bytes))
        return false;
    if (g->step->first < g->step->end)
        mlpi_team_run(engine->team, threads, mlpi_sum_pieces(engine, g->layer, g->panels),
                      sum_piece, (void *)(uintptr_t)g);
    return mlpi_comm_pass(engine->shared->ranks, sums, bytes);
}

static bool sum_layer(const mlpi_step *step, size_t l, int threads)
{
    const mlpi_packed_layer *layer = &step->engine->packed.layers[l];
    const size_t panels = mlpi_panels(layer->units), pair = 2 * layer->inputs * MLPI_PANEL;
    const size_t most = 2 * (pair < GROUP ? GROUP / pair : 1);
    for (size_t p = 0; p < panels; p += most) {
        const group g = {step, l, p, panels - p < most ? panels - p : most};
        if (!sum_group(&g, threads))
            return false;
    }
    return true;
}

static void sum_biases(void *context, size_t l, int thread)
{
    const mlpi_step *step = context;
    (void)thread;
    mlpi_sum_biases(step, l, step->engine->shared->sums);
}

/* Sums the gradient of the biases and the loss over the ranks, and unites their `wants`. */
static bool sum_rest(mlpi_step *step, int threads)
{
    const mlpi_engine *engine = step->engine;
    mlpi_comm *ranks = engine->shared->ranks;
    float *biases = engine->shared->sums + engine->packed.weights,
          *end = engine->shared->sums + engine->packed.size;
    const size_t bytes = (size_t)(end - biases) * sizeof *biases + sizeof(tail);
    tail t = {0};
    if (mlpi_comm_are_first(ranks))
        memset(biases, 0, bytes);
    if (!mlpi_comm_take(ranks, biases, bytes))
        return false;
    if (step->first < step->end)
        mlpi_team_run(engine->team, threads, engine->packed.count, sum_biases, step);
    memcpy(&t, end, sizeof t);
    for (size_t r = step->first; r < step->end; r++)
        t.loss += (double)engine->loss[r];
    t.wants |= ranks->wants;
    memcpy(end, &t, sizeof t);
    return mlpi_comm_pass(ranks, biases, bytes);
}

bool mlpi_shared_sum(mlpi_step *step, int threads)
{
    const mlpi_engine *engine = step->engine;
    for (size_t l = 0; l < engine->packed.count; l++)
        if (!sum_layer(step, l, threads))
            return false;
    step->sums = engine->shared->sums;
    return sum_rest(step, threads);
}

bool mlpi_shared_updates(const mlpi_engine *engine)
{
    return engine->shared == NULL || mlpi_comm_are_last(engine->shared->ranks);
}

bool mlpi_shared_return(mlpi_step *step, int threads, double *loss)
{
    mlpi_engine *engine = step->engine;
    mlpi_comm *ranks = engine->shared->ranks;
    float *end = engine->shared->sums + engine->packed.size;
    tail t;
    if (!mlpi_comm_return(ranks, end, sizeof t) ||
        !mlpi_comm_return(ranks, engine->packed.parameters,
                          engine->packed.size * sizeof *engine->packed.parameters))
        return false;
    memcpy(&t, end, sizeof t);
    ranks->agreed = (uint32_t)t.wants;
    *loss = t.loss;
    if (!mlpi_comm_are_last(ranks))
        mlpi_team_run(engine->team, threads, engine->first_task[engine->packed.count],
                      mlpi_refresh_task, step);
    return true;
}

bool mlpi_engine_return(mlpi_engine *engine)
{
    return engine->scale == NULL || mlpi_input_scale_return(engine, engine->shared->ranks);
}
