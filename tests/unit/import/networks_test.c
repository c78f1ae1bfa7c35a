/* SPDX-License-Identifier: MIT */
/* Networks exported by scikit-learn, PyTorch and Keras give the answers that they give in
 * onnxruntime (tests/golden/networks.py), and are the same after saving and loading. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mlp/mlp.h"
#include "unit/test.h"

/* A network, and rows with their answers in onnxruntime. */
typedef struct golden {
    const char *name;
    mlp_model *model;
    mlp_table *rows;
} golden;

static mlp_table *read_rows(const char *name)
{
    char path[512];
    mlp_table *table = NULL;
    mlp_error err;
    snprintf(path, sizeof path, "%s/networks/%s.csv", MLP_GOLDEN, name);
    if (mlp_table_read(path, NULL, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return table;
}

/* Imports a network. Logits are taken for those of labels only if the task is set. */
static mlp_model *import(const char *name)
{
    char path[512];
    mlp_model *model = NULL;
    mlp_import_options *options = NULL;
    mlp_error err;
    snprintf(path, sizeof path, "%s/networks/%s.onnx", MLP_GOLDEN, name);
    assert_int_equal(mlp_import_options_create(&options, NULL), MLP_OK);
    if (strstr(name, "logits") != NULL)
        assert_int_equal(mlp_import_options_set(options, "task", "classification", NULL), MLP_OK);
    if (mlp_import_onnx(path, options, &model, &err) != MLP_OK)
        fail_msg("%s", err.message);
    mlp_import_options_free(options);
    return model;
}

/* The number of the column with that name; the number of columns if there is none. */
static size_t find_column(const mlp_table *table, const char *name)
{
    size_t c = 0;
    while (c < mlp_table_columns(table) && strcmp(mlp_table_column_name(table, c), name) != 0)
        c++;
    return c;
}

static double number_in(const mlp_table *table, size_t row, size_t column)
{
    char text[64];
    double value = (double)NAN;
    mlp_table_cell(table, row, column, text, sizeof text);
    assert_true(mlp_number_parse(text, strlen(text), &value));
    return value;
}

static void compare_numbers(const golden *g, const mlp_predictions *p)
{
    char head[32];
    for (size_t k = 0; k < p->width; k++) {
        snprintf(head, sizeof head, "= %zu", k + 1);
        const size_t column = find_column(g->rows, head);
        assert_true(column < mlp_table_columns(g->rows));
        for (size_t r = 0; r < p->rows; r++) {
            const double wanted = number_in(g->rows, r, column);
            const double got = p->values[r * p->width + k];
            if (!(fabs(got - wanted) <= 1e-6 * (1.0 + fabs(wanted))))
                fail_msg("%s, row %zu, %s: %.9g is to be %.9g", g->name, r + 1, head, got, wanted);
        }
    }
    snprintf(head, sizeof head, "= %zu", p->width + 1);
    assert_int_equal(find_column(g->rows, head), mlp_table_columns(g->rows));
}

static void compare_labels(const golden *g, const mlp_predictions *p)
{
    char wanted[64];
    const size_t column = find_column(g->rows, "= label");
    if (column == mlp_table_columns(g->rows))
        return;
    for (size_t r = 0; r < p->rows; r++) {
        mlp_table_cell(g->rows, r, column, wanted, sizeof wanted);
        assert_string_equal(mlp_model_label(g->model, p->label[r]), wanted);
    }
}

static void compare(const golden *g)
{
    mlp_predictions p;
    mlp_error err;
    if (mlp_model_predict(g->model, g->rows, 1, &p, &err) != MLP_OK)
        fail_msg("%s: %s", g->name, err.message);
    assert_true(p.rows >= 20);
    compare_numbers(g, &p);
    if (mlp_model_task(g->model) == MLP_TASK_CLASSIFICATION)
        compare_labels(g, &p);
    mlp_predictions_release(&p);
}

/* Checks the answers of a network before and after it is saved and loaded, and that saving it again
 * gives the same bytes. */
static void check_network(const char *name)
{
    golden g = {.name = name, .model = import(name), .rows = read_rows(name)};
    unsigned char *bytes = NULL, *again = NULL;
    size_t size = 0, size_again = 0;
    mlp_error err;
    compare(&g);
    assert_int_equal(mlp_model_save_memory(g.model, &bytes, &size, &err), MLP_OK);
    mlp_model_free(g.model);
    if (mlp_model_load_memory(bytes, size, name, &g.model, &err) != MLP_OK)
        fail_msg("%s", err.message);
    compare(&g);
    assert_int_equal(mlp_model_save_memory(g.model, &again, &size_again, &err), MLP_OK);
    assert_int_equal(size, size_again);
    assert_memory_equal(bytes, again, size);
    free(bytes);
    free(again);
    mlp_model_free(g.model);
    mlp_table_free(g.rows);
}

static void networks_of_others_answer_as_they_did(void **state)
{
    size_t count = 0;
    DIR *folder = opendir(MLP_GOLDEN "/networks");
    (void)state;
    assert_non_null(folder);
    for (const struct dirent *one = readdir(folder); one != NULL; one = readdir(folder)) {
        char name[256];
        const size_t length = strlen(one->d_name);
        if (length < 6 || strcmp(one->d_name + length - 5, ".onnx") != 0)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)(length - 5), one->d_name);
        check_network(name);
        count++;
    }
    closedir(folder);
    assert_true(count >= 20);
}

/* --- names ------------------------------------------------------------------------------------ */

static mlp_status import_named(const char *name, const char *option, const char *const *texts,
                               size_t count, mlp_model **model, mlp_error *err)
{
    char path[512];
    mlp_import_options *options = NULL;
    snprintf(path, sizeof path, "%s/networks/%s.onnx", MLP_GOLDEN, name);
    assert_int_equal(mlp_import_options_create(&options, NULL), MLP_OK);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(mlp_import_options_add(options, option, texts[i], NULL), MLP_OK);
    const mlp_status status = mlp_import_onnx(path, options, model, err);
    mlp_import_options_free(options);
    return status;
}

static void columns_targets_and_labels_are_called_as_wished(void **state)
{
    const char *const names[] = {"a", "b", "c", "d", "kind"};
    mlp_model *model = NULL;
    mlp_error err;
    (void)state;
    assert_int_equal(import_named("skl-standard", "columns", names, 5, &model, &err), MLP_OK);
    assert_int_equal(mlp_model_column_count(model), 4);
    assert_string_equal(mlp_model_column(model, 3), "d");
    assert_string_equal(mlp_model_target(model, 0), "kind");
    assert_string_equal(mlp_model_label(model, 1), "versi, \"color\"");
    mlp_model_free(model);
    assert_int_equal(import_named("skl-two-targets", "target", names, 2, &model, &err), MLP_OK);
    assert_string_equal(mlp_model_target(model, 1), "b");
    mlp_model_free(model);
    assert_int_equal(import_named("keras-two", "label-names", names, 2, &model, &err), MLP_OK);
    assert_string_equal(mlp_model_label(model, 1), "b");
    mlp_model_free(model);
    assert_int_equal(import_named("skl-standard", "columns", names, 3, &model, &err),
                     MLP_ERROR_ARGUMENT);
    assert_int_equal(import_named("skl-standard", "target", names, 2, &model, &err),
                     MLP_ERROR_ARGUMENT);
    assert_int_equal(import_named("keras-two", "label-names", names, 3, &model, &err),
                     MLP_ERROR_ARGUMENT);
    const char *const twins[] = {"a", "b", "a", "d"};
    assert_int_equal(import_named("skl-standard", "columns", twins, 4, &model, &err),
                     MLP_ERROR_MODEL);
}

/* A scaler becomes the transform of its columns, in their units; a column that no layer reads is
 * left out. */
static void scalers_are_transforms_of_columns(void **state)
{
    mlp_model *model = import("skl-columns");
    (void)state;
    assert_int_equal(mlp_model_column_count(model), 3);
    assert_string_equal(mlp_model_column(model, 0), "sepal_width");
    assert_non_null(strstr(mlp_model_metadata(model), "\"petal_width\""));
    assert_null(strstr(mlp_model_metadata(model), "sepal_length"));
    mlp_model_free(model);
}

/* An Imputer gives the values for missing cells, here the medians of iris, so both rows have the
 * same answer. */
static void missing_values_are_filled_as_the_imputer_says(void **state)
{
    static const char rows[] = "x1,x2,x3\n,,\n5.8,3,4.35\n";
    mlp_model *model = import("skl-quantity");
    mlp_table *table = NULL;
    mlp_predictions p;
    (void)state;
    assert_int_equal(mlp_table_read_memory(rows, sizeof rows - 1, "rows.csv", NULL, &table, NULL),
                     MLP_OK);
    assert_int_equal(mlp_model_predict(model, table, 1, &p, NULL), MLP_OK);
    assert_near(p.values[0], p.values[1], 1e-6);
    mlp_predictions_release(&p);
    mlp_table_free(table);
    mlp_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_of_others_answer_as_they_did),
        cmocka_unit_test(columns_targets_and_labels_are_called_as_wished),
        cmocka_unit_test(scalers_are_transforms_of_columns),
        cmocka_unit_test(missing_values_are_filled_as_the_imputer_says),
    };
    return RUN(tests);
}
