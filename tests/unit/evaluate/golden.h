/* SPDX-License-Identifier: MIT */
/* Reads the fixtures tests/golden/curves.json and evaluation.json: results of scikit-learn,
 * statsmodels, SciPy and NumPy for the same predictions. */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include <math.h>
#include <stdlib.h>

#include "base/base.h"
#include "mlp/evaluate.h"
#include "mlp/json.h"
#include "unit/test.h"

/* The document of a file, to be freed with mlp_json_free. */
static inline mlp_json *golden_load_file(const char *path)
{
    unsigned char *bytes = NULL;
    size_t size = 0;
    mlp_json *document = NULL;
    mlp_error err = {0};
    if (mlpi_read_file(path, MLP_ERROR_DATA, "", &bytes, &size, &err) != MLP_OK ||
        mlp_json_read((const char *)bytes, size, &document, &err) != MLP_OK)
        fail_msg("%s", err.message);
    mlpi_free(bytes);
    return document;
}

static inline mlp_json *golden_load(void)
{
    return golden_load_file(MLP_GOLDEN "/curves.json");
}

static inline mlp_json_value golden_at(mlp_json_value object, const char *name)
{
    const mlp_json_value found = mlp_json_member(object, name);
    if (mlp_json_kind_of(found) == MLP_JSON_NOTHING)
        fail_msg("the fixture has no %s", name);
    return found;
}

static inline mlp_json_value golden_in(mlp_json_value list, size_t i)
{
    mlp_json_value item = mlp_json_first(list);
    while (i-- > 0)
        item = mlp_json_next(item);
    return item;
}

/* A number, or NaN for null. */
static inline double golden_number(mlp_json_value value)
{
    double number = 0.0;
    return mlp_json_number(value, &number) ? number : (double)NAN;
}

static inline uint64_t golden_whole(mlp_json_value object, const char *name)
{
    uint64_t number = 0;
    assert_true(mlp_json_whole(golden_at(object, name), &number));
    return number;
}

static inline size_t golden_count(mlp_json_value object, const char *name)
{
    return (size_t)golden_whole(object, name);
}

static inline double golden_item(mlp_json_value object, const char *name, size_t i)
{
    return golden_number(golden_in(golden_at(object, name), i));
}

/* The numbers of an array, or of an array of arrays row by row, to be freed. */
static inline double *golden_numbers(mlp_json_value object, const char *name, size_t *rows,
                                     size_t *width)
{
    const mlp_json_value list = golden_at(object, name);
    mlp_json_value row = mlp_json_first(list);
    const bool nested = mlp_json_kind_of(row) == MLP_JSON_ARRAY;
    *rows = mlp_json_count(list);
    *width = nested ? mlp_json_count(row) : 1;
    double *numbers = malloc(*rows * *width * sizeof *numbers);
    for (size_t r = 0; r < *rows; r++, row = mlp_json_next(row))
        for (size_t i = 0; i < *width; i++)
            numbers[r * *width + i] = golden_number(nested ? golden_in(row, i) : row);
    return numbers;
}

static inline size_t *golden_labels(mlp_json_value object)
{
    const mlp_json_value list = golden_at(object, "label");
    mlp_json_value item = mlp_json_first(list);
    size_t *labels = malloc(mlp_json_count(list) * sizeof *labels);
    for (size_t i = 0; i < mlp_json_count(list); i++, item = mlp_json_next(item))
        labels[i] = (size_t)golden_number(item);
    return labels;
}

/* The outcomes in a fixture, with the values of that name, to be freed with golden_release. */
static inline mlp_outcomes golden_outcomes_of(mlp_json_value from, const char *name)
{
    mlp_outcomes o = {.task = MLP_TASK_REGRESSION};
    o.values = golden_numbers(from, name, &o.rows, &o.width);
    if (mlp_json_kind_of(mlp_json_member(from, "label")) == MLP_JSON_NOTHING) {
        o.truth = golden_numbers(from, "truth", &o.rows, &o.width);
        return o;
    }
    o.task = MLP_TASK_CLASSIFICATION;
    o.label = golden_labels(from);
    o.predicted = calloc(o.rows, sizeof *o.predicted);
    for (size_t i = 0; i < o.rows * o.width; i++) {
        const size_t r = i / o.width;
        if (o.values[i] > o.values[r * o.width + o.predicted[r]])
            o.predicted[r] = i % o.width;
    }
    return o;
}

static inline mlp_outcomes golden_outcomes(mlp_json_value from)
{
    return golden_outcomes_of(from, "values");
}

static inline void golden_release(mlp_outcomes *o)
{
    free(o->values);
    free(o->truth);
    free(o->label);
    free(o->predicted);
}

/* Fails unless two numbers agree to 1e-9, as docs/mathematics.md promises. */
static inline void golden_close(const char *what, double got, double wanted)
{
    if (isnan(wanted) ? !isnan(got) : !(fabs(got - wanted) <= 1e-9 * fmax(1.0, fabs(wanted))))
        fail_msg("%s: %.15g, wanted %.15g", what, got, wanted);
}

#endif
