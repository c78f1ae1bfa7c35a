/* SPDX-License-Identifier: MIT */
/* A model file keeps the settings of its loss; files without such settings still load, and
 * impossible settings in a file are refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "mlp/mlp.h"
#include "model/metadata.h"
#include "model/model.h"
#include "options/options.h"
#include "unit/test.h"

static mlp_table *table;

static int load_table(void **state)
{
    (void)state;
    return mlp_table_read(MLP_EXAMPLES "/data/diabetes.csv", NULL, &table, NULL) == MLP_OK ? 0 : -1;
}

static int drop_table(void **state)
{
    (void)state;
    mlp_table_free(table);
    return 0;
}

static mlp_model *trained(mlp_train_options options)
{
    static const char *const target[] = {"progression"};
    mlp_model *model = NULL;
    mlp_error err = {0};
    options.targets = (mlp_names){target, 1};
    options.hidden = "4";
    options.epochs = 2;
    if (mlp_train(table, NULL, &options, &model, NULL, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return model;
}

static mlp_model *quantiles(void)
{
    mlp_train_options options = mlpi_options_default();
    options.loss = "quantile";
    options.quantiles = "0.1,0.5,0.95";
    return trained(options);
}

static mlp_model *saved_and_loaded(const mlp_model *model)
{
    char path[] = "/tmp/mlp-loss-XXXXXX";
    mlp_model *loaded = NULL;
    close(mkstemp(path));
    assert_int_equal(mlp_model_save(model, path, true, NULL), MLP_OK);
    assert_int_equal(mlp_model_load(path, &loaded, NULL), MLP_OK);
    unlink(path);
    return loaded;
}

static void assert_same_predictions(const mlp_model *one, const mlp_model *other)
{
    mlp_predictions a, b;
    assert_int_equal(mlp_model_predict(one, table, 1, &a, NULL), MLP_OK);
    assert_int_equal(mlp_model_predict(other, table, 1, &b, NULL), MLP_OK);
    assert_int_equal(a.width, b.width);
    assert_memory_equal(a.values, b.values, a.rows * a.width * sizeof *a.values);
    mlp_predictions_release(&a);
    mlp_predictions_release(&b);
}

static void settings_come_back_from_the_file(void **state)
{
    (void)state;
    mlp_train_options options = mlpi_options_default();
    options.loss = "huber";
    options.huber_delta = 0.75;
    mlp_model *const models[] = {quantiles(), trained(options)};
    for (size_t i = 0; i < 2; i++) {
        mlp_model *loaded = saved_and_loaded(models[i]);
        assert_memory_equal(mlp_network_loss_settings(mlp_model_network(loaded)),
                            mlp_network_loss_settings(mlp_model_network(models[i])),
                            sizeof(mlp_loss_settings));
        assert_same_predictions(models[i], loaded);
        mlp_model_free(loaded);
        mlp_model_free(models[i]);
    }
}

/* A network's quantiles may cross; mlp_model_decode sorts them as predictions do. */
static void quantiles_of_a_row_ascend(void **state)
{
    (void)state;
    mlp_model *model = quantiles();
    mlp_encoded e;
    mlp_predictions p;
    assert_int_equal(mlp_model_level_count(model), 3);
    assert_true(mlp_model_level(model, 2) == 0.95);
    assert_int_equal(mlp_model_width(model), 3);
    assert_int_equal(mlp_model_encode(model, table, false, &e, NULL), MLP_OK);
    assert_int_equal(mlp_model_predict_encoded(model, &e, 1, &p, NULL), MLP_OK);
    mlp_predictor *predictor = NULL;
    assert_int_equal(mlp_predictor_create(mlp_model_network(model), &predictor, NULL), MLP_OK);
    float *workspace = calloc(mlp_predictor_workspace(predictor), sizeof *workspace), y[3];
    size_t crossed = 0;
    for (size_t r = 0; r < p.rows; r++) {
        const double *row = p.values + r * 3;
        double decoded[3];
        assert_true(row[0] <= row[1] && row[1] <= row[2]);
        mlp_predictor_run(predictor, e.x + r * e.inputs, y, workspace);
        crossed += y[0] > y[1] || y[1] > y[2];
        mlp_model_decode(model, y, decoded);
        assert_memory_equal(decoded, row, sizeof decoded);
    }
    assert_true(crossed > 0); /* after two epochs some quantiles cross */
    free(workspace);
    mlp_predictor_free(predictor);
    mlp_predictions_release(&p);
    mlp_encoded_release(&e);
    mlp_model_free(model);
}

/* Reads the model's metadata with the first `from` replaced by `to`. */
static mlp_status read_changed(const mlp_model *model, const char *from, const char *to,
                               mlp_error *err)
{
    const char *text = mlp_model_metadata(model), *at = strstr(text, from);
    assert_non_null(at);
    char *changed = malloc(strlen(text) + strlen(to) + 1);
    mlp_model *read = mlpi_allocate(1, sizeof *read);
    sprintf(changed, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
    const mlp_status status = mlpi_metadata_read(
        changed, mlp_network_size(mlp_model_network(model)), "changed", read, err);
    free(changed);
    mlp_model_free(read);
    return status;
}

/* The lecture's losses have no settings, so their models have the same files as before other losses
 * existed. */
static void losses_of_the_lecture_leave_files_as_they_were(void **state)
{
    (void)state;
    static const char *const members[] = {"quantiles", "huber_delta", "label-smoothing"};
    mlp_model *model = trained(mlpi_options_default());
    for (size_t i = 0; i < 3; i++)
        assert_null(strstr(mlp_model_metadata(model), members[i]));
    assert_int_equal(read_changed(model, "\"loss\"", "\"loss\"", NULL), MLP_OK);
    mlp_model_free(model);
}

static void impossible_settings_in_a_file_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"[]",          "[0.5,0.5,0.6]", "[0.1,0.5,1.5]",
                                      "[0.1,0.9]",   "0.5",           "[0.9,0.5,0.1]",
                                      "[\"a\",2,3]", "null",          "[-0.1,0.5,0.9]"};
    mlp_model *model = quantiles();
    const char *levels = strstr(mlp_model_metadata(model), "\"quantiles\":");
    char from[200];
    snprintf(from, sizeof from, "%.*s", (int)(strchr(levels, ']') + 1 - levels), levels);
    assert_int_equal(read_changed(model, from, from, NULL), MLP_OK);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char to[100];
        snprintf(to, sizeof to, "\"quantiles\":%s", bad[i]);
        assert_int_equal(read_changed(model, from, to, NULL), MLP_ERROR_MODEL);
    }
    /* The loss does not suit the task. */
    assert_int_equal(read_changed(model, "\"loss\":\"quantile\"", "\"loss\":\"hinge\"", NULL),
                     MLP_ERROR_MODEL);
    mlp_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_come_back_from_the_file),
        cmocka_unit_test(quantiles_of_a_row_ascend),
        cmocka_unit_test(losses_of_the_lecture_leave_files_as_they_were),
        cmocka_unit_test(impossible_settings_in_a_file_are_refused),
    };
    return cmocka_run_group_tests(tests, load_table, drop_table);
}
