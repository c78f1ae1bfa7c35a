/* SPDX-License-Identifier: MIT */
/* Encodes training rows with transforms that learn from targets: each fold of the rows by a fit on
 * the other folds. */
#include <string.h>

#include "base/base.h"
#include "encode/binding.h"
#include "encode/out_of_fold.h"

enum { FOLDS = 5 };

/* The fold of row i, by a hash, so that the rows of a fold are scattered among all rows. */
static size_t fold_of(size_t i)
{
    return (size_t)(mlpi_hash(MLPI_HASH_START,
                              &(uint8_t[4]){(uint8_t)i, (uint8_t)(i >> 8), (uint8_t)(i >> 16),
                                            (uint8_t)(i >> 24)},
                              4) %
                    FOLDS);
}

bool mlpi_pipeline_learns_from_targets(const mlpi_pipeline *pipeline)
{
    for (size_t i = 0; i < pipeline->feature_count; i++)
        if (pipeline->features[i].transform->out_of_fold)
            return true;
    return false;
}

/* --- fits ------------------------------------------------------------------------------------- */

struct mlpi_out_of_fold {
    mlpi_binding binding;
    const uint32_t *rows;
    size_t count;
    mlpi_fitted (*fits)[FOLDS]; /* of each feature; all zero if it does not learn from targets */
};

static mlp_status fit_fold(mlpi_out_of_fold *o, size_t f, size_t fold,
                           const mlpi_row_targets *targets, uint32_t *others, mlp_error *err)
{
    const mlpi_feature *feature = &o->binding.pipeline->features[f];
    size_t count = 0;
    mlpi_texts texts = {0};
    for (size_t i = 0; i < o->count; i++)
        if (fold_of(i) != fold)
            others[count++] = (uint32_t)i;
    MLPI_TRY(mlpi_texts_gather(o->binding.table, o->binding.features[f], o->rows, others, count,
                               true, targets, &texts, err));
    const mlpi_facts facts = {.texts = &texts, .argument = feature->fitted.number[0]};
    const mlp_status status = feature->transform->fit(&facts, &o->fits[f][fold], err);
    mlpi_texts_release(&texts);
    return status;
}

static mlp_status fit_all(mlpi_out_of_fold *o, const mlpi_row_targets *targets, mlp_error *err)
{
    const mlpi_pipeline *p = o->binding.pipeline;
    uint32_t *others = mlpi_allocate(o->count, sizeof *others);
    mlp_status status = MLP_OK;
    o->fits = mlpi_allocate(p->feature_count, sizeof *o->fits);
    if (others == NULL || o->fits == NULL)
        status = mlpi_fail_memory(err, "the categories");
    for (size_t k = 0; k < p->feature_count * FOLDS && status == MLP_OK; k++)
        if (p->features[k / FOLDS].transform->out_of_fold)
            status = fit_fold(o, k / FOLDS, k % FOLDS, targets, others, err);
    mlpi_free(others);
    return status;
}

mlp_status mlpi_out_of_fold_fit(const mlpi_pipeline *pipeline, const mlp_table *table,
                                const uint32_t *rows, size_t count, const mlpi_row_targets *targets,
                                mlpi_out_of_fold **fits, mlp_error *err)
{
    mlpi_out_of_fold *made = mlpi_allocate(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "the categories");
    *made = (mlpi_out_of_fold){
        .binding = {.pipeline = pipeline, .table = table}, .rows = rows, .count = count};
    mlp_status status = mlpi_binding_make(&made->binding, false, err);
    if (status == MLP_OK)
        status = fit_all(made, targets, err);
    if (status == MLP_OK)
        *fits = made;
    else
        mlpi_out_of_fold_free(made);
    return status;
}

void mlpi_out_of_fold_free(mlpi_out_of_fold *fits)
{
    if (fits == NULL)
        return;
    for (size_t k = 0; fits->fits != NULL && k < fits->binding.pipeline->feature_count * FOLDS; k++)
        mlpi_fitted_release(&fits->fits[k / FOLDS][k % FOLDS]);
    mlpi_free(fits->fits);
    mlpi_binding_release(&fits->binding);
    mlpi_free(fits);
}

/* --- rows ------------------------------------------------------------------------------------- */

static void encode_feature(const mlpi_out_of_fold *o, size_t f, size_t first, mlp_encoded *encoded)
{
    const mlpi_feature *feature = &o->binding.pipeline->features[f];
    const size_t width = mlpi_transform_width(feature->transform, &feature->fitted);
    const size_t column = o->binding.features[f];
    mlpi_cursor cursor = {.table = o->binding.table};
    for (size_t i = 0; i < encoded->rows; i++) {
        char scratch[MLPI_DECIMAL_ROOM];
        const uint32_t row = o->rows[first + i];
        const mlpi_fitted *fitted = &o->fits[f][fold_of(first + i)];
        float *x = encoded->x + i * encoded->inputs + feature->first;
        if (mlpi_cursor_is_missing(&cursor, row, column))
            continue;
        const double value = feature->transform->find(
            fitted, mlpi_cursor_span(&cursor, row, column, false, scratch));
        memset(x, 0, width * sizeof *x);
        feature->transform->apply(fitted, &value, 1, x, width);
    }
}

void mlpi_out_of_fold_encode(const mlpi_out_of_fold *fits, size_t first, mlp_encoded *encoded)
{
    const mlpi_pipeline *p = fits->binding.pipeline;
    for (size_t f = 0; f < p->feature_count; f++)
        if (p->features[f].transform->out_of_fold)
            encode_feature(fits, f, first, encoded);
}

mlp_status mlpi_pipeline_encode_out_of_fold(const mlpi_pipeline *pipeline, const mlp_table *table,
                                            const uint32_t *rows, size_t count,
                                            mlp_encoded *encoded, mlp_error *err)
{
    const mlpi_row_targets targets = mlpi_row_targets_of(pipeline, encoded);
    mlpi_out_of_fold *fits = NULL;
    if (!mlpi_pipeline_learns_from_targets(pipeline))
        return MLP_OK;
    MLPI_TRY(mlpi_out_of_fold_fit(pipeline, table, rows, count, &targets, &fits, err));
    mlpi_out_of_fold_encode(fits, 0, encoded);
    mlpi_out_of_fold_free(fits);
    return MLP_OK;
}
