/* SPDX-License-Identifier: MIT */
/* A training that any number of workers share by a folder. Its networks are cells, each with a name
 * that follows from what is trained and from nothing else. A cell that is finished is a file, whole
 * or not there, and the same bytes whichever worker made it; so what workers know of each other only saves
 * them work, and may be wrong. (docs/decisions/25-jobs.md) */
#ifndef MLPI_JOB_H
#define MLPI_JOB_H

#include "options/options.h"
#include "train/run.h"

typedef struct mlpi_job mlpi_job;

/** A network of a job. */
typedef struct mlpi_job_cell {
    uint64_t set;  /* networks that are trained by the same options: mlpi_job_set */
    size_t number; /* among them, from 0 */
} mlpi_job_cell;

/** What a job is opened for: to train whatever is missing, or of that a worker's own alone, or none. */
typedef enum mlpi_job_purpose { MLPI_JOB_WORK, MLPI_JOB_PART, MLPI_JOB_MERGE } mlpi_job_purpose;

/** Opens the folder `job` of the options, whose `workers` and `worker` say whose cells are whose, and
 * compares what is there. Errors: MLP_ERROR_ARGUMENT (options that jobs cannot have; or the folder
 * is of another job, which is one of other data, options, version or instruction set),
 * MLP_ERROR_MODEL (its job.json cannot be read; to merge: there is none), MLP_ERROR_MEMORY. */
mlp_status mlpi_job_open(const mlp_table *table, const mlp_table *validation,
                         const mlp_train_options *options, mlpi_job_purpose purpose, mlpi_job **job,
                         mlp_error *err);
/** Once it is known that there is something to train: a worker makes folder and job.json where they
 * are not there. Errors: as before, and MLP_ERROR_OUTPUT. */
mlp_status mlpi_job_begin(mlpi_job *job, mlp_error *err);
/** NULL is allowed. */
void mlpi_job_close(mlpi_job *job);

mlpi_job_purpose mlpi_job_is_for(const mlpi_job *job);
/** Of the networks that are trained by these options. */
uint64_t mlpi_job_set(const mlpi_job *job, const mlp_train_options *options);
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

/** Says which of the networks of a set, of which there are `all`, are not there: MLP_ERROR_MODEL. */
mlp_status mlpi_job_missing(mlpi_job *job, uint64_t set, const size_t *number, size_t count,
                            size_t all, mlp_error *err);
/** Whether that has been said since this was asked last. */
bool mlpi_job_lacked(mlpi_job *job);
/** Says that a worker was stopped: MLP_ERROR_INTERRUPTED. */
mlp_status mlpi_job_stopped(const mlpi_job *job, mlp_error *err);

/** Nothing could be done: waits a little for other workers, longer the more often nothing could;
 * less when `stop` (nullable) is set. `idle` counts, from 0. */
void mlpi_job_wait(size_t *idle, const mlp_flag *stop);

#endif
