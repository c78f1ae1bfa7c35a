/* SPDX-License-Identifier: MIT */
/* A training run, for the files of this folder. */
#ifndef MLPI_RUN_H
#define MLPI_RUN_H

#include "batches/batches.h"
#include "engine/ensemble.h"
#include "model/model.h"
#include "objective/objective.h"
#include "train/prepare.h"

/** How good the current parameters are on one part of the rows. */
typedef struct mlpi_scores {
    double loss;
    double metric;    /* accuracy, or the mean over the targets of the RMSE in their units */
    double criterion; /* the loss or metric that decides; negated where larger is better */
    double log_loss;  /* NaN: not requested, or there are no labels */
    double weighted_log_loss; /* the log loss with the rows weighted as in the loss */
} mlpi_scores;

/** What evaluation needs; made once, so that epochs allocate no memory. */
typedef struct mlpi_scorer {
    mlpi_engine *engine;
    mlpi_ensemble *networks; /* evaluated instead of the engine; NULL: none */
    const float *answers; /* outputs for the part's rows, evaluated instead of both; NULL: none */
    const mlp_network *network; /* its loss function evaluates `answers` */
    const mlpi_pipeline *pipeline;
    float *y;              /* outputs of the rows at hand */
    double *row;           /* outputs and targets of one row */
    double *values;        /* predictions of the rows at hand, or of all rows (make_room) */
    double *middle;        /* with quantiles: each target's prediction at the level nearest 0.5 */
    size_t *labels;        /* classification: the labels of the largest outputs */
    size_t *true_labels;   /* classification: the true labels, where all rows are kept */
    double *truth;         /* regression: the true values, where all rows are kept */
    double *sums;          /* over rows, for each target or each label */
    const char *criterion; /* metric that decides; NULL: the loss does */
    double sign;           /* -1: larger is better, 1: smaller is better */
    bool refines; /* the loss at the best temperature decides: probabilities will be tempered */
    float *kept, *weight; /* with `refines`: outputs and weights of all rows */
    double *logits;       /* with `refines`: scratch for the logits of one row */
    bool proper;          /* the log loss is computed, too */
    bool out_of_memory;   /* an evaluation lacked memory: the run ends and reports it */
} mlpi_scorer;

/** `rows`: the number of rows of the deciding part. Release the scorer even after a failure. */
mlp_status mlpi_scorer_init(mlpi_scorer *scorer, mlpi_engine *engine, const mlpi_pipeline *pipeline,
                            const mlpi_plan *plan, size_t rows, mlp_error *err);
void mlpi_scorer_release(mlpi_scorer *scorer);
mlpi_scores mlpi_scorer_part(mlpi_scorer *scorer, mlpi_batches *part);
/** MLP_ERROR_MEMORY if an evaluation lacked memory. */
mlp_status mlpi_scorer_check(const mlpi_scorer *scorer, mlp_error *err);
/** Scores of the baseline: the most frequent label of the part, with the label frequencies in
 * `learning` as probabilities, or the mean of the part. The loss is not filled in. */
mlpi_scores mlpi_scorer_baseline(mlpi_scorer *scorer, mlpi_batches *learning, mlpi_batches *part);

/** The history of the losses, in a few numbers. */
typedef struct mlpi_course {
    double first, lowest, last; /* training loss */
    uint64_t rises;             /* number of epochs in which the training loss rose */
    double least, latest;       /* loss of the deciding part after every fifth epoch: the lowest so
                                   far, and the latest */
} mlpi_course;

struct mlp_trainer {
    size_t restart;   /* number of this restart or network, from 0 */
    char *checkpoint; /* path of the run's own checkpoint; NULL: none */
    mlp_train_options options;
    const mlp_table *table;
    mlp_table *spent;     /* the same table, if its rows may be freed; NULL: they must stay */
    uint64_t fingerprint; /* of the table, if it is spent */
    mlpi_plan plan;
    mlpi_prepared data;
    mlpi_engine *engine;
    mlpi_scorer scorer;
    mlpi_optimizer optimizer;          /* of an update rule */
    mlpi_network_objective *objective; /* what `minimizer` minimises; NULL: an update rule trains */
    mlpi_minimizer minimizer;          /* of a full-batch method */
    mlpi_outcome outcome;              /* of the minimizer's last step */
    mlpi_watch watch;                  /* stops a step half-way */
    mlpi_comm ranks; /* the ranks that train together; 0 or 1: this process trains alone */
    float *best_parameters;
    float *now;        /* scratch: the current parameters, or the engine's state for a checkpoint */
    uint64_t identity; /* mlpi_run_identity, with a checkpoint */
    size_t batch;
    char unkept[320];     /* why the last checkpoint could not be written; "": no failure */
    double started, kept; /* times: of the start, and of the last attempt at a checkpoint */
    double best;          /* criterion of the best parameters so far */
    mlpi_plateau plateau;
    mlpi_course course;
    size_t best_epoch, epoch;
    bool done;
    mlp_stop_reason reason;
    double weighted_log_loss[2];  /* of the best parameters, and of the label frequencies */
    mlpi_calibration calibration; /* of the probabilities out of fold */
    mlpi_conformal conformal;     /* scores of the rows out of fold */
    mlpi_decision decision;       /* the threshold between two labels */
};

static inline bool mlpi_run_has_validation(const mlp_trainer *run)
{
    return run->data.validation.rows > 0;
}

/** The part that decides which parameters are best: validation, or training if there is none. */
static inline mlpi_batches *mlpi_run_deciding(const mlp_trainer *run)
{
    return mlpi_run_has_validation(run) ? run->data.validating : run->data.learning;
}

/** Whether the last parameters count as the best: the method regularises, and no rows validate. */
static inline bool mlpi_run_by_evidence(const mlp_trainer *run)
{
    return run->plan.method != NULL && run->plan.method->regularises &&
           !mlpi_run_has_validation(run);
}

/** Fails if a rank cannot be reached, an evaluation lacked memory, or rows could not be read. Does
 * not check whether the numbers of the run are finite. */
mlp_status mlpi_run_check(const mlp_trainer *run, mlp_error *err);

/** Whether a run ended because it was interrupted or its time was over. */
bool mlpi_was_stopped(mlp_stop_reason reason);

/** Which of these two reasons stopped a run. */
mlp_stop_reason mlpi_run_why_stopped(const mlp_trainer *run);

/** Refuses a run that was stopped or diverged before any epoch ended with finite losses. */
mlp_status mlpi_run_check_result(const mlp_trainer *run, mlp_error *err);

/** Writes the name and value of the run's deciding metric, for a sentence: "loss 0.123". */
enum { MLPI_SCORE_SIZE = 96 };
const char *mlpi_run_score(const mlp_trainer *run, double criterion, char text[MLPI_SCORE_SIZE]);

/* ranks.c */

/** Whether several ranks train together. */
static inline bool mlpi_run_is_shared(const mlp_trainer *run)
{
    return run->ranks.face.ranks > 1;
}
/** With ranks, when all else is prepared: refuses options that ranks cannot train with, waits for
 * all ranks, and refuses ranks that would train something different. */
mlp_status mlpi_run_meet(mlp_trainer *run, mlp_error *err);
/** Why a rank could not be reached. MLP_OK: all were. */
mlp_status mlpi_run_check_ranks(const mlp_trainer *run, mlp_error *err);
/** Before ranks agree: notes whether this rank wants to end. `go_on` false: its caller wants to. */
void mlpi_run_want(mlp_trainer *run, bool go_on);
/** Sends to all ranks the state that only the last rank has. false: a rank cannot be reached. */
bool mlpi_run_return(mlp_trainer *run);

/** Whether all n parameters are finite, as those of a model must be. */
bool mlpi_run_finite(const float *parameters, size_t n);

/** mlp_trainer_create for one of several restarts; `spent` as in mlpi_prepare. */
mlp_status mlpi_run_create(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                           const mlp_train_options *options, size_t restart, mlp_trainer **trainer,
                           mlp_error *err);

/** What the networks that become one model have in common. */
typedef struct mlpi_common {
    const mlp_table *table;
    mlp_table *spent;
    uint64_t fingerprint;
    mlpi_plan plan;
    mlpi_prepared data; /* release it with mlpi_prepared_release */
} mlpi_common;

/** `table`, `spent` and `validation` as in mlpi_prepare. */
mlp_status mlpi_common_init(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                            const mlp_train_options *options, mlpi_common *common, mlp_error *err);
/** Creates a run on one division of the rows (mlpi_prepare_part). `number` counts all networks from
 * 0. Several threads may call it at the same time; `common` must outlive the run. */
mlp_status mlpi_run_create_part(const mlpi_common *common, size_t division,
                                const mlp_train_options *options, size_t number,
                                mlp_trainer **trainer, mlp_error *err);

/** mlp_trainer_model with the networks `members`, one of which is the run's. */
mlp_status mlpi_run_model(mlp_trainer *run, const mlpi_members *members, mlp_model **model,
                          mlp_train_report *report, mlp_error *err);

/* steps.c */

/** Makes the optimizer or the minimizer. */
mlp_status mlpi_steps_begin(mlp_trainer *run, mlp_error *err);
/** Rewinds the rows to the order of this epoch: a function of seed and epoch alone. */
void mlpi_steps_shuffle(mlp_trainer *run);
/** Takes a step of the update rule on some rows, with a share of the learning rate; returns the
 * mean loss of the rows before the step. */
double mlpi_steps_batch(mlp_trainer *run, const mlpi_given *rows, double share);
/** Trains an epoch; returns its mean loss or, after a step of a full-batch method, E(w). NaN: the
 * epoch was stopped before its first batch, or within the step. */
double mlpi_steps_epoch(mlp_trainer *run);
/** Whether the caller wants to end or the time is over; with ranks, whether they agreed to end. */
bool mlpi_steps_stopped(const mlp_trainer *run);

/* cost.c */

/** The approximate number of multiply-adds of a step. */
double mlpi_cost_of_step(const mlpi_method *method, double parameters, double rows, double outputs);
/** Gives notice of how long the run's full-batch method will take, if that is long. */
void mlpi_cost_tell(const mlp_trainer *run);

/* identity.c */

/** A hash of everything that decides what the run's steps do: data, network, options. */
uint64_t mlpi_run_identity(const mlp_trainer *run);

/* resume.c */

/** With a checkpoint: sets the run's identity and, when resuming, restores its state. */
mlp_status mlpi_resume_begin(mlp_trainer *run, mlp_error *err);
/** Writes a checkpoint if one is due, after an epoch that ended well. */
void mlpi_resume_keep(mlp_trainer *run);
/** After mlpi_run_want, before ranks agree: notes on rank 0 whether a checkpoint is due by time. */
void mlpi_resume_want(mlp_trainer *run);

/* result.c */

/** Puts the best parameters into the run's network and fills in the report: the metrics of
 * `members`, but on validation rows those of the scorer's `answers`, if any. */
mlp_status mlpi_result_report(mlp_trainer *run, const mlpi_members *members,
                              mlp_train_report *report, mlp_error *err);
/** Makes a model of copies of `members`. */
mlp_status mlpi_result_model(const mlp_trainer *run, const mlpi_members *members,
                             const mlp_train_report *report, mlp_model **model, mlp_error *err);

/* diagnosis.c */

/** After mlpi_result_report: fills in the findings, from the metrics and the run's network. */
mlp_status mlpi_diagnose(const mlp_trainer *run, mlp_train_report *report, mlp_error *err);

#endif
