/* SPDX-License-Identifier: MIT */
/* Finds out which worker this is, from environment variables of the program that started it. */
#include <stdlib.h>
#include <string.h>

#include "mlp/job.h"
#include "mlp/output.h"
#include "options/options.h"

/* In the order in which the launchers are looked for: a launcher that may run within another comes
 * first. */
static const struct {
    const char *workers; /* variable with the number of workers; NULL: the options state it */
    const char *worker;  /* variable with the number of this worker */
    const char *first;   /* variable with the number of the first worker; NULL: it is 0 */
    const char *name;
} launchers[] = {
    {"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", NULL, "Open MPI"},
    {"PMI_SIZE", "PMI_RANK", NULL, "MPI"},
    {"SLURM_NTASKS", "SLURM_PROCID", NULL, "Slurm"},
    {"SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "a Slurm array"},
    {NULL, "JOB_COMPLETION_INDEX", NULL, "Kubernetes"},
};

static bool whole_number(const char *variable, double *number)
{
    const char *text = getenv(variable);
    return text != NULL && mlp_number_parse(text, strlen(text), number) && *number >= 0.0 &&
           *number <= 1e9 && *number == (double)(size_t)*number;
}

/* Whether this launcher started the process as one of several. */
static bool started(size_t i, size_t asked, double *workers, double *worker)
{
    double first = 0.0;
    *workers = (double)asked;
    if (launchers[i].workers != NULL && !whole_number(launchers[i].workers, workers))
        return false;
    if (!whole_number(launchers[i].worker, worker) ||
        (launchers[i].first != NULL && !whole_number(launchers[i].first, &first)))
        return false;
    *worker -= first;
    return launchers[i].workers == NULL || *workers > 1.0;
}

mlp_status mlp_job_find_worker(mlp_train_options *options, const char **launcher, mlp_error *err)
{
    double workers = 0.0, worker = 0.0;
    size_t i = 0;
    const size_t count = sizeof launchers / sizeof launchers[0];
    *launcher = NULL;
    while (i < count && !started(i, options->workers, &workers, &worker))
        i++;
    if (i == count)
        return MLP_OK;
    if (options->workers > 1)
        workers = (double)options->workers;
    else if (launchers[i].workers == NULL)
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "%s says that this is worker %s, but not of how many; give `workers`",
                         launchers[i].name, getenv(launchers[i].worker));
    if (!(worker >= 0.0 && worker < workers))
        return mlpi_fail(err, MLP_ERROR_ARGUMENT,
                         "%s says that this is worker %.0f of %.0f, counted from 0, which cannot "
                         "be; give `workers` and `worker`",
                         launchers[i].name, worker, workers);
    options->workers = (size_t)workers;
    options->worker = (size_t)worker;
    *launcher = launchers[i].name;
    return MLP_OK;
}
