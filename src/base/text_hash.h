/* SPDX-License-Identifier: MIT */
/* Numbers for texts and for words of 64 bits, for this machine only: they differ between
 * processors. */
#ifndef MLPI_TEXT_HASH_H
#define MLPI_TEXT_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Continues a hash: a change of any one word changes it. */
static inline uint64_t mlpi_hash_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15; /* 2^64 over the golden ratio */
    return hash ^ hash >> 32;
}

/** A text of less than eight bytes as one number, which with the length tells all of them. */
static inline uint64_t mlpi_short_text(const char *text, size_t length)
{
    uint32_t first = 0, last = 0;
    if (length >= sizeof first) { /* the last four may overlap the first */
        memcpy(&first, text, sizeof first);
        memcpy(&last, text + length - sizeof last, sizeof last);
        return (uint64_t)last << 32 | first;
    }
    if (length == 0)
        return 0;
    const unsigned char *bytes = (const unsigned char *)text;
    return (uint64_t)bytes[0] << 16 | (uint64_t)bytes[length / 2] << 8 | bytes[length - 1];
}

/** The hash of a text, eight bytes at a time; the last eight may overlap those before. */
static inline uint64_t mlpi_text_hash(uint64_t start, const char *text, size_t length)
{
    uint64_t hash = mlpi_hash_word(start, length), word = 0;
    if (length < sizeof word)
        return mlpi_hash_word(hash, mlpi_short_text(text, length));
    for (size_t i = 0; i + sizeof word < length; i += sizeof word) {
        memcpy(&word, text + i, sizeof word);
        hash = mlpi_hash_word(hash, word);
    }
    memcpy(&word, text + length - sizeof word, sizeof word);
    return mlpi_hash_word(hash, word);
}

/** Whether two texts of the same length are the same; most are short. */
static inline bool mlpi_same_text(const char *a, const char *b, size_t length)
{
    uint64_t x = 0, y = 0;
    if (length < sizeof x)
        return mlpi_short_text(a, length) == mlpi_short_text(b, length);
    for (size_t i = 0; i + sizeof x < length; i += sizeof x) {
        memcpy(&x, a + i, sizeof x);
        memcpy(&y, b + i, sizeof y);
        if (x != y)
            return false;
    }
    memcpy(&x, a + length - sizeof x, sizeof x);
    memcpy(&y, b + length - sizeof y, sizeof y);
    return x == y;
}

#endif
