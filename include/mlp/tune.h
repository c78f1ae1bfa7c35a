/* SPDX-License-Identifier: MIT */
/* Tuning: which options of training suit a table. */
#ifndef MLP_TUNE_H
#define MLP_TUNE_H

#include "mlp/train.h"

MLP_BEGIN_DECLS

/** The state of a tuning run after one of its training runs. */
typedef struct mlp_tune_progress {
    size_t trials, trainings; /**< trials that were begun; trainings that are done */
    double seconds;           /**< since tuning began */
    double best, defaults;    /**< the best metric of the furthest stage reached, and the metric of
                                   the defaults in that stage; NaN: not known yet */
} mlp_tune_progress;

/** What to tune and for how long: an object with named options. Each entry
 * ends with its default; later versions may add options:
 *
 *      "fixed"      options of training, by name, that keep the values of the base
 *      "search"     "OPTION=VALUES": values to search, in place of the usual ones of the option, or
 *                   for an option that is not searched otherwise. VALUES are alternatives separated
 *                   by "|", each a value or a range LOW..HIGH of numbers (logarithmic when LOW > 0
 *                   and HIGH >= 10 LOW, or as ":log" or ":linear" after it says)
 *      "trials"     the number of trials; 0, the default: as many as "time" allows
 *      "time"       seconds; 0: until "trials" are done. 60. With a time the number of trials, and
 *                   so the result, depends on the machine
 *      "holdout"    part of the rows that neither training nor selection sees, for the last
 *                   comparison, 0..0.5; 0: none. 0.2
 *      "journal"    file that gets a line for every finished training; none
 *      "resume"     yes: training runs in the journal are not run again; with "trials" the result is
 *                   the same as without the interruption; no
 *      "overwrite"  yes: an existing journal is replaced; no
 */
typedef struct mlp_tune_options mlp_tune_options;

/** All defaults. Free with mlp_tune_options_free. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_tune_options_create(mlp_tune_options **options, mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_tune_options_free(mlp_tune_options *options);
/** Sets an option by its name from text; a list then holds only this text. Errors:
 * MLP_ERROR_ARGUMENT (no such option, with the nearest name; not a value of its kind),
 * MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_tune_options_set(mlp_tune_options *options, const char *name,
                                        const char *text, mlp_error *err);
/** Sets an option that is a number, or a switch from 0 or 1. Errors: MLP_ERROR_ARGUMENT. */
MLP_API mlp_status mlp_tune_options_set_number(mlp_tune_options *options, const char *name,
                                               double number, mlp_error *err);
/** The value as a text that mlp_tune_options_set accepts; for a list, all texts with commas between
 * them; "": none. free() it. Errors: MLP_ERROR_ARGUMENT (no such option), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_tune_options_get(const mlp_tune_options *options, const char *name,
                                        char **text, mlp_error *err);
/** Adds a text to a list, "fixed" or "search". Errors: MLP_ERROR_ARGUMENT, MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_tune_options_add(mlp_tune_options *options, const char *name,
                                        const char *text, mlp_error *err);
/** Sets the options of training that every trial starts from, and that trial 0 has. Their threads,
 * seed, stop flag and function for notices are those of the tuning. `base` must outlive `options`;
 * NULL: the defaults. */
MLP_API void mlp_tune_options_set_base(mlp_tune_options *options, const mlp_train_options *base);
/** Called after each training run, by one thread at a time; false ends the tuning run. */
typedef bool (*mlp_on_training)(const mlp_tune_progress *now, void *context);
/** Sets the function that is called after each training run; NULL: none. */
MLP_API void mlp_tune_options_listen(mlp_tune_options *options, mlp_on_training progress,
                                     void *context);

/** A set of options that was tried. Owned by its report. */
typedef struct mlp_trial {
    size_t number;             /**< 0: the defaults, that is, the base */
    size_t count;              /**< how many options it sets */
    const char *const *names;  /**< the names of these options: "learning-rate" */
    const char *const *values; /**< their values as text: "0.003" */
    size_t stage;              /**< the furthest stage that it reached, 1..4; 0: not evaluated. The
                                    better third of a stage goes on to the next, up to stage 3;
                                    stage 4: the finalists, on new folds */
    double figure;  /**< the metric in that stage, mean over its folds; NaN: it diverged or did not
                         fit the data */
    double seconds; /**< time of all its trainings; with a `job`, of those that this process ran */
    const char *failure; /**< why its training failed; NULL: it did not */
} mlp_trial;

/** Comparison of the best options and the defaults on the rows held out: both are trained on the
 * other rows from three different sets of initial weights, and their errors are averaged. `rows` is
 * 0 when there was no comparison: no rows were held out, the defaults are the best, or the tuning
 * was interrupted. */
typedef struct mlp_tune_comparison {
    size_t rows;
    double best, defaults; /**< the report's metric (RMSE: mean over the targets) */
    double gain;           /**< by how much the best is better; below 0: it is worse */
    double standard_error; /**< standard error of the gain, from paired differences of the rows (for
                                the RMSE by the delta method, for metrics other than the log loss by
                                resamples) */
    double best_accuracy, defaults_accuracy; /**< classification; else NaN */
} mlp_tune_comparison;

typedef struct mlp_tune_report {
    mlp_task task;
    const char *figure;    /**< the metric that ranks the trials: the option `metric` of the base,
                                or, when that is "loss", "log_loss" or "rmse" */
    bool larger_is_better; /**< whether a larger metric is better */
    mlp_trial *trials;     /**< the best first; the others by stage, metric, number */
    size_t trial_count;
    size_t trainings; /**< how many trainings there were */
    size_t resumed;   /**< how many of them the journal held */
    double seconds;
    bool interrupted; /**< the caller ended the tuning */
    mlp_tune_comparison held_out;
    struct mlpi_kept_trials *kept; /**< owns what the trials point to */
} mlp_tune_report;

/** Random search (Bergstra & Bengio 2012) with successive halving (Jamieson & Talwalkar 2016): in
 * brackets of 27 trials (9 from 10,000 rows on), the better third of each stage gets more epochs
 * and folds (as in Hyperband's most exploring bracket: Li et al. 2018). The best trials of all
 * brackets are compared with the defaults on new folds, and the winner is compared with them once
 * more on the rows held out. The defaults stay first unless they are beaten by more than a standard
 * error of the paired differences over the folds. Trials run at the same time, one thread each;
 * decisions are made on whole stages, so that with `trials` the result is the same for any
 * `threads`. All trials train with the seed of the base, so that none wins by its initial weights.
 * `options` NULL: the defaults. Errors: MLP_ERROR_ARGUMENT (unknown option, bad range),
 * MLP_ERROR_DATA (too few rows; the defaults do not fit the data), MLP_ERROR_OUTPUT (journal),
 * MLP_ERROR_MEMORY, MLP_ERROR_INTERRUPTED (before any trial had a metric). Release with
 * mlp_tune_report_release. */
MLP_API mlp_status mlp_tune(const mlp_table *table, const mlp_tune_options *options,
                            mlp_tune_report *report, mlp_error *err);
MLP_API void mlp_tune_report_release(mlp_tune_report *report);

/** Sets the options of a trial in `options`, a copy of the base. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_trial_apply(const mlp_trial *trial, mlp_train_options *options,
                                   mlp_error *err);

MLP_END_DECLS

#endif
