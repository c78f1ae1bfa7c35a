/* SPDX-License-Identifier: MIT */
/* Writes and reads messages of Protocol Buffers: the part of the wire format that ONNX needs
 * (docs/decisions/21). */
#ifndef MLPI_ONNX_PROTO_H
#define MLPI_ONNX_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The wire type of a field. */
typedef enum mlpi_proto_type {
    MLPI_PROTO_VARINT = 0,
    MLPI_PROTO_EIGHT_BYTES = 1,
    MLPI_PROTO_LENGTH = 2,
    MLPI_PROTO_FOUR_BYTES = 5
} mlpi_proto_type;

/* --- writing (proto.c) ------------------------------------------------------------------------ */

/** A message, or a part of one, that grows. Initialise it with zeros. */
typedef struct mlpi_proto {
    unsigned char *bytes;
    size_t size, capacity;
    bool failed; /* out of memory; the message is incomplete */
} mlpi_proto;

void mlpi_proto_release(mlpi_proto *message);

/** Appends a field of type int32, int64 or enum. */
void mlpi_proto_whole(mlpi_proto *message, unsigned field, int64_t value);
/** Appends a field of type float. */
void mlpi_proto_float(mlpi_proto *message, unsigned field, float value);
/** Appends a field of type string or bytes. */
void mlpi_proto_text(mlpi_proto *message, unsigned field, const char *text);
/** Appends a field that holds the message `inner`, which is empty afterwards. If `inner` has
 * failed, so has `message`. */
void mlpi_proto_message(mlpi_proto *message, unsigned field, mlpi_proto *inner);
/** Appends a field of type bytes that holds floats, each multiplied by `factor`, the lowest byte
 * first. */
void mlpi_proto_floats(mlpi_proto *message, unsigned field, const float *values, size_t count,
                       float factor);
/** Appends a field of type bytes that holds the nearest floats of 16 bits, the lowest byte
 * first. */
void mlpi_proto_halves(mlpi_proto *message, unsigned field, const float *values, size_t count);
/** Appends a field of type bytes that holds doubles, the lowest byte first. */
void mlpi_proto_doubles(mlpi_proto *message, unsigned field, const double *values, size_t count);
/** Appends a field of type bytes that holds integers of 64 bits, the lowest byte first. */
void mlpi_proto_wholes(mlpi_proto *message, unsigned field, const int64_t *values, size_t count);
/** Appends fields that were written into a part. */
void mlpi_proto_append(mlpi_proto *message, const mlpi_proto *part);

/* --- reading (proto_read.c) ------------------------------------------------------------------- */

/** Bytes that the caller owns: a message, a text or numbers. */
typedef struct mlpi_bytes {
    const unsigned char *at;
    size_t size;
} mlpi_bytes;

typedef struct mlpi_proto_field {
    unsigned number;
    mlpi_proto_type type;
    uint64_t whole;   /* a varint, or the bits of 4 or 8 bytes */
    mlpi_bytes bytes; /* the content of a field with a length */
} mlpi_proto_field;

/** Takes the next field off a message. false: the message has ended, or its next bytes are not a
 * valid field and *sound becomes false. */
bool mlpi_proto_next(mlpi_bytes *message, mlpi_proto_field *field, bool *sound);
/** Takes a varint off the bytes. false: they do not begin with one. */
bool mlpi_proto_take_varint(mlpi_bytes *bytes, uint64_t *value);
/** Takes a number of `count` bytes, the lowest first, off the bytes. false: there are fewer. */
bool mlpi_proto_take_bits(mlpi_bytes *bytes, size_t count, uint64_t *bits);
/** The float with these bits. */
float mlpi_proto_float_of(uint64_t bits);
/** The double with these bits. */
double mlpi_proto_double_of(uint64_t bits);

#endif
