/* SPDX-License-Identifier: MIT */
/* Models and figures for the tests of pictures. */
#ifndef TESTS_PLOTS_H
#define TESTS_PLOTS_H

#include <stdlib.h>
#include <string.h>

#include "draw/figure.h"
#include "mlp/mlp.h"
#include "options/options.h"
#include "unit/test.h"

static inline mlp_table *read_example(const char *name)
{
    char path[512];
    mlp_table *table = NULL;
    mlp_error err;
    snprintf(path, sizeof path, MLP_EXAMPLES "/data/%s", name);
    assert_int_equal(mlp_table_read(path, NULL, &table, &err), MLP_OK);
    return table;
}

static inline mlp_table *read_text(const char *text)
{
    mlp_table *table = NULL;
    mlp_error err;
    assert_int_equal(mlp_table_read_memory(text, strlen(text), "t.csv", NULL, &table, &err),
                     MLP_OK);
    return table;
}

static inline mlp_model *train(const mlp_table *table, const char *target, const char *hidden)
{
    mlp_model *model = NULL;
    mlp_error err = {0};
    mlp_train_options options = mlpi_options_default();
    options.targets = (mlp_names){&target, 1};
    options.hidden = hidden;
    options.epochs = 12;
    options.threads = 1;
    if (mlp_train(table, NULL, &options, &model, NULL, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return model;
}

/* Makes a figure from the request without the columns that this kind does not take. */
static inline mlp_figure *plot(const char *name, const mlp_plot_request *request)
{
    const mlp_plot_kind *kind = NULL;
    mlp_plot_request taken = *request;
    mlp_figure *figure = NULL;
    mlp_error err = {0};
    assert_int_equal(mlp_plot_kind_find(name, &kind, &err), MLP_OK);
    if (kind->x == MLP_PLOT_NONE)
        taken.x = NULL;
    if (kind->y == MLP_PLOT_NONE)
        taken.y = NULL;
    if (mlp_plot(kind, &taken, &figure, &err) != MLP_OK)
        fail_msg("%s: %s", name, err.message);
    return figure;
}

static inline const mlpi_series *series_of(const mlp_figure *figure, size_t panel, const char *name)
{
    for (size_t k = 0; k < figure->panels[panel]->count; k++)
        if (strcmp(figure->panels[panel]->series[k]->name, name) == 0)
            return figure->panels[panel]->series[k];
    fail_msg("there is no series %s", name);
    return NULL;
}

/* A stream that writes into a string; free() the text. */
typedef struct written {
    char *text;
    size_t size;
    FILE *to;
} written;

static inline void begin_text(written *w)
{
    *w = (written){0};
    w->to = open_memstream(&w->text, &w->size);
    assert_non_null(w->to);
}

/* Calls `check` for each kind that needs no log, except weights, with a model of labels and with a
 * model of numbers if the kind takes them. */
static inline void check_kinds(void (*check)(const char *kind, const mlp_plot_request *request))
{
    mlp_table *iris = read_example("iris.csv"), *diabetes = read_example("diabetes.csv");
    mlp_model *species = train(iris, "species", "12,3");
    mlp_model *progression = train(diabetes, "progression", "5");
    const mlp_plot_request of_labels = {
        .model = species, .table = iris, .x = "petal_length", .y = "petal_width"};
    const mlp_plot_request of_values = {
        .model = progression, .table = diabetes, .x = "bmi", .y = "s5"};
    for (size_t i = 0; mlp_plot_kind_at(i) != NULL; i++) {
        const mlp_plot_kind *kind = mlp_plot_kind_at(i);
        if (kind->logs != MLP_PLOT_NONE || strcmp(kind->name, "weights") == 0)
            continue;
        if (kind->task != MLP_TASK_REGRESSION)
            check(kind->name, &of_labels);
        if (kind->task != MLP_TASK_CLASSIFICATION)
            check(kind->name, &of_values);
    }
    mlp_model_free(species);
    mlp_model_free(progression);
    mlp_table_free(iris);
    mlp_table_free(diabetes);
}

#endif
