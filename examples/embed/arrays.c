/* SPDX-License-Identifier: MIT */
/* A program whose data are arrays: trains on them without a copy, keeps the model in memory, and
 * predicts many rows. Build it like main.c. */
#include <math.h>
#include <mlp/mlp.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 2000, COLUMNS = 3 };

/* What the sensors of a pump measured; the condition of the pump is to be predicted. */
typedef struct reading {
    double pressure, flow;
    float temperature;
} reading;

static int failed(const mlp_error *err)
{
    fprintf(stderr, "%s\n", err->message);
    return 1;
}

static void measure(reading *readings, const char **pump)
{
    for (int i = 0; i < ROWS; i++) {
        reading *r = &readings[i];
        r->pressure = 2.0 + sin(i * 0.37);
        r->flow = i % 50 == 0 ? NAN : 10.0 + 3.0 * cos(i * 0.11); /* NaN: not measured */
        r->temperature = (float)(40.0 + 20.0 * sin(i * 0.05));
        pump[i] = r->pressure * (double)r->temperature > 90.0 ? "worn" : "good";
    }
}

static mlp_status make_table(const reading *readings, const char *const *pump, mlp_table **table,
                             mlp_error *err)
{
    mlp_table_builder *b = mlp_table_builder_create("readings", ROWS);
    mlp_table_borrow_numbers(b, "pressure", MLP_NUMBER_DOUBLE, &readings->pressure,
                             sizeof *readings, NULL, NULL, NULL);
    mlp_table_borrow_numbers(b, "flow", MLP_NUMBER_DOUBLE, &readings->flow, sizeof *readings, NULL,
                             NULL, NULL);
    mlp_table_borrow_numbers(b, "temperature", MLP_NUMBER_FLOAT, &readings->temperature,
                             sizeof *readings, NULL, NULL, NULL);
    mlp_table_add_texts(b, "pump", pump);
    return mlp_table_builder_finish(b, table, err);
}

int main(void)
{
    static reading readings[ROWS];
    static const char *pump[ROWS];
    static double values[ROWS][COLUMNS], probability[ROWS][2];
    static size_t label[ROWS];
    mlp_train_options *options = NULL;
    mlp_table *table = NULL;
    mlp_model *trained = NULL, *model = NULL;
    mlp_session *session = NULL;
    unsigned char *bytes = NULL;
    size_t size = 0, right = 0;
    mlp_error err;
    measure(readings, pump);

    if (make_table(readings, pump, &table, &err) != MLP_OK ||
        mlp_train_options_create(&options, &err) != MLP_OK ||
        mlp_train_options_set(options, "target", "pump", &err) != MLP_OK ||
        mlp_train(table, NULL, options, &trained, NULL, &err) != MLP_OK ||
        mlp_model_save_memory(trained, &bytes, &size, &err) != MLP_OK ||
        mlp_model_load_memory(bytes, size, "the model", &model, &err) != MLP_OK ||
        mlp_session_create(model, 0, &session, &err) != MLP_OK)
        return failed(&err);
    for (int i = 0; i < ROWS; i++) { /* the order of mlp_model_column: that of training */
        values[i][0] = readings[i].pressure;
        values[i][1] = readings[i].flow;
        values[i][2] = (double)readings[i].temperature;
    }
    if (mlp_session_predict_values(session, &values[0][0], ROWS, 0, &probability[0][0], label,
                                   &err) != MLP_OK)
        return failed(&err);
    for (int i = 0; i < ROWS; i++)
        right += mlp_model_label(model, label[i])[0] == pump[i][0] ? 1 : 0;
    printf("%.0f %% of %d pumps are classified correctly\n", 100.0 * (double)right / ROWS, ROWS);
    mlp_session_free(session);
    mlp_train_options_free(options);
    free(bytes);
    mlp_model_free(trained);
    mlp_model_free(model);
    mlp_table_free(table);
    return 0;
}
