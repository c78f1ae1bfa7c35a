/* SPDX-License-Identifier: MIT */
/* A program with a network inside: trains on a table, saves, loads, and predicts one flower.
 * Build it with make (pkg-config) or with CMake; see the README beside it. */
#include <mlp/mlp.h>
#include <stdio.h>
#include <string.h>

static int failed(const mlp_error *err)
{
    fprintf(stderr, "%s\n", err->message);
    return 1;
}

int main(int argc, char **argv)
{
    static const char *const target[] = {"species"};
    static const char flower[] =
        "sepal_length,sepal_width,petal_length,petal_width\n6.1,2.9,4.7,1.4\n";
    mlp_train_options options = mlp_train_options_default();
    mlp_table *table = NULL, *row = NULL;
    mlp_model *trained = NULL, *model = NULL;
    mlp_predictions p;
    mlp_error err;
    if (argc != 3) {
        fprintf(stderr, "usage: %s iris.csv model.mlp\n", argv[0]);
        return 2;
    }
    options.targets.items = target;
    options.targets.count = 1;

    if (mlp_table_read(argv[1], NULL, &table, &err) != MLP_OK ||
        mlp_train(table, NULL, &options, &trained, NULL, &err) != MLP_OK ||
        mlp_model_save(trained, argv[2], true, &err) != MLP_OK ||
        mlp_model_load(argv[2], &model, &err) != MLP_OK ||
        mlp_table_read_memory(flower, strlen(flower), "flower.csv", NULL, &row, &err) != MLP_OK ||
        mlp_model_predict(model, row, 1, &p, &err) != MLP_OK)
        return failed(&err);

    printf("mlp %s: the flower is %s with probability %.2f\n", mlp_version(),
           mlp_model_label(model, p.label[0]), p.values[p.label[0]]);
    mlp_predictions_release(&p);
    mlp_table_free(row);
    mlp_table_free(table);
    mlp_model_free(trained);
    mlp_model_free(model);
    return 0;
}
