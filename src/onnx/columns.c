/* SPDX-License-Identifier: MIT */
/* Columns of the data in ONNX: an input for each, by its name, and what the pipeline makes of it. */
#include "base/base.h"
#include "onnx/onnx.h"

/* A number that is missing is NaN, and filled in. */
static mlpi_value put_number(mlpi_graph *g, const mlpi_feature *f)
{
    const mlpi_onnx_transform *as = mlpi_onnx_transform_of(f->transform);
    const mlpi_value number = mlpi_graph_input(g, f->name, MLPI_FLOATS);
    const mlpi_value missing = mlpi_op(g, "IsNaN", number);
    const mlpi_value there = mlpi_op3(g, "Where", missing, mlpi_constant(g, f->fill),
                                      mlpi_cast(g, number, MLPI_DOUBLES));
    const mlpi_value inputs = mlpi_cast(g, as->encode(g, &f->fitted, there), MLPI_FLOATS);
    if (!f->missing_indicator)
        return inputs;
    return mlpi_beside(g, (mlpi_value[]){inputs, mlpi_cast(g, missing, MLPI_FLOATS)}, 2);
}

static mlpi_value put_text(mlpi_graph *g, const mlpi_feature *f)
{
    const mlpi_onnx_transform *as = mlpi_onnx_transform_of(f->transform);
    const mlpi_value text = mlpi_graph_input(g, f->name, MLPI_TEXTS);
    const mlpi_value inputs = as->lookup(g, f->transform, &f->fitted, text);
    if (!f->missing_indicator)
        return inputs;
    return mlpi_beside(g, (mlpi_value[]){inputs, mlpi_onnx_text_missing(g, text)}, 2);
}

mlpi_value mlpi_onnx_columns(mlpi_graph *g, const mlpi_pipeline *pipeline)
{
    mlpi_value *columns = mlpi_allocate(pipeline->feature_count, sizeof *columns);
    if (columns == NULL) {
        g->failed = true;
        return (mlpi_value){0};
    }
    for (size_t f = 0; f < pipeline->feature_count; f++) {
        const mlpi_feature *feature = &pipeline->features[f];
        columns[f] =
            mlpi_feature_is_numeric(feature) ? put_number(g, feature) : put_text(g, feature);
    }
    const mlpi_value all = mlpi_beside(g, columns, pipeline->feature_count);
    mlpi_free(columns);
    return all;
}
