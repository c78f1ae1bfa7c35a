/* SPDX-License-Identifier: MIT */
/* The forward pass of single rows: the engine's products and outputs without its threads. */
#include "mlp/predictor.h"

#include <string.h>

#include "engine/inside.h"

struct mlp_predictor {
    mlpi_packed packed;
    size_t width; /* of the widest layer, padded */
};

mlp_status mlp_predictor_create(const mlp_network *network, mlp_predictor **predictor,
                                mlp_error *err)
{
    mlp_predictor *made = mlpi_allocate(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "a predictor");
    const mlp_status status =
        mlpi_packed_init(&made->packed, network, false, MLP_PRECISION_FLOAT, err);
    if (status != MLP_OK) {
        mlpi_free(made);
        return status;
    }
    made->width = mlpi_packed_widest(&made->packed);
    *predictor = made;
    return MLP_OK;
}

void mlp_predictor_free(mlp_predictor *predictor)
{
    if (predictor == NULL)
        return;
    mlpi_packed_release(&predictor->packed);
    mlpi_free(predictor);
}

static size_t outputs_of(const mlp_predictor *predictor)
{
    return predictor->packed.layers[predictor->packed.count - 1].units;
}

size_t mlp_predictor_workspace(const mlp_predictor *predictor)
{
    return 2 * predictor->width + mlpi_outputs_scratch(outputs_of(predictor));
}

void mlp_predictor_run(const mlp_predictor *predictor, const float *x, float *y, float *workspace)
{
    const mlpi_packed *packed = &predictor->packed;
    const mlpi_batch batch = {.x = x, .rows = 1};
    mlpi_scratch scratch = {.output = workspace + 2 * predictor->width};
    mlpi_matrix from = {workspace, MLPI_PANEL}, to = {workspace + predictor->width, MLPI_PANEL};
    memcpy(from.data, x, packed->layers[0].inputs * sizeof *x); /* panels of one row lie in a row */
    for (size_t l = 0; l < packed->count; l++) {
        mlpi_forward_layer(packed, l, mlpi_forward_factors(packed, l, from), 1, to, to);
        const mlpi_matrix swap = from;
        from = to;
        to = swap;
    }
    mlpi_outputs(NULL, packed, &batch, 0, 1, from, y, NULL, (mlpi_matrix){0}, &scratch);
}
