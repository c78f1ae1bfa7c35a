/* SPDX-License-Identifier: MIT */
/* Where bytes come from: a file or standard input, plain or gzip (RFC 1952), recognised by its
 * first bytes. Plain files can be read piece by piece. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/base.h"
#include "read/reader.h"

enum { CHUNK = 1 << 16 };

static mlp_status cannot_read(mlp_error *err, const char *path, int error)
{
    char reason[128];
    if (error == ENOMEM)
        return mlpi_fail_memory(err, path);
    return mlpi_fail_at(err, MLP_ERROR_DATA, path, 0, 0, "cannot be read: %s",
                        strerror_r(error, reason, sizeof reason));
}

/* Room for `more` bytes and the closing 0. */
static bool make_room(char **bytes, size_t *capacity, size_t size, size_t more)
{
    return more < SIZE_MAX - size - 1 && mlpi_grow(bytes, capacity, size + more + 1, 1);
}

static mlp_status read_all(int file, const char *path, size_t expected, char **bytes, size_t *size,
                           mlp_error *err)
{
    char *made = NULL;
    size_t capacity = 0, used = 0;
    for (;;) {
        if (!make_room(&made, &capacity, used, expected > used ? expected - used + 1 : CHUNK)) {
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

/* *size is that of a regular file; 0: it is not known. */
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
                        "is a folder; give the name of a data file");
}

static mlp_status read_file(const char *path, char **bytes, size_t *size, mlp_error *err)
{
    int file = -1;
    size_t expected = 0;
    MLPI_TRY(open_file(path, &file, &expected, err));
    const mlp_status done = read_all(file, path, expected, bytes, size, err);
    close(file);
    return done;
}

mlp_status mlpi_source_read(const char *path, char **bytes, size_t *size, mlp_error *err)
{
    if (strcmp(path, "-") == 0)
        MLPI_TRY(read_all(STDIN_FILENO, "standard input", 0, bytes, size, err));
    else
        MLPI_TRY(read_file(path, bytes, size, err));
    const mlp_status unpacked = mlpi_source_unpack(path, bytes, size, err);
    if (unpacked != MLP_OK) {
        free(*bytes);
        *bytes = NULL;
    }
    return unpacked;
}

/* --- texts ------------------------------------------------------------------------------------ */

static bool is_gzip(const unsigned char *bytes, size_t size)
{
    return size >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

mlp_status mlpi_text_open(const char *path, mlpi_text *text, mlp_error *err)
{
    static const unsigned char mark[3] = {0xef, 0xbb, 0xbf};
    unsigned char head[16] = {0};
    struct stat kind;
    *text = (mlpi_text){.name = path, .file = -1};
    /* A pipe is opened once: who writes to it would see its end when it is closed. */
    if (strcmp(path, "-") == 0 ||
        (stat(path, &kind) == 0 && !S_ISREG(kind.st_mode) && !S_ISDIR(kind.st_mode)))
        return MLP_OK;
    MLPI_TRY(open_file(path, &text->file, &text->size, err));
    const size_t there = text->size < sizeof head ? text->size : sizeof head;
    mlp_status status = mlpi_text_read(text, 0, there, (char *)head, err);
    if (status == MLP_OK)
        status = mlpi_foreign_refuse(path, (const char *)head, there, err);
    if (status != MLP_OK || text->size == 0 || is_gzip(head, there))
        mlpi_text_close(text);
    text->begin = memcmp(head, mark, sizeof mark) == 0 ? sizeof mark : 0;
    return status;
}

void mlpi_text_close(mlpi_text *text)
{
    if (text->file >= 0)
        close(text->file);
    text->file = -1;
}

mlp_status mlpi_text_read(const mlpi_text *text, size_t from, size_t size, char *bytes,
                          mlp_error *err)
{
    for (size_t done = 0; done < size;) {
        const ssize_t got =
            TEMP_FAILURE_RETRY(pread(text->file, bytes + done, size - done, (off_t)(from + done)));
        if (got < 0)
            return cannot_read(err, text->name, errno);
        if (got == 0)
            return mlpi_fail_at(err, MLP_ERROR_DATA, text->name, 0, 0,
                                "became shorter while it was read; read it again when nobody "
                                "writes to it");
        done += (size_t)got;
    }
    return MLP_OK;
}

/* --- gzip ------------------------------------------------------------------------------------- */

/* Text seldom packs better than 50 to 1, but gzip's limit is 1030 to 1: a small file could fill all
 * memory. Small tables may do as they like. */
enum { MOST_RATIO = 200, ALWAYS_ALLOWED = 64 << 20 };

static bool is_bomb(size_t packed, size_t plain)
{
    return plain > ALWAYS_ALLOWED && plain / MOST_RATIO > packed;
}

/* Unpacks one member; *left is what of the input is not used yet. */
static int inflate_member(z_stream *z, const char *packed, size_t *left, size_t packed_size,
                          char **bytes, size_t *capacity, size_t *size)
{
    int state = Z_OK;
    z->next_in = (z_const Bytef *)packed;
    while (state == Z_OK || state == Z_BUF_ERROR) {
        const size_t feed = *left < CHUNK ? *left : CHUNK;
        if (!make_room(bytes, capacity, *size, CHUNK))
            return Z_MEM_ERROR;
        const size_t room = *capacity - *size - 1 < (1u << 30) ? *capacity - *size - 1 : 1u << 30;
        z->avail_in = (uInt)feed;
        z->next_out = (Bytef *)(*bytes + *size);
        z->avail_out = (uInt)room;
        state = inflate(z, Z_NO_FLUSH);
        const size_t consumed = feed - z->avail_in, produced = room - z->avail_out;
        *left -= consumed;
        *size += produced;
        if ((consumed == 0 && produced == 0) || is_bomb(packed_size, *size))
            break; /* cut short, or enough */
    }
    return state;
}

mlp_status mlpi_source_unpack(const char *name, char **bytes, size_t *size, mlp_error *err)
{
    if (!is_gzip((const unsigned char *)*bytes, *size))
        return MLP_OK;
    char *plain = NULL;
    size_t capacity = 0, used = 0, left = *size;
    int state = Z_STREAM_END;
    while (left > 0 && state == Z_STREAM_END) { /* gzip files may be concatenated */
        z_stream z = {0};
        if (inflateInit2(&z, 15 + 16) != Z_OK) {
            free(plain);
            return mlpi_fail_memory(err, name);
        }
        state = inflate_member(&z, *bytes + (*size - left), &left, *size, &plain, &capacity, &used);
        inflateEnd(&z);
    }
    if (is_bomb(*size, used)) {
        free(plain);
        return mlpi_fail_at(err, MLP_ERROR_DATA, name, 0, 0,
                            "unpacks to more than %d times its %zu bytes, which may be an attack; "
                            "if it is right, unpack it yourself: gzip -dc FILE > PLAIN",
                            MOST_RATIO, *size);
    }
    if (state != Z_STREAM_END) {
        free(plain);
        if (state == Z_MEM_ERROR)
            return mlpi_fail_memory(err, name);
        return mlpi_fail_at(
            err, MLP_ERROR_DATA, name, 0, 0,
            "the gzip data are damaged or cut short; unpack it with gzip -t to check");
    }
    plain[used] = '\0';
    free(*bytes);
    *bytes = plain;
    *size = used;
    return MLP_OK;
}
