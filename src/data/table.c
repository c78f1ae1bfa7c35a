/* SPDX-License-Identifier: MIT */
/* Tables: their options, names and cells. */
#include "data/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "data/distinct.h"
#include "data/number_style.h"
#include "data/spill.h"
#include "mlp/output.h"

/* --- read options ----------------------------------------------------------------------------- */

mlp_read_options mlp_read_options_default(void)
{
    return (mlp_read_options){0};
}

static bool copy_string(const char *from, const char **to)
{
    *to = from != NULL ? mlpi_copy_text(from, strlen(from)) : NULL;
    return from == NULL || *to != NULL;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool copy_names(const mlp_names *from, mlp_names *to)
{
    char **items = calloc(from->count + 1, sizeof *items);
    *to = (mlp_names){(const char *const *)items, from->count};
    for (size_t i = 0; items != NULL && i < from->count; i++) {
        items[i] = mlpi_copy_text(from->items[i], strlen(from->items[i]));
        if (items[i] == NULL)
            return false;
    }
    return items != NULL;
}

/* Copies the names in sorted order, so that they can be found by bisection. */
static bool copy_sorted(const mlp_names *from, mlp_names *to)
{
    const bool whole = copy_names(from, to);
    if (whole)
        qsort((void *)(uintptr_t)to->items, to->count, sizeof *to->items, by_text);
    return whole;
}

static void free_names(mlp_names *names)
{
    for (size_t i = 0; names->items != NULL && i < names->count; i++)
        free((void *)(uintptr_t)names->items[i]);
    free((void *)(uintptr_t)names->items);
}

mlp_status mlpi_read_options_copy(const mlp_read_options *from, mlp_read_options *to,
                                  mlp_error *err)
{
    mlp_read_options copy = *from;
    copy.format = copy.labels = copy.label_trim = NULL;
    copy.encoding = copy.encoding_if_unclear = copy.query = NULL;
    copy.missing = copy.further = (mlp_names){0};
    if (!copy_string(from->format, &copy.format) || !copy_string(from->labels, &copy.labels) ||
        !copy_string(from->label_trim, &copy.label_trim) ||
        !copy_string(from->encoding, &copy.encoding) ||
        !copy_string(from->encoding_if_unclear, &copy.encoding_if_unclear) ||
        !copy_string(from->query, &copy.query) || !copy_sorted(&from->missing, &copy.missing) ||
        !copy_names(&from->further, &copy.further)) {
        mlpi_read_options_release(&copy);
        return mlpi_fail_memory(err, "the reading options");
    }
    *to = copy;
    return MLP_OK;
}

void mlpi_read_options_release(mlp_read_options *options)
{
    free_names(&options->missing);
    free_names(&options->further);
    free((void *)(uintptr_t)options->format);
    free((void *)(uintptr_t)options->labels);
    free((void *)(uintptr_t)options->label_trim);
    free((void *)(uintptr_t)options->encoding);
    free((void *)(uintptr_t)options->encoding_if_unclear);
    free((void *)(uintptr_t)options->query);
    *options = (mlp_read_options){0};
}

/* --- making and freeing ----------------------------------------------------------------------- */

void mlp_table_free(mlp_table *table)
{
    if (table == NULL)
        return;
    for (size_t c = 0; table->names != NULL && c < table->columns; c++)
        free(table->names[c]);
    mlpi_free(table->names);
    free(table->source);
    free(table->notice);
    free(table->bytes);
    for (size_t b = 0; b < table->block_count; b++)
        mlpi_block_release(&table->blocks[b]);
    free(table->blocks);
    mlpi_spill_close(table->spill);
    for (size_t i = 0; i < table->file_count; i++)
        free(table->files[i]);
    mlpi_free(table->files);
    free(table->row_files);
    free(table->fields);
    free(table->parts);
    free(table->lacks);
    free(table->dates);
    for (size_t i = 0; i < table->kept_count; i++)
        table->kept[i].release(table->kept[i].context);
    free(table->kept);
    mlpi_read_options_release(&table->options);
    free(table);
}

mlp_status mlpi_table_declare(mlp_table *table, mlp_error *err)
{
    table->fields = calloc(table->columns, sizeof *table->fields);
    return table->fields != NULL ? MLP_OK : mlpi_fail_memory(err, "the kinds of the columns");
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

mlp_status mlpi_table_finish_names(mlp_table *table, mlp_error *err)
{
    for (size_t c = 0; c < table->columns; c++) {
        char name[32];
        const int length = snprintf(name, sizeof name, "column%zu", c + 1);
        if (table->names[c] == NULL)
            table->names[c] = mlpi_copy_text(name, (size_t)length);
        if (table->names[c] == NULL)
            return mlpi_fail_memory(err, "the column names");
    }
    char **sorted = mlpi_allocate(table->columns, sizeof *sorted);
    if (sorted == NULL)
        return mlpi_fail_memory(err, "the column names");
    memcpy(sorted, table->names, table->columns * sizeof *sorted);
    qsort(sorted, table->columns, sizeof *sorted, by_name);
    const char *twice = NULL;
    for (size_t c = 1; c < table->columns && twice == NULL; c++)
        if (strcmp(sorted[c - 1], sorted[c]) == 0)
            twice = sorted[c];
    mlpi_free(sorted);
    if (twice == NULL)
        return MLP_OK;
    const bool text = table->usual_separator != '\0'; /* delimited text: the names are on line 1 */
    return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, text ? 1 : 0, 0,
                        "two columns are named \"%s\"; rename one%s", twice,
                        text ? ", or say `no-header` if the first line is data" : "");
}

/* --- what a table holds ----------------------------------------------------------------------- */

size_t mlp_table_rows(const mlp_table *table)
{
    return table->rows;
}

size_t mlp_table_columns(const mlp_table *table)
{
    return table->columns;
}

const char *mlp_table_column_name(const mlp_table *table, size_t c)
{
    return table->names[c];
}

const char *mlp_table_source(const mlp_table *table)
{
    return table->source;
}

const char *mlp_table_notice(const mlp_table *table)
{
    return table->notice;
}

char mlp_table_decimal(const mlp_table *table)
{
    return table->options.decimal_if_unclear == ',' ? ',' : '.';
}

size_t mlp_table_line(const mlp_table *table, size_t r)
{
    const mlpi_block *block = mlpi_table_block(table, r);
    if (block->lines != NULL)
        return block->line + block->lines[r - block->first];
    return block->line > 0 ? block->line + (r - block->first) : 0;
}

const char *mlp_table_file(const mlp_table *table, size_t r)
{
    if (table->files == NULL)
        return table->source;
    return table
        ->files[table->row_files != NULL ? table->row_files[r] : mlpi_table_block(table, r)->file];
}

bool mlp_table_has_parts(const mlp_table *table)
{
    return table->parts != NULL;
}

mlp_part mlp_table_part(const mlp_table *table, size_t r)
{
    return table->parts != NULL ? (mlp_part)table->parts[r] : MLP_PART_ALL;
}

size_t mlp_table_part_rows(const mlp_table *table, mlp_part part)
{
    size_t count = 0;
    for (size_t r = 0; part != MLP_PART_ALL && r < table->rows; r++)
        count += mlp_table_part(table, r) == part ? 1 : 0;
    return part == MLP_PART_ALL ? table->rows : count;
}

static const char *const part_names[] = {"all", "training", "validation", "test"};
enum { PARTS = sizeof part_names / sizeof part_names[0] };

const char *mlp_part_name(mlp_part part)
{
    return (size_t)part < PARTS ? part_names[part] : NULL;
}

bool mlp_part_from_name(const char *name, mlp_part *part)
{
    for (size_t i = 0; i < PARTS; i++) {
        if (strcmp(name, part_names[i]) != 0)
            continue;
        *part = (mlp_part)i;
        return true;
    }
    return false;
}

/* --- columns of numbers ----------------------------------------------------------------------- */

static bool holds_decimals(const mlpi_block *block, const mlpi_column *column)
{
    for (size_t r = 0; r < block->rows; r++)
        if (mlpi_column_word(column, r) == NULL)
            return true;
    return false;
}

/* Whether a column holds numbers and texts that may mean no value, and no other text. */
static bool lacks_values(const mlp_table *table, size_t c)
{
    bool numbers = false, maybe = false;
    for (const mlpi_block *block = NULL; (block = mlpi_table_next(table, block)) != NULL;) {
        const mlpi_column *column = &block->columns[c];
        for (size_t i = 0; i < column->word_count; i++) {
            const mlpi_word *word = &column->words[i];
            if (word->cell == MLPI_CELL_TEXT && word->dress != MLPI_MAY_BE_MISSING)
                return false;
            numbers = numbers || word->cell == MLPI_CELL_NUMBER;
            maybe = maybe || word->cell == MLPI_CELL_TEXT;
        }
    }
    const mlpi_block *block = NULL;
    while (maybe && !numbers && (block = mlpi_table_next(table, block)) != NULL)
        numbers = holds_decimals(block, &block->columns[c]);
    return maybe && numbers;
}

mlp_status mlpi_table_settle(mlp_table *table, mlp_error *err)
{
    table->lacks = calloc(table->columns, sizeof *table->lacks);
    if (table->lacks == NULL)
        return mlpi_fail_memory(err, "the columns of a table");
    for (size_t c = 0; c < table->columns; c++) {
        table->lacks[c] = lacks_values(table, c);
        const mlpi_block *block = NULL;
        while (table->lacks[c] && (block = mlpi_table_next(table, block)) != NULL) {
            const mlpi_column *column = &block->columns[c];
            for (size_t i = 0; i < column->word_count; i++)
                if (column->words[i].cell == MLPI_CELL_TEXT)
                    column->words[i].cell = MLPI_CELL_MISSING;
        }
    }
    return MLP_OK;
}

mlp_status mlpi_table_say(mlp_table *table, const char *sentence, mlp_error *err)
{
    const size_t before = table->notice != NULL ? strlen(table->notice) : 0;
    const size_t size = before + strlen(sentence) + 2;
    char *longer = realloc(table->notice, size);
    if (longer == NULL)
        return mlpi_fail_memory(err, "a notice");
    snprintf(longer + before, size - before, "%s%s", before > 0 ? "\n" : "", sentence);
    table->notice = longer;
    return MLP_OK;
}

/* --- cells ------------------------------------------------------------------------------------ */

bool mlpi_table_is_missing(const mlp_table *table, size_t row, size_t column)
{
    mlpi_cursor cursor = {.table = table};
    return mlpi_cursor_is_missing(&cursor, row, column);
}

size_t mlp_table_cell(const mlp_table *table, size_t r, size_t c, char *text, size_t size)
{
    char scratch[MLPI_DECIMAL_ROOM];
    mlpi_cursor cursor = {.table = table};
    const mlpi_span span = mlpi_cursor_span(&cursor, r, c, false, scratch);
    if (size > 0) {
        const size_t length = mlpi_utf8_fit(span.text, span.length, size - 1);
        memcpy(text, span.text, length);
        text[length] = '\0';
    }
    return span.length;
}

/* Bytes that the names of columns first .. end - 1 need in a list. */
static size_t list_size(const mlp_table *table, size_t first, size_t end)
{
    size_t size = 0;
    for (size_t c = first; c < end; c++)
        size += strlen(table->names[c]) + sizeof ", \"\"" - 1;
    return size;
}

/* Of many names, lists the first ones and the last, which is often the target. */
void mlpi_table_list(const mlp_table *table, char *text, size_t size)
{
    enum { MOST = 30, FIRST = 10, REST = 32 }; /* REST: bytes of ", ..., (123 in all)" */
    const size_t columns = table->columns;
    const bool all = columns <= MOST && list_size(table, 0, columns) < size;
    const size_t tail = columns > 0 ? list_size(table, columns - 1, columns) : 0;
    const bool last = !all && columns > 0 && tail + REST < size;
    size_t length = 0, c = 0;
    text[0] = '\0';
    for (; c < columns; c++) {
        const size_t more = list_size(table, c, c + 1) + (last ? tail : 0) + REST;
        if (!all && (c == FIRST || length + more > size))
            break;
        length += (size_t)snprintf(text + length, size - length, "%s\"%s\"", c > 0 ? ", " : "",
                                   table->names[c]);
    }
    if (c == columns)
        return;
    length += (size_t)snprintf(text + length, size - length, "%s...", c > 0 ? ", " : "");
    if (last)
        length +=
            (size_t)snprintf(text + length, size - length, ", \"%s\"", table->names[columns - 1]);
    snprintf(text + length, size - length, " (%zu in all)", columns);
}

const char *mlpi_table_option(const mlp_table *table, size_t column, char text[MLPI_COLUMN_TEXT])
{
    const char *name = table->names[column];
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    bool quoted = false;
    for (const char *at = name; *at != '\0'; at++)
        quoted = quoted || ((unsigned char)*at < 0x80 && strchr(plain, *at) == NULL);
    if (strpbrk(name, ",\"'`$\\!") != NULL || strlen(name) + 3 > MLPI_COLUMN_TEXT)
        snprintf(text, MLPI_COLUMN_TEXT, "%zu", column + 1);
    else
        snprintf(text, MLPI_COLUMN_TEXT, quoted ? "\"%s\"" : "%s", name);
    return text;
}

mlp_status mlp_table_find(const mlp_table *table, const char *name, size_t *column, mlp_error *err)
{
    for (size_t c = 0; c < table->columns; c++) {
        if (strcmp(table->names[c], name) == 0) {
            *column = c;
            return MLP_OK;
        }
    }
    double number = 0.0;
    const bool digits = name[0] != '\0' && strspn(name, "0123456789") == strlen(name);
    if (digits && mlp_number_parse(name, strlen(name), &number)) {
        if (number >= 1.0 && number <= (double)table->columns) {
            *column = (size_t)number - 1;
            return MLP_OK;
        }
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0,
                            "no column %s; the columns are numbered from 1 to %zu", name,
                            table->columns);
    }
    const char *near = mlp_nearest_name(name, (const char *const *)table->names, table->columns);
    if (near != NULL)
        return mlpi_fail_at(
            err, MLP_ERROR_DATA, table->source, 0, 0, "no column \"%s\"; did you mean \"%s\"?%s",
            name, near,
            strchr(near, ',') != NULL
                ? " In a list, write the comma in its name as \\, or give the number of the column"
                : "");
    char list[400];
    mlpi_table_list(table, list, sizeof list);
    return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0,
                        "no column \"%s\"; the columns are: %s", name, list);
}

/* Hashes either the pixels or the other columns: in a fingerprint all pixels come before the
 * labels, as in version 0.1. */
static uint64_t hash_bytes(const mlp_table *table, uint64_t hash, bool pixels)
{
    mlpi_cursor cursor = {.table = table};
    double value = 0.0;
    for (size_t r = 0; r < table->rows; r++)
        for (size_t c = 0; c < table->columns; c++) {
            if ((mlpi_table_field(table, c).kind == MLPI_FIELD_PIXELS) != pixels)
                continue;
            mlpi_cursor_number(&cursor, r, c, &value);
            hash = mlpi_hash(hash, &(uint8_t){(uint8_t)value}, 1);
        }
    return hash;
}

uint64_t mlpi_table_hash_rows(const mlp_table *table, uint64_t hash)
{
    mlpi_cursor cursor = {.table = table};
    char scratch[MLPI_DECIMAL_ROOM];
    for (size_t r = 0; r < table->rows; r++)
        for (size_t c = 0; c < table->columns; c++) {
            const mlpi_span text = mlpi_cursor_span(&cursor, r, c, false, scratch);
            hash = mlpi_hash(hash, text.text, text.length);
            hash = mlpi_hash(hash, "", 1);
        }
    return hash;
}

uint64_t mlpi_table_hash_head(const mlp_table *table)
{
    uint64_t hash = MLPI_HASH_START;
    for (size_t c = 0; c < table->columns; c++)
        hash = mlpi_hash(hash, table->names[c], strlen(table->names[c]) + 1);
    if (table->parts != NULL)
        hash = mlpi_hash(hash, table->parts, table->rows * sizeof *table->parts);
    return hash;
}

uint64_t mlp_table_fingerprint(const mlp_table *table)
{
    uint64_t hash = mlpi_table_hash_head(table);
    if (table->bytes == NULL)
        return mlpi_table_hash_rows(table, hash);
    hash = hash_bytes(table, hash, true);
    return hash_bytes(table, hash, false);
}
