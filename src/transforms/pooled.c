/* SPDX-License-Identifier: MIT */
/* One-hot encoding of the most frequent texts of the training rows. All other texts, and those that
 * the training rows do not have, share one more input. Of equally frequent texts, those that come
 * first bytewise have their own inputs. */
#include <stdio.h>
#include <stdlib.h>

#include "base/base.h"
#include "transforms/transform.h"

typedef struct place {
    size_t text, count;
} place;

static int by_count(const void *a, const void *b)
{
    const place *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return (x->text > y->text) - (x->text < y->text);
}

static int by_text(const void *a, const void *b)
{
    const place *x = a, *y = b;
    return (x->text > y->text) - (x->text < y->text);
}

static mlp_status fit(const mlpi_facts *facts, mlpi_fitted *f, mlp_error *err)
{
    const mlpi_texts *texts = facts->texts;
    const size_t all = texts->distinct.count;
    const size_t kept = (size_t)facts->argument < all ? (size_t)facts->argument : all;
    place *places = mlpi_allocate(all, sizeof *places);
    mlpi_span *spans = mlpi_allocate(kept, sizeof *spans);
    mlp_status status =
        places == NULL || spans == NULL ? mlpi_fail_memory(err, "the categories") : MLP_OK;
    if (status == MLP_OK) {
        for (size_t i = 0; i < all; i++)
            places[i] = (place){i, texts->counts[i]};
        qsort(places, all, sizeof *places, by_count);
        qsort(places, kept, sizeof *places, by_text);
        for (size_t i = 0; i < kept; i++)
            spans[i] = texts->distinct.texts[places[i].text];
        status = mlpi_fitted_take_levels(&(mlpi_distinct){spans, kept, NULL}, f, err);
    }
    mlpi_free(places);
    mlpi_free(spans);
    return status;
}

static const char *defect(const mlpi_fitted *f)
{
    return mlpi_fitted_levels_defect(&mlpi_pooled, f);
}

static size_t width(const mlpi_fitted *f)
{
    return f->level_count + 1;
}

static double find(const mlpi_fitted *f, mlpi_span text)
{
    const double level = mlpi_fitted_find_level(f, text);
    return level == MLPI_UNKNOWN_LEVEL ? (double)f->level_count : level;
}

MLPI_CARRIED(
    encode, static void encode_pooled(double level, size_t levels, float *x) {
        if (level >= 0.0 && level < (double)levels)
            x[(size_t)level] = 1.0f;
        else if (level == level) /* not NaN: there is a value */
            x[levels] = 1.0f;
    });

static void apply(const mlpi_fitted *f, const double *values, size_t count, float *x, size_t stride)
{
    for (size_t i = 0; i < count; i++)
        encode_pooled(values[i], f->level_count, x + i * stride);
}

static void name_input(const mlpi_fitted *f, size_t input, char *text, size_t size)
{
    if (input < f->level_count)
        snprintf(text, size, " = %s", f->levels[input]);
    else
        snprintf(text, size, ", another");
}

const mlpi_transform mlpi_pooled = {
    .name = "pooled",
    .kind = "pooled",
    .argument = {"how many texts have an input of their own", 50.0, 50.0, 1.0, 100000.0, true},
    .counted = true,
    .levels = "categories",
    .fit = fit,
    .defect = defect,
    .width = width,
    .find = find,
    .apply = apply,
    .carried = {.encode = encode},
    .name_input = name_input,
};
