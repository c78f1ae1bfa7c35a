/* SPDX-License-Identifier: MIT */
/* CSV files packed with gzip (fuzz_packed). */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "fuzz.h"

static size_t pack(const uint8_t *bytes, size_t size, size_t times, uint8_t **packed)
{
    z_stream z = {0};
    if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return 0;
    const size_t room = deflateBound(&z, size * times) + 64;
    *packed = malloc(room);
    z.next_out = *packed;
    z.avail_out = *packed != NULL ? (uInt)room : 0;
    for (size_t i = 0; i < times; i++) {
        z.next_in = (z_const Bytef *)(uintptr_t)bytes;
        z.avail_in = (uInt)size;
        deflate(&z, i + 1 < times ? Z_NO_FLUSH : Z_FINISH);
    }
    const size_t used = (size_t)z.total_out;
    deflateEnd(&z);
    return used;
}

void fuzz_one(const uint8_t *bytes, size_t size)
{
    fuzz_packed(bytes, size, pack, "data.gz", 1032);
}
