/* SPDX-License-Identifier: MIT */
/* A logarithm for positive and negative values: u = sign(v) ln(1 + |v| / c), then standard scores
 * of u. It is linear near 0, where |v| is much less than c, and logarithmic far from 0.
 * J. B. W. Webber: A bi-symmetric log transformation for wide-range data, 2013. */
#include <math.h>

#include "base/base.h"
#include "transforms/transform.h"

enum { UNIT, MEAN, SCALE };

MLPI_CARRIED(
    encode,
    static double curve_log(double v, double unit) { return copysign(log1p(fabs(v) / unit), v); }

    static float encode_log(double v, double unit, double mean, double scale) {
        return (float)((curve_log(v, unit) - mean) / scale);
    });

MLPI_CARRIED(
    decode, static double decode_log(double x, double unit, double mean, double scale) {
        const double u = x * scale + mean;
        return copysign(unit * expm1(fabs(u)), u);
    });

static mlp_status fit(const mlpi_facts *facts, mlpi_fitted *f, mlp_error *err)
{
    const mlpi_numbers *n = facts->numbers;
    double *curved = mlpi_allocate(n->sample_count, sizeof *curved);
    if (curved == NULL)
        return mlpi_fail_memory(err, "a transform");
    for (size_t i = 0; i < n->sample_count; i++)
        curved[i] = curve_log(n->sample[i], facts->argument);
    f->number[UNIT] = facts->argument;
    mlpi_moments(curved, n->sample_count, &f->number[MEAN], &f->number[SCALE]);
    mlpi_free(curved);
    return MLP_OK;
}

static const char *defect(const mlpi_fitted *f)
{
    return !(f->number[UNIT] > 0.0) ? "unit" : !(f->number[SCALE] > 0.0) ? "scale" : NULL;
}

static void apply(const mlpi_fitted *f, const double *values, size_t count, float *x, size_t stride)
{
    for (size_t i = 0; i < count; i++)
        x[i * stride] = encode_log(values[i], f->number[UNIT], f->number[MEAN], f->number[SCALE]);
}

static double invert(const mlpi_fitted *f, double x)
{
    return decode_log(x, f->number[UNIT], f->number[MEAN], f->number[SCALE]);
}

const mlpi_transform mlpi_log = {
    .name = "log",
    .kind = "log",
    .argument = {"c in ln(1 + |v| / c)", 1.0, 1.0, 1e-30, 1e30, false},
    .sampled = true,
    .number = {{"unit", "unit"}, {"mean", "mean of logarithms"}, {"scale", "their deviation"}},
    .fit = fit,
    .defect = defect,
    .apply = apply,
    .invert = invert,
    .carried = {.encode = encode, .decode = decode},
    .reach = 2.0,
};
