/* SPDX-License-Identifier: MIT */
#include "bytes/zip.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/base.h"

/* A deflated byte unpacks to at most MOST_OF_A_BYTE bytes. Unpacking an archive to more than
 * MOST_RATIO times its size, and more than ALWAYS_ALLOWED bytes, may be an attack. */
enum { MOST_OF_A_BYTE = 1032, MOST_RATIO = 200, ALWAYS_ALLOWED = 64 << 20 };

enum { STORED = 0, DEFLATED = 8 };

/* Sizes of the records without their parts of variable length, and the records' signatures. */
enum { LOCAL = 30, CENTRAL = 46, END = 22, END64 = 56, LOCATOR = 20 };
enum {
    LOCAL_SIGNATURE = 0x04034b50,
    CENTRAL_SIGNATURE = 0x02014b50,
    END_SIGNATURE = 0x06054b50,
    END64_SIGNATURE = 0x06064b50,
    LOCATOR_SIGNATURE = 0x07064b50
};

#define FAIL(z, ...) mlpi_fail_at(err, MLP_ERROR_DATA, (z)->source, 0, 0, __VA_ARGS__)

/* A number of 2, 4 or 8 bytes, the least significant first. */
static uint64_t number(const char *bytes, size_t size)
{
    uint64_t made = 0;
    for (size_t i = size; i-- > 0;)
        made = made << 8 | (unsigned char)bytes[i];
    return made;
}

static mlp_status damaged(const mlpi_zip *z, const char *what, mlp_error *err)
{
    return FAIL(z, "%s; the archive is damaged or cut short: unzip -t FILE checks it", what);
}

static mlp_status damaged_member(const mlpi_zip *z, const mlpi_zip_member *m, mlp_error *err)
{
    return FAIL(z, "%s cannot be unpacked; the archive is damaged: unzip -t FILE checks it",
                m->name);
}

/* Whether `size` bytes from offset `at` on lie inside the archive. */
static bool lies_inside(const mlpi_zip *z, uint64_t at, uint64_t size)
{
    return at <= z->size && size <= z->size - at;
}

/* --- the directory ---------------------------------------------------------------------------- */

/* Finds the end record, which nothing but its own comment may follow. */
static bool find_end(const mlpi_zip *z, size_t *at)
{
    enum { LONGEST_COMMENT = 65535 };
    for (size_t comment = 0; comment <= LONGEST_COMMENT && z->size >= END + comment; comment++) {
        *at = z->size - END - comment;
        if (number(z->bytes + *at, 4) == END_SIGNATURE && number(z->bytes + *at + 20, 2) == comment)
            return true;
    }
    return false;
}

/* Finds the offset of the directory and the number of its members. */
static mlp_status find_directory(const mlpi_zip *z, uint64_t *at, uint64_t *count, mlp_error *err)
{
    size_t end = 0;
    if (!find_end(z, &end))
        return damaged(z, "there is no directory at the end", err);
    *count = number(z->bytes + end + 10, 2);
    *at = number(z->bytes + end + 16, 4);
    if (*count != UINT16_MAX && *at != UINT32_MAX)
        return MLP_OK;
    if (end < LOCATOR || number(z->bytes + end - LOCATOR, 4) != LOCATOR_SIGNATURE)
        return MLP_OK; /* not zip64: these are the real values */
    const uint64_t end64 = number(z->bytes + end - LOCATOR + 8, 8);
    if (!lies_inside(z, end64, END64) || number(z->bytes + end64, 4) != END64_SIGNATURE)
        return damaged(z, "the directory cannot be found", err);
    *count = number(z->bytes + end64 + 32, 8);
    *at = number(z->bytes + end64 + 48, 8);
    return MLP_OK;
}

/* Replaces values that are marked as too large for 32 bits with those of the zip64 field. */
static bool take_large(const char *extra, size_t size, uint64_t *values[3])
{
    while (size >= 4) {
        const size_t length = (size_t)number(extra + 2, 2);
        if (length > size - 4)
            return false;
        if (number(extra, 2) == 1) {
            size_t at = 4;
            for (size_t i = 0; i < 3; i++) {
                if (*values[i] != UINT32_MAX)
                    continue;
                if (at + 8 > 4 + length)
                    return false;
                *values[i] = number(extra + at, 8);
                at += 8;
            }
            return true;
        }
        extra += 4 + length;
        size -= 4 + length;
    }
    return true;
}

static mlp_status add_member(mlpi_zip *z, const char *entry, size_t name_length, const char *extra,
                             size_t extra_length, mlp_error *err)
{
    uint64_t packed = number(entry + 20, 4), size = number(entry + 24, 4);
    uint64_t at = number(entry + 42, 4);
    if (!take_large(extra, extra_length, (uint64_t *[3]){&size, &packed, &at}) ||
        !lies_inside(z, at, LOCAL) || packed > z->size || size > SIZE_MAX - 1)
        return damaged(z, "the directory names a member that is not in the archive", err);
    if (!mlpi_grow(&z->members, &z->room, z->count + 1, sizeof *z->members))
        return mlpi_fail_memory(err, z->source);
    char *raw = mlpi_copy_text(entry + CENTRAL, name_length);
    char *name = raw != NULL ? mlpi_utf8_copy(raw) : NULL;
    free(raw);
    if (name == NULL)
        return mlpi_fail_memory(err, z->source);
    z->members[z->count++] = (mlpi_zip_member){.name = name,
                                               .size = (size_t)size,
                                               .packed = (size_t)packed,
                                               .at = (size_t)at,
                                               .crc = (uint32_t)number(entry + 16, 4),
                                               .method = (unsigned)number(entry + 10, 2)};
    if ((number(entry + 8, 2) & 1) != 0)
        return FAIL(z, "%s is encrypted, and cannot be read; write the archive without a password",
                    name);
    return MLP_OK;
}

/* Refuses members that overlap, as they must if together they are larger than the archive:
 * overlapping members let a small archive unpack to very many bytes. */
static mlp_status check_overlap(const mlpi_zip *z, mlp_error *err)
{
    size_t all = 0;
    for (size_t i = 0; i < z->count; i++)
        if (!mlpi_add(all, z->members[i].packed, &all) || !mlpi_add(all, LOCAL, &all) ||
            all > z->size)
            return damaged(z, "the members are larger than the archive", err);
    return MLP_OK;
}

static mlp_status take_directory(mlpi_zip *z, mlp_error *err)
{
    uint64_t at = 0, count = 0;
    MLPI_TRY(find_directory(z, &at, &count, err));
    for (uint64_t i = 0; i < count; i++) {
        const char *entry = z->bytes + at;
        if (!lies_inside(z, at, CENTRAL) || number(entry, 4) != CENTRAL_SIGNATURE)
            return damaged(z, "the directory ends early", err);
        const size_t name = (size_t)number(entry + 28, 2), extra = (size_t)number(entry + 30, 2);
        const size_t comment = (size_t)number(entry + 32, 2);
        if (!lies_inside(z, at + CENTRAL, name + extra + comment))
            return damaged(z, "the directory ends early", err);
        MLPI_TRY(add_member(z, entry, name, entry + CENTRAL + name, extra, err));
        at += CENTRAL + name + extra + comment;
    }
    return check_overlap(z, err);
}

bool mlpi_is_zip(const unsigned char *bytes, size_t size)
{
    return size >= 4 && number((const char *)bytes, 4) == LOCAL_SIGNATURE;
}

mlp_status mlpi_zip_open(const char *source, const char *bytes, size_t size, mlpi_zip *zip,
                         mlp_error *err)
{
    *zip = (mlpi_zip){.source = source, .bytes = bytes, .size = size};
    return take_directory(zip, err);
}

void mlpi_zip_close(mlpi_zip *zip)
{
    for (size_t i = 0; i < zip->count; i++) {
        free(zip->members[i].name);
        free(zip->members[i].unpacked);
    }
    free(zip->members);
    *zip = (mlpi_zip){0};
}

/* --- members ---------------------------------------------------------------------------------- */

/* Inflates all of `packed`, which must fill m->unpacked. Z_DATA_ERROR: the data are damaged, or
 * have another size. */
static int inflate_all(const char *packed, mlpi_zip_member *m)
{
    enum { MOST = 1 << 30 };
    z_stream z = {.next_in = (z_const Bytef *)packed, .next_out = (Bytef *)m->unpacked};
    size_t in = m->packed, out = m->size;
    int state = inflateInit2(&z, -15);
    while (state == Z_OK) {
        const uInt feed = in < MOST ? (uInt)in : MOST, room = out < MOST ? (uInt)out : MOST;
        z.avail_in = feed;
        z.avail_out = room;
        state = inflate(&z, Z_NO_FLUSH);
        in -= feed - z.avail_in;
        out -= room - z.avail_out;
    }
    inflateEnd(&z);
    return state == Z_MEM_ERROR                           ? Z_MEM_ERROR
           : state == Z_STREAM_END && in == 0 && out == 0 ? Z_OK
                                                          : Z_DATA_ERROR;
}

static mlp_status unpack(mlpi_zip *z, mlpi_zip_member *m, const char *packed, mlp_error *err)
{
    if (m->size / MOST_OF_A_BYTE > m->packed)
        return damaged_member(z, m, err);
    if (!mlpi_add(z->unpacked, m->size, &z->unpacked) ||
        (z->unpacked > ALWAYS_ALLOWED && z->unpacked / MOST_RATIO > z->size))
        return FAIL(z,
                    "unpacks to more than %d times its %zu bytes, which may be an attack; if you "
                    "trust the file, write its arrays unpacked, with numpy.savez",
                    MOST_RATIO, z->size);
    m->unpacked = malloc(m->size + 1);
    if (m->unpacked == NULL)
        return mlpi_fail_memory(err, z->source);
    const int state = inflate_all(packed, m);
    if (state == Z_MEM_ERROR)
        return mlpi_fail_memory(err, z->source);
    m->bytes = m->unpacked;
    return state == Z_OK ? MLP_OK : damaged_member(z, m, err);
}

mlp_status mlpi_zip_take(mlpi_zip *zip, size_t member, mlp_error *err)
{
    mlpi_zip_member *m = &zip->members[member];
    const char *header = zip->bytes + m->at;
    const uint64_t first =
        (uint64_t)m->at + LOCAL + number(header + 26, 2) + number(header + 28, 2);
    if (number(header, 4) != LOCAL_SIGNATURE || !lies_inside(zip, first, m->packed) ||
        (m->method == STORED && m->size != m->packed))
        return damaged_member(zip, m, err);
    if (m->method == STORED)
        m->bytes = zip->bytes + first;
    else if (m->method == DEFLATED)
        MLPI_TRY(unpack(zip, m, zip->bytes + first, err));
    else
        return FAIL(zip,
                    "%s is packed by zip method %u; only 0 (unpacked) and 8 (deflate) can be read",
                    m->name, m->method);
    if (crc32_z(0, (const Bytef *)m->bytes, m->size) != m->crc)
        return damaged_member(zip, m, err);
    return MLP_OK;
}
