/* SPDX-License-Identifier: MIT */
/* What a model had to guess: cells without a value, and categories that training never saw. */
#include <string.h>

#include "cli/cli.h"

enum { MOST_NAMED = 5, LONGEST = 60 };

static void put_quoted(const char *text)
{
    putc('"', stderr);
    mlp_text_write(stderr, text, LONGEST, false);
    putc('"', stderr);
}

/* Whether a cell holds a category of input column c that training never saw; `text`: its text. */
static bool is_unknown(const mlp_model *model, size_t c, const mlp_table *table, size_t row,
                       size_t column, char *text, size_t size)
{
    mlp_table_cell(table, row, column, text, size);
    return mlp_model_find_category(model, c, text) < 0.0;
}

void note_unknown(guessed *g, const mlp_model *model, const mlp_table *table, size_t first,
                  size_t count, size_t rows_before)
{
    for (size_t c = 0; c < mlp_model_column_count(model); c++) {
        size_t column, row = first;
        mlp_error err;
        char text[sizeof g->text];
        const size_t end = g->known ? g->row : first + count;
        if (mlp_model_category_count(model, c) == 0 ||
            mlp_table_find(table, mlp_model_column(model, c), &column, &err) != MLP_OK)
            continue;
        while (row < end && !is_unknown(model, c, table, row, column, text, sizeof text))
            row++;
        if (row == end)
            continue;
        g->known = true;
        g->row = row;
        write_place(table, row, rows_before, g->place);
        memcpy(g->text, text, sizeof text);
    }
}

typedef struct cells {
    const mlp_session *session;
    const mlp_model *model;
    bool unknown; /* cells with an unknown category; false: cells without a value */
} cells;

static size_t cells_of(const cells *j, size_t c)
{
    size_t missing, unknown;
    mlp_session_cells(j->session, c, &missing, &unknown);
    return j->unknown ? unknown : missing;
}

/* Prints how many such cells each column has, if it has any; names the first MOST_NAMED columns. */
static void put_columns(const cells *j, size_t rows)
{
    const size_t columns = mlp_model_column_count(j->model);
    size_t named = 0, others = 0;
    for (size_t c = 0; c < columns; c++) {
        const size_t n = cells_of(j, c);
        if (n == 0)
            continue;
        if (named == MOST_NAMED) {
            others++;
            continue;
        }
        fprintf(stderr, "%s%zu in ", named++ > 0 ? ", " : "", n);
        put_quoted(mlp_model_column(j->model, c));
        if (n == rows)
            fputs(" (every row)", stderr);
    }
    if (others > 0)
        fprintf(stderr, ", and more in %zu other column%s", others, plural(others));
}

static bool has_any(const cells *j)
{
    bool any = false;
    for (size_t c = 0; c < mlp_model_column_count(j->model) && !any; c++)
        any = cells_of(j, c) > 0;
    return any;
}

/* Whether a column of numbers has cells of this kind. */
static bool any_number(const cells *j)
{
    bool any = false;
    for (size_t c = 0; c < mlp_model_column_count(j->model) && !any; c++)
        any = cells_of(j, c) > 0 && mlp_model_category_count(j->model, c) == 0 &&
              strcmp(mlp_model_column_kind(j->model, c), "hashing") != 0;
    return any;
}

void tell_guessed(const guessed *g, const mlp_session *session, const mlp_model *model, size_t rows)
{
    const cells unknown = {session, model, true}, missing = {session, model, false};
    if (has_any(&unknown)) {
        fputs("Cells with a category that training never saw: ", stderr);
        put_columns(&unknown, rows);
        if (g->known) {
            fprintf(stderr, "; the first, in %s, is ", g->place);
            put_quoted(g->text);
        }
        fputs(".\n", stderr);
    }
    if (has_any(&missing)) {
        fputs("Missing values: ", stderr);
        put_columns(&missing, rows);
        fputs(any_number(&missing)
                  ? "; missing numbers are replaced by the training mean (or --fill).\n"
                  : ".\n",
              stderr);
    }
}
