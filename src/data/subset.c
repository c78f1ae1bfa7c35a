/* SPDX-License-Identifier: MIT */
/* Tables of some rows of a table. They are copies, so that no table depends on another's life. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "data/table.h"

static bool copy_shape(const mlp_table *table, size_t count, mlp_table *made)
{
    made->rows = count;
    made->has_header = table->has_header;
    made->targets = table->targets;
    made->targets_are_labels = table->targets_are_labels;
    made->source = mlpi_copy_text(table->source, strlen(table->source));
    made->names = mlpi_allocate(table->columns, sizeof *made->names);
    if (made->source == NULL || made->names == NULL)
        return false;
    for (; made->columns < table->columns; made->columns++) {
        const char *name = table->names[made->columns];
        made->names[made->columns] = mlpi_copy_text(name, strlen(name));
        if (made->names[made->columns] == NULL)
            return false;
    }
    return true;
}

static bool copy_row_facts(const mlp_table *table, const size_t *rows, size_t count,
                           mlp_table *made)
{
    if (table->lines != NULL && (made->lines = calloc(count, sizeof *made->lines)) == NULL)
        return false;
    if (table->parts != NULL && (made->parts = calloc(count, sizeof *made->parts)) == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (made->lines != NULL)
            made->lines[i] = table->lines[rows[i]];
        if (made->parts != NULL)
            made->parts[i] = table->parts[rows[i]];
    }
    return true;
}

/* Texts of the cells, one behind another. */
static bool copy_texts(const mlp_table *table, const size_t *rows, size_t count, mlp_table *made)
{
    const size_t columns = table->columns;
    size_t cells = 0, length = 1;
    if (!mlpi_multiply(count, columns, &cells))
        return false;
    for (size_t i = 0; i < count; i++)
        for (size_t c = 0; c < columns; c++)
            if (!mlpi_add(length, table->cells[rows[i] * columns + c].length, &length))
                return false;
    made->cells = calloc(cells, sizeof *made->cells);
    made->text = malloc(length);
    if (made->cells == NULL || made->text == NULL)
        return false;
    char *to = made->text;
    for (size_t i = 0; i < count; i++)
        for (size_t c = 0; c < columns; c++) {
            const mlpi_span from = table->cells[rows[i] * columns + c];
            memcpy(to, from.text, from.length);
            made->cells[i * columns + c] = (mlpi_span){to, from.length};
            to += from.length;
        }
    *to = '\0';
    return true;
}

static bool copy_pixels(const mlp_table *table, const size_t *rows, size_t count, mlp_table *made)
{
    const size_t pixels = table->columns - (table->labels != NULL ? 1 : 0);
    size_t bytes = 0;
    if (!mlpi_multiply(count, pixels, &bytes) || (made->text = malloc(bytes)) == NULL)
        return false;
    if (table->labels != NULL && (made->labels = malloc(count)) == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        memcpy(made->text + i * pixels, table->pixels + rows[i] * pixels, pixels);
        if (made->labels != NULL)
            made->labels[i] = table->labels[rows[i]];
    }
    made->pixels = (const uint8_t *)made->text;
    return true;
}

static mlp_status fill(const mlp_table *table, const size_t *rows, size_t count, mlp_table *made,
                       mlp_error *err)
{
    MLPI_TRY(mlpi_read_options_copy(&table->options, &made->options, err));
    const bool copied =
        copy_shape(table, count, made) && copy_row_facts(table, rows, count, made) &&
        (table->pixels != NULL ? copy_pixels : copy_texts)(table, rows, count, made);
    return copied ? MLP_OK : mlpi_fail_memory(err, "a part of the table");
}

mlp_status mlp_table_subset(const mlp_table *table, const size_t *rows, size_t count,
                            mlp_table **subset, mlp_error *err)
{
    if (count == 0 || count > UINT32_MAX - 1)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "%zu rows; a table has 1 to %u", count,
                         UINT32_MAX - 1);
    for (size_t i = 0; i < count; i++)
        if (rows[i] >= table->rows)
            return mlpi_fail(err, MLP_ERROR_ARGUMENT, "no row %zu; %s has %zu rows, from 0",
                             rows[i], table->source, table->rows);
    mlp_table *made = calloc(1, sizeof *made);
    const mlp_status status = made != NULL ? fill(table, rows, count, made, err)
                                           : mlpi_fail_memory(err, "a part of the table");
    if (status == MLP_OK)
        *subset = made;
    else
        mlp_table_free(made);
    return status;
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
        return mlpi_fail(err, MLP_ERROR_ARGUMENT, "%d is no part of a table", (int)part);
    if (part != MLP_PART_ALL && !mlp_table_has_parts(table))
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0,
                            "has no %s part: only PROBEN1 files (.dt) say which rows are for what",
                            name);
    return mlpi_table_select(table, part == MLP_PART_ALL ? ~0u : MLPI_PART_BIT(part), name,
                             selected, err);
}
