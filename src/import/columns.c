/* SPDX-License-Identifier: MIT */
/* Joins columns, and selects some of them. */
#include <string.h>

#include "base/base.h"
#include "import/import.h"

static const char no_columns[] = "joins or selects values other than columns of the data; mlp "
                                 "imports networks that are one chain of layers";

/* Takes an input, which must be columns of the data: other values cannot be joined, and no part of
 * them can be selected. */
static mlp_status take_columns(mlpi_importer *im, const mlpi_onnx_node *node, size_t input,
                               mlpi_flow *flow)
{
    MLPI_TRY(mlpi_import_flow(im, node, input, flow));
    if (flow->layer != 0 || flow->rank != 2)
        return mlpi_import_refuse(im, node, no_columns);
    return mlpi_import_settle(im, node, flow, flow->width);
}

/* Begins a flow of `count` columns, with room for a factor and a shift of each. */
static mlp_status begin_columns(mlpi_importer *im, size_t count, mlpi_onnx_column **columns,
                                double **numbers, mlpi_flow *flow)
{
    *columns = mlpi_arena_take(&im->arena, count, sizeof **columns);
    *numbers = mlpi_arena_take(&im->arena, 2 * count, sizeof **numbers);
    if (*columns == NULL || *numbers == NULL)
        return mlpi_import_no_memory(im);
    *flow = (mlpi_flow){.width = count,
                        .rank = 2,
                        .column = *columns,
                        .inside = {*numbers, *numbers + count, count},
                        .function = MLP_LINEAR};
    return MLP_OK;
}

static void put_column(const mlpi_flow *from, size_t at, size_t to, mlpi_onnx_column *columns,
                       double *numbers, size_t count)
{
    columns[to] = from->column[at];
    numbers[to] = mlpi_affine_factor(&from->inside, at);
    numbers[count + to] = mlpi_affine_shift(&from->inside, at);
}

/* --- joining ---------------------------------------------------------------------------------- */

static mlp_status join_columns(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    mlpi_onnx_column *columns = NULL;
    double *numbers = NULL;
    size_t count = 0, to = 0;
    mlpi_flow from;
    for (size_t i = 0; i < node->inputs; i++) {
        MLPI_TRY(take_columns(im, node, i, &from));
        if (!mlpi_add(count, from.width, &count))
            return mlpi_import_refuse(im, node, no_columns);
    }
    MLPI_TRY(begin_columns(im, count, &columns, &numbers, &made->flow));
    for (size_t i = 0; i < node->inputs; i++) {
        MLPI_TRY(take_columns(im, node, i, &from));
        for (size_t c = 0; c < from.width; c++)
            put_column(&from, c, to++, columns, numbers, count);
    }
    made->kind = MLPI_MEANS_FLOW;
    return MLP_OK;
}

/* Whether a and b are 1 - p and p. */
static bool is_pair(mlpi_importer *im, const mlpi_meaning *a, const mlpi_meaning *b)
{
    const mlpi_affine *rest = &a->flow.outside;
    return a->kind == MLPI_MEANS_FLOW && b->kind == MLPI_MEANS_FLOW && b->flow.layer > 0 &&
           a->flow.layer == b->flow.layer && b->flow.width == 1 && b->flow.rank == 2 &&
           a->flow.rank == 2 && a->flow.function == MLP_LOGISTIC &&
           b->flow.function == MLP_LOGISTIC && b->flow.outside.count == 0 && rest->count == 1 &&
           rest->factor[0] == -1.0 && rest->shift[0] == 1.0 &&
           mlpi_affine_same(im, &a->flow.inside, &b->flow.inside, 1);
}

/* A shape that consists of the number of rows and a constant. The number of rows becomes 0, which
 * means "unchanged" in a shape. */
static mlp_status join_shape(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    const mlpi_onnx_tensor *rest = NULL;
    mlpi_onnx_tensor *shape = mlpi_arena_take(&im->arena, 1, sizeof *shape);
    double *numbers = mlpi_arena_take(&im->arena, 2, sizeof *numbers);
    MLPI_TRY(mlpi_import_constant(im, node, 1, &rest));
    if (shape == NULL || numbers == NULL)
        return mlpi_import_no_memory(im);
    if (node->inputs != 2 || rest->count != 1)
        return mlpi_import_refuse(im, node,
                                  "makes a shape that is not a list of numbers for each row");
    numbers[1] = rest->number[0];
    *shape = (mlpi_onnx_tensor){
        .element = MLPI_WHOLES, .rank = 1, .dimension = {2}, .count = 2, .number = numbers};
    *made = (mlpi_meaning){.kind = MLPI_MEANS_CONSTANT, .constant = shape};
    return MLP_OK;
}

mlp_status mlpi_import_concat(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    const mlpi_meaning *first = mlpi_import_input(im, node, 0);
    const double axis = mlpi_import_number(node, "axis", 0.0);
    if (first->kind == MLPI_MEANS_ROWS)
        return join_shape(im, node, made);
    if (axis != 1.0 && axis != -1.0)
        return mlpi_import_refuse(im, node, "stacks rows");
    if (node->inputs == 2 && is_pair(im, first, mlpi_import_input(im, node, 1))) {
        *made = *mlpi_import_input(im, node, 1);
        made->kind = MLPI_MEANS_PAIR;
        made->flow.pair = true;
        return MLP_OK;
    }
    return join_columns(im, node, made);
}

/* --- selecting -------------------------------------------------------------------------------- */

static mlp_status pick_columns(mlpi_importer *im, const mlpi_onnx_node *node,
                               const mlpi_onnx_tensor *which, mlpi_meaning *made)
{
    mlpi_onnx_column *columns = NULL;
    double *numbers = NULL;
    mlpi_flow from;
    MLPI_TRY(take_columns(im, node, 0, &from));
    MLPI_TRY(begin_columns(im, which->count, &columns, &numbers, &made->flow));
    for (size_t i = 0; i < which->count; i++) {
        const double at = which->number[i];
        if (!(at >= 0.0 && at < (double)from.width) || at != (double)(size_t)at)
            return mlpi_import_refuse(
                im, node, "selects a column by a number below 0 or beyond the last column");
        put_column(&from, (size_t)at, i, columns, numbers, which->count);
    }
    made->kind = MLPI_MEANS_FLOW;
    return MLP_OK;
}

static bool is_one(const mlpi_onnx_tensor *t, double number)
{
    return t->number != NULL && t->count == 1 && t->number[0] == number;
}

/* ArrayFeatureExtractor selects along the last axis, Gather along the axis that it names. */
mlp_status mlpi_import_pick(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    const mlpi_meaning *from = mlpi_import_input(im, node, 0), *at = mlpi_import_input(im, node, 1);
    const bool gathers = mlpi_bytes_are(node->operator, "Gather");
    const double axis = mlpi_import_number(node, "axis", gathers ? 0.0 : -1.0);
    const bool along = axis == 1.0 || axis == -1.0;
    if (from->kind == MLPI_MEANS_CONSTANT && at->kind == MLPI_MEANS_LABEL)
        return mlpi_import_label_of(im, node, from, at, made);
    const mlpi_onnx_tensor *which = NULL;
    MLPI_TRY(mlpi_import_constant(im, node, 1, &which));
    if (from->kind == MLPI_MEANS_SHAPE && is_one(which, 0.0)) {
        made->kind = MLPI_MEANS_ROWS;
        return MLP_OK;
    }
    if (along && (from->kind == MLPI_MEANS_PAIR ||
                  (from->kind == MLPI_MEANS_FLOW && from->flow.layer > 0))) {
        *made = *from;
        made->kind = MLPI_MEANS_SHARE;
        made->constant = NULL;
        return MLP_OK;
    }
    return along && which->rank <= 2 && which->count > 0 ? pick_columns(im, node, which, made)
                                                         : mlpi_import_refuse(im, node, no_columns);
}

/* Selects some of the probabilities, which exporters use as separate outputs, or the number of rows
 * from a shape. */
mlp_status mlpi_import_slice(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    const mlpi_meaning *from = mlpi_import_input(im, node, 0),
                       *begin = mlpi_import_input(im, node, 1),
                       *end = mlpi_import_input(im, node, 2);
    *made = (mlpi_meaning){.kind = MLPI_MEANS_SHARE, .flow = from->flow};
    if (from->kind == MLPI_MEANS_PAIR || (from->kind == MLPI_MEANS_FLOW && from->flow.layer > 0))
        return MLP_OK;
    made->kind = MLPI_MEANS_ROWS;
    return from->kind == MLPI_MEANS_SHAPE && begin->constant != NULL && end->constant != NULL &&
                   is_one(begin->constant, 0.0) && is_one(end->constant, 1.0)
               ? MLP_OK
               : mlpi_import_refuse(im, node, no_columns);
}
