/* SPDX-License-Identifier: MIT */
/* The options of training: their list (list.inc), and everything that is derived from that list. */
#ifndef MLPI_OPTIONS_H
#define MLPI_OPTIONS_H

#include "base/base.h"
#include "mlp/options.h"

typedef enum mlpi_option_kind {
    MLPI_OPTION_TEXT,
    MLPI_OPTION_FILE,    /* a text: the path of a file that training writes */
    MLPI_OPTION_NAMES,   /* several texts, separated by commas when they are set from one text */
    MLPI_OPTION_WORDS,   /* several texts */
    MLPI_OPTION_SWITCH,  /* yes or no */
    MLPI_OPTION_TASK,    /* auto, classification, regression */
    MLPI_OPTION_SEED,    /* 64 bits */
    MLPI_OPTION_THREADS, /* a whole number, kept as int */
    MLPI_OPTION_COUNT,   /* a whole number */
    MLPI_OPTION_ROWS,    /* a whole number, or full */
    MLPI_OPTION_BYTES,   /* a whole number, perhaps followed by K, M, G or T, or any */
    MLPI_OPTION_REAL,
    MLPI_OPTION_TIME,     /* seconds, or a number followed by s, m or h */
    MLPI_OPTION_AUTO_REAL /* a real number, or auto */
} mlpi_option_kind;

/* The type in which each kind is stored. */
typedef const char *mlpi_kept_TEXT, *mlpi_kept_FILE;
typedef mlp_names mlpi_kept_NAMES, mlpi_kept_WORDS;
typedef bool mlpi_kept_SWITCH;
typedef mlp_task mlpi_kept_TASK;
typedef uint64_t mlpi_kept_SEED;
typedef int mlpi_kept_THREADS;
typedef size_t mlpi_kept_COUNT, mlpi_kept_ROWS, mlpi_kept_BYTES;
typedef double mlpi_kept_REAL, mlpi_kept_TIME, mlpi_kept_AUTO_REAL;

/* The numbers that stand for words. */
#define MLPI_FULL SIZE_MAX /* rows of a batch */
#define MLPI_ANY SIZE_MAX  /* bytes of memory */
#define MLPI_AUTO (-1.0)

/* The numbers of the options. */
enum {
#define OPTION(kind, member, ...) MLPI_OPTION_AT_##member,
#include "options/list.inc"
#undef OPTION
    MLPI_OPTIONS
};

/** Inside the library, options are copied by value, and a copy shares the caller's texts; only an
 * object made by mlp_train_options_create owns its texts, through `kept`. */
struct mlp_train_options {
#define OPTION(kind, member, ...) mlpi_kept_##kind member;
#include "options/list.inc"
#undef OPTION
    const mlp_model *initial; /* NULL: training starts from new weights */
    mlp_on_progress progress;
    mlp_on_notice notice;
    mlp_on_working working;
    void *context;
    const mlp_flag *stop;
    struct mlpi_job *cells; /* the open `job`, whose cells are the networks; NULL: there is none */
    double until;    /* the mlpi_seconds() at which training ends, from `time`; 0: not set yet */
    mlp_ranks ranks; /* if fewer than 2, this process trains alone */
    const char *command;          /* NULL: not known */
    void *kept[MLPI_OPTIONS + 1]; /* the memory of the texts of each option, and of the command */
};

enum {
    MLPI_OPTION_FREE = 1,    /* does not affect the steps: a run that resumes from a checkpoint may
                                have another value */
    MLPI_OPTION_ZERO = 2,    /* 0, although out of range, stands for the default, which is a word */
    MLPI_OPTION_REFUSED = 4, /* training is refused where the option has no effect; for other
                                options, a notice reports that */
    MLPI_OPTION_RUN = 8      /* changes how training runs; the model is the same */
};

/* These stand for the names of several optimizers: of all update rules, which step along a
 * gradient, and of the update rules that need not take all rows at each step. */
#define MLPI_RULES "(rule)"
#define MLPI_BATCHES "(batches)"

/** The values of another option with which an option has an effect: "a|b", "!a" for all values
 * except a, or MLPI_RULES or MLPI_BATCHES. */
typedef struct mlpi_condition {
    const char *option; /* NULL: it always has an effect */
    const char *values;
} mlpi_condition;

typedef struct mlpi_option {
    mlp_option_info shown;
    mlpi_option_kind kind;
    size_t offset;          /* in mlp_train_options */
    double lowest, highest; /* the range of a number */
    unsigned flags;         /* MLPI_OPTION_FREE, ... */
    mlpi_condition acts;
} mlpi_option;

/** The i-th option; NULL past the end. */
const mlpi_option *mlpi_option_at(size_t i);
/** Finds an option by its name, with or without "--"; NULL: there is none. */
const mlpi_option *mlpi_option_find(const char *name);
/** Finds an option by its name. Errors: MLP_ERROR_ARGUMENT, with the nearest name. */
mlp_status mlpi_option_search(const char *name, const mlpi_option **option, mlp_error *err);
bool mlpi_option_is_number(const mlpi_option *option);
bool mlpi_option_is_whole(const mlpi_option *option);

/* --- values (value.c) ------------------------------------------------------------------------- */

mlp_train_options mlpi_options_default(void);
/** Whether the options have a `job`. `options` NULL: the defaults. */
static inline bool mlpi_options_have_job(const mlp_train_options *options)
{
    return options != NULL && options->job != NULL && options->job[0] != '\0';
}
/** Sets `until` to `time` seconds from now, unless it is already set. */
void mlpi_options_start_clock(mlp_train_options *options);
/** A copy of the options; for NULL, the defaults. */
mlp_train_options mlpi_options_or_default(const mlp_train_options *options);
/** Sets an option from text; an option that is a text keeps the pointer. Not for lists. */
mlp_status mlpi_option_set(const mlpi_option *option, mlp_train_options *options, const char *text,
                           mlp_error *err);
/** Whether the option holds several texts. */
bool mlpi_option_is_list(const mlpi_option *option);
enum { MLPI_OPTION_TEXT_SIZE = 32 }; /* room for a number or a word */
/** The value of an option that is not a list, as text. Returns `text`, or the option's own
 * string. */
const char *mlpi_option_text(const mlpi_option *option, const mlp_train_options *options,
                             char text[MLPI_OPTION_TEXT_SIZE]);
bool mlpi_option_is_default(const mlpi_option *option, const mlp_train_options *options);
/** Continues a hash over the names and values of all options that have none of the flags
 * `without`. */
uint64_t mlpi_options_hash(const mlp_train_options *options, unsigned without, uint64_t hash);
/** mlp_train_options_to_json for the options that have none of the flags `without` (json.c). */
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
/** Checks that every number is in its range, including those that were set without mlpi_option_set.
 * Errors: MLP_ERROR_ARGUMENT with the option and the range. */
mlp_status mlpi_options_check(const mlp_train_options *options, mlp_error *err);
/** Frees the texts that the functions of mlp/options.h stored in options held by value. */
void mlpi_options_release(mlp_train_options *options);

/* --- checks (check.c) ------------------------------------------------------------------------- */

/** Whether the option can have an effect where the option `beside` has this value. */
bool mlpi_option_acts(const mlpi_option *option, const char *beside, const char *value);
/** The first option that differs from its default, is only for update rules, and would have no
 * effect with this optimizer; NULL: there is none. */
const mlpi_option *mlpi_options_against(const mlp_train_options *options, const char *optimizer);
/** MLP_ERROR_ARGUMENT if an option with the flag MLPI_OPTION_REFUSED has no effect, else MLP_OK. */
mlp_status mlpi_options_refuse(const mlp_train_options *options, mlp_error *err);
/** Writes a sentence about the i-th option that differs from its default and has no effect. false:
 * there are no more. */
bool mlpi_options_idle(const mlp_train_options *options, size_t i, char *text, size_t size);

#endif
