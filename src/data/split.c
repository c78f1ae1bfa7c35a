/* SPDX-License-Identifier: MIT */
/* Which rows train and which validate: shuffled by the seed, in classification label by label, so
 * that both parts hold the labels in the same shares. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "data/distinct.h"
#include "data/split.h"

typedef struct row_label {
    uint32_t row, order; /* order: position after shuffling */
    size_t label;
} row_label;

static int by_label_then_order(const void *a, const void *b)
{
    const row_label *x = a, *y = b;
    if (x->label != y->label)
        return x->label < y->label ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static int by_value(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static bool has_targets(const mlp_table *table, const mlpi_schema *schema, size_t row)
{
    for (size_t i = 0; i < schema->target_count; i++)
        if (mlpi_table_is_missing(table, row, schema->targets[i]))
            return false;
    return true;
}

static size_t label_of(const mlp_table *table, size_t row, size_t column,
                       const mlpi_distinct *labels)
{
    char scratch[8];
    const mlpi_span text = mlpi_table_label_span(table, row, column, scratch);
    size_t low = 0, high = labels->count;
    while (low + 1 < high) {
        const size_t middle = low + (high - low) / 2;
        if (mlpi_span_compare(text, labels->texts[middle]) < 0)
            high = middle;
        else
            low = middle;
    }
    return low;
}

/* rows[0..count) are in groups of one label each; takes `fraction` of every group. What rounding
 * leaves over is carried to the next group, so that the total is right too. */
static void take_groups(const row_label *rows, size_t count, double fraction, mlpi_split *split)
{
    double owed = 0.0;
    for (size_t first = 0, end = 0; first < count; first = end) {
        while (end < count && rows[end].label == rows[first].label)
            end++;
        const size_t size = end - first;
        owed += fraction * (double)size;
        size_t taken = owed > 0.0 ? (size_t)floor(owed + 0.5) : 0;
        if (taken >= size)
            taken = size - 1; /* every label stays in training */
        owed -= (double)taken;
        for (size_t i = first; i < end; i++) {
            if (i < first + taken)
                split->validation[split->validation_count++] = rows[i].row;
            else
                split->training[split->training_count++] = rows[i].row;
        }
    }
}

static mlp_status sort_rows(const mlp_table *table, const mlpi_schema *schema, uint64_t seed,
                            row_label *rows, uint32_t *order, size_t count, mlp_error *err)
{
    mlpi_distinct labels = {0};
    const bool classes = schema->task == MLP_TASK_CLASSIFICATION;
    if (classes)
        MLPI_TRY(mlpi_distinct_collect(table, schema->targets[0], NULL, table->rows, true, &labels,
                                       err));
    mlpi_random random = mlpi_random_init(seed, MLPI_STREAM_SPLIT);
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    mlpi_random_shuffle(&random, order, count);
    for (size_t i = 0; i < count; i++) {
        rows[i].order = order[i];
        rows[i].label = classes ? label_of(table, rows[i].row, schema->targets[0], &labels) : 0;
    }
    mlpi_distinct_release(&labels);
    qsort(rows, count, sizeof *rows, by_label_then_order);
    return MLP_OK;
}

static mlp_status split_rows(const mlp_table *table, const mlpi_schema *schema, double fraction,
                             uint64_t seed, row_label *rows, mlpi_split *split, mlp_error *err)
{
    size_t count = 0;
    for (size_t r = 0; r < table->rows; r++)
        if (has_targets(table, schema, r))
            rows[count++].row = (uint32_t)r;
    split->skipped = table->rows - count;
    /* `training` serves as scratch for the shuffled order first. */
    MLPI_TRY(sort_rows(table, schema, seed, rows, split->training, count, err));
    take_groups(rows, count, fraction, split);
    qsort(split->training, split->training_count, sizeof *split->training, by_value);
    qsort(split->validation, split->validation_count, sizeof *split->validation, by_value);
    return MLP_OK;
}

mlp_status mlpi_split_rows(const mlp_table *table, const mlpi_schema *schema, double fraction,
                           uint64_t seed, mlpi_split *split, mlp_error *err)
{
    mlpi_split made = {0};
    row_label *rows = mlpi_allocate(table->rows, sizeof *rows);
    made.training = mlpi_allocate(table->rows, sizeof *made.training);
    made.validation = mlpi_allocate(table->rows, sizeof *made.validation);
    const mlp_status status = rows == NULL || made.training == NULL || made.validation == NULL
                                  ? mlpi_fail_memory(err, "the validation split")
                                  : split_rows(table, schema, fraction, seed, rows, &made, err);
    mlpi_free(rows);
    if (status == MLP_OK)
        *split = made;
    else
        mlpi_split_release(&made);
    return status;
}

/* --- given by others ----------------------------------------------------------------------------
 */

static mlp_status make_room(size_t training, size_t validation, mlpi_split *split, mlp_error *err)
{
    split->training = mlpi_allocate(training, sizeof *split->training);
    split->validation = mlpi_allocate(validation, sizeof *split->validation);
    if (split->training != NULL && split->validation != NULL)
        return MLP_OK;
    mlpi_split_release(split);
    return mlpi_fail_memory(err, "the validation split");
}

mlp_status mlpi_split_parts(const mlp_table *table, const mlpi_schema *schema, mlpi_split *split,
                            mlp_error *err)
{
    mlpi_split made = {0};
    MLPI_TRY(make_room(table->rows, table->rows, &made, err));
    for (size_t r = 0; r < table->rows; r++) {
        const mlp_part part = mlp_table_part(table, r);
        if (part == MLP_PART_TEST)
            continue;
        if (!has_targets(table, schema, r))
            made.skipped++;
        else if (part == MLP_PART_VALIDATION)
            made.validation[made.validation_count++] = (uint32_t)r;
        else
            made.training[made.training_count++] = (uint32_t)r;
    }
    *split = made;
    return MLP_OK;
}

mlp_status mlpi_split_copy(const mlpi_split *from, mlpi_split *to, mlp_error *err)
{
    mlpi_split made = *from;
    MLPI_TRY(make_room(from->training_count, from->validation_count, &made, err));
    memcpy(made.training, from->training, from->training_count * sizeof *made.training);
    memcpy(made.validation, from->validation, from->validation_count * sizeof *made.validation);
    *to = made;
    return MLP_OK;
}

void mlpi_split_release(mlpi_split *split)
{
    mlpi_free(split->training);
    mlpi_free(split->validation);
    *split = (mlpi_split){0};
}
