/* SPDX-License-Identifier: MIT */
/* Target encoding: one input for each output. S = (sum + m p) / (n + m) is the smoothed mean of the
 * target in the n training rows with the text, where p is the target's mean in all rows; the input
 * is (S - p) / s with the target's deviation s, and 0 for other texts and without a value. D.
 * Micci-Barreca: A preprocessing scheme for high-cardinality categorical attributes, 2001. A
 * training row itself is encoded by a fit on rows of other folds (out_of_fold.c): a fit that
 * includes the row would give away its target if the text is rare. */
#include <stdio.h>

#include "base/base.h"
#include "transforms/transform.h"

enum { SMOOTHING, OUTPUTS, MOST_OUTPUTS = 100000 };

static mlp_status fit(const mlpi_facts *facts, mlpi_fitted *f, mlp_error *err)
{
    const mlpi_texts *t = facts->texts;
    const double m = facts->argument;
    size_t size = 0;
    MLPI_TRY(mlpi_fitted_take_levels(&t->distinct, f, err));
    f->list = mlpi_multiply(f->level_count, t->outputs, &size)
                  ? mlpi_allocate(size, sizeof *f->list)
                  : NULL;
    if (f->list == NULL)
        return mlpi_fail_memory(err, "the categories");
    f->list_count = size;
    f->number[SMOOTHING] = m;
    f->number[OUTPUTS] = (double)t->outputs;
    for (size_t i = 0; i < size; i++) {
        const double p = t->mean[i % t->outputs], s = t->scale[i % t->outputs];
        const double n = (double)t->counts[i / t->outputs];
        f->list[i] = n + m > 0.0 ? ((t->sums[i] + m * p) / (n + m) - p) / s : 0.0;
    }
    return MLP_OK;
}

static const char *defect(const mlpi_fitted *f)
{
    const double outputs = f->number[OUTPUTS];
    size_t size = 0;
    if (!(outputs >= 1.0 && outputs <= MOST_OUTPUTS) || outputs != (double)(size_t)outputs)
        return "outputs";
    if (!mlpi_multiply(f->level_count, (size_t)outputs, &size) || f->list_count != size)
        return "means";
    return !(f->number[SMOOTHING] >= 0.0) ? "smoothing"
                                          : mlpi_fitted_levels_defect(&mlpi_target_means, f);
}

static size_t width(const mlpi_fitted *f)
{
    return (size_t)f->number[OUTPUTS];
}

MLPI_CARRIED(
    encode, static void encode_target(double level, double smoothing, double outputs,
                                      const double *list, size_t count, size_t levels, float *x) {
        const size_t each = (size_t)outputs;
        (void)smoothing;
        (void)count;
        for (size_t k = 0; k < each; k++)
            x[k] = level >= 0.0 && level < (double)levels ? (float)list[(size_t)level * each + k]
                                                          : 0.0f;
    });

static void apply(const mlpi_fitted *f, const double *values, size_t count, float *x, size_t stride)
{
    for (size_t i = 0; i < count; i++)
        encode_target(values[i], f->number[SMOOTHING], f->number[OUTPUTS], f->list, f->list_count,
                      f->level_count, x + i * stride);
}

static void name_input(const mlpi_fitted *f, size_t input, char *text, size_t size)
{
    if (width(f) == 1)
        snprintf(text, size, ", mean of the target");
    else
        snprintf(text, size, ", mean of output %zu", input + 1);
}

const mlpi_transform mlpi_target_means = {
    .name = "target",
    .kind = "target",
    .argument = {"how many rows the mean of all rows counts as", 10.0, 10.0, 0.0, 1e9, false},
    .counted = true,
    .out_of_fold = true,
    .number = {{"smoothing", "smoothing"}, {"outputs", "outputs"}},
    .list = "means",
    .levels = "categories",
    .fit = fit,
    .defect = defect,
    .width = width,
    .find = mlpi_fitted_find_level,
    .apply = apply,
    .carried = {.encode = encode},
    .name_input = name_input,
};
