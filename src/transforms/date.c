/* SPDX-License-Identifier: MIT */
/* Dates and times: standard scores of the time itself, and of its year, month, day of the week and
 * hour, each of them only if it differs among the training rows. The value is the time in seconds
 * (schema/dates.h). */
#include "schema/dates.h"

#include <math.h>
#include <stdio.h>

#include "base/base.h"
#include "transforms/transform.h"

enum { MEAN, SCALE, WRITTEN };

/* The scale of a part of the date; 0: the part is not an input. */
static double scale_of(const mlpi_fitted *f, int part)
{
    return f->list[2 * part + 1];
}

static mlp_status fit(const mlpi_facts *facts, mlpi_fitted *f, mlp_error *err)
{
    f->list = mlpi_allocate(2 * MLPI_DATE_PARTS, sizeof *f->list);
    if (f->list == NULL)
        return mlpi_fail_memory(err, "the parts of a date");
    f->list_count = 2 * MLPI_DATE_PARTS;
    f->number[MEAN] = facts->numbers->mean;
    f->number[SCALE] = facts->numbers->scale;
    f->number[WRITTEN] = facts->style != MLPI_DATE_NONE ? facts->style : MLPI_DATE_YEAR_FIRST;
    for (int p = 0; facts->parts != NULL && p < MLPI_DATE_PARTS; p++) {
        const mlpi_numbers *part = &facts->parts[p];
        const bool differs = part->count > 0 && part->lowest < part->highest;
        f->list[2 * p] = differs ? part->mean : 0.0;
        f->list[2 * p + 1] = differs ? part->scale : 0.0;
    }
    return MLP_OK;
}

static const char *defect(const mlpi_fitted *f)
{
    const double written = f->number[WRITTEN];
    if (!(f->number[SCALE] > 0.0))
        return "scale";
    if (!(written > MLPI_DATE_NONE && written < MLPI_DATE_STYLES && written == floor(written)))
        return "written";
    if (f->list_count != 2 * MLPI_DATE_PARTS)
        return "parts";
    for (int p = 0; p < MLPI_DATE_PARTS; p++)
        if (!(scale_of(f, p) >= 0.0))
            return "parts";
    return NULL;
}

static size_t width(const mlpi_fitted *f)
{
    size_t inputs = 1;
    for (int p = 0; p < MLPI_DATE_PARTS; p++)
        inputs += scale_of(f, p) > 0.0 ? 1 : 0;
    return inputs;
}

mlpi_date_style mlpi_date_written(const mlpi_fitted *f)
{
    return (mlpi_date_style)(int)f->number[WRITTEN];
}

static double read(const mlpi_fitted *f, mlpi_span text)
{
    double seconds = 0.0;
    return mlpi_date_read(text, mlpi_date_written(f), &seconds) ? seconds : (double)NAN;
}

static void form(const mlpi_fitted *f, char *text, size_t size)
{
    const mlpi_date_style style = mlpi_date_written(f);
    snprintf(text, size, "%s, such as %s", mlpi_date_style_name(style),
             mlpi_date_style_example(style));
}

static const char *moment(const mlpi_fitted *f)
{
    return f->number[WRITTEN] == MLPI_DATE_CLOCK ? "%H:%M" : "%Y-%m-%d";
}

static double part_of_date(double seconds, int part)
{
    return mlpi_date_part_of(seconds, (mlpi_date_part)part);
}

/* `list` holds the mean and the scale of each part. */
MLPI_CARRIED(
    encode, static void encode_date(double v, double mean, double scale, double written,
                                    const double *list, size_t count, float *x) {
        size_t input = 0;
        (void)written;
        x[input++] = (float)((v - mean) / scale);
        for (size_t p = 0; 2 * p < count; p++)
            if (list[2 * p + 1] > 0.0)
                x[input++] = (float)((part_of_date(v, (int)p) - list[2 * p]) / list[2 * p + 1]);
    });

static void apply(const mlpi_fitted *f, const double *values, size_t count, float *x, size_t stride)
{
    for (size_t i = 0; i < count; i++)
        encode_date(values[i], f->number[MEAN], f->number[SCALE], f->number[WRITTEN], f->list,
                    f->list_count, x + i * stride);
}

static double invert(const mlpi_fitted *f, double x)
{
    return x * f->number[SCALE] + f->number[MEAN];
}

static void name_input(const mlpi_fitted *f, size_t input, char *text, size_t size)
{
    size_t at = 0;
    text[0] = '\0';
    for (int p = 0; p < MLPI_DATE_PARTS; p++)
        if (scale_of(f, p) > 0.0 && ++at == input)
            snprintf(text, size, ": %s", mlpi_date_part_name((mlpi_date_part)p));
}

const mlpi_transform mlpi_date = {
    .name = "date",
    .kind = "time",
    .number = {{"mean", "mean"}, {"scale", "deviation"}, {"written", "way of writing"}},
    .list = "parts",
    .fit = fit,
    .defect = defect,
    .width = width,
    .read = read,
    .form = form,
    .moment = moment,
    .apply = apply,
    .invert = invert,
    .carried = {.before = &mlpi_date_carried, .encode = encode},
    .reach = 3.0,
    .name_input = name_input,
};
