/* SPDX-License-Identifier: MIT */
/* A row of ranks within one process: threads that are joined by pairs of sockets. */
#ifndef TESTS_ROW_H
#define TESTS_ROW_H

#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "learning/problem.h"

enum { MOST_RANKS = 4 };

/** One rank: its settings and its results. */
typedef struct row_rank {
    mlp_ranks face;
    int before, behind; /* sockets; -1: no neighbour */
    size_t messages;    /* sent so far */
    size_t bytes;       /* sent so far */
    size_t dies_after;  /* number of messages after which the rank dies; 0: never */
    const mlp_table *table;
    mlp_train_options options;
    mlp_status status;
    mlp_error err;
    mlp_model *model;
    mlp_train_report report;
    double loss; /* mean of the last epoch's steps, if a test records it */
    pthread_t thread;
} row_rank;

static inline int row_socket(const row_rank *r, size_t other)
{
    return other > r->face.rank ? r->behind : r->before;
}

static inline mlp_status row_send(void *context, size_t to, const void *bytes, size_t count,
                                  mlp_error *err)
{
    row_rank *r = context;
    const char *at = bytes;
    (void)err;
    r->bytes += count;
    if (r->messages++ >= r->dies_after && r->dies_after > 0) {
        shutdown(r->before, SHUT_RDWR);
        shutdown(r->behind, SHUT_RDWR);
        return MLP_ERROR_OUTPUT;
    }
    for (size_t done = 0; done < count;) {
        const ssize_t n = send(row_socket(r, to), at + done, count - done, MSG_NOSIGNAL);
        if (n <= 0)
            return MLP_ERROR_OUTPUT;
        done += (size_t)n;
    }
    return MLP_OK;
}

static inline mlp_status row_receive(void *context, size_t from, void *bytes, size_t count,
                                     mlp_error *err)
{
    row_rank *r = context;
    (void)err;
    return recv(row_socket(r, from), bytes, count, MSG_WAITALL) == (ssize_t)count ? MLP_OK
                                                                                  : MLP_ERROR_DATA;
}

/** Closes the connections, so that a rank that waits for this one learns that it has ended. */
static inline void row_leave(const row_rank *r)
{
    shutdown(r->before, SHUT_RDWR);
    shutdown(r->behind, SHUT_RDWR);
}

static inline void *row_train(void *context)
{
    row_rank *r = context;
    r->status = mlp_train(r->table, NULL, &r->options, &r->model, &r->report, &r->err);
    row_leave(r);
    return NULL;
}

/** Clears `count` ranks and connects neighbours. */
static inline void row_join(row_rank *row, size_t count)
{
    memset(row, 0, count * sizeof *row);
    for (size_t i = 0; i < count; i++)
        row[i].before = row[i].behind = -1;
    for (size_t i = 0; i + 1 < count; i++) {
        int pair[2];
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
        row[i].behind = pair[0];
        row[i + 1].before = pair[1];
    }
    for (size_t i = 0; i < count; i++)
        row[i].face = (mlp_ranks){sizeof row->face, i, count, row_send, row_receive, &row[i]};
}

/** Joins `count` ranks and gives them the table and copies of the options, which a test may then
 * change. */
static inline void row_make(row_rank *row, size_t count, const mlp_table *table,
                            const mlp_train_options *options)
{
    row_join(row, count);
    for (size_t i = 0; i < count; i++) {
        row_rank *r = &row[i];
        r->table = table;
        r->options = *options;
        assert_int_equal(mlp_train_options_set_ranks(&r->options, &r->face, NULL), MLP_OK);
    }
}

/** Runs `work` for each rank in a thread of its own, then closes the sockets. */
static inline void row_work(row_rank *row, size_t count, void *(*work)(void *))
{
    for (size_t i = 0; i < count; i++)
        assert_int_equal(pthread_create(&row[i].thread, NULL, work, &row[i]), 0);
    for (size_t i = 0; i < count; i++)
        pthread_join(row[i].thread, NULL);
    for (size_t i = 0; i < count; i++) {
        if (row[i].before >= 0)
            close(row[i].before);
        if (row[i].behind >= 0)
            close(row[i].behind);
    }
}

/** Trains with all ranks until every one has ended. */
static inline void row_run(row_rank *row, size_t count)
{
    row_work(row, count, row_train);
}

static inline void row_free(row_rank *row, size_t count)
{
    for (size_t i = 0; i < count; i++)
        mlp_model_free(row[i].model);
}

#endif
