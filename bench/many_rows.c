/* SPDX-License-Identifier: MIT */
/* Measures the time to predict a row on one thread: alone with mlp_predictor_run, among many with
 * mlp_predictor_run_rows, and in a session, in turns.
 * Usage: many_rows ROWS TURNS MODEL...; prints for each model the microseconds per row in each of
 * these ways (medians of the turns), and the median ratio of the second to the third. */
#include <stdio.h>
#include <stdlib.h>

#include "base/base.h"
#include "mlp/predictor.h"

enum { ALONE, ROWS_TOGETHER, SESSION, WAYS, MOST_TURNS = 101 };

typedef struct trial {
    mlp_model *model;
    mlp_predictor *predictor;
    mlp_session *session;
    size_t rows, inputs, outputs;
    float *x, *y, *workspace;
} trial;

static double time_of(trial *t, int way)
{
    const double begin = mlpi_seconds();
    if (way == ROWS_TOGETHER)
        mlp_predictor_run_rows(t->predictor, t->x, t->rows, t->y, t->workspace);
    if (way == SESSION)
        mlp_session_forward(t->session, t->x, t->rows, t->y);
    for (size_t r = 0; way == ALONE && r < t->rows; r++)
        mlp_predictor_run(t->predictor, t->x + r * t->inputs, t->y + r * t->outputs, t->workspace);
    return (mlpi_seconds() - begin) / (double)t->rows * 1e6;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, ascending);
    return values[count / 2];
}

static void compare(trial *t, size_t turns)
{
    double took[WAYS][MOST_TURNS], ratio[MOST_TURNS];
    for (size_t i = 0; i < turns; i++) {
        for (int way = 0; way < WAYS; way++)
            took[way][i] = time_of(t, way);
        ratio[i] = took[ROWS_TOGETHER][i] / took[SESSION][i];
    }
    for (int way = 0; way < WAYS; way++)
        printf("%10.4f", median(took[way], turns));
    printf("%8.3f\n", median(ratio, turns));
}

static mlp_status open_model(const char *path, trial *t, mlp_error *err)
{
    MLPI_TRY(mlp_model_load(path, &t->model, err));
    MLPI_TRY(mlp_predictor_create_model(t->model, &t->predictor, err));
    MLPI_TRY(mlp_session_create(t->model, 1, &t->session, err));
    t->inputs = mlp_network_inputs(mlp_model_network(t->model));
    t->outputs = mlp_network_outputs(mlp_model_network(t->model));
    t->x = mlpi_allocate(t->rows, t->inputs * sizeof *t->x);
    t->y = mlpi_allocate(t->rows, t->outputs * sizeof *t->y);
    t->workspace =
        mlpi_allocate(mlp_predictor_workspace_rows(t->predictor, t->rows), sizeof *t->workspace);
    if (t->x == NULL || t->y == NULL || t->workspace == NULL)
        return mlpi_fail_memory(err, "the rows");
    mlpi_random random = mlpi_random_init(1, 1);
    for (size_t i = 0; i < t->rows * t->inputs; i++)
        t->x[i] = (float)mlpi_random_normal(&random);
    return MLP_OK;
}

static void close_model(trial *t)
{
    mlp_session_free(t->session);
    mlp_predictor_free(t->predictor);
    mlp_model_free(t->model);
    mlpi_free(t->x);
    mlpi_free(t->y);
    mlpi_free(t->workspace);
}

int main(int argc, char **argv)
{
    const size_t rows = argc > 3 ? strtoul(argv[1], NULL, 10) : 0;
    const size_t turns = argc > 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (rows < 1 || turns < 1 || turns > MOST_TURNS) {
        fprintf(stderr, "usage: %s ROWS TURNS MODEL...\n", argv[0]);
        return EXIT_FAILURE;
    }
    printf("%-30s%10s%10s%10s%8s\n", "us a row", "alone", "together", "session", "ratio");
    for (int i = 3; i < argc; i++) {
        mlp_error err;
        trial t = {.rows = rows};
        if (open_model(argv[i], &t, &err) != MLP_OK) {
            fprintf(stderr, "%s\n", err.message);
            return EXIT_FAILURE;
        }
        printf("%-30s", argv[i]);
        compare(&t, turns);
        close_model(&t);
    }
    return EXIT_SUCCESS;
}
