/* SPDX-License-Identifier: MIT */
/* Networks that answer together: owning them. */
#include "network/members.h"

#include <string.h>

#include "base/base.h"
#include "network/layout.h"

static void weigh_equally(mlpi_members *members)
{
    for (size_t m = 0; m < members->count; m++)
        members->weight[m] = 1.0 / (double)members->count;
}

mlp_status mlpi_members_init(mlpi_members *members, size_t count, mlp_error *err)
{
    *members = (mlpi_members){.network = mlpi_allocate(count, sizeof *members->network),
                              .weight = mlpi_allocate(count, sizeof *members->weight)};
    if (members->network == NULL || members->weight == NULL)
        return mlpi_fail_memory(err, "the networks of a model");
    members->count = count;
    weigh_equally(members);
    return MLP_OK;
}

mlp_status mlpi_members_add(mlpi_members *members, const mlp_network *network, mlp_error *err)
{
    mlpi_members more;
    mlp_status status = mlpi_members_init(&more, members->count + 1, err);
    if (status == MLP_OK) {
        more.network[members->count] = mlpi_network_copy(network);
        if (more.network[members->count] == NULL)
            status = mlpi_fail_memory(err, "the networks of a model");
    }
    if (status != MLP_OK) {
        mlpi_members_release(&more);
        return status;
    }
    for (size_t m = 0; m < members->count; m++)
        more.network[m] = members->network[m];
    more.temperature = members->temperature;
    members->count = 0; /* they have moved */
    mlpi_members_release(members);
    *members = more;
    return MLP_OK;
}

mlp_status mlpi_members_copy(const mlpi_members *from, mlpi_members *to, mlp_error *err)
{
    MLPI_TRY(mlpi_members_init(to, from->count, err));
    memcpy(to->weight, from->weight, from->count * sizeof *to->weight);
    to->temperature = from->temperature;
    for (size_t m = 0; m < from->count; m++) {
        to->network[m] = mlpi_network_copy(from->network[m]);
        if (to->network[m] == NULL)
            return mlpi_fail_memory(err, "the networks of a model");
    }
    return MLP_OK;
}

void mlpi_members_release(mlpi_members *members)
{
    for (size_t m = 0; m < members->count; m++)
        mlp_network_free(members->network[m]);
    mlpi_free(members->network);
    mlpi_free(members->weight);
    *members = (mlpi_members){0};
}

size_t mlpi_members_size(const mlpi_members *members)
{
    size_t size = 0;
    for (size_t m = 0; m < members->count; m++)
        size += mlp_network_size(members->network[m]);
    return size;
}
