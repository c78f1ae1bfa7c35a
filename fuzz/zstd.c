/* SPDX-License-Identifier: MIT */
/* CSV files packed with zstd (fuzz_packed), each repetition in a frame of its own. */
#include <stdlib.h>
#include <zstd.h>

#include "fuzz.h"

static size_t pack(const uint8_t *bytes, size_t size, size_t times, uint8_t **packed)
{
    const size_t room = ZSTD_compressBound(size);
    size_t used = 0;
    *packed = malloc(room * times);
    for (size_t i = 0; *packed != NULL && i < times; i++)
        used += ZSTD_compress(*packed + used, room, bytes, size, 1);
    return used;
}

void fuzz_one(const uint8_t *bytes, size_t size)
{
    fuzz_packed(bytes, size, pack, "data.zst", 40000);
}
