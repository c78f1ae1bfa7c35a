/* SPDX-License-Identifier: MIT */
/* Ranks: processes, on one machine or many, that read one table and train one network together. */
#ifndef MLP_RANKS_H
#define MLP_RANKS_H

#include "mlp/common.h"
#include "mlp/error.h"

MLP_BEGIN_DECLS

/** How a rank reaches its neighbours. Ranks form a line, and each exchanges messages only with the
 * rank before it and the rank after it; MPI, sockets, pipes, or queues within a program can carry
 * them.
 *
 * The callbacks are called by the thread that reads or trains, never two at a time. Bytes must
 * arrive complete and in the order in which they were sent. `send` may return before the other rank
 * has received the bytes, or wait until it has; the former is faster, because then no rank waits
 * for the next one to be ready. A return value other than MLP_OK ends the reading or training of
 * this rank, with err->message as the reason where the callback fills it in. A callback must not
 * wait for ever: let it give up after some time, for instance a minute. */
typedef struct mlp_ranks {
    size_t size;  /**< sizeof(mlp_ranks): later versions may add members at the end */
    size_t rank;  /**< the number of this process, from 0 */
    size_t ranks; /**< the number of processes; 1: this one works alone */
    /** Sends `count` bytes to rank `to`, which is rank - 1 or rank + 1. `err` is never NULL. */
    mlp_status (*send)(void *context, size_t to, const void *bytes, size_t count, mlp_error *err);
    /** Waits for `count` bytes from rank `from`, which is rank - 1 or rank + 1. */
    mlp_status (*receive)(void *context, size_t from, void *bytes, size_t count, mlp_error *err);
    void *context; /**< passed to both callbacks; must outlive the reading or training */
} mlp_ranks;

MLP_END_DECLS

#endif
