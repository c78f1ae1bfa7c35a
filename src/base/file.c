/* SPDX-License-Identifier: MIT */
/* Reading whole files. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"

int mlpi_open_to_read(const char *path)
{
    int file = -1;
    do {
        file = open(path, O_RDONLY | O_CLOEXEC);
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

static mlp_status read_stream(FILE *stream, const char *path, mlp_status kind,
                              unsigned char **bytes, size_t *size, mlp_error *err)
{
    struct stat status;
    if (fstat(fileno(stream), &status) != 0 || !S_ISREG(status.st_mode))
        return mlpi_fail_at(err, kind, path, 0, 0, "is no regular file");
    unsigned char *read = mlpi_allocate((size_t)status.st_size, 1);
    if (read == NULL)
        return mlpi_fail_memory(err, path);
    if (fread(read, 1, (size_t)status.st_size, stream) != (size_t)status.st_size) {
        mlpi_free(read);
        return mlpi_fail_at(err, kind, path, 0, 0, "cannot be read to its end");
    }
    *bytes = read;
    *size = (size_t)status.st_size;
    return MLP_OK;
}

mlp_status mlpi_read_file(const char *path, mlp_status kind, const char *way_out,
                          unsigned char **bytes, size_t *size, mlp_error *err)
{
    FILE *stream = fopen(path, "rb");
    if (stream == NULL)
        return mlpi_fail_at(err, kind, path, 0, 0, "cannot be opened; %s", way_out);
    const mlp_status status = read_stream(stream, path, kind, bytes, size, err);
    fclose(stream);
    return status;
}
