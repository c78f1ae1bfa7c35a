/* SPDX-License-Identifier: MIT */
/* Ranks: processes, on one machine or many, that read one table and train one network together. */
#ifndef MLP_RANKS_H
#define MLP_RANKS_H

#include "mlp/common.h"
#include "mlp/error.h"

MLP_BEGIN_DECLS

/** How a rank reaches its neighbours. Ranks stand in a row, and each speaks only to the one before it and
 * the one behind it: what MPI, sockets, pipes, or queues of a program can carry.
 *
 * The callbacks are called by the thread that reads or trains, never two at a time. Bytes arrive whole and in the
 * order in which they were sent; `send` may return before the other rank has taken them, or wait for it. The former
 * is faster: then no rank waits for the next one to be ready.
 * Whatever they return but MLP_OK ends the reading or training of this rank, with err->message as the reason where they
 * fill it in. Waiting without an end is theirs to prevent: give up after a time, a minute for instance. */
typedef struct mlp_ranks {
    size_t size;  /**< sizeof(mlp_ranks): later versions may add members at the end */
    size_t rank;  /**< of this process, from 0 */
    size_t ranks; /**< how many there are; 1: it trains alone */
    /** Sends `count` bytes to rank `to`, which is rank - 1 or rank + 1. `err` is never NULL. */
    mlp_status (*send)(void *context, size_t to, const void *bytes, size_t count, mlp_error *err);
    /** Waits for `count` bytes from rank `from`, which is rank - 1 or rank + 1. */
    mlp_status (*receive)(void *context, size_t from, void *bytes, size_t count, mlp_error *err);
    void *context; /**< what both get; it must outlive the training */
} mlp_ranks;

MLP_END_DECLS

#endif
