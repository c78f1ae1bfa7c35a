/* SPDX-License-Identifier: MIT */
/* mlp import: makes a model of another program's network, which is read as ONNX. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static mlp_status add_all(mlp_import_options *options, const char *name, const word_list *words,
                          mlp_error *err)
{
    mlp_status status = MLP_OK;
    for (size_t i = 0; status == MLP_OK && i < words->count; i++)
        status = mlp_import_options_add(options, name, words->items[i], err);
    return status;
}

/* Adds the names of the columns of --like. */
static mlp_status add_columns(const settings *s, mlp_import_options *options, mlp_error *err)
{
    mlp_table *table = NULL;
    mlp_status status = read_table(s, s->like, NULL, &table, err);
    for (size_t c = 0; status == MLP_OK && c < mlp_table_columns(table); c++)
        status = mlp_import_options_add(options, "columns", mlp_table_column_name(table, c), err);
    mlp_table_free(table);
    return status;
}

static mlp_status import(const settings *s, mlp_model **model, mlp_error *err)
{
    mlp_import_options *options = NULL;
    mlp_status status = mlp_import_options_create(&options, err);
    if (status == MLP_OK && s->task != NULL)
        status = mlp_import_options_set(options, "task", s->task, err);
    if (status == MLP_OK)
        status = s->like != NULL ? add_columns(s, options, err)
                                 : add_all(options, "columns", &s->columns, err);
    if (status == MLP_OK)
        status = add_all(options, "target", &s->targets, err);
    if (status == MLP_OK)
        status = add_all(options, "label-names", &s->label_names, err);
    if (status == MLP_OK)
        status = mlp_import_onnx(s->arguments[0], options, model, err);
    mlp_import_options_free(options);
    return status;
}

static void print_sizes(const mlp_network *network)
{
    printf("  network: %zu", mlp_network_inputs(network));
    for (size_t l = 0; l < mlp_network_layer_count(network); l++) {
        const mlp_layer layer = mlp_network_layer(network, l);
        printf("-%zu %s", layer.units, mlp_activation_describe(layer.activation)->name);
    }
    putchar('\n');
}

static void print_list(const char *what, const char *(*name)(const mlp_model *, size_t),
                       size_t count, const mlp_model *model)
{
    enum { MOST = 8 };
    printf("  %s: ", what);
    for (size_t i = 0; i < count && i < MOST; i++) {
        fputs(i > 0 ? ", " : "", stdout);
        print_name(name(model, i));
    }
    if (count > MOST)
        printf(", ... (%zu in all)", count);
    putchar('\n');
}

static int tell(const settings *s, const mlp_model *model)
{
    if (s->json) {
        mlp_json_writer *json = begin_json();
        mlp_json_put_text(json, "model", s->output);
        return print_json(json);
    }
    say(stdout, "%s", s->output);
    print_sizes(mlp_model_network(model));
    print_list("columns", mlp_model_column, mlp_model_column_count(model), model);
    if (s->like == NULL && s->columns.count == 0 && strcmp(mlp_model_column(model, 0), "x1") == 0)
        say(stdout,
            "  data need columns with these names; --like DATA takes the names from a table");
    const bool classes = mlp_model_task(model) == MLP_TASK_CLASSIFICATION;
    print_list(classes ? "classification of" : "regression of", mlp_model_target,
               mlp_model_target_count(model), model);
    if (classes)
        print_list("labels", mlp_model_label, mlp_model_label_count(model), model);
    return finish_output();
}

int run_import(settings *s)
{
    mlp_model *model = NULL;
    mlp_error err;
    if (s->output == NULL || (s->like != NULL && s->columns.count > 0)) {
        fail(s->output == NULL ? "say where to write the model: -o net.mlp"
                               : "--like and --columns both name the columns; give one of them");
        return EXIT_USAGE;
    }
    int code = import(s, &model, &err) == MLP_OK ? EXIT_DONE : report(&err);
    if (code == EXIT_DONE && mlp_model_save(model, s->output, s->force, &err) != MLP_OK)
        code = report(&err);
    if (code == EXIT_DONE)
        code = tell(s, model);
    mlp_model_free(model);
    return code;
}
