/* SPDX-License-Identifier: MIT */
/* Predicting inside a program: one row or many with a predictor, without allocation, locks, or
 * threads of its own; tables, and many rows on many threads, with a session.
 *
 * A predictor holds a network's parameters in the order in which the processor wants them. It is
 * read-only once made: any number of threads may use one, each with a workspace of its own. */
#ifndef MLP_PREDICTOR_H
#define MLP_PREDICTOR_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/evaluate.h"
#include "mlp/model.h"
#include "mlp/network.h"

MLP_BEGIN_DECLS

/** Opaque. */
typedef struct mlp_predictor mlp_predictor;

/** Copies the network's parameters; the network is not needed any more. Free with
 * mlp_predictor_free. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_predictor_create(const mlp_network *network, mlp_predictor **predictor,
                                        mlp_error *err);
/** The same of a model, with all its networks (mlp_model_member_count). The model is not needed any
 * more for mlp_predictor_run. */
MLP_API mlp_status mlp_predictor_create_model(const mlp_model *model, mlp_predictor **predictor,
                                              mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_predictor_free(mlp_predictor *predictor);

/** How many floats a workspace has. Its content before and after a call means nothing. */
MLP_API size_t mlp_predictor_workspace(const mlp_predictor *predictor);

/** Outputs y (N_L floats) for one row of network inputs x (N_0 floats). The same bits as
 * mlp_model_forward gives. */
MLP_API void mlp_predictor_run(const mlp_predictor *predictor, const float *x, float *y,
                               float *workspace);

/** How many floats a workspace has for mlp_predictor_run_rows with up to so many rows. It does not
 * grow beyond a few hundred rows, because they go through the networks a block at a time. */
MLP_API size_t mlp_predictor_workspace_rows(const mlp_predictor *predictor, size_t rows);

/** Outputs y (rows x N_L) for many rows of network inputs x (rows x N_0): the same bits as
 * mlp_predictor_run for each row, at a fraction of its time for a row, because weights are read once
 * for many rows. Allocates nothing and takes no threads; a session divides rows among threads. */
MLP_API void mlp_predictor_run_rows(const mlp_predictor *predictor, const float *x, size_t rows,
                                    float *y, float *workspace);

/** Network inputs x of one row from one number per input column of the model, in the order of
 * mlp_model_column: numeric columns in their units, categorical ones as mlp_model_category numbers.
 * NaN is a missing value; a number that is not a category is an unknown one. */
MLP_API void mlp_model_encode_values(const mlp_model *model, const double *values, float *x);

/** Categories of input column c, in the order of their numbers; 0 for a numeric column. */
MLP_API size_t mlp_model_category_count(const mlp_model *model, size_t c);
MLP_API const char *mlp_model_category(const mlp_model *model, size_t c, size_t k);

/** The number of a text among the categories of input column c, for mlp_model_encode_values: -1 for
 * one that training did not see, NaN for NULL and "", which are no value, and for a numeric column.
 * */
MLP_API double mlp_model_find_category(const mlp_model *model, size_t c, const char *text);

/** From outputs y of one row, mlp_model_width numbers: the probability of each label
 * (classification) or each target in its units, at each quantile level where there are levels
 * (regression). */
MLP_API void mlp_model_decode(const mlp_model *model, const float *y, double *values);

/* --- many rows -------------------------------------------------------------------------------- */

/** Opaque. Keeps what predicting a batch needs (the parameters as the processor wants them,
 * buffers, threads), so that it is made once and not for every batch. One thread at a time may use
 * a session; any number of sessions may share a model, which must outlive them. A row's prediction
 * does not depend on the other rows, nor on threads: it has the same bits wherever it is made. */
typedef struct mlp_session mlp_session;

/** threads: see mlp_threads. Free with mlp_session_free. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_session_create(const mlp_model *model, int threads, mlp_session **session,
                                      mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_session_free(mlp_session *session);

/** From here on a row gets label `label` (0 or 1, as in mlp_model_label) of two where its probability
 * is `threshold` or more, else the other one, in predictions and in evaluations
 * (mlp_session_evaluate); probabilities stay as they are. mlp/threshold.h says which threshold is
 * best. Errors: MLP_ERROR_ARGUMENT (the model does not tell two labels apart; no such label; no
 * number). */
MLP_API mlp_status mlp_session_set_threshold(mlp_session *session, size_t label, double threshold,
                                             mlp_error *err);

/** As mlp_model_forward. Allocates nothing. */
MLP_API void mlp_session_forward(mlp_session *session, const float *x, size_t rows, float *y);

/** Predicts from numbers: row r is values[r * stride ..], one for each input column in the order of
 * mlp_model_column, as mlp_model_encode_values takes them (NaN: no value); stride 0: as many as
 * there are columns. Sets mlp_model_width numbers a row in `predictions`, as in mlp_predictions,
 * and in classification a number of a label in `labels` (nullable), MLP_NO_LABEL where there is
 * none. Only the first call allocates. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_session_predict_values(mlp_session *session, const double *values,
                                              size_t rows, size_t stride, double *predictions,
                                              size_t *labels, mlp_error *err);

/** How many cells of input column c (mlp_model_column) had no value, and how many a category that
 * training never saw, in the rows of tables that this session has predicted or evaluated so far. */
MLP_API void mlp_session_cells(const mlp_session *session, size_t c, size_t *missing,
                               size_t *unknown);

/** As mlp_model_predict and mlp_model_predict_encoded. */
MLP_API mlp_status mlp_session_predict(mlp_session *session, const mlp_table *table,
                                       mlp_predictions *predictions, mlp_error *err);
/** The same of `count` rows of a table from row `first` on. A program that writes predictions down
 * does not need all of them at the same time. Errors: as mlp_model_encode; MLP_ERROR_ARGUMENT (no such rows).
 */
MLP_API mlp_status mlp_session_predict_rows(mlp_session *session, const mlp_table *table,
                                            size_t first, size_t count,
                                            mlp_predictions *predictions, mlp_error *err);
/** How many rows the session takes at a time, by their inputs and outputs: so many predictions take
 * a few MiB. */
MLP_API size_t mlp_session_rows(const mlp_session *session);
/** Predicts the rows of a table that have a value in every target, and adds them to an evaluator.
 * *left_out is how many have none, *unanswered the first row of the table without a prediction,
 * SIZE_MAX when all have one. Errors: as mlp_model_encode and mlp_evaluator_add. */
MLP_API mlp_status mlp_session_evaluate(mlp_session *session, const mlp_table *table,
                                        mlp_evaluator *evaluator, size_t *left_out,
                                        size_t *unanswered, mlp_error *err);
/** An earlier name of mlp_session_evaluate. */
MLP_API mlp_status mlp_session_judge(mlp_session *session, const mlp_table *table,
                                     mlp_evaluator *evaluator, size_t *left_out, size_t *unanswered,
                                     mlp_error *err);
MLP_API mlp_status mlp_session_predict_encoded(mlp_session *session, const mlp_encoded *encoded,
                                               mlp_predictions *predictions, mlp_error *err);

MLP_END_DECLS

#endif
