/* SPDX-License-Identifier: MIT */
/* A training under way, for the files of this folder. */
#ifndef MLPI_RUN_H
#define MLPI_RUN_H

#include "batches/batches.h"
#include "engine/ensemble.h"
#include "model/model.h"
#include "objective/objective.h"
#include "train/prepare.h"

/** How good the parameters at hand are on one part of the rows. */
typedef struct mlpi_scores {
    double loss;
    double metric;    /* accuracy, or the mean over the targets of the RMSE in their units */
    double criterion; /* what decides, smaller is better: the loss, or a metric or its negative */
    double log_loss;  /* NaN: not asked for, or there are no labels */
    double weighted_log_loss; /* the same, of rows weighted as in the loss */
} mlpi_scores;

/** What evaluation needs; made once, so that epochs allocate nothing. */
typedef struct mlpi_scorer {
    mlpi_engine *engine;
    mlpi_ensemble *networks; /* evaluated instead of the engine; NULL: the engine */
    const float *answers; /* evaluated instead of either: outputs for the rows of the part, in their
                             order; NULL: none */
    const mlp_network *network; /* whose loss they have */
    const mlpi_pipeline *pipeline;
    float *y;            /* outputs of some rows */
    double *row;         /* outputs and targets of one */
    double *values;      /* predictions of some rows, or of all where a metric decides */
    double *middle;      /* quantiles: those of them that stand for the targets */
    size_t *labels;      /* classification: of the largest outputs */
    size_t *true_labels; /* where a metric decides: the truth of all rows */
    double *truth;
    double *sums;          /* of each target, or of each label */
    const char *criterion; /* metric that decides; NULL: the loss */
    double sign;           /* -1: larger is better */
    bool refines; /* the loss that a temperature leaves decides: probabilities will have one */
    float *kept, *weight; /* for it: outputs and weights of all rows, */
    double *logits;       /* and room for those of one */
    bool proper;          /* the log loss is asked for */
    bool out_of_memory;   /* once, so that the run ends and says so */
} mlpi_scorer;

/** `rows`: of the part that decides. Release in any case. */
mlp_status mlpi_scorer_init(mlpi_scorer *scorer, mlpi_engine *engine, const mlpi_pipeline *pipeline,
                            const mlpi_plan *plan, size_t rows, mlp_error *err);
void mlpi_scorer_release(mlpi_scorer *scorer);
mlpi_scores mlpi_scorer_part(mlpi_scorer *scorer, mlpi_batches *part);
/** MLP_ERROR_MEMORY once an evaluation lacked memory. */
mlp_status mlpi_scorer_check(const mlpi_scorer *scorer, mlp_error *err);
/** Figures of the answer that ignores the inputs: the most frequent label of this part, or its
 * mean; as probabilities the frequencies of the labels in `learning`. */
mlpi_scores mlpi_scorer_baseline(mlpi_scorer *scorer, mlpi_batches *learning, mlpi_batches *part);

/** How the losses went. */
typedef struct mlpi_course {
    double first, lowest, last; /* of training */
    uint64_t rises;             /* epochs after which it was higher than before */
    double least, latest;       /* of the part that decides, at the end of every fifth epoch: the
                                   least so far, and the last */
} mlpi_course;

struct mlp_trainer {
    size_t restart;   /* of those asked for, from 0 */
    char *checkpoint; /* its own file; NULL: none */
    mlp_train_options options;
    const mlp_table *table;
    mlp_table *spent;     /* the same, where its rows are no longer needed; NULL: they may be */
    uint64_t fingerprint; /* of the table, where it is spent */
    mlpi_plan plan;
    mlpi_prepared data;
    mlpi_engine *engine;
    mlpi_scorer scorer;
    mlpi_optimizer optimizer;          /* of mini-batches; or */
    mlpi_network_objective *objective; /* what `minimizer` minimises */
    mlpi_minimizer minimizer;
    mlpi_outcome outcome; /* of its last step */
    mlpi_watch watch;     /* by which a step may be left */
    mlpi_comm ranks;      /* of which this process is one; 0 or 1: it trains alone */
    float *best_parameters;
    float *now; /* those at hand, of the minimizer; or the engine's state, for a checkpoint */
    uint64_t identity; /* of the run, for checkpoints */
    size_t batch;
    char unkept[320];     /* why the last checkpoint could not be written; "": it could */
    double started, kept; /* when the run, and its last checkpoint, were */
    double best;          /* criterion of the best parameters so far */
    mlpi_plateau plateau;
    mlpi_course course;
    size_t best_epoch, epoch;
    bool done;
    mlp_stop_reason reason;
    double weighted_log_loss[2];  /* of the best parameters, and of the label frequencies */
    mlpi_calibration calibration; /* what rows out of fold told, */
    mlpi_conformal conformal;     /* how far off they were, */
    mlpi_decision decision;       /* and from where on they have a label */
};

static inline bool mlpi_run_has_validation(const mlp_trainer *run)
{
    return run->data.validation.rows > 0;
}

/** The part that decides which parameters are best: validation, or training without one. */
static inline mlpi_batches *mlpi_run_deciding(const mlp_trainer *run)
{
    return mlpi_run_has_validation(run) ? run->data.validating : run->data.learning;
}

/** Whether the last parameters are the best: a method that regularises, without validation. */
static inline bool mlpi_run_by_evidence(const mlp_trainer *run)
{
    return run->plan.method != NULL && run->plan.method->regularises &&
           !mlpi_run_has_validation(run);
}

/** Why the run cannot go on, other than by its numbers: a rank cannot be reached, an evaluation
 * lacked memory, or rows could not be read. MLP_OK: nothing of that. */
mlp_status mlpi_run_check(const mlp_trainer *run, mlp_error *err);

/** Whether a training ended because someone, or its time, wanted an end. */
bool mlpi_was_stopped(mlp_stop_reason reason);

/** Which of both, of a run that is stopped. */
mlp_stop_reason mlpi_run_why_stopped(const mlp_trainer *run);

/** Refuses a run without a single epoch of finite losses: first weights are not a result. */
mlp_status mlpi_run_check_result(const mlp_trainer *run, mlp_error *err);

/** How good the best parameters of such a run are by what decided, for a sentence: "loss 0.123". */
enum { MLPI_SCORE_SIZE = 96 };
const char *mlpi_run_score(const mlp_trainer *run, double criterion, char text[MLPI_SCORE_SIZE]);

/* ranks.c */

/** Whether several ranks do it together. */
static inline bool mlpi_run_is_shared(const mlp_trainer *run)
{
    return run->ranks.face.ranks > 1;
}
/** With ranks: refuses what they cannot do, waits for all of them, and refuses ranks that would train something
 * else. With everything else prepared. */
mlp_status mlpi_run_meet(mlp_trainer *run, mlp_error *err);
/** Why a rank could not be reached. MLP_OK: all could. */
mlp_status mlpi_run_check_ranks(const mlp_trainer *run, mlp_error *err);
/** Before ranks agree: whether this one wants an end. `go_on`: as far as its caller has said. */
void mlpi_run_want(mlp_trainer *run, bool go_on);
/** What the last rank alone keeps from step to step comes to all. false: a rank cannot be reached. */
bool mlpi_run_return(mlp_trainer *run);

/** Whether all of n parameters are finite: only then they are a model. */
bool mlpi_run_finite(const float *parameters, size_t n);

/** mlp_trainer_create for one of several restarts; `spent` as in mlpi_prepare. */
mlp_status mlpi_run_create(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                           const mlp_train_options *options, size_t restart, mlp_trainer **trainer,
                           mlp_error *err);

/** What networks that become one model have in common. */
typedef struct mlpi_common {
    const mlp_table *table;
    mlp_table *spent;
    uint64_t fingerprint;
    mlpi_plan plan;
    mlpi_prepared data; /* mlpi_prepared_release */
} mlpi_common;

/** `table`, `spent` and `validation` as in mlpi_prepare. */
mlp_status mlpi_common_init(const mlp_table *table, mlp_table *spent, const mlp_table *validation,
                            const mlp_train_options *options, mlpi_common *common, mlp_error *err);
/** A run on the rows as one division has them (mlpi_prepare_part); `number` is that of the network
 * among all of them. Of several threads at a time; `common` must outlive it. */
mlp_status mlpi_run_create_part(const mlpi_common *common, size_t division,
                                const mlp_train_options *options, size_t number,
                                mlp_trainer **trainer, mlp_error *err);

/** mlp_trainer_model of `members`, of which the run's network is one. */
mlp_status mlpi_run_model(mlp_trainer *run, const mlpi_members *members, mlp_model **model,
                          mlp_train_report *report, mlp_error *err);

/* steps.c */

/** Makes the optimizer or the minimizer. */
mlp_status mlpi_steps_begin(mlp_trainer *run, mlp_error *err);
/** Begins to hand out the rows in the order of this epoch: a function of seed and epoch alone. */
void mlpi_steps_shuffle(mlp_trainer *run);
/** One step of a rule on some rows, with a share of the learning rate; returns their mean loss
 * before it. */
double mlpi_steps_batch(mlp_trainer *run, const mlpi_given *rows, double share);
/** One epoch; returns the mean loss over the rows seen. */
double mlpi_steps_epoch(mlp_trainer *run);
/** Whether the caller wants an end; of ranks, whether they have agreed on one. */
bool mlpi_steps_stopped(const mlp_trainer *run);

/* cost.c */

/** Multiply-adds of a step, about. */
double mlpi_cost_of_step(const mlpi_method *method, double parameters, double rows, double outputs);
/** Tells how long the run's full-batch method will take, where that is long. */
void mlpi_cost_tell(const mlp_trainer *run);

/* identity.c */

/** A hash of everything that decides what its steps do: data, network, options. */
uint64_t mlpi_run_identity(const mlp_trainer *run);

/* resume.c */

/** With a checkpoint: what the run is, and, when resuming, where it was. */
mlp_status mlpi_resume_begin(mlp_trainer *run, mlp_error *err);
/** After an epoch that ended well. */
void mlpi_resume_keep(mlp_trainer *run);
/** Before ranks agree, after mlpi_run_want: whether rank 0 wants to write a checkpoint, by its clock. */
void mlpi_resume_want(mlp_trainer *run);

/* result.c */

/** Puts the best parameters into the run's network. Figures are of `members`, which the
 * network may be one of; those of validation of the scorer's answers where it has some. */
mlp_status mlpi_result_report(mlp_trainer *run, const mlpi_members *members,
                              mlp_train_report *report, mlp_error *err);
/** A model of its own of `members`. */
mlp_status mlpi_result_model(const mlp_trainer *run, const mlpi_members *members,
                             const mlp_train_report *report, mlp_model **model, mlp_error *err);

/* diagnosis.c */

/** Fills in the findings, from the metrics of the report and the network as mlpi_result_report
 * leaves it. */
mlp_status mlpi_diagnose(const mlp_trainer *run, mlp_train_report *report, mlp_error *err);

#endif
