/* SPDX-License-Identifier: MIT */
/* One input for each text of the training rows: 1 in a row with that text, else 0. All inputs are 0
 * in a row with any other text or without a value. */
#include <stdio.h>

#include "base/base.h"
#include "transforms/transform.h"

static mlp_status fit(const mlpi_facts *facts, mlpi_fitted *f, mlp_error *err)
{
    return mlpi_fitted_take_levels(&facts->texts->distinct, f, err);
}

static const char *defect(const mlpi_fitted *f)
{
    return mlpi_fitted_levels_defect(&mlpi_one_hot, f);
}

static size_t width(const mlpi_fitted *f)
{
    return f->level_count;
}

MLPI_CARRIED(
    encode, static void encode_one_hot(double level, size_t levels, float *x) {
        if (level >= 0.0 && level < (double)levels)
            x[(size_t)level] = 1.0f;
    });

static void apply(const mlpi_fitted *f, const double *values, size_t count, float *x, size_t stride)
{
    for (size_t i = 0; i < count; i++)
        encode_one_hot(values[i], f->level_count, x + i * stride);
}

static void name_input(const mlpi_fitted *f, size_t input, char *text, size_t size)
{
    snprintf(text, size, " = %s", f->levels[input]);
}

const mlpi_transform mlpi_one_hot = {
    .name = "one-hot",
    .kind = "categorical",
    .levels = "categories",
    .fit = fit,
    .defect = defect,
    .width = width,
    .find = mlpi_fitted_find_level,
    .apply = apply,
    .carried = {.encode = encode},
    .name_input = name_input,
};
