/* SPDX-License-Identifier: MIT */
/* Builds the messages of ONNX: nodes, tensors, inputs and outputs. */
#include "onnx/graph.h"

#include <string.h>

#include "base/base.h"

enum { IR_VERSION = 8, OPERATORS = 17, OPERATORS_ML = 3 };
void mlpi_graph_release(mlpi_graph *graph)
{
    mlpi_proto_release(&graph->nodes);
    mlpi_proto_release(&graph->constants);
    mlpi_proto_release(&graph->inputs);
    mlpi_proto_release(&graph->outputs);
    mlpi_proto_release(&graph->node);
}

/* --- values ----------------------------------------------------------------------------------- */

static void put_name(const mlpi_graph *g, mlpi_proto *message, unsigned field, mlpi_value value)
{
    char name[64];
    snprintf(name, sizeof name, "%.40s%zu", g->prefix, value.number);
    mlpi_proto_text(message, field, value.name != NULL ? value.name : name);
}

static mlpi_value new_value(mlpi_graph *g)
{
    return (mlpi_value){.number = g->values++};
}

mlpi_value mlpi_value_next(mlpi_value value)
{
    return (mlpi_value){.number = value.number + 1};
}

/* Describes an input or output: N rows of `width` columns, or a list of N if width is 0. */
static void put_info(mlpi_proto *to, unsigned field, const char *name, mlpi_element element,
                     size_t width)
{
    mlpi_proto info = {0}, type = {0}, tensor = {0}, shape = {0}, rows = {0}, columns = {0};
    mlpi_proto_text(&rows, MLPI_DIMENSION_NAME, "N");
    mlpi_proto_message(&shape, MLPI_SHAPE_DIMENSION, &rows);
    if (width > 0) {
        mlpi_proto_whole(&columns, MLPI_DIMENSION_VALUE, (int64_t)width);
        mlpi_proto_message(&shape, MLPI_SHAPE_DIMENSION, &columns);
    }
    mlpi_proto_whole(&tensor, MLPI_TENSOR_TYPE_ELEMENT, element);
    mlpi_proto_message(&tensor, MLPI_TENSOR_TYPE_SHAPE, &shape);
    mlpi_proto_message(&type, MLPI_INFO_TYPE_TENSOR, &tensor);
    mlpi_proto_text(&info, MLPI_INFO_NAME, name);
    mlpi_proto_message(&info, MLPI_INFO_TYPE, &type);
    mlpi_proto_message(to, field, &info);
}

mlpi_value mlpi_graph_input(mlpi_graph *graph, const char *name, mlpi_element element, size_t width)
{
    put_info(&graph->inputs, MLPI_GRAPH_INPUT, name, element, width);
    return (mlpi_value){.name = name};
}

void mlpi_graph_output(mlpi_graph *graph, const char *name, mlpi_element element, size_t width,
                       mlpi_value value)
{
    mlpi_proto node = {0};
    put_name(graph, &node, MLPI_NODE_INPUT, value);
    mlpi_proto_text(&node, MLPI_NODE_OUTPUT, name);
    mlpi_proto_text(&node, MLPI_NODE_OPERATOR, "Identity");
    mlpi_proto_message(&graph->nodes, MLPI_GRAPH_NODE, &node);
    put_info(&graph->outputs, MLPI_GRAPH_OUTPUT, name, element, width);
}

/* --- constants -------------------------------------------------------------------------------- */

static mlpi_proto begin_tensor(mlpi_element element)
{
    mlpi_proto tensor = {0};
    mlpi_proto_whole(&tensor, MLPI_TENSOR_TYPE, element);
    return tensor;
}

static mlpi_value end_tensor(mlpi_graph *g, mlpi_proto *tensor)
{
    const mlpi_value value = new_value(g);
    put_name(g, tensor, MLPI_TENSOR_NAME, value);
    mlpi_proto_message(&g->constants, MLPI_GRAPH_CONSTANT, tensor);
    return value;
}

mlpi_value mlpi_constant(mlpi_graph *graph, double value)
{
    mlpi_proto tensor = begin_tensor(MLPI_DOUBLES);
    mlpi_proto_doubles(&tensor, MLPI_TENSOR_BYTES, &value, 1);
    return end_tensor(graph, &tensor);
}

mlpi_value mlpi_constant_float(mlpi_graph *graph, float value)
{
    mlpi_proto tensor = begin_tensor(MLPI_FLOATS);
    mlpi_proto_floats(&tensor, MLPI_TENSOR_BYTES, &value, 1, 1.0f);
    return end_tensor(graph, &tensor);
}

mlpi_value mlpi_constant_whole(mlpi_graph *graph, int64_t value)
{
    mlpi_proto tensor = begin_tensor(MLPI_WHOLES);
    mlpi_proto_wholes(&tensor, MLPI_TENSOR_BYTES, &value, 1);
    return end_tensor(graph, &tensor);
}

mlpi_value mlpi_list(mlpi_graph *graph, const double *values, size_t count)
{
    mlpi_proto tensor = begin_tensor(MLPI_DOUBLES);
    mlpi_proto_whole(&tensor, MLPI_TENSOR_DIMENSION, (int64_t)count);
    mlpi_proto_doubles(&tensor, MLPI_TENSOR_BYTES, values, count);
    return end_tensor(graph, &tensor);
}

mlpi_value mlpi_list_wholes(mlpi_graph *graph, const int64_t *values, size_t count)
{
    mlpi_proto tensor = begin_tensor(MLPI_WHOLES);
    mlpi_proto_whole(&tensor, MLPI_TENSOR_DIMENSION, (int64_t)count);
    mlpi_proto_wholes(&tensor, MLPI_TENSOR_BYTES, values, count);
    return end_tensor(graph, &tensor);
}

mlpi_value mlpi_list_texts(mlpi_graph *graph, char *const *texts, size_t count)
{
    mlpi_proto tensor = begin_tensor(MLPI_TEXTS);
    mlpi_proto_whole(&tensor, MLPI_TENSOR_DIMENSION, (int64_t)count);
    for (size_t i = 0; i < count; i++)
        mlpi_proto_text(&tensor, MLPI_TENSOR_TEXT, texts[i]);
    return end_tensor(graph, &tensor);
}

mlpi_value mlpi_matrix(mlpi_graph *graph, const float *values, size_t rows, size_t columns,
                       float factor)
{
    mlpi_proto tensor = begin_tensor(MLPI_FLOATS);
    if (rows > 0)
        mlpi_proto_whole(&tensor, MLPI_TENSOR_DIMENSION, (int64_t)rows);
    mlpi_proto_whole(&tensor, MLPI_TENSOR_DIMENSION, (int64_t)columns);
    mlpi_proto_floats(&tensor, MLPI_TENSOR_BYTES, values, (rows > 0 ? rows : 1) * columns, factor);
    return end_tensor(graph, &tensor);
}

mlpi_value mlpi_matrix_of_halves(mlpi_graph *graph, const float *values, size_t rows,
                                 size_t columns)
{
    mlpi_proto tensor = begin_tensor(MLPI_HALVES);
    mlpi_proto_whole(&tensor, MLPI_TENSOR_DIMENSION, (int64_t)rows);
    mlpi_proto_whole(&tensor, MLPI_TENSOR_DIMENSION, (int64_t)columns);
    mlpi_proto_halves(&tensor, MLPI_TENSOR_BYTES, values, rows * columns);
    return mlpi_cast(graph, end_tensor(graph, &tensor), MLPI_FLOATS);
}

/* --- nodes ------------------------------------------------------------------------------------ */

void mlpi_node_begin(mlpi_graph *graph, const char *operator)
{
    mlpi_proto_text(&graph->node, MLPI_NODE_OPERATOR, operator);
    if (strcmp(operator, "LabelEncoder") == 0)
        mlpi_proto_text(&graph->node, MLPI_NODE_DOMAIN, MLPI_ONNX_DOMAIN_ML);
}

void mlpi_node_input(mlpi_graph *graph, mlpi_value value)
{
    put_name(graph, &graph->node, MLPI_NODE_INPUT, value);
}

static mlpi_proto begin_attribute(const char *name, int type)
{
    mlpi_proto attribute = {0};
    mlpi_proto_text(&attribute, MLPI_ATTRIBUTE_NAME, name);
    mlpi_proto_whole(&attribute, MLPI_ATTRIBUTE_TYPE, type);
    return attribute;
}

void mlpi_node_whole(mlpi_graph *graph, const char *attribute, int64_t value)
{
    mlpi_proto made = begin_attribute(attribute, MLPI_TYPE_INT);
    mlpi_proto_whole(&made, MLPI_ATTRIBUTE_INT, value);
    mlpi_proto_message(&graph->node, MLPI_NODE_ATTRIBUTE, &made);
}

void mlpi_node_float(mlpi_graph *graph, const char *attribute, float value)
{
    mlpi_proto made = begin_attribute(attribute, MLPI_TYPE_FLOAT);
    mlpi_proto_float(&made, MLPI_ATTRIBUTE_FLOAT, value);
    mlpi_proto_message(&graph->node, MLPI_NODE_ATTRIBUTE, &made);
}

void mlpi_node_texts(mlpi_graph *graph, const char *attribute, char *const *texts, size_t count)
{
    mlpi_proto made = begin_attribute(attribute, MLPI_TYPE_STRINGS);
    for (size_t i = 0; i < count; i++)
        mlpi_proto_text(&made, MLPI_ATTRIBUTE_STRINGS, texts[i]);
    mlpi_proto_message(&graph->node, MLPI_NODE_ATTRIBUTE, &made);
}

void mlpi_node_wholes(mlpi_graph *graph, const char *attribute, const int64_t *values, size_t count)
{
    mlpi_proto made = begin_attribute(attribute, MLPI_TYPE_INTS);
    for (size_t i = 0; i < count; i++)
        mlpi_proto_whole(&made, MLPI_ATTRIBUTE_INTS, values[i]);
    mlpi_proto_message(&graph->node, MLPI_NODE_ATTRIBUTE, &made);
}

mlpi_value mlpi_node_end(mlpi_graph *graph, size_t outputs)
{
    const mlpi_value first = {.number = graph->values};
    for (size_t i = 0; i < outputs; i++)
        put_name(graph, &graph->node, MLPI_NODE_OUTPUT, new_value(graph));
    mlpi_proto_message(&graph->nodes, MLPI_GRAPH_NODE, &graph->node);
    return first;
}

mlpi_value mlpi_op(mlpi_graph *graph, const char *operator, mlpi_value a)
{
    mlpi_node_begin(graph, operator);
    mlpi_node_input(graph, a);
    return mlpi_node_end(graph, 1);
}

mlpi_value mlpi_op2(mlpi_graph *graph, const char *operator, mlpi_value a, mlpi_value b)
{
    mlpi_node_begin(graph, operator);
    mlpi_node_input(graph, a);
    mlpi_node_input(graph, b);
    return mlpi_node_end(graph, 1);
}

mlpi_value mlpi_op_number(mlpi_graph *graph, const char *operator, mlpi_value a, double b)
{
    return mlpi_op2(graph, operator, a, mlpi_constant(graph, b));
}

mlpi_value mlpi_op3(mlpi_graph *graph, const char *operator, mlpi_value a, mlpi_value b,
                    mlpi_value c)
{
    mlpi_node_begin(graph, operator);
    mlpi_node_input(graph, a);
    mlpi_node_input(graph, b);
    mlpi_node_input(graph, c);
    return mlpi_node_end(graph, 1);
}

mlpi_value mlpi_cast(mlpi_graph *graph, mlpi_value value, mlpi_element element)
{
    mlpi_node_begin(graph, "Cast");
    mlpi_node_input(graph, value);
    mlpi_node_whole(graph, "to", element);
    return mlpi_node_end(graph, 1);
}

mlpi_value mlpi_beside(mlpi_graph *graph, const mlpi_value *values, size_t count)
{
    if (count == 1)
        return values[0];
    mlpi_node_begin(graph, "Concat");
    for (size_t i = 0; i < count; i++)
        mlpi_node_input(graph, values[i]);
    mlpi_node_whole(graph, "axis", -1);
    return mlpi_node_end(graph, 1);
}

mlpi_value mlpi_sum_along(mlpi_graph *graph, mlpi_value value, int64_t axis)
{
    return mlpi_op2(graph, "ReduceSum", value, mlpi_list_wholes(graph, &axis, 1));
}

mlpi_value mlpi_squeeze(mlpi_graph *graph, mlpi_value value, int64_t axis)
{
    return mlpi_op2(graph, "Squeeze", value, mlpi_list_wholes(graph, &axis, 1));
}

mlpi_value mlpi_pick(mlpi_graph *graph, mlpi_value value, mlpi_value numbers, int64_t axis)
{
    mlpi_node_begin(graph, "Gather");
    mlpi_node_input(graph, value);
    mlpi_node_input(graph, numbers);
    mlpi_node_whole(graph, "axis", axis);
    return mlpi_node_end(graph, 1);
}

/* --- the model -------------------------------------------------------------------------------- */

static void put_operators(mlpi_proto *model, const char *domain, int64_t version)
{
    mlpi_proto set = {0};
    mlpi_proto_text(&set, MLPI_OPERATORS_DOMAIN, domain);
    mlpi_proto_whole(&set, MLPI_OPERATORS_VERSION, version);
    mlpi_proto_message(model, MLPI_MODEL_OPERATORS, &set);
}

mlp_status mlpi_graph_write(mlpi_graph *graph, const char *name, const mlpi_proto *properties,
                            FILE *to, mlp_error *err)
{
    mlpi_proto model = {0}, whole = {0};
    mlpi_proto_append(&whole, &graph->nodes);
    mlpi_proto_text(&whole, MLPI_GRAPH_NAME, name);
    mlpi_proto_append(&whole, &graph->constants);
    mlpi_proto_append(&whole, &graph->inputs);
    mlpi_proto_append(&whole, &graph->outputs);
    mlpi_proto_whole(&model, MLPI_MODEL_IR, IR_VERSION);
    mlpi_proto_text(&model, MLPI_MODEL_PRODUCER, "mlp");
    mlpi_proto_text(&model, MLPI_MODEL_PRODUCER_VERSION, mlp_version());
    mlpi_proto_message(&model, MLPI_MODEL_GRAPH, &whole);
    put_operators(&model, "", OPERATORS);
    put_operators(&model, MLPI_ONNX_DOMAIN_ML, OPERATORS_ML);
    mlpi_proto_append(&model, properties);
    mlp_status status = MLP_OK;
    if (model.failed || graph->failed)
        status = mlpi_fail_memory(err, "the ONNX model");
    else if (model.size > (size_t)INT32_MAX)
        status = mlpi_fail(err, MLP_ERROR_ARGUMENT,
                           "ONNX cannot carry the model: it has %zu bytes, but the limit is 2 GB; "
                           "train a smaller network",
                           model.size);
    else
        fwrite(model.bytes, 1, model.size, to);
    mlpi_proto_release(&model);
    return status;
}
