/* SPDX-License-Identifier: MIT */
/* A session gives, bit for bit, the predictions that rows get one by one and in tables, whatever it
 * predicted before. A model is saved to memory and loaded from it, columns and categories are found
 * by name, and a threshold decides between two labels. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mlp/mlp.h"
#include "options/options.h"
#include "unit/test.h"

enum { ROWS = 9000, COLUMNS = 3 };

static const char *const levels[] = {"blue", "green", "red"};

/* The inputs are a, b and colour; the targets are y, a number, and kind, a label. */
static mlp_table *make_table(const double *values, size_t rows)
{
    mlp_table *table = NULL;
    mlp_error err;
    double *y = malloc(rows * sizeof *y);
    int32_t *colour = malloc(rows * sizeof *colour);
    const char **kind = malloc(rows * sizeof *kind);
    assert_true(y != NULL && colour != NULL && kind != NULL);
    for (size_t r = 0; r < rows; r++) {
        const double *v = values + r * COLUMNS, a = isnan(v[0]) ? 0.5 : v[0];
        y[r] = a * 3.0 - v[1] + (isnan(v[2]) ? 0.0 : v[2]);
        colour[r] = isnan(v[2]) ? -1 : (int32_t)v[2];
        kind[r] = y[r] > 2.0 ? "many" : y[r] > 0.0 ? "some" : "none at all";
    }
    mlp_table_builder *b = mlp_table_builder_create("values", rows);
    mlp_table_add_numbers(b, "a", MLP_NUMBER_DOUBLE, values, COLUMNS * sizeof *values, NULL);
    mlp_table_add_numbers(b, "b", MLP_NUMBER_DOUBLE, values + 1, COLUMNS * sizeof *values, NULL);
    mlp_table_add_categories(b, "colour", levels, 3, MLP_NUMBER_INT32, colour, 0, NULL);
    mlp_table_add_numbers(b, "y", MLP_NUMBER_DOUBLE, y, 0, NULL);
    mlp_table_add_texts(b, "kind", kind);
    if (mlp_table_builder_finish(b, &table, &err) != MLP_OK)
        fail_msg("%s", err.message);
    free(y);
    free(colour);
    free(kind);
    return table;
}

static double *draw(void)
{
    double *values = malloc(ROWS * COLUMNS * sizeof *values);
    uint64_t state = 3;
    assert_non_null(values);
    for (size_t i = 0; i < ROWS * COLUMNS; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        values[i] = (double)(state >> 11) * 0x1p-53;
        if (i % COLUMNS == 2)
            values[i] = floor(values[i] * 3.0);
        if (i % 31 == 0 && i % COLUMNS != 1)
            values[i] = (double)NAN;
    }
    return values;
}

static mlp_model *train(const mlp_table *table, const char *target, const char *without)
{
    mlp_model *model = NULL;
    mlp_error err;
    mlp_train_options options = mlpi_options_default();
    options.targets = (mlp_names){&target, 1};
    options.drop = (mlp_names){&without, 1};
    options.epochs = 2;
    options.hidden = "4";
    if (mlp_train(table, NULL, &options, &model, NULL, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return model;
}

static void check_values(const mlp_model *model, const double *values, const mlp_predictions *p,
                         int threads)
{
    static const size_t sizes[] = {1, 7, 4096, ROWS};
    mlp_session *session = NULL;
    double *found = malloc(ROWS * p->width * sizeof *found);
    size_t *labels = malloc(ROWS * sizeof *labels);
    assert_true(found != NULL && labels != NULL);
    assert_int_equal(mlp_session_create(model, threads, &session, NULL), MLP_OK);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        memset(found, 1, ROWS * p->width * sizeof *found);
        assert_int_equal(
            mlp_session_predict_values(session, values, sizes[i], 0, found, labels, NULL), MLP_OK);
        assert_memory_equal(found, p->values, sizes[i] * p->width * sizeof *found);
        if (p->label != NULL)
            assert_memory_equal(labels, p->label, sizes[i] * sizeof *labels);
    }
    mlp_session_free(session);
    free(found);
    free(labels);
}

static void check_rows(const mlp_model *model, const double *values, const mlp_predictions *p)
{
    mlp_predictor *predictor = NULL;
    float x[16], y[16];
    double found[16];
    assert_int_equal(mlp_predictor_create(mlp_model_network(model), &predictor, NULL), MLP_OK);
    float *workspace = malloc(mlp_predictor_workspace(predictor) * sizeof *workspace);
    assert_non_null(workspace);
    for (size_t r = 0; r < 500; r++) {
        mlp_model_encode_values(model, values + r * COLUMNS, x);
        mlp_predictor_run(predictor, x, y, workspace);
        mlp_model_decode(model, y, found);
        assert_memory_equal(found, p->values + r * p->width, p->width * sizeof *found);
    }
    free(workspace);
    mlp_predictor_free(predictor);
}

static void predictions_have_the_same_bits_wherever_they_are_made(void **state)
{
    static const char *const targets[][2] = {{"y", "kind"}, {"kind", "y"}};
    double *values = draw();
    mlp_table *table = make_table(values, ROWS);
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        mlp_model *model = train(table, targets[i][0], targets[i][1]);
        mlp_session *session = NULL;
        mlp_predictions p, again;
        assert_int_equal(mlp_model_predict(model, table, 1, &p, NULL), MLP_OK);
        for (int threads = 1; threads <= 3; threads++)
            check_values(model, values, &p, threads);
        check_rows(model, values, &p);
        assert_int_equal(mlp_session_create(model, 2, &session, NULL), MLP_OK);
        for (int time = 0; time < 2; time++) {
            assert_int_equal(mlp_session_predict(session, table, &again, NULL), MLP_OK);
            assert_memory_equal(again.values, p.values, ROWS * p.width * sizeof *p.values);
            assert_int_equal(again.missing_cells, p.missing_cells);
            mlp_predictions_release(&again);
        }
        mlp_session_free(session);
        mlp_predictions_release(&p);
        mlp_model_free(model);
    }
    mlp_table_free(table);
    free(values);
}

static void a_model_goes_to_memory_and_back(void **state)
{
    double *values = draw();
    mlp_table *table = make_table(values, 300);
    mlp_model *model = train(table, "kind", "y"), *again = NULL;
    unsigned char *bytes = NULL, *written = NULL;
    char path[] = "/tmp/mlp-session-XXXXXX";
    size_t size = 0;
    (void)state;
    assert_int_equal(mlp_model_save_memory(model, &bytes, &size, NULL), MLP_OK);
    assert_int_equal(mlp_model_load_memory(bytes, size, "memory", &again, NULL), MLP_OK);
    assert_string_equal(mlp_model_metadata(again), mlp_model_metadata(model));
    const int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    assert_int_equal(mlp_model_save(again, path, true, NULL), MLP_OK);
    FILE *from = fopen(path, "rb");
    written = malloc(size + 1);
    assert_true(from != NULL && written != NULL);
    assert_int_equal(fread(written, 1, size + 1, from), size);
    assert_memory_equal(written, bytes, size);
    fclose(from);
    unlink(path);
    free(written);
    free(bytes);
    mlp_model_free(again);
    mlp_model_free(model);
    mlp_table_free(table);
    free(values);
}

static void columns_and_categories_are_found_by_name(void **state)
{
    double *values = draw();
    mlp_table *table = make_table(values, 300);
    mlp_model *model = train(table, "y", "kind");
    mlp_error err;
    size_t c = 99;
    (void)state;
    assert_int_equal(mlp_model_find_column(model, "colour", &c, &err), MLP_OK);
    assert_int_equal(c, 2);
    assert_string_equal(mlp_model_column_kind(model, 2), "categorical");
    assert_string_equal(mlp_model_column_kind(model, 0), "numeric");
    for (size_t k = 0; k < 3; k++)
        assert_true(mlp_model_find_category(model, 2, levels[k]) == (double)k);
    assert_true(mlp_model_find_category(model, 2, "mauve") == -1.0);
    assert_true(isnan(mlp_model_find_category(model, 2, NULL)));
    assert_true(isnan(mlp_model_find_category(model, 0, "red")));
    assert_int_equal(mlp_model_find_column(model, "color", &c, &err), MLP_ERROR_ARGUMENT);
    assert_non_null(strstr(err.message, "did you mean \"colour\"?"));
    assert_int_equal(c, 2);
    mlp_model_free(model);
    mlp_table_free(table);
    free(values);
}

/* --- a threshold ------------------------------------------------------------------------------ */

static mlp_table *table_of_two(void)
{
    char text[8000], *at = text;
    mlp_table *table = NULL;
    at += sprintf(at, "a,b,kind\n");
    for (int r = 0; r < 300; r++)
        at += sprintf(at, "%d,%d,%s\n", r * 7 % 23, r * 5 % 19,
                      r * 7 % 23 + r * 5 % 19 + r % 5 > 30 ? "rare" : "usual");
    assert_int_equal(mlp_table_read_memory(text, strlen(text), "two.csv", NULL, &table, NULL),
                     MLP_OK);
    return table;
}

static mlp_model *train_on(const mlp_table *table, const char *target)
{
    mlp_model *model = NULL;
    mlp_error err = {0};
    mlp_train_options o = mlpi_options_default();
    const char *const targets[] = {target};
    o.targets = (mlp_names){targets, 1};
    o.hidden = "4";
    o.epochs = 3;
    o.threads = 1;
    if (mlp_train(table, NULL, &o, &model, NULL, &err) != MLP_OK)
        fail_msg("%s", err.message);
    return model;
}

/* A row gets a label exactly if the label's probability reaches the threshold that is set for it,
 * for either label and any threshold; an evaluation of the same rows counts the same labels. */
static void a_threshold_decides_between_two_labels(void **state)
{
    (void)state;
    static const double thresholds[] = {0.0, 0.2, 0.35, 0.5, 0.8, 1.0};
    mlp_table *table = table_of_two();
    mlp_model *model = train_on(table, "kind");
    mlp_session *session = NULL;
    assert_int_equal(mlp_session_create(model, 1, &session, NULL), MLP_OK);
    size_t different = 0, before = SIZE_MAX;
    for (size_t i = 0; i < 12; i++) {
        const size_t label = i % 2;
        const double threshold = thresholds[i / 2];
        mlp_predictions p;
        mlp_evaluation e;
        mlp_evaluator *evaluator = NULL;
        size_t taken = 0, left_out = 0, unanswered = 0;
        assert_int_equal(mlp_session_set_threshold(session, label, threshold, NULL), MLP_OK);
        assert_int_equal(mlp_session_predict(session, table, &p, NULL), MLP_OK);
        for (size_t r = 0; r < p.rows; r++) {
            assert_int_equal(p.label[r] == label, p.values[2 * r + label] >= threshold);
            taken += p.label[r] == label;
        }
        assert_int_equal(mlp_evaluator_create(false, &evaluator, NULL), MLP_OK);
        assert_int_equal(
            mlp_session_evaluate(session, table, evaluator, &left_out, &unanswered, NULL), MLP_OK);
        assert_int_equal(mlp_evaluator_finish(evaluator, &e, NULL), MLP_OK);
        assert_int_equal(e.confusion[label] + e.confusion[2 + label], taken);
        different += taken != before;
        before = taken;
        mlp_evaluation_release(&e);
        mlp_evaluator_free(evaluator);
        mlp_predictions_release(&p);
    }
    assert_true(different > 4);
    assert_int_equal(mlp_session_set_threshold(session, 2, 0.5, NULL), MLP_ERROR_ARGUMENT);
    assert_int_equal(mlp_session_set_threshold(session, 1, (double)NAN, NULL), MLP_ERROR_ARGUMENT);
    mlp_session_free(session);
    mlp_model_free(model);
    model = train_on(table, "a");
    assert_int_equal(mlp_session_create(model, 1, &session, NULL), MLP_OK);
    assert_int_equal(mlp_session_set_threshold(session, 1, 0.5, NULL), MLP_ERROR_ARGUMENT);
    mlp_session_free(session);
    mlp_model_free(model);
    mlp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(predictions_have_the_same_bits_wherever_they_are_made),
        cmocka_unit_test(a_model_goes_to_memory_and_back),
        cmocka_unit_test(a_threshold_decides_between_two_labels),
        cmocka_unit_test(columns_and_categories_are_found_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
