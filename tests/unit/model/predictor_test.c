/* SPDX-License-Identifier: MIT */
/* A predictor gives the same bits as the engine gives for a batch, for networks of every shape;
 * values and tables are encoded alike. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "engine/engine.h"
#include "mlp/mlp.h"
#include "options/options.h"
#include "unit/test.h"

static void check(size_t inputs, size_t hidden, size_t outputs, mlp_activation f)
{
    const mlp_layer layers[] = {{hidden, f}, {outputs, MLP_SOFTMAX}};
    enum { ROWS = 9 };
    mlp_network *network = NULL;
    mlpi_engine *engine = NULL;
    mlp_predictor *predictor = NULL;
    assert_int_equal(mlp_network_create(inputs, layers, 2, MLP_CROSS_ENTROPY, &network, NULL),
                     MLP_OK);
    mlp_network_initialize(network, 2);
    float *x = malloc(ROWS * inputs * sizeof *x), *y = malloc(ROWS * outputs * sizeof *y);
    float *one = malloc(outputs * sizeof *one), *all = malloc(ROWS * outputs * sizeof *all);
    mlpi_random random = mlpi_random_init(1, inputs);
    for (size_t i = 0; i < ROWS * inputs; i++)
        x[i] = (float)mlpi_random_normal(&random);
    assert_int_equal(mlpi_engine_create(network, 0, 1, MLP_PRECISION_FLOAT, &engine, NULL), MLP_OK);
    mlpi_engine_forward(engine, &(mlpi_batch){.x = x, .rows = ROWS}, y);
    assert_int_equal(mlp_predictor_create(network, &predictor, NULL), MLP_OK);
    mlp_network_free(network); /* the predictor does not need it */
    float *workspace = malloc(mlp_predictor_workspace(predictor) * sizeof *workspace);
    memset(workspace, 0x7f, mlp_predictor_workspace(predictor) * sizeof *workspace);
    for (size_t r = 0; r < ROWS; r++) {
        mlp_predictor_run(predictor, x + r * inputs, one, workspace);
        assert_memory_equal(one, y + r * outputs, outputs * sizeof *one);
    }
    free(workspace);
    workspace = malloc(mlp_predictor_workspace_rows(predictor, ROWS) * sizeof *workspace);
    memset(workspace, 0x7f, mlp_predictor_workspace_rows(predictor, ROWS) * sizeof *workspace);
    for (size_t rows = 0; rows <= ROWS; rows++) {
        memset(all, 0, ROWS * outputs * sizeof *all);
        mlp_predictor_run_rows(predictor, x, rows, all, workspace);
        assert_memory_equal(all, y, rows * outputs * sizeof *all);
    }
    mlp_predictor_free(predictor);
    mlpi_engine_free(engine);
    free(workspace);
    free(x);
    free(y);
    free(one);
    free(all);
}

static void a_predictor_gives_the_bits_of_the_batch(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 3, 16, 17, 40, 130, 300};
    for (size_t i = 0; i < 7; i++)
        for (size_t h = 0; h < 7; h++)
            for (size_t o = 0; o < 4; o++)
                check(sizes[i], sizes[h], sizes[o], h % 2 ? MLP_RELU : MLP_GAUSSIAN);
}

/* Each column fills its own inputs and no others, and all columns together fill all inputs. */
static void assert_own_inputs(const mlp_model *model, const double *one, const double *other,
                              size_t inputs)
{
    size_t end = 0;
    for (size_t c = 0; c < mlp_model_column_count(model); c++) {
        float x[16], z[16];
        double mixed[2] = {one[0], one[1]};
        size_t first = 0;
        const size_t width = mlp_model_column_inputs(model, c, &first);
        assert_int_equal(first, end);
        assert_int_equal(mlp_model_column_inputs(model, c, NULL), width);
        end = first + width;
        mixed[c] = other[c];
        mlp_model_encode_values(model, one, x);
        mlp_model_encode_values(model, mixed, z);
        assert_memory_not_equal(x + first, z + first, width * sizeof *x);
        assert_memory_equal(x, z, first * sizeof *x);
        assert_memory_equal(x + end, z + end, (inputs - end) * sizeof *x);
    }
    assert_int_equal(end, inputs);
}

static void values_encode_and_decode_as_tables_do(void **state)
{
    (void)state;
    static const char text[] =
        "n,c,y\n1,red,10\n2,blue,20\n,red,30\n6,green,60\n4,,50\n7,blue,70\n";
    static const char *const target[] = {"y"};
    static const double rows[][2] = {{1, 2}, {2, 0}, {NAN, 2}, {6, 1}, {4, NAN}, {7, 0}};
    mlp_table *table = NULL;
    mlp_model *model = NULL;
    mlp_encoded encoded;
    mlp_predictions predictions;
    mlp_train_options options = mlpi_options_default();
    options.targets = (mlp_names){target, 1};
    options.epochs = 2;
    options.validation = 0;
    assert_int_equal(mlp_table_read_memory(text, strlen(text), "t.csv", NULL, &table, NULL),
                     MLP_OK);
    assert_int_equal(mlp_train(table, NULL, &options, &model, NULL, NULL), MLP_OK);
    assert_int_equal(mlp_model_encode(model, table, false, &encoded, NULL), MLP_OK);
    assert_int_equal(mlp_model_predict(model, table, 1, &predictions, NULL), MLP_OK);
    assert_int_equal(mlp_model_category_count(model, 0), 0);
    assert_int_equal(mlp_model_category_count(model, 1), 3);
    assert_string_equal(mlp_model_category(model, 1, 1), "green");
    mlp_predictor *predictor = NULL;
    assert_int_equal(mlp_predictor_create(mlp_model_network(model), &predictor, NULL), MLP_OK);
    float *workspace = malloc(mlp_predictor_workspace(predictor) * sizeof *workspace);
    for (size_t r = 0; r < 6; r++) {
        float x[16], y[1];
        double value[1];
        assert_true(encoded.inputs <= 16);
        mlp_model_encode_values(model, rows[r], x);
        assert_memory_equal(x, encoded.x + r * encoded.inputs, encoded.inputs * sizeof *x);
        mlp_predictor_run(predictor, x, y, workspace);
        mlp_model_decode(model, y, value);
        assert_true(value[0] == predictions.values[r]);
    }
    assert_own_inputs(model, rows[0], rows[1], encoded.inputs);
    free(workspace);
    mlp_predictor_free(predictor);
    mlp_predictions_release(&predictions);
    mlp_encoded_release(&encoded);
    mlp_model_free(model);
    mlp_table_free(table);
}

/* A row encoded alone equals the same row of an encoded table, and whether its true answer is known
 * depends on no other row. */
static void a_row_encodes_alone(void **state)
{
    (void)state;
    static const char known[] = "n,c,y,z\n1,red,10,5\n2,blue,20,6\n,red,30,7\n6,green,60,9\n",
                      some[] = "n,c,y,z\n1,red,,5\nwide,blue,20,6\n,red,30,n/a\n6,green,60,9\n",
                      none[] = "z,n,c\n5,1,red\n";
    static const char *const target[] = {"y", "z"};
    mlp_table *tables[3];
    const char *const texts[] = {known, some, none};
    mlp_model *model = NULL;
    mlp_encoded all, row;
    mlp_error err;
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(
            mlp_table_read_memory(texts[i], strlen(texts[i]), "t.csv", NULL, &tables[i], NULL),
            MLP_OK);
    mlp_train_options options = mlpi_options_default();
    options.targets = (mlp_names){target, 2};
    options.epochs = 2;
    options.validation = 0;
    assert_int_equal(mlp_train(tables[0], NULL, &options, &model, NULL, NULL), MLP_OK);
    assert_int_equal(mlp_model_encode(model, tables[0], true, &all, NULL), MLP_OK);
    for (size_t r = 0; r < 4; r++) {
        assert_int_equal(mlp_model_encode_row(model, tables[0], r, &row, NULL), MLP_OK);
        assert_int_equal(row.rows, 1);
        assert_memory_equal(row.x, all.x + r * all.inputs, all.inputs * sizeof *all.x);
        assert_memory_equal(row.target, all.target + 2 * r, 2 * sizeof *all.target);
        assert_memory_equal(row.value, all.value + 2 * r, 2 * sizeof *all.value);
        mlp_encoded_release(&row);
    }
    for (size_t r = 0; r < 4; r++) {
        const mlp_status status = mlp_model_encode_row(model, tables[1], r, &row, NULL);
        assert_int_equal(status, r == 1 ? MLP_ERROR_DATA : MLP_OK);
        if (status != MLP_OK)
            continue;
        assert_memory_equal(row.x, all.x + r * all.inputs, all.inputs * sizeof *all.x);
        assert_true((row.target != NULL) == (r == 3) && (row.value != NULL) == (r == 3));
        mlp_encoded_release(&row);
    }
    assert_int_equal(mlp_model_encode_row(model, tables[2], 0, &row, NULL), MLP_OK);
    assert_memory_equal(row.x, all.x, all.inputs * sizeof *all.x);
    assert_null(row.target);
    mlp_encoded_release(&row);
    assert_int_equal(mlp_model_encode_row(model, tables[2], 1, &row, &err), MLP_ERROR_ARGUMENT);
    mlp_encoded_release(&all);
    mlp_model_free(model);
    for (size_t i = 0; i < 3; i++)
        mlp_table_free(tables[i]);
}

/* A number is shown as it was read, even if its text looks like another number or like none; other
 * cells are shown as they stand. */
static void a_cell_is_shown_as_what_it_is_read_as(void **state)
{
    (void)state;
    static const char text[] =
        "n;p;c;d;y\n2.512;$7;007;24.12.2024;1,5\n608;$1.950,5;08;2.1.2025;2,5\n"
        ";$3;007;3.1.2025;3\n1,25;$4;08;4.2.2025;4\n";
    static const char *const shown[4][4] = {{"2512", "7", "007", "24.12.2024"},
                                            {"608", "1950.5", "08", "2.1.2025"},
                                            {"", "3", "007", "3.1.2025"},
                                            {"1.25", "4", "08", "4.2.2025"}};
    static const char *const target[] = {"y"}, *const categorical[] = {"c"};
    mlp_table *table = NULL, *other = NULL;
    mlp_model *model = NULL;
    mlp_train_options options = mlpi_options_default();
    options.targets = (mlp_names){target, 1};
    options.categorical = (mlp_names){categorical, 1};
    options.epochs = 1;
    options.validation = 0;
    assert_int_equal(mlp_table_read_memory(text, strlen(text), "t.csv", NULL, &table, NULL),
                     MLP_OK);
    assert_int_equal(mlp_train(table, NULL, &options, &model, NULL, NULL), MLP_OK);
    for (size_t r = 0; r < 4; r++)
        for (size_t c = 0; c < 4; c++) {
            char cell[16], cut[3];
            assert_int_equal(mlp_model_cell(model, c, table, r, cell, sizeof cell),
                             strlen(shown[r][c]));
            assert_string_equal(cell, shown[r][c]);
            assert_int_equal(mlp_model_cell(model, c, table, r, cut, sizeof cut), strlen(cell));
            assert_true(strncmp(cut, cell, 2) == 0 && strlen(cut) <= 2);
        }
    assert_int_equal(mlp_table_read_memory("n\n1\n", 4, "o.csv", NULL, &other, NULL), MLP_OK);
    char nothing[4] = "x";
    assert_int_equal(mlp_model_cell(model, 1, other, 0, nothing, sizeof nothing), 0);
    assert_string_equal(nothing, "");
    mlp_table_free(other);
    mlp_model_free(model);
    mlp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_predictor_gives_the_bits_of_the_batch),
        cmocka_unit_test(values_encode_and_decode_as_tables_do),
        cmocka_unit_test(a_row_encodes_alone),
        cmocka_unit_test(a_cell_is_shown_as_what_it_is_read_as),
    };
    return RUN(tests);
}
