/* SPDX-License-Identifier: MIT */
/* Communication of ranks that train together. The ranks form a row (mlp/ranks.h). Sums pass from
 * rank to rank in the order of the table's rows; each rank adds its own part, and the totals go
 * back to all ranks. After a failure, the functions return false on this rank, and mlpi_comm_check
 * returns the reason. */
#ifndef MLPI_RANKS_H
#define MLPI_RANKS_H

#include "base/base.h"
#include "mlp/ranks.h"

/** Requests of a rank to all ranks, as bits. */
enum {
    MLPI_WANTS_END = 1,   /* the caller of the rank wants the training to end */
    MLPI_WANTS_TIME = 2,  /* the time limit of the rank is reached */
    MLPI_WANTS_STATE = 4, /* rank 0 wants to write a checkpoint */
    MLPI_WANTS_TO_STOP = MLPI_WANTS_END | MLPI_WANTS_TIME
};

typedef struct mlpi_comm {
    mlp_ranks face;
    uint32_t wants;      /* requests of this rank for the next mlpi_comm_agree */
    uint32_t agreed;     /* requests of all ranks at the last mlpi_comm_agree */
    mlp_error failure;   /* the first failure; its status is MLP_OK if there was none */
    const char *way_out; /* advice if another rank has ended; NULL: the advice to resume */
} mlpi_comm;

/** Checks how a program describes its ranks. Errors: MLP_ERROR_ARGUMENT. */
mlp_status mlpi_ranks_check(const mlp_ranks *face, mlp_error *err);
/** Begins communication with the ranks that a program describes. Errors: MLP_ERROR_ARGUMENT. */
mlp_status mlpi_comm_begin(mlpi_comm *r, const mlp_ranks *face, mlp_error *err);
/** Returns the failure of the communication; MLP_OK: there was none. */
mlp_status mlpi_comm_check(const mlpi_comm *r, mlp_error *err);

static inline bool mlpi_comm_are_first(const mlpi_comm *r)
{
    return r->face.rank == 0;
}

static inline bool mlpi_comm_are_last(const mlpi_comm *r)
{
    return r->face.rank + 1 == r->face.ranks;
}

/** Receives bytes from the previous rank; on rank 0, does nothing. */
bool mlpi_comm_take(mlpi_comm *r, void *bytes, size_t count);
/** Sends bytes to the next rank; on the last rank, does nothing. */
bool mlpi_comm_pass(mlpi_comm *r, const void *bytes, size_t count);
/** Copies the bytes of rank `from` to all ranks. */
bool mlpi_comm_tell(mlpi_comm *r, size_t from, void *bytes, size_t count);
/** Copies the bytes of the last rank to all ranks. */
bool mlpi_comm_return(mlpi_comm *r, void *bytes, size_t count);
/** Copies the bytes of rank 0 to all ranks. */
bool mlpi_comm_spread(mlpi_comm *r, void *bytes, size_t count);
/** Gives all `count` bytes to all ranks. Each rank contributes bytes first .. end - 1; `first` of a
 * rank is `end` of the previous rank. */
bool mlpi_comm_gather(mlpi_comm *r, void *bytes, size_t first, size_t end, size_t count);
/** Sets `agreed` to the requests of all ranks. */
bool mlpi_comm_agree(mlpi_comm *r);
/** Compares the numbers of all ranks. *odd becomes the first rank whose number is not that of rank
 * 0, or the number of ranks if there is no such rank. */
bool mlpi_comm_compare(mlpi_comm *r, uint64_t number, size_t *odd);

#endif
