/* SPDX-License-Identifier: MIT */
/* Predictions as fields of CSV. */
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

/* Predictions are made in float: their shortest text is as exact as they are. */
static void write_values(FILE *to, const double *values, size_t count, bool first)
{
    for (size_t i = 0; i < count; i++) {
        char text[32];
        mlp_number_text_float((float)values[i], text);
        fprintf(to, "%s%s", first && i == 0 ? "" : ",", text);
    }
}

void prediction_write(FILE *to, const mlp_model *model, const mlp_predictions *p, size_t row,
                      bool probabilities)
{
    const double *values = p->values + row * p->width;
    if (p->label != NULL)
        mlp_csv_field(to, "", mlp_model_label(model, p->label[row]), "");
    if (p->label == NULL || probabilities)
        write_values(to, values, p->width, p->label == NULL);
}
