/* SPDX-License-Identifier: MIT */
/* mlp predict: CSV with a header, on standard output or in a file. */
#include <stdlib.h>
#include <string.h>

#include "cli.h"

/* What stands in each row: columns of the data, then the prediction. */
typedef struct layout {
    size_t *kept; /* columns; ROW_NUMBER */
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

/* A name that is a column of the data means that; else "row" is the number of the row, and "all",
 * alone, are all columns. */
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

static void write_kept(fields *f, const mlp_table *table, const layout *l, size_t row)
{
    for (size_t i = 0; i < l->kept_count; i++) {
        if (l->kept[i] == ROW_NUMBER)
            fields_whole(f, row + 1);
        else
            fields_cell(f, table, row, l->kept[i]);
    }
}

static bool write_rows(FILE *to, const mlp_model *model, const mlp_table *table, const layout *l,
                       const mlp_predictions *p)
{
    fields f = {.to = to};
    for (size_t i = 0; i < l->kept_count; i++)
        fields_text(&f,
                    l->kept[i] == ROW_NUMBER ? "row" : mlp_table_column_name(table, l->kept[i]));
    prediction_header(&f, model, &l->label_names);
    fields_end_row(&f);
    for (size_t r = 0; r < p->rows; r++) {
        write_kept(&f, table, l, r);
        prediction_write(&f, model, p, r, &l->label_names);
        fields_end_row(&f);
    }
    return fields_finish(&f);
}

static int write_predictions(const settings *s, const mlp_model *model, const mlp_table *table,
                             const layout *l, const mlp_predictions *p)
{
    mlp_error err;
    mlp_output *output = NULL;
    if (s->output != NULL && mlp_output_open(s->output, s->force, &output, &err) != MLP_OK)
        return report(&err);
    FILE *to = output != NULL ? mlp_output_stream(output) : stdout;
    if (!write_rows(to, model, table, l, p)) {
        mlp_output_discard(output);
        return fail("not enough memory for the predictions");
    }
    return output != NULL ? finish_file(output, MLP_OK, NULL) : finish_output();
}

/* What the model had to guess at. */
static void tell_cells(const settings *s, const mlp_predictions *p)
{
    if (p->unknown_cells > 0 && !s->quiet)
        fprintf(stderr, "Cells with a category that training never saw: %zu.\n", p->unknown_cells);
    if (p->missing_cells > 0 && !s->quiet)
        fprintf(stderr, "Cells without a value: %zu; the mean of training stands for numbers.\n",
                p->missing_cells);
}

static int predict(const settings *s, const mlp_model *model, const mlp_table *table)
{
    mlp_predictions p;
    mlp_error err;
    layout l = {0};
    int code = lay_out(s, model, table, &l);
    if (code == EXIT_DONE && mlp_model_predict(model, table, s->train.threads, &p, &err) != MLP_OK)
        code = report(&err);
    else if (code == EXIT_DONE) {
        tell_cells(s, &p);
        tell_unanswered(s, table, p.unanswered, p.first_unanswered);
        code = write_predictions(s, model, table, &l, &p);
        mlp_predictions_release(&p);
    }
    release_layout(&l);
    return code;
}

int run_predict(settings *s)
{
    mlp_model *model = NULL;
    mlp_table *table = NULL;
    mlp_part part = MLP_PART_ALL;
    int code = load_model_and_data(s, &model, &table);
    if (code != EXIT_DONE)
        return code;
    code = take_part(s, MLP_PART_ALL, &table, &part);
    if (code == EXIT_DONE)
        code = predict(s, model, table);
    mlp_table_free(table);
    mlp_model_free(model);
    return code;
}
