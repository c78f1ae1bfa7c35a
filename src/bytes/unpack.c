/* SPDX-License-Identifier: MIT */
/* Recognises packed data by the first bytes, and unpacks them. */
#include "bytes/unpack.h"

#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "bytes/source.h"

static const mlpi_packing *const packings[] = {
    &mlpi_packing_gzip,
#ifdef MLP_HAS_ZSTD
    &mlpi_packing_zstd,
#endif
};
enum { PACKINGS = sizeof packings / sizeof packings[0] };

static const mlpi_packing *find(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < PACKINGS; i++)
        if (packings[i]->probe(bytes, size))
            return packings[i];
    return NULL;
}

bool mlpi_is_packed(const unsigned char *bytes, size_t size)
{
    return find(bytes, size) != NULL;
}

size_t mlpi_packed_ending(const char *path)
{
    const size_t length = strlen(path);
    for (size_t i = 0; i < PACKINGS; i++) {
        const size_t ending = strlen(packings[i]->ending);
        if (length > ending && strcmp(path + length - ending, packings[i]->ending) == 0)
            return ending;
    }
    return 0;
}

mlp_status mlpi_unpack(const char *name, char **bytes, size_t *size, mlp_error *err)
{
    const mlpi_packing *packing = find((const unsigned char *)*bytes, *size);
    if (packing == NULL)
        return MLP_OK;
    mlpi_unpacking u = {.name = name, .packed = *bytes, .size = *size};
    mlp_status status = packing->unpack(&u, err);
    if (mlpi_unpacking_is_bomb(&u))
        status =
            mlpi_fail_at(err, MLP_ERROR_DATA, name, 0, 0,
                         "unpacks to more than %d times its %zu bytes, which may be an attack; if "
                         "you trust the file, unpack it yourself: %s -dc FILE > PLAIN",
                         MLPI_MOST_RATIO, *size, packing->program);
    if (status != MLP_OK) {
        free(u.plain);
        return status;
    }
    u.plain[u.used] = '\0';
    free(*bytes);
    *bytes = u.plain;
    *size = u.used;
    return MLP_OK;
}
