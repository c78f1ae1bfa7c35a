/* SPDX-License-Identifier: MIT */
/* How good predictions are. */
#ifndef MLP_EVALUATE_H
#define MLP_EVALUATE_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/model.h"

MLP_BEGIN_DECLS

/** Predictions beside the truth, row by row: what is evaluated and drawn. Made by
 * mlp_model_outcomes, or filled by the caller with arrays of their own. */
typedef struct mlp_outcomes {
    mlp_task task;
    size_t rows, width; /**< width: number of labels, or of targets */
    size_t *label;      /**< classification: true label of each row, 0..width-1; else NULL */
    size_t *predicted; /**< classification: predicted label of each row, MLP_NO_LABEL where there is
                           none; else NULL */
    double *values;    /**< rows x width: probabilities, or predictions in the targets' units (where
                         there are quantiles, of the level nearest to 0.5) */
    double *truth;     /**< regression: rows x width, in the targets' units; else NULL */
    double *loss;      /**< the network's loss of each row; NULL: not known */
    size_t levels;     /**< quantile levels of each target; 0: none */
    double *level;     /**< levels numbers, ascending; NULL without */
    double *quantile;  /**< rows x width x levels, in the targets' units; NULL without */
} mlp_outcomes;

/** Predicts a table that has the targets. Release with mlp_outcomes_release.
 * Errors: as mlp_model_encode. */
MLP_API mlp_status mlp_model_outcomes(const mlp_model *model, const mlp_table *table, int threads,
                                      mlp_outcomes *outcomes, mlp_error *err);
/** The same from data encoded with their targets, which are copied; for a caller that needs the inputs,
 * too. */
MLP_API mlp_status mlp_model_outcomes_encoded(const mlp_model *model, const mlp_encoded *encoded,
                                              int threads, mlp_outcomes *outcomes, mlp_error *err);
MLP_API void mlp_outcomes_release(mlp_outcomes *outcomes);

/** Metrics of one evaluation. Those that do not apply are NaN. */
typedef struct mlp_evaluation {
    mlp_task task;
    size_t rows, labels, targets;
    size_t unanswered, first_unanswered; /**< rows without a prediction (mlp_predictions), which
                                            count as wrong, and the first of them; metrics of
                                            probabilities and of values are NaN then */
    double loss;                         /**< the network's mean loss E on these rows */
    double accuracy, log_loss, macro_f1; /**< classification */
    double balanced_accuracy;            /**< mean recall of the labels that occur */
    double auc; /**< area under the ROC curve: of the second of two labels; of up to
                   MLP_AUC_LABELS, the mean over the labels of each against the rest */
    double mcc, kappa, weighted_f1;        /**< chance-corrected, and F1 weighted by true rows */
    double top_3_accuracy, top_5_accuracy; /**< share of rows whose label is among the 3 or 5 most
                                              probable; only where there are more labels */
    double
        average_precision; /**< of two labels of the one that is looked for (mlp_evaluator_look_for) */
    double brier;          /**< mean squared error of the probabilities: of the second of two
                                 labels, else summed over the labels */
    double calibration_error; /**< expected calibration error in MLP_CALIBRATION_BINS bins of equal
                                 width: of the second of two labels, else of the confidence */
    double log_likelihood;    /**< sum of ln p(true label) */
    double baseline_accuracy; /**< always the most frequent label of these rows */
    double baseline_log_loss; /**< always the frequencies of the labels of these rows */
    double rmse, mae, r2;     /**< regression; several targets: mean over them */
    double median_absolute_error, explained_variance;
    double mape;          /**< mean of |error| / |truth| over the rows whose truth is not 0 */
    size_t zero_targets;  /**< values of targets that are 0, which mape leaves out */
    double baseline_rmse; /**< always the mean of these rows */
    double pinball_loss;  /**< quantiles: mean over rows, targets, levels; in the targets' units */
    /** Between the lowest and the highest of two or more quantile levels, both ends included: share of
     * rows whose truth lies there, which should be what the levels span; mean width in the targets'
     * units. Several targets: mean over them. */
    double interval_coverage, interval_width;
    size_t *confusion; /**< labels x labels, row: true, column: predicted; else NULL */
    double *precision, *recall, *f1;              /**< per label; NULL in regression */
    double *target_rmse, *target_mae, *target_r2; /**< per target; NULL in classification */
    size_t levels;                                /**< quantile levels; 0 without */
    double *level_pinball, *level_coverage; /**< targets x levels; coverage: share of rows at or
                                               below, which should be the level; NULL without */
} mlp_evaluation;

/** Evaluates a model on a table that has the targets, of two labels for the one that it looks for. Release with
 * mlp_evaluation_release.
 * log_loss: mean of -ln p with p clipped to [1e-15, 1]; macro_f1: mean of the labels' F1, 0 where
 * undefined; labels absent from both truth and prediction are left out; weighted_f1: the same
 * weighted by the rows that have the label; balanced_accuracy: mean recall of the labels that some
 * row has (K. H. Brodersen et al. 2010); mcc: Matthews correlation coefficient (B. W. Matthews
 * 1975; for any number of labels J. Gorodkin 2004), 0 where all predictions are one label and NaN
 * where the truth is; kappa: J. Cohen 1960; auc: Mann-Whitney with ties counted half, of more than
 * two labels the mean over those that some but not all rows have; average_precision: sum of
 * (R_n - R_(n-1)) P_n over the thresholds; brier: G. W. Brier 1950; calibration_error:
 * mlp/curves.h; explained_variance: 1 - Var(error) / Var(truth). Errors: MLP_ERROR_DATA (no rows),
 * MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_evaluate(const mlp_model *model, const mlp_table *table, int threads,
                                mlp_evaluation *evaluation, mlp_error *err);
/** The same from outcomes, of two labels for the second. */
MLP_API mlp_status mlp_evaluate_outcomes(const mlp_outcomes *outcomes, mlp_evaluation *evaluation,
                                         mlp_error *err);
MLP_API void mlp_evaluation_release(mlp_evaluation *evaluation);

/** Evaluates rows as they come, in as little memory as the metrics need: a number a row for each
 * target, for two labels, and for each of 3 to MLP_AUC_LABELS labels; none for more labels. Opaque.
 * */
typedef struct mlp_evaluator mlp_evaluator;

/** `keep_rows`: for mlp_evaluator_intervals and mlp_evaluator_compare, which need some more numbers of
 * every row. Errors: MLP_ERROR_MEMORY. Free with mlp_evaluator_free. */
MLP_API mlp_status mlp_evaluator_create(bool keep_rows, mlp_evaluator **evaluator, mlp_error *err);
/** Of two labels, which is ranked against the other: average_precision and thresholds
 * (mlp/threshold.h) are of that one, 0 or 1. Without this it is that of the model (mlp_model_looked_for) where
 * mlp_session_evaluate adds the first rows, and else 1. Before the first rows. */
MLP_API void mlp_evaluator_look_for(mlp_evaluator *evaluator, size_t label);
/** Adds rows, all of the same model. The outcomes are not needed afterwards. Errors:
 * MLP_ERROR_ARGUMENT (other labels or targets than before), MLP_ERROR_MEMORY; then the evaluator
 * can only be freed. */
MLP_API mlp_status mlp_evaluator_add(mlp_evaluator *evaluator, const mlp_outcomes *outcomes,
                                     mlp_error *err);
/** Called by mlp_evaluator_add, once it has taken the rows, with what it was given: for a caller that evaluates
 * it by other means, too. `context` is that of mlp_evaluator_listen. */
typedef void (*mlp_on_outcomes)(const mlp_outcomes *outcomes, void *context);
/** From here on `on_outcomes` is called; NULL: nothing is. One function alone is kept. */
MLP_API void mlp_evaluator_listen(mlp_evaluator *evaluator, mlp_on_outcomes on_outcomes,
                                  void *context);
/** The metrics of all rows that were added: those of mlp_evaluate_outcomes, bit for bit, however
 * they came. Once; after it the evaluator takes no more rows, and gives intervals, thresholds and
 * comparisons. Errors: MLP_ERROR_DATA (no rows), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_evaluator_finish(mlp_evaluator *evaluator, mlp_evaluation *evaluation,
                                        mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_evaluator_free(mlp_evaluator *evaluator);

/** Bins of the metric calibration_error. */
enum { MLP_CALIBRATION_BINS = 10 };
/** Most labels for which each is ranked against the rest: auc is NaN where there are more. */
enum { MLP_AUC_LABELS = 32 };

/** A metric by its name in --json ("accuracy", "rmse", ...). Returns false when there is no such
 * metric. */
MLP_API bool mlp_evaluation_metric(const mlp_evaluation *evaluation, const char *name,
                                   double *value);
/** Number of metrics. */
enum { MLP_METRICS = 24 };
/** The names, in the order they are printed: count and i-th name (NULL past the end). */
MLP_API const char *mlp_metric_name(size_t i);
/** The place of a name among them; MLP_METRICS when there is no such metric. */
MLP_API size_t mlp_metric_find(const char *name);
/** Whether larger is better for metric i. */
MLP_API bool mlp_metric_larger_is_better(size_t i);
/** What metric i is of: labels (classification), quantities (regression), or either (auto). */
MLP_API mlp_task mlp_metric_task(size_t i);
/** Whether metric i is one of those that tell most, which people are shown first. */
MLP_API bool mlp_metric_is_telling(size_t i);

/** What a metric has to be at least, or at most where smaller is better. */
typedef struct mlp_requirement {
    const char *figure; /**< the metric; a static string */
    double value;
    bool larger_is_better;
} mlp_requirement;

/** Reads "METRIC=VALUE": "accuracy=0.95", "rmse=2.5". Returns false when it is nothing of the kind, or
 * there is no such metric. */
MLP_API bool mlp_requirement_read(const char *text, mlp_requirement *requirement);
/** Whether the metric is as good as required; one that does not apply is not. *value (nullable) becomes
 * the metric. */
MLP_API bool mlp_requirement_holds(const mlp_requirement *requirement,
                                   const mlp_evaluation *evaluation, double *value);

/** Reads that, or "METRIC(LABEL)=VALUE" with precision, recall or f1 of a label of the model: "recall(yes)=0.8". *label
 * becomes its number, or MLP_NO_LABEL for a metric of all rows. Errors: MLP_ERROR_ARGUMENT, which says what to write, or
 * that the model has no such label, or that the metric is never so large ("accuracy=95"). */
MLP_API mlp_status mlp_requirement_read_for(const char *text, const mlp_model *model,
                                            mlp_requirement *requirement, size_t *label,
                                            mlp_error *err);
/** As mlp_requirement_holds, of a label; MLP_NO_LABEL: of all rows. A label that no row has holds nothing. */
MLP_API bool mlp_requirement_holds_for(const mlp_requirement *requirement, size_t label,
                                       const mlp_evaluation *evaluation, double *value);

MLP_END_DECLS

#endif
