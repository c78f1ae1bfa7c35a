/* SPDX-License-Identifier: MIT */
/* Zstandard (RFC 8878), if mlp is built with libzstd. */
#include <zstd.h>
#include <zstd_errors.h>

#include "base/base.h"
#include "bytes/unpack.h"

/* A frame states how much memory its window needs. zstd writes and reads windows of up to 2^27
 * bytes unless an option (--long=31) allows more. */
enum { MOST_WINDOW_LOG = 27 };

/* A file begins with a frame, or with a skippable frame as pzstd writes it. */
static bool probe_zstd(const unsigned char *bytes, size_t size)
{
    if (size < 4)
        return false;
    const bool skipped =
        (bytes[0] & 0xf0) == 0x50 && bytes[1] == 0x2a && bytes[2] == 0x4d && bytes[3] == 0x18;
    const bool frame = bytes[0] == 0x28 && bytes[1] == 0xb5 && bytes[2] == 0x2f && bytes[3] == 0xfd;
    return skipped || frame;
}

static mlp_status cannot_unpack(const mlpi_unpacking *u, size_t state, mlp_error *err)
{
    switch (ZSTD_getErrorCode(state)) {
    case ZSTD_error_memory_allocation:
        return mlpi_fail_memory(err, u->name);
    case ZSTD_error_frameParameter_windowTooLarge:
        return mlpi_fail_at(err, MLP_ERROR_DATA, u->name, 0, 0,
                            "needs a window of more than %d MiB to be unpacked; unpack it "
                            "yourself: zstd -dc -M2048MB FILE > PLAIN",
                            1 << (MOST_WINDOW_LOG - 20));
    default:
        return mlpi_fail_at(err, MLP_ERROR_DATA, u->name, 0, 0,
                            "the zstd data are damaged (%s); zstd -t FILE checks them",
                            ZSTD_getErrorName(state));
    }
}

/* Unpacks all frames, one after another. */
static mlp_status unpack_frames(ZSTD_DCtx *context, mlpi_unpacking *u, mlp_error *err)
{
    ZSTD_inBuffer in = {u->packed, u->size, 0};
    size_t state = 1, produced = 1;
    while (in.pos < in.size || (state != 0 && produced > 0)) {
        const size_t room = mlpi_unpacking_room(u);
        if (room == 0)
            return mlpi_fail_memory(err, u->name);
        ZSTD_outBuffer out = {u->plain + u->used, room, 0};
        state = ZSTD_decompressStream(context, &out, &in);
        produced = out.pos;
        u->used += produced;
        if (ZSTD_isError(state))
            return cannot_unpack(u, state, err);
        if (mlpi_unpacking_is_bomb(u))
            return MLP_OK;
    }
    if (state != 0)
        return mlpi_fail_at(err, MLP_ERROR_DATA, u->name, 0, 0,
                            "the zstd data are cut short; zstd -t FILE checks them");
    return MLP_OK;
}

static mlp_status unpack_zstd(mlpi_unpacking *u, mlp_error *err)
{
    ZSTD_DCtx *context = ZSTD_createDCtx();
    if (context == NULL ||
        ZSTD_isError(ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, MOST_WINDOW_LOG))) {
        ZSTD_freeDCtx(context);
        return mlpi_fail_memory(err, u->name);
    }
    const mlp_status status = unpack_frames(context, u, err);
    ZSTD_freeDCtx(context);
    return status;
}

const mlpi_packing mlpi_packing_zstd = {
    .program = "zstd", .ending = ".zst", .probe = probe_zstd, .unpack = unpack_zstd};
