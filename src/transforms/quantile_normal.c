/* SPDX-License-Identifier: MIT */
/* Normal scores: x = Phi^-1(F(v)) with the distribution function F of the training rows (ranks.h).
 * F is limited to 1e-7 .. 1 - 1e-7, so that |x| < 5.2. B. L. van der Waerden 1952; scikit-learn's
 * QuantileTransformer computes the same. Phi^-1: M. J. Wichura, Algorithm AS 241 (PPND16), 1988. */
#include <math.h>

#include "base/base.h"
#include "transforms/ranks.h"

static mlp_status fit(const mlpi_facts *facts, mlpi_fitted *f, mlp_error *err)
{
    return mlpi_ranks_fit(facts->numbers, (size_t)facts->argument, f, err);
}

static const char *defect(const mlpi_fitted *f)
{
    return mlpi_ranks_are(f) ? NULL : "quantiles";
}

static double rank_of(double v, const double *list, size_t count)
{
    return mlpi_rank_of(v, list, count);
}

MLPI_CARRIED(
    encode,
    static const double NORMAL_CENTRE_ABOVE[] = {3.3871328727963666080e0, 1.3314166789178437745e2,
                                                 1.9715909503065514427e3, 1.3731693765509461125e4,
                                                 4.5921953931549871457e4, 6.7265770927008700853e4,
                                                 3.3430575583588128105e4, 2.5090809287301226727e3};
    static const double NORMAL_CENTRE_BELOW[] = {4.2313330701600911252e1, 6.8718700749205790830e2,
                                                 5.3941960214247511077e3, 2.1213794301586595867e4,
                                                 3.9307895800092710610e4, 2.8729085735721942674e4,
                                                 5.2264952788528545610e3};
    static const double NORMAL_TAIL_ABOVE[] = {1.42343711074968357734e0, 4.63033784615654529590e0,
                                               5.76949722146069140550e0, 3.64784832476320460504e0,
                                               1.27045825245236838258e0, 2.41780725177450611770e-1,
                                               2.27238449892691845833e-2,
                                               7.74545014278341407640e-4};
    static const double NORMAL_TAIL_BELOW[] = {2.05319162663775882187e0, 1.67638483018380384940e0,
                                               6.89767334985100004550e-1, 1.48103976427480074590e-1,
                                               1.51986665636164571966e-2, 5.47593808499534494600e-4,
                                               1.05075007164441684324e-9};
    static const double NORMAL_FAR_ABOVE[] = {6.65790464350110377720e0, 5.46378491116411436990e0,
                                              1.78482653991729133580e0, 2.96560571828504891230e-1,
                                              2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                              2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double NORMAL_FAR_BELOW[] = {5.99832206555887937690e-1, 1.36929880922735805310e-1,
                                              1.48753612908506148525e-2, 7.86869131145613259100e-4,
                                              1.84631831751005468180e-5, 1.42151175831644588870e-7,
                                              2.04426310338993978564e-15};

    static double ratio(double r, const double *above, const double *below) {
        double a = above[7], b = below[6];
        for (int i = 6; i >= 0; i--)
            a = a * r + above[i];
        for (int i = 5; i >= 0; i--)
            b = b * r + below[i];
        return a / (b * r + 1.0);
    }

    static double normal_quantile(double p) {
        const double q = p - 0.5;
        if (fabs(q) <= 0.425)
            return q * ratio(0.180625 - q * q, NORMAL_CENTRE_ABOVE, NORMAL_CENTRE_BELOW);
        const double r = sqrt(-log(q < 0.0 ? p : 1.0 - p));
        return copysign(r <= 5.0 ? ratio(r - 1.6, NORMAL_TAIL_ABOVE, NORMAL_TAIL_BELOW)
                                 : ratio(r - 5.0, NORMAL_FAR_ABOVE, NORMAL_FAR_BELOW),
                        q);
    }

    static float encode_quantile_normal(double v, const double *list, size_t count) {
        const double p = rank_of(v, list, count);
        return (float)normal_quantile(fmin(fmax(p, 1e-7), 1.0 - 1e-7));
    });

const double *const mlpi_normal_quantile_terms[4] = {NORMAL_CENTRE_ABOVE, NORMAL_CENTRE_BELOW,
                                                     NORMAL_TAIL_ABOVE, NORMAL_TAIL_BELOW};

static void apply(const mlpi_fitted *f, const double *values, size_t count, float *x, size_t stride)
{
    for (size_t i = 0; i < count; i++)
        x[i * stride] = encode_quantile_normal(values[i], f->list, f->list_count);
}

/* The quantile at Phi(x), as mlpi_quantile computes it. */
MLPI_CARRIED(
    decode, static double decode_quantile_normal(double x, const double *list, size_t count) {
        const double place = 0.5 * erfc(-x / sqrt(2.0)) * (double)(count - 1);
        const size_t below = place >= 0.0 ? (size_t)place : 0;
        if (!(place >= 0.0)) /* NaN */
            return place;
        if (below + 1 >= count)
            return list[count - 1];
        const double part = place - (double)below;
        return part > 0.0 ? list[below] + (list[below + 1] - list[below]) * part : list[below];
    });

static double invert(const mlpi_fitted *f, double x)
{
    return decode_quantile_normal(x, f->list, f->list_count);
}

const mlpi_transform mlpi_quantile_normal = {
    .name = "quantile-normal",
    .kind = "quantile-normal",
    .argument = {"how many quantiles", MLPI_USUAL_QUANTILES, MLPI_USUAL_QUANTILES, 2.0, 100000.0,
                 true},
    .sampled = true,
    .list = "quantiles",
    .fit = fit,
    .defect = defect,
    .apply = apply,
    .invert = invert,
    .carried = {.before = &mlpi_ranks_carried, .encode = encode, .decode = decode},
    .reach = 3.0,
};
