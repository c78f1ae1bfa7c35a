/* SPDX-License-Identifier: MIT */
/* The forward pass of single rows: the engine's products and outputs without its threads. */
#include "mlp/predictor.h"

#include <string.h>

#include "engine/ensemble.h"
#include "engine/inside.h"
#include "network/temperature.h"

struct mlp_predictor {
    size_t count, outputs;
    mlpi_packed *packed; /* of each network, of the inputs that it reads */
    mlpi_reads *reads;   /* which they are */
    double *weight;
    size_t width;       /* of the widest layer of any, padded */
    double temperature; /* 0: none */
};

/* The network m for the inputs that it reads, of which the predictor keeps a list. */
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

/* *made is the caller's to free in any case. */
static mlp_status pack(const mlpi_members *members, mlp_predictor *made, mlp_error *err)
{
    *made = (mlp_predictor){.outputs = mlp_network_outputs(members->network[0]),
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
    mlp_network *one = (mlp_network *)network; /* it is only read */
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

/* The outputs of every network, where there are several. */
static size_t answers(const mlp_predictor *predictor)
{
    return predictor->count > 1 ? predictor->count * predictor->outputs : 0;
}

size_t mlp_predictor_workspace(const mlp_predictor *predictor)
{
    return 2 * predictor->width + answers(predictor) + mlpi_outputs_scratch(predictor->outputs);
}

/* Outputs of network m. */
static void run(const mlp_predictor *predictor, size_t m, const float *x, float *y,
                float *workspace)
{
    const mlpi_packed *packed = &predictor->packed[m];
    const mlpi_reads *reads = &predictor->reads[m];
    const mlpi_batch batch = {.x = x, .rows = 1, .reads = reads->input != NULL ? reads : NULL};
    mlpi_scratch scratch = {.output = workspace + 2 * predictor->width};
    mlpi_matrix from = {workspace, MLPI_PANEL}, to = {workspace + predictor->width, MLPI_PANEL};
    mlpi_gather(&batch, packed->layers[0].inputs, 0, 1, from);
    for (size_t l = 0; l < packed->count; l++) {
        mlpi_forward_layer(packed, l, mlpi_forward_factors(packed, l, from), 1, to, to);
        const mlpi_matrix swap = from;
        from = to;
        to = swap;
    }
    mlpi_outputs(NULL, packed, &batch, 0, 1, from, y, NULL, (mlpi_matrix){0}, &scratch);
}

static void run_all(const mlp_predictor *predictor, const float *x, float *y, float *workspace)
{
    const size_t outputs = predictor->outputs;
    float *all = workspace + mlp_predictor_workspace(predictor) - answers(predictor);
    for (size_t m = 0; m < predictor->count; m++)
        run(predictor, m, x, all + m * outputs, workspace);
    for (size_t k = 0; k < outputs; k++) {
        double sum = 0.0;
        for (size_t m = 0; m < predictor->count; m++)
            sum += predictor->weight[m] * (double)all[m * outputs + k];
        y[k] = (float)sum;
    }
}

void mlp_predictor_run(const mlp_predictor *predictor, const float *x, float *y, float *workspace)
{
    if (predictor->count == 1)
        run(predictor, 0, x, y, workspace);
    else
        run_all(predictor, x, y, workspace);
    if (predictor->temperature > 0.0)
        mlpi_temper(predictor->temperature, predictor->outputs, y, 1);
}
