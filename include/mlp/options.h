/* SPDX-License-Identifier: MIT */
/* The options of training: an object that keeps them, by name. */
#ifndef MLP_OPTIONS_H
#define MLP_OPTIONS_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/model.h"
#include "mlp/ranks.h"
#include "mlp/table.h"

MLP_BEGIN_DECLS

/* --- which there are -------------------------------------------------------------------------- */

/** What an option of training is, for programs that let people set options. Texts are static; in
 * `usual` and `help` the name of another option stands between backquotes. Later versions may add
 * members at the end: use what mlp_train_option_describe returns, not a copy. */
typedef struct mlp_option_info {
    const char *name;     /**< "learning-rate" */
    const char *argument; /**< what its value is, in a word for help: "NUMBER"; NULL: yes or no */
    const char *group;    /**< what options it belongs to: "Steps"; "": of programs alone */
    const char *initial;  /**< the default, as mlp_train_options_set takes it; "": none */
    const char *usual;    /**< the default in words, where `initial` does not say it; else NULL */
    const char *help;     /**< what it does, in a sentence */
} mlp_option_info;

/** The i-th option, group by group; NULL past the end. */
MLP_API const mlp_option_info *mlp_train_option_describe(size_t i);

/** What the value of an option is. */
typedef enum mlp_option_kind {
    MLP_OPTION_TEXT = 0, /**< a text, or one of some words */
    MLP_OPTION_SWITCH,   /**< "yes" or "no" */
    MLP_OPTION_NUMBER,   /**< a number, or for some options a word: "auto", "full", "any" */
    MLP_OPTION_NAMES,    /**< several names, separated by commas */
    MLP_OPTION_WORDS,    /**< several texts, which may hold commas */
    MLP_OPTION_FILE      /**< the path of a file that training writes */
} mlp_option_kind;

/** Of the i-th option, which must be there. */
MLP_API mlp_option_kind mlp_train_option_kind(size_t i);

/* --- an object of them ------------------------------------------------------------------------ */

/** What to train and how. Opaque; all texts in it are its own. Whatever takes one reads it before it
 * returns and leaves it alone; NULL stands for all defaults. */
typedef struct mlp_train_options mlp_train_options;

/** All defaults. Free with mlp_train_options_free. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_train_options_create(mlp_train_options **options, mlp_error *err);
/** Another one with the same in it. */
MLP_API mlp_status mlp_train_options_copy(const mlp_train_options *options,
                                          mlp_train_options **copy, mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_train_options_free(mlp_train_options *options);

/** Sets an option by its name, "learning-rate", with or without "--", from text: "0.01"; switches
 * from "yes" and "no"; several names from "a,b", several texts from one. Errors: MLP_ERROR_ARGUMENT
 * (no such option, with the nearest name; out of range, with the range), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_train_options_set(mlp_train_options *options, const char *name,
                                         const char *text, mlp_error *err);
/** The same from a number, of options that are numbers; switches from 0 and 1. */
MLP_API mlp_status mlp_train_options_set_number(mlp_train_options *options, const char *name,
                                                double number, mlp_error *err);
/** Sets an option of several names or texts. Names may hold commas here. */
MLP_API mlp_status mlp_train_options_set_names(mlp_train_options *options, const char *name,
                                               mlp_names names, mlp_error *err);
/** Adds one to an option of several names or texts. */
MLP_API mlp_status mlp_train_options_add(mlp_train_options *options, const char *name,
                                         const char *value, mlp_error *err);

/** The value as a text that mlp_train_options_set takes; several separated by commas. free() it.
 * Errors: MLP_ERROR_ARGUMENT (no such option), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_train_options_get(const mlp_train_options *options, const char *name,
                                         char **text, mlp_error *err);
/** The value of an option that is a text or a file; NULL: none, or no such option. Valid until it
 * is set again. */
MLP_API const char *mlp_train_options_text(const mlp_train_options *options, const char *name);
/** The values of an option of several. Valid until it is set again. */
MLP_API mlp_names mlp_train_options_names(const mlp_train_options *options, const char *name);
/** The value of an option that is a number, or as 0 or 1 of a switch. false: it is a word, such as
 * "auto", or no number. */
MLP_API bool mlp_train_options_number(const mlp_train_options *options, const char *name,
                                      double *number);

/** Sets the options that a JSON object names: from texts, numbers, true and false, and lists of
 * texts: `{"hidden": "64,32", "epochs": 30, "batch-norm": true, "drop": ["id"]}`. All of them, or
 * on failure none. Errors: as mlp_train_options_set, and MLP_ERROR_ARGUMENT where it is no such
 * object. */
MLP_API mlp_status mlp_train_options_from_json(mlp_train_options *options, const char *json,
                                               mlp_error *err);
/** Those that are not the defaults, as mlp_train_options_from_json takes them. free() *json.
 * Errors: MLP_ERROR_DATA (a text is not UTF-8), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_train_options_to_json(const mlp_train_options *options, char **json,
                                             mlp_error *err);

/* --- what is not text -------------------------------------------------------------------------- */

/** Continues from this model: its layers (`hidden` and `activation` are not looked at), columns,
 * scaling, labels and weights; its loss and output activation where they are "auto". The data must
 * have its columns. With `restarts` every run begins with it. It must outlive the options; NULL:
 * begins anew, the default. */
MLP_API void mlp_train_options_set_initial(mlp_train_options *options, const mlp_model *model);

/** A flag that stops training when it is not 0: after the current batch, or within the current step
 * of a full-batch method; all threads look at it. It must outlive the options; NULL: none. */
MLP_API void mlp_train_options_set_stop(mlp_train_options *options, const mlp_flag *stop);

/** Trains one network by several processes, each of which calls mlp_train, or steps a trainer, on the same
 * table with the same options: every step's rows are shared out among them. Each gets the same model, byte for
 * byte the one that a single process makes on the same instruction set. Rank 0 alone writes and reads a
 * checkpoint; an end that one rank wants (`stop`, progress, `time`) is the end of all. For update rules, without
 * `batch-norm`, and for one network: not with `folds` or `members`. Copied; NULL: it trains alone, the default.
 * Only mlp_train, mlp_train_spending and trainers look at it. Errors: MLP_ERROR_ARGUMENT (a callback is missing,
 * no such rank). */
MLP_API mlp_status mlp_train_options_set_ranks(mlp_train_options *options, const mlp_ranks *ranks,
                                               mlp_error *err);

/** The command that trains the model, to be kept in its file; copied. NULL: not known. Errors:
 * MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_train_options_set_command(mlp_train_options *options, const char *command,
                                                 mlp_error *err);

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
    mlp_task task;            /**< which of the two the metric is */
    size_t rows;              /**< training rows seen in this epoch */
    size_t network,
        networks;    /**< of those that train side by side, from 1: 1 of 1 without `folds` */
    size_t finished; /**< how many of them have ended */
} mlp_progress;

/** After each epoch; false: stop here. Networks of `folds` train side by side: the news of several
 * come in turn, by threads of the library, but one call at a time. */
typedef bool (*mlp_on_progress)(const mlp_progress *now, void *context);
/** Plain words before and after training; a sentence with its stop. */
typedef void (*mlp_on_notice)(const char *sentence, void *context);
/** Within a long step of a full-batch method, some times a second, by the thread that trains: the
 * share of the step that is done, 0..1, about; false: stop here. */
typedef bool (*mlp_on_working)(double share, void *context);

/** Functions that training calls, each with `context`; NULL: none. */
MLP_API void mlp_train_options_listen(mlp_train_options *options, mlp_on_progress progress,
                                      mlp_on_notice notice, mlp_on_working working, void *context);

MLP_END_DECLS

#endif
