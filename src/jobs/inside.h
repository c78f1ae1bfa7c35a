/* SPDX-License-Identifier: MIT */
/* For the files of this folder. */
#ifndef MLPI_JOBS_INSIDE_H
#define MLPI_JOBS_INSIDE_H

#include <errno.h>
#include <unistd.h>

#include "jobs/claim.h"
#include "jobs/job.h"

/* What job.json says: all that the bytes of a cell depend on, as texts, and the command. */
enum {
    MLPI_JOB_VERSION,
    MLPI_JOB_INSTRUCTIONS,
    MLPI_JOB_DOES,
    MLPI_JOB_DATA,
    MLPI_JOB_VALIDATION,
    MLPI_JOB_OPTIONS,
    MLPI_JOB_FACTS
};

struct mlpi_job {
    char *folder, *path; /* of job.json */
    char *fact[MLPI_JOB_FACTS];
    char *command; /* "": none */
    bool begun, lacks;
    mlpi_job_purpose purpose;
    size_t workers, worker;
    uint64_t identity; /* of all that its cells depend on */
    mlpi_claims *claims;
};

/** Where that cannot be told it is there, and its reader says why not. */
static inline bool mlpi_is_there(const char *path)
{
    return access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

#endif
