/* SPDX-License-Identifier: MIT */
/* A program with a network inside: trains on a table, saves, loads, and predicts one flower from
 * its measurements. Build it with make (pkg-config) or with CMake; see the README in this
 * folder. */
#include <mlp/mlp.h>
#include <stdio.h>

typedef struct flower {
    double sepal_length, sepal_width, petal_length, petal_width;
} flower;

static int failed(const mlp_error *err)
{
    fprintf(stderr, "%s\n", err->message);
    return 1;
}

/* Puts a flower's numbers in the order of the model's columns. */
static mlp_status arrange(const mlp_model *model, const flower *f, double *values, mlp_error *err)
{
    const struct {
        const char *column;
        double value;
    } numbers[] = {{"sepal_length", f->sepal_length},
                   {"sepal_width", f->sepal_width},
                   {"petal_length", f->petal_length},
                   {"petal_width", f->petal_width}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        size_t column = 0;
        const mlp_status status = mlp_model_find_column(model, numbers[i].column, &column, err);
        if (status != MLP_OK)
            return status;
        values[column] = numbers[i].value;
    }
    return MLP_OK;
}

int main(int argc, char **argv)
{
    static const flower found = {6.1, 2.9, 4.7, 1.4};
    mlp_train_options *options = NULL;
    mlp_table *table = NULL;
    mlp_model *trained = NULL, *model = NULL;
    mlp_session *session = NULL;
    double values[4], probability[3];
    size_t label = 0;
    mlp_error err;
    if (argc != 3) {
        fprintf(stderr, "usage: %s iris.csv model.mlp\n", argv[0]);
        return 2;
    }

    if (mlp_table_read(argv[1], NULL, &table, &err) != MLP_OK ||
        mlp_train_options_create(&options, &err) != MLP_OK ||
        mlp_train_options_set(options, "target", "species", &err) != MLP_OK ||
        mlp_train(table, NULL, options, &trained, NULL, &err) != MLP_OK ||
        mlp_model_save(trained, argv[2], true, &err) != MLP_OK ||
        mlp_model_load(argv[2], &model, &err) != MLP_OK ||
        arrange(model, &found, values, &err) != MLP_OK ||
        mlp_session_create(model, 1, &session, &err) != MLP_OK ||
        mlp_session_predict_values(session, values, 1, 0, probability, &label, &err) != MLP_OK)
        return failed(&err);

    printf("mlp %s: the flower is %s with probability %.2f\n", mlp_version(),
           mlp_model_label(model, label), probability[label]);
    mlp_session_free(session);
    mlp_train_options_free(options);
    mlp_table_free(table);
    mlp_model_free(trained);
    mlp_model_free(model);
    return 0;
}
