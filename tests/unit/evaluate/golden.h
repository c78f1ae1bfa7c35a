/* SPDX-License-Identifier: MIT */
/* The fixture tests/golden/curves.json: what scikit-learn and NumPy make of the same predictions.
 */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include <jansson.h>
#include <math.h>
#include <stdlib.h>

#include "mlp/evaluate.h"
#include "unit/test.h"

static inline json_t *golden_load(void)
{
    json_error_t error;
    json_t *root = json_load_file(MLP_GOLDEN "/curves.json", 0, &error);
    if (root == NULL)
        fail_msg("%s", error.text);
    return root;
}

static inline const json_t *golden_at(const json_t *object, const char *name)
{
    const json_t *found = json_object_get(object, name);
    if (found == NULL)
        fail_msg("the fixture has no %s", name);
    return found;
}

/* Also null: not a number. */
static inline double golden_number(const json_t *value)
{
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

static inline double golden_item(const json_t *object, const char *name, size_t i)
{
    return golden_number(json_array_get(golden_at(object, name), i));
}

/* The numbers of an array, or of an array of arrays one after another; free() them. */
static inline double *golden_numbers(const json_t *object, const char *name, size_t *rows,
                                     size_t *width)
{
    const json_t *list = golden_at(object, name), *first = json_array_get(list, 0);
    *rows = json_array_size(list);
    *width = json_is_array(first) ? json_array_size(first) : 1;
    double *numbers = malloc(*rows * *width * sizeof *numbers);
    for (size_t i = 0; i < *rows * *width; i++) {
        const json_t *row = json_array_get(list, i / *width);
        numbers[i] = golden_number(json_is_array(row) ? json_array_get(row, i % *width) : row);
    }
    return numbers;
}

static inline size_t *golden_labels(const json_t *object)
{
    const json_t *list = golden_at(object, "label");
    size_t *labels = malloc(json_array_size(list) * sizeof *labels);
    for (size_t i = 0; i < json_array_size(list); i++)
        labels[i] = (size_t)json_integer_value(json_array_get(list, i));
    return labels;
}

/* The outcomes of an evaluation of the fixture; golden_release frees them. */
static inline mlp_outcomes golden_outcomes(const json_t *from)
{
    mlp_outcomes o = {.task = MLP_TASK_REGRESSION};
    o.values = golden_numbers(from, "values", &o.rows, &o.width);
    if (json_object_get(from, "label") == NULL) {
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

static inline void golden_release(mlp_outcomes *o)
{
    free(o->values);
    free(o->truth);
    free(o->label);
    free(o->predicted);
}

/* The promise of the product: 1e-9. */
static inline void golden_close(const char *what, double got, double wanted)
{
    if (isnan(wanted) ? !isnan(got) : !(fabs(got - wanted) <= 1e-9 * fmax(1.0, fabs(wanted))))
        fail_msg("%s: %.15g, wanted %.15g", what, got, wanted);
}

#endif
