/* SPDX-License-Identifier: MIT */
/* Splits delimited text into records of cells (RFC 4180, and what real files do besides). One pass;
 * cells are spans of the text itself, quotes are undone in place. What a cell is, the builder
 * decides. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "data/reader.h"

typedef struct splitter {
    mlp_table *table;
    mlpi_builder builder;
    char *at, *end;
    size_t line;
    char separator;   /* ' ': runs of spaces and tabs */
    mlpi_span *cells; /* of the record at hand */
    size_t cell_count, cell_capacity;
    mlpi_span first;   /* cell of the first record, */
    size_t first_line; /* which begins on this line; 0: there is none */
    mlp_error *err;
} splitter;

#define FAIL(s, line, column, ...)                                                                 \
    mlpi_fail_at((s)->err, MLP_ERROR_DATA, (s)->table->source, line, column, __VA_ARGS__)

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_separator(const splitter *s, char c)
{
    return s->separator == ' ' ? is_blank(c) : c == s->separator;
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Spaces around cells are dropped; a tab may be the separator. */
static bool is_padding(const splitter *s, char c)
{
    return is_blank(c) && !is_separator(s, c);
}

static void skip_line_end(splitter *s)
{
    if (s->at < s->end && *s->at == '\r')
        s->at++;
    if (s->at < s->end && *s->at == '\n')
        s->at++;
    s->line++;
}

static mlp_status add_cell(splitter *s, const char *text, size_t length)
{
    if (!mlpi_grow(&s->cells, &s->cell_capacity, s->cell_count + 1, sizeof *s->cells))
        return mlpi_fail_memory(s->err, "the cells of the data");
    s->cells[s->cell_count++] = (mlpi_span){text, length};
    return MLP_OK;
}

static mlp_status quoted_cell(splitter *s, size_t column)
{
    const size_t opened = s->line;
    char *const text = ++s->at, *to = text;
    for (;;) {
        if (s->at == s->end)
            return FAIL(s, opened, column,
                        "the quote opened in column %zu is never closed; a quote inside quotes is "
                        "written twice (\"\")",
                        column);
        if (*s->at == '"') {
            if (s->at + 1 == s->end || s->at[1] != '"')
                break;
            s->at++; /* "" stands for " */
        } else if (*s->at == '\n' ||
                   (*s->at == '\r' && (s->at + 1 == s->end || s->at[1] != '\n'))) {
            s->line++;
        }
        *to++ = *s->at++;
    }
    s->at++;
    while (s->at < s->end && is_padding(s, *s->at))
        s->at++;
    if (s->at < s->end && !is_separator(s, *s->at) && !is_line_end(*s->at))
        return FAIL(s, s->line, column,
                    "column %zu has text after its closing quote; a quote inside quotes is written "
                    "twice (\"\")",
                    column);
    return add_cell(s, text, (size_t)(to - text));
}

static mlp_status plain_cell(splitter *s)
{
    const char *const text = s->at;
    while (s->at < s->end && !is_separator(s, *s->at) && !is_line_end(*s->at))
        s->at++;
    const char *last = s->at;
    while (last > text && is_blank(last[-1]))
        last--;
    return add_cell(s, text, (size_t)(last - text));
}

/* Goes behind a separator. Returns false at the end of the record. */
static bool next_field(splitter *s)
{
    if (s->at == s->end || is_line_end(*s->at))
        return false;
    s->at++;
    if (s->separator != ' ')
        return true;
    while (s->at < s->end && is_blank(*s->at))
        s->at++;
    return s->at < s->end && !is_line_end(*s->at); /* trailing spaces separate nothing */
}

static mlp_status split_record(splitter *s)
{
    size_t column = 0;
    s->cell_count = 0;
    do {
        if (column++ == MLP_MAX_COLUMNS)
            return FAIL(s, s->line, 0,
                        "more than %d columns, which is the most that a table may have",
                        MLP_MAX_COLUMNS);
        while (s->at < s->end && is_padding(s, *s->at))
            s->at++;
        const bool quoted = s->at < s->end && *s->at == '"';
        MLPI_TRY(quoted ? quoted_cell(s, column) : plain_cell(s));
    } while (next_field(s));
    skip_line_end(s);
    return MLP_OK;
}

static mlp_status take_names(splitter *s)
{
    mlp_table *table = s->table;
    for (size_t c = 0; c < table->columns; c++) {
        if (s->cells[c].length == 0)
            continue; /* becomes columnN */
        table->names[c] = mlpi_copy_text(s->cells[c].text, s->cells[c].length);
        if (table->names[c] == NULL)
            return mlpi_fail_memory(s->err, "the column names");
    }
    return MLP_OK;
}

/* The first record says how many columns there are, and their names when it is a header. */
static mlp_status take_first(splitter *s, size_t line)
{
    mlp_table *table = s->table;
    table->names = mlpi_allocate(s->cell_count, sizeof *table->names);
    if (table->names == NULL)
        return mlpi_fail_memory(s->err, "the column names");
    table->columns = s->cell_count;
    table->has_header = !table->options.no_header;
    s->first = s->cells[0];
    s->first_line = line;
    s->builder = mlpi_builder_begin(table);
    return table->has_header ? take_names(s)
                             : mlpi_builder_row(&s->builder, line, s->cells, s->err);
}

static mlp_status take_record(splitter *s)
{
    const size_t line = s->line;
    MLPI_TRY(split_record(s));
    if (s->first_line == 0)
        return take_first(s, line);
    const size_t count = s->cell_count, expected = s->table->columns;
    if (count != expected)
        return FAIL(s, line, count < expected ? count : expected + 1,
                    "%zu fields, but the first record has %zu; a separator inside a field needs "
                    "quotes, and --separator sets another one",
                    count, expected);
    return mlpi_builder_row(&s->builder, line, s->cells, s->err);
}

/* Whether the line at hand holds nothing or a comment; then it is skipped. */
static bool skip_line(splitter *s)
{
    const char *p = s->at;
    const char comment = s->table->options.comment;
    if (comment == '\0' || *p != comment) {
        while (p < s->end && is_blank(*p))
            p++;
        if (p < s->end && !is_line_end(*p))
            return false;
    }
    while (s->at < s->end && !is_line_end(*s->at))
        s->at++;
    skip_line_end(s);
    return true;
}

static mlp_status split(splitter *s)
{
    while (s->at < s->end) {
        if (skip_line(s))
            continue;
        if (s->separator == ' ')
            while (is_blank(*s->at))
                s->at++;
        MLPI_TRY(take_record(s));
    }
    return MLP_OK;
}

/* --- checks ----------------------------------------------------------------------------------- */

/* Refuses what is no text. */
static mlp_status check_text(const splitter *s, size_t size)
{
    const char *zero = memchr(s->at, '\0', size);
    if (zero != NULL)
        return FAIL(s, 0, 0,
                    "is no text: byte %zu is 0; IDX images need --format idx, UTF-16 text "
                    "--encoding UTF-16LE",
                    (size_t)(zero - s->at) + 1);
    return MLP_OK;
}

static mlp_status check_shape(const splitter *s)
{
    if (s->first_line == 0)
        return FAIL(s, 0, 0, "is empty: no header and no rows");
    if (s->table->rows == 0)
        return FAIL(s, s->first_line, 0,
                    "a header but no rows; if this line is data, say --no-header");
    if (s->table->columns > 1 || s->first.length == 0)
        return MLP_OK;
    static const char others[] = ";\t|,";
    static const char *const words[] = {";", "tab", "|", ","};
    for (size_t i = 0; others[i] != '\0'; i++)
        if (others[i] != s->separator && memchr(s->first.text, others[i], s->first.length) != NULL)
            return FAIL(s, s->first_line, 1,
                        "only one column is found, but the line holds %s; try --separator '%s'",
                        words[i], words[i]);
    return MLP_OK;
}

mlp_status mlpi_read_csv(mlp_table *table, char *bytes, size_t size, mlp_error *err)
{
    table->text = bytes; /* the table frees it, whatever happens */
    splitter s = {.table = table,
                  .at = bytes,
                  .end = bytes + size,
                  .line = 1,
                  .separator = table->options.separator,
                  .err = err};
    mlp_status status = check_text(&s, size);
    if (status == MLP_OK)
        status = split(&s);
    if (status == MLP_OK)
        status = check_shape(&s);
    mlpi_builder_end(&s.builder);
    free(s.cells);
    return status == MLP_OK ? mlpi_table_finish_names(table, err) : status;
}
