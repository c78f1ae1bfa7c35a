/* SPDX-License-Identifier: MIT */
/* Writes JSON to a text that only grows. The first failure is kept, nothing is added after it, and
 * mlp_json_finish reports it: no function in between returns a status that could be overlooked. */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "mlp/output.h"
#include "json/json.h"

struct mlp_json_writer {
    char *text;
    size_t length, capacity, indent, depth;
    bool empty; /* the innermost array or object is still empty */
    char closes[MLP_JSON_DEPTH];
    mlp_status status;
    char refused[64]; /* MLP_ERROR_DATA: the beginning of a text that is not UTF-8 */
};

mlp_json_writer *mlp_json_writer_create(size_t indent)
{
    mlp_json_writer *writer = mlpi_allocate(1, sizeof *writer);
    if (writer != NULL) {
        writer->indent = indent;
        writer->empty = true;
    }
    return writer;
}

void mlp_json_writer_free(mlp_json_writer *writer)
{
    if (writer == NULL)
        return;
    free(writer->text);
    mlpi_free(writer);
}

static mlp_status outcome(const mlp_json_writer *writer, mlp_error *err)
{
    if (writer == NULL || writer->status == MLP_ERROR_MEMORY)
        return mlpi_fail_memory(err, "a JSON text");
    if (writer->status == MLP_ERROR_DATA)
        return mlpi_fail(err, MLP_ERROR_DATA, "a text is not UTF-8: \"%s\"", writer->refused);
    if (writer->status != MLP_OK || writer->depth > 0 || writer->length == 0)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "a JSON text is not complete, or nested deeper than %d levels",
                         MLP_JSON_DEPTH);
    return MLP_OK;
}

mlp_status mlp_json_finish(mlp_json_writer *writer, char **text, size_t *length, mlp_error *err)
{
    const mlp_status status = outcome(writer, err);
    if (status == MLP_OK && length != NULL)
        *length = writer->length;
    if (status == MLP_OK && text != NULL) {
        *text = writer->text;
        writer->text = NULL;
    }
    mlp_json_writer_free(writer);
    return status;
}

/* --- adding ----------------------------------------------------------------------------------- */

/* Keeps the first failure, which is the cause of all later ones. */
static void fail(mlp_json_writer *w, mlp_status status)
{
    if (w->status == MLP_OK)
        w->status = status;
}

static void add(mlp_json_writer *w, const char *bytes, size_t count)
{
    if (!mlpi_grow(&w->text, &w->capacity, w->length + count + 1, 1))
        fail(w, MLP_ERROR_MEMORY);
    if (w->status != MLP_OK)
        return;
    memcpy(w->text + w->length, bytes, count);
    w->length += count;
    w->text[w->length] = '\0';
}

static void add_word(mlp_json_writer *w, const char *word)
{
    add(w, word, strlen(word));
}

static void add_line(mlp_json_writer *w)
{
    if (w->indent > 0)
        add(w, "\n", 1);
    for (size_t i = 0; i < w->depth * w->indent; i++)
        add(w, " ", 1);
}

/* Adds a control character, a quote or a backslash as an escape. */
static void add_escaped(mlp_json_writer *w, char c)
{
    static const char meant[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
    const char *letter = strchr(meant, c);
    char escape[8];
    if (letter != NULL)
        snprintf(escape, sizeof escape, "\\%c", letters[letter - meant]);
    else
        snprintf(escape, sizeof escape, "\\u%04X", (unsigned)(unsigned char)c);
    add_word(w, escape);
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static void refuse(mlp_json_writer *w, const char *text)
{
    if (w->status != MLP_OK)
        return;
    fail(w, MLP_ERROR_DATA);
    snprintf(w->refused, sizeof w->refused, "%s", text);
}

/* The number of bytes at the beginning of a text that need neither escapes nor a check that they
 * are UTF-8. */
static size_t plain_length(const char *text)
{
    size_t length = 0;
    while (is_plain((unsigned char)text[length]))
        length++;
    return length;
}

/* Adds a text in quotes. Bytes that are not UTF-8 become `otherwise`; if that is NULL, the text is
 * refused. */
static void add_text(mlp_json_writer *w, const char *text, const char *otherwise)
{
    add(w, "\"", 1);
    for (const char *at = text; *at != '\0';) {
        uint32_t character = 0;
        size_t length = plain_length(at);
        const bool plain = length > 0, ascii = (unsigned char)*at < 0x80;
        if (!plain)
            length = mlpi_utf8_next(at, &character);
        if (!plain && ascii)
            add_escaped(w, *at);
        else if (plain || length > 1)
            add(w, at, length);
        else if (otherwise != NULL)
            add_word(w, otherwise);
        else
            refuse(w, text);
        at += length;
    }
    add(w, "\"", 1);
}

/* Adds what comes before a value: a comma, a line end and the value's name. false: there is no
 * writer. */
static bool begin(mlp_json_writer *w, const char *name)
{
    if (w == NULL)
        return false;
    assert((name != NULL) == (w->depth > 0 && w->closes[w->depth - 1] == '}'));
    assert(w->depth > 0 || w->length == 0 || w->status != MLP_OK);
    if (!w->empty)
        add(w, ",", 1);
    if (w->depth > 0)
        add_line(w);
    w->empty = false;
    if (name != NULL) {
        add_text(w, name, NULL);
        add_word(w, w->indent > 0 ? ": " : ":");
    }
    return true;
}

static void open(mlp_json_writer *w, const char *name, const char *bracket, char close)
{
    if (!begin(w, name))
        return;
    if (w->depth == MLP_JSON_DEPTH) {
        fail(w, MLP_ERROR_ARGUMENT);
        return;
    }
    add(w, bracket, 1);
    w->closes[w->depth++] = close;
    w->empty = true;
}

void mlp_json_begin_object(mlp_json_writer *writer, const char *name)
{
    open(writer, name, "{", '}');
}

void mlp_json_begin_array(mlp_json_writer *writer, const char *name)
{
    open(writer, name, "[", ']');
}

void mlp_json_end(mlp_json_writer *writer)
{
    if (writer == NULL)
        return;
    if (writer->depth == 0) {
        fail(writer, MLP_ERROR_ARGUMENT);
        return;
    }
    const char close = writer->closes[--writer->depth];
    if (!writer->empty)
        add_line(writer);
    writer->empty = false;
    add(writer, &close, 1);
}

/* --- values ----------------------------------------------------------------------------------- */

void mlp_json_put_null(mlp_json_writer *writer, const char *name)
{
    if (begin(writer, name))
        add_word(writer, "null");
}

void mlp_json_put_boolean(mlp_json_writer *writer, const char *name, bool value)
{
    if (begin(writer, name))
        add_word(writer, value ? "true" : "false");
}

void mlp_json_put_text(mlp_json_writer *writer, const char *name, const char *text)
{
    if (text == NULL)
        mlp_json_put_null(writer, name);
    else if (begin(writer, name))
        add_text(writer, text, NULL);
}

void mlp_json_put_any(mlp_json_writer *writer, const char *name, const char *text)
{
    if (text == NULL)
        mlp_json_put_null(writer, name);
    else if (begin(writer, name))
        add_text(writer, text, "\xef\xbf\xbd");
}

/* A number without a fraction ends in ".0", which shows that it is not a count. */
void mlp_json_put_number(mlp_json_writer *writer, const char *name, double number)
{
    char text[40];
    if (!isfinite(number)) {
        mlp_json_put_null(writer, name);
        return;
    }
    mlp_number_text(number, text);
    if (strpbrk(text, ".e") == NULL)
        strcat(text, ".0");
    if (begin(writer, name))
        add_word(writer, text);
}

void mlp_json_put_whole(mlp_json_writer *writer, const char *name, uint64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, number);
    if (begin(writer, name))
        add_word(writer, text);
}

void mlp_json_put_numbers(mlp_json_writer *writer, const char *name, const double *numbers,
                          size_t count)
{
    mlp_json_begin_array(writer, name);
    for (size_t i = 0; i < count; i++)
        mlp_json_put_number(writer, NULL, numbers[i]);
    mlp_json_end(writer);
}

static void put_all(mlp_json_writer *writer, mlp_json_value parent)
{
    mlp_json_value child = mlp_json_first(parent);
    for (; mlp_json_kind_of(child) != MLP_JSON_NOTHING; child = mlp_json_next(child))
        mlp_json_put_value(writer, mlp_json_name(child), child);
    mlp_json_end(writer);
}

static void put_digits(mlp_json_writer *writer, const char *name, mlp_json_value value)
{
    size_t length = 0;
    const char *digits = mlpi_json_digits(value, &length);
    if (begin(writer, name))
        add(writer, digits, length);
}

/* Recurses as deeply as the document is nested; its depth is limited. */
void mlp_json_put_value(mlp_json_writer *writer, const char *name, mlp_json_value value)
{
    switch (mlp_json_kind_of(value)) {
    case MLP_JSON_NOTHING:
    case MLP_JSON_NULL:
        mlp_json_put_null(writer, name);
        break;
    case MLP_JSON_BOOLEAN:
        mlp_json_put_boolean(writer, name, mlp_json_true(value));
        break;
    case MLP_JSON_NUMBER:
        put_digits(writer, name, value);
        break;
    case MLP_JSON_TEXT:
        mlp_json_put_text(writer, name, mlp_json_text(value));
        break;
    case MLP_JSON_ARRAY:
        mlp_json_begin_array(writer, name);
        put_all(writer, value);
        break;
    case MLP_JSON_OBJECT:
        mlp_json_begin_object(writer, name);
        put_all(writer, value);
        break;
    }
}
