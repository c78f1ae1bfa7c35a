/* SPDX-License-Identifier: MIT */
/* Bytes of files and of standard input. Plain files can be read piece by piece. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "bytes/source.h"

enum { CHUNK = 1 << 16 };

static mlp_status cannot_read(mlp_error *err, const char *path, int error)
{
    char reason[128];
    if (error == ENOMEM)
        return mlpi_fail_memory(err, path);
    return mlpi_fail_at(err, MLP_ERROR_DATA, path, 0, 0, "cannot be read: %s",
                        strerror_r(error, reason, sizeof reason));
}

static mlp_status read_all(int file, const char *path, size_t expected, char **bytes, size_t *size,
                           mlp_error *err)
{
    char *made = NULL;
    size_t capacity = 0, used = 0;
    for (;;) {
        if (!mlpi_source_room(&made, &capacity, used,
                              expected > used ? expected - used + 1 : CHUNK)) {
            free(made);
            return mlpi_fail_memory(err, path);
        }
        const ssize_t got = TEMP_FAILURE_RETRY(read(file, made + used, capacity - used - 1));
        if (got < 0) {
            const int error = errno;
            free(made);
            return cannot_read(err, path, error);
        }
        if (got == 0)
            break;
        used += (size_t)got;
    }
    made[used] = '\0';
    *bytes = made;
    *size = used;
    return MLP_OK;
}

/* *size becomes the size of a regular file; 0: the size is not known. */
static mlp_status open_file(const char *path, int *file, size_t *size, mlp_error *err)
{
    struct stat status;
    *file = mlpi_open(path, O_RDONLY, 0);
    if (*file < 0)
        return cannot_read(err, path, errno);
    const bool known = fstat(*file, &status) == 0;
    *size = known && S_ISREG(status.st_mode) && status.st_size > 0 ? (size_t)status.st_size : 0;
    if (!known || !S_ISDIR(status.st_mode))
        return MLP_OK;
    close(*file);
    *file = -1;
    return mlpi_fail_at(err, MLP_ERROR_DATA, path, 0, 0,
                        "is a folder; give the name of a data file, or a pattern of names in "
                        "quotes: \"FOLDER/*.csv\"");
}

/* Whether a path names a file that can be read from any offset on, as standard input, pipes and
 * devices cannot. */
static bool is_plain(const char *path)
{
    struct stat kind;
    /* A pipe must not be opened here: closing the pipe would tell its writer that there is no
     * reader. */
    return strcmp(path, "-") != 0 &&
           (stat(path, &kind) != 0 || S_ISREG(kind.st_mode) || S_ISDIR(kind.st_mode));
}

static mlp_status read_stream(const char *path, mlpi_source *source, mlp_error *err)
{
    const bool standard = strcmp(path, "-") == 0;
    int file = STDIN_FILENO;
    size_t expected = 0;
    if (!standard)
        MLPI_TRY(open_file(path, &file, &expected, err));
    const mlp_status done =
        read_all(file, source->name, expected, &source->bytes, &source->size, err);
    if (!standard)
        close(file);
    return done;
}

static mlp_status take_bytes(const char *path, mlpi_source *source, mlp_error *err)
{
    static const unsigned char mark[3] = {0xef, 0xbb, 0xbf};
    unsigned char head[8] = {0};
    if (!is_plain(path))
        return read_stream(path, source, err);
    MLPI_TRY(open_file(path, &source->file, &source->size, err));
    const size_t there = source->size < sizeof head ? source->size : sizeof head;
    MLPI_TRY(mlpi_source_read(source, 0, there, (char *)head, err));
    source->begin = memcmp(head, mark, sizeof mark) == 0 ? sizeof mark : 0;
    /* A file of size 0 may be a system file (/proc), whose content is made as it is read. */
    return there == 0 || mlpi_is_packed(head, there) ? mlpi_source_load(source, err) : MLP_OK;
}

mlp_status mlpi_source_open(const char *path, mlpi_source *source, mlp_error *err)
{
    *source = (mlpi_source){.name = strcmp(path, "-") == 0 ? "standard input" : path, .file = -1};
    mlp_status status = take_bytes(path, source, err);
    if (status == MLP_OK && source->bytes != NULL)
        status = mlpi_unpack(source->name, &source->bytes, &source->size, err);
    if (status != MLP_OK)
        mlpi_source_close(source);
    return status;
}

mlp_status mlpi_source_of_memory(const char *name, const void *bytes, size_t size,
                                 mlpi_source *source, mlp_error *err)
{
    *source = (mlpi_source){.name = name, .file = -1, .size = size};
    source->bytes = mlpi_copy_text(bytes, size);
    const mlp_status status = source->bytes != NULL
                                  ? mlpi_unpack(name, &source->bytes, &source->size, err)
                                  : mlpi_fail_memory(err, name);
    if (status != MLP_OK)
        mlpi_source_close(source);
    return status;
}

void mlpi_source_close(mlpi_source *source)
{
    if (source->file >= 0)
        close(source->file);
    free(source->bytes);
    *source = (mlpi_source){.file = -1};
}

mlp_status mlpi_source_read(const mlpi_source *source, size_t from, size_t size, char *bytes,
                            mlp_error *err)
{
    if (source->bytes != NULL) {
        memcpy(bytes, source->bytes + from, size);
        return MLP_OK;
    }
    for (size_t done = 0; done < size;) {
        const ssize_t got = TEMP_FAILURE_RETRY(
            pread(source->file, bytes + done, size - done, (off_t)(from + done)));
        if (got < 0)
            return cannot_read(err, source->name, errno);
        if (got == 0)
            return mlpi_fail_at(
                err, MLP_ERROR_DATA, source->name, 0, 0,
                "became shorter while it was read; read it again when no program writes to it");
        done += (size_t)got;
    }
    return MLP_OK;
}

mlp_status mlpi_source_load(mlpi_source *source, mlp_error *err)
{
    if (source->bytes != NULL)
        return MLP_OK;
    MLPI_TRY(
        read_all(source->file, source->name, source->size, &source->bytes, &source->size, err));
    close(source->file);
    source->file = -1;
    source->begin = 0;
    return MLP_OK;
}
