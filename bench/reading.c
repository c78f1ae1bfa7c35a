/* SPDX-License-Identifier: MIT */
/* Measures the time from a file to the floats that a network is trained on.
 * Usage: reading FILE TARGET; prints a line of elapsed seconds and processor seconds: all,
 *        reading, schema, division, fit, encoding.
 *        reading numbers|texts ROWS; prints a table: 30 numbers and a target y, or eight quoted
 *        labels, a quoted sentence and y. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/base.h"
#include "divide/split.h"
#include "encode/pipeline.h"

enum { READING, SCHEMA, DIVISION, FIT, ENCODING, STAGES };
static const char *const names[] = {"reading", "schema", "division", "fit", "encoding"};

/* Elapsed seconds, and processor seconds of all threads. */
typedef struct seconds {
    double elapsed, processor;
} seconds;

static seconds now(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (seconds){mlpi_seconds(),
                     (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                         1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec)};
}

static seconds since(seconds *last)
{
    const seconds at = now(), passed = {at.elapsed - last->elapsed, at.processor - last->processor};
    *last = at;
    return passed;
}

static mlp_status run(const char *path, const char *target, seconds s[STAGES], size_t *values,
                      mlp_error *err)
{
    const mlp_names targets = {&target, 1};
    const mlpi_schema_request request = {.targets = targets, .task = MLP_TASK_REGRESSION};
    mlp_table *table = NULL;
    mlpi_schema schema;
    mlpi_split split;
    mlpi_pipeline pipeline;
    mlp_encoded encoded;
    seconds last = now();
    MLPI_TRY(mlp_table_read(path, NULL, &table, err));
    s[READING] = since(&last);
    MLPI_TRY(mlpi_schema_infer(table, &request, &schema, err));
    s[SCHEMA] = since(&last);
    MLPI_TRY(mlpi_split_rows(table, &schema, 0.0, 1, &split, err));
    s[DIVISION] = since(&last);
    const mlpi_fit_request fit = {.table = table,
                                  .schema = &schema,
                                  .rows = split.training,
                                  .row_count = split.training_count,
                                  .label_rows = split.training,
                                  .label_row_count = split.training_count};
    MLPI_TRY(mlpi_pipeline_fit(&fit, &pipeline, err));
    s[FIT] = since(&last);
    MLPI_TRY(mlpi_pipeline_apply(&pipeline, table, split.training, split.training_count, true,
                                 &encoded, err));
    s[ENCODING] = since(&last);
    *values = encoded.rows * encoded.inputs;
    mlp_encoded_release(&encoded);
    mlpi_pipeline_release(&pipeline);
    mlpi_split_release(&split);
    mlpi_schema_release(&schema);
    mlp_table_free(table);
    return MLP_OK;
}

/* --- tables ----------------------------------------------------------------------------------- */

enum { INPUTS = 30, LABELS = 8 };

static void print_numbers(size_t rows)
{
    mlpi_random random = mlpi_random_init(1, 1);
    for (int c = 1; c <= INPUTS; c++)
        printf("x%d,", c);
    printf("y\n");
    for (size_t r = 0; r < rows; r++) {
        for (int c = 0; c < INPUTS; c++)
            printf("%.6g,", mlpi_random_normal(&random));
        printf("%.6g\n", mlpi_random_normal(&random));
    }
}

static void print_texts(size_t rows)
{
    static const char *const words[] = {"north",       "south",
                                        "Amsterdam",   "the quick brown fox",
                                        "blue",        "green, with stripes",
                                        "Z\u00fcrich", "a \"\"quoted\"\" word",
                                        "medium",      "very large and heavy",
                                        "customer",    "delivered"};
    enum { WORDS = sizeof words / sizeof words[0] };
    mlpi_random random = mlpi_random_init(1, 2);
    for (int c = 1; c <= LABELS; c++)
        printf("label%d,", c);
    printf("note,y\n");
    for (size_t r = 0; r < rows; r++) {
        for (int c = 0; c < LABELS; c++)
            printf("\"%s\",", words[mlpi_random_below(&random, WORDS)]);
        printf("\"order %u of %s\",%.2f\n", (unsigned)mlpi_random_below(&random, 1000000),
               words[mlpi_random_below(&random, WORDS)], 1000.0 * mlpi_random_uniform(&random));
    }
}

int main(int argc, char **argv)
{
    mlp_error err = {0};
    seconds s[STAGES], begin = now();
    size_t values = 0;
    struct stat file;
    struct rusage used;
    if (argc == 3 && (strcmp(argv[1], "numbers") == 0 || strcmp(argv[1], "texts") == 0)) {
        (argv[1][0] == 'n' ? print_numbers : print_texts)((size_t)strtoull(argv[2], NULL, 10));
        return EXIT_SUCCESS;
    }
    if (argc != 3 || stat(argv[1], &file) != 0) {
        fprintf(stderr, "usage: reading FILE TARGET, or reading numbers|texts ROWS\n");
        return EXIT_FAILURE;
    }
    if (run(argv[1], argv[2], s, &values, &err) != MLP_OK) {
        fprintf(stderr, "%s\n", err.message);
        return EXIT_FAILURE;
    }
    const seconds all = since(&begin);
    getrusage(RUSAGE_SELF, &used);
    printf("%.3f s (%.0f MB/s), processor %.3f s (%.0f MB/s): ", all.elapsed,
           1e-6 * (double)file.st_size / all.elapsed, all.processor,
           1e-6 * (double)file.st_size / all.processor);
    for (int i = 0; i < STAGES; i++)
        printf("%s%s %.3f, %.3f", i > 0 ? "; " : "", names[i], s[i].elapsed, s[i].processor);
    printf("; %zu floats; peak %.0f MB\n", values, 1e-3 * (double)used.ru_maxrss);
    return EXIT_SUCCESS;
}
