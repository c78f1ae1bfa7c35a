/* SPDX-License-Identifier: MIT */
/* gnuplot as a process: found in PATH, started without a shell, and connected only by its standard
 * streams.
 *
 * gnuplot does not report that it could not write its output, so no disk is involved: the script
 * and the error messages are files in memory, and the picture comes through a pipe, the only stream
 * on which one process waits for the other. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "draw/gnuplot.h"

extern char **environ;

enum { NOT_FOUND = 127 };

/* Descriptors of one run; -1: closed. None has the number of a standard stream: the child would
 * overwrite such a descriptor while it moves the others to the standard streams. */
typedef struct pipes {
    int script, complaints, picture_in, picture_out;
} pipes;

/* Output of gnuplot: the picture, or its error messages. */
typedef struct picture {
    char *bytes;
    size_t size, capacity;
} picture;

static mlp_status cannot_start(int error, mlp_error *err)
{
    return mlpi_fail_system(err, MLP_ERROR_OUTPUT, error, "gnuplot cannot be started");
}

static mlp_status not_installed(bool *absent, mlp_error *err)
{
    *absent = true;
    return mlpi_fail(err, MLP_ERROR_OUTPUT,
                     "gnuplot is not installed: install it (apt-get install gnuplot-nox); "
                     "`terminal` and `data` work without gnuplot");
}

static void shut(int *file)
{
    if (*file >= 0)
        close(*file);
    *file = -1;
}

/* Moves a file to a descriptor above those of the standard streams; -1: failed, with errno set. */
static int above_standard(int file)
{
    if (file < 0 || file > STDERR_FILENO)
        return file;
    const int moved = fcntl(file, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    const int error = errno;
    close(file);
    errno = error;
    return moved;
}

/* Opens a nameless file in memory, or else in the folder for temporary files. */
static int open_scratch(const char *name)
{
    int file = memfd_create(name, MFD_CLOEXEC);
    if (file >= 0)
        return above_standard(file);
    const char *folder = getenv("TMPDIR");
    file = open(folder != NULL && folder[0] != '\0' ? folder : "/tmp",
                O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
    return above_standard(file);
}

static mlp_status open_pipes(pipes *p, mlp_error *err)
{
    int ends[2] = {-1, -1};
    p->script = open_scratch("script");
    p->complaints = open_scratch("complaints");
    if (p->script < 0 || p->complaints < 0 || pipe2(ends, O_CLOEXEC) != 0)
        return cannot_start(errno, err);
    p->picture_out = above_standard(ends[0]);
    p->picture_in = above_standard(ends[1]);
    return p->picture_out >= 0 && p->picture_in >= 0 ? MLP_OK : cannot_start(errno, err);
}

static mlp_status put_script(const char *script, size_t size, int file, mlp_error *err)
{
    for (size_t done = 0; done < size;) {
        const ssize_t written = write(file, script + done, size - done);
        if (written >= 0)
            done += (size_t)written;
        else if (errno != EINTR)
            return mlpi_fail_system(err, MLP_ERROR_OUTPUT, errno,
                                    "the script for gnuplot cannot be written");
    }
    return lseek(file, 0, SEEK_SET) == 0 ? MLP_OK : cannot_start(errno, err);
}

static mlp_status start(const pipes *p, pid_t *child, bool *absent, mlp_error *err)
{
    char *const arguments[] = {"gnuplot", "-d", NULL}; /* -d: ignores the user's start-up files */
    const int streams[] = {p->script, p->picture_in, p->complaints};
    posix_spawn_file_actions_t files;
    int error = posix_spawn_file_actions_init(&files);
    if (error != 0)
        return cannot_start(error, err);
    for (int i = 0; i < 3 && error == 0; i++)
        error = posix_spawn_file_actions_adddup2(&files, streams[i], i);
    if (error == 0)
        error = posix_spawnp(child, arguments[0], &files, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&files);
    if (error == ENOENT)
        return not_installed(absent, err);
    return error == 0 ? MLP_OK : cannot_start(error, err);
}

/* Reads a file to its end, and adds a closing 0. */
static mlp_status read_all(int file, picture *p, mlp_error *err)
{
    enum { CHUNK = 1 << 16 };
    for (;;) {
        if (!mlpi_grow(&p->bytes, &p->capacity, p->size + CHUNK, 1))
            return mlpi_fail_memory(err, "a picture");
        const ssize_t got = read(file, p->bytes + p->size, p->capacity - p->size);
        if (got == 0) {
            p->bytes[p->size] = '\0';
            return MLP_OK;
        }
        if (got > 0)
            p->size += (size_t)got;
        else if (errno != EINTR)
            return mlpi_fail_system(err, MLP_ERROR_OUTPUT, errno,
                                    "what gnuplot drew cannot be read");
    }
}

static mlp_status wait_for(pid_t child, int *ended, mlp_error *err)
{
    while (waitpid(child, ended, 0) < 0)
        if (errno != EINTR)
            return mlpi_fail_system(err, MLP_ERROR_OUTPUT, errno, "waiting for gnuplot failed");
    return MLP_OK;
}

/* Fails with the last line of gnuplot's error messages. */
static mlp_status failed(int complaints, mlp_error *err)
{
    picture said = {0};
    mlp_status status = lseek(complaints, 0, SEEK_SET) == 0 ? read_all(complaints, &said, err)
                                                            : cannot_start(errno, err);
    const char *last = "it says nothing";
    if (status == MLP_OK) {
        char *rest = said.bytes;
        for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n"))
            last = line[strspn(line, " \t^")] != '\0' ? line : last;
        status = mlpi_fail(err, MLP_ERROR_OUTPUT, "gnuplot failed: %s", last);
    }
    free(said.bytes);
    return status;
}

/* Runs gnuplot on the script; the caller closes the pipes. */
static mlp_status run(pipes *p, const char *script, size_t size, picture *drawn, bool *absent,
                      mlp_error *err)
{
    pid_t child = 0;
    int ended = 0;
    MLPI_TRY(open_pipes(p, err));
    MLPI_TRY(put_script(script, size, p->script, err));
    MLPI_TRY(start(p, &child, absent, err));
    shut(&p->picture_in); /* only gnuplot still has this end, so reading ends when gnuplot does */
    const mlp_status status = read_all(p->picture_out, drawn, err);
    shut(&p->picture_out); /* so that gnuplot does not wait for a reader after a failed read */
    MLPI_TRY(wait_for(child, &ended, status == MLP_OK ? err : NULL));
    /* POSIX also lets posix_spawnp report a missing program by this exit status. */
    if (WIFEXITED(ended) && WEXITSTATUS(ended) == NOT_FOUND)
        return not_installed(absent, err);
    if (status == MLP_OK && (!WIFEXITED(ended) || WEXITSTATUS(ended) != MLPI_GNUPLOT_DONE))
        return failed(p->complaints, err);
    return status;
}

mlp_status mlpi_gnuplot_run(const char *script, size_t script_size, char **bytes, size_t *size,
                            bool *absent, mlp_error *err)
{
    pipes p = {-1, -1, -1, -1};
    picture drawn = {0};
    *absent = false;
    const mlp_status status = run(&p, script, script_size, &drawn, absent, err);
    shut(&p.script);
    shut(&p.complaints);
    shut(&p.picture_in);
    shut(&p.picture_out);
    if (status != MLP_OK) {
        free(drawn.bytes);
        return status;
    }
    *bytes = drawn.bytes;
    *size = drawn.size;
    return MLP_OK;
}
