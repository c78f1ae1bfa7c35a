/* SPDX-License-Identifier: MIT */
/* Quantises networks: finds the scales, makes the tables and the layers, and proves the result. */
#include "quantise/quantise.h"

#include <string.h>

#include "base/base.h"
#include "quantise/scales.h"

static void release_layer(mlpi_quantised_layer *l)
{
    mlpi_free(l->narrow);
    mlpi_free(l->wide);
    mlpi_free(l->bias);
    mlpi_free(l->multiplier);
}

void mlpi_quantised_release(mlpi_quantised *q)
{
    for (size_t n = 0; q->network != NULL && n < q->count; n++) {
        for (size_t l = 0; q->network[n].layer != NULL && l < q->network[n].count; l++)
            release_layer(&q->network[n].layer[l]);
        mlpi_free(q->network[n].layer);
        mlpi_reads_release(&q->network[n].reads);
    }
    for (int f = 0; f < MLP_ACTIVATION_COUNT; f++)
        mlpi_free((void *)q->table[f].value);
    mlpi_free(q->network);
    mlpi_free(q->factor);
    mlpi_free(q->weight);
    *q = (mlpi_quantised){0};
}

static mlp_status make_network(const mlpi_scales *s, size_t m, mlpi_quantised *q, mlp_error *err)
{
    const mlp_network *network = s->members->network[m];
    mlpi_quantised_network *to = &q->network[m];
    double in = s->input;
    to->count = mlp_network_layer_count(network);
    to->layer = mlpi_allocate(to->count, sizeof *to->layer);
    const mlpi_reads reads = mlpi_member_reads(s->members, m);
    if (to->layer == NULL || !mlpi_reads_copy(&reads, &to->reads))
        return mlpi_fail_memory(err, "a network of integers");
    q->widest = reads.count > q->widest ? reads.count : q->widest;
    for (size_t l = 0; l < to->count; l++) {
        MLPI_TRY(mlpi_layer_make(s, m, l, in, q, err));
        in = to->layer[l].unit;
        if (l + 1 < to->count && to->layer[l].units > q->widest)
            q->widest = to->layer[l].units;
    }
    return MLP_OK;
}

static mlp_status make(const mlpi_scales *s, mlpi_quantised *q, mlp_error *err)
{
    const mlpi_members *members = s->members;
    q->most = s->most;
    q->factor = mlpi_allocate(q->inputs, sizeof *q->factor);
    q->weight = mlpi_allocate(members->count, sizeof *q->weight);
    q->network = mlpi_allocate(members->count, sizeof *q->network);
    if (q->factor == NULL || q->weight == NULL || q->network == NULL)
        return mlpi_fail_memory(err, "networks of integers");
    q->count = members->count;
    memcpy(q->weight, members->weight, members->count * sizeof *q->weight);
    for (size_t j = 0; j < q->inputs; j++)
        q->factor[j] = (float)(s->column[j] / s->input);
    MLPI_TRY(mlpi_tables_make(s, q, err));
    for (size_t m = 0; m < members->count; m++)
        MLPI_TRY(make_network(s, m, q, err));
    return mlpi_quantised_prove(q, err);
}

mlp_status mlpi_quantise(const mlpi_members *members, const float *x, size_t rows, int bits,
                         mlpi_quantised *q, mlp_error *err)
{
    mlpi_scales scales;
    *q = (mlpi_quantised){.bits = bits,
                          .inputs = mlp_network_inputs(members->network[0]),
                          .outputs = mlp_network_outputs(members->network[0]),
                          .temperature = members->temperature};
    if (bits != 8 && bits != 16)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "`integer`, the number of bits of a weight, must be 8 or 16, not %d",
                         bits);
    mlp_status status = mlpi_scales_find(members, x, rows, bits, &scales, err);
    if (status == MLP_OK)
        status = make(&scales, q, err);
    mlpi_scales_release(&scales);
    return status;
}

size_t mlpi_quantised_size(const mlpi_quantised *q)
{
    const size_t bias = q->bits == 8 ? sizeof(int32_t) : sizeof(int64_t);
    const size_t weight = q->bits == 8 ? sizeof(int8_t) : sizeof(int16_t);
    size_t size = q->inputs * sizeof(float);
    for (int f = 0; f < MLP_ACTIVATION_COUNT; f++)
        if (q->table[f].value != NULL)
            size += (((size_t)1 << q->table[f].bits) + 1) * sizeof(int16_t);
    for (size_t n = 0; n < q->count; n++)
        for (size_t l = 0; l < q->network[n].count; l++) {
            const mlpi_quantised_layer *one = &q->network[n].layer[l];
            size += one->units * one->inputs * weight + one->units * bias;
            if (one->finish != MLPI_FINISH_STEP)
                size += one->units * sizeof(uint16_t);
        }
    return size;
}
