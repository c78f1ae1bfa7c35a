/* SPDX-License-Identifier: MIT */
/* A checkpoint is a safetensors file of byte tensors, one for each block, with the run it belongs
 * to and a checksum. The reader knows from its own run what must be there, and believes nothing
 * else. */
#include "train/checkpoint.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mlp/output.h"

enum { FORMAT = 1 };

static uint64_t checksum_of(const mlpi_block *blocks, size_t count)
{
    uint64_t hash = MLPI_HASH_START;
    for (size_t i = 0; i < count; i++)
        hash = mlpi_hash(hash, blocks[i].bytes, blocks[i].size);
    return hash;
}

static json_t *hexadecimal(uint64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%016" PRIx64, value);
    return json_string(text);
}

/* The header that blocks of these sizes have, but for the checksum. */
static json_t *header_of(uint64_t run, const mlpi_block *blocks, size_t count)
{
    char format[24];
    size_t at = 0;
    snprintf(format, sizeof format, "checkpoint %d", FORMAT);
    json_t *header =
        json_pack("{s:{s:s, s:o}}", "__metadata__", "mlp", format, "run", hexadecimal(run));
    for (size_t i = 0; i < count; i++) {
        json_object_set_new(header, blocks[i].name,
                            json_pack("{s:s, s:[I], s:[I, I]}", "dtype", "U8", "shape",
                                      (json_int_t)blocks[i].size, "data_offsets", (json_int_t)at,
                                      (json_int_t)(at + blocks[i].size)));
        at += blocks[i].size;
    }
    return header;
}

static void put_length(uint64_t length, unsigned char *to)
{
    for (int i = 0; i < 8; i++)
        to[i] = (unsigned char)(length >> (8 * i));
}

mlp_status mlpi_checkpoint_write(const char *path, uint64_t run, const mlpi_block *blocks,
                                 size_t count, mlp_error *err)
{
    mlp_output *output = NULL;
    json_t *header = header_of(run, blocks, count);
    json_object_set_new(json_object_get(header, "__metadata__"), "checksum",
                        hexadecimal(checksum_of(blocks, count)));
    char *text = json_dumps(header, JSON_COMPACT);
    json_decref(header);
    if (text == NULL)
        return mlpi_fail_memory(err, "the checkpoint");
    const mlp_status status = mlp_output_open(path, true, &output, err);
    if (status != MLP_OK) {
        free(text);
        return status;
    }
    FILE *stream = mlp_output_stream(output);
    const size_t used = strlen(text), padding = (8 - used % 8) % 8;
    unsigned char prefix[8];
    put_length(used + padding, prefix);
    fwrite(prefix, 1, sizeof prefix, stream);
    fprintf(stream, "%s%*s", text, (int)padding, "");
    for (size_t i = 0; i < count; i++)
        fwrite(blocks[i].bytes, 1, blocks[i].size, stream);
    free(text);
    return mlp_output_commit(output, err); /* notices any write that failed */
}

/* --- reading ---------------------------------------------------------------------------------- */

static mlp_status fail(mlp_error *err, const char *path, const char *what)
{
    return mlpi_fail_at(err, MLP_ERROR_MODEL, path, 0, 0, "%s", what);
}

/* The header, and the tensors behind it. */
static json_t *take_header(const unsigned char *bytes, size_t size, const unsigned char **tensors)
{
    uint64_t length = 0;
    for (int i = 7; size >= 8 && i >= 0; i--)
        length = length << 8 | bytes[i];
    if (size < 8 || length > size - 8)
        return NULL;
    *tensors = bytes + 8 + length;
    return json_loadb((const char *)bytes + 8, (size_t)length, JSON_REJECT_DUPLICATES, NULL);
}

static mlp_status check(json_t *header, const char *path, uint64_t run, const mlpi_block *blocks,
                        size_t count, size_t there, mlp_error *err)
{
    json_t *metadata = json_object_get(header, "__metadata__");
    const char *kind = json_string_value(json_object_get(metadata, "mlp"));
    char of_run[24];
    snprintf(of_run, sizeof of_run, "%016" PRIx64, run);
    if (kind == NULL || strncmp(kind, "checkpoint ", 11) != 0)
        return fail(err, path, "is no checkpoint");
    const char *found = json_string_value(json_object_get(metadata, "run"));
    if (found == NULL || strcmp(found, of_run) != 0)
        return fail(err, path,
                    "is the checkpoint of another run: data, network or options differ; without "
                    "--resume training begins anew");
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += blocks[i].size;
    json_t *expected = header_of(run, blocks, count);
    json_object_set(json_object_get(expected, "__metadata__"), "checksum",
                    json_object_get(metadata, "checksum"));
    const bool same = json_equal(expected, header) == 1 && size == there;
    json_decref(expected);
    return same ? MLP_OK : fail(err, path, "is damaged: its parts are not those of this run");
}

static mlp_status fill(json_t *header, const char *path, const unsigned char *tensors,
                       const mlpi_block *blocks, size_t count, mlp_error *err)
{
    uint64_t hash = MLPI_HASH_START;
    char text[24];
    const unsigned char *at = tensors;
    for (size_t i = 0; i < count; at += blocks[i++].size)
        hash = mlpi_hash(hash, at, blocks[i].size);
    snprintf(text, sizeof text, "%016" PRIx64, hash);
    const char *checksum =
        json_string_value(json_object_get(json_object_get(header, "__metadata__"), "checksum"));
    if (checksum == NULL || strcmp(checksum, text) != 0)
        return fail(err, path, "is damaged: its checksum does not match");
    at = tensors;
    for (size_t i = 0; i < count; at += blocks[i++].size)
        memcpy(blocks[i].bytes, at, blocks[i].size);
    return MLP_OK;
}

mlp_status mlpi_checkpoint_read(const char *path, uint64_t run, const mlpi_block *blocks,
                                size_t count, bool *found, mlp_error *err)
{
    unsigned char *bytes = NULL;
    const unsigned char *tensors = NULL;
    size_t size = 0;
    *found = access(path, F_OK) == 0;
    if (!*found)
        return MLP_OK;
    MLPI_TRY(mlpi_read_file(path, MLP_ERROR_MODEL, "without --resume training begins anew", &bytes,
                            &size, err));
    json_t *header = take_header(bytes, size, &tensors);
    mlp_status status = header == NULL ? fail(err, path, "is damaged or no checkpoint") : MLP_OK;
    if (status == MLP_OK)
        status = check(header, path, run, blocks, count, size - (size_t)(tensors - bytes), err);
    if (status == MLP_OK)
        status = fill(header, path, tensors, blocks, count, err);
    json_decref(header);
    mlpi_free(bytes);
    return status;
}
