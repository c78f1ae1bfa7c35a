/* SPDX-License-Identifier: MIT */
/* Writes the container, and reads one without trusting its contents. */
#include "json/safetensors.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "mlp/output.h"

#define MOST_HEADER ((size_t)100 << 20) /* as in the safetensors specification */
#define FACTS "__metadata__"
#define CHECKSUM "checksum"

enum { PREFIX = 8 };

void mlpi_hexadecimal(uint64_t value, char text[17])
{
    snprintf(text, 17, "%016" PRIx64, value);
}

/* --- writing ---------------------------------------------------------------------------------- */

static void put_pair(mlp_json_writer *to, const char *name, uint64_t first, uint64_t second)
{
    mlp_json_begin_array(to, name);
    mlp_json_put_whole(to, NULL, first);
    mlp_json_put_whole(to, NULL, second);
    mlp_json_end(to);
}

static void put_tensor(mlp_json_writer *to, const mlpi_tensor *tensor, size_t first)
{
    mlp_json_begin_object(to, tensor->name);
    mlp_json_put_text(to, "dtype", tensor->type);
    mlp_json_begin_array(to, "shape");
    for (size_t d = 0; d < tensor->dimensions; d++)
        mlp_json_put_whole(to, NULL, tensor->shape[d]);
    mlp_json_end(to);
    put_pair(to, "data_offsets", first, first + tensor->size);
    mlp_json_end(to);
}

static mlp_status header_text(const mlpi_fact *facts, size_t fact_count, uint64_t hash,
                              const mlpi_tensor *tensors, size_t count, char **text, size_t *length,
                              mlp_error *err)
{
    char checksum[17];
    size_t first = 0;
    for (size_t i = 0; i < count; i++)
        hash = mlpi_hash(hash, tensors[i].bytes, tensors[i].size);
    mlpi_hexadecimal(hash, checksum);
    mlp_json_writer *to = mlp_json_writer_create(0);
    mlp_json_begin_object(to, NULL);
    mlp_json_begin_object(to, FACTS);
    for (size_t i = 0; i < fact_count; i++)
        mlp_json_put_text(to, facts[i].name, facts[i].text);
    mlp_json_put_text(to, CHECKSUM, checksum);
    mlp_json_end(to);
    for (size_t i = 0; i < count; first += tensors[i++].size)
        put_tensor(to, &tensors[i], first);
    mlp_json_end(to);
    MLPI_TRY(mlp_json_finish(to, text, length, err));
    if (*length <= MOST_HEADER)
        return MLP_OK;
    free(*text);
    return mlpi_fail(
        err, MLP_ERROR_OUTPUT,
        "the metadata are larger than 100 MB; leave out columns of many categories with `drop`");
}

static void put_length(size_t length, unsigned char prefix[PREFIX])
{
    for (int i = 0; i < PREFIX; i++)
        prefix[i] = (unsigned char)((uint64_t)length >> (8 * i));
}

static void write_all(FILE *stream, const char *header, size_t length, const mlpi_tensor *tensors,
                      size_t count)
{
    unsigned char prefix[PREFIX];
    const int padding = (int)((8 - length % 8) % 8);
    put_length(length + (size_t)padding, prefix);
    fwrite(prefix, 1, sizeof prefix, stream);
    fprintf(stream, "%s%*s", header, padding, "");
    for (size_t i = 0; i < count; i++)
        fwrite(tensors[i].bytes, 1, tensors[i].size, stream);
}

static mlp_status write_file(const char *path, bool overwrite, const char *header, size_t length,
                             const mlpi_tensor *tensors, size_t count, mlp_error *err)
{
    mlp_output *output = NULL;
    MLPI_TRY(mlp_output_open(path, overwrite, &output, err));
    write_all(mlp_output_stream(output), header, length, tensors, count);
    return mlp_output_commit(output, err); /* reports any write that failed */
}

static mlp_status write_memory(const char *header, size_t length, const mlpi_tensor *tensors,
                               size_t count, unsigned char **bytes, size_t *size, mlp_error *err)
{
    mlpi_buffer buffer = {0};
    FILE *stream = mlpi_buffer_open(&buffer);
    if (stream == NULL)
        return mlpi_fail_memory(err, "a file in memory");
    write_all(stream, header, length, tensors, count);
    char *written = mlpi_buffer_close(&buffer, stream);
    if (written == NULL)
        return mlpi_fail_memory(err, "a file in memory");
    *bytes = (unsigned char *)written;
    *size = buffer.size;
    return MLP_OK;
}

mlp_status mlpi_safetensors_write(const char *path, bool overwrite, const mlpi_fact *facts,
                                  size_t fact_count, uint64_t hash, const mlpi_tensor *tensors,
                                  size_t count, mlp_error *err)
{
    char *header = NULL;
    size_t length = 0;
    MLPI_TRY(header_text(facts, fact_count, hash, tensors, count, &header, &length, err));
    const mlp_status status = write_file(path, overwrite, header, length, tensors, count, err);
    free(header);
    return status;
}

mlp_status mlpi_safetensors_write_memory(const mlpi_fact *facts, size_t fact_count, uint64_t hash,
                                         const mlpi_tensor *tensors, size_t count,
                                         unsigned char **bytes, size_t *size, mlp_error *err)
{
    char *header = NULL;
    size_t length = 0;
    MLPI_TRY(header_text(facts, fact_count, hash, tensors, count, &header, &length, err));
    const mlp_status status = write_memory(header, length, tensors, count, bytes, size, err);
    free(header);
    return status;
}

/* --- reading ---------------------------------------------------------------------------------- */

mlp_status mlpi_safetensors_read(const unsigned char *bytes, size_t size, const char *name,
                                 const char *kind, mlpi_safetensors *file, mlp_error *err)
{
    mlp_error defect = {0};
    uint64_t length = 0;
    for (int i = PREFIX - 1; size >= PREFIX && i >= 0; i--)
        length = length << 8 | bytes[i];
    if (size < PREFIX || length > MOST_HEADER || length > size - PREFIX)
        return mlpi_fail_at(err, MLP_ERROR_MODEL, name, 0, 0, "is not a %s, or it is cut short",
                            kind);
    const mlp_status status =
        mlp_json_read((const char *)bytes + PREFIX, (size_t)length, &file->header, &defect);
    if (status == MLP_ERROR_MEMORY)
        return mlpi_fail_memory(err, name);
    if (status != MLP_OK)
        return mlpi_fail_at(err, MLP_ERROR_MODEL, name, 0, 0,
                            "is not a %s, or it is damaged: its header is not JSON (%s)", kind,
                            defect.message);
    file->tensors = bytes + PREFIX + length;
    file->size = size - PREFIX - (size_t)length;
    return MLP_OK;
}

void mlpi_safetensors_release(mlpi_safetensors *file)
{
    mlp_json_free(file->header);
    *file = (mlpi_safetensors){0};
}

static mlp_json_value facts_of(const mlpi_safetensors *file)
{
    return mlp_json_member(mlp_json_root(file->header), FACTS);
}

const char *mlpi_safetensors_fact(const mlpi_safetensors *file, const char *name)
{
    return mlp_json_text(mlp_json_member(facts_of(file), name));
}

bool mlpi_safetensors_is_sound(const mlpi_safetensors *file, uint64_t hash)
{
    char checksum[17];
    const char *found = mlpi_safetensors_fact(file, CHECKSUM);
    mlpi_hexadecimal(mlpi_hash(hash, file->tensors, file->size), checksum);
    return found != NULL && strcmp(found, checksum) == 0;
}

/* Whether a value is an array of exactly these numbers. */
static bool lists(mlp_json_value list, const uint64_t *numbers, size_t count)
{
    mlp_json_value item = mlp_json_first(list);
    if (mlp_json_kind_of(list) != MLP_JSON_ARRAY || mlp_json_count(list) != count)
        return false;
    for (size_t i = 0; i < count; i++, item = mlp_json_next(item)) {
        uint64_t found = 0;
        if (!mlp_json_whole(item, &found) || found != numbers[i])
            return false;
    }
    return true;
}

static bool describes(mlp_json_value entry, const mlpi_tensor *tensor, size_t first)
{
    const char *type = mlp_json_text(mlp_json_member(entry, "dtype"));
    const uint64_t shape[] = {tensor->shape[0], tensor->shape[1]};
    const uint64_t range[] = {first, first + tensor->size};
    return mlp_json_count(entry) == 3 && type != NULL && strcmp(type, tensor->type) == 0 &&
           lists(mlp_json_member(entry, "shape"), shape, tensor->dimensions) &&
           lists(mlp_json_member(entry, "data_offsets"), range, 2);
}

bool mlpi_safetensors_holds(const mlpi_safetensors *file, size_t fact_count,
                            const mlpi_tensor *tensors, size_t count)
{
    const mlp_json_value root = mlp_json_root(file->header);
    size_t first = 0;
    if (mlp_json_count(root) != count + 1 || mlp_json_count(facts_of(file)) != fact_count + 1)
        return false;
    for (size_t i = 0; i < count; first += tensors[i++].size)
        if (!describes(mlp_json_member(root, tensors[i].name), &tensors[i], first))
            return false;
    return first == file->size;
}
