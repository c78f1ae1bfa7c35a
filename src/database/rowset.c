/* SPDX-License-Identifier: MIT */
/* Integers and real numbers are fetched as such, everything else as text: decimals without loss,
 * and dates in ISO 8601, as ODBC writes them. */
#include "database/rowset.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/base.h"

enum {
    MOST_NAME = 512,
    LEAST_TEXT = 256,  /* UTF-16 units of a text cell, at least */
    LOOSE_TEXT = 4096, /* the same for texts that may be longer than declared */
    MOST_TEXT = 16384, /* UTF-16 units of a text cell, at most */
    MOST_ROWS = 4096,  /* rows fetched at a time */
    MEMORY = 8 << 20   /* bytes for the cells of these rows, unless one row needs more */
};

/* A cell on its way to the builder. */
typedef struct cell {
    const mlpi_rowset *rowset;
    size_t column, row;
    const unsigned char *value;
    SQLLEN length;
    mlpi_builder *builder;
} cell;

typedef struct mlpi_rowset_kind {
    SQLSMALLINT as; /* the type in C in which the driver writes a cell */
    size_t bytes;   /* of a cell; 0: depends on the length of the text */
    mlp_status (*add)(const cell *c, mlp_error *err);
} mlpi_rowset_kind;

static mlp_status refuse(const cell *c, const char *what, mlp_error *err)
{
    const mlp_table *table = c->builder->table;
    return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0, "column \"%s\", row %zu: %s",
                        table->names[c->column], c->row + 1, what);
}

/* --- kinds of cells --------------------------------------------------------------------------- */

static mlp_status add_number_text(const cell *c, const char *text, size_t length, mlp_error *err)
{
    return mlpi_builder_text(c->builder, (mlpi_span){text, length}, err);
}

static mlp_status add_whole(const cell *c, mlp_error *err)
{
    const int64_t most = 999999999999999999;
    char text[MLPI_DECIMAL_ROOM];
    int64_t value = 0;
    memcpy(&value, c->value, sizeof value);
    if (value >= -most && value <= most && c->builder->table->options.missing.count == 0) {
        mlpi_builder_decimal(c->builder, (mlpi_decimal){value, 0});
        return MLP_OK;
    }
    return add_number_text(c, text, (size_t)snprintf(text, sizeof text, "%lld", (long long)value),
                           err);
}

static mlp_status add_real(const cell *c, mlp_error *err)
{
    char text[32];
    double value = 0.0;
    memcpy(&value, c->value, sizeof value);
    if (isinf(value))
        return refuse(c, "the number is infinite; NULL means no value", err);
    return add_number_text(c, text, isnan(value) ? 0 : mlp_number_text(value, text), err);
}

/* Converts the text of a cell to UTF-8, in rowset->text. */
static mlp_status take_text(const cell *c, mlpi_span *text, mlp_error *err)
{
    const size_t room = c->rowset->items[c->column].bytes / sizeof(SQLWCHAR) - 1;
    const size_t count = c->length >= 0 ? (size_t)c->length / sizeof(SQLWCHAR) : SIZE_MAX;
    bool sound = true;
    char words[160];
    if (count > room) {
        snprintf(words, sizeof words,
                 "the text has more than %zu characters; select a part of the text in the query, "
                 "for instance substr(COLUMN, 1, %zu)",
                 room, room);
        return refuse(c, words, err);
    }
    char *to = c->rowset->text;
    *text = (mlpi_span){to, mlpi_utf16_text((const void *)c->value, count, to, &sound)};
    if (!sound)
        return refuse(c, "the text is not UTF-16: half of a surrogate pair is missing", err);
    if (memchr(to, '\0', text->length) != NULL)
        return refuse(c, "the text contains a zero byte", err);
    return MLP_OK;
}

static mlp_status add_text(const cell *c, mlp_error *err)
{
    mlpi_span text;
    MLPI_TRY(take_text(c, &text, err));
    return mlpi_builder_text(c->builder, text, err);
}

/* Adds a text without the spaces that pad CHAR(n). */
static mlp_status add_padded(const cell *c, mlp_error *err)
{
    mlpi_span text;
    MLPI_TRY(take_text(c, &text, err));
    while (text.length > 0 && text.text[text.length - 1] == ' ')
        text.length--;
    return mlpi_builder_text(c->builder, text, err);
}

static mlp_status add_truth(const cell *c, mlp_error *err)
{
    mlpi_span text;
    MLPI_TRY(take_text(c, &text, err));
    if (text.length == 1 && (text.text[0] == '0' || text.text[0] == '1'))
        text = text.text[0] == '1' ? (mlpi_span){"true", 4} : (mlpi_span){"false", 5};
    return mlpi_builder_text(c->builder, text, err);
}

static const mlpi_rowset_kind whole = {SQL_C_SBIGINT, sizeof(int64_t), add_whole},
                              real = {SQL_C_DOUBLE, sizeof(double), add_real},
                              texts = {SQL_C_WCHAR, 0, add_text},
                              padded = {SQL_C_WCHAR, 0, add_padded},
                              truth = {SQL_C_WCHAR, 0, add_truth};

/* --- types of the database -------------------------------------------------------------------- */

static const struct {
    SQLSMALLINT type;
    const mlpi_rowset_kind *kind; /* NULL: bytes, which are refused */
} types[] = {
    {SQL_TINYINT, &whole},     {SQL_SMALLINT, &whole}, {SQL_INTEGER, &whole}, {SQL_BIGINT, &whole},
    {SQL_REAL, &real},         {SQL_FLOAT, &real},     {SQL_DOUBLE, &real},   {SQL_BIT, &truth},
    {SQL_CHAR, &padded},       {SQL_WCHAR, &padded},   {SQL_BINARY, NULL},    {SQL_VARBINARY, NULL},
    {SQL_LONGVARBINARY, NULL},
};

static const mlpi_rowset_kind *kind_of(SQLSMALLINT type)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (types[i].type == type)
            return types[i].kind;
    return &texts;
}

/* The driver's description of a column. */
typedef struct description {
    SQLWCHAR name[MOST_NAME], type_name[32];
    SQLSMALLINT name_length, type;
    SQLULEN size;
    SQLLEN is_unsigned;
} description;

static bool describe(const mlpi_connection *c, size_t column, description *d)
{
    const SQLUSMALLINT number = (SQLUSMALLINT)(column + 1);
    SQLSMALLINT places = 0, nullable = 0, length = 0;
    *d = (description){0};
    (void)c->odbc.SQLColAttributeW(c->statement, number, SQL_DESC_TYPE_NAME, d->type_name,
                                   sizeof d->type_name, &length, NULL);
    (void)c->odbc.SQLColAttributeW(c->statement, number, SQL_DESC_UNSIGNED, NULL, 0, NULL,
                                   &d->is_unsigned);
    return SQL_SUCCEEDED(c->odbc.SQLDescribeColW(c->statement, number, d->name, MOST_NAME,
                                                 &d->name_length, &d->type, &d->size, &places,
                                                 &nullable));
}

/* Whether a column holds truth values. The driver of PostgreSQL declares them as texts by default,
 * so that only the name of the type shows it. */
static bool is_truth(const description *d)
{
    char name[3 * 32 + 1];
    size_t units = 0;
    while (units < 31 && d->type_name[units] != 0)
        units++;
    name[mlpi_utf16_text(d->type_name, units, name, NULL)] = '\0';
    return strcasecmp(name, "bool") == 0 || strcasecmp(name, "boolean") == 0;
}

/* Whether every cell has the type of its column. In SQLite a column of numbers may hold texts,
 * which the driver would turn into 0 or nothing. */
static bool types_hold(const mlpi_connection *c)
{
    SQLWCHAR units[32] = {0};
    SQLSMALLINT length = 0;
    char name[3 * 32];
    if (!SQL_SUCCEEDED(c->odbc.SQLGetInfoW(c->handle, SQL_DBMS_NAME, units, sizeof units, &length)))
        return true;
    (void)mlpi_utf16_text(units, sizeof units / sizeof units[0], name, NULL);
    return strncasecmp(name, "SQLite", 6) != 0;
}

static size_t text_bytes(const description *d, size_t least)
{
    const size_t units = d->size == 0 || d->size >= MOST_TEXT ? MOST_TEXT
                         : d->size < least                    ? least
                                                              : (size_t)d->size + 1;
    return units * sizeof(SQLWCHAR);
}

static mlp_status take_kind(mlpi_rowset_column *to, const description *d, bool hold,
                            const mlp_table *table, size_t column, mlp_error *err)
{
    to->kind = is_truth(d) ? &truth : kind_of(d->type);
    if (to->kind == NULL)
        return mlpi_fail_at(
            err, MLP_ERROR_DATA, table->source, 0, 0,
            "column \"%s\" holds bytes, which cannot be an input; leave it out of the query",
            table->names[column] != NULL ? table->names[column] : "");
    const bool number = to->kind == &whole || to->kind == &real;
    const size_t least = hold || number ? LEAST_TEXT : LOOSE_TEXT;
    if (number && (!hold || (d->type == SQL_BIGINT && d->is_unsigned == SQL_TRUE)))
        to->kind = &texts;
    to->bytes = to->kind->bytes > 0 ? to->kind->bytes : text_bytes(d, least);
    return MLP_OK;
}

static mlp_status take_name(const description *d, size_t column, mlp_table *table, mlp_error *err)
{
    char name[3 * MOST_NAME];
    if (d->name_length < 0 || d->name_length >= MOST_NAME)
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0,
                            "column %zu has a name of more than %d characters; give it a shorter "
                            "one in the query: AS name",
                            column + 1, MOST_NAME - 1);
    const size_t length = mlpi_utf16_text(d->name, (size_t)d->name_length, name, NULL);
    if (length == 0)
        return MLP_OK;
    table->names[column] = mlpi_copy_text(name, length);
    table->has_header = true;
    return table->names[column] != NULL ? MLP_OK : mlpi_fail_memory(err, "the column names");
}

static mlp_status take_columns(mlpi_rowset *set, const mlpi_connection *c, mlp_table *table,
                               mlp_error *err)
{
    SQLSMALLINT count = 0;
    description d;
    if (!SQL_SUCCEEDED(c->odbc.SQLNumResultCols(c->statement, &count)))
        return mlpi_connection_failed(c, "the query's columns cannot be described", err);
    if (count <= 0)
        return mlpi_fail_at(err, MLP_ERROR_DATA, table->source, 0, 0,
                            "the query returns no table; write a SELECT");
    table->names = mlpi_allocate((size_t)count, sizeof *table->names);
    set->items = calloc((size_t)count, sizeof *set->items);
    if (table->names == NULL || set->items == NULL)
        return mlpi_fail_memory(err, "the columns of a query");
    table->columns = (size_t)count;
    const bool hold = types_hold(c);
    for (size_t i = 0; i < table->columns; i++) {
        if (!describe(c, i, &d))
            return mlpi_connection_failed(c, "a column of the query cannot be described", err);
        MLPI_TRY(take_name(&d, i, table, err));
        MLPI_TRY(take_kind(&set->items[i], &d, hold, table, i, err));
    }
    return mlpi_table_finish_names(table, err);
}

/* --- memory ----------------------------------------------------------------------------------- */

/* The values and the lengths of all columns lie in one block of memory, each array at a multiple of
 * 16 bytes. */
static size_t round_up(size_t bytes)
{
    return (bytes + 15) / 16 * 16;
}

static mlp_status make_room(mlpi_rowset *set, size_t columns, mlp_error *err)
{
    size_t row = 1, longest = 0, bytes = 0;
    for (size_t c = 0; c < columns; c++) {
        row += set->items[c].bytes + sizeof(SQLLEN);
        longest = set->items[c].bytes > longest ? set->items[c].bytes : longest;
    }
    set->rows = MEMORY / row > MOST_ROWS ? MOST_ROWS : MEMORY / row > 0 ? MEMORY / row : 1;
    for (size_t c = 0; c < columns; c++)
        bytes += round_up(set->rows * set->items[c].bytes) + round_up(set->rows * sizeof(SQLLEN));
    set->memory = mlpi_allocate(bytes, 1);
    const size_t units = longest / sizeof(SQLWCHAR);
    set->text = malloc(3 * units + 1);
    if (set->memory == NULL || set->text == NULL)
        return mlpi_fail_memory(err, "the rows of a query");
    unsigned char *at = set->memory;
    for (size_t c = 0; c < columns; c++) {
        set->items[c].values = at;
        at += round_up(set->rows * set->items[c].bytes);
        set->items[c].lengths = (void *)at;
        at += round_up(set->rows * sizeof(SQLLEN));
    }
    return MLP_OK;
}

static mlp_status bind(const mlpi_rowset *set, const mlpi_connection *c, size_t columns,
                       mlp_error *err)
{
    for (size_t i = 0; i < columns; i++) {
        const mlpi_rowset_column *column = &set->items[i];
        if (!SQL_SUCCEEDED(c->odbc.SQLBindCol(c->statement, (SQLUSMALLINT)(i + 1), column->kind->as,
                                              column->values, (SQLLEN)column->bytes,
                                              column->lengths)))
            return mlpi_connection_failed(c, "a column of the query cannot be read", err);
    }
    return MLP_OK;
}

/* --- the rowset ------------------------------------------------------------------------------- */

mlp_status mlpi_rowset_begin(mlpi_rowset *set, const mlpi_connection *c, mlp_table *table,
                             mlp_error *err)
{
    MLPI_TRY(take_columns(set, c, table, err));
    MLPI_TRY(make_room(set, table->columns, err));
    return bind(set, c, table->columns, err);
}

void mlpi_rowset_end(mlpi_rowset *set)
{
    free(set->items);
    mlpi_free(set->memory);
    free(set->text);
}

mlp_status mlpi_rowset_add(const mlpi_rowset *set, size_t at, size_t row, mlpi_builder *builder,
                           mlp_error *err)
{
    for (size_t c = 0; c < builder->table->columns; c++) {
        const mlpi_rowset_column *column = &set->items[c];
        const cell one = {set,    c, row, column->values + at * column->bytes, column->lengths[at],
                          builder};
        MLPI_TRY(one.length == SQL_NULL_DATA ? mlpi_builder_text(builder, (mlpi_span){"", 0}, err)
                                             : column->kind->add(&one, err));
    }
    return MLP_OK;
}
