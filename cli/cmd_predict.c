/* SPDX-License-Identifier: MIT */
/* mlp predict: CSV with a header, on standard output or in a file. */
#include "cli.h"

/* "price", or with quantile levels "price_q0.1". */
static void write_value_name(FILE *to, const mlp_model *model, size_t k)
{
    const size_t levels = mlp_model_level_count(model);
    char suffix[40] = "", number[32];
    if (levels > 0) {
        mlp_number_text(mlp_model_level(model, k % levels), number);
        snprintf(suffix, sizeof suffix, "_q%s", number);
    }
    mlp_csv_field(to, "", mlp_model_target(model, levels > 0 ? k / levels : k), suffix);
}

static void write_header(FILE *to, const mlp_model *model, bool probabilities)
{
    if (mlp_model_task(model) == MLP_TASK_REGRESSION) {
        for (size_t k = 0; k < mlp_model_width(model); k++) {
            if (k > 0)
                fputc(',', to);
            write_value_name(to, model, k);
        }
    } else {
        fputs("predicted", to);
        for (size_t k = 0; probabilities && k < mlp_model_label_count(model); k++) {
            fputc(',', to);
            mlp_csv_field(to, "p(", mlp_model_label(model, k), ")");
        }
    }
    fputc('\n', to);
}

/* Predictions are made in float: their shortest text is as exact as they are. */
static void write_values(FILE *to, const double *values, size_t count, bool first)
{
    for (size_t i = 0; i < count; i++) {
        char text[32];
        mlp_number_text_float((float)values[i], text);
        fprintf(to, "%s%s", first && i == 0 ? "" : ",", text);
    }
}

static void write_rows(FILE *to, const mlp_model *model, const mlp_predictions *p,
                       bool probabilities)
{
    for (size_t r = 0; r < p->rows; r++) {
        const double *values = p->values + r * p->width;
        if (p->label != NULL)
            mlp_csv_field(to, "", mlp_model_label(model, p->label[r]), "");
        if (p->label == NULL || probabilities)
            write_values(to, values, p->width, p->label == NULL);
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
    write_header(to, model, s->probabilities);
    write_rows(to, model, p, s->probabilities);
    if (output == NULL)
        return finish_output();
    return mlp_output_commit(output, &err) == MLP_OK ? EXIT_DONE : report(&err);
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
