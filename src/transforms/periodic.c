/* SPDX-License-Identifier: MIT */
/* Periodic inputs: with u = F(v), the share of the training rows below a value (ranks.h),
 *      x_2k = sin(pi 2^k u),  x_2k+1 = cos(pi 2^k u),  k = 0..K-1.
 * A network of smooth activations learns the coarse shape of a function long before its details;
 * from waves it can learn both at once. Y. Gorishniy, I. Rubachev, A. Babenko: On embeddings for
 * numerical features in tabular deep learning, 2022, section 3.3, where the frequencies start at
 * random and are learnt, and v is a standard score. Frequencies that double are as good for u,
 * which is spread evenly, and need one sine: sin 2a = 2 sin a cos a, cos 2a = 1 - 2 sin^2 a. */
#include <math.h>
#include <stdio.h>

#include "base/base.h"
#include "transforms/ranks.h"

enum { WAVES };

static mlp_status fit(const mlpi_facts *facts, mlpi_fitted *f, mlp_error *err)
{
    f->number[WAVES] = facts->argument;
    return mlpi_ranks_fit(facts->numbers, MLPI_USUAL_QUANTILES, f, err);
}

static const char *defect(const mlpi_fitted *f)
{
    const double waves = f->number[WAVES];
    if (!(waves >= 1.0 && waves <= mlpi_periodic.argument.highest && waves == floor(waves)))
        return "waves";
    return mlpi_ranks_are(f) ? NULL : "quantiles";
}

static size_t width(const mlpi_fitted *f)
{
    return 2 * (size_t)f->number[WAVES];
}

static double rank_of(double v, const double *list, size_t count)
{
    return mlpi_rank_of(v, list, count);
}

/* half_turns: sin(pi u) and cos(pi u), 0 <= u <= 1, by their Taylor series about the nearest
 * multiple of 1/2, which give the same bits wherever they are computed. */
MLPI_CARRIED(
    encode,
    static double series_of(double z, const double *term) {
        double sum = term[9];
        for (int i = 8; i >= 0; i--)
            sum = sum * z + term[i];
        return sum;
    }

    static void half_turns(double u, double *sine, double *cosine) {
        static const double odd[] = {1.0,
                                     -1.0 / 6.0,
                                     1.0 / 120.0,
                                     -1.0 / 5040.0,
                                     1.0 / 362880.0,
                                     -1.0 / 39916800.0,
                                     1.0 / 6227020800.0,
                                     -1.0 / 1307674368e3,
                                     1.0 / 355687428096e3,
                                     -1.0 / 121645100408832e3};
        static const double even[] = {1.0,
                                      -1.0 / 2.0,
                                      1.0 / 24.0,
                                      -1.0 / 720.0,
                                      1.0 / 40320.0,
                                      -1.0 / 3628800.0,
                                      1.0 / 479001600.0,
                                      -1.0 / 87178291200.0,
                                      1.0 / 20922789888e3,
                                      -1.0 / 6402373705728e3};
        const double about = u < 0.25 ? 0.0 : u < 0.75 ? 0.5 : 1.0;
        const double a = 3.14159265358979323846 * (u - about), z = a * a;
        const double s = a * series_of(z, odd), c = series_of(z, even);
        *sine = about == 0.0 ? s : about == 0.5 ? c : -s;
        *cosine = about == 0.0 ? c : about == 0.5 ? -s : -c;
    }

    static void encode_periodic(double v, double waves, const double *list, size_t count,
                                float *x) {
        double s = 0.0, c = 0.0;
        half_turns(rank_of(v, list, count), &s, &c);
        for (size_t k = 0; k < (size_t)waves; k++) {
            const double doubled = 2.0 * s * c;
            x[2 * k] = (float)s;
            x[2 * k + 1] = (float)c;
            c = 1.0 - 2.0 * s * s;
            s = doubled;
        }
    });

static void apply(const mlpi_fitted *f, const double *values, size_t count, float *x, size_t stride)
{
    for (size_t i = 0; i < count; i++)
        encode_periodic(values[i], f->number[WAVES], f->list, f->list_count, x + i * stride);
}

static void range(const mlpi_fitted *f, double range[3])
{
    range[0] = f->list[0];
    range[1] = mlpi_quantile(f->list, f->list_count, 0.5);
    range[2] = f->list[f->list_count - 1];
}

static void name_input(const mlpi_fitted *f, size_t input, char *text, size_t size)
{
    const double waves = ldexp(0.5, (int)(input / 2));
    char number[32];
    (void)f;
    snprintf(text, size, ": %s of %s wave%s", input % 2 == 0 ? "sine" : "cosine",
             mlpi_rounded(waves, 3, number), waves == 1.0 ? "" : "s");
}

const mlpi_transform mlpi_periodic = {
    .name = "periodic",
    .kind = "periodic",
    .argument = {"how many waves", 8.0, 8.0, 1.0, 16.0, true},
    .sampled = true,
    .number = {{"waves", "waves"}},
    .list = "quantiles",
    .fit = fit,
    .defect = defect,
    .width = width,
    .apply = apply,
    .range = range,
    .carried = {.before = &mlpi_ranks_carried, .encode = encode},
    .name_input = name_input,
};
