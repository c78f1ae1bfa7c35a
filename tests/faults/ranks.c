/* SPDX-License-Identifier: MIT */
/* Stands in for MPI (mpi/transport.h): the command under faults becomes rank 0 of two, and starts
 * itself once more, without faults, as rank 1. The tests are about what mlp does with ranks, not
 * about how MPI carries bytes or what it frees at its end. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mpi/transport.h"

static const char variable[] = "FAULTS_SOCKET"; /* holds the socket of rank 1 */
static int end = -1;
static pid_t other = -1;

static mlp_status send_bytes(void *context, size_t to, const void *bytes, size_t count,
                             mlp_error *err)
{
    (void)context;
    (void)to;
    (void)err;
    for (const char *at = bytes; count > 0;) {
        const ssize_t n = send(end, at, count, MSG_NOSIGNAL);
        if (n <= 0)
            return MLP_ERROR_OUTPUT;
        at += n;
        count -= (size_t)n;
    }
    return MLP_OK;
}

static mlp_status receive_bytes(void *context, size_t from, void *bytes, size_t count,
                                mlp_error *err)
{
    (void)context;
    (void)from;
    (void)err;
    return recv(end, bytes, count, MSG_WAITALL) == (ssize_t)count ? MLP_OK : MLP_ERROR_DATA;
}

/* Starts the same command line again. Between fork and exec nothing may be allocated. */
static void become_rank_1(int socket)
{
    static char text[1 << 14], number[32];
    static char *words[512];
    const int file = open("/proc/self/cmdline", O_RDONLY);
    const ssize_t length = file >= 0 ? read(file, text, sizeof text - 1) : -1;
    size_t count = 0;
    for (ssize_t at = 0; at < length && count < 511; at += (ssize_t)strlen(text + at) + 1)
        words[count++] = text + at;
    snprintf(number, sizeof number, "%s=%d", variable, socket);
    if (count > 0)
        execve("/proc/self/exe", words, (char *[]){number, NULL});
    _exit(127);
}

bool mlp_mpi_begin(mlp_ranks *ranks)
{
    const char *given = getenv(variable);
    int pair[2] = {-1, -1};
    *ranks = (mlp_ranks){sizeof *ranks, given != NULL ? 1 : 0, 2, send_bytes, receive_bytes, NULL};
    if (given != NULL) {
        end = atoi(given);
        return true;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 || (other = fork()) < 0) {
        fprintf(stderr, "rank 1: %s\n", strerror(errno));
        close(pair[0]);
        close(pair[1]);
        return false;
    }
    if (other == 0) {
        close(pair[0]);
        become_rank_1(pair[1]);
    }
    close(pair[1]);
    end = pair[0];
    return true;
}

void mlp_mpi_end(int code)
{
    (void)code;
    close(end);
    if (other > 0)
        waitpid(other, NULL, 0);
}
