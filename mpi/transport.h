/* SPDX-License-Identifier: MIT */
/* The functions that the shared objects of mpi/ offer to the command that loads them. */
#ifndef MLP_MPI_TRANSPORT_H
#define MLP_MPI_TRANSPORT_H

#include "mlp/ranks.h"

/** Joins the other processes, once, and fills in all of `ranks`. false: MPI cannot be
 * initialised. */
__attribute__((visibility("default"))) bool mlp_mpi_begin(mlp_ranks *ranks);
/** Leaves the other processes with an exit code; if it is not 0, the launcher ends all of them. */
__attribute__((visibility("default"))) void mlp_mpi_end(int code);

#endif
