/* SPDX-License-Identifier: MIT */
/* UTF-8, character by character; the text may come from anywhere and need not be valid. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"

/* Returns the length of the sequence that begins with byte `first`; 0: no sequence does. Sets *bits
 * to the bits of the character in that byte, and *least to the least code point that needs this
 * length. */
static int sequence(unsigned char first, uint32_t *bits, uint32_t *least)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t least;
    } kinds[] = {{0x80, 0x00, 0}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};
    for (int i = 0; i < 4; i++) {
        if ((first & kinds[i].mask) != kinds[i].lead)
            continue;
        *bits = first & (unsigned char)~kinds[i].mask;
        *least = kinds[i].least;
        return i + 1;
    }
    return 0;
}

size_t mlpi_utf8_next(const char *text, uint32_t *character)
{
    const unsigned char *bytes = (const unsigned char *)text;
    uint32_t value = 0, least = 0;
    const int length = sequence(bytes[0], &value, &least);
    *character = 0xFFFD;
    if (length == 0)
        return 1;
    for (int i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80)
            return 1;
        value = value << 6 | (bytes[i] & 0x3Fu);
    }
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (value < least || value > 0x10FFFF || surrogate)
        return 1;
    *character = value;
    return (size_t)length;
}

size_t mlpi_utf8_put(uint32_t c, char *text)
{
    if (c < 0x80) {
        text[0] = (char)c;
        return 1;
    }
    const size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, c >>= 6)
        text[i] = (char)(0x80u | (c & 0x3Fu));
    text[0] = (char)((length == 2 ? 0xC0u : length == 3 ? 0xE0u : 0xF0u) | c);
    return length;
}

size_t mlpi_utf8_fit(const char *text, size_t length, size_t room)
{
    if (length <= room)
        return length;
    size_t fits = room;
    while (fits > 0 && (text[fits] & 0xC0) == 0x80) /* a cut here would split a character */
        fits--;
    return fits;
}

/* Each character is decoded from a copy that ends in 0: the text itself need not end in one. */
bool mlpi_utf8_is_sound(const char *text, size_t length)
{
    static const char replacement[] = "\xEF\xBF\xBD";
    for (size_t at = 0; at < length;) {
        char copy[5] = {0};
        uint32_t character = 0;
        if ((unsigned char)text[at] < 0x80) {
            at++;
            continue;
        }
        memcpy(copy, text + at, length - at < 4 ? length - at : 4);
        const size_t taken = mlpi_utf8_next(copy, &character);
        if (character == 0xFFFD && memcmp(copy, replacement, 3) != 0)
            return false;
        at += taken;
    }
    return true;
}

char *mlpi_utf8_copy(const char *text)
{
    enum { ESCAPED = 4 }; /* length of "\\xFC" */
    size_t room = 0;
    char *copy = mlpi_multiply(strlen(text) + 1, ESCAPED, &room) ? malloc(room) : NULL;
    if (copy == NULL)
        return NULL;
    char *to = copy;
    while (*text != '\0') {
        uint32_t character = 0;
        const size_t length = mlpi_utf8_next(text, &character);
        if (length == 1 && (unsigned char)*text >= 0x80)
            to += snprintf(to, ESCAPED + 1, "\\x%02X", (unsigned char)*text);
        else
            to = (char *)memcpy(to, text, length) + length;
        text += length;
    }
    *to = '\0';
    return copy;
}

/* `none`: marks that combine with the character before them. `wide`: wide characters of East Asia
 * and pictographs (the larger blocks of Unicode's EastAsianWidth). */
size_t mlpi_utf8_columns(uint32_t c)
{
    static const uint32_t none[][2] = {{0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},
                                       {0x200B, 0x200F}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F},
                                       {0xFE20, 0xFE2F}};
    static const uint32_t wide[][2] = {{0x1100, 0x115F},   {0x2E80, 0x303E},  {0x3041, 0xA4CF},
                                       {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},  {0xFE30, 0xFE6F},
                                       {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},  {0x1F300, 0x1F64F},
                                       {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        if (c >= none[i][0] && c <= none[i][1])
            return 0;
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
        if (c >= wide[i][0] && c <= wide[i][1])
            return 2;
    return 1;
}

bool mlpi_utf8_printable(uint32_t c)
{
    static const uint32_t none[][2] = {{0x00, 0x1F},     {0x7F, 0x9F},     {0x61C, 0x61C},
                                       {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069},
                                       {0xFFFE, 0xFFFF}};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        if (c >= none[i][0] && c <= none[i][1])
            return false;
    return true;
}
