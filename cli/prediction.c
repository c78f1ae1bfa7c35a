/* SPDX-License-Identifier: MIT */
/* Predictions as fields of CSV, with names that are not mistaken for those of data columns. */
#include <math.h>
#include <string.h>

#include "cli/cli.h"

static void add_value_names(fields *f, const mlp_model *model)
{
    const size_t levels = mlp_model_level_count(model);
    for (size_t k = 0; k < mlp_model_width(model); k++) {
        char suffix[40] = "", number[32];
        if (levels > 0) {
            mlp_number_text(mlp_model_level(model, k % levels), number);
            snprintf(suffix, sizeof suffix, "_q%s", number);
        }
        fields_joined(f, "predicted_", mlp_model_target(model, levels > 0 ? k / levels : k),
                      suffix);
    }
}

void prediction_header(fields *f, const mlp_model *model, const mlp_names *labels)
{
    if (mlp_model_task(model) == MLP_TASK_REGRESSION) {
        add_value_names(f, model);
        return;
    }
    fields_joined(f, "predicted_", mlp_model_target(model, 0), "");
    for (size_t k = 0; k < labels->count; k++)
        fields_joined(f, "p(", labels->items[k], ")");
}

/* The number of a label in the model. `guess`: its number if the model has the same labels. */
static size_t place_of(const mlp_model *model, const char *label, size_t guess)
{
    const size_t count = mlp_model_label_count(model);
    for (size_t i = 0; i < count; i++) {
        const size_t k = (guess + i) % count;
        if (strcmp(mlp_model_label(model, k), label) == 0)
            return k;
    }
    return MLP_NO_LABEL;
}

void prediction_write(fields *f, const mlp_model *model, const mlp_predictions *p, size_t row,
                      const mlp_names *labels)
{
    const double *values = p->values + row * p->width;
    if (p->label == NULL) {
        for (size_t k = 0; k < p->width; k++)
            fields_number(f, values[k]);
        return;
    }
    const bool known = p->label[row] != MLP_NO_LABEL;
    fields_text(f, known ? mlp_model_label(model, p->label[row]) : "");
    for (size_t k = 0; k < labels->count; k++) {
        const size_t place = place_of(model, labels->items[k], k);
        fields_number(f, place != MLP_NO_LABEL ? values[place] : known ? 0.0 : (double)NAN);
    }
}
