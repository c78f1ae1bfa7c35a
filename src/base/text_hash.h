/* SPDX-License-Identifier: MIT */
/* Fast hashes of texts and of 64-bit words. A hash is used only on the machine that computed it,
 * and may differ between machines. */
#ifndef MLPI_TEXT_HASH_H
#define MLPI_TEXT_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/byte_masks.h"

#define MLPI_HASH_FACTOR ((uint64_t)0x9e3779b97f4a7c15) /* 2^64 divided by the golden ratio */

/** Continues a hash with a word. Sequences of words that differ in only one word have different
 * hashes. */
static inline uint64_t mlpi_hash_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * MLPI_HASH_FACTOR;
    return hash ^ hash >> 32;
}

/** The first and the last eight bytes of a text, which may overlap; a shorter text is padded with
 * zeros. Together with the length, the key identifies a text of at most 16 bytes. */
typedef struct mlpi_text_key {
    uint64_t first, last;
} mlpi_text_key;

enum { MLPI_KEY_BYTES = 8 };

/** The key of a text; eight bytes from `text` on must be readable even if the text is shorter. */
static inline mlpi_text_key mlpi_text_key_ahead(const char *text, size_t length)
{
    const size_t shown = length < MLPI_KEY_BYTES ? length : MLPI_KEY_BYTES;
    const uint64_t mask = shown > 0 ? UINT64_MAX >> (64 - 8 * shown) : 0;
    const char *const last = text + length - shown;
    return (mlpi_text_key){mlpi_eight_bytes(text) & mask, mlpi_eight_bytes(last) & mask};
}

static inline mlpi_text_key mlpi_text_key_of(const char *text, size_t length)
{
    uint64_t all = 0;
    if (length >= MLPI_KEY_BYTES)
        return mlpi_text_key_ahead(text, length);
    for (size_t i = length; i > 0; i--)
        all = all << 8 | (unsigned char)text[i - 1];
    return (mlpi_text_key){all, all};
}

/** The hash of a text with this key, eight bytes at a time. The upper bytes of a word change only
 * the upper bits of a product; the multiplication at the end spreads them over all bits of the
 * result. */
static inline uint32_t mlpi_text_hash(uint64_t start, mlpi_text_key key, const char *text,
                                      size_t length)
{
    uint64_t hash = mlpi_hash_word(start ^ (uint64_t)length << 32, key.first);
    for (size_t i = MLPI_KEY_BYTES; i + MLPI_KEY_BYTES < length; i += MLPI_KEY_BYTES)
        hash = mlpi_hash_word(hash, mlpi_eight_bytes(text + i));
    return (uint32_t)(mlpi_hash_word(hash, key.last) * MLPI_HASH_FACTOR >> 32);
}

static inline bool mlpi_same_key(mlpi_text_key a, mlpi_text_key b)
{
    return a.first == b.first && a.last == b.last;
}

/** Whether two texts of the same length and with the same key are equal. */
static inline bool mlpi_same_text(const char *a, const char *b, size_t length)
{
    for (size_t i = MLPI_KEY_BYTES; i + MLPI_KEY_BYTES < length; i += MLPI_KEY_BYTES)
        if (mlpi_eight_bytes(a + i) != mlpi_eight_bytes(b + i))
            return false;
    return true;
}

#endif
