/* SPDX-License-Identifier: MIT */
/* Training files of FANN (S. Nissen, libfann): the numbers of examples, inputs and outputs, then of
 * each example its inputs and its outputs, all separated by white space. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "mlp/output.h"
#include "read/reader.h"

typedef struct fann {
    mlp_table *table;
    const char *at, *end;
    size_t line;
    size_t rows, inputs, outputs, row;
    mlpi_builder builder;
    mlp_error *err;
} fann;

#define FAIL(f, column, ...)                                                                       \
    mlpi_fail_at((f)->err, MLP_ERROR_DATA, (f)->table->source, (f)->line, column, __VA_ARGS__)

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The next word; false: there is none. */
static bool take_word(fann *f, mlpi_span *word)
{
    for (; f->at < f->end && is_space(*f->at); f->at++)
        f->line += *f->at == '\n' ? 1 : 0;
    const char *const begin = f->at;
    while (f->at < f->end && !is_space(*f->at))
        f->at++;
    *word = (mlpi_span){begin, (size_t)(f->at - begin)};
    return f->at > begin;
}

/* A whole number of few digits, so that sums of them cannot overflow. */
static bool take_count(fann *f, size_t *count)
{
    enum { MOST_DIGITS = 9 };
    mlpi_span word;
    if (!take_word(f, &word) || word.length > MOST_DIGITS)
        return false;
    *count = 0;
    for (size_t i = 0; i < word.length; i++) {
        const unsigned digit = (unsigned)(unsigned char)word.text[i] - '0';
        if (digit > 9)
            return false;
        *count = *count * 10 + digit;
    }
    return *count > 0;
}

/* Believes no size that the bytes behind it do not bear out: a value takes two of them, of which
 * only the last may lack the second. */
static mlp_status read_header(fann *f)
{
    if (!take_count(f, &f->rows) || !take_count(f, &f->inputs) || !take_count(f, &f->outputs))
        return FAIL(f, 0,
                    "a training file of FANN begins with the numbers of examples, inputs and "
                    "outputs, such as 150 4 3");
    const size_t there = (size_t)(f->end - f->at), columns = f->inputs + f->outputs;
    size_t values = 0;
    if (columns > MLP_MAX_COLUMNS)
        return FAIL(f, 0, "more than %d columns, which is the most that a table may have",
                    MLP_MAX_COLUMNS);
    if (!mlpi_multiply(f->rows, columns, &values) || values > there / 2 + 1)
        return FAIL(f, 0,
                    "the header promises %zu examples of %zu values, but %zu bytes follow; the "
                    "file is damaged or cut short",
                    f->rows, columns, there);
    return MLP_OK;
}

static mlp_status name_columns(fann *f)
{
    mlp_table *table = f->table;
    table->names = mlpi_allocate(f->inputs + f->outputs, sizeof *table->names);
    if (table->names == NULL)
        return mlpi_fail_memory(f->err, "the column names");
    table->columns = f->inputs + f->outputs;
    table->has_header = true;
    MLPI_TRY(mlpi_table_declare(table, f->err));
    for (size_t c = 0; c < table->columns; c++) {
        char name[32];
        const bool input = c < f->inputs;
        table->fields[c].target = !input;
        snprintf(name, sizeof name, "%s%zu", input ? "input" : "output",
                 input ? c + 1 : c - f->inputs + 1);
        table->names[c] = mlpi_copy_text(name, strlen(name));
        if (table->names[c] == NULL)
            return mlpi_fail_memory(f->err, "the column names");
    }
    return MLP_OK;
}

static mlp_status add_example(fann *f)
{
    for (size_t c = 0; c < f->table->columns; c++) {
        mlpi_span word;
        double number = 0.0;
        if (!take_word(f, &word))
            return FAIL(f, 0, "ends in example %zu, but the header promises %zu", f->row + 1,
                        f->rows);
        if (!mlp_number_parse(word.text, word.length, &number))
            return FAIL(f, c + 1, "\"%.*s\" is not a number",
                        (int)(word.length < 60 ? word.length : 60), word.text);
        if (c == 0 && !mlpi_builder_row(&f->builder, f->line))
            return mlpi_fail_memory(f->err, "the cells of the data");
        MLPI_TRY(mlpi_builder_text(&f->builder, word, f->err));
    }
    f->row++;
    return MLP_OK;
}

static mlp_status open_fann(void *state, mlpi_source *source, mlp_table *table, mlp_error *err)
{
    fann *f = state;
    *f = (fann){.table = table,
                .at = source->bytes,
                .end = source->bytes + source->size,
                .line = 1,
                .err = err};
    MLPI_TRY(read_header(f));
    MLPI_TRY(name_columns(f));
    return mlpi_builder_begin(table, &f->builder) ? MLP_OK
                                                  : mlpi_fail_memory(err, "the cells of the data");
}

static mlp_status next_fann(void *state, size_t most, mlp_error *err)
{
    fann *f = state;
    mlpi_span word;
    f->err = err;
    for (size_t i = 0; i < most && f->row < f->rows; i++) {
        MLPI_TRY(add_example(f));
        MLPI_TRY(mlpi_builder_spill(&f->builder, f->table, false, err));
    }
    if (f->row == f->rows && take_word(f, &word))
        return FAIL(f, 0, "more values than the %zu examples that the header promises", f->rows);
    return mlpi_builder_spill(&f->builder, f->table, true, err);
}

static void close_fann(void *state)
{
    fann *f = state;
    mlpi_builder_end(&f->builder);
}

/* How many words a line has; *line goes behind it. SIZE_MAX: it does not end, or holds no numbers.
 * */
static size_t words_of_line(const unsigned char **line, const unsigned char *end)
{
    size_t count = 0;
    bool inside = false;
    for (; *line < end; ++*line) {
        const unsigned char c = **line;
        if (c == '\n') {
            ++*line;
            return count;
        }
        if (c == '\0' || strchr(" \t\r+-.0123456789eE", c) == NULL)
            return SIZE_MAX;
        count += !is_space((char)c) && !inside ? 1 : 0;
        inside = !is_space((char)c);
    }
    return SIZE_MAX;
}

/* Three whole numbers on the first line, and on the next two as many numbers as those say: as many
 * on every line would be a table. */
static bool probe_fann(const unsigned char *head, size_t size)
{
    const unsigned char *at = head, *const end = head + size;
    mlp_table none = {0};
    fann f = {
        .table = &none, .at = (const char *)head, .end = (const char *)head + size, .line = 1};
    if (words_of_line(&at, end) != 3 || !take_count(&f, &f.rows) || !take_count(&f, &f.inputs) ||
        !take_count(&f, &f.outputs) || (f.inputs == 3 && f.outputs == 3))
        return false;
    return words_of_line(&at, end) == f.inputs && words_of_line(&at, end) == f.outputs;
}

const mlpi_reader mlpi_read_fann = {
    .format = "fann",
    .endings = "",
    .says = "a training file of FANN",
    .is_text = true,
    .state = sizeof(fann),
    .probe = probe_fann,
    .open = open_fann,
    .next = next_fann,
    .close = close_fann,
};
