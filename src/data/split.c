/* SPDX-License-Identifier: MIT */
/* Which rows train and which validate: shuffled by the seed, in classification label by label, so
 * that both parts hold the labels in the same shares. */
#include "data/split.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/rows.h"

/* --- room ---------------------------------------------------------------------------------------
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

/* Puts each part in order; hands it over when all went well. */
static mlp_status finish(mlp_status status, mlpi_split *made, mlpi_split *split)
{
    if (status != MLP_OK) {
        mlpi_split_release(made);
        return status;
    }
    qsort(made->training, made->training_count, sizeof *made->training, mlpi_rows_ascending);
    qsort(made->validation, made->validation_count, sizeof *made->validation, mlpi_rows_ascending);
    *split = *made;
    return MLP_OK;
}

/* --- a fraction, label by label -----------------------------------------------------------------
 */

typedef struct row_label {
    uint32_t row, order, label; /* order: position after shuffling */
} row_label;

static int by_label_then_order(const void *a, const void *b)
{
    const row_label *x = a, *y = b;
    if (x->label != y->label)
        return x->label < y->label ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* rows[0..count) are in order of label; takes `fraction` of every label. What rounding
 * leaves over is carried to the next label, so that the total is right too. */
static void take_labels(const row_label *rows, size_t count, double fraction, mlpi_split *split)
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

static mlp_status split_rows(const mlpi_rows *rows, double fraction, uint64_t seed,
                             mlpi_split *split, mlp_error *err)
{
    row_label *sorted = mlpi_allocate(rows->count, sizeof *sorted);
    if (sorted == NULL)
        return mlpi_fail_memory(err, "the validation split");
    uint32_t *const order = split->training; /* serves as scratch first */
    mlpi_rows_shuffle(seed, MLPI_STREAM_SPLIT, order, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        sorted[i] = (row_label){rows->row[i], order[i], rows->label[i]};
    qsort(sorted, rows->count, sizeof *sorted, by_label_then_order);
    take_labels(sorted, rows->count, fraction, split);
    mlpi_free(sorted);
    return MLP_OK;
}

mlp_status mlpi_split_rows(const mlp_table *table, const mlpi_schema *schema, double fraction,
                           uint64_t seed, mlpi_split *split, mlp_error *err)
{
    mlpi_rows rows;
    mlpi_split made = {0};
    MLPI_TRY(mlpi_rows_collect(table, schema, MLPI_NO_COLUMN, &rows, err));
    mlp_status status = make_room(rows.count, rows.count, &made, err);
    if (status == MLP_OK)
        status = split_rows(&rows, fraction, seed, &made, err);
    made.skipped = rows.skipped;
    mlpi_rows_release(&rows);
    return finish(status, &made, split);
}

/* --- given by others ----------------------------------------------------------------------------
 */

mlp_status mlpi_split_parts(const mlp_table *table, const mlpi_schema *schema, mlpi_split *split,
                            mlp_error *err)
{
    mlpi_rows rows;
    mlpi_split made = {0};
    MLPI_TRY(mlpi_rows_collect(table, schema, MLPI_NO_COLUMN, &rows, err));
    const mlp_status status = make_room(rows.count, rows.count, &made, err);
    for (size_t i = 0; status == MLP_OK && i < rows.count; i++) {
        const mlp_part part = mlp_table_part(table, rows.row[i]);
        if (part == MLP_PART_VALIDATION)
            made.validation[made.validation_count++] = rows.row[i];
        else if (part != MLP_PART_TEST)
            made.training[made.training_count++] = rows.row[i];
    }
    made.skipped = rows.skipped;
    mlpi_rows_release(&rows);
    return finish(status, &made, split);
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
