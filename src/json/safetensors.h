/* SPDX-License-Identifier: MIT */
/* The safetensors container: 8 bytes with the length of the header, the header as JSON, padded with
 * spaces to a multiple of 8, and the bytes of the tensors, one after another. Models and
 * checkpoints are such files. "__metadata__" holds facts as texts, the last of which is a
 * checksum. */
#ifndef MLPI_SAFETENSORS_H
#define MLPI_SAFETENSORS_H

#include <stdio.h>

#include "base/base.h"
#include "mlp/json.h"

/** A tensor. A file holds its tensors in the order of the array that is written. */
typedef struct mlpi_tensor {
    char name[64];
    const char *type; /* "F32" or "U8" */
    size_t shape[2];
    size_t dimensions;          /* 1 or 2 */
    size_t size;                /* number of bytes */
    const unsigned char *bytes; /* content to be written; mlpi_safetensors_holds ignores it */
} mlpi_tensor;

/** A fact of "__metadata__". */
typedef struct mlpi_fact {
    const char *name, *text;
} mlpi_fact;

/** Writes a file, which is complete or absent afterwards. The checksum is FNV-1a of the bytes of
 * all tensors, continued from `hash`, in which the caller may include other data. Errors:
 * MLP_ERROR_MEMORY; MLP_ERROR_DATA (a fact or name is not UTF-8); MLP_ERROR_OUTPUT (the file cannot
 * be written, or its header exceeds 100 MB). */
mlp_status mlpi_safetensors_write(const char *path, bool overwrite, const mlpi_fact *facts,
                                  size_t fact_count, uint64_t hash, const mlpi_tensor *tensors,
                                  size_t count, mlp_error *err);

/** Does the same as mlpi_safetensors_write, but writes to malloc'ed memory. */
mlp_status mlpi_safetensors_write_memory(const mlpi_fact *facts, size_t fact_count, uint64_t hash,
                                         const mlpi_tensor *tensors, size_t count,
                                         unsigned char **bytes, size_t *size, mlp_error *err);

/** The parts of a file. `tensors` points into the bytes of the caller. */
typedef struct mlpi_safetensors {
    mlp_json *header;
    const unsigned char *tensors;
    size_t size; /* bytes of all tensors */
} mlpi_safetensors;

/** Divides a file into its parts, but does not check its tensors. Errors: MLP_ERROR_MEMORY;
 * MLP_ERROR_MODEL (the bytes are not such a container). The message begins with `name`, the name of
 * the file, and says that it "is not a `kind`". */
mlp_status mlpi_safetensors_read(const unsigned char *bytes, size_t size, const char *name,
                                 const char *kind, mlpi_safetensors *file, mlp_error *err);
void mlpi_safetensors_release(mlpi_safetensors *file);
/** The text of a fact; NULL: the file has no fact of that name. */
const char *mlpi_safetensors_fact(const mlpi_safetensors *file, const char *name);
/** Whether the file has the checksum of its tensors, continued from `hash`. */
bool mlpi_safetensors_is_sound(const mlpi_safetensors *file, uint64_t hash);
/** Whether the file holds exactly these tensors, and `fact_count` facts in addition to the
 * checksum. */
bool mlpi_safetensors_holds(const mlpi_safetensors *file, size_t fact_count,
                            const mlpi_tensor *tensors, size_t count);

/** Writes 16 hexadecimal digits, the form of all 64-bit numbers in metadata: as texts, they are not
 * rounded by any reader. */
void mlpi_hexadecimal(uint64_t value, char text[17]);

#endif
