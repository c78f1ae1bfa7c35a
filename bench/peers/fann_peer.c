/* SPDX-License-Identifier: MIT */
/* fann_peer NETWORK BATCH SECONDS: measures FANN on the same shapes. FANN has no relu, softmax or
 * Adam, so it trains sigmoid networks with its batch gradient descent, one batch per step, which is
 * less work than that of the other tools. */
#include <fann.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct fann *network;
static struct fann_train_data *data;

static void step(void)
{
    fann_train_epoch(network, data);
}

static void predict(void)
{
    fann_run(network, data->input[0]);
}

/* Returns the seconds of one call: the median of five runs. */
static double each(void (*work)(void), double seconds)
{
    double runs[5], taken = 0;
    size_t times = 1;
    for (;; times *= 2) {
        const double begun = now();
        for (size_t i = 0; i < times; i++)
            work();
        taken = now() - begun;
        if (taken * 5 >= seconds / 4)
            break;
    }
    times = (size_t)((double)times * seconds / 5 / taken) + 1;
    for (int r = 0; r < 5; r++) {
        const double begun = now();
        for (size_t i = 0; i < times; i++)
            work();
        runs[r] = (now() - begun) / (double)times;
    }
    qsort(runs, 5, sizeof *runs, by_value);
    return runs[2];
}

int main(int argc, char **argv)
{
    unsigned sizes[8], layers = 0;
    if (argc != 4)
        return 2;
    char *copy = strdup(argv[1]);
    for (char *word = strtok(copy, "-"); word != NULL; word = strtok(NULL, "-"))
        sizes[layers++] = (unsigned)atoi(word);
    const unsigned batch = (unsigned)atoi(argv[2]);
    const double seconds = atof(argv[3]);
    network = fann_create_standard_array(layers, sizes);
    fann_set_activation_function_hidden(network, FANN_SIGMOID);
    fann_set_activation_function_output(network, FANN_SIGMOID);
    fann_set_training_algorithm(network, FANN_TRAIN_BATCH);
    data = fann_create_train(batch, sizes[0], sizes[layers - 1]);
    for (unsigned r = 0; r < batch; r++) {
        for (unsigned i = 0; i < sizes[0]; i++)
            data->input[r][i] = (fann_type)rand() / (fann_type)RAND_MAX - 0.5f;
        for (unsigned k = 0; k < sizes[layers - 1]; k++)
            data->output[r][k] = r % sizes[layers - 1] == k;
    }
    const double training = batch / each(step, seconds), single = each(predict, seconds);
    printf("{\"tool\": \"FANN\", \"version\": \"2.2.0\", \"network\": \"%s\", \"threads\": 1, "
           "\"training\": %.6g, "
           "\"prediction\": %.6g, \"single\": %.6g}\n",
           argv[1], training, 1.0 / single, single);
    return 0;
}
