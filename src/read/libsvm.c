/* SPDX-License-Identifier: MIT */
/* The sparse format of LIBSVM and SVM-light: each line holds the target, then index:value for each
 * feature that is not 0, perhaps qid:number, and perhaps a comment after '#'. The table is dense: a
 * feature that a line does not name is 0. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "mlp/output.h"
#include "read/reader.h"

/* A few bytes can name a high index and so make a huge table. Real files have fewer than
 * CELLS_PER_BYTE cells per byte; ALWAYS_ALLOWED cells are accepted in any case, and their columns,
 * of about 90 bytes each, need 3 MB at most. */
enum { CELLS_PER_BYTE = 64, ALWAYS_ALLOWED = 1 << 15 };

typedef struct libsvm {
    const mlpi_source *source;
    mlp_table *table;
    const char *at, *end;
    size_t line;
    size_t rows;
    size_t lowest, highest; /* range of the indices in all rows */
    bool queries;
    mlpi_span *cells; /* the cells of the current row: the features, then the target */
    mlpi_builder builder;
    mlp_error *err;
} libsvm;

#define FAIL(s, ...)                                                                               \
    mlpi_fail_at((s)->err, MLP_ERROR_DATA, (s)->table->source, (s)->line, 0, __VA_ARGS__)

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Takes the next word of the line; false: the line ends, or the rest is a comment. */
static bool take_word(libsvm *s, mlpi_span *word)
{
    while (s->at < s->end && is_blank(*s->at))
        s->at++;
    const char *const begin = s->at;
    while (s->at < s->end && !is_blank(*s->at) && *s->at != '\n' && *s->at != '#')
        s->at++;
    *word = (mlpi_span){begin, (size_t)(s->at - begin)};
    return s->at > begin;
}

static void skip_line(libsvm *s)
{
    const char *end = memchr(s->at, '\n', (size_t)(s->end - s->at));
    s->at = end != NULL ? end + 1 : s->end;
    s->line++;
}

static bool is_number(mlpi_span word)
{
    double number = 0.0;
    return mlp_number_parse(word.text, word.length, &number);
}

static int shown(mlpi_span word)
{
    return (int)(word.length < 60 ? word.length : 60);
}

/* Splits index:value. Each index must be above the previous one; only the first index may be 0. */
static mlp_status take_pair(libsvm *s, mlpi_span word, bool first, size_t *index, mlpi_span *value)
{
    const char *colon = memchr(word.text, ':', word.length);
    const size_t length = colon != NULL ? (size_t)(colon - word.text) : 0;
    const size_t before = *index;
    size_t made = 0;
    bool digits = length > 0 && length < 10;
    for (size_t i = 0; digits && i < length; i++) {
        digits = word.text[i] >= '0' && word.text[i] <= '9';
        made = made * 10 + (size_t)(word.text[i] - '0');
    }
    if (!digits)
        return FAIL(s, "\"%.*s\" is not index:value", shown(word), word.text);
    *value = (mlpi_span){colon + 1, word.length - length - 1};
    if (!is_number(*value))
        return FAIL(s, "the value of \"%.*s\" is not a number", shown(word), word.text);
    if (!first && made <= before)
        return FAIL(s, "index %zu follows index %zu; indices must increase", made, before);
    if (made >= MLP_MAX_COLUMNS)
        return FAIL(s, "index %zu is too large; at most %d columns can be read", made,
                    MLP_MAX_COLUMNS);
    *index = made;
    return MLP_OK;
}

/* Reads the part of a row after its target. If `cells` is NULL, only finds the range of the
 * indices. */
static mlp_status take_row(libsvm *s, mlpi_span target, mlpi_span *cells)
{
    mlpi_span word, value;
    size_t index = 0;
    bool first = true;
    if (!is_number(target))
        return FAIL(s, "the target \"%.*s\" is not a number%s", shown(target), target.text,
                    memchr(target.text, ',', target.length) != NULL
                        ? "; rows with several labels cannot be read"
                        : "");
    while (take_word(s, &word)) {
        if (word.length > 4 && memcmp(word.text, "qid:", 4) == 0) {
            s->queries = true;
            continue;
        }
        MLPI_TRY(take_pair(s, word, first, &index, &value));
        first = false;
        s->lowest = index < s->lowest ? index : s->lowest;
        s->highest = index > s->highest ? index : s->highest;
        if (cells != NULL)
            cells[index - s->lowest] = value;
    }
    return MLP_OK;
}

/* Goes to the next row and takes its target; false: there are no more rows. */
static bool find_row(libsvm *s, mlpi_span *target)
{
    for (; s->at < s->end; skip_line(s))
        if (take_word(s, target))
            return true;
    return false;
}

static mlp_status look_at_rows(libsvm *s)
{
    mlpi_span target;
    size_t cells = 0;
    s->lowest = 1; /* becomes 0 if an index is 0 */
    for (; find_row(s, &target); skip_line(s), s->rows++)
        MLPI_TRY(take_row(s, target, NULL));
    s->at = s->source->bytes;
    s->line = 1;
    if (s->rows == 0 || s->highest < s->lowest)
        return mlpi_fail_at(s->err, MLP_ERROR_DATA, s->table->source, 0, 0,
                            "holds no row with a feature");
    const size_t columns = s->highest - s->lowest + 2;
    if (columns > MLP_MAX_COLUMNS || !mlpi_multiply(s->rows, columns, &cells) ||
        (cells > ALWAYS_ALLOWED && cells / CELLS_PER_BYTE > s->source->size))
        return mlpi_fail_at(s->err, MLP_ERROR_DATA, s->table->source, 0, 0,
                            "%zu rows of %zu columns in %zu bytes: nearly all cells would be 0, "
                            "and a table stores every cell; leave out rare columns",
                            s->rows, columns, s->source->size);
    return MLP_OK;
}

static mlp_status name_columns(libsvm *s)
{
    mlp_table *table = s->table;
    const size_t columns = s->highest - s->lowest + 2;
    table->names = mlpi_allocate(columns, sizeof *table->names);
    if (table->names == NULL)
        return mlpi_fail_memory(s->err, "the column names");
    table->columns = columns;
    table->has_header = true;
    for (size_t c = 0; c < columns; c++) {
        char name[32] = "target";
        if (c + 1 < columns)
            snprintf(name, sizeof name, "feature%zu", c + s->lowest);
        table->names[c] = mlpi_copy_text(name, strlen(name));
        if (table->names[c] == NULL)
            return mlpi_fail_memory(s->err, "the column names");
    }
    MLPI_TRY(mlpi_table_declare(table, s->err));
    table->fields[columns - 1].target = true;
    return MLP_OK;
}

static mlp_status add_row(libsvm *s, mlpi_span target)
{
    const size_t columns = s->table->columns;
    for (size_t c = 0; c + 1 < columns; c++)
        s->cells[c] = (mlpi_span){"0", 1};
    s->cells[columns - 1] = target;
    if (!mlpi_builder_row(&s->builder, s->line))
        return mlpi_fail_memory(s->err, "the cells of the data");
    MLPI_TRY(take_row(s, target, s->cells));
    for (size_t c = 0; c < columns; c++)
        MLPI_TRY(mlpi_builder_text(&s->builder, s->cells[c], s->err));
    return mlpi_builder_spill(&s->builder, s->table, false, s->err);
}

static mlp_status open_libsvm(void *state, mlpi_source *source, mlp_table *table, mlp_error *err)
{
    libsvm *s = state;
    *s = (libsvm){.source = source,
                  .table = table,
                  .at = source->bytes,
                  .end = source->bytes + source->size,
                  .line = 1,
                  .err = err};
    MLPI_TRY(look_at_rows(s));
    MLPI_TRY(name_columns(s));
    if (s->queries)
        MLPI_TRY(
            mlpi_table_say(table, "Queries (qid) are not read: each row counts by itself.", err));
    s->cells = mlpi_allocate(table->columns, sizeof *s->cells);
    return s->cells != NULL && mlpi_builder_begin(table, &s->builder)
               ? MLP_OK
               : mlpi_fail_memory(err, "the cells of the data");
}

static mlp_status next_libsvm(void *state, size_t most, mlp_error *err)
{
    libsvm *s = state;
    mlpi_span target;
    s->err = err;
    for (size_t i = 0; i < most && find_row(s, &target); i++, skip_line(s))
        MLPI_TRY(add_row(s, target));
    return mlpi_builder_spill(&s->builder, s->table, true, err);
}

static void close_libsvm(void *state)
{
    libsvm *s = state;
    mlpi_builder_end(&s->builder);
    mlpi_free(s->cells);
}

/* Whether the first row is a number and then pairs index:value, with nothing else. */
static bool probe_libsvm(const unsigned char *head, size_t size)
{
    mlp_table none = {0};
    libsvm s = {
        .table = &none, .at = (const char *)head, .end = (const char *)head + size, .lowest = 1};
    mlpi_span target, word, value;
    size_t index = 0, pairs = 0;
    if (!find_row(&s, &target) || !is_number(target))
        return false;
    for (; take_word(&s, &word) && s.at < s.end; pairs++)
        if (take_pair(&s, word, pairs == 0, &index, &value) != MLP_OK)
            return false;
    return pairs > 0;
}

const mlpi_reader mlpi_read_libsvm = {
    .format = "libsvm",
    .endings = ".libsvm .svmlight .svm",
    .says = "LIBSVM",
    .is_text = true,
    .state = sizeof(libsvm),
    .probe = probe_libsvm,
    .open = open_libsvm,
    .next = next_libsvm,
    .close = close_libsvm,
};
