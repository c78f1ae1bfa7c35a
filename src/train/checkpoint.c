/* SPDX-License-Identifier: MIT */
/* A checkpoint is a safetensors file of byte tensors, one for each block, with the identity of its
 * run and a checksum. The reader knows from its own run which blocks the file must hold, and
 * refuses any other file. */
#include "train/checkpoint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json/safetensors.h"

enum { FACTS = 2 };

const mlpi_kind_of_state mlpi_checkpoint = {"checkpoint", "checkpoint 2",
                                            "without `resume`, training starts afresh"};

/* The blocks as tensors; mlpi_free them. NULL: out of memory. */
static mlpi_tensor *tensors_of(const mlpi_chunk *blocks, size_t count)
{
    mlpi_tensor *tensors = mlpi_allocate(count, sizeof *tensors);
    for (size_t i = 0; tensors != NULL && i < count; i++) {
        tensors[i] = (mlpi_tensor){.type = "U8",
                                   .shape = {blocks[i].size},
                                   .dimensions = 1,
                                   .size = blocks[i].size,
                                   .bytes = blocks[i].bytes};
        snprintf(tensors[i].name, sizeof tensors[i].name, "%s", blocks[i].name);
    }
    return tensors;
}

mlp_status mlpi_checkpoint_write(const char *path, const mlpi_kind_of_state *kind, uint64_t run,
                                 const mlpi_chunk *blocks, size_t count, mlp_error *err)
{
    char of_run[17];
    const mlpi_fact facts[FACTS] = {{"mlp", kind->format}, {"run", of_run}};
    mlpi_tensor *tensors = tensors_of(blocks, count);
    if (tensors == NULL)
        return mlpi_fail_memory(err, "the checkpoint");
    mlpi_hexadecimal(run, of_run);
    const mlp_status status =
        mlpi_safetensors_write(path, true, facts, FACTS, MLPI_HASH_START, tensors, count, err);
    mlpi_free(tensors);
    return status;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* Refuses a file that names another kind, version or run. */
static mlp_status check_facts(const mlpi_safetensors *file, const char *path,
                              const mlpi_kind_of_state *kind, uint64_t run, mlp_error *err)
{
    const char *says = mlpi_safetensors_fact(file, "mlp");
    const char *found = mlpi_safetensors_fact(file, "run");
    const size_t length = strlen(kind->name);
    char of_run[17];
    mlpi_hexadecimal(run, of_run);
    if (says == NULL || strncmp(says, kind->name, length) != 0 || says[length] != ' ')
        return mlpi_fail_at(err, MLP_ERROR_MODEL, path, 0, 0, "is not a %s", kind->name);
    if (strcmp(says, kind->format) != 0)
        return mlpi_fail_at(err, MLP_ERROR_MODEL, path, 0, 0,
                            "is a %s from another version of mlp; %s", kind->name, kind->way_out);
    if (found == NULL || strcmp(found, of_run) != 0)
        return mlpi_fail_at(err, MLP_ERROR_MODEL, path, 0, 0,
                            "is the %s of another run: data, network or options differ; %s",
                            kind->name, kind->way_out);
    return MLP_OK;
}

static mlp_status check(const mlpi_safetensors *file, const char *path,
                        const mlpi_kind_of_state *kind, uint64_t run, const mlpi_chunk *blocks,
                        size_t count, mlp_error *err)
{
    MLPI_TRY(check_facts(file, path, kind, run, err));
    mlpi_tensor *expected = tensors_of(blocks, count);
    if (expected == NULL)
        return mlpi_fail_memory(err, path);
    const bool same = mlpi_safetensors_holds(file, FACTS, expected, count);
    mlpi_free(expected);
    if (same && mlpi_safetensors_is_sound(file, MLPI_HASH_START))
        return MLP_OK;
    return mlpi_fail_at(err, MLP_ERROR_MODEL, path, 0, 0, "is damaged: %s; %s",
                        same ? "its checksum does not match"
                             : "its parts are not those of this run",
                        kind->way_out);
}

static mlp_status read_blocks(const unsigned char *bytes, size_t size, const char *path,
                              const mlpi_kind_of_state *kind, uint64_t run,
                              const mlpi_chunk *blocks, size_t count, mlp_error *err)
{
    mlpi_safetensors file = {0};
    MLPI_TRY(mlpi_safetensors_read(bytes, size, path, kind->name, &file, err));
    const mlp_status status = check(&file, path, kind, run, blocks, count, err);
    const unsigned char *at = file.tensors;
    for (size_t i = 0; status == MLP_OK && i < count; at += blocks[i++].size)
        memcpy(blocks[i].bytes, at, blocks[i].size);
    mlpi_safetensors_release(&file);
    return status;
}

mlp_status mlpi_checkpoint_read(const char *path, const mlpi_kind_of_state *kind, uint64_t run,
                                const mlpi_chunk *blocks, size_t count, bool *found, mlp_error *err)
{
    unsigned char *bytes = NULL;
    size_t size = 0;
    *found = access(path, F_OK) == 0 || errno != ENOENT; /* reading reports other errors */
    if (!*found)
        return MLP_OK;
    MLPI_TRY(mlpi_read_file(path, MLP_ERROR_MODEL, kind->way_out, &bytes, &size, err));
    const mlp_status status = read_blocks(bytes, size, path, kind, run, blocks, count, err);
    mlpi_free(bytes);
    return status;
}

static mlp_status copy_block(const unsigned char *bytes, size_t size, const char *path,
                             const mlpi_kind_of_state *kind, uint64_t run, const char *name,
                             unsigned char **block, size_t *block_size, mlp_error *err)
{
    mlpi_safetensors file = {0};
    MLPI_TRY(mlpi_safetensors_read(bytes, size, path, kind->name, &file, err));
    const mlpi_chunk only = {.name = name, .size = file.size};
    mlp_status status = check(&file, path, kind, run, &only, 1, err);
    if (status == MLP_OK) {
        *block = malloc(file.size + 1);
        status = *block != NULL ? MLP_OK : mlpi_fail_memory(err, path);
    }
    if (status == MLP_OK) {
        memcpy(*block, file.tensors, file.size);
        (*block)[file.size] = 0;
        *block_size = file.size;
    }
    mlpi_safetensors_release(&file);
    return status;
}

mlp_status mlpi_checkpoint_read_any(const char *path, const mlpi_kind_of_state *kind, uint64_t run,
                                    const char *name, unsigned char **bytes, size_t *size,
                                    mlp_error *err)
{
    unsigned char *file = NULL;
    size_t length = 0;
    *bytes = NULL;
    MLPI_TRY(mlpi_read_file(path, MLP_ERROR_MODEL, kind->way_out, &file, &length, err));
    const mlp_status status = copy_block(file, length, path, kind, run, name, bytes, size, err);
    mlpi_free(file);
    return status;
}
