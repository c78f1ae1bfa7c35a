/* SPDX-License-Identifier: MIT */
/* Piecewise-linear encoding: bins between edges b_0 < ... < b_T, and one input for each bin: x_t =
 * (v - b_(t-1)) / (b_t - b_(t-1)), at least 0 except in the first bin, at most 1 except in the
 * last. Y. Gorishniy, I. Rubachev, A. Babenko: On embeddings for numerical features in tabular deep
 * learning, 2022, section 3.2, where the edges are quantiles of the training rows. A value that has
 * more rows than a bin would equal several quantiles, and leave fewer bins for other values. Here
 * such a value is a single edge, and the quantiles are those of the rows with other values. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "transforms/transform.h"

/* Removes from `sorted` the values that fill more than a bin, and makes them edges. The other bins
 * then have fewer rows each, so that further values can fill more than a bin: repeats this until no
 * value does. Returns the number of bins that remain. */
static size_t take_frequent(double *sorted, size_t *count, size_t bins, mlpi_fitted *f)
{
    for (size_t before = 0; before != bins && *count > 0;) {
        const double each = (double)*count / (double)bins;
        size_t kept = 0;
        before = bins;
        for (size_t first = 0, last = 0; first < *count; first = last) {
            while (last < *count && sorted[last] == sorted[first])
                last++;
            if (bins > 1 && (double)(last - first) > each) {
                f->list[f->list_count++] = sorted[first];
                bins--;
                continue;
            }
            memmove(sorted + kept, sorted + first, (last - first) * sizeof *sorted);
            kept += last - first;
        }
        *count = kept;
    }
    return bins;
}

static void sort_edges(mlpi_fitted *f)
{
    size_t kept = 0;
    mlpi_sort(f->list, f->list_count);
    for (size_t k = 0; k < f->list_count; k++)
        if (kept == 0 || f->list[k] > f->list[kept - 1])
            f->list[kept++] = f->list[k];
    f->list_count = kept;
}

static mlp_status fit(const mlpi_facts *facts, mlpi_fitted *f, mlp_error *err)
{
    const mlpi_numbers *n = facts->numbers;
    size_t bins = (size_t)facts->argument, count = n->sample_count;
    double *rest = mlpi_allocate(count, sizeof *rest);
    f->list = mlpi_allocate(bins + 1, sizeof *f->list);
    if (f->list == NULL || rest == NULL) {
        mlpi_free(rest);
        return mlpi_fail_memory(err, "a transform");
    }
    memcpy(rest, n->sample, count * sizeof *rest);
    bins = take_frequent(rest, &count, bins, f);
    for (size_t k = 0; k <= bins && count > 0; k++)
        f->list[f->list_count++] = mlpi_quantile(rest, count, (double)k / (double)bins);
    mlpi_free(rest);
    sort_edges(f);
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

MLPI_CARRIED(
    encode,
    static void encode_piecewise_linear(double v, const double *list, size_t count, float *x) {
        for (size_t t = 0; t + 1 < count; t++) {
            double part = (v - list[t]) / (list[t + 1] - list[t]);
            part = t > 0 && part < 0.0 ? 0.0 : part;
            part = t + 2 < count && part > 1.0 ? 1.0 : part;
            x[t] = (float)part;
        }
    });

static void apply(const mlpi_fitted *f, const double *values, size_t count, float *x, size_t stride)
{
    for (size_t i = 0; i < count; i++)
        encode_piecewise_linear(values[i], f->list, f->list_count, x + i * stride);
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
    .carried = {.encode = encode},
    .name_input = name_input,
};
