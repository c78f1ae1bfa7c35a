/* SPDX-License-Identifier: MIT */
/* The gradient check compares the engine's gradient with the reference's, and the reference's with
 * central differences of its loss, dE/dw_i = (E(w + h e_i) - E(w - h e_i)) / 2h. */
#include <math.h>
#include <string.h>

#include "base/base.h"
#include "engine/engine.h"
#include "mlp/train.h"
#include "model/model.h"
#include "network/layout.h"

typedef struct checker {
    const mlp_network *network;
    mlp_trace *trace;
    double *w, *x, *target, *reference;
    float *engine;
    size_t rows;
} checker;

static double norm_of_difference(const double *a, const float *b, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += (a[i] - (double)b[i]) * (a[i] - (double)b[i]);
    return sqrt(sum);
}

static double norm(const double *a, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * a[i];
    return sqrt(sum);
}

/* The values of h, at most two, at which an activation has a corner or a jump: differences across
 * them do not approximate the slope. Returns their number. */
static size_t corners_of(mlp_activation f, double corner[2])
{
    corner[0] = corner[1] = 0.0;
    switch (f) {
    case MLP_RELU:
    case MLP_STEP:
    case MLP_SIGN:
    case MLP_LEAKY_RELU:
    case MLP_SELU:
        return 1;
    case MLP_HARD_LOGISTIC:
    case MLP_HARD_TANH:
        corner[0] = f == MLP_HARD_TANH ? -1.0 : -3.0;
        corner[1] = -corner[0];
        return 2;
    default:
        return 0;
    }
}

/* Extends a hash by the piece of the loss that each output of the traced row is on. */
static uint64_t pieces(const checker *c, const double *target, uint64_t hash)
{
    const double *y = c->trace->y[c->network->count];
    for (size_t k = 0; k < mlp_network_outputs(c->network); k++) {
        const int piece =
            mlpi_loss_piece(c->network->loss, y[k], target[k], mlpi_loss_number(c->network, k));
        hash = mlpi_hash(hash, &piece, sizeof piece);
    }
    return hash;
}

/* Returns the mean loss of all rows at the checker's w. *sides is a hash of the side of its corners
 * on which each neuron is, and of the piece of the loss on which each output is, in every row. */
static double loss_and_sides(const checker *c, uint64_t *sides)
{
    const mlp_network *n = c->network;
    const size_t K = mlp_network_outputs(n);
    double loss = 0.0;
    *sides = MLPI_HASH_START;
    for (size_t r = 0; r < c->rows; r++) {
        mlp_reference_pattern(n, c->w, c->x + r * n->inputs, c->target + r * K, c->trace);
        loss += c->trace->loss / (double)c->rows;
        *sides = pieces(c, c->target + r * K, *sides);
        for (size_t l = 1; l <= n->count; l++) {
            double corner[2];
            const size_t corners = corners_of(n->layers[l - 1].activation, corner);
            for (size_t i = 0; i < c->trace->units[l] * corners; i++) {
                const unsigned char side = c->trace->h[l][i / corners] > corner[i % corners];
                *sides = mlpi_hash(*sides, &side, 1);
            }
        }
    }
    return loss;
}

/* Computes the central difference for parameter i. false: a corner lies between its two ends. */
static bool difference(const checker *c, size_t i, double *slope)
{
    const double w = c->w[i], h = 6e-6 * fmax(1.0, fabs(w));
    uint64_t above = 0, below = 0;
    c->w[i] = w + h;
    const double upper = loss_and_sides(c, &above);
    c->w[i] = w - h;
    const double lower = loss_and_sides(c, &below);
    c->w[i] = w;
    *slope = (upper - lower) / (2.0 * h);
    return above == below;
}

/* Finds which W^l[i,j] or b^l[i] the parameter at index `at` is; a bias has column 0. */
static void locate(const mlp_network *n, size_t at, mlp_gradient_check *check)
{
    check->worst = at;
    for (size_t l = 0; l < n->count; l++) {
        const size_t units = n->layers[l].units, inputs = mlpi_layer_inputs(n, l);
        if (at >= n->weights_at[l] && at < n->weights_at[l] + units * inputs) {
            check->worst_layer = l + 1;
            check->worst_row = (at - n->weights_at[l]) / inputs + 1;
            check->worst_column = (at - n->weights_at[l]) % inputs + 1;
        } else if (at >= n->biases_at[l] && at < n->biases_at[l] + units) {
            check->worst_layer = l + 1;
            check->worst_row = at - n->biases_at[l] + 1;
            check->worst_column = 0;
        }
    }
}

static void compare(const checker *c, size_t limit, mlp_gradient_check *check)
{
    const size_t size = c->network->size;
    const size_t count = limit == 0 || limit > size ? size : limit;
    double squares = 0.0, total = 0.0, worst = -1.0;
    for (size_t k = 0; k < count; k++) {
        const size_t i = (size_t)((double)k * (double)size / (double)count);
        double slope = 0.0;
        if (!difference(c, i, &slope)) {
            check->kinks++;
            continue;
        }
        check->checked++;
        squares += (c->reference[i] - slope) * (c->reference[i] - slope);
        total += slope * slope;
        const double off = fabs((double)c->engine[i] - slope);
        if (off > worst) {
            worst = off;
            locate(c->network, i, check);
            check->worst_engine = (double)c->engine[i];
            check->worst_difference = slope;
        }
    }
    const double scale = norm(c->reference, size);
    check->parameters = size;
    check->engine_error = norm_of_difference(c->reference, c->engine, size) / fmax(scale, 1e-30);
    check->reference_error = sqrt(squares) / fmax(sqrt(total), 1e-30);
    if (scale < 1e-12) /* at a minimum, relative errors of zeros mean nothing */
        check->engine_error = check->reference_error = 0.0;
    check->passed = check->engine_error <= 1e-4 && check->reference_error <= 1e-6;
}

static mlp_status fill(checker *c, const mlp_model *model, const mlp_encoded *encoded,
                       mlp_error *err)
{
    const mlp_network *n = c->network;
    const size_t K = mlp_network_outputs(n);
    c->w = mlpi_allocate(n->size, sizeof *c->w);
    c->reference = mlpi_allocate(n->size, sizeof *c->reference);
    c->engine = mlpi_allocate(n->size, sizeof *c->engine);
    c->x = mlpi_allocate(c->rows, n->inputs * sizeof *c->x);
    c->target = mlpi_allocate(c->rows, K * sizeof *c->target);
    if (c->w == NULL || c->reference == NULL || c->engine == NULL || c->x == NULL ||
        c->target == NULL)
        return mlpi_fail_memory(err, "the gradient check");
    for (size_t i = 0; i < n->size; i++)
        c->w[i] = (double)n->parameters[i];
    for (size_t i = 0; i < c->rows * n->inputs; i++)
        c->x[i] = (double)encoded->x[i];
    for (size_t i = 0; i < c->rows * K; i++)
        c->target[i] = (double)encoded->target[i];
    MLPI_TRY(mlp_trace_create(n, &c->trace, err));

    mlpi_engine *engine = NULL;
    const mlpi_batch batch = {.x = encoded->x, .target = encoded->target, .rows = c->rows};
    MLPI_TRY(mlpi_engine_create(mlp_model_network(model), c->rows, 1, MLP_PRECISION_FLOAT, &engine,
                                err));
    mlpi_engine_gradient(engine, &batch, c->engine);
    mlpi_engine_free(engine);
    mlp_reference_loss(n, c->w, c->x, c->target, c->rows, c->reference, c->trace);
    return MLP_OK;
}

mlp_status mlp_check_gradient(const mlp_model *model, const mlp_encoded *encoded, size_t rows,
                              size_t limit, mlp_gradient_check *check, mlp_error *err)
{
    if (encoded->target == NULL || encoded->rows == 0 || rows == 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "the gradient check needs rows with targets");
    checker c = {.network = mlp_model_network(model),
                 .rows = rows < encoded->rows ? rows : encoded->rows};
    mlp_gradient_check made = {0};
    const mlp_status status = fill(&c, model, encoded, err);
    if (status == MLP_OK) {
        compare(&c, limit, &made);
        *check = made;
    }
    mlp_trace_free(c.trace);
    mlpi_free(c.w);
    mlpi_free(c.x);
    mlpi_free(c.target);
    mlpi_free(c.reference);
    mlpi_free(c.engine);
    return status;
}
