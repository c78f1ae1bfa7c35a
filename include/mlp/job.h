/* SPDX-License-Identifier: MIT */
/* A training run that several workers share through a folder, whatever started the workers. */
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

/* Options: `job`, the folder; `workers` and `worker`, the number of workers and which of them this
 * is. Every network of the training (of each restart, member, fold, and recipe of `quality`)
 * becomes a file in the folder once it is trained, complete or not at all, whichever worker trained
 * it. A worker trains its own networks first, then those that no other worker has begun, or whose
 * worker has gone; it ends when all networks exist. mlp_train with a `job` is such a worker; it
 * then makes the model, the same bytes as without a job, whatever the number of workers and
 * whichever of them were killed. All workers need the same data, options, version of mlp and
 * instruction set, which job.json in the folder records; `threads` may differ. */

/** A worker that makes no model: mlp_train without its result. Errors: those of mlp_train;
 * MLP_ERROR_ARGUMENT (no `job` in the options, a folder of another training run, or an option that jobs
 * do not allow), MLP_ERROR_MODEL (a file in the folder is damaged), MLP_ERROR_OUTPUT (a file cannot
 * be written), MLP_ERROR_INTERRUPTED (the worker was stopped; the files stay). */
MLP_API mlp_status mlp_job_work(const mlp_table *table, const mlp_table *validation,
                                const mlp_train_options *options, mlp_error *err);

/** A worker whose folder no other worker sees: trains those of its own networks that are known to
 * be needed, and waits for no other. *finished: whether all networks of the job exist; if not, the
 * caller gathers the files of all workers' folders, gives them back to each worker, and calls this
 * again for the next part. Errors: those of mlp_job_work. */
MLP_API mlp_status mlp_job_part(const mlp_table *table, const mlp_table *validation,
                                const mlp_train_options *options, bool *finished, mlp_error *err);

/** Makes the model of a job whose networks all exist; trains and writes nothing. `validation` and
 * `report` may be NULL. Free the model with mlp_model_free. Errors: those of mlp_job_work, and
 * MLP_ERROR_MODEL where networks are missing, which the message names, or the folder is not that of
 * a job. */
MLP_API mlp_status mlp_job_merge(const mlp_table *table, const mlp_table *validation,
                                 const mlp_train_options *options, mlp_model **model,
                                 mlp_train_report *report, mlp_error *err);

/* mlp_cross_validate and mlp_tune with a `job` in their training options are workers too: the result
 * of each training run becomes a file, and every worker gets the result that a single process would
 * get. Such a tuning run ends after `trials` trials, allows neither `time` nor `journal`, and counts
 * the training runs by other workers as `resumed` in its report. */

/** The result of a cross-validation with a `job`, made from the training runs in its folder, which
 * must all be there; trains and writes nothing. Errors: those of mlp_job_merge. */
MLP_API mlp_status mlp_job_merge_folds(const mlp_table *table,
                                       const mlp_cross_validation_options *options,
                                       mlp_cross_validation *result, mlp_error *err);
/** The result of a tuning run with a `job`, made from the training runs in its folder, which must
 * all be there; trains and writes nothing. Errors: those of mlp_job_merge. */
MLP_API mlp_status mlp_job_merge_tuning(const mlp_table *table, const mlp_tune_options *options,
                                        mlp_tune_report *report, mlp_error *err);
/** A worker of a cross-validation with a `job` whose folder no other worker sees: see mlp_job_part.
 * Errors: those of mlp_job_work. */
MLP_API mlp_status mlp_job_part_folds(const mlp_table *table,
                                      const mlp_cross_validation_options *options, bool *finished,
                                      mlp_error *err);
/** A worker of a tuning run with a `job` whose folder no other worker sees: see mlp_job_part. Each
 * stage of the tuning is a part. Errors: those of mlp_job_work. */
MLP_API mlp_status mlp_job_part_tuning(const mlp_table *table, const mlp_tune_options *options,
                                       bool *finished, mlp_error *err);

/** Sets `workers` and `worker` from the environment, where the program that started this process
 * started several workers: MPI (Open MPI, and all that use PMI, such as MPICH), Slurm (tasks, or an
 * array of jobs), Kubernetes (an indexed job; the number of its workers must be in the options).
 * `workers` above 1 are not changed. *launcher: the name of that program, a static text; NULL:
 * there is none, and nothing was set. Errors: MLP_ERROR_ARGUMENT (the number of workers is not
 * known, or not above `worker`). */
MLP_API mlp_status mlp_job_find_worker(mlp_train_options *options, const char **launcher,
                                       mlp_error *err);

/** The command (mlp_train_options_set_command) that the workers of a job were given, as its
 * job.json records it, for a program that reads the data again; "": they were given none. free()
 * *command. Errors: MLP_ERROR_MODEL (the folder is not that of a job), MLP_ERROR_MEMORY. */
MLP_API mlp_status mlp_job_command(const char *folder, char **command, mlp_error *err);

MLP_END_DECLS

#endif
