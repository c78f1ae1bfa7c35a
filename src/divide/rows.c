/* SPDX-License-Identifier: MIT */
/* Collects the rows that have all targets, with the numbers of their labels and groups. */
#include "divide/rows.h"

#include "data/distinct.h"

int mlpi_rows_ascending(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

void mlpi_rows_shuffle(uint64_t seed, uint64_t stream, uint32_t *order, size_t count)
{
    mlpi_random random = mlpi_random_init(seed, stream);
    for (size_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
    mlpi_random_shuffle(&random, order, count);
}

bool mlpi_rows_has_targets(mlpi_cursor *cursor, const mlpi_schema *schema, size_t row)
{
    for (size_t i = 0; i < schema->target_count; i++)
        if (mlpi_cursor_is_missing(cursor, row, schema->targets[i]))
            return false;
    return true;
}

/* The index of a text in `sorted`, which must hold it. */
static uint32_t place_of(mlpi_span text, const mlpi_distinct *sorted)
{
    size_t low = 0, high = sorted->count;
    while (low + 1 < high) {
        const size_t middle = low + (high - low) / 2;
        if (mlpi_span_compare(text, sorted->texts[middle]) < 0)
            high = middle;
        else
            low = middle;
    }
    return (uint32_t)low;
}

mlp_status mlpi_rows_number_texts(const mlp_table *table, size_t column, bool labels,
                                  const mlpi_rows *rows, uint32_t *numbers, size_t *count,
                                  mlp_error *err)
{
    mlpi_distinct distinct;
    mlpi_cursor cursor = {.table = table};
    char scratch[MLPI_DECIMAL_ROOM];
    MLPI_TRY(mlpi_distinct_collect(table, column, rows->row, rows->count, labels, &distinct, err));
    for (size_t i = 0; i < rows->count; i++)
        numbers[i] =
            place_of(mlpi_cursor_span(&cursor, rows->row[i], column, labels, scratch), &distinct);
    *count = distinct.count;
    mlpi_distinct_release(&distinct);
    return MLP_OK;
}

static mlp_status take_groups(const mlp_table *table, size_t column, mlpi_rows *rows,
                              mlp_error *err)
{
    rows->group = mlpi_allocate(rows->count, sizeof *rows->group);
    if (rows->group == NULL)
        return mlpi_fail_memory(err, "the groups");
    mlpi_cursor cursor = {.table = table};
    for (size_t i = 0; i < rows->count; i++)
        if (mlpi_cursor_is_missing(&cursor, rows->row[i], column))
            return mlpi_fail_at(
                err, MLP_ERROR_DATA, mlp_table_file(table, rows->row[i]),
                mlp_table_line(table, rows->row[i]), column + 1,
                "column \"%s\" has no value: the group of this row is unknown; leave the row out",
                table->names[column]);
    return mlpi_rows_number_texts(table, column, false, rows, rows->group, &rows->groups, err);
}

static mlp_status collect(const mlp_table *table, const mlpi_schema *schema, size_t group,
                          mlpi_rows *rows, mlp_error *err)
{
    rows->row = mlpi_allocate(table->rows, sizeof *rows->row);
    rows->label = mlpi_allocate(table->rows, sizeof *rows->label);
    if (rows->row == NULL || rows->label == NULL)
        return mlpi_fail_memory(err, "the rows");
    mlpi_cursor cursor = {.table = table};
    for (size_t r = 0; r < table->rows; r++)
        if (mlpi_rows_has_targets(&cursor, schema, r))
            rows->row[rows->count++] = (uint32_t)r;
    rows->skipped = table->rows - rows->count;
    rows->labels = 1;
    if (schema->task == MLP_TASK_CLASSIFICATION)
        MLPI_TRY(mlpi_rows_number_texts(table, schema->targets[0], true, rows, rows->label,
                                        &rows->labels, err));
    return group != MLPI_NO_COLUMN ? take_groups(table, group, rows, err) : MLP_OK;
}

mlp_status mlpi_rows_collect(const mlp_table *table, const mlpi_schema *schema, size_t group,
                             mlpi_rows *rows, mlp_error *err)
{
    mlpi_rows made = {0};
    const mlp_status status = collect(table, schema, group, &made, err);
    if (status == MLP_OK)
        *rows = made;
    else
        mlpi_rows_release(&made);
    return status;
}

void mlpi_rows_release(mlpi_rows *rows)
{
    mlpi_free(rows->row);
    mlpi_free(rows->label);
    mlpi_free(rows->group);
    *rows = (mlpi_rows){0};
}
