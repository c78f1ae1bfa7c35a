/* SPDX-License-Identifier: MIT */
/* Writing a model as ONNX: what the files of this room share. */
#ifndef MLPI_ONNX_ONNX_H
#define MLPI_ONNX_ONNX_H

#include "model/model.h"
#include "onnx/graph.h"

/** What one transform has learnt of columns beside each other. */
typedef struct mlpi_learnt {
    const mlpi_fitted *const *of;
    size_t count;
} mlpi_learnt;

/** Formulas of a transform as nodes. Numbers are double, as they are in the library: a time in seconds
 * since 1970, and years about their mean, have no digits to spare in float. */
typedef struct mlpi_onnx_transform {
    const mlpi_transform *transform;
    bool single; /* of numbers: it takes one column at a time, and may make several inputs of it */
    bool wide;   /* it sees digits that float does not have: the input is double */
    /** From numbers N x columns that are there to inputs. NULL: it takes texts. */
    mlpi_value (*encode)(mlpi_graph *g, const mlpi_learnt *learnt, mlpi_value v);
    /** From outputs N x any of one target to values in its unit. NULL: it is for no target. */
    mlpi_value (*decode)(mlpi_graph *g, const mlpi_learnt *learnt, mlpi_value x);
    /** From texts N x 1 to inputs N x width, in float; "" is no value. NULL: it takes numbers. */
    mlpi_value (*lookup)(mlpi_graph *g, const mlpi_transform *transform, const mlpi_fitted *fitted,
                         mlpi_value text);
} mlpi_onnx_transform;

/** transforms.c. NULL: there are no nodes of it. */
const mlpi_onnx_transform *mlpi_onnx_transform_of(const mlpi_transform *transform);

/** lookups.c: entries of that table. */
mlpi_value mlpi_onnx_one_of(mlpi_graph *g, const mlpi_transform *transform,
                            const mlpi_fitted *fitted, mlpi_value text);
mlpi_value mlpi_onnx_row_of(mlpi_graph *g, const mlpi_transform *transform,
                            const mlpi_fitted *fitted, mlpi_value text);
/** 1 where there is no value, else 0: N x 1 float. */
mlpi_value mlpi_onnx_text_missing(mlpi_graph *g, mlpi_value text);

/** quantiles.c: entries of that table. */
mlpi_value mlpi_onnx_encode_quantiles(mlpi_graph *g, const mlpi_learnt *learnt, mlpi_value v);
mlpi_value mlpi_onnx_decode_quantiles(mlpi_graph *g, const mlpi_learnt *learnt, mlpi_value x);
mlpi_value mlpi_onnx_encode_periodic(mlpi_graph *g, const mlpi_learnt *learnt, mlpi_value v);

/** dates.c: an entry of that table. */
mlpi_value mlpi_onnx_encode_date(mlpi_graph *g, const mlpi_learnt *learnt, mlpi_value v);

/** columns.c: the inputs of the graph, one for each column, or as a matrix one for all, and from them
 * those of networks, N x inputs float. */
mlpi_value mlpi_onnx_columns(mlpi_graph *g, const mlpi_pipeline *pipeline, bool matrix);
/** The input that is a matrix. */
#define MLPI_ONNX_MATRIX "x"
/** networks.c: the outputs of the model, N x outputs float: the weighted mean of its networks, which
 * have the inputs alone that they read, and whose
 * weights may be kept as `halves`, at its temperature. */
mlpi_value mlpi_onnx_networks(mlpi_graph *g, const mlpi_members *members, bool halves,
                              mlpi_value x);
/** N x 1 float: 0, or NaN in rows that are not all finite. */
mlpi_value mlpi_onnx_not_finite(mlpi_graph *g, mlpi_value value);
/** outputs.c: the outputs of the graph; with a coverage above 0 also intervals or sets of labels. */
void mlpi_onnx_outputs(mlpi_graph *g, const mlp_model *model, double coverage, mlpi_value x,
                       mlpi_value y);
/** conformal.c: N x labels truth values, of probabilities in double; `label`: N x 1, the number of the
 * label that is predicted; `answered`: N x 1, whether there is one. */
mlpi_value mlpi_onnx_set(mlpi_graph *g, const mlp_model *model, double coverage,
                         mlpi_value probability, mlpi_value label, mlpi_value answered);
/** The ends for target t, N x 1 double each; `low` and `high` are its prediction, or its lowest and
 * highest quantile. */
void mlpi_onnx_interval(mlpi_graph *g, const mlp_model *model, double coverage, size_t t,
                        mlpi_value low, mlpi_value high, mlpi_value ends[2]);

#endif
