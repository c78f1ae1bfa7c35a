/* SPDX-License-Identifier: MIT */
/* The model file: a safetensors container (docs/formats/model-file.md) whose tensors are the
 * weights and biases, and whose only fact besides the checksum is the metadata. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/metadata.h"
#include "network/layout.h"
#include "json/safetensors.h"

enum { FACTS = 1 };

/* --- little-endian numbers -------------------------------------------------------------------- */

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

/* --- what a file holds ------------------------------------------------------------------------ */

/* "layer1.weight" if there is one network (`network` 0); "network1.layer1.weight" for network 1 of
 * several. */
static void name_tensor(mlpi_tensor *tensor, size_t network, size_t l, const char *what)
{
    if (network > 0)
        snprintf(tensor->name, sizeof tensor->name, "network%zu.layer%zu.%s", network, l + 1, what);
    else
        snprintf(tensor->name, sizeof tensor->name, "layer%zu.%s", l + 1, what);
}

/* Describes the tensors of a network in the order of its parameters: the weights of all layers,
 * then their biases. Weights of inputs that the network does not read are left out. */
static void describe(const mlp_network *network, const mlpi_reads *reads, size_t number,
                     const unsigned char *bytes, mlpi_tensor *tensors)
{
    const size_t left_out = network->size - mlpi_reads_size(reads, network);
    for (size_t l = 0; l < network->count; l++) {
        const size_t units = network->layers[l].units;
        const size_t inputs =
            l == 0 ? mlpi_reads_inputs(reads, network) : mlpi_layer_inputs(network, l);
        const size_t before = l == 0 ? 0 : left_out;
        mlpi_tensor *weight = &tensors[l], *bias = &tensors[network->count + l];
        *weight = (mlpi_tensor){.type = "F32",
                                .shape = {units, inputs},
                                .dimensions = 2,
                                .size = units * inputs * sizeof(float)};
        *bias = (mlpi_tensor){
            .type = "F32", .shape = {units}, .dimensions = 1, .size = units * sizeof(float)};
        name_tensor(weight, number, l, "weight");
        name_tensor(bias, number, l, "bias");
        if (bytes != NULL) {
            weight->bytes = bytes + (network->weights_at[l] - before) * sizeof(float);
            bias->bytes = bytes + (network->biases_at[l] - left_out) * sizeof(float);
        }
    }
}

/* Two tensors for each layer of each network. */
static size_t tensor_count(const mlpi_members *members)
{
    size_t count = 0;
    for (size_t m = 0; m < members->count; m++)
        count += 2 * members->network[m]->count;
    return count;
}

/* The tensors of all networks, one network after the other, with their bytes unless `bytes` is
 * NULL. mlpi_free them. NULL: out of memory. */
static mlpi_tensor *tensors_of(const mlpi_members *members, const unsigned char *bytes)
{
    mlpi_tensor *tensors = mlpi_allocate(tensor_count(members), sizeof *tensors), *to = tensors;
    for (size_t m = 0; tensors != NULL && m < members->count; m++) {
        const mlp_network *network = members->network[m];
        const mlpi_reads reads = mlpi_member_reads(members, m);
        describe(network, &reads, members->count > 1 ? m + 1 : 0, bytes, to);
        to += 2 * network->count;
        if (bytes != NULL)
            bytes += mlpi_reads_size(&reads, network) * sizeof(float);
    }
    return tensors;
}

/* Begins the checksum, which covers the metadata, then the tensors. */
static uint64_t hash_of(const char *metadata)
{
    return mlpi_hash(MLPI_HASH_START, metadata, strlen(metadata));
}

/* --- writing ---------------------------------------------------------------------------------- */

static unsigned char *tensor_bytes(const mlpi_members *members)
{
    unsigned char *bytes = mlpi_allocate(mlpi_members_size(members), sizeof(float)), *to = bytes;
    for (size_t m = 0; bytes != NULL && m < members->count; m++) {
        const mlp_network *network = members->network[m];
        const mlpi_reads reads = mlpi_member_reads(members, m);
        const size_t size = mlpi_reads_size(&reads, network);
        for (size_t i = 0; i < size; i++, to += sizeof(float))
            put_float(network->parameters[mlpi_reads_at(&reads, network, i)], to);
    }
    return bytes;
}

/* What a model file is written from. */
typedef struct contents {
    mlpi_fact facts[FACTS];
    unsigned char *bytes;
    mlpi_tensor *tensors;
    size_t count;
    uint64_t hash;
} contents;

static void release_contents(contents *c)
{
    mlpi_free(c->tensors);
    mlpi_free(c->bytes);
}

static mlp_status collect(const mlp_model *model, contents *c, mlp_error *err)
{
    *c = (contents){.facts = {{"mlp", model->metadata}},
                    .bytes = tensor_bytes(&model->members),
                    .count = tensor_count(&model->members),
                    .hash = hash_of(model->metadata)};
    c->tensors = c->bytes != NULL ? tensors_of(&model->members, c->bytes) : NULL;
    if (c->tensors != NULL)
        return MLP_OK;
    release_contents(c);
    return mlpi_fail_memory(err, "the model file");
}

mlp_status mlp_model_save(const mlp_model *model, const char *path, bool overwrite, mlp_error *err)
{
    contents c;
    MLPI_TRY(collect(model, &c, err));
    const mlp_status status =
        mlpi_safetensors_write(path, overwrite, c.facts, FACTS, c.hash, c.tensors, c.count, err);
    release_contents(&c);
    return status;
}

mlp_status mlp_model_save_memory(const mlp_model *model, unsigned char **bytes, size_t *size,
                                 mlp_error *err)
{
    contents c;
    MLPI_TRY(collect(model, &c, err));
    const mlp_status status =
        mlpi_safetensors_write_memory(c.facts, FACTS, c.hash, c.tensors, c.count, bytes, size, err);
    release_contents(&c);
    return status;
}

/* --- reading ---------------------------------------------------------------------------------- */

static mlp_status damaged(mlp_error *err, const char *name, const char *what)
{
    return mlpi_fail_at(err, MLP_ERROR_MODEL, name, 0, 0, "%s", what);
}

static mlp_status read_parameters(const mlpi_safetensors *file, const char *name,
                                  const mlpi_members *members, mlp_error *err)
{
    const unsigned char *from = file->tensors;
    for (size_t m = 0; m < members->count; m++) {
        mlp_network *network = members->network[m];
        const mlpi_reads reads = mlpi_member_reads(members, m);
        const size_t size = mlpi_reads_size(&reads, network);
        for (size_t i = 0; i < size; i++, from += sizeof(float)) {
            const float value = get_float(from);
            if (!isfinite(value))
                return damaged(err, name, "is damaged: a parameter is not finite");
            network->parameters[mlpi_reads_at(&reads, network, i)] = value;
        }
    }
    return MLP_OK;
}

static mlp_status check_tensors(const mlpi_safetensors *file, const char *name,
                                const mlpi_members *members, mlp_error *err)
{
    mlpi_tensor *expected = tensors_of(members, NULL);
    if (expected == NULL)
        return mlpi_fail_memory(err, name);
    const bool same = mlpi_safetensors_holds(file, FACTS, expected, tensor_count(members));
    mlpi_free(expected);
    return same ? MLP_OK
                : damaged(err, name, "is damaged: its tensors are not those that it describes");
}

/* A network that the metadata describe is allocated only if the file holds enough parameters for
 * it; then the tensors of the file must be exactly those of the networks. */
static mlp_status read_model(const mlpi_safetensors *file, const char *name, mlp_model *model,
                             mlp_error *err)
{
    const char *metadata = mlpi_safetensors_fact(file, "mlp");
    if (metadata == NULL)
        return damaged(err, name, "is a safetensors file, but not one that mlp wrote");
    if (!mlpi_safetensors_is_sound(file, hash_of(metadata)))
        return damaged(err, name, "is damaged: its checksum does not match");
    MLPI_TRY(mlpi_metadata_read(metadata, file->size / sizeof(float), name, model, err));
    MLPI_TRY(check_tensors(file, name, &model->members, err));
    MLPI_TRY(read_parameters(file, name, &model->members, err));
    model->metadata = mlpi_copy_text(metadata, strlen(metadata));
    return model->metadata != NULL ? MLP_OK : mlpi_fail_memory(err, name);
}

mlp_status mlp_model_load_memory(const void *bytes, size_t size, const char *name,
                                 mlp_model **model, mlp_error *err)
{
    mlpi_safetensors file = {0};
    MLPI_TRY(mlpi_safetensors_read(bytes, size, name, "model file", &file, err));
    mlp_model *made = mlpi_allocate(1, sizeof *made);
    const mlp_status status =
        made != NULL ? read_model(&file, name, made, err) : mlpi_fail_memory(err, name);
    mlpi_safetensors_release(&file);
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
    snprintf(way_out, sizeof way_out, "train a model and save it as %.256s", path);
    MLPI_TRY(mlpi_read_file(path, MLP_ERROR_MODEL, way_out, &bytes, &size, err));
    const mlp_status status = mlp_model_load_memory(bytes, size, path, model, err);
    mlpi_free(bytes);
    return status;
}
