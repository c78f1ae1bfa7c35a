/* SPDX-License-Identifier: MIT */
/* The memory that bytes are unpacked into, and its limit. */
#include "bytes/source.h"
#include "bytes/unpack.h"

/* Up to ALWAYS_ALLOWED bytes the ratio does not matter. */
enum { CHUNK = 1 << 16, ALWAYS_ALLOWED = 64 << 20 };

bool mlpi_unpacking_is_bomb(const mlpi_unpacking *u)
{
    return u->used > ALWAYS_ALLOWED && u->used / MLPI_MOST_RATIO > u->size;
}

size_t mlpi_unpacking_room(mlpi_unpacking *u)
{
    if (!mlpi_source_room(&u->plain, &u->capacity, u->used, CHUNK))
        return 0;
    const size_t room = u->capacity - u->used - 1;
    return room < (1u << 30) ? room : 1u << 30;
}
