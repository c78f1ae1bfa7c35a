/* SPDX-License-Identifier: MIT */
/* The rank 0, 1, ... of a text among the distinct texts of the training rows, which are sorted as
 * numbers if all of them are numbers, else bytewise; then standard scores of these ranks. The input
 * is 0, the mean, for other texts and without a value. Suited to texts whose order has a
 * meaning. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "transforms/transform.h"

enum { MEAN, SCALE };

typedef struct place {
    size_t level;
    double number;
} place;

static int by_number(const void *a, const void *b)
{
    const place *x = a, *y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return (x->level > y->level) - (x->level < y->level);
}

/* Sets list[i] to the rank of level i. */
static mlp_status rank(mlpi_fitted *f, mlp_error *err)
{
    place *places = mlpi_allocate(f->level_count, sizeof *places);
    bool numbers = true;
    f->list = mlpi_allocate(f->level_count, sizeof *f->list);
    if (f->list == NULL || places == NULL) {
        mlpi_free(places);
        return mlpi_fail_memory(err, "the categories");
    }
    f->list_count = f->level_count;
    for (size_t i = 0; i < f->level_count; i++) {
        places[i].level = i;
        numbers =
            numbers && mlp_number_parse(f->levels[i], strlen(f->levels[i]), &places[i].number);
    }
    for (size_t i = 0; i < f->level_count && !numbers; i++)
        places[i].number = 0.0;
    qsort(places, f->level_count, sizeof *places, by_number);
    for (size_t i = 0; i < f->level_count; i++)
        f->list[places[i].level] = (double)i;
    mlpi_free(places);
    return MLP_OK;
}

static mlp_status fit(const mlpi_facts *facts, mlpi_fitted *f, mlp_error *err)
{
    MLPI_TRY(mlpi_fitted_take_levels(&facts->texts->distinct, f, err));
    MLPI_TRY(rank(f, err));
    f->number[SCALE] = 1.0;
    if (f->level_count > 0)
        mlpi_moments(f->list, f->list_count, &f->number[MEAN], &f->number[SCALE]);
    return MLP_OK;
}

static const char *defect(const mlpi_fitted *f)
{
    if (f->list_count != f->level_count)
        return "ranks";
    return !(f->number[SCALE] > 0.0) ? "scale" : mlpi_fitted_levels_defect(&mlpi_ordinal, f);
}

MLPI_CARRIED(
    encode, static float encode_ordinal(double level, double mean, double scale, const double *list,
                                        size_t count, size_t levels) {
        (void)count;
        return level >= 0.0 && level < (double)levels
                   ? (float)((list[(size_t)level] - mean) / scale)
                   : 0.0f;
    });

static void apply(const mlpi_fitted *f, const double *values, size_t count, float *x, size_t stride)
{
    for (size_t i = 0; i < count; i++)
        x[i * stride] = encode_ordinal(values[i], f->number[MEAN], f->number[SCALE], f->list,
                                       f->list_count, f->level_count);
}

const mlpi_transform mlpi_ordinal = {
    .name = "ordinal",
    .kind = "ordinal",
    .number = {{"mean", "mean place"}, {"scale", "deviation"}},
    .list = "ranks",
    .levels = "categories",
    .fit = fit,
    .defect = defect,
    .find = mlpi_fitted_find_level,
    .apply = apply,
    .carried = {.encode = encode},
};
