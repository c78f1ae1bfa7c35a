/* SPDX-License-Identifier: MIT */
/* How good predictions are. */
#ifndef MLP_EVALUATE_H
#define MLP_EVALUATE_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/model.h"

MLP_BEGIN_DECLS

/** Predictions next to the truth, row by row, to be evaluated or drawn. Made by mlp_model_outcomes,
 * or by the caller from its own arrays. */
typedef struct mlp_outcomes {
    mlp_task task;
    size_t rows, width; /**< width: the number of labels, or of targets */
    size_t *label;      /**< classification: the true label of each row, 0..width-1; else NULL */
    size_t *predicted;  /**< classification: the predicted label of each row, MLP_NO_LABEL where
                             there is none; else NULL */
    double *values;     /**< rows x width: probabilities, or predictions in the targets' units (with
                             quantiles, those of the level nearest to 0.5) */
    double *truth;      /**< regression: rows x width, in the targets' units; else NULL */
    double *loss;       /**< the network's loss for each row; NULL: not known */
    size_t levels;      /**< the number of quantile levels of each target; 0: none */
    double *level;      /**< the levels, ascending; NULL without levels */
    double *quantile;   /**< rows x width x levels, in the targets' units; NULL without levels */
} mlp_outcomes;

/** Predicts a table that has the targets. Release with mlp_outcomes_release. Errors: those of
 * mlp_model_encode. */
MLP_API mlp_status mlp_model_outcomes(const mlp_model *model, const mlp_table *table, int threads,
                                      mlp_outcomes *outcomes, mlp_error *err);
/** mlp_model_outcomes for data encoded with their targets, which are copied; for a caller that
 * needs the inputs too. */
MLP_API mlp_status mlp_model_outcomes_encoded(const mlp_model *model, const mlp_encoded *encoded,
                                              int threads, mlp_outcomes *outcomes, mlp_error *err);
MLP_API void mlp_outcomes_release(mlp_outcomes *outcomes);

/** The metrics of one evaluation. Those that do not apply are NaN. */
typedef struct mlp_evaluation {
    mlp_task task;
    size_t rows, labels, targets;
    size_t unanswered, first_unanswered; /**< the number of rows without a prediction (see
                                              mlp_predictions), and the first of them; they count as
                                              wrong, and make metrics of probabilities and of values
                                              NaN */
    double loss;                         /**< the network's mean loss E on these rows */
    double accuracy, log_loss, macro_f1; /**< classification */
    double balanced_accuracy;            /**< mean recall of the labels that occur */
    double auc; /**< area under the ROC curve: with two labels, of the second; with up to
                     MLP_AUC_LABELS, the mean over the labels of each against the others */
    double mcc, kappa, weighted_f1;        /**< mcc and kappa: corrected for chance; weighted_f1:
                                                weighted by true rows */
    double top_3_accuracy, top_5_accuracy; /**< the share of rows whose label is among the 3 or 5
                                                most probable; only with more labels than that */
    /** with two labels, for the label that is looked for (mlp_evaluator_look_for) */
    double average_precision;
    double brier;             /**< mean squared error of the probabilities: with two labels, of the
                                   second; else summed over the labels */
    double calibration_error; /**< expected calibration error in MLP_CALIBRATION_BINS bins of equal
                                   width: with two labels, of the second; else of the confidence */
    double log_likelihood;    /**< sum of ln p(true label) */
    double baseline_accuracy; /**< accuracy of always answering the most frequent label of these
                                   rows */
    double baseline_log_loss; /**< log loss of always answering the frequencies of the labels of
                                   these rows */
    double rmse, mae, r2;     /**< regression; with several targets, the mean over them */
    double median_absolute_error, explained_variance;
    double mape;          /**< mean of |error| / |truth| over the rows whose truth is not 0 */
    size_t zero_targets;  /**< the number of target values that are 0, which mape leaves out */
    double baseline_rmse; /**< RMSE of always answering the mean of these rows */
    double pinball_loss;  /**< quantiles: mean over rows, targets and levels, in the targets'
                               units */
    /** For the interval from the lowest to the highest of two or more quantile levels, both ends
     * included: the share of rows whose truth lies in it, which should equal the difference of
     * these two levels; and its mean width in the targets' units. With several targets, the mean
     * over them. */
    double interval_coverage, interval_width;
    size_t *confusion; /**< labels x labels, row: true label, column: predicted label; else NULL */
    double *precision, *recall, *f1;              /**< per label; NULL in regression */
    double *target_rmse, *target_mae, *target_r2; /**< per target; NULL in classification */
    size_t levels;                                /**< the number of quantile levels; 0: none */
    double *level_pinball, *level_coverage; /**< targets x levels; coverage: the share of rows at or
                                                 below the quantile, which should be the level; NULL
                                                 without levels */
} mlp_evaluation;

/** Evaluates a model on a table that has the targets; with two labels, average_precision is for the
 * label that the model looks for. Release with mlp_evaluation_release. Errors: MLP_ERROR_DATA (no
 * rows), MLP_ERROR_MEMORY.
 *
 * log_loss: mean of -ln p with p clipped to [1e-15, 1]; macro_f1: mean of the labels' F1, which is
 * 0 where undefined, without the labels absent from both truth and prediction; weighted_f1: the
 * same, weighted by the rows that have the label; balanced_accuracy: mean recall of the labels that
 * some row has (K. H. Brodersen et al. 2010); mcc: Matthews correlation coefficient (B. W. Matthews
 * 1975; for any number of labels J. Gorodkin 2004), 0 where all predictions are the same label and
 * NaN where all true labels are the same; kappa: J. Cohen 1960; auc: Mann-Whitney with ties counted
 * half, with more than two labels the mean over those that some but not all rows have;
 * average_precision: sum of (R_n - R_(n-1)) P_n over the thresholds; brier: G. W. Brier 1950;
 * calibration_error: mlp/curves.h; explained_variance: 1 - Var(error) / Var(truth). */
MLP_API mlp_status mlp_evaluate(const mlp_model *model, const mlp_table *table, int threads,
                                mlp_evaluation *evaluation, mlp_error *err);
/** mlp_evaluate from outcomes; with two labels, average_precision is for the second. */
MLP_API mlp_status mlp_evaluate_outcomes(const mlp_outcomes *outcomes, mlp_evaluation *evaluation,
                                         mlp_error *err);
MLP_API void mlp_evaluation_release(mlp_evaluation *evaluation);

/** Evaluates rows as they come, in as little memory as the metrics need: for each row one number
 * per target, one number with two labels, one per label with 3 to MLP_AUC_LABELS labels, and none
 * with more labels. Opaque. */
typedef struct mlp_evaluator mlp_evaluator;

/** `keep_rows`: whether to keep the further numbers of every row that mlp_evaluator_intervals and
 * mlp_evaluator_compare need. Errors: MLP_ERROR_MEMORY. Free with mlp_evaluator_free. */
MLP_API mlp_status mlp_evaluator_create(bool keep_rows, mlp_evaluator **evaluator, mlp_error *err);
/** Chooses the label, 0 or 1 of two, that is ranked against the other: average_precision and
 * thresholds (mlp/threshold.h) are for it. By default, this label is that of the model
 * (mlp_model_looked_for) where mlp_session_evaluate adds the first rows, and else 1. To be called
 * before the first rows are added. */
MLP_API void mlp_evaluator_look_for(mlp_evaluator *evaluator, size_t label);
/** Adds rows, all predicted by the same model. The outcomes are not needed afterwards. Errors:
 * MLP_ERROR_ARGUMENT (other labels or targets than before), MLP_ERROR_MEMORY; after an error the
 * evaluator can only be freed. */
MLP_API mlp_status mlp_evaluator_add(mlp_evaluator *evaluator, const mlp_outcomes *outcomes,
                                     mlp_error *err);
/** Called by mlp_evaluator_add, once it has added the rows, with the outcomes that were passed to
 * it, for a caller that also evaluates them by other means. `context` is that of
 * mlp_evaluator_listen. */
typedef void (*mlp_on_outcomes)(const mlp_outcomes *outcomes, void *context);
/** Sets the function that is called from here on, in place of an earlier one; NULL: none. */
MLP_API void mlp_evaluator_listen(mlp_evaluator *evaluator, mlp_on_outcomes on_outcomes,
                                  void *context);
/** The metrics of all rows that were added: the same bits as those of mlp_evaluate_outcomes,
 * however the rows were divided among calls. To be called once: afterwards the evaluator accepts no
 * more rows, and intervals, thresholds and comparisons can be computed from it. Errors:
 * MLP_ERROR_DATA (no rows), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_evaluator_finish(mlp_evaluator *evaluator, mlp_evaluation *evaluation,
                                        mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_evaluator_free(mlp_evaluator *evaluator);

/** The number of bins of the metric calibration_error. */
enum { MLP_CALIBRATION_BINS = 10 };
/** The largest number of labels for which each is ranked against the others: with more, auc is
 * NaN. */
enum { MLP_AUC_LABELS = 32 };

/** Finds a metric by its name in --json ("accuracy", "rmse", ...). Returns false when there is no
 * such metric. */
MLP_API bool mlp_evaluation_metric(const mlp_evaluation *evaluation, const char *name,
                                   double *value);
/** The number of metrics. */
enum { MLP_METRICS = 24 };
/** The name of metric i, in the order in which metrics are printed; NULL past the end. */
MLP_API const char *mlp_metric_name(size_t i);
/** The number of the metric of this name; MLP_METRICS when there is none. */
MLP_API size_t mlp_metric_find(const char *name);
/** Whether larger is better for metric i. */
MLP_API bool mlp_metric_larger_is_better(size_t i);
/** The task that metric i is for; MLP_TASK_AUTO: either. */
MLP_API mlp_task mlp_metric_task(size_t i);
/** Whether metric i is one of the most informative, which are shown to people first. */
MLP_API bool mlp_metric_is_telling(size_t i);

/** A bound for a metric: the least value that is required, or the greatest where smaller is
 * better. */
typedef struct mlp_requirement {
    const char *figure; /**< the metric; a static string */
    double value;
    bool larger_is_better;
} mlp_requirement;

/** Reads "METRIC=VALUE": "accuracy=0.95", "rmse=2.5". Returns false when the text has another form,
 * or there is no such metric. */
MLP_API bool mlp_requirement_read(const char *text, mlp_requirement *requirement);
/** Whether the metric is as good as required; one that does not apply is not. *value (nullable)
 * becomes the metric's value. */
MLP_API bool mlp_requirement_holds(const mlp_requirement *requirement,
                                   const mlp_evaluation *evaluation, double *value);

/** Reads "METRIC=VALUE" as mlp_requirement_read does, or "METRIC(LABEL)=VALUE" with precision,
 * recall or f1 of a label of the model: "recall(yes)=0.8". *label becomes the label's number, or
 * MLP_NO_LABEL for a metric of all rows. Errors: MLP_ERROR_ARGUMENT (a text of another form; no
 * such label; a value that the metric never reaches, such as "accuracy=95"). */
MLP_API mlp_status mlp_requirement_read_for(const char *text, const mlp_model *model,
                                            mlp_requirement *requirement, size_t *label,
                                            mlp_error *err);
/** mlp_requirement_holds for the metric of a label, or with MLP_NO_LABEL of all rows. The metric of
 * a label that no row has is never as good as required. */
MLP_API bool mlp_requirement_holds_for(const mlp_requirement *requirement, size_t label,
                                       const mlp_evaluation *evaluation, double *value);

MLP_END_DECLS

#endif
