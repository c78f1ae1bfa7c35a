/* SPDX-License-Identifier: MIT */
/* A training run, a cross-validation or a tuning run that any number of workers share through a
 * folder.
 * Its networks, or training runs, are cells, each with a name that depends only on what is trained.
 * A finished cell is a file, which is either complete or missing and has the same bytes whichever
 * worker made it. Therefore the knowledge that workers have of each other only saves work, and may
 * be wrong. (docs/decisions/25-jobs.md) */
#ifndef MLPI_JOB_H
#define MLPI_JOB_H

#include "options/options.h"
#include "train/run.h"

typedef struct mlpi_job mlpi_job;

/** A network of a job, or a training run of a cross-validation or a tuning run. */
typedef struct mlpi_job_cell {
    uint64_t set;  /* cells of the same options (mlpi_job_set), or of a name (mlpi_job_set_named) */
    size_t number; /* number in the set, from 0 */
} mlpi_job_cell;

/** What a job is opened for: to make all missing cells, only the missing cells that this worker
 * owns, or no cells. */
typedef enum mlpi_job_purpose { MLPI_JOB_WORK, MLPI_JOB_PART, MLPI_JOB_MERGE } mlpi_job_purpose;

/** Opens the folder options->job for some `work` ("train"), and compares its job.json, if there is
 * one, with this job. options->workers and options->worker determine which cells this worker owns.
 * Errors: MLP_ERROR_ARGUMENT (options that a job cannot have; or the folder of another job, that
 * is, of other data, options, version or instruction set), MLP_ERROR_MODEL (job.json cannot be
 * read, or, for MLPI_JOB_MERGE, does not exist), MLP_ERROR_MEMORY. */
mlp_status mlpi_job_open(const mlp_table *table, const mlp_table *validation,
                         const mlp_train_options *options, const char *work,
                         mlpi_job_purpose purpose, mlpi_job **job, mlp_error *err);
/** Makes the folder and job.json if they do not exist; called once there is something to train.
 * Errors: those of mlpi_job_open, and MLP_ERROR_OUTPUT. */
mlp_status mlpi_job_begin(mlpi_job *job, mlp_error *err);
/** NULL is allowed. */
void mlpi_job_close(mlpi_job *job);

mlpi_job_purpose mlpi_job_is_for(const mlpi_job *job);
/** The set of the networks that are trained with these options. */
uint64_t mlpi_job_set(const mlpi_job *job, const mlp_train_options *options);
/** The set of the cells with this name. */
uint64_t mlpi_job_set_named(const mlpi_job *job, const char *name);
/** Whether this worker owns the cell with this turn, and so makes that cell before the cells of
 * other workers. Cells are dealt to the workers in turn; the first cell of a set may have any
 * turn. */
bool mlpi_job_owns(const mlpi_job *job, size_t turn);

typedef struct mlpi_claim mlpi_claim;
/** Claims the cell for this worker (claim.h): *claim is NULL if another worker is making it.
 * Errors: MLP_ERROR_OUTPUT, MLP_ERROR_MEMORY. */
mlp_status mlpi_job_claim(const mlpi_job *job, const mlpi_job_cell *cell, mlpi_claim **claim,
                          mlp_error *err);
/** NULL is allowed. */
void mlpi_claim_release(mlpi_claim *claim);

/** Whether the cell is finished. Errors: MLP_ERROR_MODEL (the folder cannot be read),
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_job_has(const mlpi_job *job, const mlpi_job_cell *cell, bool *has, mlp_error *err);
/** Puts a run that has not begun into the final state that is stored in the cell. Errors:
 * MLP_ERROR_MODEL (the cell is damaged, or of another run), MLP_ERROR_MEMORY. */
mlp_status mlpi_job_load(const mlpi_job *job, const mlpi_job_cell *cell, mlp_trainer *run,
                         mlp_error *err);
/** Writes the cell of a run that has ended. Errors: MLP_ERROR_OUTPUT, MLP_ERROR_MEMORY. */
mlp_status mlpi_job_store(const mlpi_job *job, const mlpi_job_cell *cell, mlp_trainer *run,
                          mlp_error *err);

/** The contents of a cell that is not a network. */
typedef struct mlpi_result {
    unsigned char *bytes; /* malloc'ed */
    size_t size;
} mlpi_result;

/** Makes the result of cell i; called on several threads. MLP_ERROR_INTERRUPTED: the work was
 * stopped, and there is no result. */
typedef mlp_status mlpi_make_result(void *context, size_t i, mlpi_result *made, mlp_error *err);
/** Takes the result of cell i, which any worker may have made; called on several threads. */
typedef mlp_status mlpi_take_result(void *context, size_t i, const mlpi_result *found,
                                    mlp_error *err);

/** Cells that are results, made by all workers in parallel. Every result is stored in the folder,
 * so that it makes no difference which worker made it. */
typedef struct mlpi_share_of_job {
    mlpi_job *job;
    uint64_t set;
    const size_t *number; /* the number of each cell in the set */
    size_t count;
    int threads;
    const mlp_flag *stop; /* nullable */
    mlpi_make_result *make;
    mlpi_take_result *take;
    void *context;
} mlpi_share_of_job;

/** Returns when all results have been taken. Errors: those of `make` and `take`; MLP_ERROR_MODEL (a
 * cell is damaged, or, except for MLPI_JOB_WORK, missing), MLP_ERROR_OUTPUT, MLP_ERROR_MEMORY,
 * MLP_ERROR_INTERRUPTED. */
mlp_status mlpi_job_share(const mlpi_share_of_job *share, mlp_error *err);
/** Reads one result; free() found->bytes. *found is unchanged if the cell is not finished. Errors:
 * MLP_ERROR_MODEL, MLP_ERROR_MEMORY. */
mlp_status mlpi_job_read_result(const mlpi_job *job, const mlpi_job_cell *cell, mlpi_result *found,
                                mlp_error *err);
/** Writes one result. Errors: MLP_ERROR_OUTPUT, MLP_ERROR_MEMORY. */
mlp_status mlpi_job_write_result(const mlpi_job *job, const mlpi_job_cell *cell,
                                 const mlpi_result *made, mlp_error *err);

/** Fails with MLP_ERROR_MODEL and a list of the cells that are missing of the `all` cells of a
 * set. */
mlp_status mlpi_job_missing(mlpi_job *job, uint64_t set, const size_t *number, size_t count,
                            size_t all, mlp_error *err);
/** Whether mlpi_job_missing has been called since the last call of this function. */
bool mlpi_job_lacked(mlpi_job *job);

/** The caller's purpose in opening a job, and, if the job fails, whether cells are missing. */
typedef struct mlpi_part_in_job {
    mlpi_job_purpose purpose;
    bool lacks; /* the job failed because cells of other workers are missing */
} mlpi_part_in_job;

/** Fails with MLP_ERROR_INTERRUPTED, since the worker was stopped. */
mlp_status mlpi_job_stopped(const mlpi_job *job, mlp_error *err);

/** Waits a little for other workers, longer at each call up to a limit, and stops waiting when
 * `stop` (nullable) is set. *idle counts the calls; it is 0 at first. */
void mlpi_job_wait(size_t *idle, const mlp_flag *stop);

#endif
