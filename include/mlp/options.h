/* SPDX-License-Identifier: MIT */
/* The options of training: an object that holds their values, set and read by name. */
#ifndef MLP_OPTIONS_H
#define MLP_OPTIONS_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/model.h"
#include "mlp/ranks.h"
#include "mlp/table.h"

MLP_BEGIN_DECLS

/* --- the list of options ---------------------------------------------------------------------- */

/** The description of an option of training, for programs that let people set options. Texts are
 * static; in `usual` and `help`, the names of other options are written between backquotes. Later
 * versions may add members at the end: use what mlp_train_option_describe returns, not a copy. */
typedef struct mlp_option_info {
    const char *name;     /**< "learning-rate" */
    const char *argument; /**< its value in one word, for help: "NUMBER"; NULL: the option is a
                               switch */
    const char *group;    /**< the group to which it belongs: "Steps"; "": it is for programs
                               only */
    const char *initial;  /**< the default, as mlp_train_options_set accepts it; "": none */
    const char *usual;    /**< the default in words where `initial` does not state it; else NULL */
    const char *help;     /**< its effect, in one sentence */
} mlp_option_info;

/** The i-th option, group by group; NULL past the end. */
MLP_API const mlp_option_info *mlp_train_option_describe(size_t i);

/** The kinds of values. */
typedef enum mlp_option_kind {
    MLP_OPTION_TEXT = 0, /**< a text, or one of several words */
    MLP_OPTION_SWITCH,   /**< "yes" or "no" */
    MLP_OPTION_NUMBER,   /**< a number, or for some options a word: "auto", "full", "any" */
    MLP_OPTION_NAMES,    /**< several names, separated by commas */
    MLP_OPTION_WORDS,    /**< several texts, which may hold commas */
    MLP_OPTION_FILE      /**< the path of a file that training writes */
} mlp_option_kind;

/** The kind of the i-th option, which must exist. */
MLP_API mlp_option_kind mlp_train_option_kind(size_t i);

/* --- an object that holds them ---------------------------------------------------------------- */

/** Which model to train, and how. Opaque; the object owns all its texts. A function with a const
 * pointer to the object does not read the object after the function has returned, unless the
 * function's comment says so. NULL stands for the defaults. */
typedef struct mlp_train_options mlp_train_options;

/** An object with all defaults. Free with mlp_train_options_free. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_train_options_create(mlp_train_options **options, mlp_error *err);
/** An independent copy, to be freed like any other. Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_train_options_copy(const mlp_train_options *options,
                                          mlp_train_options **copy, mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_train_options_free(mlp_train_options *options);

/** Sets an option by its name, "learning-rate", with or without "--", from a text such as "0.01". A
 * switch takes "yes" or "no"; an option of several names takes "a,b"; an option of several texts
 * takes one text. Errors: MLP_ERROR_ARGUMENT (no such option, with the nearest name; out of range,
 * with the range), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_train_options_set(mlp_train_options *options, const char *name,
                                         const char *text, mlp_error *err);
/** Sets an option that is a number, or a switch from 0 or 1. Errors: those of
 * mlp_train_options_set. */
MLP_API mlp_status mlp_train_options_set_number(mlp_train_options *options, const char *name,
                                                double number, mlp_error *err);
/** Sets all values of an option of several names or texts. Names may contain commas here. */
MLP_API mlp_status mlp_train_options_set_names(mlp_train_options *options, const char *name,
                                               mlp_names names, mlp_error *err);
/** Adds one value to an option of several names or texts. */
MLP_API mlp_status mlp_train_options_add(mlp_train_options *options, const char *name,
                                         const char *value, mlp_error *err);

/** The value as a text that mlp_train_options_set accepts; several values are separated by commas.
 * free() it. Errors: MLP_ERROR_ARGUMENT (no such option), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_train_options_get(const mlp_train_options *options, const char *name,
                                         char **text, mlp_error *err);
/** The value of an option that is a text or a file; NULL: the option has none, or there is no such
 * option. Valid until the option is set again. */
MLP_API const char *mlp_train_options_text(const mlp_train_options *options, const char *name);
/** The values of an option of several names or texts. Valid until the option is set again. */
MLP_API mlp_names mlp_train_options_names(const mlp_train_options *options, const char *name);
/** The value of an option that is a number, or 0 or 1 for a switch. Returns false where the value
 * is a word, such as "auto", or the option is not a number. */
MLP_API bool mlp_train_options_number(const mlp_train_options *options, const char *name,
                                      double *number);

/** Sets the options that a JSON object names, from texts, numbers, true and false, and lists of
 * texts: `{"hidden": "64,32", "epochs": 30, "batch-norm": true, "drop": ["id"]}`. On failure none
 * is set. Errors: those of mlp_train_options_set, and MLP_ERROR_ARGUMENT where `json` is not such
 * an object. */
MLP_API mlp_status mlp_train_options_from_json(mlp_train_options *options, const char *json,
                                               mlp_error *err);
/** The options that differ from their defaults, as mlp_train_options_from_json accepts them. free()
 * *json. Errors: MLP_ERROR_DATA (a text is not UTF-8), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_train_options_to_json(const mlp_train_options *options, char **json,
                                             mlp_error *err);

/* --- settings that are not texts -------------------------------------------------------------- */

/** Makes training continue from this model: training takes over its layers (`hidden` and
 * `activation` are ignored), columns, scaling, labels and weights, and its loss and output
 * activation where these are "auto". The data must have its columns. With `restarts`, every run
 * starts from the model. The model must outlive the options; NULL, the default: training starts
 * from new weights. */
MLP_API void mlp_train_options_set_initial(mlp_train_options *options, const mlp_model *model);

/** Sets a flag that stops training once it is not 0: after the current batch, or within the current
 * step of a full-batch method. All threads read the flag, which must outlive the options; NULL:
 * none. */
MLP_API void mlp_train_options_set_stop(mlp_train_options *options, const mlp_flag *stop);

/** Makes several processes train one network: each of them calls mlp_train, or steps a trainer, on
 * the same table with the same options, and they share the rows of every step. Each gets the same
 * model, byte for byte the one that a single process makes on the same instruction set. Only rank 0
 * writes and reads a checkpoint; where one rank is to stop (`stop`, progress, `time`), all stop.
 * Allowed for update rules, without `batch-norm`, and for one network: not with `folds` or
 * `members`. `ranks` is copied; NULL, the default: this process trains alone. Used only by
 * mlp_train, mlp_train_spending and trainers. Errors: MLP_ERROR_ARGUMENT (a callback is missing, no
 * such rank). */
MLP_API mlp_status mlp_train_options_set_ranks(mlp_train_options *options, const mlp_ranks *ranks,
                                               mlp_error *err);

/** Sets the command that trains the model, for the model's file to record; copied. NULL: not known.
 * Errors: MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_train_options_set_command(mlp_train_options *options, const char *command,
                                                 mlp_error *err);

/** The state of training after an epoch. */
typedef struct mlp_progress {
    size_t epoch, epochs;     /**< the number of this epoch, from 1; the largest possible number */
    double seconds;           /**< since training began */
    double learning_rate;     /**< that of the last step; NaN with full-batch methods */
    double training_loss;     /**< mean over the epoch's batches as their steps computed it: with
                                   dropout and input noise, without the terms of L2 and L1 */
    double validation_loss;   /**< NaN without validation */
    double validation_metric; /**< accuracy, or RMSE in the target's units (mean over targets); NaN
                                   without validation */
    bool best;                /**< whether this epoch is the best so far */
    mlp_task task;            /**< shows whether validation_metric is accuracy or RMSE */
    size_t rows;              /**< training rows used in this epoch */
    /** the number of this network, from 1, and how many networks are trained: 1 of 1 unless
     * `folds`, `members` or `quality` make them several */
    size_t network, networks;
    size_t finished; /**< how many of these networks have finished training */
} mlp_progress;

/** Called after each epoch; false stops training. The networks of `folds` and `members` train at
 * the same time: threads of the library report the epochs of all of them, but only one call runs at
 * a time. */
typedef bool (*mlp_on_progress)(const mlp_progress *now, void *context);
/** Called before and after training with a sentence in plain words, full stop included. */
typedef void (*mlp_on_notice)(const char *sentence, void *context);
/** Called a few times a second during a long step of a full-batch method, by the thread that
 * trains. `share`: about how much of the step is done, 0..1. Returning false stops training. */
typedef bool (*mlp_on_working)(double share, void *context);

/** Sets the functions that training calls, each with `context`; NULL: not called. */
MLP_API void mlp_train_options_listen(mlp_train_options *options, mlp_on_progress progress,
                                      mlp_on_notice notice, mlp_on_working working, void *context);

MLP_END_DECLS

#endif
