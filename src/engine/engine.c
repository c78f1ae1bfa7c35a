/* SPDX-License-Identifier: MIT */
/* The engine on the processor's cores.
 *
 * A step has two phases with a barrier after each:
 *
 *   row phase     the batch is cut into fixed blocks of rows; each block runs forward, loss and
 *                 backward through all layers without waiting for anyone;
 *   weight phase  the weight gradients are cut into fixed tiles of neurons; each tile is one
 * product over the whole batch, followed at once by the update of those weights.
 *
 * No gradient copies per thread, and every number is computed in the same order whoever computes
 * it. */
#include "engine/engine.h"

#include <math.h>
#include <string.h>

#include "base/base.h"
#include "math/kernels.h"
#include "network/layout.h"

enum {
    BLOCK = 32,             /* rows of a block of the row phase and of prediction */
    TILE = 32,              /* neurons of a tile of the weight phase */
    WAVE = 1024,            /* blocks of prediction handed out at a time */
    WORTH_THREADS = 4000000 /* operations below which a second thread costs more than it brings */
};

typedef struct tile {
    size_t layer, first, count; /* neurons first..first+count-1 of layers[layer] */
} tile;

struct mlpi_engine {
    mlp_network *network;
    const mlpi_kernel_table *kernels;
    int threads;
    size_t max_rows;
    float *x;            /* gathered inputs, max_rows x N_0 */
    float *target;       /* gathered targets */
    float **h, **y, **d; /* per layer 0..L-1: max_rows x N_l each */
    tile *tiles;
    size_t tile_count;
    float *gradient;    /* network->size */
    double *block_loss; /* one for each block of a wave or of the batch */
    float **scratch;    /* per thread: two blocks and a row of the widest layer, for prediction */
    size_t widest;
    /* of the running call */
    const mlpi_batch *batch;
    size_t first_row;
    float *outputs;
    mlpi_update update;
    void *context;
};

/* --- creation ------------------------------------------------------------------------------- */

static size_t blocks_of(size_t rows)
{
    return (rows + BLOCK - 1) / BLOCK;
}

static float *rows_of(size_t rows, size_t width)
{
    size_t count = 0;
    return mlpi_multiply(rows, width, &count) ? mlpi_allocate(count, sizeof(float)) : NULL;
}

static bool make_tiles(mlpi_engine *engine)
{
    const mlp_network *network = engine->network;
    for (size_t l = 0; l < network->count; l++)
        engine->tile_count += (network->layers[l].units + TILE - 1) / TILE;
    engine->tiles = mlpi_allocate(engine->tile_count, sizeof *engine->tiles);
    if (engine->tiles == NULL)
        return false;
    tile *next = engine->tiles;
    for (size_t l = 0; l < network->count; l++) {
        const size_t units = network->layers[l].units;
        for (size_t first = 0; first < units; first += TILE)
            *next++ = (tile){l, first, units - first < TILE ? units - first : TILE};
    }
    return true;
}

static bool make_training_buffers(mlpi_engine *engine)
{
    const mlp_network *network = engine->network;
    const size_t L = network->count, rows = blocks_of(engine->max_rows) * BLOCK;
    engine->h = mlpi_allocate(L, sizeof *engine->h);
    engine->y = mlpi_allocate(L, sizeof *engine->y);
    engine->d = mlpi_allocate(L, sizeof *engine->d);
    engine->x = rows_of(rows, network->inputs);
    engine->target = rows_of(rows, mlp_network_outputs(network));
    engine->gradient = mlpi_allocate(network->size, sizeof(float));
    if (engine->h == NULL || engine->y == NULL || engine->d == NULL || engine->x == NULL ||
        engine->target == NULL || engine->gradient == NULL)
        return false;
    for (size_t l = 0; l < L; l++) {
        engine->h[l] = rows_of(rows, network->layers[l].units);
        engine->y[l] = rows_of(rows, network->layers[l].units);
        engine->d[l] = rows_of(rows, network->layers[l].units);
        if (engine->h[l] == NULL || engine->y[l] == NULL || engine->d[l] == NULL)
            return false;
    }
    return make_tiles(engine);
}

static bool make_prediction_buffers(mlpi_engine *engine)
{
    const mlp_network *network = engine->network;
    engine->widest = network->inputs;
    for (size_t l = 0; l < network->count; l++)
        if (network->layers[l].units > engine->widest)
            engine->widest = network->layers[l].units;
    engine->scratch = mlpi_allocate((size_t)engine->threads, sizeof *engine->scratch);
    for (int t = 0; engine->scratch != NULL && t < engine->threads; t++) {
        engine->scratch[t] = rows_of(2 * BLOCK + 1, engine->widest);
        if (engine->scratch[t] == NULL)
            return false;
    }
    return engine->scratch != NULL;
}

mlp_status mlpi_engine_create(mlp_network *network, size_t max_rows, int threads,
                              mlpi_engine **engine, mlp_error *err)
{
    mlpi_engine *made = mlpi_allocate(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "the engine");
    made->network = network;
    made->kernels = mlpi_kernels();
    made->threads = mlpi_threads(threads);
    made->max_rows = max_rows;
    const size_t blocks = blocks_of(max_rows) > WAVE ? blocks_of(max_rows) : WAVE;
    made->block_loss = mlpi_allocate(blocks, sizeof *made->block_loss);
    if (made->block_loss == NULL || !make_prediction_buffers(made) ||
        (max_rows > 0 && !make_training_buffers(made))) {
        mlpi_engine_free(made);
        return mlpi_fail_memory(err, "the engine; a smaller --batch needs less");
    }
    *engine = made;
    return MLP_OK;
}

static void free_all(float **list, size_t count)
{
    for (size_t i = 0; list != NULL && i < count; i++)
        mlpi_free(list[i]);
    mlpi_free(list);
}

void mlpi_engine_free(mlpi_engine *engine)
{
    if (engine == NULL)
        return;
    const size_t L = engine->network->count;
    free_all(engine->h, L);
    free_all(engine->y, L);
    free_all(engine->d, L);
    free_all(engine->scratch, (size_t)engine->threads);
    mlpi_free(engine->x);
    mlpi_free(engine->target);
    mlpi_free(engine->gradient);
    mlpi_free(engine->tiles);
    mlpi_free(engine->block_loss);
    mlpi_free(engine);
}

/* --- rows ------------------------------------------------------------------------------------- */

/* Copies BLOCK rows of the batch from row `first` on; rows past its end are zeros. */
static void gather(const mlpi_batch *batch, const float *from, size_t first, size_t width,
                   float *to)
{
    for (size_t r = 0; r < BLOCK; r++) {
        const size_t row = first + r;
        if (row < batch->rows)
            memcpy(to + r * width, from + (batch->index != NULL ? batch->index[row] : row) * width,
                   width * sizeof(float));
        else
            memset(to + r * width, 0, width * sizeof(float));
    }
}

static void activate(const mlpi_engine *engine, size_t l, const float *h, float *y)
{
    const mlp_layer layer = engine->network->layers[l];
    if (layer.activation == MLP_SOFTMAX)
        engine->kernels->softmax(BLOCK, layer.units, h, y);
    else
        engine->kernels->activate[layer.activation](BLOCK * layer.units, h, y);
}

/* h = y W^T - b for a block of rows. */
static void weigh(const mlpi_engine *engine, size_t l, const float *y, float *h)
{
    const mlp_network *network = engine->network;
    const size_t units = network->layers[l].units, inputs = mlpi_layer_inputs(network, l);
    mlpi_gemm_nt(BLOCK, units, inputs, y, inputs, network->parameters + network->weights_at[l],
                 inputs, h, units);
    engine->kernels->subtract_rows(BLOCK, units, network->parameters + network->biases_at[l], h);
}

/* --- losses outside the fused pairs ----------------------------------------------------------- */

static double inside(double y)
{
    return y < MLP_LOSS_MARGIN         ? MLP_LOSS_MARGIN
           : y > 1.0 - MLP_LOSS_MARGIN ? 1.0 - MLP_LOSS_MARGIN
                                       : y;
}

/* Loss of one output and its slope, as in network/reference.c. */
static double one_loss(mlp_loss loss, double y, double s, double *slope)
{
    const double p = inside(y);
    if (loss == MLP_QUADRATIC) {
        *slope = 2.0 * (y - s);
        return (y - s) * (y - s);
    }
    const double passes = p == y ? 1.0 : 0.0;
    if (loss == MLP_BINARY_CROSS_ENTROPY) {
        *slope = passes * ((1.0 - s) / (1.0 - p) - s / p);
        return -(s * log(p) + (1.0 - s) * log(1.0 - p));
    }
    *slope = passes * (-s / p);
    return -s * log(p);
}

static double plain_loss_row(const mlpi_engine *engine, const float *y, const float *s, float *d)
{
    const size_t K = mlp_network_outputs(engine->network);
    double loss = 0.0, mean = 0.0;
    for (size_t k = 0; k < K; k++) {
        double slope = 0.0;
        loss += one_loss(engine->network->loss, (double)y[k], (double)s[k], &slope);
        mean += slope * (double)y[k];
        d[k] = (float)slope;
    }
    if (engine->network->layers[engine->network->count - 1].activation == MLP_SOFTMAX)
        for (size_t k = 0; k < K; k++) /* the full Jacobian of softmax */
            d[k] = y[k] * (d[k] - (float)mean);
    return loss;
}

/* Outputs y, dual activations d and the loss of one row of activations h. */
static double output_row(const mlpi_engine *engine, const float *h, const float *s, float *y,
                         float *d)
{
    const mlp_network *network = engine->network;
    const size_t K = mlp_network_outputs(network);
    const mlp_activation f = network->layers[network->count - 1].activation;
    if (mlpi_loss_is_fused(network->loss, f))
        return f == MLP_SOFTMAX ? engine->kernels->fused_softmax(K, h, s, y, d)
                                : engine->kernels->fused_logistic(K, h, s, y, d);
    if (f == MLP_SOFTMAX)
        engine->kernels->softmax(1, K, h, y);
    else
        engine->kernels->activate[f](K, h, y);
    const double loss = plain_loss_row(engine, y, s, d);
    if (f != MLP_SOFTMAX)
        engine->kernels->chain[f](K, h, y, d);
    return loss;
}

/* --- the row phase ---------------------------------------------------------------------------- */

static void output_block(mlpi_engine *engine, size_t block)
{
    const size_t L = engine->network->count, K = mlp_network_outputs(engine->network);
    const size_t first = block * BLOCK;
    const float share = 1.0f / (float)engine->batch->rows;
    double loss = 0.0;
    for (size_t r = first; r < first + BLOCK; r++) {
        float *d = engine->d[L - 1] + r * K;
        const double one = output_row(engine, engine->h[L - 1] + r * K, engine->target + r * K,
                                      engine->y[L - 1] + r * K, d);
        const bool real = r < engine->batch->rows;
        loss += real ? one : 0.0;
        for (size_t k = 0; k < K; k++)
            d[k] = real ? d[k] * share : 0.0f;
    }
    engine->block_loss[block] = loss;
}

/* d of layer l from d of layer l + 1. */
static void backward_block(mlpi_engine *engine, size_t l, size_t first)
{
    const mlp_network *network = engine->network;
    const size_t units = network->layers[l].units, next = network->layers[l + 1].units;
    const mlp_activation f = network->layers[l].activation;
    const float *h = engine->h[l] + first * units;
    float *d = engine->d[l] + first * units;
    mlpi_gemm_nn(BLOCK, units, next, engine->d[l + 1] + first * next, next,
                 network->parameters + network->weights_at[l + 1], units, d, units);
    if (network->surrogate && mlp_activation_describe(f)->threshold)
        engine->kernels->straight_through(BLOCK * units, h, d);
    else
        engine->kernels->chain[f](BLOCK * units, h, engine->y[l] + first * units, d);
}

static void row_block(void *context, size_t block, int thread)
{
    (void)thread;
    mlpi_engine *engine = context;
    const mlp_network *network = engine->network;
    const size_t first = block * BLOCK, L = network->count, K = mlp_network_outputs(network);
    gather(engine->batch, engine->batch->x, first, network->inputs,
           engine->x + first * network->inputs);
    gather(engine->batch, engine->batch->target, first, K, engine->target + first * K);
    const float *y = engine->x + first * network->inputs;
    for (size_t l = 0; l < L; l++) {
        const size_t units = network->layers[l].units;
        weigh(engine, l, y, engine->h[l] + first * units);
        if (l + 1 < L)
            activate(engine, l, engine->h[l] + first * units, engine->y[l] + first * units);
        y = engine->y[l] + first * units;
    }
    output_block(engine, block);
    for (size_t l = L - 1; l-- > 0;)
        backward_block(engine, l, first);
}

/* --- the weight phase ------------------------------------------------------------------------- */

static void bias_gradient(const mlpi_engine *engine, const tile *t, float *db)
{
    const size_t units = engine->network->layers[t->layer].units;
    memset(db, 0, t->count * sizeof *db);
    for (size_t r = 0; r < engine->batch->rows; r++) {
        const float *d = engine->d[t->layer] + r * units + t->first;
        for (size_t i = 0; i < t->count; i++)
            db[i] -= d[i];
    }
}

static void weight_tile(void *context, size_t i, int thread)
{
    (void)thread;
    mlpi_engine *engine = context;
    const mlp_network *network = engine->network;
    const tile *t = &engine->tiles[i];
    const size_t units = network->layers[t->layer].units;
    const size_t inputs = mlpi_layer_inputs(network, t->layer);
    const float *y = t->layer == 0 ? engine->x : engine->y[t->layer - 1];
    const size_t weights = network->weights_at[t->layer] + t->first * inputs;
    const size_t biases = network->biases_at[t->layer] + t->first;
    mlpi_gemm_tn(t->count, inputs, engine->batch->rows, engine->d[t->layer] + t->first, units, y,
                 inputs, engine->gradient + weights, inputs);
    bias_gradient(engine, t, engine->gradient + biases);
    if (engine->update == NULL)
        return;
    engine->update(engine->context, weights, t->count * inputs, engine->gradient + weights,
                   network->parameters + weights);
    engine->update(engine->context, biases, t->count, engine->gradient + biases,
                   network->parameters + biases);
}

/* --- calls ---------------------------------------------------------------------------------------
 */

static double sum(const double *values, size_t n)
{
    double total = 0.0;
    for (size_t i = 0; i < n; i++)
        total += values[i];
    return total;
}

double mlpi_engine_step(mlpi_engine *engine, const mlpi_batch *batch, mlpi_update update,
                        void *context)
{
    const size_t blocks = blocks_of(batch->rows);
    const double work = 6.0 * (double)batch->rows * (double)engine->network->size;
    const int threads = work < WORTH_THREADS ? 1 : engine->threads;
    engine->batch = batch;
    engine->update = update;
    engine->context = context;
    mlpi_parallel(threads, blocks, row_block, engine);
    mlpi_parallel(threads, engine->tile_count, weight_tile, engine);
    return sum(engine->block_loss, blocks) / (double)batch->rows;
}

/* Part of a batch: rows first .. first + count - 1. */
static mlpi_batch part_of(const mlpi_engine *engine, const mlpi_batch *batch, size_t first,
                          size_t count)
{
    mlpi_batch part = {batch->x, batch->target, NULL, count};
    if (batch->index != NULL) {
        part.index = batch->index + first;
    } else {
        part.x += first * engine->network->inputs;
        part.target += first * mlp_network_outputs(engine->network);
    }
    return part;
}

double mlpi_engine_gradient(mlpi_engine *engine, const mlpi_batch *batch, float *gradient)
{
    const size_t size = engine->network->size;
    double loss = 0.0;
    memset(gradient, 0, size * sizeof *gradient);
    for (size_t first = 0; first < batch->rows; first += engine->max_rows) {
        const size_t left = batch->rows - first;
        const size_t count = left < engine->max_rows ? left : engine->max_rows;
        const mlpi_batch part = part_of(engine, batch, first, count);
        const double share = (double)count / (double)batch->rows;
        loss += share * mlpi_engine_step(engine, &part, NULL, NULL);
        for (size_t i = 0; i < size; i++)
            gradient[i] += (float)share * engine->gradient[i];
    }
    return loss;
}

static void forward_block(void *context, size_t i, int thread)
{
    mlpi_engine *engine = context;
    const mlp_network *network = engine->network;
    const size_t first = engine->first_row + i * BLOCK, K = mlp_network_outputs(network);
    const size_t left = engine->batch->rows - first, rows = left < BLOCK ? left : BLOCK;
    float *from = engine->scratch[thread], *to = from + BLOCK * engine->widest;
    gather(engine->batch, engine->batch->x, first, network->inputs, from);
    for (size_t l = 0; l < network->count; l++) {
        weigh(engine, l, from, to);
        float *const h = to;
        to = from;
        from = h;
        if (l + 1 < network->count)
            activate(engine, l, h, h);
    }
    double loss = 0.0; /* from = h of the output layer, `to` is free */
    float *const y = to, *const d = engine->scratch[thread] + 2 * BLOCK * engine->widest;
    if (engine->batch->target == NULL) {
        activate(engine, network->count - 1, from, y);
    } else {
        for (size_t r = 0; r < rows; r++) {
            const size_t row =
                engine->batch->index != NULL ? engine->batch->index[first + r] : first + r;
            loss += output_row(engine, from + r * K, engine->batch->target + row * K, y + r * K, d);
        }
    }
    engine->block_loss[i] = loss;
    if (engine->outputs != NULL)
        memcpy(engine->outputs + first * K, y, rows * K * sizeof *y);
}

double mlpi_engine_forward(mlpi_engine *engine, const mlpi_batch *batch, float *y)
{
    const double work = 2.0 * (double)batch->rows * (double)engine->network->size;
    const int threads = work < WORTH_THREADS ? 1 : engine->threads;
    double loss = 0.0;
    engine->batch = batch;
    engine->outputs = y;
    for (size_t first = 0; first < batch->rows; first += (size_t)WAVE * BLOCK) {
        const size_t blocks = blocks_of(batch->rows - first);
        const size_t wave = blocks < WAVE ? blocks : WAVE;
        engine->first_row = first;
        mlpi_parallel(threads, wave, forward_block, engine);
        loss += sum(engine->block_loss, wave);
    }
    return batch->target != NULL && batch->rows > 0 ? loss / (double)batch->rows : (double)NAN;
}
