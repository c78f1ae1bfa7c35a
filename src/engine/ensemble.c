/* SPDX-License-Identifier: MIT */
/* Networks whose outputs are averaged, ROWS rows at a time: each network's weighted outputs are
 * added to a sum in double, in the order of the networks. If the model has a temperature, the sum
 * is tempered. */
#include "engine/ensemble.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "network/layout.h"
#include "network/temperature.h"

enum { ROWS = 1024 }; /* rows that are combined at a time */

struct mlpi_ensemble {
    const mlpi_members *members;
    mlp_network **narrow; /* each network with only the inputs that it reads; NULL: it reads all */
    mlpi_engine **engine;
    float *y;       /* outputs of one network for ROWS rows */
    double *sum;    /* weighted sum of the outputs of the networks so far */
    double *target; /* targets of one row */
};

/* Whether outputs must be combined or tempered, or a network reads only some of the inputs. */
static bool combines(const mlpi_members *members)
{
    return members->count > 1 || members->temperature > 0.0 || members->reads != NULL;
}

/* Makes the engine of network m, for the inputs that it reads. */
static mlp_status make_engine(mlpi_ensemble *e, size_t m, int threads, mlp_error *err)
{
    const mlpi_reads reads = mlpi_member_reads(e->members, m);
    const mlp_network *network = e->members->network[m];
    if (reads.input != NULL) {
        e->narrow[m] = mlpi_reads_narrow(&reads, network);
        if (e->narrow[m] == NULL)
            return mlpi_fail_memory(err, "the networks of a model");
        network = e->narrow[m];
    }
    MLPI_TRY(mlpi_engine_create(network, 0, threads, MLP_PRECISION_FLOAT, &e->engine[m], err));
    if (m > 0)
        mlpi_engine_work_with(e->engine[m], e->engine[0]);
    return MLP_OK;
}

mlp_status mlpi_ensemble_create(const mlpi_members *members, int threads, mlpi_ensemble **ensemble,
                                mlp_error *err)
{
    const size_t outputs = mlp_network_outputs(members->network[0]);
    const size_t rows = combines(members) ? ROWS : 0;
    mlpi_ensemble *made = mlpi_allocate(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "the networks of a model");
    *made = (mlpi_ensemble){.members = members,
                            .narrow = mlpi_allocate(members->count, sizeof(mlp_network *)),
                            .engine = mlpi_allocate(members->count, sizeof *made->engine),
                            .y = mlpi_allocate(rows, outputs * sizeof *made->y),
                            .sum = mlpi_allocate(rows, outputs * sizeof *made->sum),
                            .target = mlpi_allocate(outputs, sizeof *made->target)};
    mlp_status status = made->narrow == NULL || made->engine == NULL || made->y == NULL ||
                                made->sum == NULL || made->target == NULL
                            ? mlpi_fail_memory(err, "the networks of a model")
                            : MLP_OK;
    for (size_t m = 0; m < members->count && status == MLP_OK; m++)
        status = make_engine(made, m, threads, err);
    if (status == MLP_OK)
        *ensemble = made;
    else
        mlpi_ensemble_free(made);
    return status;
}

void mlpi_ensemble_free(mlpi_ensemble *ensemble)
{
    if (ensemble == NULL)
        return;
    for (size_t m = ensemble->members->count; ensemble->engine != NULL && m-- > 0;)
        mlpi_engine_free(ensemble->engine[m]); /* engine 0 last: the others use its threads */
    for (size_t m = 0; ensemble->narrow != NULL && m < ensemble->members->count; m++)
        mlp_network_free(ensemble->narrow[m]);
    mlpi_free(ensemble->narrow);
    mlpi_free(ensemble->engine);
    mlpi_free(ensemble->y);
    mlpi_free(ensemble->sum);
    mlpi_free(ensemble->target);
    mlpi_free(ensemble);
}

/* Tempers the sums in float, so that the outputs have the same bits as those of a predictor. */
static void temper(mlpi_ensemble *e, size_t rows, size_t outputs)
{
    for (size_t i = 0; i < rows * outputs; i++)
        e->y[i] = (float)e->sum[i];
    mlpi_temper(e->members->temperature, outputs, e->y, rows);
    for (size_t i = 0; i < rows * outputs; i++)
        e->sum[i] = (double)e->y[i];
}

/* Fills e->sum with the combined outputs of the networks for a batch of at most ROWS rows. */
static void add_up(mlpi_ensemble *e, const mlpi_batch *batch)
{
    const mlpi_members *members = e->members;
    const size_t count = batch->rows * mlp_network_outputs(members->network[0]);
    mlpi_batch inputs = {.x = batch->x,
                         .index = batch->index,
                         .rows = batch->rows,
                         .width = mlp_network_inputs(members->network[0])};
    memset(e->sum, 0, count * sizeof *e->sum);
    for (size_t m = 0; m < members->count; m++) {
        inputs.reads = e->narrow[m] != NULL ? &members->reads[m] : NULL;
        mlpi_engine_forward(e->engine[m], &inputs, e->y);
        for (size_t i = 0; i < count; i++)
            e->sum[i] += members->weight[m] * (double)e->y[i];
    }
    if (members->temperature > 0.0)
        temper(e, batch->rows, mlp_network_outputs(members->network[0]));
}

static double loss_of_row(const mlpi_ensemble *e, const mlpi_batch *batch, size_t r)
{
    const mlp_network *network = e->members->network[0];
    const size_t outputs = mlp_network_outputs(network);
    const size_t row = batch->index != NULL ? batch->index[r] : r;
    for (size_t k = 0; k < outputs; k++)
        e->target[k] = (double)batch->target[row * outputs + k];
    return (batch->weight != NULL ? (double)batch->weight[row] : 1.0) *
           mlpi_loss_of_outputs(network, e->sum + r * outputs, e->target);
}

/* The part of a batch that begins with row `first` and has at most ROWS rows. */
static mlpi_batch part_of(const mlpi_ensemble *e, const mlpi_batch *batch, size_t first)
{
    const mlp_network *network = e->members->network[0];
    const size_t left = batch->rows - first;
    mlpi_batch part = *batch;
    part.rows = left < ROWS ? left : ROWS;
    if (batch->index != NULL) {
        part.index += first;
        return part;
    }
    part.x += first * mlp_network_inputs(network);
    if (part.target != NULL)
        part.target += first * mlp_network_outputs(network);
    if (part.weight != NULL)
        part.weight += first;
    return part;
}

/* Returns the sum of the losses; y and loss may be NULL. */
static double combine(mlpi_ensemble *e, const mlpi_batch *batch, float *y, double *loss)
{
    const size_t outputs = mlp_network_outputs(e->members->network[0]);
    double total = 0.0;
    for (size_t first = 0; first < batch->rows; first += ROWS) {
        const mlpi_batch part = part_of(e, batch, first);
        add_up(e, &part);
        for (size_t i = 0; y != NULL && i < part.rows * outputs; i++)
            y[first * outputs + i] = (float)e->sum[i];
        for (size_t r = 0; batch->target != NULL && r < part.rows; r++) {
            const double one = loss_of_row(e, &part, r);
            total += one;
            if (loss != NULL)
                loss[first + r] = one;
        }
    }
    return total;
}

double mlpi_ensemble_forward(mlpi_ensemble *ensemble, const mlpi_batch *batch, float *y)
{
    if (!combines(ensemble->members))
        return mlpi_engine_forward(ensemble->engine[0], batch, y);
    const double total = combine(ensemble, batch, y, NULL);
    return batch->target != NULL && batch->rows > 0 ? total / (double)batch->rows : (double)NAN;
}

void mlpi_ensemble_losses(mlpi_ensemble *ensemble, const mlpi_batch *batch, float *y, double *loss)
{
    if (combines(ensemble->members))
        combine(ensemble, batch, y, loss);
    else
        mlpi_engine_losses(ensemble->engine[0], batch, y, loss);
}
