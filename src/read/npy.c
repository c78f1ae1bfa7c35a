/* SPDX-License-Identifier: MIT */
/* NumPy's .npy (its format 1.0 to 3.0, numpy.lib.format): a header that is a Python dictionary of
 * three members, then the numbers of a one- or two-dimensional array, of either order of bytes and
 * of dimensions; or the records of a structured array, whose fields are the columns. Every number
 * keeps its value exactly: a cell's text is the shortest that reads back as the same double. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "mlp/output.h"
#include "read/reader.h"

enum {
    NAME = 64, /* bytes of a field's name, with the closing 0 */
    MOST_HEADER = 1 << 20,
    MOST_TEXT = 4096 /* characters of a text */
};

/* One value of an element. */
typedef struct field {
    char name[NAME]; /* "": none */
    char kind;       /* 'f', 'i', 'u', 'b' or 'U' */
    bool big;        /* the most significant byte first */
    size_t size;     /* bytes */
    size_t at;       /* within the element */
} field;

typedef struct npy {
    mlp_table *table;
    mlpi_source *source;
    const char *at, *end; /* of the header */
    field *fields;
    size_t field_count, room;
    size_t element; /* bytes */
    bool fortran;
    size_t rows, columns, row; /* columns: elements of a row */
    size_t first;              /* the first byte of the data */
    char *text;                /* room for the UTF-8 of a text */
    mlpi_builder builder;
    mlp_error *err;
} npy;

#define FAIL(n, ...) mlpi_fail_at((n)->err, MLP_ERROR_DATA, (n)->table->source, 0, 0, __VA_ARGS__)

/* --- the header ------------------------------------------------------------------------------- */

static void skip_spaces(npy *n)
{
    while (n->at < n->end && strchr(" \t\r\n", *n->at) != NULL && *n->at != '\0')
        n->at++;
}

/* Goes behind a character, if it is the next one but for spaces. */
static bool take(npy *n, char c)
{
    skip_spaces(n);
    if (n->at == n->end || *n->at != c)
        return false;
    n->at++;
    return true;
}

static bool take_word(npy *n, const char *word)
{
    const size_t length = strlen(word);
    skip_spaces(n);
    if ((size_t)(n->end - n->at) < length || memcmp(n->at, word, length) != 0)
        return false;
    n->at += length;
    return true;
}

/* A text in quotes, without escapes. */
static bool take_text(npy *n, mlpi_span *text)
{
    skip_spaces(n);
    if (n->at == n->end || (*n->at != '\'' && *n->at != '"'))
        return false;
    const char quote = *n->at;
    const char *const end = memchr(n->at + 1, quote, (size_t)(n->end - n->at - 1));
    if (end == NULL)
        return false;
    *text = (mlpi_span){n->at + 1, (size_t)(end - n->at - 1)};
    n->at = end + 1;
    return memchr(text->text, '\\', text->length) == NULL;
}

static bool take_number(npy *n, size_t *number)
{
    size_t made = 0, digits = 0;
    skip_spaces(n);
    for (; n->at < n->end && *n->at >= '0' && *n->at <= '9'; n->at++, digits++)
        if (!mlpi_multiply(made, 10, &made) || !mlpi_add(made, (size_t)(*n->at - '0'), &made))
            return false;
    *number = made;
    return digits > 0;
}

static bool is_size_of(char kind, size_t size)
{
    switch (kind) {
    case 'f':
        return size == 2 || size == 4 || size == 8;
    case 'i':
    case 'u':
        return size == 1 || size == 2 || size == 4 || size == 8;
    case 'b':
        return size == 1;
    default:
        return kind == 'U' && size > 0 && size <= (size_t)4 * MOST_TEXT;
    }
}

/* "<f8": order of bytes, kind, size; of texts the size is in characters. */
static mlp_status take_type(npy *n, mlpi_span type, field *f)
{
    size_t size = 0;
    for (size_t i = 2; i < type.length && i < 8; i++) {
        const unsigned digit = (unsigned)(unsigned char)type.text[i] - '0';
        size = digit < 10 ? size * 10 + digit : SIZE_MAX / 16;
    }
    const bool known = type.length >= 3 && type.length < 8 && strchr("<>|=", type.text[0]) != NULL;
    f->kind = '\0';
    if (known)
        f->kind = type.text[1];
    f->big = known && type.text[0] == '>';
    f->size = f->kind == 'U' ? 4 * size : size;
    if (!known || !is_size_of(f->kind, f->size))
        return FAIL(n,
                    "holds values of type %.*s; numbers, booleans and texts (U) can be read: "
                    "array.astype(float) makes numbers of them",
                    (int)(type.length < 30 ? type.length : 30), type.text);
    return MLP_OK;
}

static mlp_status add_field(npy *n, mlpi_span name, mlpi_span type)
{
    if (!mlpi_grow(&n->fields, &n->room, n->field_count + 1, sizeof *n->fields))
        return mlpi_fail_memory(n->err, "the cells of the data");
    field *f = &n->fields[n->field_count];
    *f = (field){.at = n->element};
    if (name.length >= NAME)
        return FAIL(n, "a field's name of %zu bytes; at most %d can be read", name.length,
                    NAME - 1);
    memcpy(f->name, name.text, name.length);
    MLPI_TRY(take_type(n, type, f));
    n->element += f->size;
    n->field_count++;
    return MLP_OK;
}

static mlp_status bad_header(const npy *n)
{
    return FAIL(n, "the header cannot be read, at byte %zu; numpy.save writes such files",
                (size_t)(n->at - n->source->bytes) + 1);
}

/* '<f8', or [('a', '<f8'), ('b', '<i4')]. */
static mlp_status take_descr(npy *n)
{
    mlpi_span name = {"", 0}, type;
    if (!take(n, '['))
        return take_text(n, &type) ? add_field(n, name, type) : bad_header(n);
    while (!take(n, ']')) {
        if (!take(n, '(') || !take_text(n, &name) || !take(n, ',') || !take_text(n, &type) ||
            !take(n, ')'))
            return bad_header(n);
        MLPI_TRY(add_field(n, name, type));
        (void)take(n, ',');
    }
    return n->field_count > 0 ? MLP_OK : bad_header(n);
}

static mlp_status take_shape(npy *n)
{
    size_t dimensions = 0, sizes[2] = {1, 1}, size = 0;
    if (!take(n, '('))
        return bad_header(n);
    for (; !take(n, ')'); dimensions++) {
        if (!take_number(n, &size))
            return bad_header(n);
        if (dimensions < 2)
            sizes[dimensions] = size;
        (void)take(n, ',');
    }
    if (dimensions < 1 || dimensions > 2)
        return FAIL(n,
                    "has %zu dimensions; a table has two, or one: array.reshape(len(array), -1) "
                    "makes two of more",
                    dimensions);
    n->rows = sizes[0];
    n->columns = sizes[1];
    return MLP_OK;
}

static mlp_status take_members(npy *n)
{
    unsigned seen = 0;
    if (!take(n, '{'))
        return bad_header(n);
    while (!take(n, '}')) {
        mlpi_span key;
        if (!take_text(n, &key) || !take(n, ':'))
            return bad_header(n);
        if (key.length == 5 && memcmp(key.text, "descr", 5) == 0 && (seen & 1) == 0) {
            MLPI_TRY(take_descr(n));
            seen |= 1;
        } else if (key.length == 5 && memcmp(key.text, "shape", 5) == 0) {
            MLPI_TRY(take_shape(n));
            seen |= 2;
        } else if (key.length == 13 && memcmp(key.text, "fortran_order", 13) == 0) {
            n->fortran = take_word(n, "True");
            if (!n->fortran && !take_word(n, "False"))
                return bad_header(n);
            seen |= 4;
        } else {
            return bad_header(n);
        }
        (void)take(n, ',');
    }
    return seen == 7 ? MLP_OK : bad_header(n);
}

/* Believes no size that the bytes behind the header do not bear out. */
static mlp_status check_sizes(npy *n)
{
    const size_t there = n->source->size - n->first;
    size_t cells = 0, bytes = 0;
    if (n->rows == 0 || n->columns == 0)
        return FAIL(n, "is empty: %zu rows of %zu columns", n->rows, n->columns);
    if (!mlpi_multiply(n->rows, n->columns, &cells) || !mlpi_multiply(cells, n->element, &bytes) ||
        bytes != there)
        return FAIL(n,
                    "the header promises %zu rows of %zu values of %zu bytes, but %zu bytes "
                    "follow; the file is damaged or cut short",
                    n->rows, n->columns, n->element, there);
    if (n->columns > MLP_MAX_COLUMNS || n->field_count > MLP_MAX_COLUMNS / n->columns)
        return FAIL(n, "more than %d columns, which is the most that a table may have",
                    MLP_MAX_COLUMNS);
    return MLP_OK;
}

static mlp_status read_header(npy *n)
{
    const unsigned char *p = (const unsigned char *)n->source->bytes;
    const size_t size = n->source->size;
    if (size < 12 || memcmp(p, "\x93NUMPY", 6) != 0)
        return FAIL(n, "is no .npy file; numpy.save writes one");
    if (p[6] < 1 || p[6] > 3)
        return FAIL(n, "is written in version %u of the format; 1 to 3 are known", p[6]);
    const size_t begin = p[6] == 1 ? 10 : 12;
    size_t length = (size_t)p[8] | (size_t)p[9] << 8;
    if (p[6] > 1)
        length |= (size_t)p[10] << 16 | (size_t)p[11] << 24;
    if (length > MOST_HEADER || length > size - begin)
        return FAIL(n, "the header is cut short");
    n->at = n->source->bytes + begin;
    n->end = n->at + length;
    n->first = begin + length;
    MLPI_TRY(take_members(n));
    return check_sizes(n);
}

/* --- values ----------------------------------------------------------------------------------- */

static uint64_t bits_of(const field *f, const unsigned char *p)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < f->size; i++)
        bits = bits << 8 | p[f->big ? i : f->size - 1 - i];
    return bits;
}

static double real_value(const field *f, uint64_t bits)
{
    const uint32_t low = (uint32_t)bits;
    double value;
    float narrow;
    if (f->size == 2)
        return mlpi_half_number((uint16_t)bits);
    if (f->size == 4) {
        memcpy(&narrow, &low, sizeof narrow);
        return (double)narrow;
    }
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* NaN has no value. */
static size_t real_text(const field *f, uint64_t bits, char *text)
{
    const double value = real_value(f, bits);
    return isnan(value) ? 0 : mlp_number_text(value, text);
}

static size_t whole_text(const field *f, uint64_t bits, char *text)
{
    const unsigned width = 8 * (unsigned)f->size;
    const bool negative = f->kind == 'i' && (bits >> (width - 1) & 1) != 0;
    if (negative) /* its amount, by the complement to two in so many bits */
        bits = width == 64 ? 0 - bits : ((uint64_t)1 << width) - bits;
    return (size_t)snprintf(text, 32, "%s%" PRIu64, negative ? "-" : "", bits);
}

static mlp_status characters(const npy *n, const field *f, const unsigned char *p, size_t *length)
{
    const field one = {.big = f->big, .size = 4};
    *length = 0;
    for (size_t i = 0; i < f->size; i += 4) {
        const uint64_t c = bits_of(&one, p + i);
        if (c == 0)
            break;
        if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
            return FAIL(n, "row %zu holds a text with a character that there is not", n->row + 1);
        *length += mlpi_utf8_put((uint32_t)c, n->text + *length);
    }
    return MLP_OK;
}

static mlp_status add_value(npy *n, const field *f, const unsigned char *p)
{
    size_t length = 0;
    if (f->kind == 'U')
        MLPI_TRY(characters(n, f, p, &length));
    else if (f->kind == 'f')
        length = real_text(f, bits_of(f, p), n->text);
    else if (f->kind == 'b')
        length = (size_t)snprintf(n->text, 8, "%s", *p != 0 ? "true" : "false");
    else
        length = whole_text(f, bits_of(f, p), n->text);
    return mlpi_builder_text(&n->builder, (mlpi_span){n->text, length}, n->err);
}

static mlp_status add_row(npy *n)
{
    const unsigned char *data = (const unsigned char *)n->source->bytes + n->first;
    if (!mlpi_builder_row(&n->builder, 0))
        return mlpi_fail_memory(n->err, "the cells of the data");
    for (size_t c = 0; c < n->columns; c++) {
        const size_t i = n->fortran ? c * n->rows + n->row : n->row * n->columns + c;
        for (size_t k = 0; k < n->field_count; k++)
            MLPI_TRY(add_value(n, &n->fields[k], data + i * n->element + n->fields[k].at));
    }
    n->row++;
    return mlpi_builder_spill(&n->builder, n->table, false, n->err);
}

/* --- the whole -------------------------------------------------------------------------------- */

/* Fields give their names; other columns are column1, column2, ... */
static mlp_status name_columns(npy *n)
{
    mlp_table *table = n->table;
    table->names = mlpi_allocate(n->columns * n->field_count, sizeof *table->names);
    if (table->names == NULL)
        return mlpi_fail_memory(n->err, "the column names");
    table->columns = n->columns * n->field_count;
    for (size_t c = 0; c < table->columns && n->columns == 1; c++) {
        const char *name = n->fields[c].name;
        if (name[0] == '\0')
            continue;
        table->names[c] = mlpi_utf8_copy(name);
        if (table->names[c] == NULL)
            return mlpi_fail_memory(n->err, "the column names");
        table->has_header = true;
    }
    return mlpi_table_finish_names(table, n->err);
}

static mlp_status open_npy(void *state, mlpi_source *source, mlp_table *table, mlp_error *err)
{
    npy *n = state;
    *n = (npy){.table = table, .source = source, .err = err};
    MLPI_TRY(read_header(n));
    MLPI_TRY(name_columns(n));
    n->text = malloc((size_t)4 * MOST_TEXT + 64);
    return n->text != NULL && mlpi_builder_begin(table, &n->builder)
               ? MLP_OK
               : mlpi_fail_memory(err, "the cells of the data");
}

static mlp_status next_npy(void *state, size_t most, mlp_error *err)
{
    npy *n = state;
    n->err = err;
    for (size_t i = 0; i < most && n->row < n->rows; i++)
        MLPI_TRY(add_row(n));
    return mlpi_builder_spill(&n->builder, n->table, true, err);
}

static void close_npy(void *state)
{
    npy *n = state;
    mlpi_builder_end(&n->builder);
    free(n->fields);
    free(n->text);
}

static bool probe_npy(const unsigned char *head, size_t size)
{
    return size >= 6 && memcmp(head, "\x93NUMPY", 6) == 0;
}

const mlpi_reader mlpi_read_npy = {
    .format = "npy",
    .endings = ".npy",
    .says = "a NumPy array",
    .state = sizeof(npy),
    .probe = probe_npy,
    .open = open_npy,
    .next = next_npy,
    .close = close_npy,
};
