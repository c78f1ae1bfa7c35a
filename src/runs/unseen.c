/* SPDX-License-Identifier: MIT */
/* Outputs for the rows of a fold come only from the networks that trained without these rows. */
#include "runs/unseen.h"

#include <string.h>

#include "engine/ensemble.h"

enum { NOT_EVALUATED = UINT16_MAX }; /* instead of a fold; there are at most 1000 folds */

void mlpi_unseen_release(mlpi_unseen *u)
{
    mlpi_free(u->row);
    mlpi_free(u->fold);
    mlpi_free(u->outputs);
    *u = (mlpi_unseen){0};
}

size_t mlpi_fold_networks(const mlpi_crew *crew, size_t fold)
{
    size_t count = 0;
    for (size_t i = fold * crew->members; i < (fold + 1) * crew->members; i++)
        count += crew->run[i].network != NULL ? 1 : 0;
    return count;
}

/* Lists the networks of a fold, which the crew still owns; the caller frees only the arrays. */
static mlp_status members_of(const mlpi_crew *crew, size_t fold, mlpi_members *members,
                             mlp_error *err)
{
    MLPI_TRY(mlpi_members_init(members, mlpi_fold_networks(crew, fold), err));
    size_t count = 0;
    for (size_t i = fold * crew->members; i < (fold + 1) * crew->members; i++)
        if (crew->run[i].network != NULL)
            members->network[count++] = crew->run[i].network;
    return mlpi_members_find_reads(members, err);
}

mlp_status mlpi_fold_answer(const mlpi_crew *crew, size_t fold, const uint32_t *row, size_t count,
                            float *y, mlp_error *err)
{
    const mlpi_batch batch = {.x = crew->common.data.training.x, .index = row, .rows = count};
    mlpi_members members = {0};
    mlpi_ensemble *networks = NULL;
    mlp_status status = members_of(crew, fold, &members, err);
    if (status == MLP_OK)
        status = mlpi_ensemble_create(&members, crew->options->threads, &networks, err);
    if (status == MLP_OK)
        mlpi_ensemble_forward(networks, &batch, y);
    mlpi_ensemble_free(networks);
    mlpi_members_read_all(&members);
    members.count = 0; /* the crew owns the networks */
    mlpi_members_release(&members);
    return status;
}

/* Fills in the outputs of the fold's rows, at their numbers among all encoded rows. */
static mlp_status answer_fold(mlpi_unseen *u, const mlpi_crew *crew, size_t fold, mlp_error *err)
{
    const size_t outputs = crew->common.data.training.outputs;
    size_t count = 0;
    const uint32_t *row = mlpi_folds_test(&crew->common.data.folds, 0, fold, &count);
    if (mlpi_fold_networks(crew, fold) == 0)
        return MLP_OK;
    float *y = mlpi_allocate(count, outputs * sizeof *y);
    const mlp_status status = y != NULL ? mlpi_fold_answer(crew, fold, row, count, y, err)
                                        : mlpi_fail_memory(err, "the outputs of a fold");
    for (size_t i = 0; status == MLP_OK && i < count; i++) {
        memcpy(u->outputs + row[i] * outputs, y + i * outputs, outputs * sizeof *y);
        u->fold[row[i]] = (uint16_t)fold;
    }
    mlpi_free(y);
    return status;
}

/* Moves the evaluated rows to the front, and drops all other rows. */
static void close_up(mlpi_unseen *u, size_t rows, size_t outputs)
{
    for (size_t r = 0; r < rows; r++) {
        if (u->fold[r] == NOT_EVALUATED)
            continue;
        memmove(u->outputs + u->count * outputs, u->outputs + r * outputs,
                outputs * sizeof *u->outputs);
        u->fold[u->count] = u->fold[r];
        u->row[u->count++] = (uint32_t)r;
    }
}

mlp_status mlpi_unseen_fill(mlpi_unseen *u, const mlpi_crew *crew, mlp_error *err)
{
    const mlp_encoded *e = &crew->common.data.training;
    u->row = mlpi_allocate(e->rows, sizeof *u->row);
    u->fold = mlpi_allocate(e->rows, sizeof *u->fold);
    u->outputs = mlpi_allocate(e->rows, e->outputs * sizeof *u->outputs);
    if (u->row == NULL || u->fold == NULL || u->outputs == NULL)
        return mlpi_fail_memory(err, "the outputs of the folds");
    for (size_t r = 0; r < e->rows; r++)
        u->fold[r] = NOT_EVALUATED;
    for (size_t fold = 0; fold < crew->common.data.folds.folds; fold++)
        MLPI_TRY(answer_fold(u, crew, fold, err));
    close_up(u, e->rows, e->outputs);
    return MLP_OK;
}
