/* SPDX-License-Identifier: MIT */
/* A training, a cross-validation or a tuning that any number of workers share by a folder. Its
 * networks, or trainings, are cells, each with a name
 * that follows from what is trained and from nothing else. A cell that is finished is a file, whole
 * or not there, and the same bytes whichever worker made it; so what workers know of each other only saves
 * them work, and may be wrong. (docs/decisions/25-jobs.md) */
#ifndef MLPI_JOB_H
#define MLPI_JOB_H

#include "options/options.h"
#include "train/run.h"

typedef struct mlpi_job mlpi_job;

/** A network of a job, or a training of a cross-validation or a tuning. */
typedef struct mlpi_job_cell {
    uint64_t set;  /* networks that are trained by the same options: mlpi_job_set; or a name */
    size_t number; /* among them, from 0 */
} mlpi_job_cell;

/** What a job is opened for: to train whatever is missing, or of that a worker's own alone, or none. */
typedef enum mlpi_job_purpose { MLPI_JOB_WORK, MLPI_JOB_PART, MLPI_JOB_MERGE } mlpi_job_purpose;

/** Opens the folder `job` of the options for some `work` ("train"), whose `workers` and `worker` say whose cells are whose, and
 * compares what is there. Errors: MLP_ERROR_ARGUMENT (options that jobs cannot have; or the folder
 * is of another job, which is one of other data, options, version or instruction set),
 * MLP_ERROR_MODEL (its job.json cannot be read; to merge: there is none), MLP_ERROR_MEMORY. */
mlp_status mlpi_job_open(const mlp_table *table, const mlp_table *validation,
                         const mlp_train_options *options, const char *work,
                         mlpi_job_purpose purpose, mlpi_job **job, mlp_error *err);
/** Once it is known that there is something to train: a worker makes folder and job.json where they
 * are not there. Errors: as before, and MLP_ERROR_OUTPUT. */
mlp_status mlpi_job_begin(mlpi_job *job, mlp_error *err);
/** NULL is allowed. */
void mlpi_job_close(mlpi_job *job);

mlpi_job_purpose mlpi_job_is_for(const mlpi_job *job);
/** Of the networks that are trained by these options. */
uint64_t mlpi_job_set(const mlpi_job *job, const mlp_train_options *options);
/** The cells of that name. */
uint64_t mlpi_job_set_named(const mlpi_job *job, const char *name);
/** Whether this worker is the first to do a cell. They are dealt in turn, to which sets may begin with different
 * workers. */
bool mlpi_job_owns(const mlpi_job *job, size_t turn);

typedef struct mlpi_claim mlpi_claim;
/** Claims the cell for this worker (claim.h): *claim is NULL where another one is at work on it.
 * Errors: MLP_ERROR_OUTPUT, MLP_ERROR_MEMORY. */
mlp_status mlpi_job_claim(const mlpi_job *job, const mlpi_job_cell *cell, mlpi_claim **claim,
                          mlp_error *err);
/** NULL is allowed. */
void mlpi_claim_release(mlpi_claim *claim);

/** Whether the cell is finished. Errors: MLP_ERROR_MODEL (the folder cannot be read), MLP_ERROR_MEMORY. */
mlp_status mlpi_job_has(const mlpi_job *job, const mlpi_job_cell *cell, bool *has, mlp_error *err);
/** Brings a run that has not begun to the end that the cell tells of. Errors: MLP_ERROR_MODEL (it
 * is damaged, or of another run), MLP_ERROR_MEMORY. */
mlp_status mlpi_job_load(const mlpi_job *job, const mlpi_job_cell *cell, mlp_trainer *run,
                         mlp_error *err);
/** Writes the cell of a run that has come to its end. Errors: MLP_ERROR_OUTPUT, MLP_ERROR_MEMORY. */
mlp_status mlpi_job_store(const mlpi_job *job, const mlpi_job_cell *cell, mlp_trainer *run,
                          mlp_error *err);

/** What a cell holds that is no network. */
typedef struct mlpi_result {
    unsigned char *bytes; /* malloc'ed */
    size_t size;
} mlpi_result;

/** Called on threads. MLP_ERROR_INTERRUPTED: it was stopped, and there is no result. */
typedef mlp_status mlpi_make_result(void *context, size_t i, mlpi_result *made, mlp_error *err);
typedef mlp_status mlpi_take_result(void *context, size_t i, const mlpi_result *found,
                                    mlp_error *err);

/** Cells that are results, done side by side by all workers; all that is made goes through the
 * folder, so that who made it makes no difference. */
typedef struct mlpi_share_of_job {
    mlpi_job *job;
    uint64_t set;
    const size_t *number; /* of each */
    size_t count;
    int threads;
    const mlp_flag *stop; /* nullable */
    mlpi_make_result *make;
    mlpi_take_result *take;
    void *context;
} mlpi_share_of_job;

/** Ends when all have been taken. Errors: those of `make` and `take`; MLP_ERROR_MODEL (a cell is
 * damaged, or, to merge, missing), MLP_ERROR_OUTPUT, MLP_ERROR_MEMORY, MLP_ERROR_INTERRUPTED. */
mlp_status mlpi_job_share(const mlpi_share_of_job *share, mlp_error *err);
/** Results one by one. *found->bytes is NULL where there is none; free() them. Errors:
 * MLP_ERROR_MODEL, MLP_ERROR_OUTPUT, MLP_ERROR_MEMORY. */
mlp_status mlpi_job_read_result(const mlpi_job *job, const mlpi_job_cell *cell, mlpi_result *found,
                                mlp_error *err);
mlp_status mlpi_job_write_result(const mlpi_job *job, const mlpi_job_cell *cell,
                                 const mlpi_result *made, mlp_error *err);

/** Says which of the networks of a set, of which there are `all`, are not there: MLP_ERROR_MODEL. */
mlp_status mlpi_job_missing(mlpi_job *job, uint64_t set, const size_t *number, size_t count,
                            size_t all, mlp_error *err);
/** Whether that has been said since this was asked last. */
bool mlpi_job_lacked(mlpi_job *job);

/** What a caller wants of a job, and hears of it. */
typedef struct mlpi_part_in_job {
    mlpi_job_purpose purpose;
    bool lacks; /* it failed since trainings of others are missing */
} mlpi_part_in_job;

/** Says that a worker was stopped: MLP_ERROR_INTERRUPTED. */
mlp_status mlpi_job_stopped(const mlpi_job *job, mlp_error *err);

/** Nothing could be done: waits a little for other workers, longer the more often nothing could;
 * less when `stop` (nullable) is set. `idle` counts, from 0. */
void mlpi_job_wait(size_t *idle, const mlp_flag *stop);

#endif
