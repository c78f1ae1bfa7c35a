/* SPDX-License-Identifier: MIT */
/* Divides rows into training and validation: by a fraction (in classification, of each label, so
 * that both parts hold the labels in the same shares); by whole groups; by time; or as the table or
 * another split does. */
#include "divide/split.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "divide/row_times.h"

/* --- room ------------------------------------------------------------------------------------- */

static mlp_status make_room(size_t training, size_t validation, mlpi_split *split, mlp_error *err)
{
    split->training = mlpi_allocate(training, sizeof *split->training);
    split->validation = mlpi_allocate(validation, sizeof *split->validation);
    if (split->training != NULL && split->validation != NULL)
        return MLP_OK;
    mlpi_split_release(split);
    return mlpi_fail_memory(err, "the validation split");
}

/* Hands `made` over to `split` if all went well, or else releases it. */
static mlp_status finish(mlp_status status, mlpi_split *made, mlpi_split *split)
{
    if (status != MLP_OK) {
        mlpi_split_release(made);
        return status;
    }
    *split = *made;
    return MLP_OK;
}

/* --- a fraction, label by label --------------------------------------------------------------- */

/* Sorts the rows by label, and within a label by their position after shuffling, which is order[i]
 * for row i. `shuffled` and `first` are scratch memory; `first`, for labels + 1 numbers, begins
 * zeroed. */
static void sort_by_label(const mlpi_rows *rows, const uint32_t *order, uint32_t *shuffled,
                          size_t *first, uint32_t *sorted)
{
    for (size_t i = 0; i < rows->count; i++) {
        shuffled[order[i]] = (uint32_t)i;
        first[rows->label[i] + 1]++;
    }
    for (size_t k = 0; k < rows->labels; k++)
        first[k + 1] += first[k];
    for (size_t p = 0; p < rows->count; p++)
        sorted[first[rows->label[shuffled[p]]]++] = shuffled[p];
}

/* Marks `fraction` of the rows of each label; `sorted` holds all rows in order of label. The
 * rounding error is carried to the next label, so that the total is right, too. */
static void take_labels(const mlpi_rows *rows, const uint32_t *sorted, double fraction,
                        bool *validates)
{
    const size_t count = rows->count;
    double owed = 0.0;
    for (size_t first = 0, end = 0; first < count; first = end) {
        while (end < count && rows->label[sorted[end]] == rows->label[sorted[first]])
            end++;
        const size_t size = end - first;
        owed += fraction * (double)size;
        size_t taken = owed > 0.0 ? (size_t)floor(owed + 0.5) : 0;
        if (taken >= size)
            taken = size - 1; /* every label stays in training */
        owed -= (double)taken;
        for (size_t i = first; i < first + taken; i++)
            validates[sorted[i]] = true;
    }
}

/* Appends each row to its part in ascending order. */
static void divide(const mlpi_rows *rows, const bool *validates, mlpi_split *split)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (validates[i])
            split->validation[split->validation_count++] = rows->row[i];
        else
            split->training[split->training_count++] = rows->row[i];
    }
}

static mlp_status split_rows(const mlpi_rows *rows, double fraction, uint64_t seed,
                             mlpi_split *split, mlp_error *err)
{
    uint32_t *order = mlpi_allocate(rows->count, 3 * sizeof *order);
    size_t *first = mlpi_allocate(rows->labels + 1, sizeof *first);
    bool *validates = mlpi_allocate(rows->count, sizeof *validates);
    const bool room = order != NULL && first != NULL && validates != NULL;
    if (room && fraction > 0.0) {
        uint32_t *const shuffled = order + rows->count, *const sorted = shuffled + rows->count;
        mlpi_rows_shuffle(seed, MLPI_STREAM_SPLIT, order, rows->count);
        sort_by_label(rows, order, shuffled, first, sorted);
        take_labels(rows, sorted, fraction, validates);
    }
    if (room)
        divide(rows, validates, split);
    mlpi_free(order);
    mlpi_free(first);
    mlpi_free(validates);
    return room ? MLP_OK : mlpi_fail_memory(err, "the validation split");
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

/* Draws the part of each row. While `split` has no arrays, rows are only counted; when it has them,
 * the same seed draws the same parts again. */
static void draw(const mlp_table *table, const mlpi_schema *schema, uint32_t bound, uint64_t seed,
                 mlpi_split *split)
{
    mlpi_random random = mlpi_random_init(seed, MLPI_STREAM_SPLIT);
    mlpi_cursor cursor = {.table = table};
    uint32_t drawn = 0;
    split->training_count = split->validation_count = 0;
    for (size_t r = 0; r < table->rows; r++) {
        mlpi_random_indices(&random, UINT32_MAX, &drawn, 1);
        if (!mlpi_rows_has_targets(&cursor, schema, r))
            continue;
        const size_t at = drawn < bound ? split->validation_count++ : split->training_count++;
        uint32_t *const part = drawn < bound ? split->validation : split->training;
        if (part != NULL)
            part[at] = (uint32_t)r;
    }
}

mlp_status mlpi_split_draw(const mlp_table *table, const mlpi_schema *schema, double fraction,
                           uint64_t seed, mlpi_split *split, mlp_error *err)
{
    const uint32_t bound = (uint32_t)(fraction * (double)UINT32_MAX);
    mlpi_split made = {0};
    draw(table, schema, bound, seed, &made);
    MLPI_TRY(make_room(made.training_count, made.validation_count, &made, err));
    draw(table, schema, bound, seed, &made);
    made.skipped = table->rows - made.training_count - made.validation_count;
    *split = made;
    return MLP_OK;
}

/* --- groups ----------------------------------------------------------------------------------- */

/* Marks the groups that validate, with about `wish` rows. There must be at least two groups. */
static void choose_groups(const size_t *size, const uint32_t *order, size_t groups, double wish,
                          bool *chosen)
{
    double taken = 0.0;
    size_t count = 0, smallest = order[0];
    for (size_t i = 0; i < groups && count + 1 < groups; i++) {
        const double with = taken + (double)size[order[i]];
        smallest = size[order[i]] < size[smallest] ? order[i] : smallest;
        if (fabs(with - wish) >= fabs(taken - wish))
            continue;
        chosen[order[i]] = true;
        taken = with;
        count++;
    }
    if (count == 0)
        chosen[smallest] = true; /* every group has at least twice as many rows as `wish` */
}

static mlp_status split_groups(const mlpi_rows *rows, double fraction, uint64_t seed,
                               mlpi_split *split, mlp_error *err)
{
    size_t *size = mlpi_allocate(rows->groups, sizeof *size);
    uint32_t *order = mlpi_allocate(rows->groups, sizeof *order);
    bool *chosen = mlpi_allocate(rows->groups, sizeof *chosen);
    const bool room = size != NULL && order != NULL && chosen != NULL;
    for (size_t i = 0; room && i < rows->count; i++)
        size[rows->group[i]]++;
    if (room) {
        mlpi_rows_shuffle(seed, MLPI_STREAM_SPLIT, order, rows->groups);
        choose_groups(size, order, rows->groups, fraction * (double)rows->count, chosen);
    }
    for (size_t i = 0; room && i < rows->count; i++) {
        if (chosen[rows->group[i]])
            split->validation[split->validation_count++] = rows->row[i];
        else
            split->training[split->training_count++] = rows->row[i];
    }
    mlpi_free(size);
    mlpi_free(order);
    mlpi_free(chosen);
    return room ? MLP_OK : mlpi_fail_memory(err, "the validation split");
}

static mlp_status only_one(const mlp_table *table, size_t column, mlp_error *err)
{
    return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, column + 1,
                        "column \"%s\" is the same in every row, so it cannot divide the rows into "
                        "training and validation; name another column",
                        table->names[column]);
}

mlp_status mlpi_split_groups(const mlp_table *table, const mlpi_schema *schema, double fraction,
                             uint64_t seed, mlpi_split *split, mlp_error *err)
{
    mlpi_rows rows;
    mlpi_split made = {0};
    MLPI_TRY(mlpi_rows_collect(table, schema, schema->group, &rows, err));
    mlp_status status = rows.groups < 2 ? only_one(table, schema->group, err)
                                        : make_room(rows.count, rows.count, &made, err);
    if (status == MLP_OK)
        status = split_groups(&rows, fraction, seed, &made, err);
    made.skipped = rows.skipped;
    mlpi_rows_release(&rows);
    return finish(status, &made, split);
}

/* --- time ------------------------------------------------------------------------------------- */

typedef struct moment {
    double time;
    uint32_t row;
} moment;

static int by_time(const moment *x, const moment *y)
{
    return (x->time > y->time) - (x->time < y->time);
}

static int by_time_then_row(const void *a, const void *b)
{
    const moment *x = a, *y = b;
    const int order = by_time(x, y);
    return order != 0 ? order : (x->row > y->row) - (x->row < y->row);
}

/* The index in sorted moments at which validation begins: the change of time nearest to the index
 * that `fraction` asks for, or the earlier of two changes that are equally near. 0: all rows have
 * the same time. */
static size_t cut_of(const moment *sorted, size_t count, double fraction)
{
    const size_t wish = count - (size_t)floor(fraction * (double)count + 0.5);
    for (size_t distance = 0; distance < count; distance++) {
        const size_t before = wish - distance, after = wish + distance;
        if (distance < wish && before < count && by_time(&sorted[before - 1], &sorted[before]) != 0)
            return before;
        if (after > 0 && after < count && by_time(&sorted[after - 1], &sorted[after]) != 0)
            return after;
    }
    return 0;
}

static mlp_status read_moments(const mlp_table *table, size_t column, const mlpi_rows *rows,
                               moment *moments, mlp_error *err)
{
    double *time = mlpi_allocate(rows->count, sizeof *time);
    const mlp_status status = time != NULL ? mlpi_rows_times(table, column, rows, time, err)
                                           : mlpi_fail_memory(err, "the validation split");
    for (size_t i = 0; status == MLP_OK && i < rows->count; i++)
        moments[i] = (moment){time[i], rows->row[i]};
    mlpi_free(time);
    return status;
}

static mlp_status split_time(const mlp_table *table, size_t column, const mlpi_rows *rows,
                             double fraction, moment *moments, mlpi_split *split, size_t *first,
                             mlp_error *err)
{
    MLPI_TRY(read_moments(table, column, rows, moments, err));
    qsort(moments, rows->count, sizeof *moments, by_time_then_row);
    const size_t cut = cut_of(moments, rows->count, fraction);
    if (cut == 0)
        return only_one(table, column, err);
    for (size_t i = 0; i < rows->count; i++) {
        if (i < cut)
            split->training[split->training_count++] = moments[i].row;
        else
            split->validation[split->validation_count++] = moments[i].row;
    }
    qsort(split->training, split->training_count, sizeof *split->training, mlpi_rows_ascending);
    qsort(split->validation, split->validation_count, sizeof *split->validation,
          mlpi_rows_ascending);
    *first = moments[cut].row;
    return MLP_OK;
}

mlp_status mlpi_split_time(const mlp_table *table, const mlpi_schema *schema, double fraction,
                           mlpi_split *split, size_t *first, mlp_error *err)
{
    mlpi_rows rows;
    mlpi_split made = {0};
    MLPI_TRY(mlpi_rows_collect(table, schema, MLPI_NO_COLUMN, &rows, err));
    moment *moments = mlpi_allocate(rows.count, sizeof *moments);
    mlp_status status = make_room(rows.count, rows.count, &made, err);
    if (status == MLP_OK)
        status = moments != NULL
                     ? split_time(table, schema->time, &rows, fraction, moments, &made, first, err)
                     : mlpi_fail_memory(err, "the validation split");
    mlpi_free(moments);
    made.skipped = rows.skipped;
    mlpi_rows_release(&rows);
    return finish(status, &made, split);
}

/* --- by parts of the table, by another split
 * -------------------------------------------------------------------------- */

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
