/* SPDX-License-Identifier: MIT */
/* Records of delimited text: cells with and without quotes, line ends of all systems, comments. */
#include "delimited/records.h"

#include <stdlib.h>
#include <string.h>

#include "base/text_hash.h"

typedef mlpi_splitter splitter;

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

/* Whether a character is dropped around cells: a space or a tab that does not separate cells. */
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

/* Copies the text between `text` and `end`, with every "" written once. */
static mlp_status undouble(splitter *s, const char *text, const char *end, mlpi_span *cell)
{
    if (!mlpi_grow(&s->unquoted, &s->unquoted_room, (size_t)(end - text) + MLPI_KEY_BYTES, 1))
        return mlpi_fail_memory(s->err, "the cells of the data");
    char *to = s->unquoted;
    bool first = false; /* *from is the first of two quotes */
    for (const char *from = text; from < end; from++) {
        first = *from == '"' && !first;
        *to = *from;
        to += first ? 0 : 1;
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
        s->at = mlpi_find_one_of(s->at, s->end, (mlpi_three){'"', '\n', '\r'});
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
        } else if (*s->at == '\n' || s->at + 1 == s->end || s->at[1] != '\n') {
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
    s->at = mlpi_find_one_of(text, s->end, (mlpi_three){s->separator, '\n', '\r'});
    if (s->separator == ' ') {
        const char *tab = memchr(text, '\t', (size_t)(s->at - text));
        s->at = tab != NULL ? tab : s->at;
    }
    const char *last = s->at;
    while (last > text && is_blank(last[-1]))
        last--;
    return (mlpi_span){text, (size_t)(last - text)};
}

/* Takes the cell at the current position, which is after padding. The text of the cell is valid
 * until the next cell is taken. */
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

/* Skips a separator. Returns false at the end of the record. */
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

/* --- usual cells ------------------------------------------------------------------------------ */

/* MLPI_MASK_BYTES bytes of the text, with a mask of the bytes that end a cell and, once a quote has
 * been met, a mask of quotes and line ends. */
typedef struct window {
    const char *from;
    uint64_t ends, quotes;
    bool quoted; /* `quotes` is set */
} window;

/* Moves the window. false: too few bytes are left. */
static bool move_window(const splitter *s, const char *from, window *w)
{
    if (s->end - from < MLPI_MASK_BYTES + MLPI_DECIMAL_AHEAD)
        return false;
    w->from = from;
    w->ends = mlpi_byte_mask(from, (mlpi_three){s->separator, '\n', '\r'});
    w->quoted = false;
    return true;
}

static void look_for_quotes(window *w)
{
    if (w->quoted)
        return;
    w->quotes = mlpi_byte_mask(w->from, (mlpi_three){'"', '\n', '\r'});
    w->quoted = true;
}

/* A mask of the bytes of the window from `at` on; 0: there are none. */
static uint64_t bytes_from(const window *w, const char *at)
{
    const size_t before = at > w->from ? (size_t)(at - w->from) : 0;
    return before < MLPI_MASK_BYTES ? UINT64_MAX << before : 0;
}

/* The end of the cell that begins at `at`; NULL: the cell ends too near to the end of the text. */
static inline const char *find_end(const splitter *s, window *w, const char *at)
{
    for (;;) {
        const uint64_t ends = w->ends & bytes_from(w, at);
        if (ends != 0)
            return w->from + __builtin_ctzll(ends);
        if (!move_window(s, w->from + MLPI_MASK_BYTES, w))
            return NULL;
    }
}

/* The first quote or line end from `at` on; NULL: too near to the end of the text. */
static inline const char *find_quote(const splitter *s, window *w, const char *at)
{
    for (;;) {
        look_for_quotes(w);
        const uint64_t quotes = w->quotes & bytes_from(w, at);
        if (quotes != 0)
            return w->from + __builtin_ctzll(quotes);
        if (!move_window(s, w->from + MLPI_MASK_BYTES, w))
            return NULL;
    }
}

/* A cell of the usual form: in quotes, on one line and with nothing around it; or without quotes,
 * and without blanks around it. */
typedef struct usual_cell {
    mlpi_span text;
    const char *end; /* the separator or the end of the line */
    bool doubled;    /* the text holds doubled quotes */
} usual_cell;

/* Finds the end of a cell in quotes, whose text begins at `text`. false: its form is not the usual
 * one. */
static inline bool find_quoted_cell(const splitter *s, window *w, const char *text,
                                    usual_cell *cell)
{
    const char *close = find_quote(s, w, text);
    cell->doubled = false;
    for (; close != NULL && close[0] == '"' && close[1] == '"'; cell->doubled = true)
        close = find_quote(s, w, close + 2);
    if (close == NULL || *close != '"' || (close[1] != s->separator && !is_line_end(close[1])))
        return false;
    cell->text = (mlpi_span){text, (size_t)(close - text)};
    cell->end = close + 1;
    return true;
}

static inline bool find_usual_cell(const splitter *s, window *w, const char *at, usual_cell *cell)
{
    if (at < w->from && !move_window(s, at, w)) /* the window may be ahead */
        return false;
    if (*at == '"')
        return find_quoted_cell(s, w, at + 1, cell);
    cell->end = find_end(s, w, at);
    if (cell->end == NULL)
        return false;
    cell->text = (mlpi_span){at, (size_t)(cell->end - at)};
    cell->doubled = false;
    return cell->end == at || (!is_blank(*at) && !is_blank(cell->end[-1]));
}

/* Adds cells to the row as long as they are plain decimals, as most cells are; at most `most`. Sets
 * *more to false at the end of the record. Returns the number of cells added. The loop needs so few
 * variables that they stay in registers. */
static size_t add_decimals(splitter *s, window *w, size_t most, bool *more)
{
    const size_t room = s->builder.room;
    const char separator = s->separator, *at = s->at;
    int64_t *code = s->builder.codes + s->builder.at;
    uint8_t *form = s->builder.forms + s->builder.at;
    uint64_t ends = w->ends & bytes_from(w, at);
    size_t count = 0;
    while (count < most) {
        if (ends == 0) {
            if (!move_window(s, w->from + MLPI_MASK_BYTES, w) || w->ends == 0)
                break;
            ends = w->ends;
        }
        mlpi_decimal number;
        const char *const end = w->from + __builtin_ctzll(ends);
        if (!mlpi_decimal_read_ahead(at, end, &number))
            break;
        *code = number.units;
        *form = mlpi_form_of(number.places, end[-1] == '0');
        code += room;
        form += room;
        count++;
        at = end;
        if (*end != separator) {
            *more = false;
            break;
        }
        at++;
        ends &= ends - 1;
    }
    s->at = at;
    s->builder.at += count * room;
    s->builder.column += count;
    return count;
}

/* Adds cells to the row as long as they have the usual form; at most `most`. Sets *more to false at
 * the end of the record. `plain`: a cell that is written as a plain decimal is a number. */
static mlp_status add_usual_cells(splitter *s, size_t most, bool plain, size_t *count, bool *more)
{
    window w = {0};
    usual_cell cell;
    if (!move_window(s, s->at, &w))
        return MLP_OK;
    for (const size_t last = *count + most; *more && *count < last; (*count)++) {
        if (plain && *s->at != '"')
            *count += add_decimals(s, &w, last - *count, more);
        if (!*more || *count == last || !find_usual_cell(s, &w, s->at, &cell))
            break;
        if (cell.doubled)
            MLPI_TRY(undouble(s, cell.text.text, cell.end - 1, &cell.text));
        MLPI_TRY(mlpi_builder_text_ahead(&s->builder, cell.text, s->err));
        *more = *cell.end == s->separator;
        s->at = cell.end + (*more ? 1 : 0);
    }
    return MLP_OK;
}

/* --- records ---------------------------------------------------------------------------------- */

/* Adds the cell at the current position, which is after padding, to the row. */
static mlp_status add_cell(splitter *s, size_t column)
{
    mlpi_span cell;
    MLPI_TRY(take_cell(s, column, &cell));
    return mlpi_builder_text(&s->builder, cell, s->err);
}

static mlp_status other_count(const splitter *s, size_t line, size_t count)
{
    const size_t expected = s->table->columns;
    if (expected == 1)
        return FAIL(
            s, line, 2,
            "%zu fields, but the first record has 1; cut off the lines before the table, for "
            "instance with tail -n +%zu, or name the separator of fields with `separator`",
            count, line);
    return FAIL(s, line, count < expected ? count : expected + 1,
                "%zu field%s, but the first record has %zu; a separator inside a field needs "
                "quotes, and `separator` sets another separator",
                count, mlpi_plural(count), expected);
}

mlp_status mlpi_record_take(splitter *s)
{
    const size_t line = s->line, expected = s->table->columns;
    const bool plain = s->table->options.missing.count == 0 && s->table->decimal == '.';
    size_t count = 0;
    mlpi_span ignored;
    if (!mlpi_builder_row(&s->builder, line))
        return mlpi_fail_memory(s->err, "the cells of the data");
    for (bool more = true; more; more = more && next_field(s)) {
        if (s->separator != ' ' && count < expected)
            MLPI_TRY(add_usual_cells(s, expected - count, plain, &count, &more));
        if (!more)
            break;
        skip_padding(s);
        if (++count <= expected)
            MLPI_TRY(add_cell(s, count));
        else
            MLPI_TRY(take_cell(s, count, &ignored));
    }
    if (count != expected)
        return other_count(s, line, count);
    skip_line_end(s);
    return MLP_OK;
}

/* Skips the current line if it is blank or a comment. Returns whether it was skipped. */
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

bool mlpi_record_find(splitter *s)
{
    while (s->at < s->stop && skip_line(s))
        continue;
    if (s->at >= s->stop)
        return false;
    while (s->separator == ' ' && is_blank(*s->at))
        s->at++;
    return true;
}

mlp_status mlpi_record_cells(splitter *s, mlpi_span *cells, size_t most, size_t *count)
{
    *count = 0;
    do {
        mlpi_span cell;
        skip_padding(s);
        MLPI_TRY(take_cell(s, *count + 1, &cell));
        if (*count < most)
            cells[*count] = cell.text == s->unquoted ? (mlpi_span){"\"", 1} : cell;
        (*count)++;
    } while (next_field(s));
    skip_line_end(s);
    return MLP_OK;
}

/* --- the first record ------------------------------------------------------------------------- */

/* The name of another separator that the only cell of a record holds; NULL: there is none. */
static const char *other_separator(const splitter *s, mlpi_span cell)
{
    static const char others[] = ";\t|,";
    static const char *const words[] = {";", "tab", "|", ","};
    for (size_t i = 0; others[i] != '\0'; i++)
        if (others[i] != s->separator && memchr(cell.text, others[i], cell.length) != NULL)
            return words[i];
    return NULL;
}

mlp_status mlpi_record_measure(splitter *s, size_t *columns, size_t *length, const char **hint)
{
    const char *const begin = s->at;
    const size_t line = s->line;
    mlpi_span cell;
    *columns = 0;
    do {
        if ((*columns)++ == MLP_MAX_COLUMNS)
            return FAIL(s, s->line, 0, "more than %d columns; a table may have no more",
                        MLP_MAX_COLUMNS);
        skip_padding(s);
        MLPI_TRY(take_cell(s, *columns, &cell));
    } while (next_field(s));
    if (*columns == 1)
        *hint = other_separator(s, cell);
    *length = (size_t)(s->at - begin);
    s->at = begin;
    s->line = line;
    return MLP_OK;
}

mlp_status mlpi_record_names(splitter *s, mlp_table *table)
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
