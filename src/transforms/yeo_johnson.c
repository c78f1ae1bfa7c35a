/* SPDX-License-Identifier: MIT */
/* The power transform of I.-K. Yeo and R. A. Johnson (A new family of power transformations to
 * improve normality or symmetry, 2000), then standard scores:
 *     v >= 0: ((1 + v)^l - 1) / l, or ln(1 + v) at l = 0
 *     v < 0: -((1 - v)^(2 - l) - 1) / (2 - l), or -ln(1 - v) at l = 2
 * l maximises the log-likelihood of a normal distribution of the training rows,
 * -n/2 ln(variance) + (l - 1) sum sign(v) ln(1 + |v|), and is found by golden-section search. */
#include <math.h>

#include "base/base.h"
#include "transforms/transform.h"

enum { LAMBDA, MEAN, SCALE };

/* power: (e^(a t) - 1) / a, or t if a = 0. */
MLPI_CARRIED(
    encode, static double power(double t, double a) { return a == 0.0 ? t : expm1(a * t) / a; }

    static double curve(double v, double lambda) {
        return v >= 0.0 ? power(log1p(v), lambda) : -power(log1p(-v), 2.0 - lambda);
    }

    static float encode_yeo_johnson(double v, double lambda, double mean, double scale) {
        return (float)((curve(v, lambda) - mean) / scale);
    });

/* root: the inverse of power; not finite where power has no inverse. */
MLPI_CARRIED(
    decode, static double root(double p, double a) { return a == 0.0 ? p : log1p(a * p) / a; }

    static double decode_yeo_johnson(double x, double lambda, double mean, double scale) {
        const double u = x * scale + mean;
        return u >= 0.0 ? expm1(root(u, lambda)) : -expm1(root(-u, 2.0 - lambda));
    });

static double likelihood(const mlpi_numbers *n, double lambda, double *curved)
{
    double mean = 0.0, scale = 0.0, logarithms = 0.0;
    for (size_t i = 0; i < n->sample_count; i++) {
        curved[i] = curve(n->sample[i], lambda);
        logarithms += copysign(log1p(fabs(n->sample[i])), n->sample[i]);
    }
    mlpi_moments(curved, n->sample_count, &mean, &scale);
    const double value = -(double)n->sample_count * log(scale) + (lambda - 1.0) * logarithms;
    return isfinite(mean) && isfinite(value) ? value : -INFINITY;
}

static double best_lambda(const mlpi_numbers *n, double *curved)
{
    enum { STEPS = 60 };
    const double share = (sqrt(5.0) - 1.0) / 2.0;
    double low = -5.0, high = 7.0;
    double left = high - share * (high - low), right = low + share * (high - low);
    double at_left = likelihood(n, left, curved), at_right = likelihood(n, right, curved);
    for (int step = 0; step < STEPS && high - low > 1e-9; step++) {
        if (at_left >= at_right) {
            high = right;
            right = left;
            at_right = at_left;
            left = high - share * (high - low);
            at_left = likelihood(n, left, curved);
        } else {
            low = left;
            left = right;
            at_left = at_right;
            right = low + share * (high - low);
            at_right = likelihood(n, right, curved);
        }
    }
    return (low + high) / 2.0;
}

static mlp_status fit(const mlpi_facts *facts, mlpi_fitted *f, mlp_error *err)
{
    const mlpi_numbers *n = facts->numbers;
    double *curved = mlpi_allocate(n->sample_count, sizeof *curved);
    if (curved == NULL)
        return mlpi_fail_memory(err, "a transform");
    const bool constant = n->sample[0] == n->sample[n->sample_count - 1];
    f->number[LAMBDA] = constant ? 1.0 : best_lambda(n, curved);
    for (size_t i = 0; i < n->sample_count; i++)
        curved[i] = curve(n->sample[i], f->number[LAMBDA]);
    mlpi_moments(curved, n->sample_count, &f->number[MEAN], &f->number[SCALE]);
    mlpi_free(curved);
    return MLP_OK;
}

static const char *defect(const mlpi_fitted *f)
{
    return f->number[SCALE] > 0.0 ? NULL : "scale";
}

static void apply(const mlpi_fitted *f, const double *values, size_t count, float *x, size_t stride)
{
    for (size_t i = 0; i < count; i++)
        x[i * stride] =
            encode_yeo_johnson(values[i], f->number[LAMBDA], f->number[MEAN], f->number[SCALE]);
}

static double invert(const mlpi_fitted *f, double x)
{
    return decode_yeo_johnson(x, f->number[LAMBDA], f->number[MEAN], f->number[SCALE]);
}

const mlpi_transform mlpi_yeo_johnson = {
    .name = "yeo-johnson",
    .kind = "yeo-johnson",
    .sampled = true,
    .number = {{"lambda", "lambda"}, {"mean", "mean of powers"}, {"scale", "their deviation"}},
    .fit = fit,
    .defect = defect,
    .apply = apply,
    .invert = invert,
    .carried = {.encode = encode, .decode = decode},
    .reach = 2.0,
};
