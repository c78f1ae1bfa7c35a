/* SPDX-License-Identifier: MIT */
/* The safetensors container: 8 bytes that say how long the header is, the header as JSON padded
 * with spaces to a multiple of 8, and the bytes of the tensors one behind the other. Models and
 * checkpoints are such files; "__metadata__" holds facts as texts, the last of them a checksum. */
#ifndef MLPI_SAFETENSORS_H
#define MLPI_SAFETENSORS_H

#include <stdio.h>

#include "base/base.h"
#include "mlp/json.h"

/** One of the tensors; a file holds them in the order of the array. */
typedef struct mlpi_tensor {
    char name[64];
    const char *type; /* "F32" or "U8" */
    size_t shape[2];
    size_t dimensions;          /* 1 or 2 */
    size_t size;                /* of the bytes */
    const unsigned char *bytes; /* to be written; not looked at when a file is compared */
} mlpi_tensor;

/** What "__metadata__" says: name, text. */
typedef struct mlpi_fact {
    const char *name, *text;
} mlpi_fact;

/** Writes a file that is whole or not there. The checksum continues `hash`: FNV-1a of what the
 * caller puts in front of the bytes of all tensors. Errors: MLP_ERROR_MEMORY; MLP_ERROR_DATA: a
 * fact or name is not UTF-8; MLP_ERROR_OUTPUT: also a header of more than 100 MB. */
mlp_status mlpi_safetensors_write(const char *path, bool overwrite, const mlpi_fact *facts,
                                  size_t fact_count, uint64_t hash, const mlpi_tensor *tensors,
                                  size_t count, mlp_error *err);

/** The same bytes in memory, malloc'ed. */
mlp_status mlpi_safetensors_write_memory(const mlpi_fact *facts, size_t fact_count, uint64_t hash,
                                         const mlpi_tensor *tensors, size_t count,
                                         unsigned char **bytes, size_t *size, mlp_error *err);

/** A file taken apart, as far as it holds together. The tensors belong to the caller's bytes. */
typedef struct mlpi_safetensors {
    mlp_json *header;
    const unsigned char *tensors;
    size_t size; /* of the tensors */
} mlpi_safetensors;

/** Errors: MLP_ERROR_MEMORY; MLP_ERROR_MODEL: no such container. The message begins with `name`,
 * the file, and says what it should be: "is not a `kind`". */
mlp_status mlpi_safetensors_read(const unsigned char *bytes, size_t size, const char *name,
                                 const char *kind, mlpi_safetensors *file, mlp_error *err);
void mlpi_safetensors_release(mlpi_safetensors *file);
/** NULL: the file says nothing of that name. */
const char *mlpi_safetensors_fact(const mlpi_safetensors *file, const char *name);
/** Whether the checksum that continues `hash` is that of the file. */
bool mlpi_safetensors_is_sound(const mlpi_safetensors *file, uint64_t hash);
/** Whether the file holds exactly these tensors, and `fact_count` facts besides the checksum. */
bool mlpi_safetensors_holds(const mlpi_safetensors *file, size_t fact_count,
                            const mlpi_tensor *tensors, size_t count);

/** 16 digits, the form of all 64-bit numbers in metadata: no reader rounds them. */
void mlpi_hexadecimal(uint64_t value, char text[17]);

#endif
