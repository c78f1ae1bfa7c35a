/* SPDX-License-Identifier: MIT */
/* gzip (RFC 1952). */
#include <zlib.h>

#include "base/base.h"
#include "bytes/unpack.h"

enum { CHUNK = 1 << 16 };

static bool probe_gzip(const unsigned char *bytes, size_t size)
{
    return size >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

/* Unpacks one member; *left is the number of packed bytes that remain. */
static int inflate_member(z_stream *z, mlpi_unpacking *u, size_t *left)
{
    int state = Z_OK;
    z->next_in = (z_const Bytef *)(u->packed + (u->size - *left));
    while (state == Z_OK || state == Z_BUF_ERROR) {
        const size_t feed = *left < CHUNK ? *left : CHUNK, room = mlpi_unpacking_room(u);
        if (room == 0)
            return Z_MEM_ERROR;
        z->avail_in = (uInt)feed;
        z->next_out = (Bytef *)(u->plain + u->used);
        z->avail_out = (uInt)room;
        state = inflate(z, Z_NO_FLUSH);
        const size_t consumed = feed - z->avail_in, produced = room - z->avail_out;
        *left -= consumed;
        u->used += produced;
        if ((consumed == 0 && produced == 0) || mlpi_unpacking_is_bomb(u))
            break; /* the data are cut short, or may be an attack */
    }
    return state;
}

static mlp_status unpack_gzip(mlpi_unpacking *u, mlp_error *err)
{
    size_t left = u->size;
    int state = Z_STREAM_END;
    while (left > 0 && state == Z_STREAM_END) { /* gzip files may be concatenated */
        z_stream z = {0};
        if (inflateInit2(&z, 15 + 16) != Z_OK)
            return mlpi_fail_memory(err, u->name);
        state = inflate_member(&z, u, &left);
        inflateEnd(&z);
    }
    if (state == Z_MEM_ERROR)
        return mlpi_fail_memory(err, u->name);
    if (state != Z_STREAM_END)
        return mlpi_fail_at(err, MLP_ERROR_DATA, u->name, 0, 0,
                            "the gzip data are damaged or cut short; gzip -t FILE checks them");
    return MLP_OK;
}

const mlpi_packing mlpi_packing_gzip = {
    .program = "gzip", .ending = ".gz", .probe = probe_gzip, .unpack = unpack_gzip};
