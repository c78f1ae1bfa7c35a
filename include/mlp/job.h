/* SPDX-License-Identifier: MIT */
/* A training that several workers share by a folder, which any engine may start. */
#ifndef MLP_JOB_H
#define MLP_JOB_H

#include "mlp/common.h"
#include "mlp/cross_validate.h"
#include "mlp/error.h"
#include "mlp/model.h"
#include "mlp/options.h"
#include "mlp/table.h"
#include "mlp/train.h"
#include "mlp/tune.h"

MLP_BEGIN_DECLS

/* Options: `job`, the folder; `workers` and `worker`, how many there are and which of them this is.
 * Every network of the training (restart, member, fold, of each recipe of `quality`) is a file in
 * the folder once it is trained, whole or not there, whichever worker trained it. A worker trains those that
 * are its own first, then what no other worker has begun or who began it has left; it ends when all
 * are there. mlp_train with a `job` is such a worker that then makes the model, the same bytes as
 * without a job, whatever the number of workers and whichever of them were killed. All workers need
 * the same data, options, version of mlp and instruction set, which job.json in the folder says;
 * `threads` may differ. */

/** A worker that makes no model: mlp_train without its result. Errors: as mlp_train; MLP_ERROR_ARGUMENT
 * (no `job` in the options, one that is of another training, or an option that jobs cannot have),
 * MLP_ERROR_MODEL (a file in the folder is damaged), MLP_ERROR_OUTPUT (one cannot be written),
 * MLP_ERROR_INTERRUPTED (it was stopped; what is there stays). */
MLP_API mlp_status mlp_job_work(const mlp_table *table, const mlp_table *validation,
                                const mlp_train_options *options, mlp_error *err);

/** A worker whose folder no other sees: trains those of its own networks that are known to be wanted,
 * and waits for nobody. *finished: all of the job are there; else the files of the folder go to the caller that
 * gathers them, and those of all workers come back for the next part. Errors: as mlp_job_work. */
MLP_API mlp_status mlp_job_part(const mlp_table *table, const mlp_table *validation,
                                const mlp_train_options *options, bool *finished, mlp_error *err);

/** The model of a job whose networks are all there; trains and writes nothing. `validation` and
 * `report` may be NULL. Free the model with mlp_model_free. Errors: as mlp_job_work, and
 * MLP_ERROR_MODEL where some networks are missing, with which, or the folder is of no job. */
MLP_API mlp_status mlp_job_merge(const mlp_table *table, const mlp_table *validation,
                                 const mlp_train_options *options, mlp_model **model,
                                 mlp_train_report *report, mlp_error *err);

/** mlp_cross_validate and mlp_tune with a `job` in their options of training are such workers too: their trainings
 * are the files, and every worker comes to what one alone does. A tuning ends by `trials`, without `time` and `journal`; the
 * `resumed` of its report are those that other workers did. These come to the same where all are there; they train and write nothing.
 * Errors: as mlp_job_merge. */
MLP_API mlp_status mlp_job_merge_folds(const mlp_table *table,
                                       const mlp_cross_validation_options *options,
                                       mlp_cross_validation *result, mlp_error *err);
MLP_API mlp_status mlp_job_merge_tuning(const mlp_table *table, const mlp_tune_options *options,
                                        mlp_tune_report *report, mlp_error *err);
/** Workers of such a job whose folder no other sees: as mlp_job_part. A tuning takes a part for each of its stages.
 * Errors: as mlp_job_work. */
MLP_API mlp_status mlp_job_part_folds(const mlp_table *table,
                                      const mlp_cross_validation_options *options, bool *finished,
                                      mlp_error *err);
MLP_API mlp_status mlp_job_part_tuning(const mlp_table *table, const mlp_tune_options *options,
                                       bool *finished, mlp_error *err);

/** Sets `workers` and `worker` by what the program that started this process left in its environment, where it
 * is one of several: MPI (Open MPI, and all that use PMI, such as MPICH), Slurm (tasks, or an array of jobs), Kubernetes
 * (an indexed job, whose number of workers the options must say). `workers` that are more than 1
 * stay. *launcher: who it was, a static text; NULL: nobody, and nothing was set. Errors:
 * MLP_ERROR_ARGUMENT (it does not say of how many, or more than there are). */
MLP_API mlp_status mlp_job_find_worker(mlp_train_options *options, const char **launcher,
                                       mlp_error *err);

/** The command (mlp_train_options_set_command) that the workers of a job were given, as its job.json
 * says, for a program that reads the data again; "": they were given none. free() *command. Errors:
 * MLP_ERROR_MODEL (the folder is of no job), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_job_command(const char *folder, char **command, mlp_error *err);

MLP_END_DECLS

#endif
