/* SPDX-License-Identifier: MIT */
/* The forward pass of one row or a few rows, with the engine's products and outputs but without
 * threads. */
#include "mlp/predictor.h"

#include <string.h>

#include "engine/ensemble.h"
#include "engine/inside.h"
#include "network/temperature.h"

enum { ANSWERS = 1 << 16 }; /* a workspace for several rows holds at most this number of outputs */

struct mlp_predictor {
    size_t count, inputs, outputs;
    mlpi_packed *packed; /* each network, with only the inputs that it reads */
    mlpi_reads *reads;   /* which inputs each network reads */
    double *weight;      /* weight of each network */
    size_t width;        /* units of the widest layer of all networks, padded */
    double temperature;  /* 0: none */
};

/* Packs network m with only the inputs that it reads, and keeps the list of these inputs. */
static mlp_status pack_network(const mlpi_members *members, size_t m, mlp_predictor *made,
                               mlp_error *err)
{
    const mlpi_reads reads = mlpi_member_reads(members, m);
    mlp_network *narrow = NULL;
    if (reads.input != NULL) {
        narrow = mlpi_reads_narrow(&reads, members->network[m]);
        if (narrow == NULL || !mlpi_reads_copy(&reads, &made->reads[m])) {
            mlp_network_free(narrow);
            return mlpi_fail_memory(err, "a predictor");
        }
    }
    const mlp_status status =
        mlpi_packed_init(&made->packed[m], narrow != NULL ? narrow : members->network[m], false,
                         MLP_PRECISION_FLOAT, err);
    mlp_network_free(narrow);
    if (status != MLP_OK)
        mlpi_reads_release(&made->reads[m]);
    return status;
}

/* The caller frees *made in any case. */
static mlp_status pack(const mlpi_members *members, mlp_predictor *made, mlp_error *err)
{
    *made = (mlp_predictor){.inputs = mlp_network_inputs(members->network[0]),
                            .outputs = mlp_network_outputs(members->network[0]),
                            .packed = mlpi_allocate(members->count, sizeof *made->packed),
                            .reads = mlpi_allocate(members->count, sizeof *made->reads),
                            .weight = mlpi_allocate(members->count, sizeof *made->weight),
                            .temperature = members->temperature};
    if (made->packed == NULL || made->reads == NULL || made->weight == NULL)
        return mlpi_fail_memory(err, "a predictor");
    memcpy(made->weight, members->weight, members->count * sizeof *made->weight);
    for (size_t m = 0; m < members->count; m++) {
        MLPI_TRY(pack_network(members, m, made, err));
        made->count++;
        const size_t width = mlpi_packed_widest(&made->packed[m]);
        made->width = width > made->width ? width : made->width;
    }
    return MLP_OK;
}

mlp_status mlpi_predictor_create(const mlpi_members *members, mlp_predictor **predictor,
                                 mlp_error *err)
{
    mlp_predictor *made = mlpi_allocate(1, sizeof *made);
    const mlp_status status =
        made != NULL ? pack(members, made, err) : mlpi_fail_memory(err, "a predictor");
    if (status == MLP_OK)
        *predictor = made;
    else
        mlp_predictor_free(made);
    return status;
}

mlp_status mlp_predictor_create(const mlp_network *network, mlp_predictor **predictor,
                                mlp_error *err)
{
    mlp_network *one = (mlp_network *)network; /* the network is only read */
    const mlpi_members alone = {.count = 1, .network = &one, .weight = &(double){1.0}};
    return mlpi_predictor_create(&alone, predictor, err);
}

void mlp_predictor_free(mlp_predictor *predictor)
{
    if (predictor == NULL)
        return;
    for (size_t m = 0; m < predictor->count; m++) {
        mlpi_packed_release(&predictor->packed[m]);
        mlpi_reads_release(&predictor->reads[m]);
    }
    mlpi_free(predictor->packed);
    mlpi_free(predictor->reads);
    mlpi_free(predictor->weight);
    mlpi_free(predictor);
}

/* Number of outputs of all networks for one row; 0 for a single network, which needs no buffer. */
static size_t answers(const mlp_predictor *predictor)
{
    return predictor->count > 1 ? predictor->count * predictor->outputs : 0;
}

/* How many of `rows` rows pass through the networks at a time. */
static size_t block_of(const mlp_predictor *predictor, size_t rows)
{
    const size_t each = answers(predictor);
    size_t most = each > 0 ? ANSWERS / each : MLPI_BLOCK;
    most = most < 1 ? 1 : most > MLPI_BLOCK ? MLPI_BLOCK : most;
    return rows < most ? rows : most;
}

size_t mlp_predictor_workspace_rows(const mlp_predictor *predictor, size_t rows)
{
    const size_t block = block_of(predictor, rows);
    return 2 * predictor->width / MLPI_PANEL * mlpi_panel_stride(block) +
           block * answers(predictor) + mlpi_outputs_scratch(predictor->outputs);
}

size_t mlp_predictor_workspace(const mlp_predictor *predictor)
{
    return mlp_predictor_workspace_rows(predictor, 1);
}

/* Computes the outputs of network m for at most MLPI_BLOCK rows. */
static void run_network(const mlp_predictor *predictor, size_t m, const mlpi_batch *rows, float *y,
                        float *workspace)
{
    const mlpi_packed *packed = &predictor->packed[m];
    const size_t stride = mlpi_panel_stride(rows->rows);
    const size_t half = predictor->width / MLPI_PANEL * stride;
    mlpi_scratch scratch = {.output = workspace + 2 * half};
    mlpi_matrix from = {workspace, stride}, to = {workspace + half, stride};
    mlpi_gather(rows, packed->layers[0].inputs, 0, rows->rows, from);
    for (size_t l = 0; l < packed->count; l++) {
        mlpi_forward_layer(packed, l, mlpi_forward_factors(packed, l, from), rows->rows, to, to);
        const mlpi_matrix swap = from;
        from = to;
        to = swap;
    }
    mlpi_outputs(NULL, packed, rows, 0, rows->rows, from, y, NULL, (mlpi_matrix){0}, &scratch);
}

/* y = sum over the networks of weight times output, in the order of the networks; `all` holds
 * networks x count outputs. */
static void combine(const mlp_predictor *predictor, size_t count, const float *all, float *y)
{
    for (size_t i = 0; i < count; i++) {
        double sum = 0.0;
        for (size_t m = 0; m < predictor->count; m++)
            sum += predictor->weight[m] * (double)all[m * count + i];
        y[i] = (float)sum;
    }
}

static void run_block(const mlp_predictor *predictor, const float *x, size_t rows, float *y,
                      float *workspace)
{
    const size_t count = rows * predictor->outputs;
    float *all =
        workspace + mlp_predictor_workspace_rows(predictor, rows) - rows * answers(predictor);
    for (size_t m = 0; m < predictor->count; m++) {
        const mlpi_reads *reads = &predictor->reads[m];
        const mlpi_batch batch = {.x = x,
                                  .rows = rows,
                                  .width = predictor->inputs,
                                  .reads = reads->input != NULL ? reads : NULL};
        run_network(predictor, m, &batch, predictor->count > 1 ? all + m * count : y, workspace);
    }
    if (predictor->count > 1)
        combine(predictor, count, all, y);
    if (predictor->temperature > 0.0)
        mlpi_temper(predictor->temperature, predictor->outputs, y, rows);
}

void mlp_predictor_run_rows(const mlp_predictor *predictor, const float *x, size_t rows, float *y,
                            float *workspace)
{
    const size_t block = block_of(predictor, rows);
    for (size_t first = 0; first < rows; first += block)
        run_block(predictor, x + first * predictor->inputs,
                  rows - first < block ? rows - first : block, y + first * predictor->outputs,
                  workspace);
}

void mlp_predictor_run(const mlp_predictor *predictor, const float *x, float *y, float *workspace)
{
    run_block(predictor, x, 1, y, workspace);
}
