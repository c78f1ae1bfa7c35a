/* SPDX-License-Identifier: MIT */
/* Reads the wire format of Protocol Buffers (protobuf.dev, "Encoding") from untrusted bytes:
 * nothing beyond them is read, and reading stops at anything that the format does not allow.
 * Groups, which ONNX does not use, are refused. */
#include <string.h>

#include "onnx/proto.h"

bool mlpi_proto_take_varint(mlpi_bytes *bytes, uint64_t *value)
{
    enum { MOST = 10 }; /* bytes that hold 64 bits, 7 in each */
    *value = 0;
    for (size_t i = 0; i < bytes->size && i < MOST; i++) {
        *value |= (uint64_t)(bytes->at[i] & 127) << (7 * i);
        if (bytes->at[i] > 127)
            continue;
        bytes->at += i + 1;
        bytes->size -= i + 1;
        return true;
    }
    return false;
}

bool mlpi_proto_take_bits(mlpi_bytes *bytes, size_t count, uint64_t *bits)
{
    if (bytes->size < count)
        return false;
    *bits = 0;
    for (size_t i = 0; i < count; i++)
        *bits |= (uint64_t)bytes->at[i] << (8 * i);
    bytes->at += count;
    bytes->size -= count;
    return true;
}

static bool take_length(mlpi_bytes *message, mlpi_bytes *part)
{
    uint64_t length = 0;
    if (!mlpi_proto_take_varint(message, &length) || length > message->size)
        return false;
    *part = (mlpi_bytes){message->at, (size_t)length};
    message->at += length;
    message->size -= (size_t)length;
    return true;
}

static bool take_field(mlpi_bytes *message, mlpi_proto_field *f)
{
    uint64_t tag = 0;
    if (!mlpi_proto_take_varint(message, &tag) || tag >> 3 == 0 || tag > UINT32_MAX)
        return false;
    *f = (mlpi_proto_field){.number = (unsigned)(tag >> 3), .type = (mlpi_proto_type)(tag & 7)};
    switch (f->type) {
    case MLPI_PROTO_VARINT:
        return mlpi_proto_take_varint(message, &f->whole);
    case MLPI_PROTO_EIGHT_BYTES:
        return mlpi_proto_take_bits(message, 8, &f->whole);
    case MLPI_PROTO_FOUR_BYTES:
        return mlpi_proto_take_bits(message, 4, &f->whole);
    case MLPI_PROTO_LENGTH:
        return take_length(message, &f->bytes);
    default:
        return false;
    }
}

bool mlpi_proto_next(mlpi_bytes *message, mlpi_proto_field *field, bool *sound)
{
    if (message->size == 0 || !*sound)
        return false;
    *sound = take_field(message, field);
    return *sound;
}

float mlpi_proto_float_of(uint64_t bits)
{
    const uint32_t low = (uint32_t)bits;
    float value;
    memcpy(&value, &low, sizeof value);
    return value;
}

double mlpi_proto_double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}
