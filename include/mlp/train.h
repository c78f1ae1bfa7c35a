/* SPDX-License-Identifier: MIT */
/* Training: from a table to a model. */
#ifndef MLP_TRAIN_H
#define MLP_TRAIN_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/model.h"
#include "mlp/options.h"
#include "mlp/table.h"

MLP_BEGIN_DECLS

/** Why training ended: a result, not an error. */
typedef enum mlp_stop_reason {
    MLP_STOP_EPOCHS = 0,  /**< all epochs are done */
    MLP_STOP_PATIENCE,    /**< validation has not improved for `patience` epochs */
    MLP_STOP_INTERRUPTED, /**< the caller stopped the training */
    MLP_STOP_DIVERGED, /**< the loss was no longer finite; the best weights before that are kept */
    MLP_STOP_NO_GRADIENT, /**< the output layer is a threshold: no gradient reaches any parameter */
    MLP_STOP_CONVERGED,   /**< a full-batch method is at a minimum, as closely as double allows */
    MLP_STOP_GENERALISATION, /**< the validation loss is `generalisation-loss` percent above its
                                  lowest */
    MLP_STOP_TIME            /**< the time that the option `time` allows is over */
} mlp_stop_reason;

MLP_API const char *mlp_stop_reason_name(mlp_stop_reason reason);

/** A problem that the diagnosis after training can find. Names (mlp_finding_name) never change. */
typedef enum mlp_finding_kind {
    MLP_FINDING_DIVERGED = 0, /**< the loss was no longer a number */
    MLP_FINDING_NO_BETTER, /**< no better than the baseline, or very few training rows and not all
                                of them learnt */
    MLP_FINDING_RATE_TOO_LARGE,     /**< the training loss rose again and again */
    MLP_FINDING_RATE_TOO_SMALL,     /**< the training loss fell steadily, but hardly at all */
    MLP_FINDING_PLATEAU,            /**< the training loss did not move */
    MLP_FINDING_NOT_FINISHED,       /**< the last epoch was the best */
    MLP_FINDING_FEW_VALIDATION,     /**< too few validation rows to rely on */
    MLP_FINDING_OVERFITTING,        /**< far better on training than on validation rows */
    MLP_FINDING_DEAD_UNITS,         /**< a layer has neurons whose derivative is 0 for every row */
    MLP_FINDING_SATURATED_UNITS,    /**< a layer has neurons whose derivative is nearly 0 for nearly
                                         every row */
    MLP_FINDING_VANISHING_GRADIENT, /**< deltas shrink on their way back */
    MLP_FINDING_EXPLODING_GRADIENT, /**< deltas grow on their way back */
    MLP_FINDING_LEAKAGE, /**< a column gives the target away, or a random split separates rows that
                              belong together */
    MLP_FINDING_COUNT
} mlp_finding_kind;

#define MLP_MOST_FINDINGS 12

typedef struct mlp_finding {
    mlp_finding_kind kind;
    size_t layer;       /**< the layer, from 1; 0: the whole network */
    double value;       /**< the number behind the finding: a share, a ratio, a number of rows */
    char sentence[320]; /**< what is wrong, and what to try */
} mlp_finding;

/** "diverged", "dead-units", ...; NULL: there is no such kind. */
MLP_API const char *mlp_finding_name(mlp_finding_kind kind);

/** The result of training. `baseline_*`: values of the answer that ignores the inputs (the most
 * frequent label, the mean). */
typedef struct mlp_train_report {
    mlp_stop_reason reason;
    size_t rows_training, rows_validation, rows_skipped; /**< skipped: rows without a target */
    size_t epochs, best_epoch, batch;
    size_t restart; /**< the number of the restart that was best, from 1 */
    double seconds, learning_rate;
    double training_loss, validation_loss;     /**< the losses with the best weights */
    double training_metric, validation_metric; /**< accuracy, or RMSE in the target's units */
    double baseline_metric; /**< the baseline's metric on the validation rows; without them, on the
                                 training rows */
    double training_log_loss, validation_log_loss; /**< classification: mean of -ln p(true label),
                                                        without the weights of rows; else NaN */
    double baseline_log_loss;  /**< the baseline's log loss on the rows of baseline_metric: with the
                                    frequencies of the training labels, or with equal frequencies
                                    where these are better */
    const char *criterion;     /**< the metric that the option `metric` names; NULL: the loss */
    double criterion_value;    /**< the criterion's value for the best weights, on the rows of
                                    baseline_metric */
    double criterion_baseline; /**< the criterion's value for the baseline; NaN: there is none */
    /** The number of folds into which the rows were divided. Validation then uses predictions out
     * of fold: those for each row come from the networks that never saw the row. 0: a part of the
     * rows validated. */
    size_t folds;
    size_t parameters;
    double effective_parameters; /**< with "bayesian", how many parameters the data determine
                                      (MacKay 1992); else NaN */
    mlp_task task;
    char checkpoint_failure[320]; /**< why the last checkpoint could not be written, as a sentence
                                       without its full stop; "" when it was written, or none was to
                                       be written */
    size_t finding_count; /**< the number of findings of the diagnosis, the gravest first; `notice`
                               is called with the sentence of each, too */
    mlp_finding finding[MLP_MOST_FINDINGS];
} mlp_train_report;

/** Trains a model on `table`. `validation` (nullable): a table whose rows validate (if it has
 * parts, only those of its validation part); NULL: rows of `table` validate, a stratified part or
 * each fold in turn, as the options say. If `table` has parts, training never sees its test rows.
 * The model always has the best weights: those with the best `metric` (by default the lowest loss)
 * on the rows that validate; without validation, those with the lowest training loss, penalties
 * included. The model keeps the read options of the table. `report` may be NULL. Free the model
 * with mlp_model_free. Errors: MLP_ERROR_ARGUMENT, MLP_ERROR_DATA, MLP_ERROR_MEMORY,
 * MLP_ERROR_INTERRUPTED. */
MLP_API mlp_status mlp_train(const mlp_table *table, const mlp_table *validation,
                             const mlp_train_options *options, mlp_model **model,
                             mlp_train_report *report, mlp_error *err);

/** mlp_train for a table whose rows are not needed afterwards: each row is freed once it is
 * encoded, so that training needs memory for the larger of the table and the encoded rows, and not
 * for both. After the call, whatever it returns, the table may only be freed (mlp_table_free) or
 * queried for its columns. */
MLP_API mlp_status mlp_train_spending(mlp_table *table, const mlp_table *validation,
                                      const mlp_train_options *options, mlp_model **model,
                                      mlp_train_report *report, mlp_error *err);

/* --- owning the loop ---------------------------------------------------------------------------
 *
 *     mlp_trainer *trainer = NULL;
 *     if (mlp_trainer_create(table, NULL, options, &trainer, &err) == MLP_OK) {
 *         while (mlp_trainer_step(trainer, &now))
 *             look_at(&now);
 *         mlp_trainer_model(trainer, &model, &report, &err);
 *         mlp_trainer_free(trainer);
 *     }
 */

/** A training run in progress. Opaque; only one thread at a time may use it. */
typedef struct mlp_trainer mlp_trainer;

/** Does everything before the first epoch: checks the options, encodes the data, draws the initial
 * weights, and with `resume` loads the checkpoint. The tables, the options, and what the options
 * point to must outlive the trainer. Errors: those of mlp_train. Free with mlp_trainer_free. */
MLP_API mlp_status mlp_trainer_create(const mlp_table *table, const mlp_table *validation,
                                      const mlp_train_options *options, mlp_trainer **trainer,
                                      mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_trainer_free(mlp_trainer *trainer);
/** Does one epoch of an update rule, or one step of a full-batch method, then an evaluation, whose
 * results `progress` (nullable) receives. Returns false when there is a reason to stop. If `stop`
 * or `working` ends a step of a full-batch method halfway, the step is undone. A checkpoint that
 * cannot be written does not end the run: `notice` is called once about it, and the report holds
 * the reason. */
MLP_API bool mlp_trainer_step(mlp_trainer *trainer, mlp_progress *progress);
/** Makes an independent model with the best weights so far, and fills `report` (nullable). May be
 * called at any time and more than once. Free the model with mlp_model_free. Errors: MLP_ERROR_DATA
 * (diverged before any epoch had a finite loss), MLP_ERROR_INTERRUPTED (stopped before the first
 * epoch ended), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_trainer_model(mlp_trainer *trainer, mlp_model **model,
                                     mlp_train_report *report, mlp_error *err);

/** The number of floats of the state that the update rule has accumulated (velocity, means of
 * gradients or of their squares), in an order of the library's own; 0 for rules without such a
 * state and for full-batch methods. A run on other rows, or at another learning rate, can continue
 * with this state where `initial` is the model so far: many runs of one epoch each then form one
 * training. */
MLP_API size_t mlp_trainer_moments_size(const mlp_trainer *trainer);
/** Writes mlp_trainer_moments_size floats to the caller's `moments`; returns the number of steps so
 * far, those of earlier runs included. With ranks (mlp/ranks.h), only the last rank has the state
 * until the run has ended without being stopped. */
MLP_API uint64_t mlp_trainer_moments(const mlp_trainer *trainer, float *moments);
/** Continues with the state that the same rule accumulated for the same layers
 * (mlp_trainer_moments_size floats, copied) in `steps` steps. On failure the trainer is as it was
 * created. Errors: MLP_ERROR_ARGUMENT (an epoch has been done, a full-batch method, or
 * `checkpoint`, which does not keep the earlier steps), MLP_ERROR_DATA (numbers that are not
 * finite, or means of squares below 0). */
MLP_API mlp_status mlp_trainer_set_moments(mlp_trainer *trainer, const float *moments,
                                           uint64_t steps, mlp_error *err);

/** A learning-rate range test (Smith 2017): steps whose rate grows from 1e-6 to 10. */
typedef struct mlp_rate_range {
    size_t count;     /**< the number of steps; fewer than planned when the loss diverged */
    double *rate;     /**< the learning rate of each step */
    double *loss;     /**< the loss of each step's batch, smoothed by an exponential mean that is
                           corrected for its bias */
    double suggested; /**< the rate at which the loss falls fastest with the logarithm of the rate;
                           NaN when it never falls */
} mlp_rate_range;

/** Runs the test with the initial weights and batches that mlp_train would use; only for update
 * rules, since no other method has a learning rate. Release the result with mlp_rate_range_release.
 * Errors: those of mlp_train. */
MLP_API mlp_status mlp_rate_range_measure(const mlp_table *table, const mlp_table *validation,
                                          const mlp_train_options *options, mlp_rate_range *range,
                                          mlp_error *err);
MLP_API void mlp_rate_range_release(mlp_rate_range *range);

/** The gradient check: the engine is compared with the reference, and the reference with central
 * differences of itself. */
typedef struct mlp_gradient_check {
    double engine_error; /**< |g_engine - g_reference| / |g_reference|, norms over all parameters */
    double reference_error; /**< |g_reference - differences| / |differences| over the parameters
                                 that were checked */
    /** the number of all parameters, and of those that were compared with differences (evenly
     * spaced, at most `limit`) */
    size_t parameters, checked;
    /** flat index of the parameter for which the engine and the differences disagree most */
    size_t worst;
    /** the position of `worst`, counted from 1; column 0: the bias of that neuron */
    size_t worst_layer, worst_row, worst_column;
    /** the derivative for `worst` by the engine, and by differences */
    double worst_engine, worst_difference;
    size_t kinks; /**< the number of parameters left out because a non-smooth activation or loss has
                       a corner within the step */
    bool passed;  /**< engine_error <= 1e-4 and reference_error <= 1e-6 */
} mlp_gradient_check;

/** Checks the gradient of the model's network on the first `rows` encoded rows, or on all if there
 * are fewer. `limit`: how many parameters are compared with differences, evenly spaced; 0: all. */
MLP_API mlp_status mlp_check_gradient(const mlp_model *model, const mlp_encoded *encoded,
                                      size_t rows, size_t limit, mlp_gradient_check *check,
                                      mlp_error *err);

MLP_END_DECLS

#endif
