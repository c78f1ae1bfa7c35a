/* SPDX-License-Identifier: MIT */
/* predict MODEL NUMBERS COLUMNS THREADS: predicts the rows of a file of doubles through the C
 * interface, once for each line of standard input, and prints the seconds that each prediction
 * took. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "mlp/mlp.h"

static double now(void)
{
    struct timespec t;
    timespec_get(&t, TIME_UTC);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double *read_all(const char *path, size_t *count)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0)
        return NULL;
    *count = (size_t)ftell(file) / sizeof(double);
    rewind(file);
    double *values = malloc(*count * sizeof *values);
    if (values != NULL && fread(values, sizeof *values, *count, file) != *count)
        *count = 0;
    fclose(file);
    return values;
}

/* Predicts as a program would: creates a session, allocates memory for the predictions, and calls
 * the function. Returns the seconds. */
static double predict(const mlp_model *model, const double *values, size_t rows, size_t columns,
                      int threads)
{
    mlp_error err;
    mlp_session *session = NULL;
    const double start = now();
    double *answers = malloc(rows * mlp_model_width(model) * sizeof *answers);
    size_t *labels = malloc(rows * sizeof *labels);
    if (answers == NULL || labels == NULL ||
        mlp_session_create(model, threads, &session, &err) != MLP_OK ||
        mlp_session_predict_values(session, values, rows, columns, answers, labels, &err) != MLP_OK)
        exit(1);
    const double seconds = now() - start;
    mlp_session_free(session);
    free(answers);
    free(labels);
    return seconds;
}

int main(int argc, char **argv)
{
    mlp_error err;
    mlp_model *model = NULL;
    size_t count = 0;
    if (argc != 5 || mlp_model_load(argv[1], &model, &err) != MLP_OK)
        return 1;
    const size_t columns = strtoull(argv[3], NULL, 10);
    double *values = read_all(argv[2], &count);
    if (values == NULL || count == 0)
        return 1;
    while (getchar() != EOF) {
        printf("%.6f\n", predict(model, values, count / columns, columns, atoi(argv[4])));
        fflush(stdout);
    }
    free(values);
    mlp_model_free(model);
    return 0;
}
