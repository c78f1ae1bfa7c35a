/* SPDX-License-Identifier: MIT */
/* Tuning: which options of training suit a table. */
#ifndef MLP_TUNE_H
#define MLP_TUNE_H

#include "mlp/train.h"

MLP_BEGIN_DECLS

/** One training more is done. */
typedef struct mlp_tune_progress {
    size_t trials, trainings; /**< begun; done */
    double seconds;           /**< since tuning began */
    double best, defaults;    /**< the best metric of the furthest stage reached, and the metric of
                                 the defaults in that stage; NaN: not known yet */
} mlp_tune_progress;

/** What to tune and for how long, an object of options with names; later versions may know more:
 *
 *      "fixed"      options of training, by name, that stay as they are in the base
 *      "search"     "OPTION=VALUES": dimensions in the place of the usual ones, or more. VALUES are
 *                   alternatives separated by "|", each a value or a range LOW..HIGH of numbers
 *                   (logarithmic when LOW > 0 and HIGH >= 10 LOW, or as ":log" or ":linear" behind
 *                   it says)
 *      "trials"     how many; 0, the default: as many as "time" allows
 *      "time"       seconds; 0: until "trials" are done. 60. With a time the number of trials, and
 *                   so the result, depends on the machine
 *      "holdout"    part of the rows that neither training nor selection sees, for the last
 *                   comparison, 0..0.5; 0: none. 0.2
 *      "journal"    file that gets a line for every finished training; none
 *      "resume"     yes: trainings in the journal are not run again: with "trials" the result is
 *                   what it would have been without the stop; no
 *      "overwrite"  yes: begin the journal anew when there is one; no
 */
typedef struct mlp_tune_options mlp_tune_options;

/** All defaults. Free with mlp_tune_options_free. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_tune_options_create(mlp_tune_options **options, mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_tune_options_free(mlp_tune_options *options);
/** Sets one by its name from text; a list to this one text. Errors: MLP_ERROR_ARGUMENT (no such option, with the
 * nearest name; no value of its kind), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_tune_options_set(mlp_tune_options *options, const char *name,
                                        const char *text, mlp_error *err);
/** The same from a number, of switches from 0 and 1. Errors: MLP_ERROR_ARGUMENT. */
MLP_API mlp_status mlp_tune_options_set_number(mlp_tune_options *options, const char *name,
                                               double number, mlp_error *err);
/** The value as a text that mlp_tune_options_set takes; of a list, all with commas between them; "": none. free() it. Errors:
 * MLP_ERROR_ARGUMENT (no such option), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_tune_options_get(const mlp_tune_options *options, const char *name,
                                        char **text, mlp_error *err);
/** Adds a text to an option of several, "fixed" or "search". Errors: MLP_ERROR_ARGUMENT,
 * MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_tune_options_add(mlp_tune_options *options, const char *name,
                                        const char *text, mlp_error *err);
/** What every trial starts from, and trial 0 is. Its threads, seed, stop and function for notices
 * are those of the tuning. It must outlive the options; NULL: the defaults. */
MLP_API void mlp_tune_options_set_base(mlp_tune_options *options, const mlp_train_options *base);
/** After each training, by one thread at a time; false: stop here. */
typedef bool (*mlp_on_training)(const mlp_tune_progress *now, void *context);
/** A function that is called for each; NULL: none. */
MLP_API void mlp_tune_options_listen(mlp_tune_options *options, mlp_on_training progress,
                                     void *context);

/** One set of options that was tried. Owned by its report. */
typedef struct mlp_trial {
    size_t number;             /**< 0: the defaults, that is `base` */
    size_t count;              /**< options that it sets */
    const char *const *names;  /**< of them: "learning-rate" */
    const char *const *values; /**< as text: "0.003" */
    size_t stage;              /**< how far it came, 1..4; 0: not evaluated. Stages 1 to 3 take the
                                  better third of the one before; 4: the finalists, on new folds */
    double
        figure; /**< the metric in that stage, mean over its folds; NaN: diverged or did not fit the data */
    double seconds;      /**< of all its trainings; of a `job`, of those by this process */
    const char *failure; /**< why it has no metric; NULL */
} mlp_trial;

/** The best against the defaults on the rows held out, both trained on the others from three
 * different first weights, errors averaged. `rows` is 0 when it was not made: nothing held out, the
 * defaults are the best, or interrupted. */
typedef struct mlp_tune_comparison {
    size_t rows;
    double best, defaults; /**< the report's metric (RMSE: mean over the targets) */
    double gain;           /**< by how much the best is better; below 0: worse */
    double standard_error; /**< of the gain, from paired differences of the rows (for the RMSE by
                              the delta method, of other metrics than the log loss by resamples) */
    double best_accuracy, defaults_accuracy; /**< classification, else NaN */
} mlp_tune_comparison;

typedef struct mlp_tune_report {
    mlp_task task;
    const char *figure;    /**< what trials are ranked by: the metric of `base`, or, when that is
                              "loss", "log_loss" or "rmse" */
    bool larger_is_better; /**< of the metric */
    mlp_trial *trials;     /**< the best first; the others by stage, metric, number */
    size_t trial_count;
    size_t trainings; /**< all of them */
    size_t resumed;   /**< those of them that the journal knew */
    double seconds;
    bool interrupted; /**< by the caller */
    mlp_tune_comparison held_out;
    struct mlpi_kept_trials *kept; /**< what the trials point to */
} mlp_tune_report;

/** Random search (Bergstra & Bengio 2012) with successive halving (Jamieson & Talwalkar 2016): in
 * brackets of 27 trials (9 from 10,000 rows on) the better third of each stage gets more epochs and
 * folds (as in Hyperband's most exploring bracket: Li et al. 2018), the best of all meet the
 * defaults on new folds, and the winner meets them once more on rows held out. The defaults stay
 * first unless they are beaten by more than a standard error of the paired differences over the
 * folds. Trials run beside each other, one
 * thread each; decisions are made on whole stages, so that with `trials` the result is the same for
 * any `threads`. All trials train with the seed of `base`: none wins by its first weights.
 * `options` NULL: the defaults. Errors: MLP_ERROR_ARGUMENT (unknown option, bad range), MLP_ERROR_DATA (too few rows; the
 * defaults do not fit the data), MLP_ERROR_OUTPUT (journal), MLP_ERROR_MEMORY,
 * MLP_ERROR_INTERRUPTED (before there was a metric). Release with mlp_tune_report_release. */
MLP_API mlp_status mlp_tune(const mlp_table *table, const mlp_tune_options *options,
                            mlp_tune_report *report, mlp_error *err);
MLP_API void mlp_tune_report_release(mlp_tune_report *report);

/** Sets a trial's options in `options`, a copy of `base`. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_trial_apply(const mlp_trial *trial, mlp_train_options *options,
                                   mlp_error *err);

MLP_END_DECLS

#endif
