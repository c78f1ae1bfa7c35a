/* SPDX-License-Identifier: MIT */
/* mlp predict: CSV with a header, on standard output or in a file. */
#include "cli.h"

static void write_rows(FILE *to, const mlp_model *model, const mlp_predictions *p,
                       bool probabilities)
{
    for (size_t r = 0; r < p->rows; r++) {
        prediction_write(to, model, p, r, probabilities);
        fputc('\n', to);
    }
}

static int write_predictions(const settings *s, const mlp_model *model, const mlp_predictions *p)
{
    mlp_error err;
    mlp_output *output = NULL;
    if (s->output != NULL && mlp_output_open(s->output, s->force, &output, &err) != MLP_OK)
        return report(&err);
    FILE *to = output != NULL ? mlp_output_stream(output) : stdout;
    prediction_header(to, model, "", s->probabilities);
    fputc('\n', to);
    write_rows(to, model, p, s->probabilities);
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
    if (mlp_model_predict(model, table, s->train.threads, &p, &err) != MLP_OK)
        return report(&err);
    tell_cells(s, &p);
    tell_unanswered(s, table, p.unanswered, p.first_unanswered);
    const int code = write_predictions(s, model, &p);
    mlp_predictions_release(&p);
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
