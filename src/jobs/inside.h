/* SPDX-License-Identifier: MIT */
/* What the files of this folder share. */
#ifndef MLPI_JOBS_INSIDE_H
#define MLPI_JOBS_INSIDE_H

#include <errno.h>
#include <unistd.h>

#include "jobs/claim.h"
#include "jobs/job.h"

/* The facts in job.json, as texts: everything that the bytes of a cell depend on. */
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
    char *folder, *path; /* path: that of job.json */
    char *fact[MLPI_JOB_FACTS];
    char *command; /* "": not known */
    bool begun, lacks;
    mlpi_job_purpose purpose;
    size_t workers, worker;
    uint64_t identity; /* the hash of all facts */
    mlpi_claims *claims;
};

/** Whether a file exists. If that is unknown: true, and reading the file then reports the
 * reason. */
static inline bool mlpi_is_there(const char *path)
{
    return access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

#endif
