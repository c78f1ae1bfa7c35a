/* SPDX-License-Identifier: MIT */
/* Reading data once, some rows at a time. */
#include <string.h>

#include "cli/cli.h"

/* Passes the rows that were read to the visitor, or only those of the wanted part. */
static int visit_rows(const settings *s, const visitor *v, const mlp_table *table)
{
    mlp_table *selected = NULL;
    mlp_part part = MLP_PART_ALL;
    int code = select_part(s, v->usual, table, &selected, &part);
    if (code == EXIT_DONE)
        code = v->visit(v->context, selected != NULL ? selected : table, part);
    mlp_table_free(selected);
    return code;
}

static int visit_all(const settings *s, const visitor *v, mlp_table_stream *stream)
{
    mlp_error err;
    const mlp_table *rows = NULL;
    int code = EXIT_DONE;
    tell_notice(s, mlp_table_stream_table(stream));
    if (v->fingerprint)
        mlp_table_stream_take_fingerprint(stream);
    do {
        if (mlp_table_stream_next(stream, &rows, &err) != MLP_OK)
            return report(&err);
        if (rows != NULL)
            code = visit_rows(s, v, rows);
    } while (rows != NULL && code == EXIT_DONE);
    return code == EXIT_DONE ? v->end(v->context, stream) : code;
}

int stream_data(const settings *s, const mlp_read_options *reading, const visitor *v)
{
    mlp_error err;
    mlp_table_stream *stream = NULL;
    mlp_read_options options;
    if (reading_options(s, s->arguments[1], reading, &options, &err) != MLP_OK ||
        mlp_table_stream_open(s->arguments[1], &options, &stream, &err) != MLP_OK)
        return report_data(s->arguments[1], &err);
    const int code = visit_all(s, v, stream);
    mlp_table_stream_close(stream);
    return code;
}

void write_place(const mlp_table *table, size_t row, size_t rows_before, char text[PLACE])
{
    const bool alone = strcmp(mlp_table_file(table, row), mlp_table_source(table)) == 0;
    const size_t line = alone ? mlp_table_line(table, row) : 0;
    snprintf(text, PLACE, "%s %zu", line > 0 ? "line" : "row",
             line > 0 ? line : rows_before + row + 1);
}

void note_unanswered(unanswered *u, const mlp_table *table, size_t count, size_t first)
{
    if (count > 0 && u->count == 0)
        write_place(table, first, u->rows_before, u->place);
    u->count += count;
    u->rows_before += mlp_table_rows(table);
}

void tell_unanswered(const settings *s, const unanswered *u)
{
    if (u->count == 0 || s->quiet)
        return;
    fprintf(stderr,
            "Rows without a prediction: %zu, the first in %s. The network's outputs overflow in "
            "these rows; values far beyond those of training cause this.\n",
            u->count, u->place);
}

void tell_training_data(const settings *s, const char *name, const mlp_model *model,
                        const mlp_table_stream *stream)
{
    if (!s->quiet && !mlp_table_has_parts(mlp_table_stream_table(stream)) &&
        mlp_model_data_fingerprint(model) == mlp_table_stream_fingerprint(stream))
        fprintf(
            stderr,
            "%s was trained on these data: evaluate it on other rows, or use mlp cross-validate.\n",
            name);
}

int tell_left_out(const settings *s, const mlp_model *model, const mlp_table_stream *stream,
                  size_t left_out, size_t rows)
{
    if (left_out == rows) {
        fail(mlp_model_target_count(model) > 1
                 ? "%s: no row has a value for every target; the first target is \"%s\""
                 : "%s: the target \"%s\" has no value in any row",
             mlp_table_source(mlp_table_stream_table(stream)), mlp_model_target(model, 0));
        return EXIT_DATA;
    }
    if (left_out > 0 && !s->quiet)
        fprintf(stderr, "%zu row%s without a target %s left out.\n", left_out, plural(left_out),
                left_out == 1 ? "is" : "are");
    return EXIT_DONE;
}
