/* SPDX-License-Identifier: MIT */
/* The inputs of `standard`, `piecewise-linear` and `periodic` side by side. A network that learnt
 * from one of these can be given weights of 0 for the inputs of the others, so that one model can
 * have members of all three kinds. */
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "transforms/transform.h"

enum { MEAN, SCALE, EDGES, WAVES };

mlpi_fitted mlpi_combined_part(const mlpi_fitted *f, size_t part)
{
    const size_t edges = (size_t)f->number[EDGES];
    const mlpi_fitted parts[] = {
        {.number = {f->number[MEAN], f->number[SCALE]}},
        {.list = f->list, .list_count = edges},
        {.number = {f->number[WAVES]},
         .list = f->list + edges,
         .list_count = f->list_count - edges},
    };
    return parts[part];
}

size_t mlpi_combined_first(const mlpi_fitted *f, size_t part)
{
    size_t first = 0;
    for (size_t p = 0; p < part; p++) {
        const mlpi_fitted one = mlpi_combined_part(f, p);
        first += mlpi_transform_width(mlpi_combined.parts[p], &one);
    }
    return first;
}

static size_t width(const mlpi_fitted *f)
{
    return mlpi_combined_first(f, MLPI_COMBINED);
}

static mlp_status join(const mlpi_fitted part[MLPI_COMBINED], mlpi_fitted *f, mlp_error *err)
{
    const mlpi_fitted *const pieces = &part[1], *const waves = &part[2];
    f->list = mlpi_allocate(pieces->list_count + waves->list_count, sizeof *f->list);
    if (f->list == NULL)
        return mlpi_fail_memory(err, "a transform");
    memcpy(f->list, pieces->list, pieces->list_count * sizeof *f->list);
    memcpy(f->list + pieces->list_count, waves->list, waves->list_count * sizeof *f->list);
    f->list_count = pieces->list_count + waves->list_count;
    f->number[MEAN] = part[0].number[0];
    f->number[SCALE] = part[0].number[1];
    f->number[EDGES] = (double)pieces->list_count;
    f->number[WAVES] = waves->number[0];
    return MLP_OK;
}

/* The argument is that of `piecewise-linear`. */
static mlp_status fit(const mlpi_facts *facts, mlpi_fitted *f, mlp_error *err)
{
    mlpi_fitted part[MLPI_COMBINED] = {{.list = NULL}};
    mlp_status status = MLP_OK;
    for (size_t p = 0; status == MLP_OK && p < MLPI_COMBINED; p++) {
        const mlpi_transform *t = mlpi_combined.parts[p];
        mlpi_facts own = *facts;
        own.argument = t == &mlpi_piecewise_linear ? facts->argument : t->argument.usual;
        status = t->fit(&own, &part[p], err);
    }
    if (status == MLP_OK)
        status = join(part, f, err);
    for (size_t p = 0; p < MLPI_COMBINED; p++)
        mlpi_fitted_release(&part[p]);
    return status;
}

/* The parts have other names for their lists: a defect of such a list is reported as a defect of
 * the common list. */
static const char *defect(const mlpi_fitted *f)
{
    const double edges = f->number[EDGES];
    if (!(edges >= 2.0 && edges < (double)f->list_count && edges == (double)(size_t)edges))
        return "edges";
    for (size_t p = 0; p < MLPI_COMBINED; p++) {
        const mlpi_transform *t = mlpi_combined.parts[p];
        const mlpi_fitted part = mlpi_combined_part(f, p);
        const char *const found = t->defect(&part);
        if (found != NULL)
            return t->list != NULL && strcmp(found, t->list) == 0 ? mlpi_combined.list : found;
    }
    return NULL;
}

static void apply(const mlpi_fitted *f, const double *values, size_t count, float *x, size_t stride)
{
    for (size_t p = 0; p < MLPI_COMBINED; p++) {
        const mlpi_fitted part = mlpi_combined_part(f, p);
        mlpi_combined.parts[p]->apply(&part, values, count, x + mlpi_combined_first(f, p), stride);
    }
}

/* Plain text, since it calls functions that the parts carry and that are not visible here. */
static const char encode[] =
    "static void encode_combined(double v, double mean, double scale, double edges, double waves, "
    "const double *list, size_t count, float *x) { const size_t first = (size_t)edges; "
    "x[0] = encode_standard(v, mean, scale); "
    "encode_piecewise_linear(v, list, first, x + 1); "
    "encode_periodic(v, waves, list + first, count - first, x + first); }";

static void range(const mlpi_fitted *f, double range[3])
{
    const mlpi_fitted pieces = mlpi_combined_part(f, 1);
    mlpi_piecewise_linear.range(&pieces, range);
}

static void name_input(const mlpi_fitted *f, size_t input, char *text, size_t size)
{
    size_t p = MLPI_COMBINED - 1;
    while (input < mlpi_combined_first(f, p))
        p--;
    const mlpi_fitted part = mlpi_combined_part(f, p);
    if (p == 0)
        snprintf(text, size, ": standard score");
    else
        mlpi_combined.parts[p]->name_input(&part, input - mlpi_combined_first(f, p), text, size);
}

const mlpi_transform mlpi_combined = {
    .name = "combined",
    .kind = "combined",
    .argument = {"how many bins", 16.0, 16.0, 1.0, 1000.0, true},
    .sampled = true,
    .parts = {&mlpi_standard, &mlpi_piecewise_linear, &mlpi_periodic},
    .number = {{"mean", "mean"}, {"scale", "deviation"}, {"edges", "edges"}, {"waves", "waves"}},
    .list = "points",
    .fit = fit,
    .defect = defect,
    .width = width,
    .apply = apply,
    .range = range,
    .carried = {.encode = encode},
    .name_input = name_input,
};
