/* SPDX-License-Identifier: MIT */
/* Training files of FANN (S. Nissen, libfann): the numbers of examples, inputs and outputs, then
 * the inputs and the outputs of each example, all separated by white space. */
#include <math.h>
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
    bool classes; /* one output of each example is 1; the others are all 0, or all -1 */
    mlpi_builder builder;
    mlp_error *err;
} fann;

#define FAIL(f, column, ...)                                                                       \
    mlpi_fail_at((f)->err, MLP_ERROR_DATA, (f)->table->source, (f)->line, column, __VA_ARGS__)

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Takes the next word; false: there is none. */
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

/* Takes a whole number above 0 of so few digits that sums of such numbers cannot overflow. */
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

/* Refuses sizes that the bytes after the header cannot hold: a value needs at least two bytes, a
 * digit and the white space after it, which only the last value may lack. */
static mlp_status read_header(fann *f)
{
    if (!take_count(f, &f->rows) || !take_count(f, &f->inputs) || !take_count(f, &f->outputs))
        return FAIL(f, 0,
                    "a training file of FANN begins with the numbers of examples, inputs and "
                    "outputs, such as 150 4 3");
    const size_t there = (size_t)(f->end - f->at), columns = f->inputs + f->outputs;
    size_t values = 0;
    if (columns > MLP_MAX_COLUMNS)
        return FAIL(f, 0, "more than %d columns, the most that a table may have", MLP_MAX_COLUMNS);
    if (!mlpi_multiply(f->rows, columns, &values) || values > there / 2 + 1)
        return FAIL(f, 0,
                    "the header promises %zu examples of %zu values, but %zu bytes follow; the "
                    "file is damaged or cut short",
                    f->rows, columns, there);
    return MLP_OK;
}

/* The output of the current example that is 1 while all others are *other, which is 0 or -1 (NaN:
 * not known yet). f->outputs: there is no such output, or the example cannot be read. */
static size_t take_class(fann *f, double *other)
{
    size_t found = f->outputs;
    bool single = true;
    for (size_t k = 0; k < f->outputs; k++) {
        mlpi_span word;
        double value = 0.0;
        if (!take_word(f, &word) || !mlp_number_parse(word.text, word.length, &value))
            return f->outputs;
        if (value == 1.0) {
            single = single && found == f->outputs;
            found = k;
        } else {
            *other = isnan(*other) ? value : *other;
            single = single && value == *other && (value == 0.0 || value == -1.0);
        }
    }
    return single ? found : f->outputs;
}

/* Reads all examples once: only after the last example is it known whether the outputs are one
 * label. */
static bool are_classes(const fann *begin)
{
    fann f = *begin;
    double other = (double)NAN;
    mlpi_span word;
    for (size_t row = 0; f.outputs > 1 && row < f.rows; row++) {
        for (size_t c = 0; c < f.inputs; c++)
            if (!take_word(&f, &word))
                return false;
        if (take_class(&f, &other) == f.outputs)
            return false;
    }
    return f.outputs > 1;
}

static mlp_status name_columns(fann *f)
{
    mlp_table *table = f->table;
    table->columns = f->inputs + (f->classes ? 1 : f->outputs);
    table->names = mlpi_allocate(table->columns, sizeof *table->names);
    if (table->names == NULL)
        return mlpi_fail_memory(f->err, "the column names");
    table->has_header = true;
    MLPI_TRY(mlpi_table_declare(table, f->err));
    for (size_t c = 0; c < table->columns; c++) {
        char name[32] = "class";
        if (c >= f->inputs)
            table->fields[c] = (mlpi_field){f->classes ? MLPI_FIELD_LABELS : MLPI_FIELD_OPEN, true};
        if (c < f->inputs)
            snprintf(name, sizeof name, "input%zu", c + 1);
        else if (!f->classes)
            snprintf(name, sizeof name, "output%zu", c - f->inputs + 1);
        table->names[c] = mlpi_copy_text(name, strlen(name));
        if (table->names[c] == NULL)
            return mlpi_fail_memory(f->err, "the column names");
    }
    return MLP_OK;
}

static mlp_status say_classes(const fann *f)
{
    char sentence[200];
    snprintf(sentence, sizeof sentence,
             "Exactly one of the %zu outputs of each example is 1: the outputs are read as one "
             "column \"class\" with the number of that output.",
             f->outputs);
    return mlpi_table_say(f->table, sentence, f->err);
}

static mlp_status add_example(fann *f)
{
    const size_t numbers = f->inputs + (f->classes ? 0 : f->outputs);
    double other = (double)NAN;
    for (size_t c = 0; c < numbers; c++) {
        mlpi_span word;
        double number = 0.0;
        if (!take_word(f, &word))
            return FAIL(f, 0,
                        "the file ends within example %zu of the %zu that the header promises",
                        f->row + 1, f->rows);
        if (!mlp_number_parse(word.text, word.length, &number))
            return FAIL(f, c + 1, "\"%.*s\" is not a number",
                        (int)(word.length < 60 ? word.length : 60), word.text);
        if (c == 0 && !mlpi_builder_row(&f->builder, f->line))
            return mlpi_fail_memory(f->err, "the cells of the data");
        MLPI_TRY(mlpi_builder_text(&f->builder, word, f->err));
    }
    if (f->classes) /* the number 1..K of the output that is 1 */
        mlpi_builder_decimal(&f->builder, (mlpi_decimal){(int64_t)take_class(f, &other) + 1, 0});
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
    f->classes = are_classes(f);
    MLPI_TRY(name_columns(f));
    if (f->classes)
        MLPI_TRY(say_classes(f));
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
        return FAIL(f, 0, "more values follow the %zu examples that the header promises", f->rows);
    return mlpi_builder_spill(&f->builder, f->table, true, err);
}

static void close_fann(void *state)
{
    fann *f = state;
    mlpi_builder_end(&f->builder);
}

/* Counts the words of a line, and moves *line to the next one. SIZE_MAX: the line has no end, or
 * holds something other than numbers. */
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

/* Whether the first line is three whole numbers, and the next two lines have as many numbers as the
 * second and the third of these state. Three numbers on each of the three lines could also be a
 * table. */
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
