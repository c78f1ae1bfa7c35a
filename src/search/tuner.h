/* SPDX-License-Identifier: MIT */
/* A tuning run, for trials.c and the files tune*.c. */
#ifndef MLPI_TUNER_H
#define MLPI_TUNER_H

#include <stdio.h>

#include "jobs/job.h"
#include "mlp/evaluate.h"
#include "mlp/json.h"
#include "mlp/output.h"
#include "mlp/tune.h"
#include "search/part.h"
#include "search/space.h"
#include "threads/threads.h"

enum {
    MLPI_TUNE_LEVELS = 3, /* numbers of epochs: a ninth, a third and all of them */
    MLPI_TUNE_FOLDS = 5,
    MLPI_TUNE_REPEATS = 3, /* partitions into folds: one to select by, two for the finalists */
    MLPI_TUNE_PARTS = MLPI_TUNE_FOLDS * MLPI_TUNE_REPEATS,
    MLPI_TUNE_STAGES = 4,
    MLPI_TUNE_BRACKET = 27, /* the most trials of a bracket, which begin together */
    MLPI_TUNE_SEEDS = 3,    /* training runs of each side of the last comparison */
    MLPI_TUNE_MOST_TRIALS = 1000000
};

/** A training run on all folds of a partition except for one, and its evaluation on that fold. */
typedef struct mlpi_training {
    bool done;
    double metric; /* NaN: none */
    double seconds;
    size_t epochs;
} mlpi_training;

typedef struct mlpi_trial {
    size_t number, stage;
    bool known;     /* the journal holds a training run of this trial */
    mlpi_draw draw; /* empty for trial 0, which has the defaults */
    mlp_train_options options;
    mlpi_training trainings[MLPI_TUNE_LEVELS][MLPI_TUNE_PARTS];
    double merit;  /* in its stage: metric times sign, smaller is better; NaN: none */
    char *failure; /* why a training run of the trial failed; NULL: none failed */
} mlpi_trial;

/** The trials whose texts a report points to. */
struct mlpi_kept_trials {
    mlpi_trial **trials;
    size_t count;
};

/** The training runs that a stage adds to each trial. */
typedef struct mlpi_stage {
    size_t level, first, end; /* parts first .. end-1 */
} mlpi_stage;

struct mlp_tune_options {
    const mlp_train_options *base; /* NULL: the defaults */
    mlp_names fixed, search;
    size_t trials;       /* 0: as many as the time allows */
    double seconds;      /* 0: until the trials are done */
    double holdout;      /* fraction of the rows that is held out */
    const char *journal; /* NULL: none */
    bool resume, overwrite;
    mlp_on_training progress; /* NULL: none */
    void *context;
};

mlp_tune_options mlpi_tune_options_default(void);

typedef struct mlpi_tuner {
    const mlp_table *table;
    const mlp_tune_options *options;
    mlp_train_options base; /* the options that every trial starts from */
    mlp_task task;
    const char *metric; /* name of the deciding metric in mlp_evaluation */
    double sign;        /* 1: smaller is better, -1: larger is */
    mlpi_space space;
    const mlpi_stage *stages;
    size_t bracket;  /* trials of a bracket */
    mlpi_part whole; /* training: rows that the search sees; tested: rows held out, or NULL */
    size_t rows;     /* number of rows with all targets that the search sees */
    mlpi_part parts[MLPI_TUNE_PARTS];
    mlpi_trial **trials;
    size_t trial_count, trial_capacity;
    size_t *drawn;         /* hash table from draws to the numbers of their trials; 0: free */
    size_t drawn_capacity; /* 0, or a power of two */
    mlpi_job *job;         /* its cells are the training runs; NULL: there is no job */
    mlpi_job_purpose purpose;
    FILE *journal;
    mlp_output *begun; /* the output of the journal; if it replaces another journal, it gets its
                          name with its first training run */
    bool published;    /* the journal has its name */
    mlpi_lock *lock;   /* held while a finished training run is recorded */
    double began;
    _Atomic double deadline;          /* INFINITY: none */
    size_t trainings_after;           /* training runs that the deadline leaves time for */
    size_t trainings, resumed;        /* number of training runs; of these, from journal or job */
    size_t known;                     /* number of trials with a training run in the journal */
    double seconds[MLPI_TUNE_LEVELS]; /* total time of the training runs of each level so far */
    size_t counts[MLPI_TUNE_LEVELS];  /* number of training runs of each level so far */
    _Atomic bool ended;               /* the progress function or a failure ended the tuning */
    mlp_status status;                /* of the first failure that ends everything */
    mlp_error failure;
} mlpi_tuner;

/* trials.c */

/** Whether the caller's flag requests a stop. */
bool mlpi_tuner_stopped(const mlpi_tuner *tuner);
/** Whether to stop now: the caller wants to, the time is over, or something failed. */
bool mlpi_tuner_over(const mlpi_tuner *tuner);
/** Puts a finished training run into its trial. */
void mlpi_tuner_take(mlpi_tuner *tuner, mlpi_trial *trial, size_t level, size_t part,
                     mlpi_training training);
/** Finds trial `number`; makes this trial and those before it if they do not exist yet. */
mlp_status mlpi_tuner_trial(mlpi_tuner *tuner, size_t number, mlpi_trial **trial, mlp_error *err);
/** `trial` may be NULL. */
void mlpi_tuner_free_trial(mlpi_trial *trial);
/** Lets the search end early enough for `trainings` training runs after it. */
void mlpi_tuner_expect(mlpi_tuner *tuner, size_t trainings);
/** Compares two pointers to trials, for qsort: the higher stage is better, then the smaller merit
 * (NaN is worst), then the smaller number. */
int mlpi_tuner_by_merit(const void *a, const void *b);
/** Sorts trials by mlpi_tuner_by_merit, the best first. */
void mlpi_tuner_rank(mlpi_trial **trials, size_t count);

/* tune.c */

/** Does all training runs of a stage that are not done yet, in parallel, and sets the merit of the
 * trials that have completed the stage. */
mlp_status mlpi_tuner_run(mlpi_tuner *tuner, mlpi_trial *const *trials, size_t count, size_t stage,
                          mlp_error *err);

/* tune_parts.c */

/** Divides the rows into those held out and the folds of the others. */
mlp_status mlpi_tuner_divide(mlpi_tuner *tuner, mlp_error *err);
void mlpi_tuner_divide_release(mlpi_tuner *tuner);
/** Trains on a table for the fraction of the epochs that belongs to `level`. *cut: the tuning ended
 * first, and there is no model. */
mlp_status mlpi_tuner_train(const mlpi_tuner *tuner, const mlp_table *table,
                            const mlp_train_options *options, size_t level, mlp_model **model,
                            size_t *epochs, bool *cut, mlp_error *err);

/* tune_training.c */

/** A training run to be done. */
typedef struct mlpi_asked {
    mlpi_trial *trial;
    size_t level, part;
} mlpi_asked;

/** Does training runs in parallel and puts each into its trial. With a job, the runs are its
 * cells. */
mlp_status mlpi_tuner_train_all(mlpi_tuner *tuner, mlpi_asked *asked, size_t count, mlp_error *err);

/* tune_job.c */

/** Opens the folder of the job, if the tuning has one. */
mlp_status mlpi_tuner_open_job(mlpi_tuner *tuner, mlp_error *err);
/** Makes cells of the set `name` together with all workers (mlpi_job_share). */
mlp_status mlpi_tuner_share(mlpi_tuner *tuner, const char *name, const size_t *number, size_t count,
                            mlpi_make_result *make, mlpi_take_result *take, void *context,
                            mlp_error *err);

/* tune_journal.c */

/** A hash of everything that decides the result of a training run; time, trials and threads do
 * not. */
uint64_t mlpi_tuner_identity(const mlpi_tuner *tuner);
/** Writes a finished training run as a line of a journal, without the newline; `failure` NULL:
 * none. free() *text. */
mlp_status mlpi_journal_line(const mlpi_trial *trial, size_t level, size_t part,
                             const mlpi_training *training, const char *failure, char **text,
                             size_t *length, mlp_error *err);
/** Reads a training run from such a line; false: the line does not hold one. */
bool mlpi_journal_training(mlp_json_value line, mlpi_training *training);

/** Opens the journal; with `resume`, puts its training runs into their trials. */
mlp_status mlpi_journal_open(mlpi_tuner *tuner, mlp_error *err);
mlp_status mlpi_journal_write(mlpi_tuner *tuner, const mlpi_trial *trial, size_t level, size_t part,
                              mlp_error *err);
void mlpi_journal_close(mlpi_tuner *tuner);

/* tune_evaluate.c */

/** Compares the best trial with the defaults on the rows held out. */
mlp_status mlpi_tuner_evaluate(mlpi_tuner *tuner, const mlpi_trial *best,
                               const mlpi_trial *defaults, mlp_tune_comparison *comparison,
                               mlp_error *err);

#endif
