/* SPDX-License-Identifier: MIT */
/* Measures the machine, and the engine on it. */
#include "mlp/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "engine/engine.h"
#include "math/bf16.h"
#include "mlp/output.h"
#include "mlp/predictor.h"
#include "optimize/rule.h"
#include "threads/threads.h"

enum { RUNS = 9, BATCHES = 8, MANY_ROWS = 4096 };
#define COPY_BYTES ((size_t)64 << 20)

/* --- medians of timed runs -------------------------------------------------------------------- */

/* Work to be timed, which is done `times` times. */
typedef void (*work)(void *context, size_t times);

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *each)
{
    qsort(each, RUNS, sizeof *each, by_value);
    return each[RUNS / 2];
}

static double time_of_run(work run, void *context, size_t times)
{
    const double begun = mlpi_seconds();
    run(context, times);
    return (mlpi_seconds() - begun) / (double)times;
}

/* The number of repetitions that need about `seconds`. */
static size_t times_of_run(work run, void *context, double seconds)
{
    size_t times = 1;
    double each = 0.0;
    while (each = time_of_run(run, context, times),
           each * (double)times < seconds / 4.0 && times < SIZE_MAX / 4)
        times *= 2;
    return (size_t)(seconds / each) + 1;
}

/* Seconds per repetition: the median of RUNS runs, which need about `seconds` in all. */
static double time_of(work run, void *context, double seconds)
{
    const size_t times = times_of_run(run, context, seconds / RUNS);
    double each[RUNS];
    for (size_t i = 0; i < RUNS; i++)
        each[i] = time_of_run(run, context, times);
    return median(each);
}

/* --- the machine ------------------------------------------------------------------------------ */

typedef struct spinner {
    float (*multiply_adds)(size_t rounds, double *operations);
    int threads;
    mlpi_team *team;
    size_t rounds;
    double *operations; /* number of operations of each thread */
    float *sums;        /* results, which keep the work from being optimised away */
} spinner;

static void spin_one(void *context, size_t i, int thread)
{
    spinner *s = context;
    (void)thread;
    s->sums[i] = s->multiply_adds(s->rounds, &s->operations[i]);
}

static void spin(void *context, size_t times)
{
    spinner *s = context;
    s->rounds = times * 1000;
    mlpi_team_run(s->team, s->threads, (size_t)s->threads, spin_one, s);
}

static mlp_status spinner_init(spinner *s, int threads, mlp_error *err)
{
    *s = (spinner){.multiply_adds = mlpi_kernels()->multiply_adds,
                   .threads = threads,
                   .team = mlpi_team_create(threads, 0.0),
                   .operations = mlpi_allocate((size_t)threads, sizeof *s->operations),
                   .sums = mlpi_allocate((size_t)threads, sizeof *s->sums)};
    return s->team != NULL && s->operations != NULL && s->sums != NULL
               ? MLP_OK
               : mlpi_fail_memory(err, "the measurement");
}

static void spinner_release(spinner *s)
{
    mlpi_team_free(s->team);
    mlpi_free(s->operations);
    mlpi_free(s->sums);
}

/* The number of operations per repetition, of all threads. */
static double operations_of(spinner *s)
{
    double operations = 0.0;
    spin(s, 1);
    for (int t = 0; t < s->threads; t++)
        operations += s->operations[t];
    return operations;
}

static double peak_of(spinner *s, double seconds)
{
    return operations_of(s) / time_of(spin, s, seconds);
}

/* Returns the seconds per repetition of the work, which consists of `operations` operations, and
 * sets *share to the share of the peak that it reaches. Work and peak are measured alternately,
 * since clock rates and the load of the machine change. */
static double time_beside_peak(work run, void *context, double seconds, double operations,
                               spinner *s, double *share)
{
    const size_t times = times_of_run(run, context, seconds / RUNS);
    const size_t spins = times_of_run(spin, s, seconds / RUNS / 4.0);
    const double full = operations_of(s);
    double each[RUNS], shares[RUNS];
    for (size_t i = 0; i < RUNS; i++) {
        const double before = time_of_run(spin, s, spins);
        each[i] = time_of_run(run, context, times);
        const double after = time_of_run(spin, s, spins);
        shares[i] = operations / each[i] / (full / (0.5 * (before + after)));
    }
    *share = median(shares);
    return median(each);
}

typedef struct copier {
    mlpi_team *team;
    int threads;
    char **from, **to;
} copier;

static void copy_one(void *context, size_t i, int thread)
{
    const copier *c = context;
    (void)thread;
    memcpy(c->to[i], c->from[i], COPY_BYTES);
}

static void copy(void *context, size_t times)
{
    const copier *c = context;
    for (size_t i = 0; i < times; i++)
        mlpi_team_run(c->team, c->threads, (size_t)c->threads, copy_one, context);
}

static double bandwidth_of(mlpi_team *team, int threads, double seconds)
{
    copier c = {team, threads, mlpi_allocate((size_t)threads, sizeof *c.from),
                mlpi_allocate((size_t)threads, sizeof *c.to)};
    bool all = c.from != NULL && c.to != NULL;
    for (int t = 0; all && t < threads; t++) {
        c.from[t] = mlpi_allocate(COPY_BYTES, 1);
        c.to[t] = mlpi_allocate(COPY_BYTES, 1);
        all = c.from[t] != NULL && c.to[t] != NULL;
    }
    const double bytes = 2.0 * (double)COPY_BYTES * threads;
    const double result = all ? bytes / time_of(copy, &c, seconds) : (double)NAN;
    for (int t = 0; c.from != NULL && c.to != NULL && t < threads; t++) {
        mlpi_free(c.from[t]);
        mlpi_free(c.to[t]);
    }
    mlpi_free(c.from);
    mlpi_free(c.to);
    return result;
}

mlp_status mlp_bench_machine_measure(int threads, double seconds, mlp_bench_machine *machine,
                                     mlp_error *err)
{
    const mlpi_kernel_table *kernels = mlpi_kernels();
    const mlpi_bf16_table *bf16 = mlpi_bf16(kernels);
    spinner s;
    threads = mlpi_threads(threads);
    const mlp_status status = spinner_init(&s, threads, err);
    if (status == MLP_OK) {
        *machine = (mlp_bench_machine){.kernels = kernels->name, .peak = peak_of(&s, seconds)};
        s.multiply_adds = bf16 != NULL ? bf16->multiply_adds : NULL;
        machine->peak_bf16 = bf16 != NULL ? peak_of(&s, seconds) : (double)NAN;
        machine->bandwidth = bandwidth_of(s.team, threads, seconds);
    }
    spinner_release(&s);
    return status;
}

/* --- networks --------------------------------------------------------------------------------- */

static const mlp_bench_network networks[] = {
    {"4-16-3", 4, 16, 2, {16, 3}},
    {"14-64-32-2", 14, 32, 3, {64, 32, 2}},
    {"100-256-256-256-2", 100, 256, 4, {256, 256, 256, 2}},
    {"784-512-256-10", 784, 128, 3, {512, 256, 10}},
    {"1024-2048-2048-10", 1024, 256, 3, {2048, 2048, 10}},
};

const mlp_bench_network *mlp_bench_network_at(size_t i)
{
    return i < sizeof networks / sizeof networks[0] ? &networks[i] : NULL;
}

mlp_status mlp_bench_network_parse(const char *name, size_t batch, mlp_bench_network *network,
                                   mlp_error *err)
{
    mlp_bench_network made = {.name = name, .batch = batch};
    const char *at = name;
    for (size_t i = 0; i <= MLP_BENCH_LAYERS; i++) {
        const size_t length = strcspn(at, "-");
        double units = 0.0;
        if (!mlp_number_parse(at, length, &units) || units < 1.0 || units > 100000.0 ||
            units != floor(units))
            break;
        if (i == 0)
            made.inputs = (size_t)units;
        else
            made.units[made.layers++] = (size_t)units;
        at += length;
        if (*at == '\0' && made.layers > 0) {
            *network = made;
            return MLP_OK;
        }
        if (*at != '-')
            break;
        at++;
    }
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "\"%s\" is not a network; give inputs, neurons of up to %d hidden layers, and "
                     "outputs, for instance 784-512-256-10",
                     name, MLP_BENCH_LAYERS - 1);
}

/* A network, with rows to train on. */
typedef struct trial {
    mlp_network *network;
    mlpi_engine *engine;
    mlpi_optimizer optimizer;
    mlp_predictor *predictor;
    size_t batch, rows, next;
    float *x, *target, *y, *workspace;
    uint32_t *index;
} trial;

static void update(void *context, const mlpi_piece *piece)
{
    const trial *t = context;
    mlpi_optimizer_apply(&t->optimizer, piece->at, piece->n,
                         piece->biases ? &mlpi_group_biases : &mlpi_group_weights, piece->gradient,
                         piece->parameters);
}

static void steps(void *context, size_t times)
{
    trial *t = context;
    for (size_t i = 0; i < times; i++) {
        const mlpi_batch batch = {
            .x = t->x, .target = t->target, .index = t->index + t->next, .rows = t->batch};
        mlpi_optimizer_begin(&t->optimizer);
        mlpi_engine_step(t->engine, &batch, update, t);
        t->next = (t->next + t->batch) % (BATCHES * t->batch);
    }
}

static void predictions(void *context, size_t times)
{
    trial *t = context;
    for (size_t i = 0; i < times; i++)
        mlpi_engine_forward(t->engine, &(mlpi_batch){.x = t->x, .rows = t->rows}, t->y);
}

static void singles(void *context, size_t times)
{
    trial *t = context;
    for (size_t i = 0; i < times; i++)
        mlp_predictor_run(t->predictor, t->x, t->y, t->workspace);
}

static void fill(trial *t)
{
    const size_t inputs = mlp_network_inputs(t->network), K = mlp_network_outputs(t->network);
    mlpi_random random = mlpi_random_init(1, 1);
    for (size_t i = 0; i < t->rows * inputs; i++)
        t->x[i] = (float)(2.0 * mlpi_random_uniform(&random) - 1.0);
    for (size_t r = 0; r < t->rows; r++) {
        t->target[r * K + mlpi_random_below(&random, K)] = 1.0f;
        t->index[r] = (uint32_t)r;
    }
    mlpi_random_shuffle(&random, t->index, t->rows);
}

static mlp_status make(trial *t, const mlp_bench_network *n, mlp_precision precision, int threads,
                       mlp_error *err)
{
    mlp_layer layers[MLP_BENCH_LAYERS];
    for (size_t l = 0; l < n->layers; l++)
        layers[l] = (mlp_layer){n->units[l], l + 1 < n->layers ? MLP_RELU : MLP_SOFTMAX};
    t->batch = n->batch;
    t->rows = n->batch * BATCHES > MANY_ROWS ? n->batch * BATCHES : MANY_ROWS;
    MLPI_TRY(mlp_network_create(n->inputs, layers, n->layers, MLP_CROSS_ENTROPY, &t->network, err));
    mlp_network_initialize(t->network, 1);
    MLPI_TRY(mlpi_engine_create(t->network, t->batch, threads, precision, &t->engine, err));
    MLPI_TRY(mlpi_optimizer_init(&t->optimizer, &mlpi_rule_adam, (mlpi_rule_settings){0},
                                 mlpi_engine_size(t->engine), err));
    MLPI_TRY(mlp_predictor_create(t->network, &t->predictor, err));
    const size_t K = mlp_network_outputs(t->network);
    t->x = mlpi_allocate(t->rows, n->inputs * sizeof *t->x);
    t->target = mlpi_allocate(t->rows, K * sizeof *t->target);
    t->y = mlpi_allocate(t->rows, K * sizeof *t->y);
    t->index = mlpi_allocate(t->rows, sizeof *t->index);
    t->workspace = mlpi_allocate(mlp_predictor_workspace(t->predictor), sizeof *t->workspace);
    if (t->x == NULL || t->target == NULL || t->y == NULL || t->index == NULL ||
        t->workspace == NULL)
        return mlpi_fail_memory(err, "the measurement");
    fill(t);
    return MLP_OK;
}

static void drop(trial *t)
{
    mlp_predictor_free(t->predictor);
    mlpi_optimizer_release(&t->optimizer);
    mlpi_engine_free(t->engine);
    mlp_network_free(t->network);
    mlpi_free(t->x);
    mlpi_free(t->target);
    mlpi_free(t->y);
    mlpi_free(t->index);
    mlpi_free(t->workspace);
}

static double weights_of(const mlp_bench_network *network)
{
    double weights = (double)(network->inputs * network->units[0]);
    for (size_t l = 1; l < network->layers; l++)
        weights += (double)(network->units[l - 1] * network->units[l]);
    return weights;
}

static void measure(trial *t, double weights, double seconds, spinner *s, mlp_bench_result *r)
{
    const double training = 6.0 * weights, prediction = 2.0 * weights;
    r->step =
        time_beside_peak(steps, t, seconds, training * (double)t->batch, s, &r->training_share);
    r->training = (double)t->batch / r->step;
    r->training_operations = training;
    r->prediction =
        (double)t->rows / time_beside_peak(predictions, t, seconds, prediction * (double)t->rows, s,
                                           &r->prediction_share);
    r->prediction_operations = prediction;
    r->single = time_of(singles, t, seconds);
}

mlp_status mlp_bench_run(const mlp_bench_network *network, mlp_precision precision, int threads,
                         double seconds, mlp_bench_result *result, mlp_error *err)
{
    trial t = {0};
    spinner s = {0};
    mlp_status status = make(&t, network, precision, threads, err);
    if (status == MLP_OK)
        status = spinner_init(&s, mlpi_threads(threads), err);
    if (status == MLP_OK)
        measure(&t, weights_of(network), seconds, &s, result);
    spinner_release(&s);
    drop(&t);
    return status;
}
