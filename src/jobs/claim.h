/* SPDX-License-Identifier: MIT */
/* Claims: which worker is making which cell. A claim is a file next to the cell, with a lock if the
 * file system has locks, and with a count that rises while the worker is alive. A worker that is
 * killed loses the lock at once; a worker whose computer has failed no longer raises the count.
 * Where neither is visible, two workers may claim the same cell; both write the same bytes. */
#ifndef MLPI_CLAIM_H
#define MLPI_CLAIM_H

#include "jobs/job.h"

/** The claims of a worker, and the claims of other workers that it has seen; one object for each
 * job. */
typedef struct mlpi_claims mlpi_claims;

/** A claim of another worker that has not changed for `lease` seconds counts as abandoned. NULL:
 * out of memory. */
mlpi_claims *mlpi_claims_create(double lease);
/** Frees the object, and releases the claims that are still held. NULL is allowed. */
void mlpi_claims_free(mlpi_claims *claims);

/** Claims the cell whose claim file is `path`. *claim is NULL if another worker holds the claim.
 * Errors: MLP_ERROR_OUTPUT, MLP_ERROR_MEMORY. mlpi_claim_release removes the file again. */
mlp_status mlpi_claim_try(mlpi_claims *claims, const char *path, mlpi_claim **claim,
                          mlp_error *err);

#endif
