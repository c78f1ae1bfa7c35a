/* SPDX-License-Identifier: MIT */
/* Files that are either complete or absent. A file is written without a name where the system can
 * do that, else under a temporary name next to the final one; it is synced and then gets its final
 * name. If the program is killed, a file without a name disappears; a file that already has a
 * temporary name stays, and the next output to this path removes it. The error of a failed output
 * is the first that the system reported. */
#include "mlp/output.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/base.h"

struct mlp_output {
    FILE *stream;    /* writes through put() below */
    int file;        /* the descriptor that the stream writes to */
    int error;       /* errno of the first failed write; 0: no write has failed */
    char *path;      /* as the user wrote it, for messages */
    char *target;    /* `path` with symbolic links resolved */
    char *temporary; /* temporary name; NULL: the target is written directly (device, pipe) */
    bool nameless;   /* the file has no name yet; to replace another file, it first gets
                        `temporary` */
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
    const char *slash = strrchr(path, '/');
    char folder[256];
    if (error == ENOENT && slash != NULL && slash != path) {
        snprintf(folder, sizeof folder, "%.*s",
                 (int)mlpi_utf8_fit(path, (size_t)(slash - path), sizeof folder - 1), path);
        if (access(folder, F_OK) != 0)
            return mlpi_fail(err, MLP_ERROR_OUTPUT, "%s cannot be written: there is no folder %s",
                             path, folder);
    }
    return mlpi_fail_system(err, MLP_ERROR_OUTPUT, error, "%s cannot be written", path);
}

static mlp_status exists_already(mlp_error *err, const char *path)
{
    return mlpi_fail(err, MLP_ERROR_OUTPUT, "%s exists already; `force` overwrites it", path);
}

static void remove_temporary(const mlp_output *output)
{
    if (output->temporary != NULL && !output->nameless)
        unlink(output->temporary);
}

/* Creates a file without a name in the target's folder; -1: the system cannot do that. */
static int create_nameless(const mlp_output *output, mode_t mode)
{
#ifdef O_TMPFILE
    char *copy = mlpi_copy_text(output->target, strlen(output->target));
    if (copy == NULL || access("/proc/self/fd", X_OK) != 0) { /* link_nameless needs this folder */
        free(copy);
        return -1;
    }
    const int file = mlpi_open(dirname(copy), O_WRONLY | O_TMPFILE, mode);
    free(copy);
    return file;
#else
    (void)output;
    (void)mode;
    return -1;
#endif
}

/* Removes a temporary file that no process writes any more: a process that writes it holds a lock
 * on it. The file that is locked here must still be the one of that name. */
static bool remove_leftover(const char *name)
{
    struct stat locked, named;
    const int file = open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    const bool left = file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0 &&
                      fstat(file, &locked) == 0 && S_ISREG(locked.st_mode) &&
                      lstat(name, &named) == 0 && named.st_dev == locked.st_dev &&
                      named.st_ino == locked.st_ino && unlink(name) == 0;
    if (file >= 0)
        close(file);
    return left;
}

/* Gives a name to a file without one; fails if there is a file of that name. */
static int link_nameless(int file, const char *name)
{
    char source[64];
    snprintf(source, sizeof source, "/proc/self/fd/%d", file);
    return linkat(AT_FDCWD, source, AT_FDCWD, name, AT_SYMLINK_FOLLOW);
}

/* Gives the temporary name TARGET.mlp-N.tmp to the nameless `file`, or to a new file if `file` is
 * -1. */
static int make_name(mlp_output *output, int file, mode_t mode)
{
    const size_t size = strlen(output->target) + 64;
    for (int number = 0; number < 100;) {
        snprintf(output->temporary, size, "%s.mlp-%d.tmp", output->target, number);
        const int made = file >= 0
                             ? link_nameless(file, output->temporary)
                             : mlpi_open(output->temporary, O_WRONLY | O_CREAT | O_EXCL, mode);
        if (made >= 0 || errno != EEXIST)
            return made;
        if (!remove_leftover(output->temporary))
            number++;
    }
    return -1;
}

/* Creates the file to be written; the umask restricts `mode`, as for every new file. */
static int create_temporary(mlp_output *output, mode_t mode)
{
    output->temporary = malloc(strlen(output->target) + 64);
    if (output->temporary == NULL) {
        errno = ENOMEM;
        return -1;
    }
    int file = create_nameless(output, mode);
    output->nameless = file >= 0;
    if (file < 0)
        file = make_name(output, -1, mode);
    if (file >= 0)
        (void)flock(file, LOCK_EX | LOCK_NB); /* marks the file as in use, for remove_leftover */
    return file;
}

/* Gives the file the access control list of the file that it will replace. Returns true if this
 * succeeded or there is no such list. */
static bool keep_access_list(int file, const char *target)
{
    static const char name[] = "system.posix_acl_access";
    char list[4096]; /* 511 entries */
    const ssize_t size = getxattr(target, name, list, sizeof list);
    if (size < 0)
        return errno != ERANGE;
    return fsetxattr(file, name, list, (size_t)size, 0) == 0;
}

/* Gives the file the permissions of the file that it will replace, and that file's owner and group
 * where the system allows it. If the group or an access control list cannot be kept, the group gets
 * only those of its permissions that all other users have, too. */
static void keep_mode(int file, const char *target, const struct stat *present)
{
    const mode_t mode = present->st_mode & 0777;
    const bool kept = fchown(file, present->st_uid, present->st_gid) == 0 ||
                      fchown(file, (uid_t)-1, present->st_gid) == 0;
    /* The permissions are never wider than the final ones. Failures are ignored: some file systems
     * have no modes. */
    (void)fchmod(file, (mode & 0707) | (mode & 07) << 3);
    if (kept && keep_access_list(file, target))
        (void)fchmod(file, mode);
}

static int open_for_writing(mlp_output *output, const struct stat *present)
{
    if (present != NULL && !S_ISREG(present->st_mode))
        return mlpi_open(output->target, O_WRONLY, 0);
    const int file = create_temporary(output, present != NULL ? present->st_mode & 0777 : 0666);
    if (file < 0) {
        free(output->temporary); /* no file of this output has that name */
        output->temporary = NULL;
    } else if (present != NULL) {
        keep_mode(file, output->target, present);
    }
    return file;
}

/* --- the stream ------------------------------------------------------------------------------- */

/* stdio loses the reason for a failed write once it has dropped the bytes, so the reason is kept
 * here. After one failure every write fails, since bytes are missing from the file. */
static ssize_t put(void *cookie, const char *bytes, size_t size)
{
    mlp_output *output = cookie;
    for (size_t done = 0; output->error == 0 && done < size;) {
        const ssize_t written = write(output->file, bytes + done, size - done);
        if (written >= 0)
            done += (size_t)written;
        else if (errno != EINTR)
            output->error = errno;
    }
    errno = output->error;
    return output->error == 0 ? (ssize_t)size : 0;
}

static int seek(void *cookie, off64_t *offset, int whence)
{
    const mlp_output *output = cookie;
    const off64_t at = lseek64(output->file, *offset, whence);
    if (at < 0)
        return -1;
    *offset = at;
    return 0;
}

static FILE *open_stream(mlp_output *output)
{
    return fopencookie(output, "wb", (cookie_io_functions_t){.write = put, .seek = seek});
}

/* --- opening ---------------------------------------------------------------------------------- */

/* Allocates an output and sets only its path; NULL: out of memory. */
static mlp_output *create(const char *path)
{
    mlp_output *made = calloc(1, sizeof *made);
    if (made == NULL)
        return NULL;
    made->file = -1;
    made->path = mlpi_copy_text(path, strlen(path));
    if (made->path != NULL)
        return made;
    release(made);
    return NULL;
}

/* Sets the target: the path with symbolic links resolved if it names a regular file. Returns 0, or
 * the errno of the failure. */
static int find_target(mlp_output *output, const struct stat *present)
{
    const bool follow = present != NULL && S_ISREG(present->st_mode);
    output->target =
        follow ? realpath(output->path, NULL) : mlpi_copy_text(output->path, strlen(output->path));
    return output->target != NULL ? 0 : follow ? errno : ENOMEM;
}

/* Opens the stream of an output. Releases the output if opening the stream fails, or if `error` (an
 * errno) is not 0. */
static mlp_status begin(mlp_output *made, int error, mlp_output **output, mlp_error *err)
{
    made->stream = error == 0 ? open_stream(made) : NULL;
    if (made->stream != NULL) {
        *output = made;
        return MLP_OK;
    }
    if (made->file >= 0)
        close(made->file);
    remove_temporary(made);
    const mlp_status status = cannot_write(err, made->path, error != 0 ? error : ENOMEM);
    release(made);
    return status;
}

mlp_status mlp_output_open(const char *path, bool overwrite, mlp_output **output, mlp_error *err)
{
    struct stat status;
    const bool present = stat(path, &status) == 0;
    if (present && S_ISDIR(status.st_mode))
        return mlpi_fail(err, MLP_ERROR_OUTPUT, "%s is a folder; give the name of a file", path);
    if (present && S_ISREG(status.st_mode) && !overwrite)
        return exists_already(err, path);

    mlp_output *made = create(path);
    if (made == NULL)
        return mlpi_fail_memory(err, "an output file");
    made->overwrite = overwrite;
    int error = find_target(made, present ? &status : NULL);
    if (error == 0) {
        made->file = open_for_writing(made, present ? &status : NULL);
        error = made->file < 0 ? errno : 0;
    }
    return begin(made, error, output, err);
}

mlp_status mlpi_output_continue(const char *path, bool *there, mlp_output **output, mlp_error *err)
{
    mlp_output *made = create(path);
    if (made == NULL)
        return mlpi_fail_memory(err, "an output file");
    made->file = mlpi_open(path, O_RDWR | O_APPEND | O_NOCTTY, 0);
    const int error = made->file < 0 ? errno : 0;
    *there = error != ENOENT;
    if (*there)
        return begin(made, error, output, err);
    release(made);
    return MLP_OK;
}

int mlpi_output_file(const mlp_output *output)
{
    return output->file;
}

FILE *mlp_output_stream(mlp_output *output)
{
    return output->stream;
}

/* --- finishing -------------------------------------------------------------------------------- */

/* Makes the new name survive a power failure. Errors are ignored: some file systems cannot sync
 * folders. */
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

/* Renames the temporary file to the target. Without `overwrite`, a target that has appeared
 * meanwhile is kept. */
static int give_temporary_name(const mlp_output *output)
{
    if (output->overwrite)
        return rename(output->temporary, output->target) == 0 ? 0 : errno;
    if (renameat2(AT_FDCWD, output->temporary, AT_FDCWD, output->target, RENAME_NOREPLACE) == 0)
        return 0;
    if (errno != EEXIST && link(output->temporary, output->target) == 0) { /* no renameat2 here */
        unlink(output->temporary);
        return 0;
    }
    if (errno == EEXIST)
        return errno;
    return rename(output->temporary, output->target) == 0 ? 0 : errno; /* no hard links here */
}

/* Gives the finished file its final name: directly if no file has that name, else, if `overwrite`,
 * through a temporary name. */
static int give_name(mlp_output *output)
{
    if (output->nameless) {
        if (link_nameless(output->file, output->target) == 0)
            return 0;
        if (errno != EEXIST || !output->overwrite)
            return errno;
        if (make_name(output, output->file, 0) < 0)
            return errno;
        output->nameless = false;
    }
    return give_temporary_name(output);
}

/* Writes out all content, and syncs the file unless it is written directly. */
static void finish_content(mlp_output *output)
{
    if (fflush(output->stream) != 0 && output->error == 0)
        output->error = errno;
    while (output->error == 0 && output->temporary != NULL && fsync(output->file) != 0)
        output->error = errno != EINTR ? errno : 0;
}

/* Gives the finished file its final name unless an error has occurred. */
static mlp_status finish_name(mlp_output *output, mlp_error *err)
{
    int error = output->error;
    if (error == 0 && output->temporary != NULL) {
        error = give_name(output);
        if (error == EEXIST)
            return exists_already(err, output->path);
        if (error == 0)
            sync_folder(output->target);
    }
    return error == 0 ? MLP_OK : cannot_write(err, output->path, error);
}

mlp_status mlp_output_publish(mlp_output *output, mlp_error *err)
{
    finish_content(output);
    MLPI_TRY(finish_name(output, err));
    free(output->temporary);
    output->temporary = NULL; /* from here on the file is written directly */
    return MLP_OK;
}

/* Closes and frees the output. Returns the errno of a failed close; 0: the close succeeded, or
 * fsync has already confirmed that the content is on the disk. */
static int end(mlp_output *output)
{
    fclose(output->stream);
    const int error = close(output->file) != 0 && output->temporary == NULL ? errno : 0;
    release(output);
    return error;
}

mlp_status mlp_output_commit(mlp_output *output, mlp_error *err)
{
    finish_content(output);
    mlp_status status = finish_name(output, err);
    if (status != MLP_OK)
        remove_temporary(output);
    char *path = output->path; /* kept for the message */
    output->path = NULL;
    const int error = end(output);
    if (status == MLP_OK && error != 0)
        status = cannot_write(err, path, error);
    free(path);
    return status;
}

void mlp_output_discard(mlp_output *output)
{
    if (output == NULL)
        return;
    remove_temporary(output);
    (void)end(output);
}

/* --- other streams ---------------------------------------------------------------------------- */

/* stdio remembers that a write failed, but not why. If the reason is lost, one more byte is
 * written, which should fail for the same reason. */
static int write_failure(FILE *stream)
{
    if (fflush(stream) != 0)
        return errno;
    if (!ferror(stream))
        return 0;
    return fputc('\n', stream) == EOF || fflush(stream) != 0 ? errno : EIO;
}

mlp_status mlp_stream_check(FILE *stream, const char *name, mlp_error *err)
{
    const int error = write_failure(stream);
    if (error == 0)
        return MLP_OK;
    const mlp_status status = cannot_write(err, name, error);
    errno = error;
    return status;
}
