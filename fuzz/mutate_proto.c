/* SPDX-License-Identifier: MIT */
/* libFuzzer's mutator for messages of Protocol Buffers: half of the time one field at any depth is
 * changed, left out, doubled, or put in the place of another, and the lengths around it are
 * corrected, so that an input stays a message; otherwise bytes change as usual. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "onnx/proto.h"

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned int seed);

enum { MOST_DEPTH = 12 };

static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* Returns the number of fields of a message; 0: the bytes are not a message. */
static size_t count_fields(mlpi_bytes message)
{
    mlpi_proto_field f;
    bool sound = true;
    size_t count = 0;
    while (mlpi_proto_next(&message, &f, &sound))
        count++;
    return sound ? count : 0;
}

/* Returns the bytes of field n, with its tag, and the field in `f`. */
static mlpi_bytes find_field(mlpi_bytes message, size_t n, mlpi_proto_field *f)
{
    bool sound = true;
    const unsigned char *begin = message.at;
    for (size_t i = 0; i <= n; i++) {
        begin = message.at;
        (void)mlpi_proto_next(&message, f, &sound);
    }
    return (mlpi_bytes){begin, (size_t)(message.at - begin)};
}

static void put(mlpi_proto *to, const unsigned char *bytes, size_t size)
{
    const mlpi_proto part = {.bytes = (unsigned char *)(uintptr_t)bytes, .size = size};
    mlpi_proto_append(to, &part);
}

/* Changes a text, numbers, or a message as if they were any bytes. */
static mlpi_proto change_bytes(mlpi_bytes bytes)
{
    mlpi_proto changed = {0};
    const size_t room = bytes.size + 16;
    unsigned char *copy = calloc(room, 1);
    if (copy == NULL)
        return changed;
    if (bytes.size > 0)
        memcpy(copy, bytes.at, bytes.size);
    put(&changed, copy, LLVMFuzzerMutate(copy, bytes.size, room));
    free(copy);
    return changed;
}

static int64_t change_whole(uint64_t whole, uint32_t *state)
{
    static const int64_t values[] = {0, 1, 2, -1, 7, 8, 11, 10, 65536, INT64_MAX, INT64_MIN};
    const uint32_t choice = next(state) % 16;
    const uint64_t by = choice % 2 == 0 ? 1 : UINT64_MAX;
    return choice < sizeof values / sizeof values[0] ? values[choice] : (int64_t)(whole + by);
}

static mlpi_proto change(mlpi_bytes message, size_t depth, uint32_t *state);

static void put_changed(mlpi_proto *to, const mlpi_proto_field *f, size_t depth, uint32_t *state)
{
    if (f->type != MLPI_PROTO_LENGTH) {
        if (f->type == MLPI_PROTO_FOUR_BYTES)
            mlpi_proto_float(to, f->number, (float)change_whole(f->whole, state));
        else
            mlpi_proto_whole(to, f->number, change_whole(f->whole, state));
        return;
    }
    const bool deeper = depth < MOST_DEPTH && count_fields(f->bytes) > 0 && next(state) % 8 != 0;
    mlpi_proto payload = deeper ? change(f->bytes, depth + 1, state) : change_bytes(f->bytes);
    mlpi_proto_message(to, f->number, &payload);
}

/* Returns the message with one field changed, at this or a deeper level. */
static mlpi_proto change(mlpi_bytes message, size_t depth, uint32_t *state)
{
    mlpi_proto made = {0};
    mlpi_proto_field f, other;
    const size_t count = count_fields(message), n = next(state) % count;
    const mlpi_bytes at = find_field(message, n, &f);
    const mlpi_bytes from = find_field(message, next(state) % count, &other);
    const size_t before = (size_t)(at.at - message.at), end = before + at.size;
    put(&made, message.at, before);
    switch (next(state) % 16) {
    case 0:
        break;
    case 1:
        put(&made, at.at, at.size);
        put(&made, at.at, at.size);
        break;
    case 2:
        put(&made, from.at, from.size);
        break;
    default:
        put_changed(&made, &f, depth, state);
    }
    put(&made, message.at + end, message.size - end);
    return made;
}

size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t size, size_t most, unsigned int seed)
{
    uint32_t state = seed;
    const mlpi_bytes message = {bytes, size};
    if (next(&state) % 2 == 0 || count_fields(message) == 0)
        return LLVMFuzzerMutate(bytes, size, most);
    mlpi_proto made = change(message, 0, &state);
    if (!made.failed && made.size > 0 && made.size <= most) {
        memcpy(bytes, made.bytes, made.size);
        size = made.size;
    }
    mlpi_proto_release(&made);
    return size;
}
