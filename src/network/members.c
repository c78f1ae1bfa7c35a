/* SPDX-License-Identifier: MIT */
/* The members of a model: how they are created, copied and freed, and the inputs that they read. */
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
    mlpi_members_read_all(members);
    members->count = 0; /* the networks now belong to `more` */
    mlpi_members_release(members);
    *members = more;
    return MLP_OK;
}

static mlp_status copy_reads(const mlpi_members *from, mlpi_members *to, mlp_error *err)
{
    if (from->reads == NULL)
        return MLP_OK;
    to->reads = mlpi_allocate(from->count, sizeof *to->reads);
    for (size_t m = 0; to->reads != NULL && m < from->count; m++)
        if (!mlpi_reads_copy(&from->reads[m], &to->reads[m]))
            return mlpi_fail_memory(err, "the inputs that a network reads");
    return to->reads != NULL ? MLP_OK : mlpi_fail_memory(err, "the inputs that a network reads");
}

static mlp_status copy_but_networks(const mlpi_members *from, mlpi_members *to, mlp_error *err)
{
    MLPI_TRY(mlpi_members_init(to, from->count, err));
    memcpy(to->weight, from->weight, from->count * sizeof *to->weight);
    to->temperature = from->temperature;
    return copy_reads(from, to, err);
}

mlp_status mlpi_members_copy(const mlpi_members *from, mlpi_members *to, mlp_error *err)
{
    MLPI_TRY(copy_but_networks(from, to, err));
    for (size_t m = 0; m < from->count; m++) {
        to->network[m] = mlpi_network_copy(from->network[m]);
        if (to->network[m] == NULL)
            return mlpi_fail_memory(err, "the networks of a model");
    }
    return MLP_OK;
}

void mlpi_members_release(mlpi_members *members)
{
    mlpi_members_read_all(members);
    for (size_t m = 0; m < members->count; m++)
        mlp_network_free(members->network[m]);
    mlpi_free(members->network);
    mlpi_free(members->weight);
    *members = (mlpi_members){0};
}

/* --- inputs ----------------------------------------------------------------------------------- */

void mlpi_members_read_all(mlpi_members *members)
{
    for (size_t m = 0; members->reads != NULL && m < members->count; m++)
        mlpi_reads_release(&members->reads[m]);
    mlpi_free(members->reads);
    members->reads = NULL;
}

mlpi_reads mlpi_member_reads(const mlpi_members *members, size_t m)
{
    return members->reads != NULL ? members->reads[m] : (mlpi_reads){0};
}

size_t mlpi_member_reads_as(const mlpi_members *members, size_t m)
{
    size_t first = 0;
    while (members->reads != NULL && !mlpi_reads_same(&members->reads[first], &members->reads[m]))
        first++;
    return first;
}

mlp_status mlpi_members_narrow(const mlpi_members *from, mlpi_members *to, mlp_error *err)
{
    MLPI_TRY(copy_but_networks(from, to, err));
    for (size_t m = 0; m < from->count; m++) {
        const mlpi_reads reads = mlpi_member_reads(from, m);
        to->network[m] = mlpi_reads_narrow(&reads, from->network[m]);
        if (to->network[m] == NULL)
            return mlpi_fail_memory(err, "the networks of a model");
    }
    return MLP_OK;
}

size_t mlpi_members_size(const mlpi_members *members)
{
    size_t size = 0;
    for (size_t m = 0; m < members->count; m++) {
        const mlpi_reads reads = mlpi_member_reads(members, m);
        size += mlpi_reads_size(&reads, members->network[m]);
    }
    return size;
}

/* Whether some weights can be left out, and not more than a reader of model files accepts. */
static bool is_worth_while(const mlpi_members *members)
{
    size_t whole = 0;
    for (size_t m = 0; m < members->count; m++)
        whole += mlp_network_size(members->network[m]);
    const size_t left = mlpi_members_size(members);
    return left < whole && whole / left < MLPI_MOST_SPREAD;
}

mlp_status mlpi_members_find_reads(mlpi_members *members, mlp_error *err)
{
    mlpi_members_read_all(members);
    if (members->count < 2)
        return MLP_OK;
    members->reads = mlpi_allocate(members->count, sizeof *members->reads);
    if (members->reads == NULL)
        return mlpi_fail_memory(err, "the inputs that a network reads");
    for (size_t m = 0; m < members->count; m++)
        MLPI_TRY(mlpi_reads_find(members->network[m], &members->reads[m], err));
    if (!is_worth_while(members))
        mlpi_members_read_all(members);
    return MLP_OK;
}
