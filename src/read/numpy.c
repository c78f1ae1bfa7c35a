/* SPDX-License-Identifier: MIT */
/* The bytes of a NumPy array (numpy.lib.format, versions 1.0 to 3.0): a header that is a Python
 * dictionary of three members, then the values. */
#include "read/numpy.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "mlp/output.h"

enum { NAME = 64, MOST_HEADER = 1 << 20 };

/* One value of an element: a field of a structured array, or the only value. */
typedef struct mlpi_numpy_field {
    char name[NAME]; /* "": the field has no name */
    char kind;       /* 'f', 'i', 'u', 'b' or 'U' */
    bool big;        /* the most significant byte first */
    size_t size;     /* bytes */
    size_t at;       /* its offset within the element */
} field;

/* A header that is being read. */
typedef struct header {
    mlpi_numpy *array;
    const char *at, *end;
    size_t room; /* capacity of array->fields */
    mlp_error *err;
} header;

#define FAIL(h, ...) mlpi_fail_at((h)->err, MLP_ERROR_DATA, (h)->array->source, 0, 0, __VA_ARGS__)

/* --- the header ------------------------------------------------------------------------------- */

static void skip_spaces(header *h)
{
    while (h->at < h->end && strchr(" \t\r\n", *h->at) != NULL && *h->at != '\0')
        h->at++;
}

/* Takes the character c if it comes next, after any spaces. */
static bool take(header *h, char c)
{
    skip_spaces(h);
    if (h->at == h->end || *h->at != c)
        return false;
    h->at++;
    return true;
}

static bool take_word(header *h, const char *word)
{
    const size_t length = strlen(word);
    skip_spaces(h);
    if ((size_t)(h->end - h->at) < length || memcmp(h->at, word, length) != 0)
        return false;
    h->at += length;
    return true;
}

/* Takes a text in quotes, which must have no escapes. */
static bool take_text(header *h, mlpi_span *text)
{
    skip_spaces(h);
    if (h->at == h->end || (*h->at != '\'' && *h->at != '"'))
        return false;
    const char quote = *h->at;
    const char *const end = memchr(h->at + 1, quote, (size_t)(h->end - h->at - 1));
    if (end == NULL)
        return false;
    *text = (mlpi_span){h->at + 1, (size_t)(end - h->at - 1)};
    h->at = end + 1;
    return memchr(text->text, '\\', text->length) == NULL;
}

static bool take_number(header *h, size_t *number)
{
    size_t made = 0, digits = 0;
    skip_spaces(h);
    for (; h->at < h->end && *h->at >= '0' && *h->at <= '9'; h->at++, digits++)
        if (!mlpi_multiply(made, 10, &made) || !mlpi_add(made, (size_t)(*h->at - '0'), &made))
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
        return kind == 'U' && size > 0 && size <= (size_t)4 * MLPI_NUMPY_LONGEST;
    }
}

/* Takes a type such as "<f8": byte order, kind, and size in bytes, or, for texts, in characters. */
static mlp_status take_type(header *h, mlpi_span type, field *f)
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
        return FAIL(h,
                    "holds values of type %.*s; numbers, booleans and texts (U) can be read: "
                    "array.astype(float) turns the values into numbers",
                    (int)(type.length < 30 ? type.length : 30), type.text);
    return MLP_OK;
}

static mlp_status add_field(header *h, mlpi_span name, mlpi_span type)
{
    if (!mlpi_grow(&h->array->fields, &h->room, h->array->field_count + 1,
                   sizeof *h->array->fields))
        return mlpi_fail_memory(h->err, "the cells of the data");
    field *f = &h->array->fields[h->array->field_count];
    *f = (field){.at = h->array->element};
    if (name.length >= NAME)
        return FAIL(h, "has a field name of %zu bytes; at most %d bytes can be read", name.length,
                    NAME - 1);
    memcpy(f->name, name.text, name.length);
    MLPI_TRY(take_type(h, type, f));
    h->array->element += f->size;
    h->array->field_count++;
    return MLP_OK;
}

static mlp_status bad_header(const header *h)
{
    return FAIL(h,
                "the header cannot be read, at byte %zu; numpy.save writes files that can be read",
                (size_t)(h->at - h->array->bytes) + 1);
}

/* Takes the type of an element: '<f8', or [('a', '<f8'), ('b', '<i4')]. */
static mlp_status take_descr(header *h)
{
    mlpi_span name = {"", 0}, type;
    if (!take(h, '['))
        return take_text(h, &type) ? add_field(h, name, type) : bad_header(h);
    while (!take(h, ']')) {
        if (!take(h, '(') || !take_text(h, &name) || !take(h, ',') || !take_text(h, &type) ||
            !take(h, ')'))
            return bad_header(h);
        MLPI_TRY(add_field(h, name, type));
        (void)take(h, ',');
    }
    return h->array->field_count > 0 ? MLP_OK : bad_header(h);
}

static mlp_status take_shape(header *h)
{
    size_t dimensions = 0, sizes[2] = {1, 1}, size = 0;
    if (!take(h, '('))
        return bad_header(h);
    for (; !take(h, ')'); dimensions++) {
        if (!take_number(h, &size))
            return bad_header(h);
        if (dimensions < 2)
            sizes[dimensions] = size;
        (void)take(h, ',');
    }
    if (dimensions < 1 || dimensions > 2)
        return FAIL(h,
                    "has %zu dimensions; a table has one or two: array.reshape(len(array), -1) "
                    "reduces more to two",
                    dimensions);
    h->array->rows = sizes[0];
    h->array->columns = sizes[1];
    return MLP_OK;
}

static mlp_status take_members(header *h)
{
    unsigned seen = 0;
    if (!take(h, '{'))
        return bad_header(h);
    while (!take(h, '}')) {
        mlpi_span key;
        if (!take_text(h, &key) || !take(h, ':'))
            return bad_header(h);
        if (key.length == 5 && memcmp(key.text, "descr", 5) == 0 && (seen & 1) == 0) {
            MLPI_TRY(take_descr(h));
            seen |= 1;
        } else if (key.length == 5 && memcmp(key.text, "shape", 5) == 0) {
            MLPI_TRY(take_shape(h));
            seen |= 2;
        } else if (key.length == 13 && memcmp(key.text, "fortran_order", 13) == 0) {
            h->array->fortran = take_word(h, "True");
            if (!h->array->fortran && !take_word(h, "False"))
                return bad_header(h);
            seen |= 4;
        } else {
            return bad_header(h);
        }
        (void)take(h, ',');
    }
    return seen == 7 ? MLP_OK : bad_header(h);
}

/* Refuses sizes that do not match the number of bytes after the header. */
static mlp_status check_sizes(header *h)
{
    const size_t there = h->array->size - h->array->first;
    size_t cells = 0, bytes = 0;
    if (h->array->rows == 0 || h->array->columns == 0)
        return FAIL(h, "is empty: %zu rows of %zu columns", h->array->rows, h->array->columns);
    if (!mlpi_multiply(h->array->rows, h->array->columns, &cells) ||
        !mlpi_multiply(cells, h->array->element, &bytes) || bytes != there)
        return FAIL(h,
                    "the header promises %zu rows of %zu values of %zu bytes, but %zu bytes "
                    "follow; the file is damaged or cut short",
                    h->array->rows, h->array->columns, h->array->element, there);
    if (h->array->columns > MLP_MAX_COLUMNS ||
        h->array->field_count > MLP_MAX_COLUMNS / h->array->columns)
        return FAIL(h, "more than %d columns, the most that a table may have", MLP_MAX_COLUMNS);
    return MLP_OK;
}

static mlp_status read_header(header *h)
{
    const unsigned char *p = (const unsigned char *)h->array->bytes;
    const size_t size = h->array->size;
    if (size < 12 || memcmp(p, "\x93NUMPY", 6) != 0)
        return FAIL(h, "is not an .npy file; numpy.save writes one");
    if (p[6] < 1 || p[6] > 3)
        return FAIL(h, "is written in version %u of the format; versions 1 to 3 can be read", p[6]);
    const size_t begin = p[6] == 1 ? 10 : 12;
    size_t length = (size_t)p[8] | (size_t)p[9] << 8;
    if (p[6] > 1)
        length |= (size_t)p[10] << 16 | (size_t)p[11] << 24;
    if (length > MOST_HEADER || length > size - begin)
        return FAIL(h, "the header is too long or cut short");
    h->at = h->array->bytes + begin;
    h->end = h->at + length;
    h->array->first = begin + length;
    MLPI_TRY(take_members(h));
    return check_sizes(h);
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

/* NaN becomes an empty text, a cell without a value. */
static size_t real_text(const field *f, uint64_t bits, char *text)
{
    const double value = real_value(f, bits);
    return isnan(value) ? 0 : mlp_number_text(value, text);
}

static size_t whole_text(const field *f, uint64_t bits, char *text)
{
    const unsigned width = 8 * (unsigned)f->size;
    const bool negative = f->kind == 'i' && (bits >> (width - 1) & 1) != 0;
    if (negative) /* its magnitude, from two's complement of this width */
        bits = width == 64 ? 0 - bits : ((uint64_t)1 << width) - bits;
    return (size_t)snprintf(text, 32, "%s%" PRIu64, negative ? "-" : "", bits);
}

static mlp_status characters(const mlpi_numpy *n, const field *f, const unsigned char *p,
                             size_t row, char *text, size_t *length, mlp_error *err)
{
    const field one = {.big = f->big, .size = 4};
    *length = 0;
    for (size_t i = 0; i < f->size; i += 4) {
        const uint64_t c = bits_of(&one, p + i);
        if (c == 0)
            break;
        if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
            return mlpi_fail_at(err, MLP_ERROR_DATA, n->source, 0, 0,
                                "row %zu holds a text with an invalid character", row + 1);
        *length += mlpi_utf8_put((uint32_t)c, text + *length);
    }
    return MLP_OK;
}

static mlp_status add_value(const mlpi_numpy *n, const field *f, const unsigned char *p, size_t row,
                            char *text, mlpi_builder *builder, mlp_error *err)
{
    size_t length = 0;
    if (f->kind == 'U')
        MLPI_TRY(characters(n, f, p, row, text, &length, err));
    else if (f->kind == 'f')
        length = real_text(f, bits_of(f, p), text);
    else if (f->kind == 'b')
        length = (size_t)snprintf(text, 8, "%s", *p != 0 ? "true" : "false");
    else
        length = whole_text(f, bits_of(f, p), text);
    return mlpi_builder_text(builder, (mlpi_span){text, length}, err);
}

mlp_status mlpi_numpy_add(const mlpi_numpy *n, size_t row, char text[MLPI_NUMPY_TEXT],
                          mlpi_builder *builder, mlp_error *err)
{
    const unsigned char *data = (const unsigned char *)n->bytes + n->first;
    for (size_t c = 0; c < n->columns; c++) {
        const size_t i = n->fortran ? c * n->rows + row : row * n->columns + c;
        for (size_t k = 0; k < n->field_count; k++)
            MLPI_TRY(add_value(n, &n->fields[k], data + i * n->element + n->fields[k].at, row, text,
                               builder, err));
    }
    return MLP_OK;
}

/* --- the array -------------------------------------------------------------------------------- */

mlp_status mlpi_numpy_open(const char *source, const char *bytes, size_t size, mlpi_numpy *array,
                           mlp_error *err)
{
    *array = (mlpi_numpy){.source = source, .bytes = bytes, .size = size};
    const mlp_status status = read_header(&(header){.array = array, .err = err});
    if (status != MLP_OK)
        mlpi_numpy_close(array);
    return status;
}

void mlpi_numpy_close(mlpi_numpy *array)
{
    free(array->fields);
    *array = (mlpi_numpy){0};
}

mlp_status mlpi_numpy_names(const mlpi_numpy *n, const char *name, char **names, mlp_error *err)
{
    const size_t columns = n->columns * n->field_count, length = name != NULL ? strlen(name) : 0;
    const bool ends_in_digit = length > 0 && name[length - 1] >= '0' && name[length - 1] <= '9';
    for (size_t c = 0; c < columns; c++) {
        const char *own = n->columns == 1 ? n->fields[c].name : "";
        char text[NAME + 300];
        if (own[0] != '\0' || (name != NULL && columns == 1))
            snprintf(text, sizeof text, "%s", own[0] != '\0' ? own : name);
        else if (name != NULL)
            snprintf(text, sizeof text, "%.255s%s%zu", name, ends_in_digit ? "_" : "", c + 1);
        else
            continue;
        names[c] = mlpi_utf8_copy(text);
        if (names[c] == NULL)
            return mlpi_fail_memory(err, "the column names");
    }
    return MLP_OK;
}
