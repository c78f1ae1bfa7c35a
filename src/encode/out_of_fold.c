/* SPDX-License-Identifier: MIT */
/* The training rows of transforms that learn from targets: each fold of rows is encoded by a fit on
 * the other folds. */
#include <string.h>

#include "base/base.h"
#include "encode/binding.h"
#include "encode/texts.h"

enum { FOLDS = 5 };

/* Rows in one order, those of the same fold apart from each other. */
static size_t fold_of(size_t i)
{
    return (size_t)(mlpi_hash(MLPI_HASH_START,
                              &(uint8_t[4]){(uint8_t)i, (uint8_t)(i >> 8), (uint8_t)(i >> 16),
                                            (uint8_t)(i >> 24)},
                              4) %
                    FOLDS);
}

typedef struct folds {
    const mlp_table *table;
    const uint32_t *rows;
    size_t count;
    uint32_t *others; /* places in rows that are not in the fold */
    mlpi_row_targets targets;
    mlp_encoded *encoded;
} folds;

static void encode_fold(const folds *f, const mlpi_feature *feature, size_t column, size_t fold,
                        const mlpi_fitted *fitted)
{
    const size_t width = mlpi_transform_width(feature->transform, &feature->fitted);
    mlpi_cursor cursor = {.table = f->table};
    for (size_t i = 0; i < f->count; i++) {
        char scratch[MLPI_DECIMAL_ROOM];
        float *x = f->encoded->x + i * f->encoded->inputs + feature->first;
        if (fold_of(i) != fold || mlpi_cursor_is_missing(&cursor, f->rows[i], column))
            continue;
        const double value = feature->transform->find(
            fitted, mlpi_cursor_span(&cursor, f->rows[i], column, false, scratch));
        memset(x, 0, width * sizeof *x);
        feature->transform->apply(fitted, &value, 1, x, width);
    }
}

static mlp_status encode_feature(const folds *f, const mlpi_feature *feature, size_t column,
                                 mlp_error *err)
{
    mlp_status status = MLP_OK;
    for (size_t fold = 0; fold < FOLDS && status == MLP_OK; fold++) {
        size_t others = 0;
        mlpi_texts texts = {0};
        mlpi_fitted fitted = {0};
        for (size_t i = 0; i < f->count; i++)
            if (fold_of(i) != fold)
                f->others[others++] = (uint32_t)i;
        status = mlpi_texts_gather(f->table, column, f->rows, f->others, others, true, &f->targets,
                                   &texts, err);
        const mlpi_facts facts = {.texts = &texts, .argument = feature->fitted.number[0]};
        if (status == MLP_OK)
            status = feature->transform->fit(&facts, &fitted, err);
        if (status == MLP_OK)
            encode_fold(f, feature, column, fold, &fitted);
        mlpi_fitted_release(&fitted);
        mlpi_texts_release(&texts);
    }
    return status;
}

bool mlpi_pipeline_learns_from_targets(const mlpi_pipeline *pipeline)
{
    for (size_t i = 0; i < pipeline->feature_count; i++)
        if (pipeline->features[i].transform->out_of_fold)
            return true;
    return false;
}

static mlp_status encode_folds(const mlpi_pipeline *pipeline, folds *f, mlp_error *err)
{
    mlpi_binding b = {.pipeline = pipeline, .table = f->table};
    MLPI_TRY(mlpi_binding_make(&b, false, err));
    f->others = mlpi_allocate(f->count, sizeof *f->others);
    mlp_status status = f->others == NULL ? mlpi_fail_memory(err, "the categories") : MLP_OK;
    for (size_t i = 0; i < pipeline->feature_count && status == MLP_OK; i++)
        if (pipeline->features[i].transform->out_of_fold)
            status = encode_feature(f, &pipeline->features[i], b.features[i], err);
    mlpi_free(f->others);
    mlpi_binding_release(&b);
    return status;
}

mlp_status mlpi_pipeline_encode_out_of_fold(const mlpi_pipeline *pipeline, const mlp_table *table,
                                            const uint32_t *rows, size_t count,
                                            mlp_encoded *encoded, mlp_error *err)
{
    folds f = {.table = table,
               .rows = rows,
               .count = count,
               .targets = mlpi_row_targets_of(pipeline, encoded),
               .encoded = encoded};
    return mlpi_pipeline_learns_from_targets(pipeline) ? encode_folds(pipeline, &f, err) : MLP_OK;
}
