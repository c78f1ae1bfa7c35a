/* SPDX-License-Identifier: MIT */
/* The sizes that are tried: the widest hidden layer that the bounds allow, and layers that are
 * narrower by factors of the root of two, or of two if there are requirements; a few sizes of two
 * layers; and no hidden layer. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "shrink/shrink.h"

enum { WIDEST = 512, STEPS = 7, DEEP_STEPS = 2, BETWEEN = 3 };

/* Writes the option `hidden` of a size. A second layer has half of the neurons of the first. */
static void name_shape(int layers, size_t width, char hidden[MLP_SHRINK_HIDDEN])
{
    if (width == 0)
        snprintf(hidden, MLP_SHRINK_HIDDEN, "none");
    else if (layers == 1)
        snprintf(hidden, MLP_SHRINK_HIDDEN, "%zu", width);
    else
        snprintf(hidden, MLP_SHRINK_HIDDEN, "%zu,%zu", width, (width + 1) / 2);
}

typedef struct search {
    const mlpi_lesson *lesson;
    const mlp_shrink_options *bounds;
} search;

static bool within(size_t size, size_t most)
{
    return most == 0 || size <= most;
}

/* The bytes of the parameters alone, at the number of bits of a weight. */
static size_t weights_of(const search *s, const mlp_shrink_size *size)
{
    return size->parameters * (s->lesson->bits > 0 ? s->lesson->bits / 8 : sizeof(float));
}

static mlp_status measure_c(const search *s, mlp_shrink_size *size, mlp_error *err)
{
    MLPI_TRY(mlpi_size_of_student(s->lesson, true, size, err));
    return size->flash > 0 || s->bounds->max_flash == 0
               ? MLP_OK
               : mlpi_fail(err, MLP_ERROR_ARGUMENT,
                           "this model cannot be written as C, so `max-flash` cannot be checked; "
                           "give `max-parameters` instead");
}

/* Fills in a size, and whether it fits the bounds. Writing C takes long, and is done only if
 * `max-flash` decides, or if the bytes of a size that fits are `wanted`. */
static mlp_status fits(const search *s, int layers, size_t width, bool wanted,
                       mlp_shrink_size *size, bool *fit, mlp_error *err)
{
    *size = (mlp_shrink_size){.figure = (double)NAN};
    name_shape(layers, width, size->hidden);
    MLPI_TRY(mlpi_lesson_go_on(s->lesson, err));
    MLPI_TRY(mlpi_size_of_student(s->lesson, false, size, err));
    *fit = within(size->parameters, s->bounds->max_parameters) &&
           within(size->operations, s->bounds->max_operations) &&
           within(weights_of(s, size), s->bounds->max_flash);
    if (!*fit || (s->bounds->max_flash == 0 && !wanted))
        return MLP_OK;
    MLPI_TRY(measure_c(s, size, err));
    *fit = within(size->flash, s->bounds->max_flash);
    return MLP_OK;
}

/* Finds the largest width of the first layer that fits. 0: not even one neuron fits. */
static mlp_status widest(const search *s, int layers, size_t *width, mlp_error *err)
{
    mlp_shrink_size size;
    size_t low = 0, high = WIDEST + 1; /* low fits, high does not */
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        bool fit = false;
        MLPI_TRY(fits(s, layers, middle, false, &size, &fit, err));
        if (fit)
            low = middle;
        else
            high = middle;
    }
    *width = low;
    return MLP_OK;
}

static bool is_there(const mlp_shrink_size *sizes, size_t count, const char *hidden)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(sizes[i].hidden, hidden) == 0)
            return true;
    return false;
}

/* 2^(-halves/2), exactly the same on every machine. */
static double narrower(size_t halves)
{
    const double root = 0.70710678118654752440;
    return ldexp(halves % 2 == 0 ? 1.0 : root, -(int)(halves / 2));
}

/* Adds the widest size of this number of layers, and narrower ones, each by a factor of
 * 2^(halves/2). */
static mlp_status add_shape(const search *s, int layers, size_t halves, size_t steps,
                            mlp_shrink_size *sizes, size_t *count, mlp_error *err)
{
    size_t width = 0;
    MLPI_TRY(widest(s, layers, &width, err));
    for (size_t k = 0; k < steps; k++) {
        const size_t one = (size_t)lround((double)width * narrower(k * halves));
        mlp_shrink_size size;
        bool fit = false;
        if (one == 0)
            break;
        MLPI_TRY(fits(s, layers, one, true, &size, &fit, err));
        if (fit && !is_there(sizes, *count, size.hidden))
            sizes[(*count)++] = size;
    }
    return MLP_OK;
}

static mlp_status refuse(const mlp_shrink_options *bounds, const mlp_shrink_size *least,
                         mlp_error *err)
{
    return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                     "no network is small enough: the smallest for these inputs and outputs, "
                     "hidden %s, has %zu parameters, %zu multiply-adds, and %zu bytes as C; give a "
                     "larger `max-%s`, or leave out columns (`max-columns`)",
                     least->hidden, least->parameters, least->operations, least->flash,
                     !within(least->flash, bounds->max_flash)             ? "flash"
                     : !within(least->parameters, bounds->max_parameters) ? "parameters"
                                                                          : "operations");
}

mlp_status mlpi_ladder(const mlpi_lesson *lesson, const mlp_shrink_options *bounds,
                       mlp_shrink_size *sizes, size_t *count, mlp_error *err)
{
    const search s = {lesson, bounds};
    const bool required = bounds->require.count > 0;
    mlp_shrink_size none, one;
    bool fit = false;
    *count = 0;
    const size_t halves = required ? 2 : 1;
    MLPI_TRY(add_shape(&s, 1, halves, required ? 10 : STEPS, sizes, count, err));
    MLPI_TRY(add_shape(&s, 2, halves, DEEP_STEPS, sizes, count, err));
    MLPI_TRY(fits(&s, 1, 0, true, &none, &fit, err));
    if (fit)
        sizes[(*count)++] = none;
    if (*count > 0)
        return MLP_OK;
    MLPI_TRY(fits(&s, 1, 1, false, &one, &fit, err));
    mlp_shrink_size *least = one.parameters < none.parameters ? &one : &none;
    MLPI_TRY(measure_c(&s, least, err));
    return refuse(bounds, least, err);
}

static size_t width_of(const mlp_shrink_size *size)
{
    return strchr(size->hidden, ',') == NULL ? (size_t)strtoul(size->hidden, NULL, 10) : 0;
}

mlp_status mlpi_ladder_below(const mlpi_lesson *lesson, const mlp_shrink_options *bounds,
                             mlp_shrink_size *sizes, size_t *count, size_t chosen, mlp_error *err)
{
    const search s = {lesson, bounds};
    const size_t high = width_of(&sizes[chosen]);
    size_t low = 0;
    for (size_t i = 0; i < *count; i++)
        if (width_of(&sizes[i]) < high && width_of(&sizes[i]) > low)
            low = width_of(&sizes[i]);
    for (size_t k = 1; k <= BETWEEN; k++) {
        const size_t one = low + (high - low) * k / (BETWEEN + 1);
        mlp_shrink_size size;
        bool fit = false;
        if (one == 0 || one >= high)
            continue;
        MLPI_TRY(fits(&s, 1, one, true, &size, &fit, err));
        if (fit && !is_there(sizes, *count, size.hidden))
            sizes[(*count)++] = size;
    }
    return MLP_OK;
}
