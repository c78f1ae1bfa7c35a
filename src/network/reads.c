/* SPDX-License-Identifier: MIT */
/* The inputs that a network reads, and copies of networks without the other inputs. */
#include "network/reads.h"

#include <string.h>

#include "base/base.h"
#include "network/layout.h"

/* Marks the inputs that have a weight other than 0, and returns their number. */
static size_t mark(const mlp_network *network, bool *read)
{
    const float *w = network->parameters + network->weights_at[0];
    size_t count = 0;
    for (size_t u = 0; u < network->layers[0].units && count < network->inputs; u++)
        for (size_t i = 0; i < network->inputs; i++) {
            const bool found = *w++ != 0.0f && !read[i];
            read[i] = read[i] || found;
            count += found ? 1 : 0;
        }
    return count;
}

mlp_status mlpi_reads_find(const mlp_network *network, mlpi_reads *reads, mlp_error *err)
{
    *reads = (mlpi_reads){0};
    bool *read = mlpi_allocate(network->inputs, sizeof *read);
    const size_t count = read != NULL ? mark(network, read) : 0;
    const bool all = read != NULL && (count == 0 || count == network->inputs);
    if (!all && read != NULL)
        reads->input = mlpi_allocate(count, sizeof *reads->input);
    for (size_t i = 0; reads->input != NULL && i < network->inputs; i++)
        if (read[i])
            reads->input[reads->count++] = (uint32_t)i;
    mlpi_free(read);
    return all || reads->input != NULL ? MLP_OK
                                       : mlpi_fail_memory(err, "the inputs that a network reads");
}

bool mlpi_reads_copy(const mlpi_reads *from, mlpi_reads *to)
{
    *to = (mlpi_reads){0};
    if (from->input == NULL)
        return true;
    to->input = mlpi_allocate(from->count, sizeof *to->input);
    if (to->input == NULL)
        return false;
    memcpy(to->input, from->input, from->count * sizeof *to->input);
    to->count = from->count;
    return true;
}

void mlpi_reads_release(mlpi_reads *reads)
{
    mlpi_free(reads->input);
    *reads = (mlpi_reads){0};
}

bool mlpi_reads_same(const mlpi_reads *a, const mlpi_reads *b)
{
    if (a->input == NULL || b->input == NULL)
        return a->input == b->input;
    return a->count == b->count && memcmp(a->input, b->input, a->count * sizeof *a->input) == 0;
}

size_t mlpi_reads_inputs(const mlpi_reads *reads, const mlp_network *network)
{
    return reads->input != NULL ? reads->count : network->inputs;
}

size_t mlpi_reads_size(const mlpi_reads *reads, const mlp_network *network)
{
    return network->size -
           network->layers[0].units * (network->inputs - mlpi_reads_inputs(reads, network));
}

/* The first layer's weights are the first parameters; all later parameters are shifted by the same
 * number of places. */
size_t mlpi_reads_at(const mlpi_reads *reads, const mlp_network *network, size_t i)
{
    if (reads->input == NULL)
        return i;
    const size_t units = network->layers[0].units, weights = units * reads->count;
    return i < weights ? i / reads->count * network->inputs + reads->input[i % reads->count]
                       : i - weights + units * network->inputs;
}

size_t mlpi_reads_run(const mlpi_reads *reads, size_t i)
{
    size_t end = i + 1;
    while (end < reads->count && reads->input[end] == reads->input[end - 1] + 1)
        end++;
    return end - i;
}

mlp_network *mlpi_reads_narrow(const mlpi_reads *reads, const mlp_network *network)
{
    mlp_network *narrow = NULL;
    if (mlp_network_create(mlpi_reads_inputs(reads, network), network->layers, network->count,
                           network->loss, &narrow, NULL) != MLP_OK)
        return NULL;
    narrow->loss_settings = network->loss_settings;
    narrow->surrogate = network->surrogate;
    for (size_t i = 0; i < narrow->size; i++)
        narrow->parameters[i] = network->parameters[mlpi_reads_at(reads, network, i)];
    return narrow;
}
