/* SPDX-License-Identifier: MIT */
/* Numbers for texts and for words of 64 bits, for this machine only: they differ between
 * processors. */
#ifndef MLPI_TEXT_HASH_H
#define MLPI_TEXT_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** Continues a hash: a change of any one word changes it. */
static inline uint64_t mlpi_hash_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9e3779b97f4a7c15; /* 2^64 over the golden ratio */
    return hash ^ hash >> 32;
}

/** The hash of a text, eight bytes at a time; the last eight may overlap those before. */
static inline uint64_t mlpi_text_hash(uint64_t start, const char *text, size_t length)
{
    uint64_t hash = mlpi_hash_word(start, length), word = 0;
    if (length < sizeof word) {
        for (size_t i = 0; i < length; i++)
            word = word << 8 | (unsigned char)text[i];
        return mlpi_hash_word(hash, word);
    }
    for (size_t i = 0; i + sizeof word < length; i += sizeof word) {
        memcpy(&word, text + i, sizeof word);
        hash = mlpi_hash_word(hash, word);
    }
    memcpy(&word, text + length - sizeof word, sizeof word);
    return mlpi_hash_word(hash, word);
}

#endif
