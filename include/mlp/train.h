/* SPDX-License-Identifier: MIT */
/* Training: from a table to a model. */
#ifndef MLP_TRAIN_H
#define MLP_TRAIN_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/model.h"
#include "mlp/table.h"

MLP_BEGIN_DECLS

#define MLP_BATCH_FULL SIZE_MAX
#define MLP_VALIDATION_AUTO (-1.0)
#define MLP_MEMORY_ANY SIZE_MAX

/** One epoch's news. */
typedef struct mlp_progress {
    size_t epoch, epochs;   /**< 1-based; the most there can be */
    double seconds;         /**< since training began */
    double learning_rate;   /**< of the last step; NaN with full-batch methods */
    double training_loss;   /**< mean over the epoch's batches, as their steps saw it: with dropout
                                 and input noise, without the terms of L2 and L1 */
    double validation_loss; /**< NaN without validation */
    double validation_metric; /**< accuracy, or RMSE in the target's units (mean over targets); NaN
                                 without */
    bool best;                /**< best so far */
    size_t rows;              /**< training rows seen in this epoch */
} mlp_progress;

#define MLP_L2_AUTO (-1.0)
#define MLP_FACTOR_AUTO (-1.0)

/** What to train and how. Start from mlp_train_options_default(). Strings are only read. */
typedef struct mlp_train_options {
    mlp_names targets;     /**< names or 1-based numbers; empty: "label" for IDX, else an error */
    mlp_task task;         /**< AUTO */
    mlp_names drop;        /**< columns not to use */
    mlp_names categorical; /**< columns to take as categories */
    mlp_names numeric;     /**< columns to take as numbers */
    /** How columns become inputs: "COLUMN=NAME" or "COLUMN=NAME:NUMBER"; COLUMN is a name, or all,
     * numeric or categorical. Numbers: standard (the default), min-max, robust, quantile-normal,
     * log, yeo-johnson, piecewise-linear. Categories: one-hot (the default up to 1000 categories),
     * pooled, ordinal, target, hashing (the default for more). docs/transforms.md has formulas and
     * numbers */
    mlp_names transforms;
    mlp_names fills; /**< what a missing number becomes: "COLUMN=mean" (the default),
                        "COLUMN=median" or "COLUMN=NUMBER" */
    const char
        *target_transform; /**< regression: one of the invertible transforms of numbers, "NAME"
                                     or "NAME:NUMBER"; predictions are in units all the same. NULL:
                                     standard; counts are not scaled */
    /** goes on from this model: its layers (hidden and activation are not looked at), columns,
     * scaling, labels and weights; its loss and output activation where they are "auto". The data
     * must have its columns. With restarts every run begins with it. NULL: begins anew */
    const mlp_model *initial;
    const char *hidden;     /**< "64,32"; "300:tanh,100:relu"; "none". Default "96,48" */
    const char *activation; /**< of hidden layers without their own. Default "auto": relu; tanh
                               below 1000 training rows with a validation part, and with
                               "levenberg-marquardt" and "bayesian" */
    const char *output_activation; /**< "auto": logistic / softmax / linear by task and loss */
    const char *loss;   /**< "auto": binary-cross-entropy (2 labels), cross-entropy, quadratic
                           (regression); others: "hinge"; of regression "absolute", "huber",
                           "quantile", "poisson" (counts, which are not standardised) */
    double huber_delta; /**< of the Huber loss, in standard deviations of the target. Default 1 */
    const char *quantiles;  /**< levels of the quantile loss: "0.1,0.5,0.9". Default NULL: 0.5 */
    double label_smoothing; /**< E: labels of the training part count as 1 - E and E spread over all
                               labels, 0..0.5. Default 0 */
    const char *optimizer;  /**< "adam", "adamw", "nadam", "rmsprop", "sgd", "momentum", "nesterov",
                               "gradient-descent", "irprop", "scg", "lbfgs", "levenberg-marquardt",
                               "bayesian". Default "adam" */
    double learning_rate;   /**< alpha > 0; 0: the optimizer's default */
    const char *schedule;   /**< of the learning rate: "constant", "step", "exponential", "cosine",
                               "one-cycle", "plateau". Default "constant" */
    double schedule_factor; /**< what step, exponential and plateau multiply by; the lowest share of
                               cosine, the first of one-cycle; 0..1. Default MLP_FACTOR_AUTO: by the
                               schedule */
    double schedule_period; /**< epochs: between two steps, of a cosine until it begins anew,
                               without a better validation for plateau; 0: by the schedule */
    double warm_up;         /**< epochs in which the rate rises to its full height. Default 0 */
    double momentum;        /**< for momentum and nesterov, 0..1. Default 0.9 */
    double weight_decay;    /**< lambda of adamw. Default 0.01 */
    double l2; /**< adds (l2 / 2) * sum of squared weights (no biases) to E. Default MLP_L2_AUTO:
                  0.0003; without a validation part, or with
               gradient-descent, which is as the lecture has it, 0 */
    double l1; /**< adds l1 * sum of absolute weights (no biases) to E, 0..1e6. This and the next
                  four are for update rules, not for full-batch methods. Default 0 */
    double dropout;     /**< probability, 0..0.95, that a hidden neuron is left out of a step; those
                           kept are divided by the probability to be kept (N. Srivastava et al.
                           2014). Default 0 */
    double input_noise; /**< standard deviation, 0..1000, of normal noise on every encoded input of
                           a step: 1 is that of a numeric column (C. Bishop 1995). Default 0 */
    double clip_norm;   /**< a longer gradient of the loss, penalties not included, is scaled down
                           to this norm, 0..1e9 (R. Pascanu et al. 2013); 0: never. Default 0 */
    double max_norm;    /**< after each step a neuron's incoming weights (no bias) longer than this
                           are scaled down to it, 0..1e9 (N. Srebro et al. 2005); 0: never.
                           Default 0 */
    bool batch_norm; /**< update rules only: in a step, hidden layers are normalised over its rows
                        (S. Ioffe, C. Szegedy 2015). The model's network is plain: averages over
                        the steps are within its weights and biases. Default false */
    size_t batch;  /**< rows per step; 0: by the number of rows; MLP_BATCH_FULL (gradient-descent is
                      always full) */
    size_t epochs; /**< at most; 0: 200 (gradient-descent 2000) */
    /** part of the rows kept for validation, 0..0.9; 0: none. Default MLP_VALIDATION_AUTO: the
     * table's validation part (mlp_table_has_parts), 0.15 without one (with "bayesian" none).
     * Ignored with a validation table */
    double validation;
    const char *validation_group; /**< column: rows that share a text in it are on the same side of
                                     that division. It is no input. NULL: none */
    const char *validation_time;  /**< column: the last part in its order validates (numbers, else
                                     by text, as ISO 8601 dates are; the same time is on the same
                                     side). No input unless categorical or numeric names it. NULL:
                                     none */
    const char *weight_column; /**< column of numbers from 0: how much a row counts in training and
                                  validation loss. Metrics do not use it, models do not need it. It
                                  is no input. NULL: none */
    const char *class_weights; /**< how much a label counts in both losses: "none"; "balanced":
                                  n / (K n_k) for n_k of n training rows; "LABEL=WEIGHT,...", others
                                  1. Weights of rows and labels are multiplied and scaled to mean 1
                                  in each part. Default "none" */
    size_t patience;           /**< stop after so many epochs without a better validation; 0: never.
                                  Default 20 */
    const char
        *metric; /**< what better means: "loss" or a metric of mlp_evaluate that fits the task
                    ("accuracy", "auc", "mae", ...). Default "loss" */
    double generalisation_loss; /**< per cent: stop when, at the end of five epochs, the validation
                                   loss is so much above its least so far (L. Prechelt 1994, GL); 0:
                                   never. Default 0 */
    double min_change;          /**< how much better it must be to count, 0 or more. Default 0 */
    size_t restarts; /**< so many trainings from first weights of their own; the best is kept.
                              Default 1 */
    size_t members;  /**< so many networks from first weights of their own answer together: the
                              mean of their outputs (L. K. Hansen, P. Salamon 1990). Default 1 */
    uint64_t seed;   /**< of the split, initial weights and order. Default 1 */
    const char *precision;   /**< of products while training: "float" or "bf16". Default "float" */
    int threads;             /**< 0: all cores. The result does not depend on it */
    const char *checkpoint;  /**< file that keeps the whole state of the run, written every
                                  `checkpoint_every`  epochs and at the end; NULL: none */
    size_t checkpoint_every; /**< epochs; 0: by minutes alone. Default 10 */
    double checkpoint_minutes; /**< also when so many minutes have passed; 0: no. Default 0 */
    bool resume; /**< go on from the checkpoint when the file is there: the model becomes, byte for
                    byte, what it would have become without the stop. Its epochs and patience may
                    differ */
    /** bytes: encoded rows lie in shards of a file without a name, of which some are in memory at a
     * time, so that a table of mlp_table_read_large trains in as much memory. An order of the rows
     * of its own comes with it: the model is not the one of 0, but the same whatever the number.
     * Each row validates by a draw of its own. For update rules, without weights of rows or labels.
     * Where training needs more MLP_ERROR_MEMORY says how much. MLP_MEMORY_ANY: as much as it
     * needs. Default 0: all rows in memory */
    size_t memory;
    const char *scratch; /**< folder of the shards; NULL: that of TMPDIR, or /var/tmp */
    size_t shard;   /**< bytes of a shard, about; another size is another order of the rows. 0: 16
                            MiB */
    bool surrogate; /**< straight-through derivative 1 for |h| <= 1 in hidden step and sign layers.
                       Default false */
    bool (*progress)(const mlp_progress *now, void *context); /**< after each epoch; false: stop
                                                                  here. NULL: none */
    void (*notice)(const char *sentence,
                   void *context); /**< plain words before and after training; NULL: none */
    void *context;
    const char *command;  /**< the command that trains this model, to be kept in its file; NULL: not
                            known. Default NULL */
    const mlp_flag *stop; /**< not 0: stop after the current batch, or within the current step of a
                             full-batch method; looked at by all threads. NULL: none */
    /** within a long step of a full-batch method, some times a second, by the thread that trains:
     * the share of the step that is done, 0..1, about; false: stop here. NULL: none */
    bool (*working)(double share, void *context);
} mlp_train_options;

MLP_API mlp_train_options mlp_train_options_default(void);

/** Sets an option by its name on the command line ("learning-rate", with or without "--") from
 * text. A text option keeps the pointer. Errors: MLP_ERROR_ARGUMENT (no such option, with the
 * nearest name; out of range, with the range). */
MLP_API mlp_status mlp_train_options_set(mlp_train_options *options, const char *name,
                                         const char *text, mlp_error *err);

/** Why training ended: a result, not an error. */
typedef enum mlp_stop_reason {
    MLP_STOP_EPOCHS = 0,  /**< all epochs done */
    MLP_STOP_PATIENCE,    /**< no better validation for `patience` epochs */
    MLP_STOP_INTERRUPTED, /**< the caller asked */
    MLP_STOP_DIVERGED, /**< the loss was no longer finite; the best weights before that are kept */
    MLP_STOP_NO_GRADIENT, /**< the output layer is a threshold: no gradient reaches any parameter */
    MLP_STOP_CONVERGED,   /**< a full-batch method is at a minimum, as near as double allows */
    MLP_STOP_GENERALISATION /**< the validation loss is `generalisation_loss` above its least */
} mlp_stop_reason;

MLP_API const char *mlp_stop_reason_name(mlp_stop_reason reason);

/** Something that training should be told about. Names (mlp_finding_name) never change. */
typedef enum mlp_finding_kind {
    MLP_FINDING_DIVERGED = 0,    /**< the loss was no longer a number */
    MLP_FINDING_NO_BETTER,       /**< no better than the answer that ignores the inputs */
    MLP_FINDING_RATE_TOO_LARGE,  /**< the training loss rose and rose */
    MLP_FINDING_RATE_TOO_SMALL,  /**< the training loss fell steadily and hardly at all */
    MLP_FINDING_PLATEAU,         /**< the training loss did not move */
    MLP_FINDING_NOT_FINISHED,    /**< the last epoch was the best */
    MLP_FINDING_FEW_VALIDATION,  /**< too few validation rows to judge by */
    MLP_FINDING_OVERFITTING,     /**< far better on training than on validation rows */
    MLP_FINDING_DEAD_UNITS,      /**< neurons of a layer whose derivative is 0 for every row */
    MLP_FINDING_SATURATED_UNITS, /**< neurons whose derivative is nearly 0 for nearly every row */
    MLP_FINDING_VANISHING_GRADIENT, /**< dual activations shrink on their way back */
    MLP_FINDING_EXPLODING_GRADIENT, /**< they grow */
    MLP_FINDING_LEAKAGE,            /**< a column gives the target away */
    MLP_FINDING_COUNT
} mlp_finding_kind;

#define MLP_MOST_FINDINGS 12

typedef struct mlp_finding {
    mlp_finding_kind kind;
    size_t layer;       /**< from 1; 0: of the whole network */
    double value;       /**< the figure that tells: a share, a ratio, a number of rows */
    char sentence[320]; /**< what is the matter, and what to try */
} mlp_finding;

/** "diverged", "dead-units", ...; NULL when there is no such kind. */
MLP_API const char *mlp_finding_name(mlp_finding_kind kind);

/** What training did. `baseline_*`: the answer that ignores the inputs (most frequent label, mean).
 */
typedef struct mlp_train_report {
    mlp_stop_reason reason;
    size_t rows_training, rows_validation, rows_skipped; /**< skipped: rows without a target */
    size_t epochs, best_epoch, batch;
    size_t restart; /**< of those asked for, the one that was best, from 1 */
    double seconds, learning_rate;
    double training_loss, validation_loss;     /**< of the best weights */
    double training_metric, validation_metric; /**< accuracy, or RMSE in the target's units */
    double baseline_metric; /**< on the validation part (training part without one) */
    size_t parameters;
    double effective_parameters; /**< of "bayesian": how many the data determine (MacKay 1992); NaN
                                    otherwise */
    mlp_task task;
    char checkpoint_failure[320]; /**< why the last checkpoint could not be written, as a sentence
                                     without its stop; "" when it could, or none was asked for */
    size_t finding_count;         /**< the diagnosis, gravest first; also told by `notice` */
    mlp_finding finding[MLP_MOST_FINDINGS];
} mlp_train_report;

/** Trains a model on `table`. `validation` (nullable): a table of its own (of one with parts only
 * the validation part), else a stratified part of `table` is taken by options->validation. Test
 * rows of a table with parts are never seen. Always the best weights are returned (by validation
 * loss; without validation by the training loss with its penalties). The read options that the
 * table was read with are kept in the model. `report` may be NULL. Free the model with
 * mlp_model_free. Errors: MLP_ERROR_ARGUMENT, MLP_ERROR_DATA, MLP_ERROR_MEMORY,
 * MLP_ERROR_INTERRUPTED. */
MLP_API mlp_status mlp_train(const mlp_table *table, const mlp_table *validation,
                             const mlp_train_options *options, mlp_model **model,
                             mlp_train_report *report, mlp_error *err);

/** mlp_train for a table whose rows are not needed afterwards: they leave the memory as they are
 * encoded, so that the largest of both is what training needs. Whatever it returns, only
 * mlp_table_free may be called for the table then, and what tells of its columns. */
MLP_API mlp_status mlp_train_spending(mlp_table *table, const mlp_table *validation,
                                      const mlp_train_options *options, mlp_model **model,
                                      mlp_train_report *report, mlp_error *err);

/* --- owning the loop ---------------------------------------------------------------------------
 *
 *     mlp_trainer *trainer = NULL;
 *     if (mlp_trainer_create(table, NULL, &options, &trainer, &err) == MLP_OK) {
 *         while (mlp_trainer_step(trainer, &now))
 *             look_at(&now);
 *         mlp_trainer_model(trainer, &model, &report, &err);
 *         mlp_trainer_free(trainer);
 *     }
 */

/** A training under way. Opaque; of one thread at a time. */
typedef struct mlp_trainer mlp_trainer;

/** Everything before the first epoch: options checked, data encoded, first weights drawn, a
 * checkpoint taken up with `resume`. The tables, and what the options point to, must outlive the
 * trainer. Errors as mlp_train. Free with mlp_trainer_free. */
MLP_API mlp_status mlp_trainer_create(const mlp_table *table, const mlp_table *validation,
                                      const mlp_train_options *options, mlp_trainer **trainer,
                                      mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_trainer_free(mlp_trainer *trainer);
/** One epoch of a rule, one step of a full-batch method, then a judgement, whose news `progress`
 * (nullable) gets. Returns false when there is a reason to stop; where `stop` or `working` came
 * within a step of a full-batch method, the step is as if it had not begun. A checkpoint that
 * cannot be written does not end the run: `notice` tells it once, and so does the report. */
MLP_API bool mlp_trainer_step(mlp_trainer *trainer, mlp_progress *progress);
/** A model of its own with the best weights so far, and (nullable) how good they are. May be asked
 * for at any time and again. Free the model with mlp_model_free. Errors: MLP_ERROR_DATA (diverged
 * before any epoch ended well), MLP_ERROR_INTERRUPTED (stopped before the first one ended),
 * MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_trainer_model(mlp_trainer *trainer, mlp_model **model,
                                     mlp_train_report *report, mlp_error *err);

/** A learning-rate range test (L. N. Smith 2017): steps whose rate grows from 1e-6 to 10. */
typedef struct mlp_rate_range {
    size_t count;     /**< steps done: fewer than planned when the loss ran away */
    double *rate;     /**< of each step */
    double *loss;     /**< smoothed: exponential mean, unbiased, of the batches' losses */
    double suggested; /**< where the loss falls fastest with the logarithm of the rate; NaN when it
                         never falls */
} mlp_rate_range;

/** Runs it with the first weights and batches that mlp_train would use; only update rules have a
 * rate. The caller's; mlp_rate_range_release. Errors as mlp_train. */
MLP_API mlp_status mlp_rate_range_measure(const mlp_table *table, const mlp_table *validation,
                                          const mlp_train_options *options, mlp_rate_range *range,
                                          mlp_error *err);
MLP_API void mlp_rate_range_release(mlp_rate_range *range);

/** The gradient check: engine and reference against central differences of the reference. */
typedef struct mlp_gradient_check {
    double engine_error; /**< |g_engine - g_reference| / |g_reference|, norms over all parameters */
    double reference_error; /**< |g_reference - differences| / |differences| over the parameters
                               checked */
    size_t parameters,
        checked; /**< all; those compared with differences (evenly spaced, at most `limit`) */
    /** flat index of the parameter with the largest difference engine - differences */
    size_t worst;
    size_t worst_layer, worst_row, worst_column; /**< 1-based; column 0: the bias of that neuron */
    double worst_engine, worst_difference;       /**< its two values */
    size_t kinks; /**< parameters left out: a non-smooth activation or loss changes side within the
                     step */
    bool passed;  /**< engine_error <= 1e-4 and reference_error <= 1e-6 */
} mlp_gradient_check;

/** Checks the gradient of the model's network on encoded rows (at most the first `rows` of them).
 * `limit` 0: all parameters. */
MLP_API mlp_status mlp_check_gradient(const mlp_model *model, const mlp_encoded *encoded,
                                      size_t rows, size_t limit, mlp_gradient_check *check,
                                      mlp_error *err);

MLP_END_DECLS

#endif
