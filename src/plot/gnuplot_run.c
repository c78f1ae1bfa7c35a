/* SPDX-License-Identifier: MIT */
/* gnuplot as a process: found in PATH, started without a shell, its files its only way in and out.
 *
 * The script and what comes back are unnamed temporary files, not pipes, so that neither side ever
 * waits for the other. */
#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "plot/gnuplot.h"

extern char **environ;

static mlp_status cannot_start(int error, mlp_error *err)
{
    char reason[128];
    if (error == ENOENT)
        return mlpi_fail(err, MLP_ERROR_OUTPUT,
                         "gnuplot is not installed: apt-get install gnuplot-nox; mlp plot "
                         "--terminal and --data need none");
    return mlpi_fail(err, MLP_ERROR_OUTPUT, "gnuplot cannot be started: %s",
                     strerror_r(error, reason, sizeof reason));
}

/* Starts gnuplot on three files and waits for its end. */
static mlp_status run(FILE *script, FILE *picture, FILE *complaints, int *ended, mlp_error *err)
{
    char *const arguments[] = {"gnuplot", "-d", NULL}; /* -d: no start-up files of the user */
    posix_spawn_file_actions_t files;
    pid_t child = 0;
    int error = posix_spawn_file_actions_init(&files);
    if (error != 0)
        return cannot_start(error, err);
    FILE *const streams[] = {script, picture, complaints};
    for (int i = 0; i < 3 && error == 0; i++)
        error = posix_spawn_file_actions_adddup2(&files, fileno(streams[i]), i);
    if (error == 0)
        error = posix_spawnp(&child, arguments[0], &files, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&files);
    if (error != 0)
        return cannot_start(error, err);
    while (waitpid(child, ended, 0) < 0)
        if (errno != EINTR)
            return cannot_start(errno, err);
    return MLP_OK;
}

/* The last line of what gnuplot said. */
static mlp_status failed(FILE *complaints, mlp_error *err)
{
    char line[256], last[256] = "it says nothing";
    rewind(complaints);
    while (fgets(line, sizeof line, complaints) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[strspn(line, " \t^")] != '\0')
            memcpy(last, line, sizeof last);
    }
    return mlpi_fail(err, MLP_ERROR_OUTPUT, "gnuplot failed: %s", last);
}

static mlp_status copy(FILE *from, FILE *to, mlp_error *err)
{
    char bytes[1 << 14];
    rewind(from);
    for (size_t size = 0; (size = fread(bytes, 1, sizeof bytes, from)) > 0;)
        if (fwrite(bytes, 1, size, to) != size)
            return mlpi_fail(err, MLP_ERROR_OUTPUT, "the picture cannot be written");
    return MLP_OK;
}

mlp_status mlpi_gnuplot_run(FILE *script, FILE *to, mlp_error *err)
{
    FILE *picture = tmpfile(), *complaints = tmpfile();
    mlp_status status = MLP_OK;
    int ended = 0;
    if (picture == NULL || complaints == NULL || fflush(script) != 0 || ferror(script)) {
        status = mlpi_fail(err, MLP_ERROR_OUTPUT, "temporary files cannot be written");
    } else {
        rewind(script);
        status = run(script, picture, complaints, &ended, err);
        if (status == MLP_OK && (!WIFEXITED(ended) || WEXITSTATUS(ended) != 0))
            status = failed(complaints, err);
        if (status == MLP_OK && fseek(picture, 0, SEEK_END) == 0 && ftell(picture) == 0)
            status = failed(complaints, err);
        if (status == MLP_OK)
            status = copy(picture, to, err);
    }
    if (picture != NULL)
        fclose(picture);
    if (complaints != NULL)
        fclose(complaints);
    return status;
}
