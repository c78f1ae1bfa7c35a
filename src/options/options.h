/* SPDX-License-Identifier: MIT */
/* The options of training: one list (list.inc), and what everything else reads from it. */
#ifndef MLPI_OPTIONS_H
#define MLPI_OPTIONS_H

#include "base/base.h"
#include "mlp/options.h"

typedef enum mlpi_option_kind {
    MLPI_OPTION_TEXT,
    MLPI_OPTION_FILE,    /* a text: the path of a file that training writes */
    MLPI_OPTION_NAMES,   /* several texts, as text separated by commas */
    MLPI_OPTION_WORDS,   /* several texts */
    MLPI_OPTION_SWITCH,  /* yes or no */
    MLPI_OPTION_TASK,    /* auto, classification, regression */
    MLPI_OPTION_SEED,    /* 64 bits */
    MLPI_OPTION_THREADS, /* a whole number, kept as int */
    MLPI_OPTION_COUNT,   /* a whole number */
    MLPI_OPTION_ROWS,    /* the same, or full */
    MLPI_OPTION_BYTES,   /* the same, with K, M, G or T behind it, or any */
    MLPI_OPTION_REAL,
    MLPI_OPTION_TIME,     /* seconds, or with s, m or h behind it */
    MLPI_OPTION_AUTO_REAL /* the same, or auto */
} mlpi_option_kind;

/* How each kind is kept. */
typedef const char *mlpi_kept_TEXT, *mlpi_kept_FILE;
typedef mlp_names mlpi_kept_NAMES, mlpi_kept_WORDS;
typedef bool mlpi_kept_SWITCH;
typedef mlp_task mlpi_kept_TASK;
typedef uint64_t mlpi_kept_SEED;
typedef int mlpi_kept_THREADS;
typedef size_t mlpi_kept_COUNT, mlpi_kept_ROWS, mlpi_kept_BYTES;
typedef double mlpi_kept_REAL, mlpi_kept_TIME, mlpi_kept_AUTO_REAL;

/* What words come to where a number is kept. */
#define MLPI_FULL SIZE_MAX /* rows of a batch */
#define MLPI_ANY SIZE_MAX  /* bytes of memory */
#define MLPI_AUTO (-1.0)

/* The number of each option. */
enum {
#define OPTION(kind, member, ...) MLPI_OPTION_AT_##member,
#include "options/list.inc"
#undef OPTION
    MLPI_OPTIONS
};

/** Inside the library it is copied as a value, whose texts are the caller's; what
 * mlp_train_options_create makes owns them by `kept`. */
struct mlp_train_options {
#define OPTION(kind, member, ...) mlpi_kept_##kind member;
#include "options/list.inc"
#undef OPTION
    const mlp_model *initial; /* NULL: begins anew */
    mlp_on_progress progress;
    mlp_on_notice notice;
    mlp_on_working working;
    void *context;
    const mlp_flag *stop;
    struct mlpi_job *cells; /* the `job`, open: networks are its cells; NULL: none is */
    double until; /* seconds of the clock at which training ends, from `time`; 0: not known yet */
    mlp_ranks ranks;              /* that train together; of 0 or 1: it trains alone */
    const char *command;          /* NULL: not known */
    void *kept[MLPI_OPTIONS + 1]; /* a block for each option that has texts, and the command */
};

enum {
    MLPI_OPTION_FREE = 1, /* has no part in what a step does: a run that resumes from a checkpoint
                               may have another value */
    MLPI_OPTION_ZERO = 2, /* 0, though out of its range, stands for its default, a word */
    MLPI_OPTION_REFUSED = 4, /* where it has no effect training does not begin; for others a notice
                                says so */
    MLPI_OPTION_RUN = 8      /* how it is trained, not what: the model is the same */
};

/* In the place of the names of optimizers: those that step along a gradient, which update rules
 * are; and those of them that need not take all rows at each step. */
#define MLPI_RULES "(rule)"
#define MLPI_BATCHES "(batches)"

/** Beside which values of another option an option has an effect: "a|b", "!a" for all but a, or one
 * of those above. */
typedef struct mlpi_condition {
    const char *option; /* NULL: always */
    const char *values;
} mlpi_condition;

typedef struct mlpi_option {
    mlp_option_info shown;
    mlpi_option_kind kind;
    size_t offset;          /* in mlp_train_options */
    double lowest, highest; /* of numbers */
    unsigned flags;         /* MLPI_OPTION_FREE, ... */
    mlpi_condition acts;
} mlpi_option;

/** The i-th; NULL past the end. */
const mlpi_option *mlpi_option_at(size_t i);
/** With or without "--"; NULL: unknown. */
const mlpi_option *mlpi_option_find(const char *name);
/** The same with a message that suggests the nearest name. */
mlp_status mlpi_option_search(const char *name, const mlpi_option **option, mlp_error *err);
bool mlpi_option_is_number(const mlpi_option *option);
bool mlpi_option_is_whole(const mlpi_option *option);

/* --- values (value.c) ------------------------------------------------------------------------- */

mlp_train_options mlpi_options_default(void);
/** Whether workers share by a folder. NULL: the defaults. */
static inline bool mlpi_options_have_job(const mlp_train_options *options)
{
    return options != NULL && options->job != NULL && options->job[0] != '\0';
}
/** Sets `until` by `time`, which counts from now, unless it is set. */
void mlpi_options_start_clock(mlp_train_options *options);
/** A copy; of NULL: the defaults. */
mlp_train_options mlpi_options_or_default(const mlp_train_options *options);
/** Sets one from text; its pointer is kept. Not for options of several texts. */
mlp_status mlpi_option_set(const mlpi_option *option, mlp_train_options *options, const char *text,
                           mlp_error *err);
/** Whether it holds several texts. */
bool mlpi_option_is_list(const mlpi_option *option);
enum { MLPI_OPTION_TEXT_SIZE = 32 }; /* of numbers and words */
/** The value as text of an option that is not a list. Returns `text`, or the string itself. */
const char *mlpi_option_text(const mlpi_option *option, const mlp_train_options *options,
                             char text[MLPI_OPTION_TEXT_SIZE]);
bool mlpi_option_is_default(const mlpi_option *option, const mlp_train_options *options);
/** Continues a hash over the names and values of all options but those that have one of the flags
 * `without`. */
uint64_t mlpi_options_hash(const mlp_train_options *options, unsigned without, uint64_t hash);
/** mlp_train_options_to_json of those that have none of the flags. (json.c) */
mlp_status mlpi_options_to_json(const mlp_train_options *options, unsigned without, char **json,
                                mlp_error *err);
static inline void *mlpi_option_value(const mlpi_option *o, mlp_train_options *options)
{
    return (char *)options + o->offset;
}
static inline const void *mlpi_option_value_const(const mlpi_option *o,
                                                  const mlp_train_options *options)
{
    return (const char *)options + o->offset;
}
/** Whether every number is in its range, as a program may have set it: MLP_ERROR_ARGUMENT with the
 * option and the range. */
mlp_status mlpi_options_check(const mlp_train_options *options, mlp_error *err);
/** Frees the texts of a value into which mlp_train_options_set was called. */
void mlpi_options_release(mlp_train_options *options);

/* --- checks (check.c) ------------------------------------------------------------------------- */

/** Whether the option can have an effect where the option `beside` has this value. */
bool mlpi_option_acts(const mlpi_option *option, const char *beside, const char *value);
/** The first option that is not its default, is for optimizers that step along a gradient, and would
 * have no effect beside this one; NULL: there is none. */
const mlpi_option *mlpi_options_against(const mlp_train_options *options, const char *optimizer);
/** Refuses options that have no effect and are to be refused then. */
mlp_status mlpi_options_refuse(const mlp_train_options *options, mlp_error *err);
/** Tells of the i-th option that is not its default and has no effect: a sentence in `text`. false:
 * there are no more. */
bool mlpi_options_idle(const mlp_train_options *options, size_t i, char *text, size_t size);

#endif
