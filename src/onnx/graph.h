/* SPDX-License-Identifier: MIT */
/* An ONNX graph that grows node by node. Every function that adds something returns the value that it
 * makes; where memory is short the graph remembers it, and nothing more need be checked until it is
 * written. Operators are those of version 17 of ai.onnx, and 3 of ai.onnx.ml. */
#ifndef MLPI_ONNX_GRAPH_H
#define MLPI_ONNX_GRAPH_H

#include <stdio.h>

#include "mlp/error.h"
#include "onnx/fields.h"
#include "onnx/proto.h"

/** A value of the graph: one that has a name, or else a number. */
typedef struct mlpi_value {
    const char *name;
    size_t number;
} mlpi_value;

/** Begin with zeros, except for the prefix. */
typedef struct mlpi_graph {
    const char *prefix; /* of the names of values: no name of an input begins with it */
    mlpi_proto nodes, constants, inputs, outputs;
    mlpi_proto node; /* that is open */
    size_t values;
    bool failed;
} mlpi_graph;

void mlpi_graph_release(mlpi_graph *graph);

/** An input N x width. The name is not copied. */
mlpi_value mlpi_graph_input(mlpi_graph *graph, const char *name, mlpi_element element,
                            size_t width);
/** The value becomes an output of that name: N x width, or where width is 0, N numbers or texts. */
void mlpi_graph_output(mlpi_graph *graph, const char *name, mlpi_element element, size_t width,
                       mlpi_value value);

/* --- constants -------------------------------------------------------------------------------- */

/** A number, which goes with any shape. */
mlpi_value mlpi_constant(mlpi_graph *graph, double value);
mlpi_value mlpi_constant_float(mlpi_graph *graph, float value);
mlpi_value mlpi_constant_whole(mlpi_graph *graph, int64_t value);
/** A list; also a row that goes with N x count. */
mlpi_value mlpi_list(mlpi_graph *graph, const double *values, size_t count);
mlpi_value mlpi_list_wholes(mlpi_graph *graph, const int64_t *values, size_t count);
mlpi_value mlpi_list_texts(mlpi_graph *graph, char *const *texts, size_t count);
/** A matrix, by rows; a list where rows is 0. All numbers are multiplied by the factor. */
mlpi_value mlpi_matrix(mlpi_graph *graph, const float *values, size_t rows, size_t columns,
                       float factor);
/** The same in float of numbers that are kept in 16 bits. */
mlpi_value mlpi_matrix_of_halves(mlpi_graph *graph, const float *values, size_t rows,
                                 size_t columns);

/* --- nodes ------------------------------------------------------------------------------------ */

mlpi_value mlpi_op(mlpi_graph *graph, const char *operator, mlpi_value a);
mlpi_value mlpi_op2(mlpi_graph *graph, const char *operator, mlpi_value a, mlpi_value b);
mlpi_value mlpi_op3(mlpi_graph *graph, const char *operator, mlpi_value a, mlpi_value b,
                    mlpi_value c);
/** With a double beside it. */
mlpi_value mlpi_op_number(mlpi_graph *graph, const char *operator, mlpi_value a, double b);
mlpi_value mlpi_cast(mlpi_graph *graph, mlpi_value value, mlpi_element element);
/** Beside each other: along the last axis, of a matrix. */
mlpi_value mlpi_beside(mlpi_graph *graph, const mlpi_value *values, size_t count);
/** Sums along an axis, which has one place then. */
mlpi_value mlpi_sum_along(mlpi_graph *graph, mlpi_value value, int64_t axis);
/** Without an axis that has one place. */
mlpi_value mlpi_squeeze(mlpi_graph *graph, mlpi_value value, int64_t axis);
/** The shape of a value: how many rows, columns, ... it has. */
mlpi_value mlpi_pick(mlpi_graph *graph, mlpi_value value, mlpi_value numbers, int64_t axis);

/** Any node: begin, inputs, attributes, end. */
void mlpi_node_begin(mlpi_graph *graph, const char *operator);
void mlpi_node_input(mlpi_graph *graph, mlpi_value value);
void mlpi_node_whole(mlpi_graph *graph, const char *attribute, int64_t value);
void mlpi_node_float(mlpi_graph *graph, const char *attribute, float value);
void mlpi_node_texts(mlpi_graph *graph, const char *attribute, char *const *texts, size_t count);
void mlpi_node_wholes(mlpi_graph *graph, const char *attribute, const int64_t *values,
                      size_t count);
/** `outputs` of the node are values, of which the first is returned; the others follow it. */
mlpi_value mlpi_node_end(mlpi_graph *graph, size_t outputs);
/** The value that follows. */
mlpi_value mlpi_value_next(mlpi_value value);

/** The whole as a model; `properties` are fields of ModelProto. Errors: MLP_ERROR_MEMORY,
 * MLP_ERROR_ARGUMENT (2 GB or more, which protobuf cannot hold). */
mlp_status mlpi_graph_write(mlpi_graph *graph, const char *name, const mlpi_proto *properties,
                            FILE *to, mlp_error *err);

#endif
