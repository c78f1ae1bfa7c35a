/* SPDX-License-Identifier: MIT */
/* Splits delimited text into records of cells (RFC 4180, and what real files do besides). The text is
 * cut into pieces that threads split at the same time. Where a record begins in the middle of a text
 * depends on the quotes before it, so each piece guesses that one does behind its first line end; a
 * guess that the piece before does not bear out is split again from the right place. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/threads.h"
#include "data/reader.h"

enum { PIECE = 1 << 18, RECORDS = 64 }; /* bytes; and no less than so many times the first record */

typedef struct splitter {
    const mlp_table *table;
    const char *at, *end; /* of the text */
    const char *stop;     /* what begins here or behind it is for others */
    size_t line;
    char separator; /* ' ': runs of spaces and tabs */
    mlpi_builder builder;
    char *unquoted; /* room for a cell that has quotes inside */
    size_t unquoted_room;
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

/* --- cells ------------------------------------------------------------------------------------ */

/* The text between `text` and `end` with every "" written once. */
static mlp_status undouble(splitter *s, const char *text, const char *end, mlpi_span *cell)
{
    if (!mlpi_grow(&s->unquoted, &s->unquoted_room, (size_t)(end - text), 1))
        return mlpi_fail_memory(s->err, "the cells of the data");
    char *to = s->unquoted;
    for (const char *from = text; from < end; from++) {
        from += *from == '"' ? 1 : 0;
        *to++ = *from;
    }
    *cell = (mlpi_span){s->unquoted, (size_t)(to - s->unquoted)};
    return MLP_OK;
}

static mlp_status quoted_cell(splitter *s, size_t column, mlpi_span *cell)
{
    const size_t opened = s->line;
    const char *const text = ++s->at;
    bool doubled = false;
    for (;; s->at++) {
        if (s->at == s->end)
            return FAIL(s, opened, column,
                        "the quote opened in column %zu is never closed; a quote inside quotes is "
                        "written twice (\"\")",
                        column);
        if (*s->at == '"') {
            if (s->at + 1 == s->end || s->at[1] != '"')
                break;
            s->at++; /* "" stands for " */
            doubled = true;
        } else if (*s->at == '\n' ||
                   (*s->at == '\r' && (s->at + 1 == s->end || s->at[1] != '\n'))) {
            s->line++;
        }
    }
    const char *const end = s->at++;
    while (s->at < s->end && is_padding(s, *s->at))
        s->at++;
    if (s->at < s->end && !is_separator(s, *s->at) && !is_line_end(*s->at))
        return FAIL(s, s->line, column,
                    "column %zu has text after its closing quote; a quote inside quotes is written "
                    "twice (\"\")",
                    column);
    *cell = (mlpi_span){text, (size_t)(end - text)};
    return doubled ? undouble(s, text, end, cell) : MLP_OK;
}

static mlpi_span plain_cell(splitter *s)
{
    const char *const text = s->at;
    while (s->at < s->end && !is_separator(s, *s->at) && !is_line_end(*s->at))
        s->at++;
    const char *last = s->at;
    while (last > text && is_blank(last[-1]))
        last--;
    return (mlpi_span){text, (size_t)(last - text)};
}

/* The cell that begins here, behind padding. Its text lasts until the next one is taken. */
static mlp_status take_cell(splitter *s, size_t column, mlpi_span *cell)
{
    if (s->at < s->end && *s->at == '"')
        return quoted_cell(s, column, cell);
    *cell = plain_cell(s);
    return MLP_OK;
}

static void skip_padding(splitter *s)
{
    while (s->at < s->end && is_padding(s, *s->at))
        s->at++;
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

/* --- records ---------------------------------------------------------------------------------- */

/* Adds the cell that begins here to the row. Most are plain decimals, which need not be looked at
 * twice. */
static mlp_status add_cell(splitter *s, size_t column)
{
    mlpi_decimal number;
    mlpi_span cell;
    if (s->table->options.missing.count == 0) {
        const char *behind = mlpi_decimal_read(s->at, &number);
        if (behind != NULL &&
            (behind == s->end || is_separator(s, *behind) || is_line_end(*behind))) {
            s->at = behind;
            mlpi_builder_decimal(&s->builder, number);
            return MLP_OK;
        }
    }
    MLPI_TRY(take_cell(s, column, &cell));
    return mlpi_builder_text(&s->builder, cell, s->err);
}

static mlp_status other_count(const splitter *s, size_t line, size_t count)
{
    const size_t expected = s->table->columns;
    return FAIL(s, line, count < expected ? count : expected + 1,
                "%zu fields, but the first record has %zu; a separator inside a field needs "
                "quotes, and --separator sets another one",
                count, expected);
}

static mlp_status take_record(splitter *s)
{
    const size_t line = s->line, expected = s->table->columns;
    size_t count = 0;
    mlpi_span ignored;
    if (!mlpi_builder_row(&s->builder, line))
        return mlpi_fail_memory(s->err, "the cells of the data");
    do {
        skip_padding(s);
        if (++count <= expected)
            MLPI_TRY(add_cell(s, count));
        else
            MLPI_TRY(take_cell(s, count, &ignored));
    } while (next_field(s));
    if (count != expected)
        return other_count(s, line, count);
    skip_line_end(s);
    return MLP_OK;
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

/* Goes to the next record before s->stop. false: there is none. */
static bool find_record(splitter *s)
{
    while (s->at < s->stop && skip_line(s))
        continue;
    if (s->at >= s->stop)
        return false;
    while (s->separator == ' ' && is_blank(*s->at))
        s->at++;
    return true;
}

/* --- the first record ------------------------------------------------------------------------- */

/* Its columns and its bytes; s stays where it is. */
static mlp_status measure_record(splitter *s, size_t *columns, size_t *length)
{
    const char *const begin = s->at;
    const size_t line = s->line;
    mlpi_span cell;
    *columns = 0;
    do {
        if ((*columns)++ == MLP_MAX_COLUMNS)
            return FAIL(s, s->line, 0,
                        "more than %d columns, which is the most that a table may have",
                        MLP_MAX_COLUMNS);
        skip_padding(s);
        MLPI_TRY(take_cell(s, *columns, &cell));
    } while (next_field(s));
    *length = (size_t)(s->at - begin);
    s->at = begin;
    s->line = line;
    return MLP_OK;
}

static mlp_status take_names(splitter *s, mlp_table *table)
{
    for (size_t c = 0; c < table->columns; c++) {
        mlpi_span cell;
        skip_padding(s);
        MLPI_TRY(take_cell(s, c + 1, &cell));
        next_field(s);
        if (cell.length == 0)
            continue; /* becomes columnN */
        table->names[c] = mlpi_copy_text(cell.text, cell.length);
        if (table->names[c] == NULL)
            return mlpi_fail_memory(s->err, "the column names");
    }
    skip_line_end(s);
    return MLP_OK;
}

/* It says how many columns there are, and their names when it is a header. */
static mlp_status take_first(splitter *s, mlp_table *table, size_t *length)
{
    size_t columns = 0;
    MLPI_TRY(measure_record(s, &columns, length));
    table->names = mlpi_allocate(columns, sizeof *table->names);
    if (table->names == NULL)
        return mlpi_fail_memory(s->err, "the column names");
    table->columns = columns;
    table->has_header = !table->options.no_header;
    return table->has_header ? take_names(s, table) : MLP_OK;
}

/* --- pieces ----------------------------------------------------------------------------------- */

/* What became of a piece: the records that begin in it. */
typedef struct piece {
    const char *first, *stop; /* from here to here; NULL: no line ends in it */
    const char *behind;       /* the last record */
    size_t lines;
    mlp_status status;
    mlpi_block block;
} piece;

typedef struct job {
    mlp_table *table;
    const char *end; /* of the text */
    piece *pieces;
    splitter *workers; /* one for each thread */
} job;

/* Splits the records from p->first on that begin before p->stop. Lines are counted from `line`. */
static mlp_status split_piece(splitter *s, size_t line, piece *p)
{
    s->at = p->first;
    s->stop = p->stop;
    s->line = line;
    while (find_record(s))
        MLPI_TRY(take_record(s));
    p->behind = s->at;
    p->lines = s->line - line;
    if (s->builder.rows > 0 && !mlpi_builder_seal(&s->builder, &p->block))
        return mlpi_fail_memory(s->err, "the cells of the data");
    return MLP_OK;
}

static void split_task(void *context, size_t i, int thread)
{
    job *j = context;
    splitter *s = &j->workers[thread];
    if (j->pieces[i].first == NULL)
        return;
    mlpi_builder_clear(&s->builder);
    j->pieces[i].status = split_piece(s, 1, &j->pieces[i]);
}

/* Where a line begins at or behind `from` and before `to`; NULL: nowhere. */
static const char *line_begin(const char *from, const char *to)
{
    const char *end = memchr(from - 1, '\n', (size_t)(to - from));
    if (end == NULL)
        end = memchr(from - 1, '\r', (size_t)(to - from));
    return end != NULL ? end + 1 : NULL;
}

/* Takes over the pieces in their order; what was guessed wrong, or not split yet, is split now. */
static mlp_status join(job *j, size_t count, splitter *s)
{
    for (size_t i = 0; i < count; i++) {
        piece *p = &j->pieces[i];
        if (s->at >= p->stop)
            continue;
        const bool borne_out = p->behind != NULL && p->first == s->at && p->status == MLP_OK;
        const size_t lines_before = borne_out ? s->line - 1 : 0;
        if (borne_out) {
            s->at = p->behind;
            s->line += p->lines;
        } else {
            mlpi_block_release(&p->block);
            p->first = s->at;
            mlpi_builder_clear(&s->builder);
            MLPI_TRY(split_piece(s, s->line, p));
        }
        mlpi_block block = p->block;
        p->block = (mlpi_block){0};
        if (block.rows > 0)
            MLPI_TRY(mlpi_table_append(j->table, &block, lines_before, s->err));
    }
    return MLP_OK;
}

static mlp_status cut(job *j, const char *body, size_t length, size_t *count, mlp_error *err)
{
    const size_t size = (size_t)(j->end - body);
    const size_t each = RECORDS * length > PIECE ? RECORDS * length : PIECE;
    *count = (size + each - 1) / each;
    j->pieces = mlpi_allocate(*count, sizeof *j->pieces);
    if (j->pieces == NULL)
        return mlpi_fail_memory(err, "the pieces of the data");
    for (size_t i = 0; i < *count; i++) {
        piece *p = &j->pieces[i];
        p->stop = size - i * each > each ? body + (i + 1) * each : j->end;
        p->first = i > 0 ? line_begin(body + i * each, p->stop) : body;
    }
    return MLP_OK;
}

static mlp_status begin(splitter *s, mlp_table *table, const char *end)
{
    *s = (splitter){.table = table, .end = end, .separator = table->options.separator};
    return mlpi_builder_begin(table, &s->builder) ? MLP_OK : MLP_ERROR_MEMORY;
}

static void finish(splitter *s)
{
    mlpi_builder_end(&s->builder);
    free(s->unquoted);
}

static mlp_status split_by(job *j, int threads, size_t count, splitter *s)
{
    mlp_status status = MLP_OK;
    j->workers = mlpi_allocate((size_t)threads, sizeof *j->workers);
    if (j->workers == NULL)
        return mlpi_fail_memory(s->err, "the pieces of the data");
    for (int t = 0; t < threads && status == MLP_OK; t++)
        status = begin(&j->workers[t], j->table, j->end);
    if (status == MLP_OK)
        mlpi_parallel(threads, count, split_task, j);
    for (int t = 0; t < threads; t++)
        finish(&j->workers[t]);
    mlpi_free(j->workers);
    return status == MLP_OK ? join(j, count, s)
                            : mlpi_fail_memory(s->err, "the pieces of the data");
}

/* All records from here on, which are about as long as the first. */
static mlp_status split_body(splitter *s, mlp_table *table, size_t length)
{
    job j = {.table = table, .end = s->end};
    size_t count = 0;
    MLPI_TRY(cut(&j, s->at, length, &count, s->err));
    const mlp_status status =
        count > 1 ? split_by(&j, mlpi_threads(0), count, s) : join(&j, count, s);
    for (size_t i = 0; i < count; i++)
        mlpi_block_release(&j.pieces[i].block);
    mlpi_free(j.pieces);
    return status;
}

/* --- checks ----------------------------------------------------------------------------------- */

/* Refuses what is no text. */
static mlp_status check_text(const splitter *s)
{
    const char *zero = memchr(s->at, '\0', (size_t)(s->end - s->at));
    if (zero != NULL)
        return FAIL(s, 0, 0,
                    "is no text: byte %zu is 0; IDX images need --format idx, UTF-16 text "
                    "--encoding UTF-16LE",
                    (size_t)(zero - s->at) + 1);
    return MLP_OK;
}

/* Looks at the first record again, which begins at s->at, in s->line. */
static mlp_status check_shape(splitter *s)
{
    mlpi_span first;
    if (s->table->rows == 0)
        return FAIL(s, s->line, 0, "a header but no rows; if this line is data, say --no-header");
    if (s->table->columns > 1)
        return MLP_OK;
    static const char others[] = ";\t|,";
    static const char *const words[] = {";", "tab", "|", ","};
    const size_t line = s->line;
    MLPI_TRY(take_cell(s, 1, &first));
    for (size_t i = 0; others[i] != '\0'; i++)
        if (others[i] != s->separator && memchr(first.text, others[i], first.length) != NULL)
            return FAIL(s, line, 1,
                        "only one column is found, but the line holds %s; try --separator '%s'",
                        words[i], words[i]);
    return MLP_OK;
}

/* --- the whole -------------------------------------------------------------------------------- */

static mlp_status read_table(splitter *s, mlp_table *table)
{
    size_t length = 0;
    MLPI_TRY(check_text(s));
    if (!find_record(s))
        return FAIL(s, 0, 0, "is empty: no header and no rows");
    const char *const first = s->at;
    const size_t line = s->line;
    MLPI_TRY(take_first(s, table, &length));
    if (!mlpi_builder_begin(table, &s->builder))
        return mlpi_fail_memory(s->err, "the cells of the data");
    MLPI_TRY(split_body(s, table, length));
    s->at = first;
    s->line = line;
    return check_shape(s);
}

mlp_status mlpi_read_csv(mlp_table *table, char **bytes, size_t size, mlp_error *err)
{
    splitter s = {.table = table,
                  .at = *bytes,
                  .end = *bytes + size,
                  .stop = *bytes + size,
                  .line = 1,
                  .separator = table->options.separator,
                  .err = err};
    const mlp_status status = read_table(&s, table);
    finish(&s);
    return status == MLP_OK ? mlpi_table_finish_names(table, err) : status;
}
