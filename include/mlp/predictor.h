/* SPDX-License-Identifier: MIT */
/* Predicting inside a program: one row or many with a predictor, without allocation, locks, or
 * threads of its own; tables, and many rows on many threads, with a session.
 *
 * A predictor holds a network's parameters in the order that suits the processor. Prediction only
 * reads a predictor, so that any number of threads may share one, each with a workspace of its
 * own. */
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

/** Copies the network's parameters, so that the network is not needed any more. Free with
 * mlp_predictor_free. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_predictor_create(const mlp_network *network, mlp_predictor **predictor,
                                        mlp_error *err);
/** Creates a predictor for a model, with all its networks (mlp_model_member_count).
 * mlp_predictor_run does not need the model any more. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_predictor_create_model(const mlp_model *model, mlp_predictor **predictor,
                                              mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_predictor_free(mlp_predictor *predictor);

/** The number of floats in a workspace. The content of a workspace has no meaning before and after
 * a call. */
MLP_API size_t mlp_predictor_workspace(const mlp_predictor *predictor);

/** Computes the outputs y (N_L floats) for one row of network inputs x (N_0 floats), with the same
 * bits as mlp_model_forward. */
MLP_API void mlp_predictor_run(const mlp_predictor *predictor, const float *x, float *y,
                               float *workspace);

/** The number of floats in a workspace for mlp_predictor_run_rows with at most `rows` rows. The
 * number stops growing at a few hundred rows, because rows go through the networks in blocks. */
MLP_API size_t mlp_predictor_workspace_rows(const mlp_predictor *predictor, size_t rows);

/** Computes the outputs y (rows x N_L) for many rows of network inputs x (rows x N_0): the same
 * bits as mlp_predictor_run for each row, in a fraction of the time per row, because weights are
 * read once for many rows. Allocates nothing and uses no other threads; a session divides rows
 * among threads. */
MLP_API void mlp_predictor_run_rows(const mlp_predictor *predictor, const float *x, size_t rows,
                                    float *y, float *workspace);

/** Computes the network inputs x of one row from one number for each input column of the model, in
 * the order of mlp_model_column: numeric columns in their units, categorical columns as numbers of
 * mlp_model_category. NaN stands for a missing value; a number that is not a category stands for an
 * unknown category. */
MLP_API void mlp_model_encode_values(const mlp_model *model, const double *values, float *x);

/** The number of categories of input column c; 0 for a numeric column. */
MLP_API size_t mlp_model_category_count(const mlp_model *model, size_t c);
MLP_API const char *mlp_model_category(const mlp_model *model, size_t c, size_t k);

/** The number of a text among the categories of input column c, for mlp_model_encode_values: -1 for
 * a text that training did not see; NaN for NULL and "", which mean no value, and for a numeric
 * column. */
MLP_API double mlp_model_find_category(const mlp_model *model, size_t c, const char *text);

/** Converts the outputs y of one row to mlp_model_width numbers: the probability of each label
 * (classification), or each target in its units, at each quantile level where there are levels
 * (regression). */
MLP_API void mlp_model_decode(const mlp_model *model, const float *y, double *values);

/* --- many rows -------------------------------------------------------------------------------- */

/** Opaque. Keeps what predicting a batch needs (the parameters in the order that suits the
 * processor, buffers, threads), so that it is not created again for every batch. One thread at a
 * time may use a session; any number of sessions may share a model, which must outlive them. A
 * row's prediction has the same bits wherever it is made: it depends neither on the other rows nor
 * on the threads. */
typedef struct mlp_session mlp_session;

/** `threads`: see mlp_threads. Free with mlp_session_free. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_session_create(const mlp_model *model, int threads, mlp_session **session,
                                      mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_session_free(mlp_session *session);

/** Changes how the session chooses between two labels: from here on a row gets label `label` (0 or
 * 1, as in mlp_model_label) where its probability is `threshold` or more, else the other one, in
 * predictions and in evaluations (mlp_session_evaluate); probabilities stay the same.
 * mlp/threshold.h finds the best threshold. Errors: MLP_ERROR_ARGUMENT (the model does not have two
 * labels; no such label; `threshold` is NaN). */
MLP_API mlp_status mlp_session_set_threshold(mlp_session *session, size_t label, double threshold,
                                             mlp_error *err);

/** mlp_model_forward with the session's threads. Allocates nothing. */
MLP_API void mlp_session_forward(mlp_session *session, const float *x, size_t rows, float *y);

/** Predicts from numbers: row r is values[r * stride ..], one number for each input column in the
 * order of mlp_model_column, as mlp_model_encode_values takes them (NaN: no value); stride 0: the
 * number of columns. Writes mlp_model_width numbers a row to `predictions`, as in mlp_predictions,
 * and in classification the number of the label to `labels` (nullable), MLP_NO_LABEL where there is
 * none. Only the first call allocates. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_session_predict_values(mlp_session *session, const double *values,
                                              size_t rows, size_t stride, double *predictions,
                                              size_t *labels, mlp_error *err);

/** How many cells of input column c (mlp_model_column) had no value, and how many had a category
 * that training never saw, in the rows of tables that this session has predicted or evaluated so
 * far. */
MLP_API void mlp_session_cells(const mlp_session *session, size_t c, size_t *missing,
                               size_t *unknown);

/** mlp_model_predict with the session. */
MLP_API mlp_status mlp_session_predict(mlp_session *session, const mlp_table *table,
                                       mlp_predictions *predictions, mlp_error *err);
/** Predicts `count` rows of a table, from row `first` on, for a program that writes predictions to
 * a file and need not hold all of them at the same time. Errors: those of mlp_model_encode;
 * MLP_ERROR_ARGUMENT (no such rows). */
MLP_API mlp_status mlp_session_predict_rows(mlp_session *session, const mlp_table *table,
                                            size_t first, size_t count,
                                            mlp_predictions *predictions, mlp_error *err);
/** The number of rows that the session predicts at a time, chosen by the numbers of inputs and
 * outputs: the predictions of that many rows take a few MiB. */
MLP_API size_t mlp_session_rows(const mlp_session *session);
/** Predicts the rows of a table that have a value in every target, and adds them to an evaluator.
 * *left_out becomes the number of the other rows, *unanswered the first row of the table without a
 * prediction, SIZE_MAX when all have one. Errors: those of mlp_model_encode and
 * mlp_evaluator_add. */
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
