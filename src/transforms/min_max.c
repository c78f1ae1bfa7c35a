/* SPDX-License-Identifier: MIT */
/* The range of the training rows becomes 0..1: x = (v - a) / (b - a), with their least value a and
 * their largest b; x = v - a for a constant column. New values may lie outside. */
#include <math.h>

#include "transforms/transform.h"

enum { LOWEST, HIGHEST };

static mlp_status fit(const mlpi_facts *facts, mlpi_fitted *f, mlp_error *err)
{
    (void)err;
    f->number[LOWEST] = facts->numbers->lowest;
    f->number[HIGHEST] = facts->numbers->highest;
    return MLP_OK;
}

static const char *defect(const mlpi_fitted *f)
{
    const double spread = f->number[HIGHEST] - f->number[LOWEST];
    return spread >= 0.0 && isfinite(spread) ? NULL : "highest";
}

static double spread(const mlpi_fitted *f)
{
    return f->number[HIGHEST] > f->number[LOWEST] ? f->number[HIGHEST] - f->number[LOWEST] : 1.0;
}

static void apply(const mlpi_fitted *f, const double *values, size_t count, float *x, size_t stride)
{
    const double all = spread(f);
    for (size_t i = 0; i < count; i++)
        x[i * stride] = (float)((values[i] - f->number[LOWEST]) / all);
}

static double invert(const mlpi_fitted *f, double x)
{
    return x * spread(f) + f->number[LOWEST];
}

static void range(const mlpi_fitted *f, double range[3])
{
    for (int i = 0; i < 3; i++)
        range[i] = invert(f, 0.5 * i);
}

const mlpi_transform mlpi_min_max = {
    .name = "min-max",
    .kind = "min-max",
    .number = {{"lowest", "lowest"}, {"highest", "highest"}},
    .fit = fit,
    .defect = defect,
    .apply = apply,
    .invert = invert,
    .range = range,
};
