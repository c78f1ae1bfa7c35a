/* SPDX-License-Identifier: MIT */
/* Layers: sums with constant weights. */
#include "base/base.h"
#include "import/import.h"

/* Whether a function can be the activation of a hidden layer. */
static bool is_activation(int function)
{
    return function < MLP_ACTIVATION_COUNT && function != MLP_SOFTMAX;
}

/* The weights are inputs x units; if `turned`, units x inputs. */
static mlp_status add_layer(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_flow *from,
                            const mlpi_onnx_tensor *weights, bool turned, double factor,
                            mlpi_meaning *made)
{
    if (weights->rank != 2 || weights->count == 0 || from->rank != 2)
        return mlpi_import_refuse(im, node,
                                  "does not multiply lists of numbers by a matrix; mlp imports "
                                  "only layers that take the numbers of a row");
    const size_t inputs = weights->dimension[turned ? 1 : 0];
    const size_t units = weights->dimension[turned ? 0 : 1];
    MLPI_TRY(mlpi_import_settle(im, node, from, inputs));
    if (!is_activation(from->function))
        return mlpi_import_refuse(
            im, node,
            "takes the outputs of a softmax, or of a function that mlp does not have as an "
            "activation of hidden neurons");
    if (im->layers == MLP_MAX_LAYERS || units > MLP_MAX_UNITS || inputs > MLP_MAX_UNITS)
        return mlpi_import_refuse(
            im, node,
            "is one layer too many, or has more inputs or neurons than a network of mlp may have");
    MLPI_TRY(mlpi_import_decide(im, node, from));
    im->layer[++im->layers] = (mlpi_onnx_layer){.weights = weights,
                                                .turned = turned,
                                                .factor = factor,
                                                .inputs = inputs,
                                                .units = units,
                                                .from = *from};
    made->kind = MLPI_MEANS_FLOW;
    made->flow =
        (mlpi_flow){.layer = im->layers, .width = units, .rank = 2, .function = MLP_LINEAR};
    return MLP_OK;
}

mlp_status mlpi_import_matmul(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    mlpi_flow from;
    const mlpi_onnx_tensor *weights = NULL;
    MLPI_TRY(mlpi_import_flow(im, node, 0, &from));
    MLPI_TRY(mlpi_import_constant(im, node, 1, &weights));
    return add_layer(im, node, &from, weights, false, 1.0, made);
}

/* alpha x W + beta c */
mlp_status mlpi_import_gemm(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made)
{
    mlpi_flow from;
    const mlpi_onnx_tensor *weights = NULL, *bias = NULL;
    const bool turned = mlpi_import_number(node, "transB", 0.0) != 0.0;
    MLPI_TRY(mlpi_import_flow(im, node, 0, &from));
    MLPI_TRY(mlpi_import_constant(im, node, 1, &weights));
    if (mlpi_import_number(node, "transA", 0.0) != 0.0)
        return mlpi_import_refuse(im, node,
                                  "turns rows into columns (transA), which no multilayer "
                                  "perceptron does");
    MLPI_TRY(
        add_layer(im, node, &from, weights, turned, mlpi_import_number(node, "alpha", 1.0), made));
    if (mlpi_import_input(im, node, 2)->kind == MLPI_MEANS_NOTHING)
        return MLP_OK;
    MLPI_TRY(mlpi_import_constant(im, node, 2, &bias));
    return mlpi_import_shift(im, node, bias, mlpi_import_number(node, "beta", 1.0), &made->flow);
}
