/* SPDX-License-Identifier: MIT */
/* Networks that are trained side by side, each by one thread from beginning to end. */
#ifndef MLPI_CREW_H
#define MLPI_CREW_H

#include "threads/threads.h"
#include "train/run.h"

/** What became of a network. */
typedef struct mlpi_outcome_of_run {
    mlp_network *network; /* with its best weights; NULL: it did not come to an end */
    double criterion;     /* by which it was judged, smaller is better */
    size_t best_epoch;
    mlp_stop_reason reason; /* MLP_STOP_DIVERGED without a network: no epoch ended well */
    mlp_status status;      /* why its training failed */
    mlp_error err;
} mlpi_outcome_of_run;

typedef struct mlpi_crew {
    const mlp_train_options *options; /* the caller's */
    mlpi_common common;
    size_t members, count; /* of each fold; of all folds */
    mlpi_outcome_of_run *run;
    mlp_trainer *best; /* of those that came to an end; it has more to tell than they do */
    double started;
    /* under the lock, while they train: */
    mlpi_lock *lock;
    size_t finished;
    bool over; /* the caller wanted an end, or a training failed */
} mlpi_crew;

/** Prepares the data, and trains `members` networks for each of the folds: network i is of fold
 * i / members. Which of them came to an end, and what they are, does not depend on the number of
 * threads, unless the caller stops them. Release in any case. */
mlp_status mlpi_crew_train(mlpi_crew *crew, const mlp_table *table, mlp_table *spent,
                           const mlp_train_options *options, mlp_error *err);
void mlpi_crew_release(mlpi_crew *crew);

#endif
