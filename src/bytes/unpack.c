/* SPDX-License-Identifier: MIT */
/* Packed bytes: gzip (RFC 1952), recognised by its first bytes. */
#include <stdlib.h>
#include <zlib.h>

#include "base/base.h"
#include "bytes/source.h"

/* --- gzip ------------------------------------------------------------------------------------- */

static bool is_gzip(const unsigned char *bytes, size_t size)
{
    return size >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

/* Text seldom packs better than 50 to 1, but gzip's limit is 1030 to 1: a small file could fill all
 * memory. Small tables may do as they like. */
enum { CHUNK = 1 << 16, MOST_RATIO = 200, ALWAYS_ALLOWED = 64 << 20 };

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
        if (!mlpi_source_room(bytes, capacity, *size, CHUNK))
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

bool mlpi_is_packed(const unsigned char *bytes, size_t size)
{
    return is_gzip(bytes, size);
}

mlp_status mlpi_unpack(const char *name, char **bytes, size_t *size, mlp_error *err)
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
