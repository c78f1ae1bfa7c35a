/* SPDX-License-Identifier: MIT */
/* The inside of mlp_model, for model/ and train/. */
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

/** What the diagnosis after training found. */
typedef struct mlpi_kept_finding {
    char *kind, *sentence;
    size_t layer; /* from 1; 0: of the whole network */
    double value;
} mlpi_kept_finding;

/** An option of training and its value, as mlp_train_options_set takes them. */
typedef struct mlpi_kept_option {
    char *name, *value;
} mlpi_kept_option;

/** What rows that were evaluated out of fold told of the probabilities: as the networks gave them,
 * and as the model gives them. */
typedef struct mlpi_calibration {
    bool known;
    double log_loss[2], error[2]; /* error: the expected calibration error */
} mlpi_calibration;

/** From which probability of the second of two labels on a row gets it. */
typedef struct mlpi_decision {
    bool known; /* false: the more probable label */
    bool given; /* by the user; else it was chosen */
    double threshold;
    const char *metric;    /* of mlp_threshold_figure_name, which is best with a chosen one */
    double out_of_fold[2]; /* that metric: of the more probable label; by thresholds of other rows,
                           or by the given one */
} mlpi_decision;

/** Where a model came from: kept in the file, shown by inspect. */
typedef struct mlpi_provenance {
    char *version; /* of mlp */
    char *data;    /* name of the training file */
    uint64_t data_fingerprint, seed;
    char *task_reason;
    char *optimizer, *stop_reason;
    char *validation, *weight_column, *class_weights; /* NULL: not known, none */
    mlpi_kept_option *options; /* that were set to something else than the default */
    size_t option_count;
    double learning_rate, momentum, l2, validation_fraction; /* as they were decided */
    size_t batch, epochs, best_epoch, rows_training, rows_validation;
    double training_loss, validation_loss; /* NaN is stored as null */
    double training_metric, validation_metric, baseline_metric;
    mlpi_calibration calibration;
    mlpi_ignored *ignored; /* columns of the data that the model does not use, and why */
    size_t ignored_count;
    char *command;  /* that trained it, without where to write; NULL: not known */
    bool diagnosed; /* false: a file from before there were diagnoses */
    mlpi_kept_finding *findings;
    size_t finding_count;
} mlpi_provenance;

/** What a loss wants of the pipeline. `single_output` is decided elsewhere. */
mlpi_coding mlpi_coding_of(mlp_loss loss, const mlp_loss_settings *settings);

struct mlp_model {
    mlpi_members members; /* the networks that answer, mostly one */
    mlpi_pipeline pipeline;
    mlp_read_options read; /* how the data were read; owned strings */
    mlpi_provenance provenance;
    mlpi_conformal conformal; /* scores out of fold; a list for each target */
    mlpi_decision decision;   /* between two labels */
    char *metadata;           /* JSON of all of the above but the tensors */
};

/** A model of its own: copies of the networks, pipeline, scores, decision and read options (except for the file
 * with the labels), and the provenance itself, which is taken over and empty afterwards in any case.
 * Errors: MLP_ERROR_MEMORY; MLP_ERROR_DATA: a name, label or category is not UTF-8. */
mlp_status mlpi_model_assemble(const mlpi_members *members, const mlpi_pipeline *pipeline,
                               const mlpi_conformal *conformal, const mlpi_decision *decision,
                               const mlp_read_options *read, mlpi_provenance *provenance,
                               mlp_model **model, mlp_error *err);
void mlpi_provenance_release(mlpi_provenance *provenance);

/** mlp_model_predict_encoded, with the network's loss of each row (nullable; needs the targets). */
mlp_status mlpi_model_predict(const mlp_model *model, const mlp_encoded *encoded, int threads,
                              double *loss, mlp_predictions *predictions, mlp_error *err);

/** The same with a session. */
mlp_status mlpi_session_predict(mlp_session *session, const mlp_encoded *encoded, double *loss,
                                mlp_predictions *predictions, mlp_error *err);

/** What answers in place of the networks: fills the outputs, rows x mlp_network_outputs, of encoded
 * rows. */
typedef void (*mlpi_answerer)(void *context, const float *x, size_t rows, float *y);
/** From here on `answerer` gives the outputs that the session makes predictions of. `release` frees the
 * context together with the session; on failure nothing has changed. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_session_answer_by(mlp_session *session, mlpi_answerer answerer,
                                  void (*release)(void *context), void *context, mlp_error *err);

/** Refuses outcomes of the table of which rows have no prediction, naming the first. */
mlp_status mlpi_need_predictions(const mlp_outcomes *outcomes, const mlp_table *table,
                                 mlp_error *err);

#endif
