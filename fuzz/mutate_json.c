/* SPDX-License-Identifier: MIT */
/* libFuzzer's mutator for inputs that hold JSON: half of the time one whole value is replaced, left
 * out, or copied to the place of another, so that an input stays JSON; otherwise bytes change as
 * usual. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned int seed);

typedef struct piece {
    size_t begin, end;
} piece;

static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static size_t string_end(const uint8_t *bytes, size_t size, size_t at)
{
    for (at++; at < size && bytes[at] != '"'; at++)
        at += bytes[at] == '\\';
    return at < size ? at + 1 : size;
}

/* Returns the end of the value that begins at `at`: a text, a list or an object with all its
 * content, or a word. */
static size_t value_end(const uint8_t *bytes, size_t size, size_t at)
{
    size_t depth = 0;
    while (at < size) {
        const uint8_t c = bytes[at];
        if (c == '"') {
            at = string_end(bytes, size, at);
        } else {
            depth += c == '[' || c == '{';
            if (depth == 0 && strchr(",:]} \n", c) != NULL)
                return at;
            depth -= c == ']' || c == '}';
            at++;
        }
        if (depth == 0 && (c == '"' || c == ']' || c == '}'))
            return at;
    }
    return size;
}

/* Finds the value at a random one of the places where a value can begin. */
static bool find_value(const uint8_t *bytes, size_t size, uint32_t *state, piece *found)
{
    size_t places = 0;
    for (size_t i = 0; i < size; i++)
        places += bytes[i] == ':' || bytes[i] == ',' || bytes[i] == '[';
    if (places == 0)
        return false;
    size_t wanted = next(state) % places;
    for (size_t i = 0; i + 1 < size; i++) {
        if ((bytes[i] == ':' || bytes[i] == ',' || bytes[i] == '[') && wanted-- == 0) {
            *found = (piece){i + 1, value_end(bytes, size, i + 1)};
            return found->end > found->begin;
        }
    }
    return false;
}

/* Replaces a piece with a text; returns the new size. If the new size exceeds `most`, nothing
 * changes. */
static size_t replace(uint8_t *bytes, size_t size, size_t most, piece at, const void *by,
                      size_t length)
{
    if (size - (at.end - at.begin) + length > most)
        return size;
    memmove(bytes + at.begin + length, bytes + at.end, size - at.end);
    memcpy(bytes + at.begin, by, length);
    return size - (at.end - at.begin) + length;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned int seed)
{
    static const char *const values[] = {"0",
                                         "1",
                                         "2",
                                         "3",
                                         "10",
                                         "-1",
                                         "1e308",
                                         "1e-320",
                                         "65536",
                                         "4294967296",
                                         "null",
                                         "true",
                                         "[]",
                                         "{}",
                                         "\"\"",
                                         "\"a\"",
                                         "0.5",
                                         "\"\\u0000\"",
                                         "9223372036854775808",
                                         "18446744073709551616"};
    enum { VALUES = sizeof values / sizeof values[0] };
    uint32_t state = seed;
    piece to, from;
    if (next(&state) % 2 == 0 || !find_value(bytes, size, &state, &to))
        return LLVMFuzzerMutate(bytes, size, most);
    switch (next(&state) % 4) {
    case 0: /* with the comma or colon after it */
        to.end += to.end < size;
        return replace(bytes, size, most, to, "", 0);
    case 1: {
        if (!find_value(bytes, size, &state, &from))
            return size;
        uint8_t *copy = malloc(from.end - from.begin);
        if (copy == NULL)
            return size;
        memcpy(copy, bytes + from.begin, from.end - from.begin);
        size = replace(bytes, size, most, to, copy, from.end - from.begin);
        free(copy);
        return size;
    }
    default: {
        const char *value = values[next(&state) % VALUES];
        return replace(bytes, size, most, to, value, strlen(value));
    }
    }
}
