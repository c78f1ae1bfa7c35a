/* SPDX-License-Identifier: MIT */
/* Files that are whole or not there: written without a name where the system can, else under a
 * temporary one beside the final one, synced, renamed. Of a file without a name nothing is left
 * when the program is killed. */
#include "mlp/output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"

struct mlp_output {
    FILE *stream;
    char *path;      /* as the user wrote it, for messages */
    char *target;    /* with symbolic links followed */
    char *temporary; /* NULL: the target is a device or a pipe and is written directly */
    bool nameless;   /* `temporary` is the name it will get, for a moment, when it is finished */
    bool overwrite;
};

static void release(mlp_output *output)
{
    free(output->path);
    free(output->target);
    free(output->temporary);
    free(output);
}

static mlp_status cannot_write(mlp_error *err, const char *path, int error)
{
    char reason[128];
    return mlpi_fail(err, MLP_ERROR_OUTPUT, "%s cannot be written: %s", path,
                     strerror_r(error, reason, sizeof reason));
}

static mlp_status exists_already(mlp_error *err, const char *path)
{
    return mlpi_fail(err, MLP_ERROR_OUTPUT, "%s exists already; --force overwrites it", path);
}

static void remove_temporary(const mlp_output *output)
{
    if (output->temporary != NULL && !output->nameless)
        unlink(output->temporary);
}

/* A file in the target's folder that has no name yet; -1 where there are none. */
static int create_nameless(const mlp_output *output, mode_t mode)
{
#ifdef O_TMPFILE
    char *copy = mlpi_copy_text(output->target, strlen(output->target));
    if (copy == NULL || access("/proc/self/fd", X_OK) != 0) { /* a name comes by way of it */
        free(copy);
        return -1;
    }
    const int file = open(dirname(copy), O_WRONLY | O_TMPFILE | O_CLOEXEC, mode);
    free(copy);
    return file;
#else
    (void)output;
    (void)mode;
    return -1;
#endif
}

/* Makes TARGET.PID-N.tmp, of the nameless `file` or a new one. */
static int make_name(mlp_output *output, int file, mode_t mode)
{
    const size_t size = strlen(output->target) + 64;
    char source[64];
    snprintf(source, sizeof source, "/proc/self/fd/%d", file);
    for (int attempt = 0; attempt < 100; attempt++) {
        snprintf(output->temporary, size, "%s.%ld-%d.tmp", output->target, (long)getpid(), attempt);
        const int made =
            file >= 0 ? linkat(AT_FDCWD, source, AT_FDCWD, output->temporary, AT_SYMLINK_FOLLOW)
                      : open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (made >= 0 || errno != EEXIST)
            return made;
    }
    return -1;
}

/* Readable as any new file of this user would be. */
static int create_temporary(mlp_output *output, mode_t mode)
{
    output->temporary = malloc(strlen(output->target) + 64);
    if (output->temporary == NULL) {
        errno = ENOMEM;
        return -1;
    }
    const int file = create_nameless(output, mode);
    output->nameless = file >= 0;
    return file >= 0 ? file : make_name(output, -1, mode);
}

static int open_for_writing(mlp_output *output, const struct stat *present)
{
    if (present != NULL && !S_ISREG(present->st_mode))
        return open(output->target, O_WRONLY | O_CLOEXEC);
    const int file = create_temporary(output, present != NULL ? present->st_mode & 0777 : 0666);
    if (file < 0) {
        free(output->temporary); /* nothing of ours to remove */
        output->temporary = NULL;
    }
    return file;
}

mlp_status mlp_output_open(const char *path, bool overwrite, mlp_output **output, mlp_error *err)
{
    struct stat status;
    const bool present = stat(path, &status) == 0;
    if (present && S_ISDIR(status.st_mode))
        return mlpi_fail(err, MLP_ERROR_OUTPUT, "%s is a folder; give the name of a file", path);
    if (present && S_ISREG(status.st_mode) && !overwrite)
        return exists_already(err, path);

    mlp_output *made = calloc(1, sizeof *made);
    if (made == NULL)
        return mlpi_fail_memory(err, "an output file");
    made->overwrite = overwrite;
    made->path = mlpi_copy_text(path, strlen(path));
    made->target = present && S_ISREG(status.st_mode) ? realpath(path, NULL)
                                                      : mlpi_copy_text(path, strlen(path));
    if (made->path == NULL || made->target == NULL) {
        release(made);
        return mlpi_fail_memory(err, "an output file");
    }
    const int file = open_for_writing(made, present ? &status : NULL);
    made->stream = file >= 0 ? fdopen(file, "wb") : NULL;
    if (made->stream == NULL) {
        const int error = errno;
        if (file >= 0)
            close(file);
        remove_temporary(made);
        release(made);
        return cannot_write(err, path, error);
    }
    *output = made;
    return MLP_OK;
}

FILE *mlp_output_stream(mlp_output *output)
{
    return output->stream;
}

/* Makes the new name survive a power cut; where folders cannot be synced there is nothing to lose.
 */
static void sync_folder(const char *path)
{
    char *copy = mlpi_copy_text(path, strlen(path));
    if (copy == NULL)
        return;
    const int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        fsync(folder);
        close(folder);
    }
    free(copy);
}

/* Gives the finished file its name. Without `overwrite` a file that appeared meanwhile is kept. */
static int give_name(const mlp_output *output)
{
    if (output->overwrite)
        return rename(output->temporary, output->target) == 0 ? 0 : errno;
    if (link(output->temporary, output->target) == 0) {
        unlink(output->temporary);
        return 0;
    }
    if (errno == EEXIST)
        return errno;
    return rename(output->temporary, output->target) == 0 ? 0 : errno; /* no hard links here */
}

mlp_status mlp_output_commit(mlp_output *output, mlp_error *err)
{
    int error = 0;
    errno = 0;
    if (fflush(output->stream) != 0 || ferror(output->stream))
        error = errno != 0 ? errno : EIO;
    if (error == 0 && output->temporary != NULL && fsync(fileno(output->stream)) != 0)
        error = errno;
    if (error == 0 && output->nameless) {
        if (make_name(output, fileno(output->stream), 0) < 0)
            error = errno;
        else
            output->nameless = false;
    }
    if (fclose(output->stream) != 0 && error == 0)
        error = errno;
    if (error == 0 && output->temporary != NULL)
        error = give_name(output);
    if (error == 0 && output->temporary != NULL)
        sync_folder(output->target);
    if (error != 0)
        remove_temporary(output);

    mlp_status status = MLP_OK;
    if (error == EEXIST)
        status = exists_already(err, output->path);
    else if (error != 0)
        status = cannot_write(err, output->path, error);
    release(output);
    return status;
}

void mlp_output_discard(mlp_output *output)
{
    if (output == NULL)
        return;
    fclose(output->stream);
    remove_temporary(output);
    release(output);
}
