/* SPDX-License-Identifier: MIT */
/* Tables from the Arrow C stream interface. Each batch of rows becomes a block. The numbers of its
 * columns are not copied: the table keeps the batch until the table is freed. */
#include "mlp/arrow.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "arrays/columns.h"
#include "schema/dates.h"

/* A column of a batch, or the dictionary of such a column. */
typedef struct arrow_column {
    const mlp_table *table; /* for messages */
    const char *name;
    const struct ArrowSchema *schema;
    const struct ArrowArray *array;
    size_t offset; /* of the first row */
} arrow_column;

static mlp_status damaged(const arrow_column *c, const char *what, mlp_error *err)
{
    return mlpi_fail_at(err, MLP_ERROR_DATA, c->table->source, 0, 0,
                        "column \"%s\": the Arrow data are damaged: %s", c->name, what);
}

/* Whether there are exactly `count` buffers and the last of them is not NULL. */
static bool has_buffers(const arrow_column *c, int64_t count)
{
    return c->array->n_buffers == count && c->array->buffers != NULL &&
           c->array->buffers[count - 1] != NULL;
}

static bool is_valid(const arrow_column *c, size_t row)
{
    return c->array->null_count == 0 || mlpi_bit(c->array->buffers[0], c->offset + row);
}

/* --- types ------------------------------------------------------------------------------------ */

typedef struct number_format {
    char letter;
    mlp_number_type type;
    size_t size;
} number_format;

static const number_format numbers[] = {
    {'c', MLP_NUMBER_INT8, 1},   {'C', MLP_NUMBER_UINT8, 1},  {'s', MLP_NUMBER_INT16, 2},
    {'S', MLP_NUMBER_UINT16, 2}, {'i', MLP_NUMBER_INT32, 4},  {'I', MLP_NUMBER_UINT32, 4},
    {'l', MLP_NUMBER_INT64, 8},  {'L', MLP_NUMBER_UINT64, 8}, {'e', MLP_NUMBER_HALF, 2},
    {'f', MLP_NUMBER_FLOAT, 4},  {'g', MLP_NUMBER_DOUBLE, 8},
};
enum { NUMBERS = sizeof numbers / sizeof numbers[0] };

static const number_format *number_format_of(const char *format)
{
    for (size_t i = 0; i < NUMBERS; i++)
        if (format[0] == numbers[i].letter && format[1] == '\0')
            return &numbers[i];
    return NULL;
}

static mlpi_array array_of(const arrow_column *c, const number_format *format)
{
    return (mlpi_array){.values =
                            (const unsigned char *)c->array->buffers[1] + c->offset * format->size,
                        .stride = (ptrdiff_t)format->size,
                        .valid = c->array->null_count != 0 ? c->array->buffers[0] : NULL,
                        .first_valid = c->offset};
}

/* --- columns of texts ------------------------------------------------------------------------- */

static mlp_status text_of_nothing(void *context, size_t row, char *scratch, mlpi_span *text,
                                  mlp_error *err)
{
    (void)context, (void)row, (void)scratch, (void)text, (void)err;
    return MLP_OK;
}

static mlp_status text_of_truth(void *context, size_t row, char *scratch, mlpi_span *text,
                                mlp_error *err)
{
    const arrow_column *c = context;
    (void)scratch, (void)err;
    if (is_valid(c, row))
        *text = mlpi_bit(c->array->buffers[1], c->offset + row) ? (mlpi_span){"true", 4}
                                                                : (mlpi_span){"false", 5};
    return MLP_OK;
}

static mlp_status take_bytes(const arrow_column *c, int64_t first, int64_t end, mlpi_span *text,
                             mlp_error *err)
{
    if (first < 0 || end < first || (uint64_t)end > PTRDIFF_MAX)
        return damaged(c, "the offsets of its texts descend or are negative", err);
    if (end > first && c->array->buffers[2] == NULL)
        return damaged(c, "the bytes of its texts are missing", err);
    if (end > first)
        *text = (mlpi_span){(const char *)c->array->buffers[2] + first, (size_t)(end - first)};
    return MLP_OK;
}

static mlp_status text_of_utf8(void *context, size_t row, char *scratch, mlpi_span *text,
                               mlp_error *err)
{
    const arrow_column *c = context;
    const int32_t *offsets = (const int32_t *)c->array->buffers[1] + c->offset + row;
    (void)scratch;
    return is_valid(c, row) ? take_bytes(c, offsets[0], offsets[1], text, err) : MLP_OK;
}

static mlp_status text_of_large_utf8(void *context, size_t row, char *scratch, mlpi_span *text,
                                     mlp_error *err)
{
    const arrow_column *c = context;
    const int64_t *offsets = (const int64_t *)c->array->buffers[1] + c->offset + row;
    (void)scratch;
    return is_valid(c, row) ? take_bytes(c, offsets[0], offsets[1], text, err) : MLP_OK;
}

/* A view has 16 bytes: the length of a text, and then its bytes if there are at most 12; else its
 * first four bytes, the index of its data buffer and its offset there. The data buffers begin with
 * the array's third buffer; the array's last buffer holds the sizes of the data buffers. */
static mlp_status text_of_view(void *context, size_t row, char *scratch, mlpi_span *text,
                               mlp_error *err)
{
    enum { SIZE = 16, WITHIN = 12, OTHERS = 3 };
    const arrow_column *c = context;
    const struct ArrowArray *a = c->array;
    const char *view = (const char *)a->buffers[1] + SIZE * (c->offset + row);
    int32_t length, buffer, at;
    (void)scratch;
    memcpy(&length, view, sizeof length);
    memcpy(&buffer, view + 8, sizeof buffer);
    memcpy(&at, view + 12, sizeof at);
    if (!is_valid(c, row) || length == 0)
        return MLP_OK;
    *text = (mlpi_span){view + 4, (size_t)length};
    if (length > 0 && length <= WITHIN)
        return MLP_OK;
    const int64_t *sizes = a->buffers[a->n_buffers - 1];
    if (length < 0 || buffer < 0 || buffer >= a->n_buffers - OTHERS || at < 0 || sizes == NULL ||
        (int64_t)at + length > sizes[buffer] || a->buffers[2 + buffer] == NULL)
        return damaged(c, "a text lies outside its buffers", err);
    text->text = (const char *)a->buffers[2 + buffer] + at;
    return MLP_OK;
}

/* --- dates ------------------------------------------------------------------------------------ */

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

/* Writes a time, in units of 1 / per_second seconds since 1970, as a date and a time of day. */
static mlp_status write_time(const arrow_column *c, int64_t units, int64_t per_second, bool zoned,
                             char *scratch, mlpi_span *text, mlp_error *err)
{
    const int64_t first = -62135596800, end = 253402300800; /* the years 1 to 9999 */
    const int64_t seconds = floor_divide(units, per_second), rest = units % per_second,
                  fraction = rest < 0 ? rest + per_second : rest;
    if (seconds < first || seconds >= end)
        return mlpi_fail_at(err, MLP_ERROR_DATA, c->table->source, 0, 0,
                            "column \"%s\" holds a time outside the years 1 to 9999", c->name);
    const int64_t day = floor_divide(seconds, 86400);
    const int second = (int)(seconds - day * 86400);
    int y = 0, m = 0, d = 0, length = 0;
    mlpi_date_of_day((int)day, &y, &m, &d);
    length = snprintf(scratch, MLPI_DECIMAL_ROOM, "%04d-%02d-%02dT%02d:%02d:%02d", y, m, d,
                      second / 3600, second / 60 % 60, second % 60);
    if (fraction != 0) /* microseconds, rounded down */
        length += snprintf(scratch + length, MLPI_DECIMAL_ROOM - (size_t)length, ".%06d",
                           (int)((double)fraction * 1e6 / (double)per_second));
    if (zoned)
        scratch[length++] = 'Z';
    *text = (mlpi_span){scratch, (size_t)length};
    return MLP_OK;
}

static mlp_status text_of_days(void *context, size_t row, char *scratch, mlpi_span *text,
                               mlp_error *err)
{
    const arrow_column *c = context;
    if (!is_valid(c, row))
        return MLP_OK;
    const bool days = c->schema->format[2] == 'D';
    const int64_t value = days ? ((const int32_t *)c->array->buffers[1])[c->offset + row]
                               : ((const int64_t *)c->array->buffers[1])[c->offset + row];
    MLPI_TRY(
        write_time(c, days ? value * 86400 : value, days ? 1 : 1000, false, scratch, text, err));
    text->length = strlen("2024-12-24");
    return MLP_OK;
}

static mlp_status text_of_timestamp(void *context, size_t row, char *scratch, mlpi_span *text,
                                    mlp_error *err)
{
    const arrow_column *c = context;
    const char unit = c->schema->format[2];
    const int64_t per_second = unit == 's'   ? 1
                               : unit == 'm' ? 1000
                               : unit == 'u' ? 1000000
                                             : 1000000000;
    const bool zoned = c->schema->format[3] == ':' && c->schema->format[4] != '\0';
    if (!is_valid(c, row))
        return MLP_OK;
    return write_time(c, ((const int64_t *)c->array->buffers[1])[c->offset + row], per_second,
                      zoned, scratch, text, err);
}

/* --- dictionaries ----------------------------------------------------------------------------- */

typedef struct text_format {
    const char *begins; /* the format; if it ends in ':', the beginning of the format */
    int64_t buffers;    /* number of buffers; -n: at least n */
    mlpi_text_of text_of;
} text_format;

static const text_format texts[] = {
    {"u", 3, text_of_utf8},         {"U", 3, text_of_large_utf8},   {"b", 2, text_of_truth},
    {"n", 0, text_of_nothing},      {"tdD", 2, text_of_days},       {"tdm", 2, text_of_days},
    {"tss:", 2, text_of_timestamp}, {"tsm:", 2, text_of_timestamp}, {"tsu:", 2, text_of_timestamp},
    {"tsn:", 2, text_of_timestamp}, {"vu", -3, text_of_view},
};
enum { TEXTS = sizeof texts / sizeof texts[0] };

/* After the ':' of a timestamp's format comes the time zone. */
static const text_format *text_format_of(const char *format)
{
    for (size_t i = 0; i < TEXTS; i++) {
        const size_t length = strlen(texts[i].begins);
        if (strncmp(format, texts[i].begins, length) == 0 &&
            (format[length] == '\0' || texts[i].begins[length - 1] == ':'))
            return &texts[i];
    }
    return NULL;
}

/* Checks the buffers of a column of texts. The buffer of their bytes may be NULL if all texts are
 * empty. */
static mlp_status check_texts(const arrow_column *c, const text_format *format, mlp_error *err)
{
    const int64_t count = c->array->n_buffers;
    const bool enough = format->buffers < 0 ? count >= -format->buffers : count == format->buffers;
    const bool there = format->buffers == 0 ||
                       (enough && c->array->buffers != NULL && c->array->buffers[1] != NULL);
    return there ? MLP_OK : damaged(c, "it has no values", err);
}

typedef struct coded {
    const arrow_column *column;
    arrow_column words;
    const text_format *format;
    mlpi_column codes;
} coded;

static mlp_status text_of_code(void *context, size_t row, char *scratch, mlpi_span *text,
                               mlp_error *err)
{
    coded *c = context;
    double code = 0.0;
    if (mlpi_column_number(&c->codes, row, &code) != MLPI_CELL_NUMBER)
        return MLP_OK;
    if (!(code >= 0.0 && code < (double)c->words.array->length))
        return damaged(c->column, "an index is beyond the end of its dictionary", err);
    return c->format->text_of(&c->words, (size_t)code, scratch, text, err);
}

static mlp_status unknown(const arrow_column *c, const char *format, const char *where,
                          mlp_error *err)
{
    return mlpi_fail_at(err, MLP_ERROR_DATA, c->table->source, 0, 0,
                        "column \"%s\" has Arrow's type \"%s\"%s, which cannot be read; leave the "
                        "column out, or convert it to numbers, texts or dates",
                        c->name, format, where);
}

static mlp_status take_coded(mlp_table *table, const arrow_column *c, size_t rows,
                             mlpi_column *column, mlp_error *err)
{
    const number_format *number = number_format_of(c->schema->format);
    coded d = {.column = c, .words = *c, .format = text_format_of(c->schema->dictionary->format)};
    d.words.schema = c->schema->dictionary;
    d.words.array = c->array->dictionary;
    if (d.format == NULL || d.words.schema->dictionary != NULL)
        return unknown(c, d.words.schema->format, " as the values of a dictionary", err);
    if (number == NULL || !has_buffers(c, 2) || d.words.array == NULL ||
        d.words.array->offset < 0 || d.words.array->length < 0)
        return damaged(c, "its dictionary or its indices are missing", err);
    d.words.offset = (size_t)d.words.array->offset;
    if (d.words.array->length > 0)
        MLPI_TRY(check_texts(&d.words, d.format, err));
    mlpi_array array = array_of(c, number);
    d.codes = mlpi_array_column(number->type, &array);
    return mlpi_column_of_texts(table, c->name, rows, text_of_code, &d, column, err);
}

/* --- batches ---------------------------------------------------------------------------------- */

static mlp_status take_column(mlp_table *table, const arrow_column *c, size_t rows,
                              mlpi_column *column, mlp_error *err)
{
    const char *format = c->schema->format;
    const number_format *number = number_format_of(format);
    const text_format *text = text_format_of(format);
    if (c->array->null_count != 0 && c->array->n_buffers > 0 && c->array->buffers == NULL)
        return damaged(c, "its buffers are missing", err);
    if (c->schema->dictionary != NULL)
        return take_coded(table, c, rows, column, err);
    if (number != NULL && !has_buffers(c, 2))
        return damaged(c, "it has no values", err);
    if (number != NULL) {
        const mlpi_array array = array_of(c, number);
        return mlpi_column_of_numbers(table, c->name, rows, number->type, &array, column, err);
    }
    if (text == NULL)
        return unknown(c, format, "", err);
    MLPI_TRY(check_texts(c, text, err));
    return mlpi_column_of_texts(table, c->name, rows, text->text_of, (void *)(uintptr_t)c, column,
                                err);
}

static void release_array(void *context)
{
    struct ArrowArray *array = context;
    if (array->release != NULL)
        array->release(array);
    free(array);
}

/* Takes the columns of a batch; the rows of a column begin at the batch's offset plus the column's
 * own. */
static mlp_status take_columns(mlp_table *table, const struct ArrowSchema *schema,
                               const struct ArrowArray *batch, mlpi_block *block, mlp_error *err)
{
    for (size_t i = 0; i < table->columns; i++) {
        const struct ArrowArray *child = batch->children[i];
        const arrow_column c = {table, table->names[i], schema->children[i], child,
                                (size_t)child->offset + (size_t)batch->offset};
        if (child->offset < 0 || child->length < 0 || batch->offset > child->length ||
            batch->length > child->length - batch->offset ||
            (uint64_t)child->offset > SIZE_MAX / 16 || (uint64_t)child->length > SIZE_MAX / 16)
            return damaged(&c, "the column has fewer rows than its batch", err);
        MLPI_TRY(take_column(table, &c, block->rows, &block->columns[i], err));
    }
    return MLP_OK;
}

static mlp_status take_batch(mlp_table *table, const struct ArrowSchema *schema,
                             const struct ArrowArray *batch, mlp_error *err)
{
    mlpi_block block = {0};
    if (batch->length < 0 || batch->offset < 0 || (uint64_t)batch->length > UINT32_MAX - 1 ||
        batch->n_children != schema->n_children || batch->children == NULL)
        return mlpi_fail_at(
            err, MLP_ERROR_DATA, table->source, 0, 0,
            "a batch of the Arrow stream does not match its schema, or is too long");
    if (batch->null_count > 0)
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0,
                            "a batch of the Arrow stream has rows that are null as a whole");
    if (batch->length == 0)
        return MLP_OK;
    block.rows = (size_t)batch->length;
    block.columns = calloc(table->columns, sizeof *block.columns);
    if (block.columns == NULL)
        return mlpi_fail_memory(err, "a batch of rows");
    const mlp_status status = take_columns(table, schema, batch, &block, err);
    if (status == MLP_OK)
        return mlpi_table_append(table, &block, 0, err);
    mlpi_block_release(&block);
    return status;
}

static mlp_status stream_failed(struct ArrowArrayStream *stream, const mlp_table *table, int code,
                                mlp_error *err)
{
    const char *says = stream->get_last_error(stream);
    return mlpi_fail_at(err, code == ENOMEM ? MLP_ERROR_MEMORY : MLP_ERROR_DATA, table->source, 0,
                        0, "the Arrow stream failed: %s", says != NULL ? says : strerror(code));
}

static mlp_status take_batches(mlp_table *table, struct ArrowArrayStream *stream,
                               const struct ArrowSchema *schema, mlp_error *err)
{
    for (;;) {
        struct ArrowArray *batch = calloc(1, sizeof *batch);
        if (batch == NULL || !mlpi_table_keep(table, release_array, batch)) {
            free(batch);
            return mlpi_fail_memory(err, "a batch of rows");
        }
        const int code = stream->get_next(stream, batch);
        if (code != 0) {
            batch->release = NULL;
            return stream_failed(stream, table, code, err);
        }
        if (batch->release == NULL) /* the end */
            return MLP_OK;
        MLPI_TRY(take_batch(table, schema, batch, err));
    }
}

/* --- the table -------------------------------------------------------------------------------- */

static mlp_status take_names(mlp_table *table, const struct ArrowSchema *schema, mlp_error *err)
{
    if (schema->format == NULL || strcmp(schema->format, "+s") != 0 || schema->n_children <= 0 ||
        schema->n_children > MLP_MAX_COLUMNS || schema->children == NULL)
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0,
                            "the Arrow stream is not a table of 1 to %d columns", MLP_MAX_COLUMNS);
    table->names = mlpi_allocate((size_t)schema->n_children, sizeof *table->names);
    if (table->names == NULL)
        return mlpi_fail_memory(err, "the column names");
    for (; table->columns < (size_t)schema->n_children; table->columns++) {
        const struct ArrowSchema *child = schema->children[table->columns];
        const char *name = child->name != NULL ? child->name : "";
        char **copy = &table->names[table->columns];
        if (child->format == NULL || !mlpi_utf8_is_sound(name, strlen(name)))
            return mlpi_fail_at(
                err, MLP_ERROR_DATA, table->source, 0, 0,
                "column %zu of the Arrow stream has no type, or a name that is not UTF-8",
                table->columns + 1);
        *copy = name[0] != '\0' ? mlpi_copy_text(name, strlen(name)) : NULL;
        if (name[0] != '\0' && *copy == NULL)
            return mlpi_fail_memory(err, "the column names");
        table->has_header = table->has_header || name[0] != '\0';
    }
    return mlpi_table_finish_names(table, err);
}

static mlp_status fill(mlp_table *table, struct ArrowArrayStream *stream, mlp_error *err)
{
    struct ArrowSchema schema = {0};
    const int code = stream->get_schema(stream, &schema);
    if (code != 0)
        return stream_failed(stream, table, code, err);
    mlp_status status = take_names(table, &schema, err);
    if (status == MLP_OK)
        status = take_batches(table, stream, &schema, err);
    if (schema.release != NULL)
        schema.release(&schema);
    if (status == MLP_OK && table->rows == 0)
        status =
            mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0, "the Arrow stream has no rows");
    return status == MLP_OK ? mlpi_table_settle(table, err) : status;
}

mlp_status mlp_table_from_arrow(struct ArrowArrayStream *stream, const char *source,
                                mlp_table **table, mlp_error *err)
{
    mlp_table *made = calloc(1, sizeof *made);
    const bool there = made != NULL && (made->source = mlpi_utf8_copy(source)) != NULL;
    if (there)
        made->decimal = '.';
    const mlp_status status =
        there ? fill(made, stream, err) : mlpi_fail_memory(err, "a table from an Arrow stream");
    if (stream->release != NULL)
        stream->release(stream);
    if (status == MLP_OK)
        *table = made;
    else
        mlp_table_free(made);
    return status;
}
