/* SPDX-License-Identifier: MIT */
/* Finds which of 64 bytes equal one of three characters: bit i of the mask is set if byte i equals
 * one. */
#ifndef MLPI_BYTE_MASKS_H
#define MLPI_BYTE_MASKS_H

#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/** The characters to look for; to look for fewer than three, repeat one. */
typedef struct mlpi_three {
    char a, b, c;
} mlpi_three;

enum { MLPI_MASK_BYTES = 64 };

/** Eight bytes as a number whose least significant byte is the first. */
static inline uint64_t mlpi_eight_bytes(const char *at)
{
    uint64_t eight = 0;
    memcpy(&eight, at, sizeof eight);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    eight = __builtin_bswap64(eight);
#endif
    return eight;
}

/* Sets the highest bit of each byte that is `character`, and no other bit. Adding 0x7f to the lower
 * seven bits of a byte sets its highest bit unless these seven are 0. */
static inline uint64_t mlpi_equal_bytes(uint64_t eight, char character)
{
    const uint64_t low = 0x7f7f7f7f7f7f7f7f;
    const uint64_t other = eight ^ (uint64_t)(unsigned char)character * 0x0101010101010101;
    return ~(((other & low) + low) | other | low);
}

/** The mask of 64 bytes; portable C. */
static inline uint64_t mlpi_byte_mask_plain(const char *bytes, mlpi_three three)
{
    uint64_t mask = 0;
    for (unsigned i = 0; i < MLPI_MASK_BYTES; i += 8) {
        const uint64_t eight = mlpi_eight_bytes(bytes + i);
        const uint64_t found = mlpi_equal_bytes(eight, three.a) | mlpi_equal_bytes(eight, three.b) |
                               mlpi_equal_bytes(eight, three.c);
        mask |= ((found >> 7) * 0x0102040810204080 >> 56) << i; /* the highest bit of each byte */
    }
    return mask;
}

#ifdef __SSE2__
/* The mask of 16 bytes. */
static inline uint64_t mlpi_byte_mask_16(const char *bytes, __m128i a, __m128i b, __m128i c)
{
    const __m128i part = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    const __m128i found = _mm_or_si128(
        _mm_cmpeq_epi8(part, a), _mm_or_si128(_mm_cmpeq_epi8(part, b), _mm_cmpeq_epi8(part, c)));
    return (unsigned)_mm_movemask_epi8(found);
}

/** The mask of 64 bytes, written out because gcc would not unroll a loop. */
static inline uint64_t mlpi_byte_mask(const char *bytes, mlpi_three three)
{
    const __m128i a = _mm_set1_epi8(three.a), b = _mm_set1_epi8(three.b),
                  c = _mm_set1_epi8(three.c);
    return mlpi_byte_mask_16(bytes, a, b, c) | mlpi_byte_mask_16(bytes + 16, a, b, c) << 16 |
           mlpi_byte_mask_16(bytes + 32, a, b, c) << 32 |
           mlpi_byte_mask_16(bytes + 48, a, b, c) << 48;
}
#else
static inline uint64_t mlpi_byte_mask(const char *bytes, mlpi_three three)
{
    return mlpi_byte_mask_plain(bytes, three);
}
#endif

/** The first byte of [at, end) that is one of the three characters; `end` if there is none. */
static inline const char *mlpi_find_one_of(const char *at, const char *end, mlpi_three three)
{
    for (; end - at >= MLPI_MASK_BYTES; at += MLPI_MASK_BYTES) {
        const uint64_t mask = mlpi_byte_mask(at, three);
        if (mask != 0)
            return at + __builtin_ctzll(mask);
    }
    while (at < end && *at != three.a && *at != three.b && *at != three.c)
        at++;
    return at;
}

#endif
