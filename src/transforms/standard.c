/* SPDX-License-Identifier: MIT */
/* Standard scores: x = (v - m) / s with the mean m and the population standard deviation s of the
 * training rows; s = 1 for a constant column. Y. LeCun, L. Bottou, G. Orr, K.-R. Mueller: Efficient
 * BackProp, 1998, section 4.3. */
#include "base/base.h"
#include "transforms/transform.h"

enum { MEAN, SCALE };

static mlp_status fit(const mlpi_facts *facts, mlpi_fitted *f, mlp_error *err)
{
    (void)err;
    f->number[MEAN] = facts->numbers->mean;
    f->number[SCALE] = facts->numbers->scale;
    return MLP_OK;
}

static const char *defect(const mlpi_fitted *f)
{
    return f->number[SCALE] > 0.0 ? NULL : "scale";
}

MLPI_CARRIED(
    encode, static float encode_standard(double v, double mean, double scale) {
        return (float)((v - mean) / scale);
    });

MLPI_CARRIED(
    decode, static double decode_standard(double x, double mean, double scale) {
        return x * scale + mean;
    });

static void apply(const mlpi_fitted *f, const double *values, size_t count, float *x, size_t stride)
{
    enum { AT_ONCE = 8 }; /* values per turn of a loop that compilers vectorise */
    const double mean = f->number[MEAN], scale = f->number[SCALE];
    size_t i = 0;
    for (; i + AT_ONCE <= count; i += AT_ONCE) {
        float scaled[AT_ONCE];
        for (size_t k = 0; k < AT_ONCE; k++)
            scaled[k] = encode_standard(values[i + k], mean, scale);
        for (size_t k = 0; k < AT_ONCE; k++)
            x[(i + k) * stride] = scaled[k];
    }
    for (; i < count; i++)
        x[i * stride] = encode_standard(values[i], mean, scale);
}

static double invert(const mlpi_fitted *f, double x)
{
    return decode_standard(x, f->number[MEAN], f->number[SCALE]);
}

const mlpi_transform mlpi_standard = {
    .name = "standard",
    .kind = "numeric",
    .number = {{"mean", "mean"}, {"scale", "deviation"}},
    .fit = fit,
    .defect = defect,
    .apply = apply,
    .invert = invert,
    .carried = {.encode = encode, .decode = decode},
    .reach = 3.0,
};
