/* SPDX-License-Identifier: MIT */
/* Zip archives in memory (PKWARE's APPNOTE 6.3): members that are stored or deflated, also beyond
 * 4 GiB (zip64). */
#ifndef MLPI_ZIP_H
#define MLPI_ZIP_H

#include <stdint.h>

#include "mlp/error.h"

typedef struct mlpi_zip_member {
    char *name;        /* UTF-8 */
    const char *bytes; /* of the archive, or unpacked */
    char *unpacked;    /* malloc'ed; NULL: not yet, or as they lie there */
    size_t size;
    size_t packed; /* bytes in the archive */
    size_t at;     /* of its own header */
    uint32_t crc;
    unsigned method;
} mlpi_zip_member;

typedef struct mlpi_zip {
    const char *source; /* of messages */
    const char *bytes;
    size_t size;
    mlpi_zip_member *members;
    size_t count, room;
    size_t unpacked; /* bytes in all */
} mlpi_zip;

/** Whether bytes begin like an archive with a member. */
bool mlpi_is_zip(const unsigned char *bytes, size_t size);
/** Lists the members. Source and bytes stay the caller's until mlpi_zip_close, also on failure. No
 * size is believed that the bytes do not bear out. Errors: MLP_ERROR_DATA, MLP_ERROR_MEMORY. */
mlp_status mlpi_zip_open(const char *source, const char *bytes, size_t size, mlpi_zip *zip,
                         mlp_error *err);
/** Sets the bytes of a member, which last until mlpi_zip_close. Errors: MLP_ERROR_DATA (damaged, or
 * so much out of so little that it may be an attack), MLP_ERROR_MEMORY. */
mlp_status mlpi_zip_take(mlpi_zip *zip, size_t member, mlp_error *err);
void mlpi_zip_close(mlpi_zip *zip);

#endif
