/* SPDX-License-Identifier: MIT */
/* Many threads share one model and one predictor, which are read-only once created: each thread
 * gets the answers that a single thread gets. ThreadSanitizer watches this test. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "mlp/mlp.h"
#include "options/options.h"
#include "unit/test.h"

enum { THREADS = 8, TURNS = 20, ROWS = 40 };

typedef struct shared {
    const mlp_model *model;
    const mlp_predictor *predictor;
    const mlp_table *table;
    const float *x;        /* ROWS x inputs */
    const float *expected; /* ROWS x outputs, computed by one thread */
    const double *answers; /* ROWS x width, computed by one thread */
    size_t inputs, outputs;
} shared;

/* The work of one thread: single rows with the predictor and, every fourth turn, the table with the
 * model, on two threads of its own. Returns NULL if all was as expected, or else what was not. */
static void *use(void *context)
{
    const shared *s = context;
    float *workspace = calloc(mlp_predictor_workspace(s->predictor) + 1, sizeof *workspace);
    float *y = calloc(s->outputs, sizeof *y);
    const char *wrong = workspace == NULL || y == NULL ? "memory" : NULL;
    for (int turn = 0; turn < TURNS && wrong == NULL; turn++) {
        for (size_t r = 0; r < ROWS && wrong == NULL; r++) {
            mlp_predictor_run(s->predictor, s->x + r * s->inputs, y, workspace);
            if (memcmp(y, s->expected + r * s->outputs, s->outputs * sizeof *y) != 0)
                wrong = "a row by the predictor";
        }
        mlp_predictions predictions;
        if (turn % 4 != 0)
            continue;
        if (mlp_model_predict(s->model, s->table, 2, &predictions, NULL) != MLP_OK)
            wrong = "a table by the model";
        else if (memcmp(predictions.values, s->answers,
                        ROWS * predictions.width * sizeof(double)) != 0)
            wrong = "answers of a table by the model";
        if (wrong == NULL)
            mlp_predictions_release(&predictions);
    }
    free(workspace);
    free(y);
    return (void *)(uintptr_t)wrong;
}

static mlp_table *make_table(void)
{
    char text[ROWS * 32 + 32];
    mlp_table *table = NULL;
    size_t used = (size_t)snprintf(text, sizeof text, "a,b,answer\n");
    for (int i = 0; i < ROWS; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%d.5,%d,%s\n", i * 7 % 11,
                                 i * 5 % 13, i % 3 == 1 ? "yes" : "no");
    assert_int_equal(mlp_table_read_memory(text, used, "small.csv", NULL, &table, NULL), MLP_OK);
    return table;
}

static void threads_share_a_model_and_a_predictor(void **state)
{
    (void)state;
    static const char *const target = "answer";
    mlp_train_options options = mlpi_options_default();
    options.targets = (mlp_names){&target, 1};
    options.epochs = 3;
    options.threads = 2;
    mlp_table *table = make_table();
    mlp_model *model = NULL;
    mlp_predictor *predictor = NULL;
    mlp_encoded encoded;
    mlp_predictions alone;
    assert_int_equal(mlp_train(table, NULL, &options, &model, NULL, NULL), MLP_OK);
    assert_int_equal(mlp_predictor_create(mlp_model_network(model), &predictor, NULL), MLP_OK);
    assert_int_equal(mlp_model_encode(model, table, false, &encoded, NULL), MLP_OK);
    assert_int_equal(mlp_model_predict(model, table, 1, &alone, NULL), MLP_OK);
    float *expected = calloc(ROWS * encoded.outputs + 1, sizeof *expected);
    assert_non_null(expected);
    assert_int_equal(mlp_model_forward(model, encoded.x, ROWS, 1, expected, NULL), MLP_OK);

    const shared s = {model,    predictor,    table,          encoded.x,
                      expected, alone.values, encoded.inputs, encoded.outputs};
    pthread_t threads[THREADS];
    for (int t = 0; t < THREADS; t++)
        assert_int_equal(pthread_create(&threads[t], NULL, use, (void *)(uintptr_t)&s), 0);
    for (int t = 0; t < THREADS; t++) {
        void *wrong = NULL;
        assert_int_equal(pthread_join(threads[t], &wrong), 0);
        if (wrong != NULL)
            fail_msg("not as one thread alone has it: %s", (const char *)wrong);
    }
    free(expected);
    mlp_predictions_release(&alone);
    mlp_encoded_release(&encoded);
    mlp_predictor_free(predictor);
    mlp_model_free(model);
    mlp_table_free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_share_a_model_and_a_predictor),
    };
    return RUN(tests);
}
