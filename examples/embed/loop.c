/* SPDX-License-Identifier: MIT */
/* A program that owns the training loop, and minimises a function of its own. Build it like
 * main.c. */
#include <math.h>
#include <mlp/mlp.h>
#include <stdio.h>

static int failed(const mlp_error *err)
{
    fprintf(stderr, "%s\n", err->message);
    return 1;
}

/* --- initialise, step, test ------------------------------------------------------------------- */

static int train(const mlp_table *table, mlp_error *err)
{
    mlp_train_options *options = NULL;
    mlp_trainer *trainer = NULL;
    mlp_model *model = NULL;
    mlp_evaluation figures;
    mlp_progress now;
    if (mlp_train_options_create(&options, err) != MLP_OK ||
        mlp_train_options_set(options, "target", "species", err) != MLP_OK ||
        mlp_train_options_set(options, "schedule", "cosine", err) != MLP_OK ||
        mlp_train_options_set_number(options, "epochs", 60.0, err) != MLP_OK ||
        mlp_trainer_create(table, NULL, options, &trainer, err) != MLP_OK)
        return failed(err);
    while (mlp_trainer_step(trainer, &now)) {
        if (now.epoch % 20 == 0)
            printf("epoch %zu: loss %.3f, validation %.3f\n", now.epoch, now.training_loss,
                   now.validation_loss);
        if (now.validation_loss < 0.02) /* good enough for us */
            break;
    }
    if (mlp_trainer_model(trainer, &model, NULL, err) != MLP_OK ||
        mlp_evaluate(model, table, 1, &figures, err) != MLP_OK)
        return failed(err);
    printf("accuracy %.3f on all rows\n", figures.accuracy);
    mlp_evaluation_release(&figures);
    mlp_model_free(model);
    mlp_trainer_free(trainer);
    mlp_train_options_free(options);
    return 0;
}

/* --- an objective of the program's own -------------------------------------------------------- */

/* The Rosenbrock function, whose minimum lies at (1, 1). */
static double rosenbrock(void *context, const double *w, double *gradient)
{
    const double a = 1.0 - w[0], b = w[1] - w[0] * w[0];
    (void)context;
    if (gradient != NULL) {
        gradient[0] = -2.0 * a - 400.0 * w[0] * b;
        gradient[1] = 200.0 * b;
    }
    return a * a + 100.0 * b * b;
}

static int minimise(mlp_error *err)
{
    mlp_objective objective = {0};
    mlp_minimize_options options = mlp_minimize_options_default();
    mlp_minimum found;
    double w[2] = {-1.2, 1.0};
    objective.n = 2;
    objective.value = rosenbrock;
    options.method = "scg";
    if (mlp_minimize(&objective, &options, w, &found, err) != MLP_OK)
        return failed(err);
    printf("minimum at (%.4f, %.4f)\n", w[0], w[1]);
    return 0;
}

int main(int argc, char **argv)
{
    mlp_table *table = NULL;
    mlp_error err;
    if (argc != 2) {
        fprintf(stderr, "usage: %s iris.csv\n", argv[0]);
        return 2;
    }
    if (mlp_table_read(argv[1], NULL, &table, &err) != MLP_OK)
        return failed(&err);
    const int code = train(table, &err) != 0 || minimise(&err) != 0;
    mlp_table_free(table);
    return code;
}
