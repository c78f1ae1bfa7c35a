/* SPDX-License-Identifier: MIT */
/* Writes the wire format of Protocol Buffers: a field is its number and type, followed by an
 * integer with seven bits in each byte, by four bytes, or by a length and that number of bytes
 * (protobuf.dev, "Encoding"). */
#include "onnx/proto.h"

#include <stdlib.h>
#include <string.h>

#include "base/base.h"

void mlpi_proto_release(mlpi_proto *message)
{
    free(message->bytes);
    *message = (mlpi_proto){0};
}

static void put_bytes(mlpi_proto *m, const void *bytes, size_t count)
{
    size_t need = 0;
    m->failed = m->failed || !mlpi_add(m->size, count, &need) ||
                !mlpi_grow(&m->bytes, &m->capacity, need, 1);
    if (m->failed || count == 0)
        return;
    memcpy(m->bytes + m->size, bytes, count);
    m->size = need;
}

/* Appends `count` bytes of a number, the lowest first, on any machine. */
static void put_fixed(mlpi_proto *m, uint64_t bits, size_t count)
{
    unsigned char bytes[8];
    for (size_t i = 0; i < count; i++)
        bytes[i] = (unsigned char)(bits >> (8 * i));
    put_bytes(m, bytes, count);
}

static void put_varint(mlpi_proto *m, uint64_t value)
{
    unsigned char bytes[10];
    size_t count = 0;
    for (; value > 127; value >>= 7)
        bytes[count++] = (unsigned char)(value | 128);
    bytes[count++] = (unsigned char)value;
    put_bytes(m, bytes, count);
}

static void put_tag(mlpi_proto *m, unsigned field, unsigned type)
{
    put_varint(m, (uint64_t)field << 3 | type);
}

static void put_length(mlpi_proto *m, unsigned field, size_t count)
{
    put_tag(m, field, MLPI_PROTO_LENGTH);
    put_varint(m, count);
}

static uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

void mlpi_proto_whole(mlpi_proto *message, unsigned field, int64_t value)
{
    put_tag(message, field, MLPI_PROTO_VARINT);
    put_varint(message, (uint64_t)value);
}

void mlpi_proto_float(mlpi_proto *message, unsigned field, float value)
{
    put_tag(message, field, MLPI_PROTO_FOUR_BYTES);
    put_fixed(message, bits_of(value), sizeof value);
}

void mlpi_proto_text(mlpi_proto *message, unsigned field, const char *text)
{
    put_length(message, field, strlen(text));
    put_bytes(message, text, strlen(text));
}

void mlpi_proto_append(mlpi_proto *message, const mlpi_proto *part)
{
    message->failed = message->failed || part->failed;
    put_bytes(message, part->bytes, part->size);
}

void mlpi_proto_message(mlpi_proto *message, unsigned field, mlpi_proto *inner)
{
    put_length(message, field, inner->size);
    mlpi_proto_append(message, inner);
    mlpi_proto_release(inner);
}

void mlpi_proto_floats(mlpi_proto *message, unsigned field, const float *values, size_t count,
                       float factor)
{
    put_length(message, field, count * sizeof *values);
    for (size_t i = 0; i < count; i++)
        put_fixed(message, bits_of(factor * values[i]), sizeof *values);
}

void mlpi_proto_halves(mlpi_proto *message, unsigned field, const float *values, size_t count)
{
    put_length(message, field, count * sizeof(uint16_t));
    for (size_t i = 0; i < count; i++)
        put_fixed(message, mlpi_half_bits(values[i]), sizeof(uint16_t));
}

void mlpi_proto_doubles(mlpi_proto *message, unsigned field, const double *values, size_t count)
{
    put_length(message, field, count * sizeof *values);
    for (size_t i = 0; i < count; i++) {
        uint64_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        put_fixed(message, bits, sizeof bits);
    }
}

void mlpi_proto_wholes(mlpi_proto *message, unsigned field, const int64_t *values, size_t count)
{
    put_length(message, field, count * sizeof *values);
    for (size_t i = 0; i < count; i++)
        put_fixed(message, (uint64_t)values[i], sizeof *values);
}
