/* SPDX-License-Identifier: MIT */
/* Predictions as fields of CSV. */
#include <math.h>

#include "cli.h"

/* "price", or with quantile levels "price_q0.1". */
static void write_value_name(FILE *to, const mlp_model *model, const char *prefix, size_t k)
{
    const size_t levels = mlp_model_level_count(model);
    char suffix[40] = "", number[32];
    if (levels > 0) {
        mlp_number_text(mlp_model_level(model, k % levels), number);
        snprintf(suffix, sizeof suffix, "_q%s", number);
    }
    mlp_csv_field(to, prefix, mlp_model_target(model, levels > 0 ? k / levels : k), suffix);
}

void prediction_header(FILE *to, const mlp_model *model, const char *prefix, bool probabilities)
{
    if (mlp_model_task(model) == MLP_TASK_REGRESSION) {
        for (size_t k = 0; k < mlp_model_width(model); k++) {
            if (k > 0)
                fputc(',', to);
            write_value_name(to, model, prefix, k);
        }
        return;
    }
    fputs("predicted", to);
    for (size_t k = 0; probabilities && k < mlp_model_label_count(model); k++) {
        fputc(',', to);
        mlp_csv_field(to, "p(", mlp_model_label(model, k), ")");
    }
}

/* Nothing where there is no prediction, in quotes: a line of nothing else is no empty line. */
static void write_nothing(FILE *to)
{
    mlp_csv_field(to, "", "", "");
}

/* Predictions are made in float: their shortest text is as exact as they are. */
static void write_values(FILE *to, const double *values, size_t count, bool first)
{
    for (size_t i = 0; i < count; i++) {
        char text[32];
        fputs(first && i == 0 ? "" : ",", to);
        if (isnan(values[i])) {
            write_nothing(to);
            continue;
        }
        mlp_number_text_float((float)values[i], text);
        fputs(text, to);
    }
}

void prediction_write(FILE *to, const mlp_model *model, const mlp_predictions *p, size_t row,
                      bool probabilities)
{
    const double *values = p->values + row * p->width;
    if (p->label != NULL && p->label[row] != MLP_NO_LABEL)
        mlp_csv_field(to, "", mlp_model_label(model, p->label[row]), "");
    else if (p->label != NULL)
        write_nothing(to);
    if (p->label == NULL || probabilities)
        write_values(to, values, p->width, p->label == NULL);
}
