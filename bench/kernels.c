/* SPDX-License-Identifier: MIT */
/* Measures the kernels one by one, on every instruction set that this processor has: element-wise
 * functions in nanoseconds for 1000 numbers, products in GFLOP/s. Build and run: cmake --build
 * build --target mlp_kernels && build/kernels */
#include <stdio.h>
#include <stdlib.h>

#include "base/base.h"
#include "math/kernels.h"
#include "math/panels.h"

enum { N = 1000, RUNS = 7 };

typedef void (*work)(const void *context);

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Returns the seconds of one call: the median of several runs of at least 5 ms. */
static double seconds_of(work run, const void *context)
{
    double runs[RUNS];
    size_t times = 1;
    for (double taken = 0.0; taken < 0.005; times *= 2) {
        const double begun = mlpi_seconds();
        for (size_t i = 0; i < times; i++)
            run(context);
        taken = mlpi_seconds() - begun;
    }
    for (size_t r = 0; r < RUNS; r++) {
        const double begun = mlpi_seconds();
        for (size_t i = 0; i < times; i++)
            run(context);
        runs[r] = (mlpi_seconds() - begun) / (double)times;
    }
    qsort(runs, RUNS, sizeof *runs, by_value);
    return runs[RUNS / 2];
}

static float x[N], y[N], d[N];

static void activate(const void *context)
{
    (*(const mlpi_activate *)context)(N, x, y);
}

static void chain(const void *context)
{
    (*(const mlpi_chain *)context)(N, x, y, d);
}

typedef struct task {
    const mlpi_kernel_table *kernels;
    mlpi_product product;
} task;

static void multiply(const void *context)
{
    const task *t = context;
    t->kernels->product(&t->product);
}

static void multiply_transposed(const void *context)
{
    const task *t = context;
    t->kernels->product_transposed(&t->product);
}

static void products(const mlpi_kernel_table *kernels)
{
    static const size_t shapes[][3] = {{32, 14, 64},     {32, 64, 64},    {128, 64, 64},
                                       {256, 256, 256},  {128, 784, 512}, {256, 1024, 1024},
                                       {256, 2048, 2048}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const size_t rows = shapes[i][0], steps = shapes[i][1], units = shapes[i][2];
        float *a = mlpi_allocate((rows | 1) * (steps + 16), sizeof *a);
        float *b = mlpi_allocate(units * (rows > steps ? rows : steps), sizeof *b);
        float *c = mlpi_allocate(units * ((rows > steps ? rows : steps) + 1), sizeof *c);
        float *start = mlpi_allocate(units, sizeof *start);
        const task forward = {kernels,
                              {rows, units / MLPI_PANEL, steps, a, (rows | 1) * MLPI_PANEL, b,
                               steps * MLPI_PANEL, start, 0, MLPI_PANEL, c, (rows | 1) * MLPI_PANEL,
                               NULL}};
        const task weights = {kernels,
                              {steps, units / MLPI_PANEL, rows, a, (rows | 1) * MLPI_PANEL, b,
                               rows * MLPI_PANEL, start, 0, MLPI_PANEL, c, steps * MLPI_PANEL,
                               NULL}};
        const double flops = 2e-9 * (double)(rows * steps * units);
        printf("  product %4zu x %4zu x %4zu  forward %6.1f  weights %6.1f GFLOP/s\n", rows, steps,
               units, flops / seconds_of(multiply, &forward),
               flops / seconds_of(multiply_transposed, &weights));
        mlpi_free(a);
        mlpi_free(b);
        mlpi_free(c);
        mlpi_free(start);
    }
}

int main(void)
{
    mlpi_random random = mlpi_random_init(1, 1);
    for (size_t i = 0; i < N; i++)
        x[i] = (float)mlpi_random_normal(&random);
    for (size_t t = 0; mlpi_kernels_at(t) != NULL; t++) {
        const mlpi_kernel_table *kernels = mlpi_kernels_at(t);
        printf("%s\n", kernels->name);
        for (size_t f = 0; f < MLP_SOFTMAX; f++)
            printf("  %-9s value %7.1f  derivative %7.1f ns / %d\n",
                   mlp_activation_describe((mlp_activation)f)->name,
                   1e9 * seconds_of(activate, &kernels->activate[f]),
                   1e9 * seconds_of(chain, &kernels->chain[f]), N);
        products(kernels);
    }
    return 0;
}
