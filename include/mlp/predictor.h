/* SPDX-License-Identifier: MIT */
/* Predicting single rows inside a program: no allocation, no locks, no threads of its own.
 *
 * A predictor holds a network's parameters in the order in which the processor wants them. It is
 * read-only once made: any number of threads may use one, each with a workspace of its own. */
#ifndef MLP_PREDICTOR_H
#define MLP_PREDICTOR_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/model.h"
#include "mlp/network.h"

MLP_BEGIN_DECLS

/** Opaque. */
typedef struct mlp_predictor mlp_predictor;

/** Copies the network's parameters; the network is not needed any more. Free with
 * mlp_predictor_free. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_predictor_create(const mlp_network *network, mlp_predictor **predictor,
                                        mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_predictor_free(mlp_predictor *predictor);

/** How many floats a workspace has. Its content before and after a call means nothing. */
MLP_API size_t mlp_predictor_workspace(const mlp_predictor *predictor);

/** Outputs y (N_L floats) for one row of network inputs x (N_0 floats). The same bits as
 * mlp_model_forward gives. */
MLP_API void mlp_predictor_run(const mlp_predictor *predictor, const float *x, float *y,
                               float *workspace);

/** Network inputs x of one row from one number per input column of the model, in the order of
 * mlp_model_column: numeric columns in their units, categorical ones as mlp_model_category numbers.
 * NaN is a missing value; a number that is no category is an unknown one. */
MLP_API void mlp_model_encode_values(const mlp_model *model, const double *values, float *x);

/** Categories of input column c, in the order of their numbers; 0 for a numeric column. */
MLP_API size_t mlp_model_category_count(const mlp_model *model, size_t c);
MLP_API const char *mlp_model_category(const mlp_model *model, size_t c, size_t k);

/** From outputs y of one row, mlp_model_width numbers: the probability of each label
 * (classification) or each target in its units, at each quantile level where there are levels
 * (regression). */
MLP_API void mlp_model_decode(const mlp_model *model, const float *y, double *values);

MLP_END_DECLS

#endif
