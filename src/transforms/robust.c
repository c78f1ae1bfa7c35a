/* SPDX-License-Identifier: MIT */
/* Robust scores with a smooth clip: u = (v - m) / s with the median m and the interquartile range s
 * of the training rows, or half of their full range if the interquartile range is 0; then x = u /
 * sqrt(1 + (u / c)^2), which stays between -c and c. c = 0: x = u. D. Holzmueller, L. Grinsztajn,
 * I. Steinwart: Better by Default, 2024, appendix A. Outliers hardly affect m and s, and their
 * inputs are not large. */
#include <math.h>

#include "base/base.h"
#include "transforms/transform.h"

enum { MEDIAN, SCALE, CLIP };

static mlp_status fit(const mlpi_facts *facts, mlpi_fitted *f, mlp_error *err)
{
    const double *const sample = facts->numbers->sample;
    const size_t count = facts->numbers->sample_count;
    double scale = mlpi_quantile(sample, count, 0.75) - mlpi_quantile(sample, count, 0.25);
    (void)err;
    if (!(scale > 0.0))
        scale = (sample[count - 1] - sample[0]) / 2.0;
    f->number[MEDIAN] = mlpi_quantile(sample, count, 0.5);
    f->number[SCALE] = scale > 0.0 ? scale : 1.0;
    f->number[CLIP] = facts->argument;
    return MLP_OK;
}

static const char *defect(const mlpi_fitted *f)
{
    return !(f->number[SCALE] > 0.0) ? "scale" : !(f->number[CLIP] >= 0.0) ? "clip" : NULL;
}

MLPI_CARRIED(
    encode, static float encode_robust(double v, double median, double scale, double bound) {
        const double u = (v - median) / scale;
        return (float)(bound > 0.0 ? u / sqrt(1.0 + (u / bound) * (u / bound)) : u);
    });

/* The result is not finite if |x| is not below the bound: no value has such an input. */
MLPI_CARRIED(
    decode, static double decode_robust(double x, double median, double scale, double bound) {
        const double u = bound > 0.0 ? x / sqrt(1.0 - (x / bound) * (x / bound)) : x;
        return u * scale + median;
    });

static void apply(const mlpi_fitted *f, const double *values, size_t count, float *x, size_t stride)
{
    for (size_t i = 0; i < count; i++)
        x[i * stride] =
            encode_robust(values[i], f->number[MEDIAN], f->number[SCALE], f->number[CLIP]);
}

static double invert(const mlpi_fitted *f, double x)
{
    return decode_robust(x, f->number[MEDIAN], f->number[SCALE], f->number[CLIP]);
}

static void range(const mlpi_fitted *f, double range[3])
{
    for (int i = 0; i < 3; i++)
        range[i] = f->number[MEDIAN] + 2.0 * (i - 1) * f->number[SCALE];
}

const mlpi_transform mlpi_robust = {
    .name = "robust",
    .kind = "robust",
    .argument = {"the bound of its inputs", 3.0, 0.0, 0.0, 1e6, false},
    .sampled = true,
    .number = {{"median", "median"}, {"scale", "range between the quartiles"}, {"clip", "bound"}},
    .fit = fit,
    .defect = defect,
    .apply = apply,
    .invert = invert,
    .carried = {.encode = encode, .decode = decode},
    .range = range,
};
