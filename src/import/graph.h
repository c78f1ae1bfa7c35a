/* SPDX-License-Identifier: MIT */
/* An ONNX graph as its file holds it: nodes, tensors, inputs and outputs. All texts point into the
 * bytes of the file. */
#ifndef MLPI_IMPORT_GRAPH_H
#define MLPI_IMPORT_GRAPH_H

#include <stdint.h>

#include "import/arena.h"
#include "mlp/error.h"
#include "onnx/fields.h"
#include "onnx/proto.h"

enum { MLPI_MOST_DIMENSIONS = 8 };

/** Numbers, or texts. Numbers of every type become double, which is exact except for integers
 * beyond 2^53. */
typedef struct mlpi_onnx_tensor {
    mlpi_bytes name;
    mlpi_element element;
    size_t rank, dimension[MLPI_MOST_DIMENSIONS]; /* rank 0: one number */
    size_t count;
    double *number;   /* NULL: texts */
    mlpi_bytes *text; /* NULL: numbers */
} mlpi_onnx_tensor;

/** A setting of a node: one number or text (rank 0), a list, or a tensor. */
typedef struct mlpi_onnx_attribute {
    mlpi_bytes name;
    mlpi_onnx_tensor value;
} mlpi_onnx_attribute;

#define MLPI_NO_VALUE SIZE_MAX

typedef struct mlpi_onnx_node {
    mlpi_bytes name, operator, domain;
    size_t *input, *output; /* numbers of values; MLPI_NO_VALUE: left out */
    size_t inputs, outputs;
    mlpi_onnx_attribute *attribute;
    size_t attributes;
} mlpi_onnx_node;

/** An input or an output of the graph. */
typedef struct mlpi_onnx_port {
    mlpi_bytes name;
    size_t value;                                 /* the number of its value */
    uint64_t element;                             /* 0: not stated, or not a tensor */
    bool shaped;                                  /* false: the dimensions are not stated */
    size_t rank, dimension[MLPI_MOST_DIMENSIONS]; /* dimension 0: of any size */
} mlpi_onnx_port;

typedef struct mlpi_onnx_graph {
    const char *source; /* for messages */
    mlpi_bytes producer, producer_version;
    bool own; /* mlp wrote the file */
    mlpi_onnx_node *node;
    mlpi_onnx_tensor *constant;
    size_t *constant_value;         /* the number of each constant's value */
    mlpi_onnx_port *input, *output; /* constants are not among the inputs */
    size_t nodes, constants, inputs, outputs;
    size_t values; /* distinct names of values, which are numbered from 0 */
} mlpi_onnx_graph;

/** Reads a file. Errors: MLP_ERROR_MODEL (not ONNX, damaged, more than the arena allows, numbers in
 * another file), MLP_ERROR_MEMORY. */
mlp_status mlpi_onnx_read(mlpi_bytes file, const char *source, mlpi_arena *arena,
                          mlpi_onnx_graph *graph, mlp_error *err);

/** tensor.c: reads a TensorProto. */
mlp_status mlpi_onnx_read_tensor(mlpi_bytes message, const char *source, mlpi_arena *arena,
                                 mlpi_onnx_tensor *tensor, mlp_error *err);
/** tensor.c: reads an AttributeProto. */
mlp_status mlpi_onnx_read_attribute(mlpi_bytes message, const char *source, mlpi_arena *arena,
                                    mlpi_onnx_attribute *attribute, mlp_error *err);

/* --- bytes.c ---------------------------------------------------------------------------------- */

/** Fails with the reason why the arena gave no memory. */
mlp_status mlpi_onnx_fail_arena(const mlpi_arena *arena, const char *source, mlp_error *err);
mlp_status mlpi_onnx_fail_damaged(const char *source, const char *where, mlp_error *err);

/** Whether the bytes are this text. */
bool mlpi_bytes_are(mlpi_bytes bytes, const char *text);
/** Below 0, 0 or above 0, like memcmp; a text comes after all of its prefixes. */
int mlpi_bytes_compare(mlpi_bytes a, mlpi_bytes b);
enum { MLPI_SHOWN = 80 };
/** Copies bytes for a message, shortened to fit, but never within a character. Returns `text`. */
const char *mlpi_bytes_shown(mlpi_bytes bytes, char text[MLPI_SHOWN]);

#endif
