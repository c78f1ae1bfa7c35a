/* SPDX-License-Identifier: MIT */
/* The model file: a safetensors container (8 bytes header length, JSON header, raw little-endian
 * floats; see docs/formats/model-file.md). Its one string of metadata is covered, with the tensors,
 * by a checksum. */
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "mlp/output.h"
#include "model/metadata.h"
#include "network/layout.h"

#define MOST_HEADER ((size_t)100 << 20) /* as in the safetensors specification */

static mlp_status damaged(mlp_error *err, const char *name, const char *what)
{
    return mlpi_fail_at(err, MLP_ERROR_MODEL, name, 0, 0, "%s", what);
}

/* --- little-endian numbers -------------------------------------------------------------------- */

static void put_u64(uint64_t value, unsigned char *to)
{
    for (int i = 0; i < 8; i++)
        to[i] = (unsigned char)(value >> (8 * i));
}

static uint64_t get_u64(const unsigned char *from)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value |= (uint64_t)from[i] << (8 * i);
    return value;
}

static void put_float(float value, unsigned char *to)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    for (int i = 0; i < 4; i++)
        to[i] = (unsigned char)(bits >> (8 * i));
}

static float get_float(const unsigned char *from)
{
    uint32_t bits = 0;
    float value;
    for (int i = 0; i < 4; i++)
        bits |= (uint32_t)from[i] << (8 * i);
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* --- the header ------------------------------------------------------------------------------- */

static void checksum_of(const char *metadata, const unsigned char *tensors, size_t size,
                        char text[17])
{
    uint64_t hash = mlpi_hash(MLPI_HASH_START, metadata, strlen(metadata));
    hash = mlpi_hash(hash, tensors, size);
    snprintf(text, 17, "%016" PRIx64, hash);
}

static json_t *tensor(const size_t *shape, size_t dimensions, size_t first, size_t count)
{
    json_t *sizes = json_array();
    for (size_t d = 0; d < dimensions; d++)
        json_array_append_new(sizes, json_integer((json_int_t)shape[d]));
    return json_pack("{s:s, s:o, s:[I, I]}", "dtype", "F32", "shape", sizes, "data_offsets",
                     (json_int_t)(first * 4), (json_int_t)((first + count) * 4));
}

/* The header that a network's file must have, but for the metadata: both writing and reading use
 * it. */
static json_t *tensors_of(const mlp_network *network)
{
    json_t *header = json_object();
    for (size_t l = 0; l < network->count; l++) {
        char name[40];
        const size_t shape[] = {network->layers[l].units, mlpi_layer_inputs(network, l)};
        snprintf(name, sizeof name, "layer%zu.weight", l + 1);
        json_object_set_new(header, name,
                            tensor(shape, 2, network->weights_at[l], shape[0] * shape[1]));
        snprintf(name, sizeof name, "layer%zu.bias", l + 1);
        json_object_set_new(header, name, tensor(shape, 1, network->biases_at[l], shape[0]));
    }
    return header;
}

/* --- writing ---------------------------------------------------------------------------------- */

static unsigned char *tensor_bytes(const mlp_network *network)
{
    unsigned char *bytes = mlpi_allocate(network->size, 4);
    for (size_t i = 0; bytes != NULL && i < network->size; i++)
        put_float(network->parameters[i], bytes + 4 * i);
    return bytes;
}

/* The header as text, padded with spaces so that the tensors begin at a multiple of 8. */
static char *header_text(const mlp_model *model, const unsigned char *tensors, size_t *length)
{
    char checksum[17];
    checksum_of(model->metadata, tensors, model->network->size * 4, checksum);
    json_t *header =
        json_pack("{s:{s:s, s:s}}", "__metadata__", "mlp", model->metadata, "checksum", checksum);
    json_t *parts = tensors_of(model->network);
    json_object_update(header, parts);
    char *text = json_dumps(header, JSON_COMPACT);
    json_decref(parts);
    json_decref(header);
    if (text == NULL)
        return NULL;
    const size_t used = strlen(text), padded = (used + 7) / 8 * 8;
    char *grown = realloc(text, padded + 1);
    if (grown == NULL) {
        free(text);
        return NULL;
    }
    memset(grown + used, ' ', padded - used);
    grown[padded] = '\0';
    *length = padded;
    return grown;
}

static mlp_status write_model(const mlp_model *model, const char *header, size_t length,
                              const unsigned char *tensors, const char *path, bool overwrite,
                              mlp_error *err)
{
    mlp_output *output = NULL;
    unsigned char prefix[8];
    MLPI_TRY(mlp_output_open(path, overwrite, &output, err));
    put_u64(length, prefix);
    FILE *stream = mlp_output_stream(output);
    fwrite(prefix, 1, sizeof prefix, stream);
    fwrite(header, 1, length, stream);
    fwrite(tensors, 4, model->network->size, stream);
    return mlp_output_commit(output, err); /* notices any write that failed */
}

mlp_status mlp_model_save(const mlp_model *model, const char *path, bool overwrite, mlp_error *err)
{
    size_t length = 0;
    unsigned char *tensors = tensor_bytes(model->network);
    char *header = tensors != NULL ? header_text(model, tensors, &length) : NULL;
    mlp_status status = MLP_OK;
    if (header == NULL)
        status = mlpi_fail_memory(err, "the model file");
    else if (length > MOST_HEADER)
        status = mlpi_fail(err, MLP_ERROR_OUTPUT,
                           "the model's metadata are larger than 100 MB; use fewer categories");
    else
        status = write_model(model, header, length, tensors, path, overwrite, err);
    free(header);
    mlpi_free(tensors);
    return status;
}

/* --- reading ---------------------------------------------------------------------------------- */

/* What a file consists of, checked against its size. */
typedef struct parts {
    json_t *header;
    const char *metadata, *checksum;
    const unsigned char *tensors;
    size_t tensor_size;
} parts;

static mlp_status take_apart(const unsigned char *bytes, size_t size, const char *name, parts *p,
                             mlp_error *err)
{
    if (size < 8)
        return damaged(err, name, "is no model file: it is shorter than a header");
    const uint64_t length = get_u64(bytes);
    if (length > MOST_HEADER || length > size - 8)
        return damaged(err, name,
                       "is no model file, or it is cut short: the header does not fit into it");
    json_error_t defect;
    p->header =
        json_loadb((const char *)bytes + 8, (size_t)length, JSON_REJECT_DUPLICATES, &defect);
    json_t *metadata = json_object_get(p->header, "__metadata__");
    p->metadata = json_string_value(json_object_get(metadata, "mlp"));
    p->checksum = json_string_value(json_object_get(metadata, "checksum"));
    if (p->header == NULL)
        return damaged(err, name, "is no model file: its header is no JSON");
    if (p->metadata == NULL || p->checksum == NULL)
        return damaged(err, name, "is a safetensors file, but not one that mlp wrote");
    p->tensors = bytes + 8 + length;
    p->tensor_size = size - 8 - (size_t)length;
    return MLP_OK;
}

static mlp_status read_parameters(const parts *p, const char *name, mlp_network *network,
                                  mlp_error *err)
{
    for (size_t i = 0; i < network->size; i++) {
        network->parameters[i] = get_float(p->tensors + 4 * i);
        if (!isfinite(network->parameters[i]))
            return damaged(err, name, "is damaged: a parameter is not finite");
    }
    return MLP_OK;
}

/* The tensors promised by the metadata must be exactly those of the header and of the file; this is
 * checked before the network is made. */
static mlp_status read_model(const parts *p, const char *name, mlp_model *model, mlp_error *err)
{
    char checksum[17];
    checksum_of(p->metadata, p->tensors, p->tensor_size, checksum);
    if (strcmp(checksum, p->checksum) != 0)
        return damaged(err, name, "is damaged: its checksum does not match");
    MLPI_TRY(mlpi_metadata_read(p->metadata, strlen(p->metadata), name, model, err));
    json_t *expected = tensors_of(model->network);
    json_object_set(expected, "__metadata__", json_object_get(p->header, "__metadata__"));
    const bool same = json_equal(expected, p->header) == 1;
    json_decref(expected);
    if (!same || p->tensor_size != model->network->size * 4)
        return damaged(err, name, "is damaged: its tensors are not those of its network");
    MLPI_TRY(read_parameters(p, name, model->network, err));
    model->metadata = mlpi_copy_text(p->metadata, strlen(p->metadata));
    return model->metadata != NULL ? MLP_OK : mlpi_fail_memory(err, name);
}

mlp_status mlp_model_load_memory(const void *bytes, size_t size, const char *name,
                                 mlp_model **model, mlp_error *err)
{
    parts p = {0};
    mlp_model *made = NULL;
    mlp_status status = take_apart(bytes, size, name, &p, err);
    if (status == MLP_OK) {
        made = mlpi_allocate(1, sizeof *made);
        status = made != NULL ? read_model(&p, name, made, err) : mlpi_fail_memory(err, name);
    }
    json_decref(p.header);
    if (status == MLP_OK)
        *model = made;
    else
        mlp_model_free(made);
    return status;
}

mlp_status mlp_model_load(const char *path, mlp_model **model, mlp_error *err)
{
    unsigned char *bytes = NULL;
    size_t size = 0;
    char way_out[320];
    snprintf(way_out, sizeof way_out, "mlp train -o %.256s makes one", path);
    MLPI_TRY(mlpi_read_file(path, MLP_ERROR_MODEL, way_out, &bytes, &size, err));
    const mlp_status status = mlp_model_load_memory(bytes, size, path, model, err);
    mlpi_free(bytes);
    return status;
}
