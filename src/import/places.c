/* SPDX-License-Identifier: MIT */
/* Operators that keep every number, and change only its type or its place in a shape. */
#include <string.h>

#include "base/base.h"
#include "import/import.h"

static const char other_shape[] =
    "makes a shape other than rows of numbers; mlp imports networks that take a row as one list";

mlp_status mlpi_import_same(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    *made = *mlpi_import_input(im, node, 0);
    return made->kind != MLPI_MEANS_NOTHING
               ? MLP_OK
               : mlpi_import_refuse(im, node, "has no input; the file is damaged");
}

/* Dropout changes nothing outside training. */
mlp_status mlpi_import_dropout(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    const mlpi_meaning *training = mlpi_import_input(im, node, 2);
    const bool trains = training->kind != MLPI_MEANS_NOTHING &&
                        (training->constant == NULL || training->constant->number == NULL ||
                         training->constant->count != 1 || training->constant->number[0] != 0.0);
    return trains ? mlpi_import_refuse(im, node,
                                       "leaves out neurons; export the network for "
                                       "inference, in PyTorch after model.eval()")
                  : mlpi_import_same(im, node, made);
}

/* Casts numbers to real types; casts to integers only constants that are integers already. */
mlp_status mlpi_import_cast(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    const double to = mlpi_import_number(node, "to", 0.0);
    MLPI_TRY(mlpi_import_same(im, node, made));
    const bool real = to == MLPI_FLOATS || to == MLPI_DOUBLES || to == MLPI_HALVES;
    const bool cuts = made->kind == MLPI_MEANS_FLOW || made->kind == MLPI_MEANS_PAIR ||
                      made->kind == MLPI_MEANS_CONSTANT;
    const bool whole = made->kind == MLPI_MEANS_CONSTANT && made->constant->number != NULL &&
                       made->constant->element == MLPI_WHOLES && to == MLPI_WHOLES;
    const bool texts = made->kind == MLPI_MEANS_TEXTS ||
                       (made->kind == MLPI_MEANS_CONSTANT && made->constant->text != NULL);
    return texts || (cuts && !real && !whole)
               ? mlpi_import_refuse(im, node,
                                    "turns its input into texts, or numbers of another type, which "
                                    "no layer of mlp does")
               : MLP_OK;
}

mlp_status mlpi_import_given(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    static const char *const names[] = {"value",      "value_float",  "value_floats", "value_int",
                                        "value_ints", "value_string", "value_strings"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const mlpi_onnx_tensor *value = mlpi_import_attribute(node, names[i]);
        if (value == NULL || (value->number == NULL && value->text == NULL))
            continue;
        *made = (mlpi_meaning){.kind = MLPI_MEANS_CONSTANT, .constant = value};
        return MLP_OK;
    }
    return mlpi_import_refuse(im, node, "has no value that mlp reads");
}

/* --- shapes ----------------------------------------------------------------------------------- */

/* Whether the value is one whose shape does not matter: labels, some of the outputs, a map, or
 * signs. */
static bool is_label(const mlpi_meaning *m)
{
    return m->kind == MLPI_MEANS_LABEL || m->kind == MLPI_MEANS_SHARE ||
           m->kind == MLPI_MEANS_MAP || m->kind == MLPI_MEANS_SIGNS;
}

mlp_status mlpi_import_flatten(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    made->kind = MLPI_MEANS_FLOW;
    MLPI_TRY(mlpi_import_flow(im, node, 0, &made->flow));
    if (made->flow.rank < 2 || mlpi_import_number(node, "axis", 1.0) != 1.0)
        return mlpi_import_refuse(im, node, other_shape);
    made->flow.rank = 2;
    return MLP_OK;
}

/* Accepts the shapes N x width, N (for one number per row), and N * width x 1. */
mlp_status mlpi_import_reshape(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    const mlpi_onnx_tensor *shape = NULL;
    const mlpi_meaning *from = mlpi_import_input(im, node, 0);
    if (is_label(from) || from->kind == MLPI_MEANS_PAIR)
        return mlpi_import_same(im, node, made);
    made->kind = MLPI_MEANS_FLOW;
    MLPI_TRY(mlpi_import_flow(im, node, 0, &made->flow));
    MLPI_TRY(mlpi_import_constant(im, node, 1, &shape));
    const size_t rank = shape->count;
    if (rank == 1 && made->flow.width == 1 && shape->number[0] == -1.0) {
        made->flow.rank = 1;
        return MLP_OK;
    }
    if (rank == 2 && made->flow.rank == 2 && made->flow.width > 1 && shape->number[0] == -1.0 &&
        shape->number[1] == 1.0) { /* skl2onnx puts several targets below each other */
        made->kind = MLPI_MEANS_MAP;
        return MLP_OK;
    }
    const bool list = rank == 2 && shape->number[0] >= -1.0 &&
                      (shape->number[1] == -1.0 ||
                       (shape->number[1] >= 1.0 && shape->number[1] <= MLP_MAX_UNITS)) &&
                      shape->number[0] + shape->number[1] > -2.0;
    if (!list)
        return mlpi_import_refuse(im, node, other_shape);
    made->flow.rank = 2;
    return shape->number[1] > 0.0
               ? mlpi_import_settle(im, node, &made->flow, (size_t)shape->number[1])
               : MLP_OK;
}

mlp_status mlpi_import_squeeze(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    if (is_label(mlpi_import_input(im, node, 0)))
        return mlpi_import_same(im, node, made);
    made->kind = MLPI_MEANS_FLOW;
    MLPI_TRY(mlpi_import_flow(im, node, 0, &made->flow));
    if (made->flow.rank != 2 || made->flow.width != 1)
        return mlpi_import_refuse(im, node, other_shape);
    made->flow.rank = 1;
    return MLP_OK;
}

mlp_status mlpi_import_unsqueeze(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    const mlpi_meaning *from = mlpi_import_input(im, node, 0);
    const mlpi_onnx_tensor *axes = mlpi_import_attribute(node, "axes");
    if (is_label(from) || from->kind == MLPI_MEANS_ROWS)
        return mlpi_import_same(im, node, made);
    made->kind = MLPI_MEANS_FLOW;
    MLPI_TRY(mlpi_import_flow(im, node, 0, &made->flow));
    if (axes == NULL)
        MLPI_TRY(mlpi_import_constant(im, node, 1, &axes));
    if (made->flow.rank != 1 || axes->number == NULL || axes->count != 1 ||
        (axes->number[0] != 1.0 && axes->number[0] != -1.0))
        return mlpi_import_refuse(im, node, other_shape);
    made->flow.rank = 2;
    return MLP_OK;
}

/* Shape, from which exporters take the number of rows to put it into another shape. */
mlp_status mlpi_import_shape(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    MLPI_TRY(mlpi_import_flow(im, node, 0, &made->flow));
    made->kind = MLPI_MEANS_SHAPE;
    return MLP_OK;
}
