/* SPDX-License-Identifier: MIT */
/* ARFF, the attribute-relation file format of Weka (University of Waikato): a header that declares
 * the columns one by one, then rows of values separated by commas, or sparse rows {place value,
 * ...}. In a sparse row, a number that is left out is 0, and a label that is left out is the first
 * declared label. Every value is checked against the declaration of its column. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/base.h"
#include "data/distinct.h"
#include "mlp/output.h"
#include "read/reader.h"

/* A short sparse row can stand for many cells. Real files have fewer than CELLS_PER_BYTE cells per
 * byte; ALWAYS_ALLOWED cells are accepted in any case. */
enum { CELLS_PER_BYTE = 64, ALWAYS_ALLOWED = 1 << 16 };

typedef struct attribute {
    size_t first_level, level_count; /* its labels in arff.levels, sorted bytewise */
    mlpi_span usual;                 /* the value of a cell that a sparse row leaves out */
    mlpi_span pattern;               /* the pattern of dates that become ISO 8601; else empty */
} attribute;

typedef struct arff {
    mlp_table *table;
    char *at, *end; /* escapes in quoted values are replaced in place */
    size_t size, line, rows;
    attribute *attributes;
    mlpi_span *levels; /* the labels of all attributes */
    size_t level_count, level_room;
    mlpi_span *cells;  /* the cells of the current row */
    char (*dates)[32]; /* the rewritten dates of the current row; room for one in each column */
    mlpi_builder builder;
    mlp_error *err;
} arff;

#define FAIL(a, column, ...)                                                                       \
    mlpi_fail_at((a)->err, MLP_ERROR_DATA, (a)->table->source, (a)->line, column, __VA_ARGS__)

/* The arguments of "%.*s" for a text in a message, of which at most 60 bytes are shown. */
#define SHORT(span) (int)mlpi_utf8_fit((span).text, (span).length, 60), (span).text

/* --- words ------------------------------------------------------------------------------------ */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void skip_blanks(arff *a)
{
    while (a->at < a->end && is_blank(*a->at))
        a->at++;
}

/* Whether the rest of the line is empty or a comment. */
static bool at_line_end(arff *a)
{
    skip_blanks(a);
    return a->at == a->end || *a->at == '\n' || *a->at == '%';
}

static void skip_line(arff *a)
{
    char *end = memchr(a->at, '\n', (size_t)(a->end - a->at));
    a->at = end != NULL ? end + 1 : a->end;
    a->line++;
}

/* Goes to the next line that holds more than a comment; false: there is none. */
static bool find_line(arff *a)
{
    for (; a->at < a->end; skip_line(a))
        if (!at_line_end(a))
            return true;
    return false;
}

static bool take(arff *a, char c)
{
    skip_blanks(a);
    if (a->at == a->end || *a->at != c)
        return false;
    a->at++;
    return true;
}

/* The character that a backslash and `c` stand for. */
static char escaped(char c)
{
    return (char)(c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c);
}

/* Takes a value in quotes, and replaces its escapes in place. */
static mlp_status take_quoted(arff *a, mlpi_span *value)
{
    const char quote = *a->at++;
    char *const begin = a->at, *to = begin;
    while (a->at < a->end && *a->at != quote && *a->at != '\n') {
        if (*a->at == '\\' && a->at + 1 < a->end && a->at[1] != '\n')
            *to++ = escaped(*++a->at);
        else
            *to++ = *a->at;
        a->at++;
    }
    if (a->at == a->end || *a->at != quote)
        return FAIL(a, 0, "a quote %c is not closed on its line", quote);
    a->at++;
    *value = (mlpi_span){begin, (size_t)(to - begin)};
    return MLP_OK;
}

/* At the start of a value or after a blank, % begins a comment; elsewhere it belongs to the
 * value. */
static bool begins_comment(const arff *a, const char *value)
{
    return *a->at == '%' && (a->at == value || is_blank(a->at[-1]));
}

/* Takes a value, in quotes or up to one of `ends`, without the blanks around it. */
static mlp_status take_value(arff *a, const char *ends, mlpi_span *value)
{
    skip_blanks(a);
    if (a->at < a->end && (*a->at == '\'' || *a->at == '"'))
        return take_quoted(a, value);
    const char *const begin = a->at;
    while (a->at < a->end && *a->at != '\n' && !begins_comment(a, begin) &&
           (*a->at == '\0' || strchr(ends, *a->at) == NULL))
        a->at++;
    size_t length = (size_t)(a->at - begin);
    while (length > 0 && is_blank(begin[length - 1]))
        length--;
    *value = (mlpi_span){begin, length};
    return MLP_OK;
}

/* Takes a keyword of the format, in upper or lower case. */
static bool take_word(arff *a, const char *word)
{
    const size_t length = strlen(word);
    skip_blanks(a);
    if ((size_t)(a->end - a->at) < length || strncasecmp(a->at, word, length) != 0)
        return false;
    const char *behind = a->at + length;
    if (behind < a->end && !is_blank(*behind) && *behind != '\n')
        return false;
    a->at += length;
    return true;
}

/* --- dates ------------------------------------------------------------------------------------ */

enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, PLACES };
static const char letters[] =
    "yMdHms"; /* from Java's SimpleDateFormat, whose patterns declare dates */

/* Takes the next part of a pattern: a place of a date, whose letters it counts, or a character that
 * stands for itself. false: the pattern ends. */
static bool next_part(mlpi_span *pattern, size_t *place, size_t *count, char *itself)
{
    while (pattern->length > 0 && *pattern->text == '\'')
        *pattern = (mlpi_span){pattern->text + 1, pattern->length - 1};
    if (pattern->length == 0)
        return false;
    const char *letter = memchr(letters, *pattern->text, PLACES);
    *itself = *pattern->text;
    *place = letter != NULL ? (size_t)(letter - letters) : PLACES;
    for (*count = 0;
         pattern->length > 0 && *pattern->text == *itself && (letter != NULL || *count == 0);
         ++*count)
        *pattern = (mlpi_span){pattern->text + 1, pattern->length - 1};
    return true;
}

/* Whether dates of a pattern are a year of four digits, a month, a day and perhaps a time, all in
 * digits. Other dates stay as they are, and their format is recognised later from the cells. */
static bool can_be_rewritten(mlpi_span pattern)
{
    unsigned seen = 0;
    size_t place = 0, count = 0;
    char itself = 0;
    while (next_part(&pattern, &place, &count, &itself)) {
        const bool other = place == PLACES && itself != 'T' &&
                           ((itself >= 'a' && itself <= 'z') || (itself >= 'A' && itself <= 'Z'));
        if (other || (place == YEAR ? count != 4 : place < PLACES && count > 2))
            return false;
        seen |= 1U << place;
    }
    return (seen & 7) == 7;
}

/* Writes a date in ISO 8601. false: the date does not match the pattern. */
static bool rewrite(mlpi_span pattern, mlpi_span date, char iso[32])
{
    unsigned numbers[PLACES] = {0};
    size_t place = 0, count = 0, at = 0;
    char itself = 0;
    while (next_part(&pattern, &place, &count, &itself)) {
        if (place == PLACES && (at == date.length || date.text[at++] != itself))
            return false;
        if (place == PLACES)
            continue;
        const size_t first = at, most = place == YEAR ? 4 : 2;
        numbers[place] = 0;
        for (; at < date.length && at - first < most; at++) {
            const unsigned digit = (unsigned)(unsigned char)date.text[at] - '0';
            if (digit > 9)
                break;
            numbers[place] = numbers[place] * 10 + digit;
        }
        if (at == first)
            return false;
    }
    snprintf(iso, 32, "%04u-%02u-%02uT%02u:%02u:%02u", numbers[YEAR], numbers[MONTH], numbers[DAY],
             numbers[HOUR], numbers[MINUTE], numbers[SECOND]);
    return at == date.length;
}

/* --- the header ------------------------------------------------------------------------------- */

static int by_bytes(const void *a, const void *b)
{
    const mlpi_span *x = a, *y = b;
    return mlpi_span_compare(*x, *y);
}

static mlp_status add_level(arff *a, mlpi_span level)
{
    if (!mlpi_grow(&a->levels, &a->level_room, a->level_count + 1, sizeof *a->levels))
        return mlpi_fail_memory(a->err, "the labels");
    a->levels[a->level_count++] = level;
    return MLP_OK;
}

/* Takes the labels of {red, 'light green', blue}, of which the first brace has been taken. */
static mlp_status take_levels(arff *a, attribute *to)
{
    to->first_level = a->level_count;
    do {
        mlpi_span level;
        MLPI_TRY(take_value(a, ",}", &level));
        skip_blanks(a);
        if (a->at == a->end || (*a->at != ',' && *a->at != '}'))
            return FAIL(a, 0,
                        "the labels of an attribute must be separated by commas and closed by } on "
                        "its line");
        if (level.length > 0)
            MLPI_TRY(add_level(a, level));
    } while (take(a, ','));
    (void)take(a, '}');
    to->level_count = a->level_count - to->first_level;
    if (to->level_count == 0)
        return FAIL(a, 0, "an attribute has no labels between { and }");
    to->usual = a->levels[to->first_level];
    qsort(a->levels + to->first_level, to->level_count, sizeof *a->levels, by_bytes);
    return MLP_OK;
}

static mlp_status take_pattern(arff *a, attribute *to)
{
    mlpi_span pattern = {"yyyy-MM-dd'T'HH:mm:ss", 21};
    if (!at_line_end(a))
        MLPI_TRY(take_value(a, " \t", &pattern));
    if (can_be_rewritten(pattern))
        to->pattern = pattern;
    return MLP_OK;
}

static mlp_status take_type(arff *a, attribute *to, mlpi_field *field)
{
    if (take(a, '{')) {
        field->kind = MLPI_FIELD_LABELS;
        return take_levels(a, to);
    }
    to->usual = (mlpi_span){"", 0};
    if (take_word(a, "date"))
        return take_pattern(a, to);
    if (take_word(a, "string")) {
        field->kind = MLPI_FIELD_TEXTS;
        return MLP_OK;
    }
    to->usual = (mlpi_span){"0", 1};
    field->kind = MLPI_FIELD_NUMBERS;
    if (take_word(a, "numeric") || take_word(a, "real") || take_word(a, "integer"))
        return MLP_OK;
    return FAIL(a, 0,
                "an attribute must be numeric, real, integer, string, date or {a list of labels}; "
                "tables within a table (relational) cannot be read");
}

/* Reads the part of an @attribute line after the keyword. */
static mlp_status take_attribute(arff *a)
{
    mlp_table *table = a->table;
    const size_t c = table->columns;
    mlpi_span name;
    MLPI_TRY(take_value(a, " \t{", &name));
    if (name.length == 0)
        return FAIL(a, 0, "an attribute has no name; write @attribute NAME TYPE");
    table->names[c] = mlpi_copy_text(name.text, name.length);
    if (table->names[c] == NULL)
        return mlpi_fail_memory(a->err, "the column names");
    table->columns++;
    MLPI_TRY(take_type(a, &a->attributes[c], &table->fields[c]));
    if (!at_line_end(a))
        return FAIL(a, 0, "unexpected text after the type of \"%s\"", table->names[c]);
    return MLP_OK;
}

/* Makes room for as many columns as there are lines that begin with @attribute; there cannot be
 * more columns. */
static mlp_status make_room(arff *a)
{
    arff ahead = *a;
    size_t count = 0;
    for (; find_line(&ahead) && !take_word(&ahead, "@data"); skip_line(&ahead))
        count += take_word(&ahead, "@attribute") ? 1 : 0;
    if (count == 0)
        return FAIL(a, 0, "no @attribute line before @data declares a column");
    if (count > MLP_MAX_COLUMNS)
        return FAIL(a, 0, "more than %d columns, the most that a table may have", MLP_MAX_COLUMNS);
    a->table->names = mlpi_allocate(count, sizeof *a->table->names);
    a->table->fields = calloc(count, sizeof *a->table->fields);
    a->attributes = mlpi_allocate(count, sizeof *a->attributes);
    a->cells = mlpi_allocate(count, sizeof *a->cells);
    return a->table->names != NULL && a->table->fields != NULL && a->attributes != NULL &&
                   a->cells != NULL
               ? MLP_OK
               : mlpi_fail_memory(a->err, "the column names");
}

static mlp_status take_header(arff *a)
{
    for (; find_line(a); skip_line(a)) {
        if (take_word(a, "@relation"))
            continue;
        if (take_word(a, "@data")) {
            skip_line(a);
            return mlpi_table_finish_names(a->table, a->err);
        }
        if (!take_word(a, "@attribute"))
            return FAIL(a, 0,
                        "before @data, every line must begin with @relation, @attribute or %%");
        MLPI_TRY(take_attribute(a));
    }
    return FAIL(a, 0, "no @data line follows the attributes");
}

/* --- rows ------------------------------------------------------------------------------------- */

static mlp_status check_number(const arff *a, mlpi_span cell, size_t c)
{
    double number = 0.0;
    uint8_t dress = 0;
    if (mlp_number_parse(cell.text, cell.length, &number) ||
        mlpi_table_classify(a->table, cell, '.', &number, &dress) != MLPI_CELL_TEXT)
        return MLP_OK;
    return FAIL(a, c + 1,
                "\"%.*s\" is not a number, but \"%s\" is declared numeric; list it with `missing` "
                "if it means no value",
                SHORT(cell), a->table->names[c]);
}

static mlp_status check_label(const arff *a, mlpi_span cell, size_t c)
{
    const attribute *at = &a->attributes[c];
    if (bsearch(&cell, a->levels + at->first_level, at->level_count, sizeof cell, by_bytes) != NULL)
        return MLP_OK;
    return FAIL(a, c + 1,
                "\"%.*s\" is not one of the %zu labels that \"%s\" is declared to have; correct "
                "it, or declare it too",
                SHORT(cell), at->level_count, a->table->names[c]);
}

static mlp_status rewrite_date(const arff *a, mlpi_span *cell, size_t c)
{
    const mlpi_span pattern = a->attributes[c].pattern;
    if (!rewrite(pattern, *cell, a->dates[c]))
        return FAIL(a, c + 1, "\"%.*s\" is not a date in the format declared for \"%s\", %.*s",
                    SHORT(*cell), a->table->names[c], SHORT(pattern));
    *cell = (mlpi_span){a->dates[c], strlen(a->dates[c])};
    return MLP_OK;
}

/* A cell that is ? or empty has no value; any other cell must agree with the declaration of its
 * column. */
static mlp_status check_cell(const arff *a, mlpi_span *cell, size_t c)
{
    if (cell->length == 1 && *cell->text == '?')
        *cell = (mlpi_span){"", 0};
    if (cell->length == 0)
        return MLP_OK;
    switch (a->table->fields[c].kind) {
    case MLPI_FIELD_NUMBERS:
        return check_number(a, *cell, c);
    case MLPI_FIELD_LABELS:
        return check_label(a, *cell, c);
    default:
        return a->attributes[c].pattern.length > 0 ? rewrite_date(a, cell, c) : MLP_OK;
    }
}

/* Goes past the comma or tab after a value; false: the row ends. */
static bool next_value(arff *a)
{
    bool tab = false;
    for (; a->at < a->end && is_blank(*a->at); a->at++)
        tab = tab || *a->at == '\t';
    return take(a, ',') || (tab && !at_line_end(a));
}

static mlp_status take_dense(arff *a)
{
    const size_t columns = a->table->columns;
    size_t c = 0;
    do {
        mlpi_span cell;
        MLPI_TRY(take_value(a, ",\t", &cell));
        if (cell.length > 0 && *cell.text == '{' && c == columns)
            return FAIL(a, 0, "weights of rows (%.*s) cannot be read here; write them as a column",
                        SHORT(cell));
        if (c < columns)
            a->cells[c] = cell;
        c++;
    } while (next_value(a));
    if (!at_line_end(a))
        return FAIL(a, c, "unexpected text after a value in quotes; a comma is missing");
    if (c != columns)
        return FAIL(a, 0,
                    "%zu value%s, but %zu attribute%s declared; a value with a comma inside "
                    "needs quotes",
                    c, mlpi_plural(c), columns, columns == 1 ? " is" : "s are");
    return MLP_OK;
}

/* Takes "place value"; places count from 0, and each must be above the previous one. */
static mlp_status take_pair(arff *a, size_t *next)
{
    size_t place = 0, digits = 0;
    skip_blanks(a);
    for (; a->at < a->end && *a->at >= '0' && *a->at <= '9' && digits < 9; a->at++, digits++)
        place = place * 10 + (size_t)(*a->at - '0');
    if (digits == 0 || a->at == a->end || !is_blank(*a->at) || place < *next)
        return FAIL(a, 0,
                    "a sparse row is {place value, place value, ...}, where places are whole "
                    "numbers, 0 or more, each above the one before");
    if (place >= a->table->columns)
        return FAIL(a, 0, "there is no place %zu: the %zu attributes are counted from 0", place,
                    a->table->columns);
    *next = place + 1;
    return take_value(a, ",}", &a->cells[place]);
}

static mlp_status take_sparse(arff *a)
{
    const size_t columns = a->table->columns;
    size_t next = 0, cells = 0;
    if (!mlpi_multiply(a->rows + 1, columns, &cells) ||
        (cells > ALWAYS_ALLOWED && cells / CELLS_PER_BYTE > a->size))
        return FAIL(a, 0,
                    "nearly all cells of these sparse rows would be 0, and a table stores every "
                    "cell; leave out rare columns");
    for (size_t c = 0; c < columns; c++)
        a->cells[c] = a->attributes[c].usual;
    if (take(a, '}'))
        return MLP_OK;
    do {
        MLPI_TRY(take_pair(a, &next));
    } while (take(a, ','));
    return take(a, '}') ? MLP_OK : FAIL(a, 0, "a sparse row is not closed by } on its line");
}

static mlp_status add_row(arff *a)
{
    const bool sparse = take(a, '{');
    MLPI_TRY(sparse ? take_sparse(a) : take_dense(a));
    if (!mlpi_builder_row(&a->builder, a->line))
        return mlpi_fail_memory(a->err, "the cells of the data");
    for (size_t c = 0; c < a->table->columns; c++) {
        MLPI_TRY(check_cell(a, &a->cells[c], c));
        MLPI_TRY(mlpi_builder_text(&a->builder, a->cells[c], a->err));
    }
    a->rows++;
    return mlpi_builder_spill(&a->builder, a->table, false, a->err);
}

/* --- the reader ------------------------------------------------------------------------------- */

static mlp_status open_arff(void *state, mlpi_source *source, mlp_table *table, mlp_error *err)
{
    arff *a = state;
    *a = (arff){.table = table,
                .at = source->bytes,
                .end = source->bytes + source->size,
                .size = source->size,
                .line = 1,
                .err = err};
    MLPI_TRY(make_room(a));
    MLPI_TRY(take_header(a));
    if (!find_line(a))
        return FAIL(a, 0, "no row follows @data");
    table->has_header = true;
    a->dates = mlpi_allocate(table->columns, sizeof *a->dates);
    return a->dates != NULL && mlpi_builder_begin(table, &a->builder)
               ? MLP_OK
               : mlpi_fail_memory(err, "the cells of the data");
}

static mlp_status next_arff(void *state, size_t most, mlp_error *err)
{
    arff *a = state;
    a->err = err;
    for (size_t i = 0; i < most && find_line(a); i++, skip_line(a))
        MLPI_TRY(add_row(a));
    return mlpi_builder_spill(&a->builder, a->table, true, err);
}

static void close_arff(void *state)
{
    arff *a = state;
    mlpi_builder_end(&a->builder);
    mlpi_free(a->attributes);
    mlpi_free(a->cells);
    mlpi_free(a->dates);
    free(a->levels);
}

/* Whether the first line after any comments begins with @relation or @attribute. */
static bool probe_arff(const unsigned char *head, size_t size)
{
    char bytes[512];
    if (size > sizeof bytes)
        size = sizeof bytes;
    memcpy(bytes, head, size);
    arff a = {.at = bytes, .end = bytes + size};
    return find_line(&a) && (take_word(&a, "@relation") || take_word(&a, "@attribute")) &&
           a.at < a.end;
}

const mlpi_reader mlpi_read_arff = {
    .format = "arff",
    .endings = ".arff",
    .says = "ARFF",
    .is_text = true,
    .state = sizeof(arff),
    .probe = probe_arff,
    .open = open_arff,
    .next = next_arff,
    .close = close_arff,
};
