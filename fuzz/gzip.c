/* SPDX-License-Identifier: MIT */
/* gzip around CSV. The first byte of an input chooses: 0, the rest is the gzip file; else the rest
 * is what is in it, and the byte says how often it is repeated there, so that readers are reached
 * by way of the unpacker. */
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
    const mlp_read_options options = {.format = "csv", .no_header = true};
    fuzz_input input = {bytes, size};
    const size_t times = (size_t)fuzz_number(&input, 1);
    uint8_t *packed = NULL;
    size_t packed_size = 0;
    if (times > 0)
        packed_size = pack(input.bytes, input.size, times, &packed);
    /* A limit by the bytes of the packed file would forbid what gzip is for. */
    mlp_table *table = NULL;
    fuzz_heap_begin(times > 0 ? input.size * times : input.size * 1032);
    (void)mlp_table_read_memory(times > 0 ? packed : input.bytes,
                                times > 0 ? packed_size : input.size, "data.gz", &options, &table,
                                NULL);
    fuzz_heap_end("unpacking and reading a table");
    if (table != NULL)
        fuzz_use_table(table);
    mlp_table_free(table);
    free(packed);
}
