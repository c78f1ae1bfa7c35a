/* SPDX-License-Identifier: MIT */
/* The internals of mlp_model, for the parts of the library that make, evaluate, show or export
 * models. */
#ifndef MLPI_MODEL_H
#define MLPI_MODEL_H

#include "encode/pipeline.h"
#include "evaluate/conformal.h"
#include "mlp/evaluate.h"
#include "mlp/model.h"
#include "mlp/predictor.h"
#include "network/members.h"

typedef struct mlpi_ignored {
    char *name, *reason;
} mlpi_ignored;

/** A finding of the diagnosis after training. */
typedef struct mlpi_kept_finding {
    char *kind, *sentence;
    size_t layer; /* counted from 1; 0: the finding concerns the whole network */
    double value;
} mlpi_kept_finding;

/** An option of training and its value, in the form that mlp_train_options_set accepts. */
typedef struct mlpi_kept_option {
    char *name, *value;
} mlpi_kept_option;

/** How good the probabilities of rows out of fold are: [0] as the networks predict them, [1] as the
 * model does, at its temperature. */
typedef struct mlpi_calibration {
    bool known;
    double log_loss[2], error[2]; /* error: the expected calibration error */
} mlpi_calibration;

/** The threshold between two labels: a row gets the second label if the probability of that label
 * is at least the threshold. */
typedef struct mlpi_decision {
    bool known; /* false: a row gets the more probable label */
    bool given; /* true: the user gave the threshold; false: it was chosen */
    double threshold;
    const char *metric;    /* a name that mlp_threshold_figure_name lists; a chosen threshold is the
                              best one for this metric */
    double out_of_fold[2]; /* the metric of rows out of fold: [0] if they get the more probable
                              label, [1] by the given threshold, or by thresholds chosen on other
                              rows */
} mlpi_decision;

/** The origin of a model: kept in its file and shown by inspect. */
typedef struct mlpi_provenance {
    char *version; /* of mlp */
    char *data;    /* the name of the training file */
    uint64_t data_fingerprint, seed;
    char *task_reason;
    char *optimizer, *stop_reason;
    char *validation, *weight_column, *class_weights; /* NULL: none, or not known */
    mlpi_kept_option *options; /* the options that differ from their defaults */
    size_t option_count;
    double learning_rate, momentum, l2, validation_fraction; /* the values that were used */
    size_t batch, epochs, best_epoch, rows_training, rows_validation;
    double training_loss, validation_loss; /* NaN is stored as null */
    double training_metric, validation_metric, baseline_metric;
    mlpi_calibration calibration;
    mlpi_ignored *ignored; /* columns of the data that the model does not use, and why */
    size_t ignored_count;
    char *command;  /* the command that trained it, without output paths; NULL: not known */
    bool diagnosed; /* false: the file was written before mlp had a diagnosis */
    mlpi_kept_finding *findings;
    size_t finding_count;
} mlpi_provenance;

/** The coding of the targets that a loss needs. The caller sets `single_output`. */
mlpi_coding mlpi_coding_of(mlp_loss loss, const mlp_loss_settings *settings);

struct mlp_model {
    mlpi_members members; /* the networks whose mean is the model's output, usually one */
    mlpi_pipeline pipeline;
    mlp_read_options read; /* how the data were read; owns its strings */
    mlpi_provenance provenance;
    mlpi_conformal conformal; /* scores of rows out of fold; a list for each target */
    mlpi_decision decision;   /* the threshold between two labels */
    char *metadata;           /* everything above as JSON, except for the parameters */
};

/** Makes a model from copies of the networks, the pipeline, the scores, the decision and the read
 * options (without those that hold for the training data only), and from the provenance, which
 * moves into the model and is empty afterwards, even after an error. Errors: MLP_ERROR_MEMORY;
 * MLP_ERROR_DATA: a name, label or category is not UTF-8. */
mlp_status mlpi_model_assemble(const mlpi_members *members, const mlpi_pipeline *pipeline,
                               const mlpi_conformal *conformal, const mlpi_decision *decision,
                               const mlp_read_options *read, mlpi_provenance *provenance,
                               mlp_model **model, mlp_error *err);
void mlpi_provenance_release(mlpi_provenance *provenance);

/** Does what mlp_model_predict_encoded does, and stores the loss of each row in `loss` (nullable;
 * needs the targets). */
mlp_status mlpi_model_predict(const mlp_model *model, const mlp_encoded *encoded, int threads,
                              double *loss, mlp_predictions *predictions, mlp_error *err);

/** mlpi_model_predict with a session. */
mlp_status mlpi_session_predict(mlp_session *session, const mlp_encoded *encoded, double *loss,
                                mlp_predictions *predictions, mlp_error *err);

/** A function that predicts in place of the networks: computes the outputs `y`, rows x
 * mlp_network_outputs, of encoded rows `x`. */
typedef void (*mlpi_answerer)(void *context, const float *x, size_t rows, float *y);
/** Makes the session compute its predictions from the outputs of `answerer`. mlp_session_free calls
 * `release` on the context. After an error the session is unchanged, and the caller keeps the
 * context. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_session_answer_by(mlp_session *session, mlpi_answerer answerer,
                                  void (*release)(void *context), void *context, mlp_error *err);

/** Fails if a row of the table has no prediction among the outcomes; the message names the first
 * such row. Errors: MLP_ERROR_DATA. */
mlp_status mlpi_need_predictions(const mlp_outcomes *outcomes, const mlp_table *table,
                                 mlp_error *err);

#endif
