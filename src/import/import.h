/* SPDX-License-Identifier: MIT */
/* The meaning of the values of an ONNX graph, and everything that the files of this folder share.
 * The graph is followed node by node, in the order of the file, to find out what each value is: a
 * constant, which does not depend on the rows; a function of the sums of a layer; or labels. A node
 * that makes anything else is refused. */
#ifndef MLPI_IMPORT_H
#define MLPI_IMPORT_H

#include "import/graph.h"
#include "mlp/network.h"
#include "model/model.h"

/** x * factor + shift, with one factor and shift for all places of a row, or one for each. */
typedef struct mlpi_affine {
    const double *factor, *shift; /* `count` numbers each */
    size_t count;                 /* 1, or the number of places; 0: x itself */
} mlpi_affine;

/** Functions of sums in addition to the activations of mlp: parts of which exporters compose some
 * of these activations, and one that occurs only at the end of a graph. */
enum {
    MLPI_TANH_OF_SOFTPLUS = MLP_ACTIVATION_COUNT,
    MLPI_MAGNITUDE, /* |h| */
    MLPI_LOG_SOFTMAX
};

/** A column of the data: place `at` of input `port`. */
typedef struct mlpi_onnx_column {
    size_t port, at;
} mlpi_onnx_column;

/** Numbers of each row: outside(f(inside(h))), where h are the sums of a layer, or columns of the
 * data. If f is linear, `outside` is empty. */
typedef struct mlpi_flow {
    size_t layer; /* 0: columns of the data */
    size_t width; /* numbers per row; 0: not known yet, for an input of any width */
    size_t rank;  /* number of dimensions, including that of the rows */
    const mlpi_onnx_column *column; /* for layer 0, once the width is known */
    size_t port;                    /* for layer 0 until then, the input of the graph */
    mlpi_affine inside, outside;
    int function;
    bool pair; /* the flow is the p of MLPI_MEANS_PAIR */
} mlpi_flow;

typedef enum mlpi_meaning_kind {
    MLPI_MEANS_NOTHING = 0,
    MLPI_MEANS_CONSTANT,
    MLPI_MEANS_FLOW,
    MLPI_MEANS_PAIR,  /* 1 - p and p: probabilities of two labels */
    MLPI_MEANS_LABEL, /* the label of the flow's largest number, or the place of that number */
    MLPI_MEANS_MAP,   /* the flow's numbers, each under its label */
    MLPI_MEANS_SIGNS, /* whether each of the flow's numbers is above one half */
    MLPI_MEANS_SHARE, /* some of the flow's numbers */
    MLPI_MEANS_ABOVE, /* whether the flow is above the constant */
    MLPI_MEANS_SHAPE, /* the dimensions of a flow */
    MLPI_MEANS_ROWS,  /* the number of rows */
    MLPI_MEANS_TEXTS  /* an input of texts */
} mlpi_meaning_kind;

typedef struct mlpi_meaning {
    mlpi_meaning_kind kind;
    const mlpi_onnx_tensor *constant; /* the constant; LABEL, MAP: the labels; NULL: 0, 1, ... */
    mlpi_flow flow;
} mlpi_meaning;

/** A layer: its sums h_i = factor * sum_j W_ij x_j, without the bias, which is in the flow. */
typedef struct mlpi_onnx_layer {
    const mlpi_onnx_tensor *weights; /* inputs x units */
    bool turned;                     /* the weights are units x inputs */
    double factor;
    size_t inputs, units;
    mlpi_flow from;
    bool decided; /* `inside` and `function` of its sums are known */
    mlpi_affine inside;
    int function;
} mlpi_onnx_layer;

typedef struct mlpi_importer {
    mlpi_arena arena;
    mlpi_onnx_graph graph;
    mlpi_meaning *meaning; /* the meaning of each value */
    size_t *width;         /* the width of each input of the graph; 0: not known yet */
    double **fill; /* for each input and column, the number for missing values; NaN, NULL: none */
    mlpi_onnx_layer *layer; /* numbered from 1 */
    size_t layers;
    mlp_error *err;
} mlpi_importer;

typedef mlp_status mlpi_operator(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made);

/** operators.c: finds the meaning of all values, node by node. */
mlp_status mlpi_import_follow(mlpi_importer *im);

/* --- for operators (meaning.c) ---------------------------------------------------------------- */

/** Fails. In the message, `what` follows the name of the node; it states what a user can do. */
mlp_status mlpi_import_refuse(const mlpi_importer *im, const mlpi_onnx_node *node,
                              const char *what);
mlp_status mlpi_import_no_memory(const mlpi_importer *im);
/** The meaning of input i of a node; MLPI_MEANS_NOTHING: the node has no such input. */
const mlpi_meaning *mlpi_import_input(const mlpi_importer *im, const mlpi_onnx_node *node,
                                      size_t i);
/** Takes input i as a flow; refuses the node if it is something else. */
mlp_status mlpi_import_flow(const mlpi_importer *im, const mlpi_onnx_node *node, size_t i,
                            mlpi_flow *flow);
/** Takes input i as constant numbers; refuses the node if it is something else. */
mlp_status mlpi_import_constant(const mlpi_importer *im, const mlpi_onnx_node *node, size_t i,
                                const mlpi_onnx_tensor **constant);
/** An attribute of a node; NULL: the node has none of that name. */
const mlpi_onnx_tensor *mlpi_import_attribute(const mlpi_onnx_node *node, const char *name);
/** The number in an attribute; `usual` if the node has no attribute of that name, or the attribute
 * is not a single number. */
double mlpi_import_number(const mlpi_onnx_node *node, const char *name, double usual);
/** Sets the width of a flow if it is not known yet; refuses the node if the flow has another
 * width. */
mlp_status mlpi_import_settle(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_flow *flow,
                              size_t width);
/** Multiplies the flow by factors and adds shifts: `count` of each, which is 1 or the number of
 * places. */
mlp_status mlpi_import_scale(mlpi_importer *im, const double *factor, const double *shift,
                             size_t count, mlpi_flow *flow);
/** Whether a and b are the same for `width` places. Comparisons are counted in the arena, since a
 * file can cause any number of them: also false when the arena is spent, which mlpi_import_refuse
 * then reports. */
bool mlpi_affine_same(mlpi_importer *im, const mlpi_affine *a, const mlpi_affine *b, size_t width);
double mlpi_affine_factor(const mlpi_affine *a, size_t i);
double mlpi_affine_shift(const mlpi_affine *a, size_t i);
/** Makes the flow's function the only one of its layer's sums; refuses the node if these sums have
 * another function already. */
mlp_status mlpi_import_decide(mlpi_importer *im, const mlpi_onnx_node *node, const mlpi_flow *flow);

/* --- operators -------------------------------------------------------------------------------- */

/* arithmetic.c */
mlpi_operator mlpi_import_add, mlpi_import_subtract, mlpi_import_multiply, mlpi_import_divide,
    mlpi_import_negate, mlpi_import_scaler, mlpi_import_normalization, mlpi_import_imputer;
/** Adds a constant, multiplied by `times`, to every row of the flow. */
mlp_status mlpi_import_shift(mlpi_importer *im, const mlpi_onnx_node *node,
                             const mlpi_onnx_tensor *constant, double times, mlpi_flow *flow);
/* layers.c */
mlpi_operator mlpi_import_gemm, mlpi_import_matmul;
/* functions.c */
mlpi_operator mlpi_import_function, mlpi_import_slope, mlpi_import_selu, mlpi_import_gelu,
    mlpi_import_hard_sigmoid, mlpi_import_clip, mlpi_import_least, mlpi_import_most,
    mlpi_import_softmax, mlpi_import_above, mlpi_import_where;
/** Sets *made to a * b if a and b are functions of the same sums and the product is an activation
 * of mlp. false: this is not so. */
bool mlpi_import_product(mlpi_importer *im, const mlpi_flow *a, const mlpi_flow *b,
                         mlpi_flow *made);
/** The same for a / b. */
bool mlpi_import_quotient(mlpi_importer *im, const mlpi_flow *a, const mlpi_flow *b,
                          mlpi_flow *made);
/* places.c */
mlpi_operator mlpi_import_same, mlpi_import_cast, mlpi_import_dropout, mlpi_import_given,
    mlpi_import_flatten, mlpi_import_reshape, mlpi_import_squeeze, mlpi_import_unsqueeze,
    mlpi_import_shape;
/* columns.c */
mlpi_operator mlpi_import_concat, mlpi_import_pick, mlpi_import_slice;
/* labels.c */
mlpi_operator mlpi_import_arg_max, mlpi_import_map, mlpi_import_signs;
/** The label at the place `number` of a list. */
mlp_status mlpi_import_label_of(mlpi_importer *im, const mlpi_onnx_node *node,
                                const mlpi_meaning *list, const mlpi_meaning *number,
                                mlpi_meaning *made);

/* --- the end ---------------------------------------------------------------------------------- */

/** What the caller has specified; everything else is taken from the graph. */
typedef struct mlpi_import_wishes {
    mlp_task task;
    mlp_names columns, targets, labels; /* empty: as in the graph */
} mlpi_import_wishes;

/** What the outputs of the graph are, taken together. */
typedef struct mlpi_onnx_answer {
    mlpi_flow flow;
    bool classes, single; /* the task is classification; one output serves two labels */
    bool part, whole;     /* an output has some of the flow's numbers; an output has all of them, or
                             their label */
    bool numbers;         /* there are outputs other than labels and signs */
    bool signs;
    bool sums;                      /* sums without a function are an output */
    const mlpi_onnx_tensor *labels; /* NULL: 0, 1, ... */
    mlp_activation activation;      /* activation of the output layer */
    mlp_loss loss;
    const char *reason; /* why the task is classification, or is not */
} mlpi_onnx_answer;

/** The columns that the network reads, in the order of its inputs. */
typedef struct mlpi_onnx_columns {
    size_t count;
    mlpi_onnx_column *column;
    double *mean, *scale; /* for each column: x = (v - mean) / scale */
    size_t *place;        /* for each number that the first layer reads, the network's input */
    mlpi_affine left;     /* the factors and shifts of these numbers that are left to the weights */
} mlpi_onnx_columns;

/** answer.c: finds out what the outputs are; `task` may be MLP_TASK_AUTO. */
mlp_status mlpi_import_answer(mlpi_importer *im, mlp_task task, mlpi_onnx_answer *answer);
/** pipeline.c: the columns of the data that the answer depends on. */
mlp_status mlpi_import_columns(mlpi_importer *im, const mlpi_onnx_answer *answer,
                               mlpi_onnx_columns *columns);
/** pipeline.c: columns, targets and labels of the model. Release it even after a failure. */
mlp_status mlpi_import_pipeline(mlpi_importer *im, const mlpi_onnx_answer *answer,
                                const mlpi_onnx_columns *columns, const mlpi_import_wishes *wishes,
                                mlpi_pipeline *pipeline);
/** network.c: layers and parameters of the model. Free it even after a failure. */
mlp_status mlpi_import_network(mlpi_importer *im, const mlpi_onnx_answer *answer,
                               const mlpi_onnx_columns *columns, mlp_network **network);

#endif
