/* SPDX-License-Identifier: MIT */
/* Rows pass through the network in blocks of fixed size. For loss and gradient, the blocks form a
 * fixed number of groups; one thread sums a group in order, and then the groups are summed in
 * order. For least squares, a few blocks at a time are converted to rows of the Jacobian J, whose
 * products are then added to J'J, tile by tile. */
#include "objective/objective.h"

#include <math.h>
#include <string.h>

#include "math/kernels.h"
#include "network/traces.h"
#include "threads/threads.h"

enum {
    BLOCK = 64,          /* rows of a block, for loss and gradient */
    MOST_GROUPS = 16,    /* largest number of groups of blocks */
    JACOBIAN_BLOCK = 16, /* rows of a block, for the Jacobian */
    JACOBIAN_ROWS = 256, /* approximate number of rows of the Jacobian that are stored at a time */
    TILE = 64,           /* tiles of J'J are TILE x TILE */
    MOST_PARAMETERS = 10000
};

/* Number of operations below which one thread completes an evaluation sooner than two threads,
 * which must wait for each other. */
static const double WORTH_THREADS = 1e7;

struct mlpi_network_objective {
    const mlp_network *network;
    const mlp_encoded *data;
    double l2;
    int threads;
    mlpi_team *team;
    size_t groups;
    mlpi_traces **traces; /* one for each thread */
    double *turned;       /* the transposed weights, from mlpi_traces_turn */
    double *sums;         /* for each group, the sums of its losses and gradients */
    size_t part;          /* number of rows with a stored Jacobian; least squares only */
    size_t stride;        /* doubles from row to row of the Jacobian */
    double *jacobian, *residuals;
    double *tiles; /* one tile of J'J for each thread */
    mlp_objective face;
    mlpi_watch *watch; /* NULL: there is none */
    /* The arguments of the current call. */
    const double *w;
    bool gradient;      /* the call computes the gradient, too */
    size_t first, rows; /* the current part: rows first .. first + rows - 1 */
    double *JtJ, *Jtr;
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t outputs_of(const mlpi_network_objective *o)
{
    return mlp_network_outputs(o->network);
}

/* The weights of the rows from `first` on; NULL: all weights are 1. */
static const float *weights_of(const mlpi_network_objective *o, size_t first)
{
    return o->data->weight != NULL ? o->data->weight + first : NULL;
}

static void forward(const mlpi_network_objective *o, mlpi_traces *traces, size_t first, size_t rows)
{
    mlpi_traces_forward(traces, o->w, o->turned, o->data->x + first * o->network->inputs, rows);
}

/* --- loss and gradient ------------------------------------------------------------------------ */

static double *sums_of(const mlpi_network_objective *o, size_t group)
{
    return o->sums + group * (o->network->size + 1);
}

static size_t blocks_of(size_t rows, size_t block)
{
    return (rows + block - 1) / block;
}

static void sum_group(void *context, size_t group, int thread)
{
    const mlpi_network_objective *o = context;
    const size_t blocks = blocks_of(o->data->rows, BLOCK), n = o->network->size;
    const size_t end = smaller(blocks * (group + 1) / o->groups * BLOCK, o->data->rows);
    mlpi_traces *traces = o->traces[thread];
    double *sum = sums_of(o, group);
    memset(sum, 0, (o->gradient ? n + 1 : 1) * sizeof *sum);
    for (size_t r = blocks * group / o->groups * BLOCK; r < end; r += BLOCK) {
        if (mlpi_watch_over(o->watch))
            return;
        forward(o, traces, r, smaller(BLOCK, end - r));
        sum[0] += mlpi_traces_loss(traces, o->data->target + r * outputs_of(o), weights_of(o, r));
        if (!o->gradient)
            continue;
        mlpi_traces_backward(traces);
        mlpi_traces_add_gradient(traces, sum + 1);
    }
}

/* E = (1/n) sum of losses + l2/2 |W|^2 */
static double value(void *context, const double *w, double *gradient)
{
    mlpi_network_objective *o = context;
    const size_t n = o->network->size, weights = o->network->biases_at[0];
    const double rows = (double)o->data->rows;
    const double work = (gradient != NULL ? 6.0 : 2.0) * rows * (double)n;
    double loss = 0.0;
    o->w = w;
    o->gradient = gradient != NULL;
    mlpi_traces_turn(o->network, w, o->turned);
    mlpi_team_run(o->team, mlpi_team_share(o->team, work), o->groups, sum_group, o);
    if (mlpi_watch_advance(o->watch, 0.5 * work))
        return (double)NAN;
    if (gradient != NULL)
        memset(gradient, 0, n * sizeof *gradient);
    for (size_t g = 0; g < o->groups; g++) {
        const double *sum = sums_of(o, g);
        loss += sum[0] / rows;
        for (size_t i = 0; gradient != NULL && i < n; i++)
            gradient[i] += sum[1 + i] / rows;
    }
    for (size_t i = 0; o->l2 > 0.0 && i < weights; i++) {
        loss += 0.5 * o->l2 * w[i] * w[i];
        if (gradient != NULL)
            gradient[i] += o->l2 * w[i];
    }
    return loss;
}

/* --- J'J and J'r ------------------------------------------------------------------------------ */

/* Fills the rows of the Jacobian that belong to one block. */
static void differentiate(void *context, size_t block, int thread)
{
    const mlpi_network_objective *o = context;
    const size_t K = outputs_of(o), begin = block * JACOBIAN_BLOCK;
    const size_t first = o->first + begin, rows = smaller(JACOBIAN_BLOCK, o->rows - begin);
    if (mlpi_watch_over(o->watch))
        return;
    forward(o, o->traces[thread], first, rows);
    mlpi_traces_jacobian(o->traces[thread], o->data->target + first * K, weights_of(o, first),
                         o->residuals + begin * K, o->jacobian + begin * K * o->stride, o->stride);
}

/* Adds the current part to the i-th tile of the lower half of J'J, where tiles are counted row by
 * row, and, if that tile is on the diagonal, to the corresponding piece of J'r. */
static void add_tile(void *context, size_t i, int thread)
{
    const mlpi_network_objective *o = context;
    const size_t n = o->network->size, steps = o->rows * outputs_of(o);
    size_t down = 0;
    if (mlpi_watch_over(o->watch))
        return;
    while ((down + 1) * (down + 2) / 2 <= i)
        down++;
    const size_t a = down * TILE, b = (i - down * (down + 1) / 2) * TILE;
    const size_t height = smaller(TILE, n - a), width = smaller(TILE, n - b);
    double *tile = o->tiles + (size_t)thread * TILE * TILE;
    mlpi_kernels()->double_product(&(mlpi_double_product){height, width, steps, o->jacobian + a, 1,
                                                          o->stride, o->jacobian + b, o->stride,
                                                          tile, TILE, false});
    for (size_t y = 0; y < height; y++)
        for (size_t x = 0; x < width; x++)
            o->JtJ[(a + y) * n + b + x] += tile[y * TILE + x];
    for (size_t t = 0; a == b && t < steps; t++)
        for (size_t x = 0; x < width; x++)
            o->Jtr[a + x] += o->jacobian[t * o->stride + a + x] * o->residuals[t];
}

/* Goes tile by tile, because the elements of a column of a large matrix are far apart in memory. */
static void fill_upper_half(size_t n, double *A)
{
    for (size_t down = 0; down < n; down += TILE)
        for (size_t left = 0; left <= down; left += TILE)
            for (size_t a = down; a < smaller(down + TILE, n); a++)
                for (size_t b = left; b < smaller(left + TILE, a); b++)
                    A[b * n + a] = A[a * n + b];
}

static double work_of_normal(const mlp_network *network, size_t rows)
{
    return (double)rows * (double)network->size * (double)network->size;
}

static double normal(void *context, const double *w, double *JtJ, double *Jtr)
{
    mlpi_network_objective *o = context;
    const size_t n = o->network->size, K = outputs_of(o), side = blocks_of(n, TILE);
    const int threads = mlpi_team_share(o->team, work_of_normal(o->network, o->data->rows));
    double total = 0.0;
    if (mlpi_watch_over(o->watch))
        return (double)NAN; /* clearing J'J alone takes a while */
    o->w = w;
    o->JtJ = JtJ;
    o->Jtr = Jtr;
    memset(Jtr, 0, n * sizeof *Jtr);
    memset(JtJ, 0, n * n * sizeof *JtJ);
    mlpi_traces_turn(o->network, w, o->turned);
    for (o->first = 0; o->first < o->data->rows; o->first += o->part) {
        o->rows = smaller(o->part, o->data->rows - o->first);
        mlpi_team_run(o->team, threads, blocks_of(o->rows, JACOBIAN_BLOCK), differentiate, o);
        mlpi_team_run(o->team, threads, side * (side + 1) / 2, add_tile, o);
        for (size_t i = 0; i < o->rows * K; i++)
            total += o->residuals[i] * o->residuals[i];
        if (mlpi_watch_advance(o->watch, 0.5 * (double)(o->rows * K) * (double)n * (double)n))
            return (double)NAN;
    }
    fill_upper_half(n, JtJ);
    return total;
}

/* --- creation --------------------------------------------------------------------------------- */

static mlp_status check_least_squares(const mlp_network *network, double l2, mlp_error *err)
{
    const double n = (double)network->size;
    if (network->loss != MLP_QUADRATIC)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "this `optimizer` minimises sums of squares; use `loss` quadratic, or "
                         "`optimizer` lbfgs");
    if (l2 > 0.0)
        return mlpi_fail(
            err, MLP_ERROR_ARGUMENT,
            "this `optimizer` does not support `l2`; leave it out (bayesian sets it by itself)");
    if (network->size > MOST_PARAMETERS)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "%zu parameters are too many for this `optimizer`, whose matrices would "
                         "take %.1f GB; use at most %d, or `optimizer` lbfgs",
                         network->size, 3.0 * n * n * sizeof(double) / 1e9, MOST_PARAMETERS);
    return MLP_OK;
}

static bool make_least_squares(mlpi_network_objective *o)
{
    const size_t n = o->network->size, K = outputs_of(o);
    const size_t blocks = JACOBIAN_ROWS / JACOBIAN_BLOCK / K;
    o->part = JACOBIAN_BLOCK * (blocks > 1 ? blocks : 1);
    o->stride = (n + 7) / 8 * 8;
    if (o->stride % 64 == 0)
        o->stride += 8; /* rows a multiple of 512 bytes apart would compete for few cache sets */
    o->jacobian = mlpi_allocate(o->part * K, o->stride * sizeof *o->jacobian);
    o->residuals = mlpi_allocate(o->part, K * sizeof *o->residuals);
    o->tiles = mlpi_allocate((size_t)o->threads, TILE * TILE * sizeof *o->tiles);
    return o->jacobian != NULL && o->residuals != NULL && o->tiles != NULL;
}

static bool make_buffers(mlpi_network_objective *o, bool least_squares)
{
    const size_t n = o->network->size;
    o->groups = smaller(MOST_GROUPS, blocks_of(o->data->rows, BLOCK));
    o->turned = mlpi_allocate(n, sizeof *o->turned);
    o->sums = mlpi_allocate(o->groups * (n + 1), sizeof *o->sums);
    o->traces = mlpi_allocate((size_t)o->threads, sizeof *o->traces);
    for (int t = 0; o->traces != NULL && t < o->threads; t++)
        if (mlpi_traces_create(o->network, BLOCK, &o->traces[t], NULL) != MLP_OK)
            return false;
    o->team = mlpi_team_create(o->threads, WORTH_THREADS);
    return o->turned != NULL && o->sums != NULL && o->traces != NULL && o->team != NULL &&
           (!least_squares || make_least_squares(o));
}

/* The number of threads depends on the problem's size, so that a small problem needs few
 * buffers. */
static int threads_for(const mlp_network *network, size_t rows, bool least_squares, int wish)
{
    const double work =
        least_squares ? work_of_normal(network, rows) : 6.0 * (double)rows * (double)network->size;
    return work < WORTH_THREADS ? 1 : mlpi_threads(wish);
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
    made->data = rows;
    made->l2 = l2;
    made->threads = threads_for(network, rows->rows, least_squares, threads);
    made->face = (mlp_objective){.n = network->size,
                                 .context = made,
                                 .value = value,
                                 .normal = least_squares ? normal : NULL,
                                 .scale = 1.0 / (double)rows->rows,
                                 .residuals = rows->rows * rows->outputs};
    if (!make_buffers(made, least_squares)) {
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
    for (int t = 0; objective->traces != NULL && t < objective->threads; t++)
        mlpi_traces_free(objective->traces[t]);
    mlpi_free(objective->traces);
    mlpi_team_free(objective->team);
    mlpi_free(objective->turned);
    mlpi_free(objective->sums);
    mlpi_free(objective->jacobian);
    mlpi_free(objective->residuals);
    mlpi_free(objective->tiles);
    mlpi_free(objective);
}

void mlpi_network_objective_watch(mlpi_network_objective *objective, mlpi_watch *watch)
{
    objective->watch = watch;
}

const mlp_objective *mlpi_network_objective_of(const mlpi_network_objective *objective)
{
    return &objective->face;
}
