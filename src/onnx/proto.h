/* SPDX-License-Identifier: MIT */
/* Messages of Protocol Buffers, written and read: the wire format that docs/decisions/21 names, as far as ONNX
 * needs it. */
#ifndef MLPI_ONNX_PROTO_H
#define MLPI_ONNX_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** How a field is written. */
typedef enum mlpi_proto_type {
    MLPI_PROTO_VARINT = 0,
    MLPI_PROTO_EIGHT_BYTES = 1,
    MLPI_PROTO_LENGTH = 2,
    MLPI_PROTO_FOUR_BYTES = 5
} mlpi_proto_type;

/* --- writing (proto.c) ------------------------------------------------------------------------ */

/** A message, or a part of one, that grows. Begin with zeros. */
typedef struct mlpi_proto {
    unsigned char *bytes;
    size_t size, capacity;
    bool failed; /* memory was short, once */
} mlpi_proto;

void mlpi_proto_release(mlpi_proto *message);

/** A field of type int32, int64 or enum. */
void mlpi_proto_whole(mlpi_proto *message, unsigned field, int64_t value);
/** Of type float. */
void mlpi_proto_float(mlpi_proto *message, unsigned field, float value);
/** Of type string, or bytes. */
void mlpi_proto_text(mlpi_proto *message, unsigned field, const char *text);
/** A field that is a message of its own, which is written, and empty afterwards: it has been handed
 * over, with its failure. */
void mlpi_proto_message(mlpi_proto *message, unsigned field, mlpi_proto *inner);
/** Of type bytes: numbers in IEEE 754, of 4 bytes each, or of 8, the lowest byte first. */
void mlpi_proto_floats(mlpi_proto *message, unsigned field, const float *values, size_t count,
                       float factor);
/** The nearest of 2 bytes. */
void mlpi_proto_halves(mlpi_proto *message, unsigned field, const float *values, size_t count);
void mlpi_proto_doubles(mlpi_proto *message, unsigned field, const double *values, size_t count);
void mlpi_proto_wholes(mlpi_proto *message, unsigned field, const int64_t *values, size_t count);
/** Appends fields that were written into a part. */
void mlpi_proto_append(mlpi_proto *message, const mlpi_proto *part);

/* --- reading (proto_read.c) ------------------------------------------------------------------- */

/** Bytes of somebody else: a message, a text, numbers. */
typedef struct mlpi_bytes {
    const unsigned char *at;
    size_t size;
} mlpi_bytes;

typedef struct mlpi_proto_field {
    unsigned number;
    mlpi_proto_type type;
    uint64_t whole;   /* a varint; or the bits of four, or eight bytes */
    mlpi_bytes bytes; /* of what has a length */
} mlpi_proto_field;

/** Takes the next field of a message off it. false: it ends here, or else *sound becomes false: there is no field
 * that these bytes could be. */
bool mlpi_proto_next(mlpi_bytes *message, mlpi_proto_field *field, bool *sound);
/** Takes a varint off bytes. false: none begins there. */
bool mlpi_proto_take_varint(mlpi_bytes *bytes, uint64_t *value);
/** Takes `count` bytes of a number off bytes, the lowest first. false: there are not so many. */
bool mlpi_proto_take_bits(mlpi_bytes *bytes, size_t count, uint64_t *bits);
/** The number that bits stand for. */
float mlpi_proto_float_of(uint64_t bits);
double mlpi_proto_double_of(uint64_t bits);

#endif
