/* SPDX-License-Identifier: MIT */
/* Who is at work on which cell: a file beside the cell, with a lock where the file system has locks,
 * and a count that goes on while its worker lives. A worker that is killed loses the lock at once;
 * one whose computer is gone no longer counts. Two workers may claim a cell all the same where
 * neither can be told; they write the same bytes. */
#ifndef MLPI_CLAIM_H
#define MLPI_CLAIM_H

#include "jobs/job.h"

/** What a worker claims, and has seen others claim; one for each job. */
typedef struct mlpi_claims mlpi_claims;

/** A claim that says nothing new for `lease` seconds is given up. NULL: out of memory. */
mlpi_claims *mlpi_claims_create(double lease);
/** Those that are still held are released. NULL is allowed. */
void mlpi_claims_free(mlpi_claims *claims);

/** Claims the cell of the claim file `path`. *claim is NULL where another worker has it. Errors:
 * MLP_ERROR_OUTPUT, MLP_ERROR_MEMORY. mlpi_claim_release removes it again. */
mlp_status mlpi_claim_try(mlpi_claims *claims, const char *path, mlpi_claim **claim,
                          mlp_error *err);

#endif
