/* SPDX-License-Identifier: MIT */
/* What the values of a graph mean: what the files of this room share. The graph is followed node by node, in its own
 * order, and of every value it is known what it is of the rows that go in: numbers that do not depend on them, a
 * function of the sums of a layer, labels. What is none of that is refused where it stands. */
#ifndef MLPI_IMPORT_H
#define MLPI_IMPORT_H

#include "import/graph.h"
#include "mlp/network.h"
#include "model/model.h"

/** x * factor + shift; of one number for all, or of one for each place. */
typedef struct mlpi_affine {
    const double *factor, *shift; /* count numbers each */
    size_t count;                 /* 0: x itself */
} mlpi_affine;

/** What becomes of a sum besides the activations of the library: parts of some of them, as exporters write them, and
 * what ends a graph. */
enum {
    MLPI_TANH_OF_SOFTPLUS = MLP_ACTIVATION_COUNT,
    MLPI_MAGNITUDE, /* |h| */
    MLPI_LOG_SOFTMAX
};

/** A column of the data: place `at` of input `port`. */
typedef struct mlpi_onnx_column {
    size_t port, at;
} mlpi_onnx_column;

/** Numbers of each row: outside(f(inside(h))), h the sums of a layer, or columns of the data. The linear function has
 * no outside. */
typedef struct mlpi_flow {
    size_t layer;                   /* 0: columns */
    size_t width;                   /* of a row; 0: of an input of any width, not known yet */
    size_t rank;                    /* dimensions, rows among them */
    const mlpi_onnx_column *column; /* of layer 0, once the width is known */
    size_t port;                    /* of layer 0, until then */
    mlpi_affine inside, outside;
    int function;
    bool pair; /* it is p of a pair */
} mlpi_flow;

typedef enum mlpi_meaning_kind {
    MLPI_MEANS_NOTHING = 0,
    MLPI_MEANS_CONSTANT,
    MLPI_MEANS_FLOW,
    MLPI_MEANS_PAIR,  /* 1 - p beside p: probabilities of two labels */
    MLPI_MEANS_LABEL, /* the label of the largest, or its number */
    MLPI_MEANS_MAP,   /* the flow's numbers by their labels */
    MLPI_MEANS_SIGNS, /* whether each of the flow's numbers is above one half */
    MLPI_MEANS_SHARE, /* some of the flow's numbers */
    MLPI_MEANS_ABOVE, /* whether the flow is above the constant */
    MLPI_MEANS_SHAPE, /* the dimensions of a flow */
    MLPI_MEANS_ROWS,  /* how many rows there are */
    MLPI_MEANS_TEXTS  /* an input of texts */
} mlpi_meaning_kind;

typedef struct mlpi_meaning {
    mlpi_meaning_kind kind;
    const mlpi_onnx_tensor *constant; /* also the labels of LABEL and MAP; NULL: their numbers */
    mlpi_flow flow;
} mlpi_meaning;

/** Sums: h_i = factor * sum_j W_ij x_j, without the bias, which is in the flow. */
typedef struct mlpi_onnx_layer {
    const mlpi_onnx_tensor *weights; /* inputs x units */
    bool turned;                     /* units x inputs */
    double factor;
    size_t inputs, units;
    mlpi_flow from;
    bool decided; /* what becomes of its sums: */
    mlpi_affine inside;
    int function;
} mlpi_onnx_layer;

typedef struct mlpi_importer {
    mlpi_arena arena;
    mlpi_onnx_graph graph;
    mlpi_meaning *meaning; /* of each value */
    size_t *width;         /* of each input of the graph; 0: not known yet */
    double *
        *fill; /* of each input: what stands in for a missing value, NaN: nothing; NULL: not said */
    mlpi_onnx_layer *layer; /* from 1 on */
    size_t layers;
    mlp_error *err;
} mlpi_importer;

typedef mlp_status mlpi_operator(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_meaning *made);

/** operators.c: what all values mean, node by node. */
mlp_status mlpi_import_follow(mlpi_importer *im);

/* --- for operators (meaning.c) ---------------------------------------------------------------- */

/** `what` follows the name of the node; it says the way out. */
mlp_status mlpi_import_refuse(const mlpi_importer *im, const mlpi_onnx_node *node,
                              const char *what);
mlp_status mlpi_import_no_memory(const mlpi_importer *im);
/** What input i of a node means; of one that it has not, nothing. */
const mlpi_meaning *mlpi_import_input(const mlpi_importer *im, const mlpi_onnx_node *node,
                                      size_t i);
/** Input i must be numbers of each row. */
mlp_status mlpi_import_flow(const mlpi_importer *im, const mlpi_onnx_node *node, size_t i,
                            mlpi_flow *flow);
/** Input i must be numbers that do not depend on rows. */
mlp_status mlpi_import_constant(const mlpi_importer *im, const mlpi_onnx_node *node, size_t i,
                                const mlpi_onnx_tensor **constant);
/** An attribute; NULL: it has none of that name. */
const mlpi_onnx_tensor *mlpi_import_attribute(const mlpi_onnx_node *node, const char *name);
/** Its number; `usual` where it is not there, or no single number. */
double mlpi_import_number(const mlpi_onnx_node *node, const char *name, double usual);
/** From now on the flow has this width; refuses one that has another. */
mlp_status mlpi_import_settle(mlpi_importer *im, const mlpi_onnx_node *node, mlpi_flow *flow,
                              size_t width);
/** The flow times a factor, plus a shift: of one number each, or of `count` of them. */
mlp_status mlpi_import_scale(mlpi_importer *im, const double *factor, const double *shift,
                             size_t count, mlpi_flow *flow);
/** What it compares is counted, as a file can ask for it any number of times; false, too, where no more is left, which
 * the refusal that follows then says. */
bool mlpi_affine_same(mlpi_importer *im, const mlpi_affine *a, const mlpi_affine *b, size_t width);
double mlpi_affine_factor(const mlpi_affine *a, size_t i);
double mlpi_affine_shift(const mlpi_affine *a, size_t i);
/** The sums of the flow's layer become what they are in this flow, and nothing else. */
mlp_status mlpi_import_decide(mlpi_importer *im, const mlpi_onnx_node *node, const mlpi_flow *flow);

/* --- operators -------------------------------------------------------------------------------- */

/* arithmetic.c */
mlpi_operator mlpi_import_add, mlpi_import_subtract, mlpi_import_multiply, mlpi_import_divide,
    mlpi_import_negate, mlpi_import_scaler, mlpi_import_normalization, mlpi_import_imputer;
/** The flow plus so many times a constant, which goes with every row. */
mlp_status mlpi_import_shift(mlpi_importer *im, const mlpi_onnx_node *node,
                             const mlpi_onnx_tensor *constant, double times, mlpi_flow *flow);
/* layers.c */
mlpi_operator mlpi_import_gemm, mlpi_import_matmul;
/* functions.c */
mlpi_operator mlpi_import_function, mlpi_import_slope, mlpi_import_selu, mlpi_import_gelu,
    mlpi_import_hard_sigmoid, mlpi_import_clip, mlpi_import_least, mlpi_import_most,
    mlpi_import_softmax, mlpi_import_above, mlpi_import_where;
/** What two functions of the same sums come to, the one times the other, or divided by it. false: to nothing that is
 * known here. */
bool mlpi_import_product(mlpi_importer *im, const mlpi_flow *a, const mlpi_flow *b,
                         mlpi_flow *made);
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
/** The labels of a list, one of which `number` is. */
mlp_status mlpi_import_label_of(mlpi_importer *im, const mlpi_onnx_node *node,
                                const mlpi_meaning *list, const mlpi_meaning *number,
                                mlpi_meaning *made);

/* --- the end ---------------------------------------------------------------------------------- */

/** What is wished of an import, and else found in the graph. */
typedef struct mlpi_import_wishes {
    mlp_task task;
    mlp_names columns, targets, labels; /* nothing: as the graph has them */
} mlpi_import_wishes;

/** What the outputs of the graph amount to. */
typedef struct mlpi_onnx_answer {
    mlpi_flow flow;
    bool classes, single; /* single: one output for two labels */
    bool part, whole;     /* some of its numbers are outputs; all, or the label of all */
    bool numbers;         /* there are outputs besides labels and signs */
    bool signs;
    bool sums;                      /* sums without a function are an output */
    const mlpi_onnx_tensor *labels; /* NULL: 0, 1, ... */
    mlp_activation activation;      /* of the output layer */
    mlp_loss loss;
    const char *reason; /* why it is classification, or is not */
} mlpi_onnx_answer;

/** Columns that the network takes, in the order of its inputs. */
typedef struct mlpi_onnx_columns {
    size_t count;
    mlpi_onnx_column *column;
    double *mean, *scale; /* x = (v - mean) / scale of each */
    size_t *place;        /* of each number that comes into the first layer: which input it is */
    mlpi_affine left;     /* what is still to be done with it */
} mlpi_onnx_columns;

/** answer.c */
mlp_status mlpi_import_answer(mlpi_importer *im, mlp_task task, mlpi_onnx_answer *answer);
/** pipeline.c */
mlp_status mlpi_import_columns(mlpi_importer *im, const mlpi_onnx_answer *answer,
                               mlpi_onnx_columns *columns);
/** pipeline.c: columns, targets and labels of the model. Release it in any case. */
mlp_status mlpi_import_pipeline(mlpi_importer *im, const mlpi_onnx_answer *answer,
                                const mlpi_onnx_columns *columns, const mlpi_import_wishes *wishes,
                                mlpi_pipeline *pipeline);
/** network.c: free it in any case. */
mlp_status mlpi_import_network(mlpi_importer *im, const mlpi_onnx_answer *answer,
                               const mlpi_onnx_columns *columns, mlp_network **network);

#endif
