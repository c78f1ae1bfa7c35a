/* SPDX-License-Identifier: MIT */
/* What operators share: inputs and attributes, refusals, widths, factors and shifts. */
#include <stdio.h>
#include <string.h>

#include "base/base.h"
#include "import/import.h"

/* --- refusing --------------------------------------------------------------------------------- */

mlp_status mlpi_import_refuse(const mlpi_importer *im, const mlpi_onnx_node *node, const char *what)
{
    char name[MLPI_SHOWN], operator[MLPI_SHOWN];
    if (im->arena.spent) /* a comparison may have failed for this reason alone */
        return mlpi_import_no_memory(im);
    return mlpi_fail_at(im->err, MLP_ERROR_MODEL, im->graph.source, 0, 0, "node \"%s\" (%s) %s",
                        mlpi_bytes_shown(node->name, name),
                        mlpi_bytes_shown(node->operator, operator), what);
}

mlp_status mlpi_import_no_memory(const mlpi_importer *im)
{
    return mlpi_onnx_fail_arena(&im->arena, im->graph.source, im->err);
}

/* --- inputs and attributes -------------------------------------------------------------------- */

const mlpi_meaning *mlpi_import_input(const mlpi_importer *im, const mlpi_onnx_node *node, size_t i)
{
    static const mlpi_meaning nothing = {0};
    return i < node->inputs && node->input[i] != MLPI_NO_VALUE ? &im->meaning[node->input[i]]
                                                               : &nothing;
}

mlp_status mlpi_import_flow(const mlpi_importer *im, const mlpi_onnx_node *node, size_t i,
                            mlpi_flow *flow)
{
    const mlpi_meaning *m = mlpi_import_input(im, node, i);
    *flow = m->flow;
    if (m->kind == MLPI_MEANS_FLOW)
        return MLP_OK;
    if (m->kind == MLPI_MEANS_TEXTS)
        return mlpi_import_refuse(im, node,
                                  "takes texts, and mlp imports networks of numbers; export the "
                                  "part of the pipeline that comes after the encoding of texts");
    return mlpi_import_refuse(im, node,
                              "does not take its numbers from the rows, as it does in multilayer "
                              "perceptrons; export the network alone");
}

mlp_status mlpi_import_constant(const mlpi_importer *im, const mlpi_onnx_node *node, size_t i,
                                const mlpi_onnx_tensor **constant)
{
    const mlpi_meaning *m = mlpi_import_input(im, node, i);
    *constant = m->constant;
    return m->kind == MLPI_MEANS_CONSTANT && m->constant->number != NULL
               ? MLP_OK
               : mlpi_import_refuse(
                     im, node,
                     "takes numbers that must be constant in multilayer perceptrons, and are not; "
                     "export the network alone, for inference");
}

const mlpi_onnx_tensor *mlpi_import_attribute(const mlpi_onnx_node *node, const char *name)
{
    for (size_t i = 0; i < node->attributes; i++)
        if (mlpi_bytes_are(node->attribute[i].name, name))
            return &node->attribute[i].value;
    return NULL;
}

double mlpi_import_number(const mlpi_onnx_node *node, const char *name, double usual)
{
    const mlpi_onnx_tensor *a = mlpi_import_attribute(node, name);
    return a != NULL && a->number != NULL && a->count == 1 ? a->number[0] : usual;
}

/* --- widths ----------------------------------------------------------------------------------- */

/* Lists the columns of an input whose width has become known. */
static mlp_status list_columns(mlpi_importer *im, mlpi_flow *flow)
{
    mlpi_onnx_column *columns = mlpi_arena_take(&im->arena, flow->width, sizeof *columns);
    if (columns == NULL)
        return mlpi_import_no_memory(im);
    for (size_t c = 0; c < flow->width; c++)
        columns[c] = (mlpi_onnx_column){flow->port, c};
    flow->column = columns;
    return MLP_OK;
}

mlp_status mlpi_import_settle(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_flow *flow,
                              size_t width)
{
    if (flow->layer == 0 && flow->width == 0) {
        size_t *known = &im->width[flow->port];
        *known = *known == 0 ? width : *known;
        flow->width = *known;
    }
    if (flow->width != width || width == 0)
        return mlpi_import_refuse(im, node,
                                  "expects rows of another width than it gets; the file is "
                                  "damaged, or is not a multilayer perceptron");
    return flow->layer == 0 && flow->column == NULL ? list_columns(im, flow) : MLP_OK;
}

/* --- factors and shifts ----------------------------------------------------------------------- */

double mlpi_affine_factor(const mlpi_affine *a, size_t i)
{
    return a->count == 0 ? 1.0 : a->factor[a->count == 1 ? 0 : i];
}

double mlpi_affine_shift(const mlpi_affine *a, size_t i)
{
    return a->count == 0 ? 0.0 : a->shift[a->count == 1 ? 0 : i];
}

bool mlpi_affine_same(mlpi_importer *im, const mlpi_affine *a, const mlpi_affine *b, size_t width)
{
    if (a->factor == b->factor && a->shift == b->shift && a->count == b->count)
        return true;
    const size_t count = a->count > 1 || b->count > 1 ? width : 1;
    if (!mlpi_arena_count(&im->arena, count, sizeof(double)))
        return false;
    for (size_t i = 0; i < count; i++)
        if (mlpi_affine_factor(a, i) != mlpi_affine_factor(b, i) ||
            mlpi_affine_shift(a, i) != mlpi_affine_shift(b, i))
            return false;
    return true;
}

mlp_status mlpi_import_scale(mlpi_importer *im, const double *factor, const double *shift,
                             size_t count, mlpi_flow *flow)
{
    mlpi_affine *of = flow->function == MLP_LINEAR ? &flow->inside : &flow->outside;
    const size_t places = count > of->count ? count : of->count;
    double *factors = mlpi_arena_take(&im->arena, places, sizeof *factors);
    double *shifts = mlpi_arena_take(&im->arena, places, sizeof *shifts);
    if (factors == NULL || shifts == NULL)
        return mlpi_import_no_memory(im);
    for (size_t i = 0; i < places; i++) {
        const size_t k = count == 1 ? 0 : i;
        factors[i] = mlpi_affine_factor(of, i) * factor[k];
        shifts[i] = mlpi_affine_shift(of, i) * factor[k] + shift[k];
    }
    *of = (mlpi_affine){factors, shifts, places};
    return MLP_OK;
}

/* --- layers ----------------------------------------------------------------------------------- */

mlp_status mlpi_import_decide(mlpi_importer *im, const mlpi_onnx_node *node, const mlpi_flow *flow)
{
    if (flow->layer == 0)
        return MLP_OK;
    mlpi_onnx_layer *layer = &im->layer[flow->layer];
    if (layer->decided && (layer->function != flow->function ||
                           !mlpi_affine_same(im, &layer->inside, &flow->inside, layer->units)))
        return mlpi_import_refuse(im, node,
                                  "applies another function to a layer that has one already; mlp "
                                  "imports networks that are one chain of layers");
    layer->decided = true;
    layer->inside = flow->inside;
    layer->function = flow->function;
    return MLP_OK;
}
