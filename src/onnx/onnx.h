/* SPDX-License-Identifier: MIT */
/* Exporting a model as ONNX: declarations that the files of src/onnx share. */
#ifndef MLPI_ONNX_ONNX_H
#define MLPI_ONNX_ONNX_H

#include "model/model.h"
#include "onnx/graph.h"

/** What a transform has learnt from each of several adjacent columns. */
typedef struct mlpi_learnt {
    const mlpi_fitted *const *of;
    size_t count;
} mlpi_learnt;

/** The formulas of a transform as nodes. They compute in double, as the library does: float has too
 * few digits for times in seconds since 1970, and for years minus their mean. */
typedef struct mlpi_onnx_transform {
    const mlpi_transform *transform;
    bool single; /* numbers: the transform encodes one column at a time, and may make several
                    inputs of it */
    bool wide;   /* numbers: float has too few digits for the column, so the input of the graph is
                    double */
    /** From numbers N x columns, none of them missing, to inputs. NULL: the transform encodes
     * texts. */
    mlpi_value (*encode)(mlpi_graph *g, const mlpi_learnt *learnt, mlpi_value v);
    /** From outputs of one target, N x any, to values in its units. NULL: no target can have this
     * transform. */
    mlpi_value (*decode)(mlpi_graph *g, const mlpi_learnt *learnt, mlpi_value x);
    /** From texts N x 1 to inputs N x width, in float; "" is a missing value. NULL: the transform
     * encodes numbers. */
    mlpi_value (*lookup)(mlpi_graph *g, const mlpi_transform *transform, const mlpi_fitted *fitted,
                         mlpi_value text);
} mlpi_onnx_transform;

/** transforms.c: the nodes of a transform. NULL: the transform has none. */
const mlpi_onnx_transform *mlpi_onnx_transform_of(const mlpi_transform *transform);

/** lookups.c: the `lookup` of transforms with one input for each level. */
mlpi_value mlpi_onnx_one_of(mlpi_graph *g, const mlpi_transform *transform,
                            const mlpi_fitted *fitted, mlpi_value text);
/** lookups.c: the `lookup` of transforms with a row of numbers for each level. */
mlpi_value mlpi_onnx_row_of(mlpi_graph *g, const mlpi_transform *transform,
                            const mlpi_fitted *fitted, mlpi_value text);
/** lookups.c: 1 where the text is missing, else 0: N x 1 float. */
mlpi_value mlpi_onnx_text_missing(mlpi_graph *g, mlpi_value text);

/** quantiles.c: the functions of the transforms quantile-normal and periodic. */
mlpi_value mlpi_onnx_encode_quantiles(mlpi_graph *g, const mlpi_learnt *learnt, mlpi_value v);
mlpi_value mlpi_onnx_decode_quantiles(mlpi_graph *g, const mlpi_learnt *learnt, mlpi_value x);
mlpi_value mlpi_onnx_encode_periodic(mlpi_graph *g, const mlpi_learnt *learnt, mlpi_value v);

/** dates.c: the `encode` of dates. */
mlpi_value mlpi_onnx_encode_date(mlpi_graph *g, const mlpi_learnt *learnt, mlpi_value v);

/** columns.c: adds the inputs of the graph, one for each column, or with `matrix` one for all.
 * Returns the inputs of the networks, N x inputs float. */
mlpi_value mlpi_onnx_columns(mlpi_graph *g, const mlpi_pipeline *pipeline, bool matrix);
/** The name of the one input for all columns. */
#define MLPI_ONNX_MATRIX "x"
/** networks.c: the outputs of the model, N x outputs float: the weighted mean of its networks, at
 * its temperature. The networks are reduced to the inputs that they read; `halves`: weights are
 * stored in 16 bits. */
mlpi_value mlpi_onnx_networks(mlpi_graph *g, const mlpi_members *members, bool halves,
                              mlpi_value x);
/** outputs.c: N x 1 float: NaN in rows with a number that is not finite, else 0. */
mlpi_value mlpi_onnx_not_finite(mlpi_graph *g, mlpi_value value);
/** outputs.c: adds the outputs of the graph; with a coverage above 0 also intervals or sets of
 * labels. */
void mlpi_onnx_outputs(mlpi_graph *g, const mlp_model *model, double coverage, mlpi_value x,
                       mlpi_value y);
/** conformal.c: whether each set holds each label, N x labels booleans. `probability`: N x labels
 * double; `label`: N x 1, the number of the predicted label; `answered`: N x 1, whether there is a
 * prediction. */
mlpi_value mlpi_onnx_set(mlpi_graph *g, const mlp_model *model, double coverage,
                         mlpi_value probability, mlpi_value label, mlpi_value answered);
/** conformal.c: the ends of the interval for target t, N x 1 double each. `low` and `high` are its
 * prediction, or its lowest and highest quantile. */
void mlpi_onnx_interval(mlpi_graph *g, const mlp_model *model, double coverage, size_t t,
                        mlpi_value low, mlpi_value high, mlpi_value ends[2]);

#endif
