/* SPDX-License-Identifier: MIT */
/* Zip archives in memory (PKWARE's APPNOTE 6.3) with stored or deflated members, including archives
 * beyond 4 GiB (zip64). */
#ifndef MLPI_ZIP_H
#define MLPI_ZIP_H

#include <stdint.h>

#include "mlp/error.h"

typedef struct mlpi_zip_member {
    char *name;        /* UTF-8 */
    const char *bytes; /* in the archive or in `unpacked`; set by mlpi_zip_take */
    char *unpacked;    /* malloc'ed; NULL: not unpacked yet, or stored */
    size_t size;
    size_t packed; /* bytes in the archive */
    size_t at;     /* offset of the member's own header */
    uint32_t crc;
    unsigned method;
} mlpi_zip_member;

typedef struct mlpi_zip {
    const char *source; /* for messages */
    const char *bytes;
    size_t size;
    mlpi_zip_member *members;
    size_t count, room;
    size_t unpacked; /* bytes of all unpacked members */
} mlpi_zip;

/** Whether the bytes begin as those of an archive with at least one member do. */
bool mlpi_is_zip(const unsigned char *bytes, size_t size);
/** Lists the members of an archive. `source` and `bytes` must outlive `zip`, which must be closed
 * even after a failure. The sizes that the archive states are checked against its bytes. Errors:
 * MLP_ERROR_DATA, MLP_ERROR_MEMORY. */
mlp_status mlpi_zip_open(const char *source, const char *bytes, size_t size, mlpi_zip *zip,
                         mlp_error *err);
/** Sets the bytes of a member, which are valid until mlpi_zip_close. Errors: MLP_ERROR_DATA (the
 * member is damaged, or unpacks to so many bytes that the archive may be an attack),
 * MLP_ERROR_MEMORY. */
mlp_status mlpi_zip_take(mlpi_zip *zip, size_t member, mlp_error *err);
void mlpi_zip_close(mlpi_zip *zip);

#endif
