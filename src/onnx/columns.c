/* SPDX-License-Identifier: MIT */
/* Columns of the data in ONNX: a named input for each column, or one matrix for all, and the
 * encoding of the columns. Adjacent columns of numbers with the same transform are encoded
 * together: a node costs the same for one column as for many. */
#include "base/base.h"
#include "onnx/onnx.h"

/* --- numbers ---------------------------------------------------------------------------------- */

/* Columns that are encoded together, and memory to collect their inputs, places, parameters and
 * fills. */
typedef struct run {
    const mlpi_feature *features;
    size_t first, count;
    const mlpi_value *matrix; /* the input for all columns; NULL: each has its own */
    mlpi_value *inputs;
    int64_t *places; /* of the columns in the matrix */
    const mlpi_fitted **fitted;
    double *fills;
} run;

/* Whether two adjacent columns can be encoded together. An indicator of missing values prevents
 * that, since the indicator follows the other inputs of its column. */
static bool go_together(const mlpi_feature *a, const mlpi_feature *b)
{
    return a->transform == b->transform && !mlpi_onnx_transform_of(a->transform)->single &&
           !a->missing_indicator && !b->missing_indicator;
}

static bool make_room(run *r)
{
    r->inputs = mlpi_allocate(r->count, sizeof *r->inputs);
    r->places = mlpi_allocate(r->count, sizeof *r->places);
    r->fitted = mlpi_allocate(r->count, sizeof *r->fitted);
    r->fills = mlpi_allocate(r->count, sizeof *r->fills);
    return r->inputs != NULL && r->places != NULL && r->fitted != NULL && r->fills != NULL;
}

static void drop_room(run *r)
{
    mlpi_free(r->inputs);
    mlpi_free(r->places);
    mlpi_free(r->fitted);
    mlpi_free(r->fills);
}

/* The numbers of the run's columns, N x count. */
static mlpi_value take_numbers(mlpi_graph *g, const run *r)
{
    const mlpi_feature *f = &r->features[r->first];
    const bool wide = mlpi_onnx_transform_of(f->transform)->wide;
    for (size_t i = 0; i < r->count; i++)
        r->places[i] = (int64_t)(r->first + i);
    if (r->matrix != NULL)
        return mlpi_pick(g, *r->matrix, mlpi_list_wholes(g, r->places, r->count), 1);
    for (size_t i = 0; i < r->count; i++)
        r->inputs[i] = mlpi_graph_input(g, f[i].name, wide ? MLPI_DOUBLES : MLPI_FLOATS, 1);
    return mlpi_beside(g, r->inputs, r->count);
}

/* Encodes a run of columns. Missing numbers are NaN, and are replaced first. */
static mlpi_value put_run(mlpi_graph *g, const run *r)
{
    const mlpi_feature *f = &r->features[r->first];
    const mlpi_onnx_transform *as = mlpi_onnx_transform_of(f->transform);
    for (size_t i = 0; i < r->count; i++) {
        r->fitted[i] = &f[i].fitted;
        r->fills[i] = f[i].fill;
    }
    const mlpi_learnt learnt = {r->fitted, r->count};
    const mlpi_value number = take_numbers(g, r);
    const mlpi_value missing = mlpi_op(g, "IsNaN", number);
    const mlpi_value there = mlpi_op3(g, "Where", missing, mlpi_list(g, r->fills, r->count),
                                      mlpi_cast(g, number, MLPI_DOUBLES));
    const mlpi_value encoded = as->encode(g, &learnt, there);
    const mlpi_value inputs = mlpi_cast(g, encoded, MLPI_FLOATS);
    if (!f->missing_indicator)
        return inputs;
    return mlpi_beside(g, (mlpi_value[]){inputs, mlpi_cast(g, missing, MLPI_FLOATS)}, 2);
}

static mlpi_value put_numbers(mlpi_graph *g, run r)
{
    mlpi_value inputs = {0};
    if (make_room(&r))
        inputs = put_run(g, &r);
    else
        g->failed = true;
    drop_room(&r);
    return inputs;
}

/* --- all columns ------------------------------------------------------------------------------ */

static mlpi_value put_text(mlpi_graph *g, const mlpi_feature *f)
{
    const mlpi_onnx_transform *as = mlpi_onnx_transform_of(f->transform);
    const mlpi_value text = mlpi_graph_input(g, f->name, MLPI_TEXTS, 1);
    const mlpi_value inputs = as->lookup(g, f->transform, &f->fitted, text);
    if (!f->missing_indicator)
        return inputs;
    return mlpi_beside(g, (mlpi_value[]){inputs, mlpi_onnx_text_missing(g, text)}, 2);
}

mlpi_value mlpi_onnx_columns(mlpi_graph *g, const mlpi_pipeline *pipeline, bool matrix)
{
    const mlpi_feature *const features = pipeline->features;
    mlpi_value *parts = mlpi_allocate(pipeline->feature_count, sizeof *parts);
    size_t count = 0;
    if (parts == NULL) {
        g->failed = true;
        return (mlpi_value){0};
    }
    const mlpi_value whole =
        matrix ? mlpi_graph_input(g, MLPI_ONNX_MATRIX, MLPI_FLOATS, pipeline->feature_count)
               : (mlpi_value){0};
    for (size_t f = 0, next = 0; f < pipeline->feature_count; f = next) {
        const bool numeric = mlpi_feature_is_numeric(&features[f]);
        next = f + 1;
        while (numeric && next < pipeline->feature_count &&
               go_together(&features[f], &features[next]))
            next++;
        const run numbers = {
            .features = features, .first = f, .count = next - f, .matrix = matrix ? &whole : NULL};
        parts[count] = numeric ? put_numbers(g, numbers) : put_text(g, &features[f]);
        count++;
    }
    const mlpi_value all = mlpi_beside(g, parts, count);
    mlpi_free(parts);
    return all;
}
