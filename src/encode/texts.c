/* SPDX-License-Identifier: MIT */
/* Collects the texts of a column: which occur, how often, and with which targets. */
#include "encode/texts.h"

#include <math.h>
#include <stdlib.h>

#include "base/base.h"

mlpi_row_targets mlpi_row_targets_of(const mlpi_pipeline *pipeline, const mlp_encoded *encoded)
{
    const bool classes = pipeline->task == MLP_TASK_CLASSIFICATION;
    /* the outputs of all quantile levels have the same target */
    const size_t step = classes ? 1 : pipeline->outputs / pipeline->target_count;
    return (mlpi_row_targets){encoded->target, pipeline->outputs, step, pipeline->outputs / step};
}

void mlpi_texts_release(mlpi_texts *texts)
{
    mlpi_distinct_release(&texts->distinct);
    mlpi_free(texts->counts);
    mlpi_free(texts->sums);
    mlpi_free(texts->mean);
    mlpi_free(texts->scale);
    *texts = (mlpi_texts){0};
}

static double target_of(const mlpi_row_targets *t, size_t row, size_t output)
{
    return (double)t->values[row * t->stride + output * t->step];
}

/* Computes the mean and standard deviation of each output over all rows. */
static mlp_status measure(const mlpi_row_targets *t, const uint32_t *at, size_t count,
                          mlpi_texts *texts, mlp_error *err)
{
    double *values = mlpi_allocate(count, sizeof *values);
    texts->mean = mlpi_allocate(t->outputs, sizeof *texts->mean);
    texts->scale = mlpi_allocate(t->outputs, sizeof *texts->scale);
    const bool room = values != NULL && texts->mean != NULL && texts->scale != NULL;
    for (size_t k = 0; room && count > 0 && k < t->outputs; k++) {
        for (size_t i = 0; i < count; i++)
            values[i] = target_of(t, at != NULL ? at[i] : i, k);
        mlpi_moments(values, count, &texts->mean[k], &texts->scale[k]);
    }
    mlpi_free(values);
    return room ? MLP_OK : mlpi_fail_memory(err, "the categories");
}

static int by_bytes(const void *a, const void *b)
{
    return mlpi_span_compare(*(const mlpi_span *)a, *(const mlpi_span *)b);
}

static mlp_status count_texts(const mlp_table *table, size_t column, const uint32_t *rows,
                              const uint32_t *at, size_t count, const mlpi_row_targets *targets,
                              mlpi_texts *texts, mlp_error *err)
{
    const mlpi_distinct *d = &texts->distinct;
    size_t size = 0;
    mlpi_cursor cursor = {.table = table};
    texts->outputs = targets != NULL ? targets->outputs : 0;
    texts->counts = mlpi_allocate(d->count, sizeof *texts->counts);
    texts->sums = mlpi_multiply(d->count, texts->outputs, &size)
                      ? mlpi_allocate(size, sizeof *texts->sums)
                      : NULL;
    if (texts->counts == NULL || texts->sums == NULL)
        return mlpi_fail_memory(err, "the categories");
    for (size_t i = 0; i < count; i++) {
        char scratch[MLPI_DECIMAL_ROOM];
        const size_t place = at != NULL ? at[i] : i;
        if (mlpi_cursor_is_missing(&cursor, rows[place], column))
            continue;
        const mlpi_span text = mlpi_cursor_span(&cursor, rows[place], column, false, scratch);
        const mlpi_span *found = bsearch(&text, d->texts, d->count, sizeof *d->texts, by_bytes);
        const size_t number = (size_t)(found - d->texts);
        texts->counts[number]++;
        for (size_t k = 0; k < texts->outputs; k++)
            texts->sums[number * texts->outputs + k] += target_of(targets, place, k);
    }
    return targets != NULL ? measure(targets, at, count, texts, err) : MLP_OK;
}

/* Copies rows[at[i]], i < count, into an array that the caller frees; NULL: out of memory. */
static uint32_t *choose(const uint32_t *rows, const uint32_t *at, size_t count)
{
    uint32_t *chosen = mlpi_allocate(count, sizeof *chosen);
    for (size_t i = 0; chosen != NULL && i < count; i++)
        chosen[i] = rows[at[i]];
    return chosen;
}

mlp_status mlpi_texts_gather(const mlp_table *table, size_t column, const uint32_t *rows,
                             const uint32_t *at, size_t count, bool counted,
                             const mlpi_row_targets *targets, mlpi_texts *texts, mlp_error *err)
{
    mlpi_texts made = {0};
    uint32_t *chosen = at != NULL ? choose(rows, at, count) : NULL;
    if (at != NULL && chosen == NULL)
        return mlpi_fail_memory(err, "the categories");
    mlp_status status = mlpi_distinct_collect(table, column, chosen != NULL ? chosen : rows, count,
                                              false, &made.distinct, err);
    mlpi_free(chosen);
    if (status == MLP_OK && counted)
        status = count_texts(table, column, rows, at, count, targets, &made, err);
    if (status == MLP_OK)
        *texts = made;
    else
        mlpi_texts_release(&made);
    return status;
}
