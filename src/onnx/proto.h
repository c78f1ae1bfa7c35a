/* SPDX-License-Identifier: MIT */
/* Writing messages of Protocol Buffers: the wire format that docs/decisions/21 names, as far as ONNX
 * needs it. */
#ifndef MLPI_ONNX_PROTO_H
#define MLPI_ONNX_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
void mlpi_proto_doubles(mlpi_proto *message, unsigned field, const double *values, size_t count);
void mlpi_proto_wholes(mlpi_proto *message, unsigned field, const int64_t *values, size_t count);
/** Appends fields that were written into a part. */
void mlpi_proto_append(mlpi_proto *message, const mlpi_proto *part);

#endif
