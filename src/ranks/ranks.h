/* SPDX-License-Identifier: MIT */
/* What ranks that train together say to each other. They stand in a row (mlp/ranks.h): sums go from rank to rank in
 * the order of the rows, each adding its own, and what they come to goes back to all. A rank that fails says so by
 * false, then and ever after, and keeps the reason. */
#ifndef MLPI_RANKS_H
#define MLPI_RANKS_H

#include "base/base.h"
#include "mlp/ranks.h"

/** What a rank may want of all, as bits. */
enum {
    MLPI_WANTS_END = 1,   /* its caller does */
    MLPI_WANTS_TIME = 2,  /* its time is over */
    MLPI_WANTS_STATE = 4, /* rank 0 wants to write a checkpoint */
    MLPI_WANTS_TO_STOP = MLPI_WANTS_END | MLPI_WANTS_TIME
};

typedef struct mlpi_comm {
    mlp_ranks face;
    uint32_t wants;      /* of this rank, from the next agreement on */
    uint32_t agreed;     /* of all ranks, by the last one */
    mlp_error failure;   /* status MLP_OK: none so far */
    const char *way_out; /* what to do where another one has ended; NULL: to resume */
} mlpi_comm;

/** Whether ranks can be what a program says of them. Errors: MLP_ERROR_ARGUMENT. */
mlp_status mlpi_ranks_check(const mlp_ranks *face, mlp_error *err);
/** Meets the ranks that a program names. Errors: MLP_ERROR_ARGUMENT. */
mlp_status mlpi_comm_begin(mlpi_comm *r, const mlp_ranks *face, mlp_error *err);
/** MLP_OK, or why it failed. */
mlp_status mlpi_comm_check(const mlpi_comm *r, mlp_error *err);

static inline bool mlpi_comm_are_first(const mlpi_comm *r)
{
    return r->face.rank == 0;
}

static inline bool mlpi_comm_are_last(const mlpi_comm *r)
{
    return r->face.rank + 1 == r->face.ranks;
}

/** From the rank before; of rank 0: nothing. */
bool mlpi_comm_take(mlpi_comm *r, void *bytes, size_t count);
/** To the rank behind; of the last one: nothing. */
bool mlpi_comm_pass(mlpi_comm *r, const void *bytes, size_t count);
/** What rank `from` has goes to all. */
bool mlpi_comm_tell(mlpi_comm *r, size_t from, void *bytes, size_t count);
/** What the last rank has goes to all. */
bool mlpi_comm_return(mlpi_comm *r, void *bytes, size_t count);
/** What rank 0 has goes to all. */
bool mlpi_comm_spread(mlpi_comm *r, void *bytes, size_t count);
/** Of count bytes each rank has some, first .. end - 1, where those of the rank before end: all get all. */
bool mlpi_comm_gather(mlpi_comm *r, void *bytes, size_t first, size_t end, size_t count);
/** Fills `agreed` with what any rank wants. */
bool mlpi_comm_agree(mlpi_comm *r);
/** Whether all ranks have what rank 0 has; else `odd` is the first that has not. `number` stands for it. */
bool mlpi_comm_compare(mlpi_comm *r, uint64_t number, size_t *odd);

#endif
