/* SPDX-License-Identifier: MIT */
/* An ONNX graph that grows node by node. Functions that add to it return the value that they make.
 * A lack of memory is noted in the graph and reported when the graph is written; callers need no
 * earlier check. Operators are those of version 17 of ai.onnx, and 3 of ai.onnx.ml. */
#ifndef MLPI_ONNX_GRAPH_H
#define MLPI_ONNX_GRAPH_H

#include <stdio.h>

#include "mlp/error.h"
#include "onnx/fields.h"
#include "onnx/proto.h"

/** A value of the graph: its name or, if the name is NULL, its number. */
typedef struct mlpi_value {
    const char *name;
    size_t number;
} mlpi_value;

/** A graph under construction. Initialise it with zeros, except for the prefix. */
typedef struct mlpi_graph {
    const char *prefix; /* begins the names of numbered values; no input's name may begin with it */
    mlpi_proto nodes, constants, inputs, outputs;
    mlpi_proto node; /* the node that is being built */
    size_t values;
    bool failed;
} mlpi_graph;

void mlpi_graph_release(mlpi_graph *graph);

/** Adds an input N x width. The name is not copied. */
mlpi_value mlpi_graph_input(mlpi_graph *graph, const char *name, mlpi_element element,
                            size_t width);
/** Makes the value an output with this name: N x width, or N if width is 0. */
void mlpi_graph_output(mlpi_graph *graph, const char *name, mlpi_element element, size_t width,
                       mlpi_value value);

/* --- constants -------------------------------------------------------------------------------- */

/** Adds a scalar of type double, which broadcasts to any shape. */
mlpi_value mlpi_constant(mlpi_graph *graph, double value);
mlpi_value mlpi_constant_float(mlpi_graph *graph, float value);
mlpi_value mlpi_constant_whole(mlpi_graph *graph, int64_t value);
/** Adds a list, which also broadcasts as a row to N x count. */
mlpi_value mlpi_list(mlpi_graph *graph, const double *values, size_t count);
mlpi_value mlpi_list_wholes(mlpi_graph *graph, const int64_t *values, size_t count);
mlpi_value mlpi_list_texts(mlpi_graph *graph, char *const *texts, size_t count);
/** Adds a matrix, stored by rows, or a list if `rows` is 0. All numbers are multiplied by
 * `factor`. */
mlpi_value mlpi_matrix(mlpi_graph *graph, const float *values, size_t rows, size_t columns,
                       float factor);
/** Adds a matrix that is stored in 16 bits and converted to float. */
mlpi_value mlpi_matrix_of_halves(mlpi_graph *graph, const float *values, size_t rows,
                                 size_t columns);

/* --- nodes ------------------------------------------------------------------------------------ */

mlpi_value mlpi_op(mlpi_graph *graph, const char *operator, mlpi_value a);
mlpi_value mlpi_op2(mlpi_graph *graph, const char *operator, mlpi_value a, mlpi_value b);
mlpi_value mlpi_op3(mlpi_graph *graph, const char *operator, mlpi_value a, mlpi_value b,
                    mlpi_value c);
/** Applies an operator to a value and a scalar of type double. */
mlpi_value mlpi_op_number(mlpi_graph *graph, const char *operator, mlpi_value a, double b);
mlpi_value mlpi_cast(mlpi_graph *graph, mlpi_value value, mlpi_element element);
/** Concatenates values along the last axis. */
mlpi_value mlpi_beside(mlpi_graph *graph, const mlpi_value *values, size_t count);
/** Sums along an axis, which keeps the length 1. */
mlpi_value mlpi_sum_along(mlpi_graph *graph, mlpi_value value, int64_t axis);
/** Removes an axis of length 1. */
mlpi_value mlpi_squeeze(mlpi_graph *graph, mlpi_value value, int64_t axis);
/** Gathers the rows (axis 0) or columns (axis 1) with these numbers. */
mlpi_value mlpi_pick(mlpi_graph *graph, mlpi_value value, mlpi_value numbers, int64_t axis);

/** Builds any node: begin, inputs, attributes, end. */
void mlpi_node_begin(mlpi_graph *graph, const char *operator);
void mlpi_node_input(mlpi_graph *graph, mlpi_value value);
void mlpi_node_whole(mlpi_graph *graph, const char *attribute, int64_t value);
void mlpi_node_float(mlpi_graph *graph, const char *attribute, float value);
void mlpi_node_texts(mlpi_graph *graph, const char *attribute, char *const *texts, size_t count);
void mlpi_node_wholes(mlpi_graph *graph, const char *attribute, const int64_t *values,
                      size_t count);
/** Ends a node with this number of outputs and returns the first; mlpi_value_next returns the
 * others. */
mlpi_value mlpi_node_end(mlpi_graph *graph, size_t outputs);
/** The next output of the same node. */
mlpi_value mlpi_value_next(mlpi_value value);

/** Writes the graph as a model; `properties` are further fields of ModelProto. Errors:
 * MLP_ERROR_MEMORY, MLP_ERROR_ARGUMENT (2 GB or more, which protobuf cannot hold). */
mlp_status mlpi_graph_write(mlpi_graph *graph, const char *name, const mlpi_proto *properties,
                            FILE *to, mlp_error *err);

#endif
