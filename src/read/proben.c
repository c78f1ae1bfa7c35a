/* SPDX-License-Identifier: MIT */
/* PROBEN1, the format of L. Prechelt's benchmark collection (Technical Report 21/94, Karlsruhe
 * 1994): seven header lines of the form name=number, then one example per line, inputs before
 * outputs, in the order training, validation, test (docs/formats/proben1.md). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "mlp/output.h"
#include "read/reader.h"

enum { BOOL_IN, REAL_IN, BOOL_OUT, REAL_OUT, TRAINING, VALIDATION, TEST, KEYS };

static const char *const keys[KEYS] = {"bool_in",      "real_in",           "bool_out",
                                       "real_out",     "training_examples", "validation_examples",
                                       "test_examples"};

enum { LONGEST_NUMBER = 9 }; /* most digits of a header's number, so that sums cannot overflow */

typedef struct parser {
    mlp_table *table;
    const char *at, *end;
    size_t line;
    size_t number[KEYS];
    size_t inputs, outputs, rows;
    bool classes;     /* one output of each example is 1, all others 0 */
    mlpi_span *cells; /* the cells of the current example */
    size_t row;       /* number of the next row */
    mlpi_builder builder;
    mlp_error *err;
} parser;

#define FAIL(p, line, column, ...)                                                                 \
    mlpi_fail_at((p)->err, MLP_ERROR_DATA, (p)->table->source, line, column, __VA_ARGS__)

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void skip_blanks(parser *p)
{
    while (p->at < p->end && is_blank(*p->at))
        p->at++;
}

static bool at_line_end(const parser *p)
{
    return p->at == p->end || *p->at == '\n';
}

static void next_line(parser *p)
{
    if (p->at < p->end)
        p->at++;
    p->line++;
}

/* --- the header ------------------------------------------------------------------------------- */

static mlp_status read_key(parser *p, size_t key)
{
    const size_t length = strlen(keys[key]);
    skip_blanks(p);
    if ((size_t)(p->end - p->at) <= length || memcmp(p->at, keys[key], length) != 0 ||
        p->at[length] != '=')
        return FAIL(p, p->line, 0,
                    "the header line \"%s=...\" is missing; a PROBEN1 file begins with %s=, %s=, "
                    "%s=, %s=, %s=, %s= and %s=",
                    keys[key], keys[0], keys[1], keys[2], keys[3], keys[4], keys[5], keys[6]);
    p->at += length + 1;
    skip_blanks(p);
    size_t digits = 0, number = 0;
    for (; p->at < p->end && *p->at >= '0' && *p->at <= '9' && digits <= LONGEST_NUMBER; digits++)
        number = number * 10 + (size_t)(*p->at++ - '0');
    skip_blanks(p);
    if (digits == 0 || digits > LONGEST_NUMBER || !at_line_end(p))
        return FAIL(p, p->line, 0, "%s= must be followed by a whole number of at most %d digits",
                    keys[key], LONGEST_NUMBER);
    p->number[key] = number;
    next_line(p);
    return MLP_OK;
}

/* Refuses sizes that the bytes after the header cannot hold: a value needs at least two bytes, a
 * digit and the space or line end after it, which only the last value may lack. */
static mlp_status check_sizes(const parser *p)
{
    const size_t there = (size_t)(p->end - p->at), columns = p->inputs + p->outputs;
    const size_t rows = p->number[TRAINING] + p->number[VALIDATION] + p->number[TEST];
    size_t values = 0;
    if (p->inputs == 0 || p->outputs == 0 || rows == 0)
        return FAIL(p, 0, 0,
                    "the header promises %zu inputs, %zu outputs and %zu examples; none may be 0",
                    p->inputs, p->outputs, rows);
    if (columns > MLP_MAX_COLUMNS || rows > UINT32_MAX - 1)
        return FAIL(p, 0, 0,
                    "%zu examples of %zu values; at most %d values per example can be read", rows,
                    columns, MLP_MAX_COLUMNS);
    if (!mlpi_multiply(rows, columns, &values) || values > there / 2 + 1)
        return FAIL(p, 0, 0,
                    "the header promises %zu examples of %zu values, but %zu bytes follow; the "
                    "file is damaged or cut short",
                    rows, columns, there);
    return MLP_OK;
}

static mlp_status read_header(parser *p)
{
    for (size_t key = 0; key < KEYS; key++)
        MLPI_TRY(read_key(p, key));
    p->inputs = p->number[BOOL_IN] + p->number[REAL_IN];
    p->outputs = p->number[BOOL_OUT] + p->number[REAL_OUT];
    p->rows = p->number[TRAINING] + p->number[VALIDATION] + p->number[TEST];
    return check_sizes(p);
}

/* --- the examples ----------------------------------------------------------------------------- */

static mlp_status read_value(const parser *p, mlpi_span value, size_t column)
{
    double number = 0.0;
    if (mlp_number_parse(value.text, value.length, &number))
        return MLP_OK;
    return FAIL(p, p->line, column + 1, "\"%.*s\" is not a number",
                (int)(value.length < 60 ? value.length : 60), value.text);
}

static mlp_status read_example(parser *p)
{
    const size_t columns = p->inputs + p->outputs;
    size_t count = 0;
    for (skip_blanks(p); !at_line_end(p); skip_blanks(p)) {
        const char *const text = p->at;
        while (!at_line_end(p) && !is_blank(*p->at))
            p->at++;
        const mlpi_span value = {text, (size_t)(p->at - text)};
        if (count < columns) {
            MLPI_TRY(read_value(p, value, count));
            p->cells[count] = value;
        }
        count++;
    }
    if (count != columns)
        return FAIL(p, p->line, 0, "%zu value%s, but the header says %zu input%s and %zu output%s",
                    count, mlpi_plural(count), p->inputs, mlpi_plural(p->inputs), p->outputs,
                    mlpi_plural(p->outputs));
    return MLP_OK;
}

/* The output of the current example that is 1 while all others are 0; p->outputs: there is no such
 * output. */
static size_t class_of(const parser *p)
{
    size_t found = p->outputs;
    for (size_t k = 0; k < p->outputs; k++) {
        const mlpi_span output = p->cells[p->inputs + k];
        double value = 0.0;
        mlp_number_parse(output.text, output.length, &value);
        if (value != 0.0 && (value != 1.0 || found < p->outputs))
            return p->outputs;
        found = value == 1.0 ? k : found;
    }
    return found;
}

/* K outputs of which one is 1 become one label, the number 1..K of that output. */
static mlp_status add_example(parser *p)
{
    if (!mlpi_builder_row(&p->builder, p->line))
        return mlpi_fail_memory(p->err, "the cells of the data");
    for (size_t c = 0; c < p->inputs + (p->classes ? 0 : p->outputs); c++)
        MLPI_TRY(mlpi_builder_text(&p->builder, p->cells[c], p->err));
    if (p->classes)
        mlpi_builder_decimal(&p->builder, (mlpi_decimal){(int64_t)class_of(p) + 1, 0});
    return MLP_OK;
}

static void skip_blank_lines(parser *p)
{
    for (skip_blanks(p); p->at < p->end && *p->at == '\n'; skip_blanks(p))
        next_line(p);
}

static mlp_status next_example(parser *p)
{
    skip_blank_lines(p);
    if (p->at == p->end)
        return FAIL(p, p->line, 0, "only %zu examples, but the header promises %zu", p->row,
                    p->rows);
    return read_example(p);
}

static mlp_status check_end(parser *p)
{
    skip_blank_lines(p);
    if (p->at < p->end)
        return FAIL(p, p->line, 0, "more examples than the %zu that the header promises", p->rows);
    return MLP_OK;
}

/* Reads all examples once: only after the last example is it known whether the outputs are one
 * label. */
static mlp_status look_at_examples(parser *p)
{
    const char *const at = p->at;
    const size_t line = p->line;
    p->classes = p->outputs > 1 && p->number[REAL_OUT] == 0;
    for (p->row = 0; p->row < p->rows; p->row++) {
        MLPI_TRY(next_example(p));
        p->classes = p->classes && class_of(p) < p->outputs;
        next_line(p);
    }
    MLPI_TRY(check_end(p));
    p->at = at;
    p->line = line;
    p->row = 0;
    return MLP_OK;
}

/* --- the reader ------------------------------------------------------------------------------- */

static mlp_status make_room(parser *p)
{
    p->table->parts = calloc(p->rows, sizeof *p->table->parts);
    p->cells = mlpi_allocate(p->inputs + p->outputs, sizeof *p->cells);
    return p->table->parts != NULL && p->cells != NULL
               ? MLP_OK
               : mlpi_fail_memory(p->err, "the cells of the data");
}

static mlp_status name_columns(const parser *p)
{
    mlp_table *table = p->table;
    for (size_t c = 0; c < table->columns; c++) {
        char name[32] = "class";
        if (c < p->inputs)
            snprintf(name, sizeof name, "input%zu", c + 1);
        else if (!p->classes)
            snprintf(name, sizeof name, "output%zu", c - p->inputs + 1);
        table->names[c] = mlpi_copy_text(name, strlen(name));
        if (table->names[c] == NULL)
            return mlpi_fail_memory(p->err, "the column names");
    }
    return MLP_OK;
}

static mlp_status take_columns(const parser *p)
{
    mlp_table *table = p->table;
    table->columns = p->inputs + (p->classes ? 1 : p->outputs);
    MLPI_TRY(mlpi_table_declare(table, p->err));
    for (size_t c = p->inputs; c < table->columns; c++)
        table->fields[c] = (mlpi_field){p->classes ? MLPI_FIELD_LABELS : MLPI_FIELD_OPEN, true};
    table->names = mlpi_allocate(table->columns, sizeof *table->names);
    return table->names != NULL ? name_columns(p) : mlpi_fail_memory(p->err, "the column names");
}

static void mark_parts(const parser *p)
{
    size_t row = 0;
    for (size_t i = 0; i < p->number[TRAINING]; i++)
        p->table->parts[row++] = MLP_PART_TRAINING;
    for (size_t i = 0; i < p->number[VALIDATION]; i++)
        p->table->parts[row++] = MLP_PART_VALIDATION;
    for (size_t i = 0; i < p->number[TEST]; i++)
        p->table->parts[row++] = MLP_PART_TEST;
}

static mlp_status open_proben(void *state, mlpi_source *source, mlp_table *table, mlp_error *err)
{
    parser *p = state;
    *p = (parser){.table = table,
                  .at = source->bytes,
                  .end = source->bytes + source->size,
                  .line = 1,
                  .err = err};
    MLPI_TRY(read_header(p));
    MLPI_TRY(make_room(p));
    MLPI_TRY(look_at_examples(p));
    MLPI_TRY(take_columns(p));
    mark_parts(p);
    table->has_header = true;
    return mlpi_builder_begin(table, &p->builder) ? MLP_OK
                                                  : mlpi_fail_memory(err, "the cells of the data");
}

static mlp_status next_proben(void *state, size_t most, mlp_error *err)
{
    parser *p = state;
    p->err = err;
    for (size_t i = 0; i < most && p->row < p->rows; i++) {
        MLPI_TRY(next_example(p));
        MLPI_TRY(add_example(p));
        next_line(p);
        p->row++;
        MLPI_TRY(mlpi_builder_spill(&p->builder, p->table, false, err));
    }
    return mlpi_builder_spill(&p->builder, p->table, true, err);
}

static void close_proben(void *state)
{
    parser *p = state;
    mlpi_builder_end(&p->builder);
    mlpi_free(p->cells);
}

static bool probe_proben(const unsigned char *head, size_t size)
{
    const size_t length = strlen(keys[0]);
    return size > length && memcmp(head, keys[0], length) == 0 && head[length] == '=';
}

const mlpi_reader mlpi_read_proben1 = {
    .format = "proben1",
    .endings = ".dt",
    .says = "PROBEN1",
    .is_text = true,
    .state = sizeof(parser),
    .probe = probe_proben,
    .open = open_proben,
    .next = next_proben,
    .close = close_proben,
};
