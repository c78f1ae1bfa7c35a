/* SPDX-License-Identifier: MIT */
/* mlp predict: CSV with a header, on standard output or in a file. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

/* The fields of every row: columns of the data, then the prediction. */
typedef struct layout {
    size_t *kept; /* indices of columns, or ROW_NUMBER */
    size_t kept_count;
    const char **labels; /* with --probabilities */
    mlp_names label_names;
} layout;

#define ROW_NUMBER SIZE_MAX

static void release_layout(layout *l)
{
    free(l->kept);
    free(l->labels);
}

static bool has_column(const mlp_table *table, const char *name)
{
    for (size_t c = 0; c < mlp_table_columns(table); c++)
        if (strcmp(mlp_table_column_name(table, c), name) == 0)
            return true;
    return false;
}

/* A name of --keep is that of a column. If no column has that name, "row" means the number of the
 * row, and "all", as the only name, means all columns. */
static int lay_out_kept(const settings *s, const mlp_table *table, layout *l)
{
    mlp_error err;
    const size_t columns = mlp_table_columns(table);
    const bool all =
        s->keep.count == 1 && strcmp(s->keep.items[0], "all") == 0 && !has_column(table, "all");
    l->kept = calloc((all ? columns : s->keep.count) + 1, sizeof *l->kept);
    if (l->kept == NULL)
        return fail("not enough memory for the columns");
    for (; all && l->kept_count < columns; l->kept_count++)
        l->kept[l->kept_count] = l->kept_count;
    for (size_t i = 0; !all && i < s->keep.count; i++) {
        size_t *column = &l->kept[l->kept_count++];
        if (strcmp(s->keep.items[i], "row") == 0 && !has_column(table, "row"))
            *column = ROW_NUMBER;
        else if (mlp_table_find(table, s->keep.items[i], column, &err) != MLP_OK)
            return report(&err);
    }
    return EXIT_DONE;
}

static int lay_out(const settings *s, const mlp_model *model, const mlp_table *table, layout *l)
{
    const size_t labels = s->probabilities ? mlp_model_label_count(model) : 0;
    l->labels = calloc(labels + 1, sizeof *l->labels);
    if (l->labels == NULL)
        return fail("not enough memory for the labels");
    for (size_t k = 0; k < labels; k++)
        l->labels[k] = mlp_model_label(model, k);
    l->label_names = (mlp_names){l->labels, labels};
    return lay_out_kept(s, table, l);
}

static void write_kept(fields *f, const mlp_table *table, const layout *l, size_t row,
                       size_t rows_before)
{
    for (size_t i = 0; i < l->kept_count; i++) {
        if (l->kept[i] == ROW_NUMBER)
            fields_whole(f, rows_before + row + 1);
        else
            fields_cell(f, table, row, l->kept[i]);
    }
}

/* --- rows as they come ------------------------------------------------------------------------ */

/* Rows may be written to standard output before an error is found in a later row; but a result of
 * at most this many bytes is written completely or not at all. */
enum { HELD_BACK = 16 << 20 };

typedef struct prediction {
    const settings *s;
    const mlp_model *model;
    mlp_session *session;
    layout layout;
    fields to; /* to.to NULL: nothing has been written yet */
    mlp_output *output;
    size_t rows;
    guessed guessed;
    unanswered unanswered;
    conformal conformal;
} prediction;

static void write_header(prediction *w, const mlp_table *table)
{
    const layout *l = &w->layout;
    for (size_t i = 0; i < l->kept_count; i++)
        fields_text(&w->to,
                    l->kept[i] == ROW_NUMBER ? "row" : mlp_table_column_name(table, l->kept[i]));
    prediction_header(&w->to, w->model, &l->label_names);
    conformal_header(&w->conformal, &w->to);
    fields_end_row(&w->to);
}

static int begin(prediction *w, const mlp_table *table)
{
    mlp_error err;
    const settings *s = w->s;
    if (s->output != NULL && mlp_output_open(s->output, s->force, &w->output, &err) != MLP_OK)
        return report(&err);
    w->to.to = w->output != NULL ? mlp_output_stream(w->output) : stdout;
    w->to.hold = w->output != NULL ? 0 : HELD_BACK;
    write_header(w, table);
    return EXIT_DONE;
}

static int write_piece(prediction *w, const mlp_table *table, size_t first,
                       const mlp_predictions *p)
{
    int code = w->to.to == NULL ? begin(w, table) : EXIT_DONE;
    if (code == EXIT_DONE)
        code = conformal_take(&w->conformal, p);
    for (size_t r = 0; code == EXIT_DONE && r < p->rows; r++) {
        write_kept(&w->to, table, &w->layout, first + r, w->unanswered.rows_before);
        prediction_write(&w->to, w->model, p, r, &w->layout.label_names);
        conformal_write(&w->conformal, &w->to, r);
        fields_end_row(&w->to);
    }
    return code;
}

/* Adds the number of rows without a prediction to *without; *first_without: the first of all. */
static int predict_piece(prediction *w, const mlp_table *table, size_t first, size_t count,
                         size_t *without, size_t *first_without)
{
    mlp_error err;
    mlp_predictions p;
    if (mlp_session_predict_rows(w->session, table, first, count, &p, &err) != MLP_OK)
        return report(&err);
    w->rows += p.rows;
    if (p.unknown_cells > 0 && !w->guessed.known)
        note_unknown(&w->guessed, w->model, table, first, count, w->unanswered.rows_before);
    if (*without == 0 && p.unanswered > 0)
        *first_without = first + p.first_unanswered;
    *without += p.unanswered;
    const int code = write_piece(w, table, first, &p);
    mlp_predictions_release(&p);
    return code;
}

static int predict(void *context, const mlp_table *table, mlp_part part)
{
    prediction *w = context;
    const size_t rows = mlp_table_rows(table), most = mlp_session_rows(w->session);
    size_t without = 0, first_without = 0;
    int code = w->layout.kept == NULL ? lay_out(w->s, w->model, table, &w->layout) : EXIT_DONE;
    (void)part;
    for (size_t first = 0; code == EXIT_DONE && first < rows; first += most)
        code = predict_piece(w, table, first, rows - first < most ? rows - first : most, &without,
                             &first_without);
    note_unanswered(&w->unanswered, table, without, first_without);
    return code;
}

static int finish(void *context, const mlp_table_stream *stream)
{
    prediction *w = context;
    mlp_output *output = w->output;
    (void)stream;
    if (!w->s->quiet)
        tell_guessed(&w->guessed, w->session, w->model, w->rows);
    tell_unanswered(w->s, &w->unanswered);
    if (!fields_finish(&w->to))
        return fail("not enough memory for the predictions");
    w->output = NULL;
    return output != NULL ? finish_file(output, MLP_OK, NULL) : finish_output();
}

/* Creates the session, with its threshold, and predicts all rows. */
static int predict_all(prediction *w)
{
    mlp_error err;
    const settings *s = w->s;
    if (mlp_session_create(w->model, s->threads, &w->session, &err) != MLP_OK)
        return report(&err);
    const visitor v = {.visit = predict, .end = finish, .context = w};
    const int code = take_decision(s, w->model, w->session);
    const mlp_read_options reading = mlp_model_read_options(w->model);
    return code == EXIT_DONE ? stream_data(s, &reading, &v) : code;
}

int run_predict(settings *s)
{
    mlp_model *model = NULL;
    prediction w = {.s = s};
    if (s->label != NULL && !has_threshold(s)) {
        fail("--label has no effect without --threshold; give both or neither");
        return EXIT_USAGE;
    }
    int code = check_ending(s->output, "CSV", ".csv");
    if (code == EXIT_DONE)
        code = load_model(s->arguments[0], s->arguments[1], &model);
    if (code != EXIT_DONE)
        return code;
    w.model = model;
    code = look_for(s, model);
    if (code == EXIT_DONE)
        code = conformal_begin(&w.conformal, s, model);
    if (code == EXIT_DONE)
        code = predict_all(&w);
    mlp_output_discard(w.output);
    fields_drop(&w.to);
    release_layout(&w.layout);
    conformal_release(&w.conformal);
    mlp_session_free(w.session);
    mlp_model_free(model);
    return code;
}
