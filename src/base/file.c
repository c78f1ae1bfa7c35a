/* SPDX-License-Identifier: MIT */
/* Reads whole files, and checks whether two names denote the same file. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "mlp/output.h"

/* --- reading ---------------------------------------------------------------------------------- */

int mlpi_open(const char *path, int flags, mode_t mode)
{
    int file = -1;
    do {
        file = open(path, flags | O_CLOEXEC, mode);
    } while (file < 0 && errno == EINTR);
    return file;
}

ssize_t mlpi_read_some(int file, void *bytes, size_t size)
{
    ssize_t got = -1;
    do {
        got = read(file, bytes, size);
    } while (got < 0 && errno == EINTR);
    return got;
}

static mlp_status read_all(int file, size_t size, const char *path, mlp_status kind,
                           unsigned char *bytes, mlp_error *err)
{
    for (size_t done = 0; done < size;) {
        const ssize_t got = mlpi_read_some(file, bytes + done, size - done);
        if (got > 0)
            done += (size_t)got;
        else if (got == 0)
            return mlpi_fail_at(
                err, kind, path, 0, 0,
                "became shorter while it was read; read it again when no program writes to it");
        else
            return mlpi_fail_system(err, kind, errno, "%s cannot be read to its end", path);
    }
    return MLP_OK;
}

mlp_status mlpi_read_open(int file, const char *path, mlp_status kind, unsigned char **bytes,
                          size_t *size, mlp_error *err)
{
    struct stat status;
    if (fstat(file, &status) != 0)
        return mlpi_fail_system(err, kind, errno, "%s cannot be read", path);
    if (!S_ISREG(status.st_mode))
        return mlpi_fail_at(err, kind, path, 0, 0,
                            S_ISDIR(status.st_mode) ? "is a folder; give the name of a file"
                                                    : "is not a regular file");
    unsigned char *read = mlpi_allocate((size_t)status.st_size, 1);
    if (read == NULL)
        return mlpi_fail_memory(err, path);
    const mlp_status done = read_all(file, (size_t)status.st_size, path, kind, read, err);
    if (done != MLP_OK) {
        mlpi_free(read);
        return done;
    }
    *bytes = read;
    *size = (size_t)status.st_size;
    return MLP_OK;
}

mlp_status mlpi_read_file(const char *path, mlp_status kind, const char *way_out,
                          unsigned char **bytes, size_t *size, mlp_error *err)
{
    const int file =
        mlpi_open(path, O_RDONLY | O_NONBLOCK, 0); /* a pipe is refused without waiting */
    if (file < 0 && errno == ENOENT && way_out[0] != '\0')
        return mlpi_fail_at(err, kind, path, 0, 0, "cannot be opened: there is no such file; %s",
                            way_out);
    if (file < 0)
        return mlpi_fail_system(err, kind, errno, "%s: cannot be opened", path);
    const mlp_status status = mlpi_read_open(file, path, kind, bytes, size, err);
    close(file);
    return status;
}

/* --- whether two names denote the same file
 * ------------------------------------------------------------------------ */

/* A regular file, or the place where one would be created. */
typedef struct place {
    struct stat status; /* of the file; if there is none, of the folder */
    char *name;         /* of the file to be created in that folder; NULL: the file exists */
} place;

/* Returns false if the path names neither a regular file nor a place where one could be created. */
static bool find_place(const char *path, place *found)
{
    *found = (place){.name = NULL};
    if (strcmp(path, "-") == 0)
        return fstat(STDIN_FILENO, &found->status) == 0 && S_ISREG(found->status.st_mode);
    if (stat(path, &found->status) == 0)
        return S_ISREG(found->status.st_mode);
    char *folder = strdup(path), *name = strdup(path);
    if (folder != NULL && name != NULL && stat(dirname(folder), &found->status) == 0)
        found->name = strdup(basename(name));
    free(folder);
    free(name);
    return found->name != NULL;
}

bool mlp_same_file(const char *first, const char *second)
{
    place a, b;
    const bool both = find_place(first, &a) && find_place(second, &b);
    const bool same = both && a.status.st_dev == b.status.st_dev &&
                      a.status.st_ino == b.status.st_ino && (a.name == NULL) == (b.name == NULL) &&
                      (a.name == NULL || strcmp(a.name, b.name) == 0);
    free(a.name);
    if (both)
        free(b.name);
    return same;
}
