/* SPDX-License-Identifier: MIT */
/* What the shared objects of mpi/ give to the command that loads them. */
#ifndef MLP_MPI_TRANSPORT_H
#define MLP_MPI_TRANSPORT_H

#include "mlp/ranks.h"

/** Meets the other processes, once; fills in all of `ranks`. false: MPI cannot begin. */
__attribute__((visibility("default"))) bool mlp_mpi_begin(mlp_ranks *ranks);
/** Parts from them with an exit code; where it is not 0, the launcher ends all of them. */
__attribute__((visibility("default"))) void mlp_mpi_end(int code);

#endif
