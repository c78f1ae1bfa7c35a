/* SPDX-License-Identifier: MIT */
/* Sources of bytes: memory, a file or standard input, plain or packed. */
#ifndef MLPI_SOURCE_H
#define MLPI_SOURCE_H

#include "base/base.h"
#include "mlp/table.h"

/** Bytes in memory, or in a plain file that can be read piece by piece. */
typedef struct mlpi_source {
    const char *name;        /* for messages */
    char *bytes;             /* malloc'ed, followed by a 0; NULL: the bytes are in the file */
    int file;                /* a descriptor; -1: none */
    size_t begin, size;      /* size: bytes in all; begin: offset after a UTF-8 byte-order mark */
    bool foreign;            /* a reader found bytes that are not UTF-8: load, decode and read all
                           again */
    struct mlpi_comm *ranks; /* ranks that share the reading; NULL: this process reads alone */
} mlpi_source;

/** Opens a file ("-": standard input). Data that cannot be read piece by piece (standard input, a
 * pipe, packed data) are read into memory and unpacked. Errors: MLP_ERROR_DATA, MLP_ERROR_MEMORY.
 * Close the source with mlpi_source_close. */
mlp_status mlpi_source_open(const char *path, mlpi_source *source, mlp_error *err);
/** Opens bytes in memory, which are copied and unpacked; `name` must outlive the source. */
mlp_status mlpi_source_of_memory(const char *name, const void *bytes, size_t size,
                                 mlpi_source *source, mlp_error *err);
void mlpi_source_close(mlpi_source *source);

/** Reads `size` bytes from offset `from` on. Several threads may read at the same time. */
mlp_status mlpi_source_read(const mlpi_source *source, size_t from, size_t size, char *bytes,
                            mlp_error *err);
/** Reads all bytes of a file into memory, unless they are in memory already. */
mlp_status mlpi_source_load(mlpi_source *source, mlp_error *err);

/** Makes room in a malloc'ed block for `more` bytes after the first `size`, and a terminating 0.
 * false: out of memory. */
static inline bool mlpi_source_room(char **bytes, size_t *capacity, size_t size, size_t more)
{
    return more < SIZE_MAX - size - 1 && mlpi_grow(bytes, capacity, size + more + 1, 1);
}

/** Whether the first bytes are those of a packed file. */
bool mlpi_is_packed(const unsigned char *bytes, size_t size);
/** The length of the ending of a file name that marks a packed file (".gz"); 0: there is no such
 * ending. */
size_t mlpi_packed_ending(const char *path);
/** Replaces packed bytes with a new malloc'ed block of unpacked bytes; bytes that are not packed
 * are left unchanged, as is the block after a failure. */
mlp_status mlpi_unpack(const char *name, char **bytes, size_t *size, mlp_error *err);

#endif
