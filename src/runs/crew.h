/* SPDX-License-Identifier: MIT */
/* Networks that become one model: trained side by side, each by one thread from beginning to end,
 * or one after another. */
#ifndef MLPI_CREW_H
#define MLPI_CREW_H

#include "threads/threads.h"
#include "train/run.h"

/** What became of a network. */
typedef struct mlpi_outcome_of_run {
    mlp_network *network; /* with its best weights; NULL: it did not come to an end */
    double criterion;     /* by which runs are compared, smaller is better */
    size_t best_epoch;
    bool ended;             /* or never began */
    mlp_stop_reason reason; /* MLP_STOP_DIVERGED without a network: no epoch ended well */
    mlp_status status;      /* why its training failed */
    mlp_error err;
} mlpi_outcome_of_run;

typedef struct mlpi_crew mlpi_crew;

struct mlpi_crew {
    const mlp_train_options *options;              /* the caller's */
    void (*tell)(const mlpi_crew *crew, size_t i); /* of each network, in their order */
    mlpi_common common;
    size_t members, count; /* of each division of the rows, or restarts; of all */
    size_t first, begun;   /* those that train now, or did last, are from `first` up to `begun` */
    size_t *next;          /* numbers of those that train in this round */
    uint64_t set;          /* of a job: which cells they are, */
    size_t turn;           /* and which worker begins */
    int threads;           /* that each of them has */
    mlpi_outcome_of_run *run;
    mlp_trainer *best; /* of those that came to an end; it has more to tell than they do */
    char unkept[sizeof((mlp_trainer *)NULL)->unkept]; /* a checkpoint, whichever network's it was */
    double started;
    /* under the lock, while they train: */
    mlpi_lock *lock;
    size_t finished, told;
    bool over; /* the caller wanted an end, or a training failed */
};

/** Prepares the data for `members` networks for each division of the rows
 * (mlpi_prepared_divisions): network i is of division i / members. `crew` holds `options` and
 * `tell`, which outlive it, the rest is 0. It stays where it is; release it in any case. */
mlp_status mlpi_crew_prepare(mlpi_crew *crew, const mlp_table *table, mlp_table *spent,
                             const mlp_table *validation, mlp_error *err);
/** Trains the networks of the first `divisions`, or of all if there are fewer, that have not begun,
 * side by side; one network after another, each with all threads, where shards or a log that is gone
 * on with want it: with `memory` and with `checkpoint`. Which of them come to an end, and what they
 * are, does not depend on the number of threads, or on how many calls it takes, unless the caller
 * stops them. Networks of a job may come from other workers, who are waited for; one that is stopped
 * is a failure there, MLP_ERROR_INTERRUPTED. */
mlp_status mlpi_crew_train(mlpi_crew *crew, size_t divisions, mlp_error *err);
/** MLP_OK: a network has come to an end; else why none has. */
mlp_status mlpi_crew_check(const mlpi_crew *crew, mlp_error *err);
/** Why not all of them trained to their end; MLP_STOP_EPOCHS: they did. */
mlp_stop_reason mlpi_crew_why_stopped(const mlpi_crew *crew);
/** Copies of all that came to an end: at least one, else why there is none. */
mlp_status mlpi_crew_gather(const mlpi_crew *crew, mlpi_members *members, mlp_error *err);
/** The best run, which speaks for all: as if it had been trained by the caller's options. */
mlp_trainer *mlpi_crew_speaker(mlpi_crew *crew);
void mlpi_crew_release(mlpi_crew *crew);

#endif
