/* SPDX-License-Identifier: MIT */
/* Tables to train and to test on. A label that no training row has cannot be predicted: rows with
 * such a label get predictions but are not evaluated. */
#include "search/part.h"

#include <string.h>

#include "schema/times.h"

mlp_status mlpi_part_table(const mlp_table *table, const uint32_t *rows, size_t count,
                           mlp_table **made, mlp_error *err)
{
    size_t *wide = mlpi_allocate(count, sizeof *wide);
    if (wide == NULL)
        return mlpi_fail_memory(err, "the rows of a fold");
    for (size_t i = 0; i < count; i++)
        wide[i] = rows[i];
    const mlp_status status = mlpi_times_subset(table, wide, count, made, err);
    mlpi_free(wide);
    return status;
}

/* Lists the tested rows whose label some training row has; all lists ascend. Marks the labels of
 * training rows in `known`. */
static size_t list_evaluated(const mlpi_rows *rows, const uint32_t *training, size_t training_count,
                             const uint32_t *tested, size_t tested_count, bool *known,
                             uint32_t *evaluated)
{
    size_t used = 0, at = 0;
    for (size_t i = 0, t = 0; i < rows->count && t < training_count; i++) {
        const bool trains = rows->row[i] == training[t];
        t += trains;
        if (trains)
            known[rows->label[i]] = true;
    }
    for (size_t i = 0; i < rows->count && at < tested_count; i++) {
        if (rows->row[i] != tested[at])
            continue;
        if (known[rows->label[i]])
            evaluated[used++] = tested[at];
        at++;
    }
    return used;
}

static mlp_status make_evaluated(const mlp_table *table, const mlpi_rows *rows,
                                 const uint32_t *training, size_t training_count,
                                 const uint32_t *tested, size_t tested_count, mlpi_part *part,
                                 mlp_error *err)
{
    bool *known = mlpi_allocate(rows->labels, sizeof *known);
    uint32_t *evaluated = mlpi_allocate(tested_count, sizeof *evaluated);
    mlp_status status = MLP_OK;
    if (known == NULL || evaluated == NULL)
        status = mlpi_fail_memory(err, "the rows of a fold");
    else {
        const size_t count =
            list_evaluated(rows, training, training_count, tested, tested_count, known, evaluated);
        part->evaluated = part->tested;
        if (count == 0)
            status = mlpi_fail_at(err, MLP_ERROR_DATA, mlp_table_source(table), 0, 0,
                                  "no training row has any of the labels of a fold; use fewer "
                                  "folds, or other groups");
        else if (count < tested_count)
            status = mlpi_part_table(table, evaluated, count, &part->evaluated, err);
    }
    mlpi_free(known);
    mlpi_free(evaluated);
    return status;
}

mlp_status mlpi_part_make(const mlp_table *table, const mlpi_rows *rows, const uint32_t *training,
                          size_t training_count, const uint32_t *tested, size_t tested_count,
                          mlpi_part *part, mlp_error *err)
{
    mlpi_part made = {0};
    mlp_status status = mlpi_part_table(table, training, training_count, &made.training, err);
    if (status == MLP_OK)
        status = mlpi_part_table(table, tested, tested_count, &made.tested, err);
    if (status == MLP_OK)
        status =
            make_evaluated(table, rows, training, training_count, tested, tested_count, &made, err);
    if (status == MLP_OK)
        *part = made;
    else
        mlpi_part_release(&made);
    return status;
}

static mlp_status divide(const mlp_table *table, const mlpi_share *share, const uint32_t *row,
                         size_t count, mlpi_folds *parts, mlp_error *err)
{
    mlp_table *some = NULL;
    MLPI_TRY(mlpi_part_table(table, row, count, &some, err));
    const mlp_status status = mlpi_folds_make(some, share->schema, share->schema->group,
                                              share->parts, 1, share->seed, parts, err);
    mlp_table_free(some);
    if (status != MLP_ERROR_ARGUMENT)
        return status;
    return mlpi_fail_at(
        err, status, mlp_table_source(table), 0, 0,
        "the %zu rows that a fold trains on cannot be divided into %zu parts; use fewer `sizes`",
        count, share->parts);
}

/* Removes all rows that are not in the share from `row`, which stays ascending. */
static mlp_status take_share(const mlp_table *table, const mlpi_share *share, uint32_t *row,
                             size_t *count, mlp_error *err)
{
    mlpi_folds parts;
    MLPI_TRY(divide(table, share, row, *count, &parts, err));
    bool *taken = mlpi_allocate(*count, sizeof *taken);
    for (size_t p = 0; taken != NULL && p < share->parts; p += share->parts / share->taken) {
        size_t rows = 0;
        const uint32_t *part = mlpi_folds_test(&parts, 0, p, &rows);
        for (size_t i = 0; i < rows; i++)
            taken[part[i]] = true;
    }
    size_t left = 0;
    for (size_t i = 0; taken != NULL && i < *count; i++)
        if (taken[i])
            row[left++] = row[i];
    mlpi_folds_release(&parts);
    if (taken == NULL)
        return mlpi_fail_memory(err, "the rows of a fold");
    mlpi_free(taken);
    *count = left;
    return MLP_OK;
}

mlp_status mlpi_part_of_fold(const mlp_table *table, const mlpi_rows *rows, const mlpi_folds *folds,
                             size_t repeat, size_t fold, const mlpi_share *share, mlpi_part *part,
                             mlp_error *err)
{
    uint32_t *rest = mlpi_allocate(folds->rows, sizeof *rest);
    size_t count = 0;
    if (rest == NULL)
        return mlpi_fail_memory(err, "the rows of a fold");
    const uint32_t *test = mlpi_folds_test(folds, repeat, fold, &count);
    size_t others = mlpi_folds_rest(folds, repeat, fold, rest);
    mlp_status status = MLP_OK;
    if (share != NULL && share->taken < share->parts)
        status = take_share(table, share, rest, &others, err);
    if (status == MLP_OK)
        status = mlpi_part_make(table, rows, rest, others, test, count, part, err);
    mlpi_free(rest);
    return status;
}

void mlpi_part_release(mlpi_part *part)
{
    if (part->evaluated != part->tested)
        mlp_table_free(part->evaluated);
    mlp_table_free(part->training);
    mlp_table_free(part->tested);
    *part = (mlpi_part){0};
}
