/* SPDX-License-Identifier: MIT */
/* Ways in which the bytes of a file may be packed. A way is a file that ends in its entry, and a
 * line in unpack.c. */
#ifndef MLPI_UNPACK_H
#define MLPI_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

#include "mlp/error.h"

/** What is being unpacked. */
typedef struct mlpi_unpacking {
    const char *name; /* of messages */
    const char *packed;
    size_t size;
    char *plain; /* malloc'ed, with room for a closing 0; grows as more is unpacked */
    size_t used, capacity;
} mlpi_unpacking;

typedef struct mlpi_packing {
    const char *program; /* which unpacks such files too */
    const char *ending;  /* of names: ".gz" */
    bool (*probe)(const unsigned char *bytes, size_t size);
    /* Unpacks all bytes, of which the first are as they should be. On failure plain is to be freed
     * as well. */
    mlp_status (*unpack)(mlpi_unpacking *u, mlp_error *err);
} mlpi_packing;

extern const mlpi_packing mlpi_packing_gzip, mlpi_packing_zstd;

/** Text seldom packs better than 50 to 1, but the limit of gzip is 1030 to 1 and that of zstd 32,000
 * to 1: a small file could fill all memory. */
enum { MLPI_MOST_RATIO = 200 };

/** Makes room for more plain bytes and returns how much there is, at most 1 GiB; 0: out of memory.
 */
size_t mlpi_unpacking_room(mlpi_unpacking *u);
/** Whether so much came out of so little that it may be an attack. */
bool mlpi_unpacking_is_bomb(const mlpi_unpacking *u);

#endif
