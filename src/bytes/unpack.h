/* SPDX-License-Identifier: MIT */
/* Formats of packed files. Each has a source file that ends in its table entry, and a line in
 * unpack.c. */
#ifndef MLPI_UNPACK_H
#define MLPI_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

#include "mlp/error.h"

/** Packed bytes, and the plain bytes unpacked so far. */
typedef struct mlpi_unpacking {
    const char *name; /* for messages */
    const char *packed;
    size_t size;
    char *plain; /* malloc'ed, with room for a terminating 0; grows as bytes are unpacked */
    size_t used, capacity;
} mlpi_unpacking;

typedef struct mlpi_packing {
    const char *program; /* a program that unpacks such files, for messages */
    const char *ending;  /* of file names, such as ".gz" */
    bool (*probe)(const unsigned char *bytes, size_t size);
    /* Unpacks all bytes; `probe` has accepted the first of them. The caller frees u->plain, even
     * after a failure. */
    mlp_status (*unpack)(mlpi_unpacking *u, mlp_error *err);
} mlpi_packing;

extern const mlpi_packing mlpi_packing_gzip, mlpi_packing_zstd;

/** Bytes that unpack to more than this many times their size may be an attack. Text seldom packs
 * better than 50 to 1, but gzip reaches 1030 to 1 and zstd 32,000 to 1: a small file could fill all
 * memory. */
enum { MLPI_MOST_RATIO = 200 };

/** Makes room for more plain bytes. Returns how many bytes fit, at most 1 GiB; 0: out of memory. */
size_t mlpi_unpacking_room(mlpi_unpacking *u);
/** Whether so many bytes have been unpacked that this may be an attack. */
bool mlpi_unpacking_is_bomb(const mlpi_unpacking *u);

#endif
