/* SPDX-License-Identifier: MIT */
/* A cell as a file (docs/formats/job.md): how a run ended and its best parameters, or another
 * result. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "jobs/inside.h"
#include "train/checkpoint.h"
#include "train/ending.h"

static const mlpi_kind_of_state kind = {"cell", "cell 1",
                                        "remove it, and a worker will compute it again"};

static const char RESULT[] = "result"; /* the block of a cell that is not a network */

enum { BLOCKS = 2 };

uint64_t mlpi_job_set(const mlpi_job *job, const mlp_train_options *options)
{
    return mlpi_options_hash(options, MLPI_OPTION_RUN, job->identity);
}

uint64_t mlpi_job_set_named(const mlpi_job *job, const char *name)
{
    return mlpi_hash(job->identity, name, strlen(name) + 1);
}

bool mlpi_job_owns(const mlpi_job *job, size_t turn)
{
    return turn % job->workers == job->worker;
}

/* The path "FOLDER/SET-NUMBER.ending", numbered from 1, to be freed; NULL: out of memory. */
static char *path_of(const mlpi_job *job, const mlpi_job_cell *cell, const char *ending)
{
    const size_t size = strlen(job->folder) + strlen(ending) + 48;
    char *path = malloc(size);
    if (path != NULL)
        snprintf(path, size, "%s/%016" PRIx64 "-%zu.%s", job->folder, cell->set, cell->number + 1,
                 ending);
    return path;
}

mlp_status mlpi_job_has(const mlpi_job *job, const mlpi_job_cell *cell, bool *has, mlp_error *err)
{
    char *path = path_of(job, cell, "cell");
    if (path == NULL)
        return mlpi_fail_memory(err, "the cell of a job");
    *has = access(path, F_OK) == 0;
    const mlp_status status =
        *has || errno == ENOENT
            ? MLP_OK
            : mlpi_fail_system(err, MLP_ERROR_MODEL, errno, "%s cannot be read", path);
    free(path);
    return status;
}

mlp_status mlpi_job_claim(const mlpi_job *job, const mlpi_job_cell *cell, mlpi_claim **claim,
                          mlp_error *err)
{
    char *path = path_of(job, cell, "claim");
    const mlp_status status = path != NULL ? mlpi_claim_try(job->claims, path, claim, err)
                                           : mlpi_fail_memory(err, "the claims of a job");
    free(path);
    return status;
}

/* --- the file --------------------------------------------------------------------------------- */

static uint64_t run_of(const mlpi_job_cell *cell)
{
    return mlpi_hash(cell->set, &cell->number, sizeof cell->number);
}

static void blocks_of(mlp_trainer *run, mlpi_ending *ending, mlpi_chunk blocks[BLOCKS])
{
    blocks[0] = (mlpi_chunk){"ending", ending, sizeof *ending};
    blocks[1] = (mlpi_chunk){"best", run->best_parameters,
                             mlp_network_size(run->data.network) * sizeof *run->best_parameters};
}

mlp_status mlpi_job_store(const mlpi_job *job, const mlpi_job_cell *cell, mlp_trainer *run,
                          mlp_error *err)
{
    mlpi_ending ending = mlpi_ending_of(run);
    mlpi_chunk blocks[BLOCKS];
    char *path = path_of(job, cell, "cell");
    blocks_of(run, &ending, blocks);
    const mlp_status status =
        path != NULL ? mlpi_checkpoint_write(path, &kind, run_of(cell), blocks, BLOCKS, err)
                     : mlpi_fail_memory(err, "the cell of a job");
    free(path);
    return status;
}

static mlp_status load(const char *path, const mlpi_job_cell *cell, mlp_trainer *run,
                       mlp_error *err)
{
    mlpi_ending ending;
    mlpi_chunk blocks[BLOCKS];
    bool found = false;
    blocks_of(run, &ending, blocks);
    MLPI_TRY(mlpi_checkpoint_read(path, &kind, run_of(cell), blocks, BLOCKS, &found, err));
    if (!found)
        return mlpi_fail_at(err, MLP_ERROR_MODEL, path, 0, 0,
                            "has disappeared; a worker with this `job` makes it again");
    return mlpi_ending_take(run, &ending)
               ? MLP_OK
               : mlpi_fail_at(err, MLP_ERROR_MODEL, path, 0, 0,
                              "is damaged: its numbers cannot be those of a run; %s", kind.way_out);
}

mlp_status mlpi_job_load(const mlpi_job *job, const mlpi_job_cell *cell, mlp_trainer *run,
                         mlp_error *err)
{
    char *path = path_of(job, cell, "cell");
    const mlp_status status =
        path != NULL ? load(path, cell, run, err) : mlpi_fail_memory(err, "the cell of a job");
    free(path);
    return status;
}

/* --- results ---------------------------------------------------------------------------------- */

mlp_status mlpi_job_read_result(const mlpi_job *job, const mlpi_job_cell *cell, mlpi_result *found,
                                mlp_error *err)
{
    bool there = false;
    MLPI_TRY(mlpi_job_has(job, cell, &there, err));
    if (!there)
        return MLP_OK;
    char *path = path_of(job, cell, "cell");
    const mlp_status status = path != NULL
                                  ? mlpi_checkpoint_read_any(path, &kind, run_of(cell), RESULT,
                                                             &found->bytes, &found->size, err)
                                  : mlpi_fail_memory(err, "the cell of a job");
    free(path);
    return status;
}

mlp_status mlpi_job_write_result(const mlpi_job *job, const mlpi_job_cell *cell,
                                 const mlpi_result *made, mlp_error *err)
{
    const mlpi_chunk block = {RESULT, made->bytes, made->size};
    char *path = path_of(job, cell, "cell");
    const mlp_status status = path != NULL
                                  ? mlpi_checkpoint_write(path, &kind, run_of(cell), &block, 1, err)
                                  : mlpi_fail_memory(err, "the cell of a job");
    free(path);
    return status;
}

/* --- missing cells ---------------------------------------------------------------------------- */

mlp_status mlpi_job_missing(mlpi_job *job, uint64_t set, const size_t *number, size_t count,
                            size_t all, mlp_error *err)
{
    enum { SHOWN = 8 };
    char list[SHOWN * 24 + 64] = "";
    size_t used = 0;
    job->lacks = true;
    for (size_t i = 0; i < count && i < SHOWN; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%zu", i > 0 ? ", " : "",
                                 number[i] + 1);
    if (count > SHOWN)
        snprintf(list + used, sizeof list - used, " and %zu more", count - SHOWN);
    return mlpi_fail(err, MLP_ERROR_MODEL,
                     "the job in %s is not finished: of %zu training runs, these are missing: %s "
                     "(files %016" PRIx64
                     "-N.cell); start workers with this `job`, which make them",
                     job->folder, all, list, set);
}

bool mlpi_job_lacked(mlpi_job *job)
{
    const bool lacked = job->lacks;
    job->lacks = false;
    return lacked;
}

mlp_status mlpi_job_stopped(const mlpi_job *job, mlp_error *err)
{
    return mlpi_fail(err, MLP_ERROR_INTERRUPTED,
                     "stopped before the job in %s was finished; the networks that are finished "
                     "are kept, and any worker can continue",
                     job->folder);
}

/* --- waiting ---------------------------------------------------------------------------------- */

void mlpi_job_wait(size_t *idle, const mlp_flag *stop)
{
    const struct timespec moment = {.tv_nsec = 25000000};
    const mlpi_watch watch = {.stop = stop};
    size_t moments = ++*idle < 8 ? *idle : 8; /* up to a fifth of a second */
    for (; moments > 0 && !mlpi_watch_is_stopped(&watch); moments--)
        nanosleep(&moment, NULL);
}
