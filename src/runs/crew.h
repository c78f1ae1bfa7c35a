/* SPDX-License-Identifier: MIT */
/* Networks that become one model: trained in parallel, or one after another with all threads. */
#ifndef MLPI_CREW_H
#define MLPI_CREW_H

#include "threads/threads.h"
#include "train/run.h"

/** The outcome of a network's training. */
typedef struct mlpi_outcome_of_run {
    mlp_network *network; /* with its best weights; NULL: there is no usable network */
    double criterion;     /* of the best weights, smaller is better */
    size_t best_epoch;
    bool ended;             /* the training has ended, or will not begin */
    mlp_stop_reason reason; /* MLP_STOP_DIVERGED without a network: no epoch ended well */
    mlp_status status;      /* MLP_OK, or why the training failed */
    mlp_error err;
} mlpi_outcome_of_run;

typedef struct mlpi_crew mlpi_crew;

struct mlpi_crew {
    const mlp_train_options *options;              /* the caller's */
    void (*tell)(const mlpi_crew *crew, size_t i); /* called for each network, in order */
    mlpi_common common;
    size_t members, count; /* number of networks or restarts: of each division of the rows; of
                              all divisions */
    size_t first, begun;   /* networks first .. begun - 1 train now, or trained in the last call */
    size_t *next;          /* numbers of the networks that train in this round */
    uint64_t set;          /* with a job: the set that the networks are cells of */
    size_t turn;           /* with a job: cell i is dealt to workers as number `turn` + i */
    int threads;           /* of each network */
    mlpi_outcome_of_run *run;
    mlp_trainer *best;                                /* the best run so far that has a network */
    char unkept[sizeof((mlp_trainer *)NULL)->unkept]; /* the last checkpoint failure of any run;
                                                         "": none */
    double started;
    /* used under the lock while networks train: */
    mlpi_lock *lock;
    size_t finished, told; /* number of networks that have ended; of these, `tell` was called for */
    bool over;             /* the caller wanted to stop, or a training run failed */
};

/** Prepares the data for `members` networks for each division of the rows
 * (mlpi_prepared_divisions): network i is of division i / members. `crew` must hold `options` and
 * `tell`, which must outlive it, and otherwise zeros. The crew must not be moved; release it even
 * after a failure. */
mlp_status mlpi_crew_prepare(mlpi_crew *crew, const mlp_table *table, mlp_table *spent,
                             const mlp_table *validation, mlp_error *err);
/** Trains the networks of the first `divisions` divisions, or of all if there are fewer, that have
 * not begun: in parallel, but with `memory` or `checkpoint` one after another, each with all
 * threads. Which networks come to an end, and with which weights, does not depend on the number of
 * threads or calls, unless the caller stops them. With a job, waits for the networks of other
 * workers; a stop is then a failure, MLP_ERROR_INTERRUPTED. */
mlp_status mlpi_crew_train(mlpi_crew *crew, size_t divisions, mlp_error *err);
/** MLP_OK: a network has come to an end; else why none has. */
mlp_status mlpi_crew_check(const mlpi_crew *crew, mlp_error *err);
/** Why not all networks trained to their end; MLP_STOP_EPOCHS: all did. */
mlp_stop_reason mlpi_crew_why_stopped(const mlpi_crew *crew);
/** Adds copies of all networks that came to an end; fails as mlpi_crew_check if there is none. */
mlp_status mlpi_crew_gather(const mlpi_crew *crew, mlpi_members *members, mlp_error *err);
/** The best run, which represents all networks, with the caller's options. */
mlp_trainer *mlpi_crew_speaker(mlpi_crew *crew);
void mlpi_crew_release(mlpi_crew *crew);

#endif
