/* SPDX-License-Identifier: MIT */
/* Selects the rows that train and evaluate one network from rows prepared for several networks. */
#include <string.h>

#include "train/prepare.h"

static void copy_rows(float *to, const float *from, const uint32_t *row, size_t rows, size_t width)
{
    for (size_t i = 0; i < rows; i++)
        memcpy(to + i * width, from + row[i] * width, width * sizeof *to);
}

/* --- folds ------------------------------------------------------------------------------------ */

/* Copies the rows that train, since full-batch methods need them to be contiguous. */
static mlp_status gather(const mlp_encoded *from, const mlpi_split *split, mlpi_prepared *part,
                         mlp_error *err)
{
    mlp_encoded *to = &part->training;
    const size_t rows = split->training_count;
    *to = (mlp_encoded){.rows = rows,
                        .inputs = from->inputs,
                        .outputs = from->outputs,
                        .x = mlpi_allocate(rows, from->inputs * sizeof *to->x),
                        .target = mlpi_allocate(rows, from->outputs * sizeof *to->target),
                        .weight =
                            from->weight != NULL ? mlpi_allocate(rows, sizeof *to->weight) : NULL};
    if (to->x == NULL || to->target == NULL || (from->weight != NULL && to->weight == NULL))
        return mlpi_fail_memory(err, "the rows of a fold");
    copy_rows(to->x, from->x, split->training, rows, from->inputs);
    copy_rows(to->target, from->target, split->training, rows, from->outputs);
    if (from->weight != NULL)
        copy_rows(to->weight, from->weight, split->training, rows, 1);
    return MLP_OK;
}

/* The rows of a fold validate, and all others train. */
static mlp_status divide_by_fold(const mlpi_prepared *whole, size_t fold, const mlpi_plan *plan,
                                 mlpi_prepared *p, mlp_error *err)
{
    const size_t targets = whole->pipeline.target_count;
    mlpi_split *s = &p->split;
    mlp_encoded learnt = whole->training;
    const uint32_t *tested = mlpi_folds_test(&whole->folds, 0, fold, &s->validation_count);
    s->training = mlpi_allocate(whole->folds.rows, sizeof *s->training);
    if (s->training == NULL)
        return mlpi_fail_memory(err, "the rows of a fold");
    s->training_count = mlpi_folds_rest(&whole->folds, 0, fold, s->training);
    if (whole->smoothed != NULL)
        learnt.target = whole->smoothed;
    p->training = (mlp_encoded){.rows = s->training_count};
    p->validation = (mlp_encoded){.rows = s->validation_count};
    if (plan->method != NULL)
        MLPI_TRY(gather(&learnt, s, p, err));
    MLPI_TRY(mlpi_batches_chosen(&learnt, targets, s->training, s->training_count, true,
                                 &p->learning, err));
    return mlpi_batches_chosen(&whole->training, targets, tested, s->validation_count, false,
                               &p->validating, err);
}

/* --- any division ----------------------------------------------------------------------------- */

size_t mlpi_prepared_divisions(const mlpi_prepared *prepared)
{
    return prepared->folds.folds > 0 ? prepared->folds.folds : 1;
}

/* Parts share rows in memory, but each part has its own sources, and so its own row order. */
static mlp_status divide(const mlpi_prepared *whole, size_t division, const mlpi_plan *plan,
                         const mlp_train_options *options, mlpi_prepared *p, mlp_error *err)
{
    if (options->memory > 0)
        return MLP_OK;
    p->learning = p->validating = NULL;
    return whole->folds.folds > 0 ? divide_by_fold(whole, division, plan, p, err)
                                  : mlpi_prepare_sources(p, err);
}

mlp_status mlpi_prepare_part(const mlpi_prepared *whole, size_t division, const mlpi_plan *plan,
                             const mlp_train_options *options, mlpi_prepared *part, mlp_error *err)
{
    mlpi_prepared made = *whole;
    made.whole = whole;
    made.split = (mlpi_split){.skipped = whole->split.skipped};
    made.network = NULL;
    mlp_status status = divide(whole, division, plan, options, &made, err);
    if (status == MLP_OK)
        status = mlpi_prepare_network(plan, options, &made, err);
    if (status == MLP_OK)
        *part = made;
    else
        mlpi_prepared_release(&made);
    return status;
}
