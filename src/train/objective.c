/* SPDX-License-Identifier: MIT */
/* The rows are cut into a fixed number of chunks; each sums its rows in order, and the chunks are
 * summed in order. */
#include "train/objective.h"

#include <math.h>
#include <string.h>

#include "network/layout.h"

enum {
    CHUNKS = 16,       /* of rows, for the gradient */
    NORMAL_CHUNKS = 4, /* for the normal matrix, of which each chunk has one */
    MOST_PARAMETERS = 3000
};

struct mlpi_network_objective {
    const mlp_network *network;
    size_t rows;
    double *x, *target;
    double l2;
    int threads;
    mlp_trace **traces; /* of each chunk */
    double *sums;       /* of each chunk: loss, gradient */
    double *normals;    /* of each chunk: n x n; NULL without least squares */
    mlpi_objective face;
    /* of the running call */
    const double *w;
    bool gradient;
};

static size_t first_row(const mlpi_network_objective *o, size_t chunk, size_t chunks)
{
    return o->rows * chunk / chunks;
}

static double *sums_of(const mlpi_network_objective *o, size_t chunk)
{
    return o->sums + chunk * (o->network->size + 1);
}

/* --- loss and gradient -------------------------------------------------------------------------
 */

static void sum_chunk(void *context, size_t chunk, int thread)
{
    const mlpi_network_objective *o = context;
    const size_t M = o->network->inputs, K = mlp_network_outputs(o->network);
    const size_t n = o->network->size, end = first_row(o, chunk + 1, CHUNKS);
    mlp_trace *trace = o->traces[chunk];
    double *sum = sums_of(o, chunk);
    (void)thread;
    memset(sum, 0, (n + 1) * sizeof *sum);
    for (size_t r = first_row(o, chunk, CHUNKS); r < end; r++) {
        mlp_reference_pattern(o->network, o->w, o->x + r * M, o->target + r * K, trace);
        sum[0] += trace->loss;
        for (size_t i = 0; o->gradient && i < n; i++)
            sum[1 + i] += trace->gradient[i];
    }
}

/* E = (1/n) sum of losses + l2/2 |W|^2 */
static double value(void *context, const double *w, double *gradient)
{
    mlpi_network_objective *o = context;
    const size_t n = o->network->size, weights = o->network->biases_at[0];
    double loss = 0.0;
    o->w = w;
    o->gradient = gradient != NULL;
    mlpi_parallel(o->threads, CHUNKS, sum_chunk, o);
    if (gradient != NULL)
        memset(gradient, 0, n * sizeof *gradient);
    for (size_t c = 0; c < CHUNKS; c++) {
        const double *sum = sums_of(o, c);
        loss += sum[0] / (double)o->rows;
        for (size_t i = 0; gradient != NULL && i < n; i++)
            gradient[i] += sum[1 + i] / (double)o->rows;
    }
    for (size_t i = 0; o->l2 > 0.0 && i < weights; i++) {
        loss += 0.5 * o->l2 * w[i] * w[i];
        if (gradient != NULL)
            gradient[i] += o->l2 * w[i];
    }
    return loss;
}

/* --- J'J and J'r: residuals y_k - s_k of every row -----------------------------------------------
 */

static void add_residual(const mlpi_network_objective *o, const double *j, double r, double *JtJ,
                         double *Jtr)
{
    const size_t n = o->network->size;
    for (size_t a = 0; a < n; a++) {
        if (j[a] == 0.0)
            continue;
        Jtr[a] += j[a] * r;
        for (size_t b = 0; b <= a; b++)
            JtJ[a * n + b] += j[a] * j[b];
    }
}

static void normal_chunk(void *context, size_t chunk, int thread)
{
    const mlpi_network_objective *o = context;
    const size_t M = o->network->inputs, K = mlp_network_outputs(o->network);
    const size_t n = o->network->size, end = first_row(o, chunk + 1, NORMAL_CHUNKS);
    mlp_trace *trace = o->traces[chunk];
    double *sum = sums_of(o, chunk), *JtJ = o->normals + chunk * n * n;
    (void)thread;
    memset(sum, 0, (n + 1) * sizeof *sum);
    memset(JtJ, 0, n * n * sizeof *JtJ);
    for (size_t r = first_row(o, chunk, NORMAL_CHUNKS); r < end; r++) {
        mlp_reference_pattern(o->network, o->w, o->x + r * M, o->target + r * K, trace);
        for (size_t k = 0; k < K; k++) {
            const double residual = trace->y[trace->layers][k] - o->target[r * K + k];
            mlp_reference_output_gradient(o->network, o->w, k, trace);
            sum[0] += residual * residual;
            add_residual(o, trace->gradient, residual, JtJ, sum + 1);
        }
    }
}

static double normal(void *context, const double *w, double *JtJ, double *Jtr)
{
    mlpi_network_objective *o = context;
    const size_t n = o->network->size;
    double total = 0.0;
    o->w = w;
    mlpi_parallel(o->threads, NORMAL_CHUNKS, normal_chunk, o);
    memset(Jtr, 0, n * sizeof *Jtr);
    memset(JtJ, 0, n * n * sizeof *JtJ);
    for (size_t c = 0; c < NORMAL_CHUNKS; c++) {
        const double *sum = sums_of(o, c), *part = o->normals + c * n * n;
        total += sum[0];
        for (size_t i = 0; i < n; i++)
            Jtr[i] += sum[1 + i];
        for (size_t i = 0; i < n * n; i++)
            JtJ[i] += part[i];
    }
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b < a; b++)
            JtJ[b * n + a] = JtJ[a * n + b];
    return total;
}

/* --- making it -----------------------------------------------------------------------------------
 */

static mlp_status check_least_squares(const mlp_network *network, double l2, mlp_error *err)
{
    if (network->loss != MLP_QUADRATIC)
        return mlpi_fail(
            err, MLP_ERROR_ARGUMENT,
            "this --optimizer minimises sums of squares; it needs --loss quadratic, or "
            "take --optimizer lbfgs");
    if (l2 > 0.0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "this --optimizer takes no --l2; bayesian finds its own");
    if (network->size > MOST_PARAMETERS)
        return mlpi_fail(
            err, MLP_ERROR_ARGUMENT,
            "%zu parameters are too many for this --optimizer, which solves a system of "
            "all of them at each step; at most %d, or take --optimizer lbfgs",
            network->size, MOST_PARAMETERS);
    return MLP_OK;
}

static double *doubles_of(const float *from, size_t rows, size_t width)
{
    double *to = mlpi_allocate(rows, width * sizeof *to);
    for (size_t i = 0; to != NULL && i < rows * width; i++)
        to[i] = (double)from[i];
    return to;
}

static bool make_buffers(mlpi_network_objective *o, const mlp_encoded *rows, bool least_squares)
{
    const size_t n = o->network->size;
    o->x = doubles_of(rows->x, rows->rows, rows->inputs);
    o->target = doubles_of(rows->target, rows->rows, rows->outputs);
    o->sums = mlpi_allocate(CHUNKS * (n + 1), sizeof *o->sums);
    o->traces = mlpi_allocate(CHUNKS, sizeof *o->traces);
    if (least_squares)
        o->normals = mlpi_allocate(NORMAL_CHUNKS * n * n, sizeof *o->normals);
    for (size_t c = 0; o->traces != NULL && c < CHUNKS; c++)
        if (mlp_trace_create(o->network, &o->traces[c], NULL) != MLP_OK)
            return false;
    return o->x != NULL && o->target != NULL && o->sums != NULL && o->traces != NULL &&
           (!least_squares || o->normals != NULL);
}

mlp_status mlpi_network_objective_create(const mlp_network *network, const mlp_encoded *rows,
                                         double l2, bool least_squares, int threads,
                                         mlpi_network_objective **objective, mlp_error *err)
{
    if (least_squares)
        MLPI_TRY(check_least_squares(network, l2, err));
    mlpi_network_objective *made = mlpi_allocate(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "the objective");
    made->network = network;
    made->rows = rows->rows;
    made->l2 = l2;
    made->threads = mlpi_threads(threads);
    made->face = (mlpi_objective){.n = network->size,
                                  .context = made,
                                  .value = value,
                                  .normal = least_squares ? normal : NULL,
                                  .scale = 1.0 / (double)rows->rows,
                                  .residuals = rows->rows * rows->outputs};
    if (!make_buffers(made, rows, least_squares)) {
        mlpi_network_objective_free(made);
        return mlpi_fail_memory(err, "the objective");
    }
    *objective = made;
    return MLP_OK;
}

void mlpi_network_objective_free(mlpi_network_objective *objective)
{
    if (objective == NULL)
        return;
    for (size_t c = 0; objective->traces != NULL && c < CHUNKS; c++)
        mlp_trace_free(objective->traces[c]);
    mlpi_free(objective->traces);
    mlpi_free(objective->x);
    mlpi_free(objective->target);
    mlpi_free(objective->sums);
    mlpi_free(objective->normals);
    mlpi_free(objective);
}

const mlpi_objective *mlpi_network_objective_of(const mlpi_network_objective *objective)
{
    return &objective->face;
}
