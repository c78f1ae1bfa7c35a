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
    MLP_STOP_EPOCHS = 0,  /**< all epochs done */
    MLP_STOP_PATIENCE,    /**< no better validation for `patience` epochs */
    MLP_STOP_INTERRUPTED, /**< the caller asked */
    MLP_STOP_DIVERGED, /**< the loss was no longer finite; the best weights before that are kept */
    MLP_STOP_NO_GRADIENT, /**< the output layer is a threshold: no gradient reaches any parameter */
    MLP_STOP_CONVERGED,   /**< a full-batch method is at a minimum, as near as double allows */
    MLP_STOP_GENERALISATION, /**< the validation loss is `generalisation_loss` above its least */
    MLP_STOP_TIME            /**< the option `time` is over */
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
    MLP_FINDING_FEW_VALIDATION,  /**< too few validation rows to rely on */
    MLP_FINDING_OVERFITTING,     /**< far better on training than on validation rows */
    MLP_FINDING_DEAD_UNITS,      /**< neurons of a layer whose derivative is 0 for every row */
    MLP_FINDING_SATURATED_UNITS, /**< neurons whose derivative is nearly 0 for nearly every row */
    MLP_FINDING_VANISHING_GRADIENT, /**< deltas shrink on their way back */
    MLP_FINDING_EXPLODING_GRADIENT, /**< they grow */
    MLP_FINDING_LEAKAGE, /**< a column gives the target away, or a lot divides rows that belong
                            together */
    MLP_FINDING_COUNT
} mlp_finding_kind;

#define MLP_MOST_FINDINGS 12

typedef struct mlp_finding {
    mlp_finding_kind kind;
    size_t layer;       /**< from 1; 0: of the whole network */
    double value;       /**< the number that tells: a share, a ratio, a number of rows */
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
    double training_log_loss, validation_log_loss; /**< classification: mean of -ln p(true label),
                                       of rows without weights; else NaN */
    double baseline_log_loss; /**< of the frequencies of the training labels, or of equal ones where
                                 they are better, on the part that baseline_metric is of */
    const char *criterion;    /**< the metric that the option metric asked for; NULL: the loss */
    double criterion_value;   /**< of the best weights, on the same part */
    double criterion_baseline; /**< of the answer that ignores the inputs; NaN: it has none */
    /** Into how many folds the rows were divided: validation is then of answers out of fold, for
     * each row by the networks that never saw it. 0: a part of the rows validated. */
    size_t folds;
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
/** One epoch of a rule, one step of a full-batch method, then an evaluation, whose news `progress`
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

/** What the update rule has gathered: velocity, means of gradients or of their squares. A run on other
 * rows, or at another learning rate, goes on with it where `initial` is the model so far: many calls
 * of an epoch each are one training then. How many floats that is, in an order of the library's
 * own: 0 for rules without, and for full-batch methods. */
MLP_API size_t mlp_trainer_moments_size(const mlp_trainer *trainer);
/** Writes so many floats to `moments`, the caller's; returns how many steps have been, those of the
 * runs before included. Of ranks (mlp/ranks.h) the last one alone has them, until the run has ended without being stopped. */
MLP_API uint64_t mlp_trainer_moments(const mlp_trainer *trainer, float *moments);
/** Takes up what the same rule gathered for the same layers (mlp_trainer_moments_size floats, copied)
 * in `steps` steps. Errors, after which the trainer is as it was made: MLP_ERROR_ARGUMENT (an epoch
 * has been, a full-batch method, or a checkpoint, which does not keep the steps before),
 * MLP_ERROR_DATA (numbers that are not finite, or means of squares below 0). */
MLP_API mlp_status mlp_trainer_set_moments(mlp_trainer *trainer, const float *moments,
                                           uint64_t steps, mlp_error *err);

/** A learning-rate range test (Smith 2017): steps whose rate grows from 1e-6 to 10. */
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
