/* SPDX-License-Identifier: MIT */
/* Builds ONNX graphs node by node, to be imported or refused. */
#ifndef MLP_TEST_MAKER_H
#define MLP_TEST_MAKER_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "mlp/mlp.h"
#include "onnx/fields.h"
#include "onnx/proto.h"
#include "unit/test.h"

enum { WIDE = 4096 };

/* A graph under construction: x (N x 2) -> ... -> y. */
typedef struct maker {
    mlpi_proto graph;
} maker;

/* Adds a node with the inputs a and b (NULL: only a), the output `to` and further fields (NULL:
 * none). */
static inline void add_set_node(maker *m, const char *operator, const char * a, const char *b,
                                const char *to, const mlpi_proto *fields)
{
    mlpi_proto node = {0};
    mlpi_proto_text(&node, MLPI_NODE_INPUT, a);
    if (b != NULL)
        mlpi_proto_text(&node, MLPI_NODE_INPUT, b);
    mlpi_proto_text(&node, MLPI_NODE_OUTPUT, to);
    mlpi_proto_text(&node, MLPI_NODE_NAME, "here");
    mlpi_proto_text(&node, MLPI_NODE_OPERATOR, operator);
    if (fields != NULL)
        mlpi_proto_append(&node, fields);
    mlpi_proto_message(&m->graph, MLPI_GRAPH_NODE, &node);
}

static inline void add_node(maker *m, const char *operator, const char * a, const char *b,
                            const char *to)
{
    add_set_node(m, operator, a, b, to, NULL);
}

static inline void put_attribute(mlpi_proto *attributes, const char *name, int type, unsigned field,
                                 float value)
{
    mlpi_proto one = {0};
    mlpi_proto_text(&one, MLPI_ATTRIBUTE_NAME, name);
    mlpi_proto_whole(&one, MLPI_ATTRIBUTE_TYPE, type);
    if (type == MLPI_TYPE_INT)
        mlpi_proto_whole(&one, field, (int64_t)value);
    else
        mlpi_proto_float(&one, field, value);
    mlpi_proto_message(attributes, MLPI_NODE_ATTRIBUTE, &one);
}

/* Adds a node with axis 1, so that Concat, Gather or ArgMax works within a row. */
static inline void add_along(maker *m, const char *operator, const char * a, const char *b,
                             const char *to)
{
    mlpi_proto attributes = {0};
    put_attribute(&attributes, "axis", MLPI_TYPE_INT, MLPI_ATTRIBUTE_INT, 1);
    add_set_node(m, operator, a, b, to, &attributes);
    mlpi_proto_release(&attributes);
}

static inline void add_binarizer(maker *m, const char *from, float threshold, const char *to)
{
    mlpi_proto attributes = {0};
    put_attribute(&attributes, "threshold", MLPI_TYPE_FLOAT, MLPI_ATTRIBUTE_FLOAT, threshold);
    mlpi_proto_text(&attributes, MLPI_NODE_DOMAIN, "ai.onnx.ml");
    add_set_node(m, "Binarizer", from, NULL, to, &attributes);
    mlpi_proto_release(&attributes);
}

/* Adds an Imputer with one number for all columns. */
static inline void add_imputer(maker *m, const char *from, float value, const char *to)
{
    mlpi_proto attributes = {0};
    put_attribute(&attributes, "imputed_value_floats", MLPI_TYPE_FLOATS, MLPI_ATTRIBUTE_FLOATS,
                  value);
    put_attribute(&attributes, "replaced_value_float", MLPI_TYPE_FLOAT, MLPI_ATTRIBUTE_FLOAT, NAN);
    mlpi_proto_text(&attributes, MLPI_NODE_DOMAIN, "ai.onnx.ml");
    add_set_node(m, "Imputer", from, NULL, to, &attributes);
    mlpi_proto_release(&attributes);
}

/* Adds a constant with the stated shape of `rows` x `said` (rows 0: a list) that holds `count`
 * numbers 1, 2, ... */
static inline void add_tensor(maker *m, const char *name, int64_t rows, int64_t said, size_t count)
{
    float numbers[WIDE];
    for (size_t i = 0; i < count; i++)
        numbers[i] = (float)(i + 1);
    mlpi_proto tensor = {0};
    if (rows > 0)
        mlpi_proto_whole(&tensor, MLPI_TENSOR_DIMENSION, rows);
    mlpi_proto_whole(&tensor, MLPI_TENSOR_DIMENSION, said);
    mlpi_proto_whole(&tensor, MLPI_TENSOR_TYPE, MLPI_FLOATS);
    mlpi_proto_text(&tensor, MLPI_TENSOR_NAME, name);
    mlpi_proto_floats(&tensor, MLPI_TENSOR_BYTES, numbers, count, 1.0f);
    mlpi_proto_message(&m->graph, MLPI_GRAPH_CONSTANT, &tensor);
}

static inline void add_port(maker *m, unsigned field, const char *name, int64_t width)
{
    mlpi_proto info = {0}, type = {0}, tensor = {0}, shape = {0}, dimension = {0};
    mlpi_proto_text(&dimension, MLPI_DIMENSION_NAME, "N");
    mlpi_proto_message(&shape, MLPI_SHAPE_DIMENSION, &dimension);
    mlpi_proto_whole(&dimension, MLPI_DIMENSION_VALUE, width);
    mlpi_proto_message(&shape, MLPI_SHAPE_DIMENSION, &dimension);
    mlpi_proto_whole(&tensor, MLPI_TENSOR_TYPE_ELEMENT, MLPI_FLOATS);
    mlpi_proto_message(&tensor, MLPI_TENSOR_TYPE_SHAPE, &shape);
    mlpi_proto_message(&type, MLPI_INFO_TYPE_TENSOR, &tensor);
    mlpi_proto_text(&info, MLPI_INFO_NAME, name);
    mlpi_proto_message(&info, MLPI_INFO_TYPE, &type);
    mlpi_proto_message(&m->graph, field, &info);
}

/* Imports the graph as a model with this version of the ONNX operators. The graph is used up. */
static inline mlp_status import_model(maker *m, int64_t version, mlp_model **made, mlp_error *err)
{
    mlpi_proto model = {0}, set = {0};
    mlpi_proto_whole(&model, MLPI_MODEL_IR, 8);
    mlpi_proto_text(&set, MLPI_OPERATORS_DOMAIN, "");
    mlpi_proto_whole(&set, MLPI_OPERATORS_VERSION, version);
    mlpi_proto_message(&model, MLPI_MODEL_OPERATORS, &set);
    mlpi_proto_message(&model, MLPI_MODEL_GRAPH, &m->graph);
    assert_false(model.failed);
    const mlp_status status =
        mlp_import_onnx_memory(model.bytes, model.size, "net.onnx", NULL, made, err);
    mlpi_proto_release(&model);
    return status;
}

/* NULL if the graph is imported, else the error message, which lies in `text`. */
static inline const char *import(maker *m, int64_t version, char text[1024])
{
    mlp_model *made = NULL;
    mlp_error err = {0};
    const mlp_status status = import_model(m, version, &made, &err);
    snprintf(text, 1024, "%s", err.message);
    mlp_model_free(made);
    return status == MLP_OK ? NULL : text;
}

static inline maker begin_graph(void)
{
    maker m = {0};
    add_port(&m, MLPI_GRAPH_INPUT, "x", 2);
    add_port(&m, MLPI_GRAPH_OUTPUT, "y", 2);
    add_tensor(&m, "w", 2, 2, 4);
    return m;
}

static inline void assert_refused(maker *m, const char *wanted)
{
    char text[1024];
    const char *said = import(m, 17, text);
    if (said == NULL || strstr(said, wanted) == NULL)
        fail_msg("\"%s\" is to be of \"%s\"", said != NULL ? said : "imported", wanted);
}

static inline void assert_imported(maker *m)
{
    char text[1024];
    const char *said = import(m, 17, text);
    if (said != NULL)
        fail_msg("is to be imported: %s", said);
}

#endif
