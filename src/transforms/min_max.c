/* SPDX-License-Identifier: MIT */
/* The range of the training rows becomes 0..1: x = (v - a) / (b - a), with their least value a and
 * their largest value b; x = v - a for a constant column. Inputs of new values may lie outside this
 * range. */
#include <math.h>

#include "base/base.h"
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

MLPI_CARRIED(
    encode, static float encode_min_max(double v, double lowest, double highest) {
        return (float)((v - lowest) / (highest > lowest ? highest - lowest : 1.0));
    });

MLPI_CARRIED(
    decode, static double decode_min_max(double x, double lowest, double highest) {
        return x * (highest > lowest ? highest - lowest : 1.0) + lowest;
    });

static void apply(const mlpi_fitted *f, const double *values, size_t count, float *x, size_t stride)
{
    for (size_t i = 0; i < count; i++)
        x[i * stride] = encode_min_max(values[i], f->number[LOWEST], f->number[HIGHEST]);
}

static double invert(const mlpi_fitted *f, double x)
{
    return decode_min_max(x, f->number[LOWEST], f->number[HIGHEST]);
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
    .carried = {.encode = encode, .decode = decode},
    .range = range,
};
