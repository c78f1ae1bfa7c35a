/* SPDX-License-Identifier: MIT */
/* Piecewise-linear encoding: bins between quantiles b_0 < ... < b_T of the training rows, and one
 * input a bin: x_t = (v - b_(t-1)) / (b_t - b_(t-1)), not below 0 but in the first bin, not above 1
 * but in the last. Y. Gorishniy, I. Rubachev, A. Babenko: On embeddings for numerical features in
 * tabular deep learning, 2022, section 3.2. */
#include <math.h>
#include <stdio.h>

#include "base/base.h"
#include "transforms/transform.h"

static mlp_status fit(const mlpi_facts *facts, mlpi_fitted *f, mlp_error *err)
{
    const mlpi_numbers *n = facts->numbers;
    const size_t bins = (size_t)facts->argument;
    f->list = mlpi_allocate(bins + 1, sizeof *f->list);
    if (f->list == NULL)
        return mlpi_fail_memory(err, "a transform");
    for (size_t k = 0; k <= bins; k++) {
        const double edge = mlpi_quantile(n->sample, n->sample_count, (double)k / (double)bins);
        if (f->list_count == 0 || edge > f->list[f->list_count - 1])
            f->list[f->list_count++] = edge;
    }
    if (f->list_count == 1) { /* a constant column */
        f->list[1] = nextafter(f->list[0] + 1.0 + fabs(f->list[0]), INFINITY);
        f->list_count = 2;
    }
    return MLP_OK;
}

static const char *defect(const mlpi_fitted *f)
{
    bool ascending = f->list_count >= 2;
    for (size_t k = 1; k < f->list_count; k++)
        ascending = ascending && f->list[k - 1] < f->list[k];
    return ascending ? NULL : "edges";
}

static size_t width(const mlpi_fitted *f)
{
    return f->list_count - 1;
}

static void apply(const mlpi_fitted *f, const double *values, size_t count, float *x, size_t stride)
{
    const size_t bins = f->list_count - 1;
    for (size_t i = 0; i < count; i++)
        for (size_t t = 0; t < bins; t++) {
            double part = (values[i] - f->list[t]) / (f->list[t + 1] - f->list[t]);
            part = t > 0 && part < 0.0 ? 0.0 : part;
            part = t + 1 < bins && part > 1.0 ? 1.0 : part;
            x[i * stride + t] = (float)part;
        }
}

static void range(const mlpi_fitted *f, double range[3])
{
    range[0] = f->list[0];
    range[1] = mlpi_quantile(f->list, f->list_count, 0.5);
    range[2] = f->list[f->list_count - 1];
}

static void name_input(const mlpi_fitted *f, size_t input, char *text, size_t size)
{
    char from[32], to[32];
    snprintf(text, size, " from %s to %s", mlpi_rounded(f->list[input], 3, from),
             mlpi_rounded(f->list[input + 1], 3, to));
}

const mlpi_transform mlpi_piecewise_linear = {
    .name = "piecewise-linear",
    .kind = "piecewise-linear",
    .argument = {"how many bins", 16.0, 16.0, 1.0, 1000.0, true},
    .sampled = true,
    .list = "edges",
    .fit = fit,
    .defect = defect,
    .width = width,
    .apply = apply,
    .range = range,
    .name_input = name_input,
};
