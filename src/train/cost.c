/* SPDX-License-Identifier: MIT */
/* An estimate of how long a full-batch method will take, before it begins: its operations are
 * counted, and the speed of this machine is measured by factoring a small matrix. */
#include <math.h>
#include <stdio.h>

#include "math/cholesky.h"
#include "threads/threads.h"
#include "train/run.h"

static const double MUCH = 2e10;     /* operations; for a run with fewer, no speed is measured */
static const double LONG_STEP = 0.5; /* seconds; a longer step is worth a notice */
static const double LONG_RUN = 60.0; /* seconds; a longer run is worth a notice */

static double work_of_factoring(double n)
{
    return n * n * n / 6.0;
}

/* Multiply-adds of one thread per second, on a matrix that is too large for the inner caches: the
 * fastest of a few factorings, since other programs may be busy. 0: out of memory. */
static double measure_rate(void)
{
    enum { SIDE = 512, TIMES = 4 };
    double *A = mlpi_allocate(SIDE * SIDE, sizeof *A);
    double *scratch = mlpi_allocate(SIDE * MLPI_CHOLESKY_VECTORS, sizeof *scratch);
    double fastest = (double)INFINITY;
    for (int t = 0; A != NULL && scratch != NULL && t < TIMES; t++) {
        for (size_t i = 0; i < SIDE * SIDE; i++)
            A[i] = i % (SIDE + 1) == 0 ? 2.0 : 1.0 / SIDE;
        const double began = mlpi_seconds();
        mlpi_cholesky(SIDE, A, scratch, NULL);
        fastest = fmin(fastest, mlpi_seconds() - began);
    }
    mlpi_free(A);
    mlpi_free(scratch);
    return isfinite(fastest) ? work_of_factoring(SIDE) / fmax(fastest, 1e-9) : 0.0;
}

double mlpi_cost_of_step(const mlpi_method *method, double parameters, double rows, double outputs)
{
    const double square = parameters * parameters;
    const double each =
        method->least_squares ? 0.5 * rows * outputs * square : 3.0 * rows * parameters;
    return method->evaluations * each + method->factorings * work_of_factoring(parameters);
}

/* Factoring runs on one thread, everything else on all threads. */
static double seconds_of(const mlpi_method *method, double parameters, double rows, double outputs,
                         double rate, int threads)
{
    const double alone = method->factorings * work_of_factoring(parameters);
    const double shared = mlpi_cost_of_step(method, parameters, rows, outputs) - alone;
    return (alone + shared / threads) / rate;
}

/* "0.4 seconds", "3 minutes". */
static const char *time_text(double seconds, char *text, size_t size)
{
    static const struct {
        double seconds;
        const char *name;
    } units[] = {{1.0, "seconds"}, {60.0, "minutes"}, {3600.0, "hours"}, {86400.0, "days"}};
    char number[32];
    size_t unit = 0;
    while (unit + 1 < sizeof units / sizeof units[0] && seconds >= 2.0 * units[unit + 1].seconds)
        unit++;
    const double value = seconds / units[unit].seconds;
    mlpi_rounded(value, value >= 1.0 && value < 10.0 ? 1 : 2, number);
    snprintf(text, size, "%s %s", number, units[unit].name);
    return text;
}

/* Writes a sentence that names a cheaper alternative. */
static void way_out(const mlp_trainer *run, double rows, double outputs, double rate, int threads,
                    char *text, size_t size)
{
    enum { FEW = 8 };
    const mlp_network *network = run->data.network;
    const double few = FEW * ((double)mlp_network_inputs(network) + 1.0) + outputs * (FEW + 1.0);
    char time[48];
    text[0] = '\0';
    if (!run->plan.method->least_squares)
        snprintf(text, size, " The steps of `optimizer` adam are quicker: each uses one batch.");
    else if (few < 0.5 * (double)mlp_network_size(network) && run->options.initial == NULL)
        snprintf(text, size,
                 " With `hidden` %d, a step would take about %s; `optimizer` adam and lbfgs solve "
                 "no system.",
                 FEW,
                 time_text(seconds_of(run->plan.method, few, rows, outputs, rate, threads), time,
                           sizeof time));
    else
        snprintf(text, size, " `optimizer` adam and lbfgs solve no system.");
}

void mlpi_cost_tell(const mlp_trainer *run)
{
    const mlpi_method *method = run->plan.method;
    const double n = (double)mlp_network_size(run->data.network);
    const double rows = (double)run->data.training.rows;
    const double outputs = (double)mlp_network_outputs(run->data.network);
    const double epochs = (double)run->plan.epochs;
    const int threads = mlpi_threads(run->options.threads);
    char what[64], step[48], all[48], way[200];
    if (run->options.notice == NULL || mlpi_cost_of_step(method, n, rows, outputs) * epochs < MUCH)
        return;
    const double rate = measure_rate();
    const double seconds = rate > 0.0 ? seconds_of(method, n, rows, outputs, rate, threads) : 0.0;
    if (seconds < LONG_STEP && seconds * epochs < LONG_RUN)
        return;
    if (method->least_squares)
        snprintf(what, sizeof what, "solves a system of %.0f unknowns", n);
    else
        snprintf(what, sizeof what, "goes through all %.0f rows", rows);
    way_out(run, rows, outputs, rate, threads, way, sizeof way);
    mlpi_notice(&run->options,
                "A step of %s %s: about %s a step on this machine, at most %s for %.0f steps.%s",
                method->name, what, time_text(seconds, step, sizeof step),
                time_text(seconds * epochs, all, sizeof all), epochs, way);
}
