/* SPDX-License-Identifier: MIT */
/* The folder of a job, and its job.json, which holds everything that the bytes of a cell depend
 * on. */
#include "jobs/inside.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "math/kernels.h"
#include "mlp/job.h"
#include "mlp/json.h"
#include "mlp/output.h"
#include "json/safetensors.h"

static const double LEASE = 60.0;

/* --- options that a job cannot have ----------------------------------------------------------- */

static mlp_status check(const mlp_train_options *o, mlp_error *err)
{
    const struct {
        bool is_so;
        const char *sentence;
    } against[] = {
        {o->time > 0.0, "`time` would end the networks of a `job` at a point that depends on this "
                        "computer; leave it out"},
        {o->checkpoint != NULL, "a `job` keeps every network by itself; leave out `checkpoint`"},
        {o->memory > 0, "the workers of a `job` keep all rows in memory; leave out `memory`"},
        {o->initial != NULL, "the networks of a `job` start from new weights; leave out `initial`"},
        {o->ranks.ranks > 1,
         "the workers of a `job` train whole networks, and ranks share one; leave "
         "out `job`, or train with one rank"},
        {o->worker >= o->workers,
         "`worker` counts from 0 and is below `workers`: 0 to 3 for 4 of them"},
    };
    for (size_t i = 0; i < sizeof against / sizeof against[0]; i++)
        if (against[i].is_so)
            return mlpi_fail(err, MLP_ERROR_ARGUMENT, "%s", against[i].sentence);
    return MLP_OK;
}

/* --- job.json --------------------------------------------------------------------------------- */

static const struct {
    const char *name, *differs;
} member[MLPI_JOB_FACTS] = {
    [MLPI_JOB_VERSION] = {"mlp", "it is from another version of mlp"},
    [MLPI_JOB_INSTRUCTIONS] =
        {"instructions", "the instruction set differs, and with it the last bits of numbers; "
                         "MLP_CPU=baseline in the environment of all workers makes them agree"},
    [MLPI_JOB_DOES] = {"work", "the command differs, or the folds or trials that it makes"},
    [MLPI_JOB_DATA] = {"data", "the data differ"},
    [MLPI_JOB_VALIDATION] = {"validation", "the validation data differ"},
    [MLPI_JOB_OPTIONS] = {"options", "the options differ"},
};

static char *copy(const char *text)
{
    return mlpi_copy_text(text, strlen(text));
}

/* The fingerprint of a table, to be freed; "" if there is no table. */
static char *fingerprint(const mlp_table *table)
{
    char text[17] = "";
    if (table != NULL)
        mlpi_hexadecimal(mlp_table_fingerprint(table), text);
    return copy(text);
}

/* Collects the facts; leaves out options that change how the work is done, but not its result. */
static mlp_status find_facts(mlpi_job *job, const mlp_table *table, const mlp_table *validation,
                             const mlp_train_options *options, const char *work, mlp_error *err)
{
    MLPI_TRY(mlpi_options_to_json(options, MLPI_OPTION_RUN, &job->fact[MLPI_JOB_OPTIONS], err));
    job->fact[MLPI_JOB_VERSION] = copy(MLP_VERSION);
    job->fact[MLPI_JOB_INSTRUCTIONS] = copy(mlpi_kernels()->name);
    job->fact[MLPI_JOB_DOES] = copy(work);
    job->fact[MLPI_JOB_DATA] = fingerprint(table);
    job->fact[MLPI_JOB_VALIDATION] = fingerprint(validation);
    job->command = copy(options->command != NULL ? options->command : "");
    job->identity = MLPI_HASH_START;
    for (size_t i = 0; i < MLPI_JOB_FACTS; i++) {
        if (job->fact[i] == NULL || job->command == NULL)
            return mlpi_fail_memory(err, "a job");
        job->identity = mlpi_hash(job->identity, job->fact[i], strlen(job->fact[i]) + 1);
    }
    return MLP_OK;
}

/* If another worker has written job.json first, its file stays. */
static mlp_status write_facts(const mlpi_job *job, mlp_error *err)
{
    mlp_output *output = NULL;
    char *text = NULL;
    size_t length = 0;
    mlp_json_writer *to = mlp_json_writer_create(2);
    mlp_json_begin_object(to, NULL);
    mlp_json_put_whole(to, "job", 1);
    for (size_t i = 0; i < MLPI_JOB_FACTS; i++)
        mlp_json_put_text(to, member[i].name, job->fact[i]);
    mlp_json_put_text(to, "command", job->command);
    mlp_json_end(to);
    MLPI_TRY(mlp_json_finish(to, &text, &length, err));
    mlp_status status = mlp_output_open(job->path, false, &output, err);
    if (status == MLP_OK) {
        (void)fwrite(text, 1, length, mlp_output_stream(output)); /* commit reports a failure */
        status = mlp_output_commit(output, err);
    }
    free(text);
    return status != MLP_OK && mlpi_is_there(job->path) ? MLP_OK : status;
}

/* The caller frees *document. */
static mlp_status read_facts(const char *path, mlp_json **document, mlp_error *err)
{
    uint64_t format = 0;
    MLPI_TRY(mlp_json_load(path, document, err));
    if (mlp_json_whole(mlp_json_member(mlp_json_root(*document), "job"), &format) && format == 1)
        return MLP_OK;
    mlp_json_free(*document);
    *document = NULL;
    return mlpi_fail_at(err, MLP_ERROR_MODEL, path, 0, 0,
                        "does not describe a job that this version of mlp knows");
}

static mlp_status compare(const mlpi_job *job, mlp_error *err)
{
    mlp_json *document = NULL;
    MLPI_TRY(read_facts(job->path, &document, err));
    mlp_status status = MLP_OK;
    for (size_t i = 0; status == MLP_OK && i < MLPI_JOB_FACTS; i++) {
        const char *text = mlp_json_text(mlp_json_member(mlp_json_root(document), member[i].name));
        if (text == NULL || strcmp(text, job->fact[i]) != 0)
            status =
                mlpi_fail(err, MLP_ERROR_ARGUMENT,
                          "%s is the folder of another job: %s; give this job a folder of its own",
                          job->folder, member[i].differs);
    }
    mlp_json_free(document);
    return status;
}

/* --- the folder ------------------------------------------------------------------------------- */

static mlp_status no_job(const char *folder, mlp_error *err)
{
    return mlpi_fail_at(err, MLP_ERROR_MODEL, folder, 0, 0,
                        "is not the folder of a job: there is no job.json in it");
}

/* The path of job.json, to be freed; NULL: out of memory. */
static char *path_in(const char *folder)
{
    const size_t size = strlen(folder) + sizeof "/job.json";
    char *path = malloc(size);
    if (path != NULL)
        snprintf(path, size, "%s/job.json", folder);
    return path;
}

static mlp_status open_job(mlpi_job *job, const mlp_table *table, const mlp_table *validation,
                           const mlp_train_options *options, const char *work, mlp_error *err)
{
    job->folder = copy(options->job);
    job->path = path_in(options->job);
    job->claims = mlpi_claims_create(LEASE);
    if (job->folder == NULL || job->path == NULL || job->claims == NULL)
        return mlpi_fail_memory(err, "a job");
    MLPI_TRY(find_facts(job, table, validation, options, work, err));
    job->begun = access(job->path, F_OK) == 0;
    if (!job->begun && errno != ENOENT && errno != ENOTDIR)
        return mlpi_fail_system(err, MLP_ERROR_MODEL, errno, "%s cannot be read", job->path);
    return job->begun                       ? compare(job, err)
           : job->purpose == MLPI_JOB_MERGE ? no_job(job->folder, err)
                                            : MLP_OK;
}

mlp_status mlpi_job_open(const mlp_table *table, const mlp_table *validation,
                         const mlp_train_options *options, const char *work,
                         mlpi_job_purpose purpose, mlpi_job **job, mlp_error *err)
{
    MLPI_TRY(check(options, err));
    mlpi_job *made = mlpi_allocate(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "a job");
    *made = (mlpi_job){.purpose = purpose, .workers = options->workers, .worker = options->worker};
    const mlp_status status = open_job(made, table, validation, options, work, err);
    if (status == MLP_OK)
        *job = made;
    else
        mlpi_job_close(made);
    return status;
}

mlp_status mlpi_job_begin(mlpi_job *job, mlp_error *err)
{
    if (job->begun)
        return MLP_OK;
    if (mkdir(job->folder, 0777) != 0 && errno != EEXIST)
        return mlpi_fail_system(err, MLP_ERROR_OUTPUT, errno, "%s cannot be made", job->folder);
    MLPI_TRY(write_facts(job, err));
    MLPI_TRY(compare(job, err));
    job->begun = true;
    return MLP_OK;
}

void mlpi_job_close(mlpi_job *job)
{
    if (job == NULL)
        return;
    mlpi_claims_free(job->claims);
    for (size_t i = 0; i < MLPI_JOB_FACTS; i++)
        free(job->fact[i]);
    free(job->command);
    free(job->path);
    free(job->folder);
    mlpi_free(job);
}

mlpi_job_purpose mlpi_job_is_for(const mlpi_job *job)
{
    return job->purpose;
}

mlp_status mlp_job_command(const char *folder, char **command, mlp_error *err)
{
    mlp_json *document = NULL;
    char *path = path_in(folder), *found = NULL;
    if (path == NULL)
        return mlpi_fail_memory(err, "a job");
    mlp_status status =
        mlpi_is_there(path) ? read_facts(path, &document, err) : no_job(folder, err);
    if (status == MLP_OK) {
        const char *text = mlp_json_text(mlp_json_member(mlp_json_root(document), "command"));
        found = copy(text != NULL ? text : "");
        status = found != NULL ? MLP_OK : mlpi_fail_memory(err, "a job");
    }
    if (status == MLP_OK)
        *command = found;
    mlp_json_free(document);
    free(path);
    return status;
}
