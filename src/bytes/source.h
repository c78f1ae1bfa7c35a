/* SPDX-License-Identifier: MIT */
/* Where bytes come from: memory, a file, standard input, plain or packed. */
#ifndef MLPI_SOURCE_H
#define MLPI_SOURCE_H

#include "base/base.h"
#include "mlp/table.h"

/** All bytes of something, in memory, or in a plain file that can be read piece by piece. */
typedef struct mlpi_source {
    const char *name;   /* of messages */
    char *bytes;        /* malloc'ed, one more byte (0) behind the last; NULL: in the file */
    int file;           /* a descriptor; -1: none */
    size_t begin, size; /* begin: behind a byte-order mark of UTF-8 */
    bool foreign; /* set by a reader of text: in a file there are bytes that are not UTF-8; the
                           source is to be read again as a whole */
    struct mlpi_comm *ranks; /* that read it together; NULL: this process alone */
} mlpi_source;

/** Opens a file ("-": standard input). What cannot be read piece by piece (standard input, a pipe,
 * packed data) is in memory, unpacked. Errors: MLP_ERROR_DATA, MLP_ERROR_MEMORY. Close with
 * mlpi_source_close. */
mlp_status mlpi_source_open(const char *path, mlpi_source *source, mlp_error *err);
/** The same of bytes, which are copied; `name` stays the caller's. */
mlp_status mlpi_source_of_memory(const char *name, const void *bytes, size_t size,
                                 mlpi_source *source, mlp_error *err);
void mlpi_source_close(mlpi_source *source);

/** Reads `size` bytes from a place on; by several threads at the same time. */
mlp_status mlpi_source_read(const mlpi_source *source, size_t from, size_t size, char *bytes,
                            mlp_error *err);
/** Takes all bytes of a file into memory. */
mlp_status mlpi_source_load(mlpi_source *source, mlp_error *err);

/** Makes room in malloc'ed bytes for `more` behind the first `size`, and a closing 0. false: out of
 * memory. */
static inline bool mlpi_source_room(char **bytes, size_t *capacity, size_t size, size_t more)
{
    return more < SIZE_MAX - size - 1 && mlpi_grow(bytes, capacity, size + more + 1, 1);
}

/** Whether bytes begin as packed ones do. */
bool mlpi_is_packed(const unsigned char *bytes, size_t size);
/** The length of the ending of a name that tells packed bytes (".gz"); 0: it has none. */
size_t mlpi_packed_ending(const char *path);
/** Unpacks bytes into a new malloc'ed block, which replaces them; what is not packed stays as it
 * is. On failure the bytes stay the caller's. */
mlp_status mlpi_unpack(const char *name, char **bytes, size_t *size, mlp_error *err);

#endif
