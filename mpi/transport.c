/* SPDX-License-Identifier: MIT */
/* Ranks by MPI (mlp/ranks.h). The implementations of MPI differ in their binary interface, so this
 * file becomes one small shared object for each implementation that is installed when mlp is built
 * (libmlp-openmpi.so, libmlp-mpich.so), and the command loads the object that belongs to the
 * launcher which started it. Nothing else in mlp depends on MPI. */
#include "transport.h"

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Seconds without an answer after which another rank is given up, unless MLP_RANKS_TIMEOUT sets
 * another number. */
enum { PATIENCE = 45 };

/* For `spin` seconds a rank checks for an answer without a pause. After that it sleeps between two
 * checks, for a share of the time that it has waited, from nap_least to nap_most seconds: a long
 * wait means that other processes need the core. */
static const double spin = 5e-5, nap_share = 0.25, nap_least = 2e-5, nap_most = 2e-3;

/* The largest message in bytes: MPI counts in int. */
enum { MOST = 1 << 30 };

/* How far a rank may be ahead of its neighbours, in bytes that they have not received yet. */
enum { AHEAD = 1 << 24 };

static double patience = PATIENCE;

/* A message that the other rank may not have received yet. */
typedef struct letter {
    struct letter *next;
    MPI_Request request;
    size_t to, count;
    char bytes[];
} letter;

/* The letters under way, the oldest first. A rank that has sent a letter continues with its work:
 * if two ranks waited for each other at every message, each step would take as long as on the
 * slower of them. */
static struct {
    letter *first, *last;
    size_t bytes;
} post;

static void leave(double seconds)
{
    const double some = seconds < nap_least ? nap_least : seconds > nap_most ? nap_most : seconds;
    nanosleep(&(struct timespec){.tv_nsec = (long)(some * 1e9)}, NULL);
}

static mlp_status lost(const char *what, size_t other, mlp_error *err)
{
    snprintf(err->message, sizeof err->message, "MPI could not %s rank %zu", what, other);
    return MLP_ERROR_OUTPUT;
}

/* `begun`: the result of the MPI function that began the request. */
static mlp_status wait_for(int begun, MPI_Request *request, const char *what, size_t other,
                           mlp_error *err)
{
    const double since = MPI_Wtime();
    for (int done = 0;;) {
        if (begun != MPI_SUCCESS || MPI_Test(request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS)
            return lost(what, other, err);
        if (done)
            return MLP_OK;
        const double waited = MPI_Wtime() - since;
        if (waited > patience) {
            snprintf(err->message, sizeof err->message,
                     "rank %zu has not answered for %.0f seconds; with `checkpoint` and `resume` "
                     "the run resumes from "
                     "its last epoch, with any number of ranks",
                     other, patience);
            return MLP_ERROR_OUTPUT;
        }
        if (waited > spin)
            leave(nap_share * waited);
    }
}

static void forget_first(void)
{
    letter *sent = post.first;
    post.first = sent->next;
    post.last = post.first != NULL ? post.last : NULL;
    post.bytes -= sent->count;
    free(sent);
}

/* Forgets the letters that have arrived, and waits until at most `most` bytes are under way. */
static mlp_status deliver(size_t most, mlp_error *err)
{
    while (post.first != NULL) {
        letter *oldest = post.first;
        int done = 0;
        if (post.bytes > most) {
            const mlp_status status =
                wait_for(MPI_SUCCESS, &oldest->request, "reach", oldest->to, err);
            if (status != MLP_OK)
                return status;
        } else if (MPI_Test(&oldest->request, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS) {
            return lost("reach", oldest->to, err);
        } else if (!done) {
            break;
        }
        forget_first();
    }
    return MLP_OK;
}

static mlp_status post_letter(size_t to, const void *bytes, size_t count, mlp_error *err)
{
    letter *made = malloc(sizeof *made + count);
    if (made == NULL) {
        snprintf(err->message, sizeof err->message, "out of memory for what goes to rank %zu", to);
        return MLP_ERROR_MEMORY;
    }
    *made = (letter){.request = MPI_REQUEST_NULL, .to = to, .count = count};
    memcpy(made->bytes, bytes, count);
    if (MPI_Isend(made->bytes, (int)count, MPI_BYTE, (int)to, 0, MPI_COMM_WORLD, &made->request) !=
        MPI_SUCCESS) {
        free(made);
        return lost("reach", to, err);
    }
    *(post.first != NULL ? &post.last->next : &post.first) = made;
    post.last = made;
    post.bytes += count;
    return MLP_OK;
}

static mlp_status send(void *context, size_t to, const void *bytes, size_t count, mlp_error *err)
{
    const char *at = bytes;
    (void)context;
    for (size_t n; count > 0; at += n, count -= n) {
        n = count < MOST ? count : MOST;
        mlp_status status = deliver(AHEAD, err);
        if (status == MLP_OK)
            status = post_letter(to, at, n, err);
        if (status != MLP_OK)
            return status;
    }
    return MLP_OK;
}

static mlp_status receive(void *context, size_t from, void *bytes, size_t count, mlp_error *err)
{
    char *at = bytes;
    (void)context;
    for (size_t n; count > 0; at += n, count -= n) {
        MPI_Request request = MPI_REQUEST_NULL;
        n = count < MOST ? count : MOST;
        const int begun = MPI_Irecv(at, (int)n, MPI_BYTE, (int)from, 0, MPI_COMM_WORLD, &request);
        const mlp_status status = wait_for(begun, &request, "hear from", from, err);
        if (status != MLP_OK)
            return status;
    }
    return MLP_OK;
}

bool mlp_mpi_begin(mlp_ranks *ranks)
{
    int rank = 0, count = 1, provided = 0;
    const char *text = getenv("MLP_RANKS_TIMEOUT");
    const long seconds = text != NULL ? strtol(text, NULL, 10) : 0;
    if (seconds > 0)
        patience = (double)seconds;
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS)
        return false;
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &count);
    *ranks = (mlp_ranks){sizeof *ranks, (size_t)rank, (size_t)count, send, receive, NULL};
    return true;
}

void mlp_mpi_end(int code)
{
    mlp_error err = {.message = ""};
    const double since = MPI_Wtime();
    if (code == 0 && deliver(0, &err) == MLP_OK) {
        MPI_Finalize();
        return;
    }
    /* For a second the other ranks can still receive letters and report their own failures. Then
     * all ranks are ended, because those that wait for this rank would wait in vain. */
    while (MPI_Wtime() - since < 1.0 && deliver(SIZE_MAX, &err) == MLP_OK)
        leave(nap_most);
    MPI_Abort(MPI_COMM_WORLD, code != 0 ? code : 1);
}
