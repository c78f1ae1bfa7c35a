/* SPDX-License-Identifier: MIT */
/* The operators with which multilayer perceptrons are exported; follows a graph node by node. */
#include "base/base.h"
#include "import/import.h"

static const struct {
    const char *name;
    mlpi_operator *means;
    bool ml; /* of the domain ai.onnx.ml */
} operators[] = {
    {"Gemm", mlpi_import_gemm, false},
    {"MatMul", mlpi_import_matmul, false},
    {"Add", mlpi_import_add, false},
    {"Sub", mlpi_import_subtract, false},
    {"Mul", mlpi_import_multiply, false},
    {"Div", mlpi_import_divide, false},
    {"Neg", mlpi_import_negate, false},
    {"BatchNormalization", mlpi_import_normalization, false},
    {"Scaler", mlpi_import_scaler, true},
    {"Imputer", mlpi_import_imputer, true},
    {"Relu", mlpi_import_function, false},
    {"Sigmoid", mlpi_import_function, false},
    {"Tanh", mlpi_import_function, false},
    {"Softplus", mlpi_import_function, false},
    {"Softsign", mlpi_import_function, false},
    {"Exp", mlpi_import_function, false},
    {"Mish", mlpi_import_function, false},
    {"Abs", mlpi_import_function, false},
    {"LeakyRelu", mlpi_import_slope, false},
    {"Elu", mlpi_import_slope, false},
    {"Celu", mlpi_import_slope, false},
    {"Selu", mlpi_import_selu, false},
    {"Gelu", mlpi_import_gelu, false},
    {"HardSigmoid", mlpi_import_hard_sigmoid, false},
    {"Clip", mlpi_import_clip, false},
    {"Max", mlpi_import_least, false},
    {"Min", mlpi_import_most, false},
    {"Softmax", mlpi_import_softmax, false},
    {"LogSoftmax", mlpi_import_softmax, false},
    {"Greater", mlpi_import_above, false},
    {"Where", mlpi_import_where, false},
    {"Identity", mlpi_import_same, false},
    {"Cast", mlpi_import_cast, false},
    {"Dropout", mlpi_import_dropout, false},
    {"Constant", mlpi_import_given, false},
    {"Flatten", mlpi_import_flatten, false},
    {"Reshape", mlpi_import_reshape, false},
    {"Squeeze", mlpi_import_squeeze, false},
    {"Unsqueeze", mlpi_import_unsqueeze, false},
    {"Shape", mlpi_import_shape, false},
    {"Concat", mlpi_import_concat, false},
    {"ArrayFeatureExtractor", mlpi_import_pick, true},
    {"Gather", mlpi_import_pick, false},
    {"Slice", mlpi_import_slice, false},
    {"ArgMax", mlpi_import_arg_max, false},
    {"ZipMap", mlpi_import_map, true},
    {"Binarizer", mlpi_import_signs, true},
};

static mlpi_operator *operator_of(const mlpi_onnx_node *node)
{
    const bool ml = mlpi_bytes_are(node->domain, MLPI_ONNX_DOMAIN_ML);
    if (!ml && node->domain.size > 0 && !mlpi_bytes_are(node->domain, "ai.onnx"))
        return NULL;
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++)
        if (operators[i].ml == ml && mlpi_bytes_are(node->operator, operators[i].name))
            return operators[i].means;
    return NULL;
}

static mlp_status follow_node(mlpi_importer *im, const mlpi_onnx_node *node)
{
    mlpi_meaning made = {0};
    mlpi_operator *means = operator_of(node);
    if (means == NULL)
        return mlpi_import_refuse(
            im, node,
            "is not an operator that mlp imports: layers with constant weights, activations, "
            "scalers and labels (docs/import.md); export the network alone");
    for (size_t i = 0; i < node->inputs; i++)
        if (node->input[i] != MLPI_NO_VALUE &&
            im->meaning[node->input[i]].kind == MLPI_MEANS_NOTHING)
            return mlpi_import_refuse(
                im, node, "takes a value that is computed only later; the file is damaged");
    MLPI_TRY(means(im, node, &made));
    if (node->outputs == 0 || node->output[0] == MLPI_NO_VALUE)
        return MLP_OK;
    mlpi_meaning *to = &im->meaning[node->output[0]];
    if (to->kind != MLPI_MEANS_NOTHING)
        return mlpi_import_refuse(im, node,
                                  "computes a value that exists already; the file is damaged");
    *to = made;
    return MLP_OK;
}

/* --- inputs ----------------------------------------------------------------------------------- */

static mlp_status refuse_input(const mlpi_importer *im, size_t i, const char *what)
{
    char name[MLPI_SHOWN];
    return mlpi_fail_at(im->err, MLP_ERROR_MODEL, im->graph.source, 0, 0, "input \"%s\" %s",
                        mlpi_bytes_shown(im->graph.input[i].name, name), what);
}

/* An input must be rows of numbers or of texts; their width is known if the graph states the shape
 * and all dimensions after the first. */
static mlp_status take_input(mlpi_importer *im, size_t i)
{
    const mlpi_onnx_port *port = &im->graph.input[i];
    size_t width = 1;
    if (port->value == MLPI_NO_VALUE || im->meaning[port->value].kind != MLPI_MEANS_NOTHING)
        return refuse_input(
            im, i, "has no name, or that of another input or constant; the file is damaged");
    if (port->element == 0 || (port->shaped && port->rank == 0))
        return refuse_input(
            im, i, "is not a table of numbers; mlp imports networks that take rows of numbers");
    for (size_t d = 1; d < port->rank; d++)
        if (!mlpi_multiply(width, port->dimension[d], &width) || width > MLP_MAX_UNITS)
            return refuse_input(im, i,
                                "has more numbers for each row than a network of mlp may take");
    im->width[i] = port->shaped ? width : 0;
    im->meaning[port->value] =
        (mlpi_meaning){.kind = port->element == MLPI_TEXTS ? MLPI_MEANS_TEXTS : MLPI_MEANS_FLOW,
                       .flow = {.port = i,
                                .width = im->width[i],
                                .rank = port->shaped ? port->rank : 2,
                                .function = MLP_LINEAR}};
    return MLP_OK;
}

mlp_status mlpi_import_follow(mlpi_importer *im)
{
    const mlpi_onnx_graph *g = &im->graph;
    im->meaning = mlpi_arena_take(&im->arena, g->values, sizeof *im->meaning);
    im->width = mlpi_arena_take(&im->arena, g->inputs, sizeof *im->width);
    im->fill = mlpi_arena_take(&im->arena, g->inputs, sizeof *im->fill);
    im->layer = mlpi_arena_take(&im->arena, MLP_MAX_LAYERS + 1, sizeof *im->layer);
    if (im->meaning == NULL || im->width == NULL || im->fill == NULL || im->layer == NULL)
        return mlpi_import_no_memory(im);
    for (size_t i = 0; i < g->constants; i++)
        if (g->constant_value[i] != MLPI_NO_VALUE)
            im->meaning[g->constant_value[i]] =
                (mlpi_meaning){.kind = MLPI_MEANS_CONSTANT, .constant = &g->constant[i]};
    for (size_t i = 0; i < g->inputs; i++)
        MLPI_TRY(take_input(im, i));
    for (size_t i = 0; i < g->nodes; i++)
        MLPI_TRY(follow_node(im, &g->node[i]));
    return MLP_OK;
}
