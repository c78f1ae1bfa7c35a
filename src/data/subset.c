/* SPDX-License-Identifier: MIT */
/* Makes tables of rows of another table, or of rows whose cells come from several of its rows. The
 * new tables are copies, so that either table may be freed first. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "data/table.h"

/* The row that a cell of the new table comes from. */
static size_t source_of(const mlpi_picks *picks, const mlp_table *table, size_t i, size_t column)
{
    return picks->cells != NULL ? picks->cells[i * table->columns + column] : picks->rows[i];
}

static bool copy_shape(const mlp_table *table, mlp_table *made)
{
    made->has_header = table->has_header;
    made->decimal = '.'; /* copied numbers are written with a point */
    made->source = mlpi_copy_text(table->source, strlen(table->source));
    made->names = mlpi_allocate(table->columns, sizeof *made->names);
    made->lacks = calloc(table->columns, sizeof *made->lacks);
    if (made->source == NULL || made->names == NULL || made->lacks == NULL)
        return false;
    if (table->fields != NULL) {
        made->fields = calloc(table->columns, sizeof *made->fields);
        if (made->fields == NULL)
            return false;
        memcpy(made->fields, table->fields, table->columns * sizeof *made->fields);
    }
    if (table->dates != NULL) {
        made->dates = calloc(table->columns, sizeof *made->dates);
        if (made->dates == NULL)
            return false;
        memcpy(made->dates, table->dates, table->columns * sizeof *made->dates);
    }
    memcpy(made->lacks, table->lacks, table->columns * sizeof *made->lacks);
    for (; made->columns < table->columns; made->columns++) {
        const char *name = table->names[made->columns];
        made->names[made->columns] = mlpi_copy_text(name, strlen(name));
        if (made->names[made->columns] == NULL)
            return false;
    }
    return true;
}

static bool copy_parts(const mlp_table *table, const size_t *rows, size_t count, mlp_table *made)
{
    if (table->parts == NULL)
        return true;
    made->parts = calloc(count, sizeof *made->parts);
    for (size_t i = 0; made->parts != NULL && i < count; i++)
        made->parts[i] = table->parts[rows[i]];
    return made->parts != NULL;
}

static bool copy_files(const mlp_table *table, const size_t *rows, size_t count, mlp_table *made)
{
    if (table->files == NULL)
        return true;
    made->files = mlpi_allocate(table->file_count, sizeof *made->files);
    made->row_files = malloc(count * sizeof *made->row_files);
    if (made->files == NULL || made->row_files == NULL)
        return false;
    for (; made->file_count < table->file_count; made->file_count++) {
        const char *name = table->files[made->file_count];
        made->files[made->file_count] = mlpi_copy_text(name, strlen(name));
        if (made->files[made->file_count] == NULL)
            return false;
    }
    for (size_t i = 0; i < count; i++)
        made->row_files[i] = table->row_files != NULL ? table->row_files[rows[i]]
                                                      : mlpi_table_block(table, rows[i])->file;
    return true;
}

static mlp_status copy_row(mlpi_cursor *from, const mlpi_picks *picks, size_t i, mlpi_builder *to,
                           mlp_error *err)
{
    if (!mlpi_builder_row(to, mlp_table_line(from->table, picks->rows[i])))
        return mlpi_fail_memory(err, "a part of the table");
    for (size_t c = 0; c < from->table->columns; c++) {
        const size_t row = mlpi_cursor_go(from, source_of(picks, from->table, i, c));
        MLPI_TRY(mlpi_builder_cell(to, &from->block->columns[c], row, err));
    }
    return MLP_OK;
}

static mlp_status copy_rows(const mlp_table *table, const mlpi_picks *picks, mlpi_builder *builder,
                            mlp_table *made, mlp_error *err)
{
    mlpi_cursor from = {.table = table};
    for (size_t i = 0; i < picks->count; i++) {
        MLPI_TRY(copy_row(&from, picks, i, builder, err));
        MLPI_TRY(mlpi_builder_spill(builder, made, i + 1 == picks->count, err));
    }
    return MLP_OK;
}

static mlp_status copy_cells(const mlp_table *table, const mlpi_picks *picks, mlp_table *made,
                             mlp_error *err)
{
    mlpi_builder builder;
    const mlp_status status = mlpi_builder_begin(made, &builder)
                                  ? copy_rows(table, picks, &builder, made, err)
                                  : mlpi_fail_memory(err, "a part of the table");
    mlpi_builder_end(&builder);
    return status;
}

static mlp_status copy_bytes(const mlp_table *table, const mlpi_picks *picks, mlp_table *made,
                             mlp_error *err)
{
    const size_t columns = table->columns, count = picks->count;
    mlpi_array *arrays = NULL;
    size_t bytes = 0;
    if (!mlpi_multiply(count, columns, &bytes) || (made->bytes = malloc(bytes)) == NULL)
        return mlpi_fail_memory(err, "a part of the table");
    made->rows = count;
    MLPI_TRY(mlpi_block_of_bytes(made, &arrays, err));
    uint8_t *to = (uint8_t *)made->bytes;
    for (size_t c = 0; c < columns; c++) {
        const mlpi_column *from = &table->blocks[0].columns[c];
        arrays[c].values = to + c;
        arrays[c].stride = (ptrdiff_t)columns;
        for (size_t i = 0; i < count; i++)
            to[i * columns + c] =
                from->array->values[(ptrdiff_t)source_of(picks, table, i, c) * from->array->stride];
    }
    return MLP_OK;
}

static mlp_status fill(const mlp_table *table, const mlpi_picks *picks, mlp_table *made,
                       mlp_error *err)
{
    MLPI_TRY(mlpi_read_options_copy(&table->options, &made->options, err));
    if (!copy_shape(table, made) || !copy_parts(table, picks->rows, picks->count, made) ||
        !copy_files(table, picks->rows, picks->count, made))
        return mlpi_fail_memory(err, "a part of the table");
    return (table->bytes != NULL ? copy_bytes : copy_cells)(table, picks, made, err);
}

mlp_status mlpi_table_gather(const mlp_table *table, const mlpi_picks *picks, mlp_table **gathered,
                             mlp_error *err)
{
    if (picks->count == 0 || picks->count > UINT32_MAX - 1)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "%zu rows; a table must have 1 to %u",
                         picks->count, UINT32_MAX - 1);
    mlp_table *made = calloc(1, sizeof *made);
    const mlp_status status =
        made != NULL ? fill(table, picks, made, err) : mlpi_fail_memory(err, "a part of the table");
    if (status == MLP_OK)
        *gathered = made;
    else
        mlp_table_free(made);
    return status;
}

mlp_status mlp_table_subset(const mlp_table *table, const size_t *rows, size_t count,
                            mlp_table **subset, mlp_error *err)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i] >= table->rows)
            return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                             "there is no row %zu; %s has %zu row%s, numbered from 0", rows[i],
                             table->source, table->rows, mlpi_plural(table->rows));
    return mlpi_table_gather(table, &(mlpi_picks){.rows = rows, .count = count}, subset, err);
}

mlp_status mlpi_table_select(const mlp_table *table, unsigned parts, const char *name,
                             mlp_table **selected, mlp_error *err)
{
    size_t count = 0;
    size_t *rows = mlpi_allocate(table->rows, sizeof *rows);
    if (rows == NULL)
        return mlpi_fail_memory(err, "the rows of a part");
    for (size_t r = 0; r < table->rows; r++)
        if ((parts & MLPI_PART_BIT(mlp_table_part(table, r))) != 0)
            rows[count++] = r;
    const mlp_status status =
        count > 0 ? mlp_table_subset(table, rows, count, selected, err)
                  : mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0, "has no %s rows", name);
    mlpi_free(rows);
    return status;
}

mlp_status mlp_table_select(const mlp_table *table, mlp_part part, mlp_table **selected,
                            mlp_error *err)
{
    const char *name = mlp_part_name(part);
    if (name == NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "%d is not a value of mlp_part", (int)part);
    if (part != MLP_PART_ALL && !mlp_table_has_parts(table))
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0,
                            "has no %s part: only PROBEN1 files (.dt) divide their rows into parts",
                            name);
    return mlpi_table_select(table, part == MLP_PART_ALL ? ~0u : MLPI_PART_BIT(part), name,
                             selected, err);
}
