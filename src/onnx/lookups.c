/* SPDX-License-Identifier: MIT */
/* Texts in ONNX: a dictionary turns them into numbers; a one-hot node, or a table that the
 * transform itself fills, turns the numbers into inputs. */
#include <math.h>

#include "base/base.h"
#include "onnx/onnx.h"

static char nothing[] = "";

/* Level i becomes i, "" becomes `missing`, and all other texts become `unknown`: N x 1. */
static mlpi_value put_numbers(mlpi_graph *g, const mlpi_fitted *fitted, size_t missing,
                              size_t unknown, mlpi_value text)
{
    const size_t count = fitted->level_count;
    char **texts = mlpi_allocate(count + 1, sizeof *texts);
    int64_t *numbers = mlpi_allocate(count + 1, sizeof *numbers);
    g->failed = g->failed || texts == NULL || numbers == NULL;
    mlpi_node_begin(g, "LabelEncoder");
    mlpi_node_input(g, text);
    for (size_t i = 0; !g->failed && i < count; i++) {
        texts[i] = fitted->levels[i];
        numbers[i] = (int64_t)i;
    }
    if (!g->failed) {
        texts[count] = nothing;
        numbers[count] = (int64_t)missing;
        mlpi_node_texts(g, "keys_strings", texts, count + 1);
        mlpi_node_wholes(g, "values_int64s", numbers, count + 1);
        mlpi_node_whole(g, "default_int64", (int64_t)unknown);
    }
    mlpi_free(texts);
    mlpi_free(numbers);
    return mlpi_node_end(g, 1);
}

/* A number beyond the last input sets no input to 1. Missing texts have such a number, and so have
 * unknown texts unless the transform has one more input than levels. */
mlpi_value mlpi_onnx_one_of(mlpi_graph *g, const mlpi_transform *transform,
                            const mlpi_fitted *fitted, mlpi_value text)
{
    const size_t width = mlpi_transform_width(transform, fitted);
    const mlpi_value number = put_numbers(g, fitted, width, fitted->level_count, text);
    const float off_on[] = {0.0f, 1.0f};
    return mlpi_op3(g, "OneHot", mlpi_squeeze(g, number, 1), mlpi_constant_whole(g, (int64_t)width),
                    mlpi_matrix(g, off_on, 0, 2, 1.0f));
}

/* Looks a text up in a table with a row for each level, one for unknown texts and one for missing
 * ones. */
mlpi_value mlpi_onnx_row_of(mlpi_graph *g, const mlpi_transform *transform,
                            const mlpi_fitted *fitted, mlpi_value text)
{
    const size_t width = mlpi_transform_width(transform, fitted), levels = fitted->level_count;
    size_t size = 0;
    float *rows =
        mlpi_multiply(levels + 2, width, &size) ? mlpi_allocate(size, sizeof *rows) : NULL;
    if (rows == NULL) {
        g->failed = true;
        return text;
    }
    for (size_t i = 0; i < levels + 2; i++) {
        const double value = i < levels    ? (double)i
                             : i == levels ? MLPI_UNKNOWN_LEVEL
                                           : (double)NAN;
        transform->apply(fitted, &value, 1, rows + i * width, width);
    }
    const mlpi_value number = put_numbers(g, fitted, levels + 1, levels, text);
    const mlpi_value table = mlpi_matrix(g, rows, levels + 2, width, 1.0f);
    mlpi_free(rows);
    return mlpi_pick(g, table, mlpi_squeeze(g, number, 1), 0);
}

mlpi_value mlpi_onnx_text_missing(mlpi_graph *g, mlpi_value text)
{
    const mlpi_fitted none = {0};
    return mlpi_cast(g, put_numbers(g, &none, 1, 0, text), MLPI_FLOATS);
}
