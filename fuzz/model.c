/* SPDX-License-Identifier: MIT */
/* Model files with the right checksum, so that the code behind the check of the checksum is
 * reached. The first line of an input is the description (the JSON that a model file keeps as
 * text); the second line is the rest of the header, or empty: then the harness makes a header that
 * fits the description; the tensors follow. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "fuzz.h"

enum { MOST_LAYERS = 8, MOST_FLOATS = 20000 };

/* Finds the sizes of a network in its description without a parser: "inputs" and all "units".
 * Returns the number of layers. */
static size_t find_sizes(const char *metadata, size_t sizes[MOST_LAYERS + 1])
{
    static const char inputs[] = "\"inputs\":", units[] = "\"units\":";
    size_t count = 1;
    const char *at = strstr(metadata, inputs);
    sizes[0] = at != NULL ? strtoul(at + sizeof inputs - 1, NULL, 10) : 0;
    at = metadata;
    while (count <= MOST_LAYERS && (at = strstr(at, units)) != NULL) {
        at += sizeof units - 1;
        sizes[count++] = strtoul(at, NULL, 10);
    }
    return count - 1;
}

static void put_tensor(FILE *to, size_t layer, const char *what, const char *shape, size_t *at,
                       size_t count)
{
    fprintf(to, ",\"layer%zu.%s\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[%zu,%zu]}",
            layer, what, shape, 4 * *at, 4 * (*at + count));
    *at += count;
}

/* Writes the tensors' part of the header; returns the number of floats in the tensors; 0: too
 * many. */
static size_t make_tensors(FILE *to, const char *metadata)
{
    size_t sizes[MOST_LAYERS + 1], at = 0, total = 0;
    char shape[64];
    const size_t layers = find_sizes(metadata, sizes);
    for (size_t l = 1; l <= layers; l++) {
        if (sizes[l] > MOST_FLOATS || sizes[l - 1] > MOST_FLOATS)
            return 0;
        total += sizes[l] * (sizes[l - 1] + 1);
        if (total > MOST_FLOATS)
            return 0;
    }
    for (size_t l = 1; l <= layers; l++) {
        snprintf(shape, sizeof shape, "%zu,%zu", sizes[l], sizes[l - 1]);
        put_tensor(to, l, "weight", shape, &at, sizes[l] * sizes[l - 1]);
    }
    for (size_t l = 1; l <= layers; l++) {
        snprintf(shape, sizeof shape, "%zu", sizes[l]);
        put_tensor(to, l, "bias", shape, &at, sizes[l]);
    }
    return total;
}

static void put_string(FILE *to, const char *text)
{
    fputc('"', to);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            fprintf(to, "\\%c", *text);
        else if ((unsigned char)*text < 0x20)
            fprintf(to, "\\u%04x", (unsigned)*text);
        else
            fputc(*text, to);
    }
    fputc('"', to);
}

/* Returns the whole file, malloc'ed. */
static char *make_file(const char *metadata, const char *line, fuzz_input *input, size_t *size)
{
    char *file = NULL, *header = NULL;
    size_t header_size = 0;
    FILE *to = open_memstream(&header, &header_size);
    if (to == NULL)
        return NULL;
    char *tensors = NULL;
    size_t tensors_size = 0, floats = 0;
    FILE *rest = open_memstream(&tensors, &tensors_size);
    if (rest != NULL && line[0] == '\0')
        floats = make_tensors(rest, metadata);
    else if (rest != NULL)
        fprintf(rest, ",%s", line);
    if (rest != NULL)
        fclose(rest);
    /* Tensors of the harness's header get all their numbers: those of the input, then zeros. */
    const size_t bytes = floats > 0 ? 4 * floats : input->size;
    uint8_t *numbers = calloc(bytes + 1, 1);
    if (numbers != NULL)
        memcpy(numbers, input->bytes, bytes < input->size ? bytes : input->size);
    uint64_t hash = mlpi_hash(MLPI_HASH_START, metadata, strlen(metadata));
    hash = mlpi_hash(hash, numbers, bytes);
    fprintf(to, "{\"__metadata__\":{\"mlp\":");
    put_string(to, metadata);
    fprintf(to, ",\"checksum\":\"%016" PRIx64 "\"}%s}", hash, tensors != NULL ? tensors : "");
    fflush(to);
    while (header_size % 8 != 0) {
        fputc(' ', to);
        fflush(to);
    }
    fclose(to);
    *size = 8 + header_size + bytes;
    file = malloc(*size);
    if (file != NULL && header != NULL && numbers != NULL) {
        for (int i = 0; i < 8; i++)
            file[i] = (char)(header_size >> (8 * i));
        memcpy(file + 8, header, header_size);
        memcpy(file + 8 + header_size, numbers, bytes);
    }
    free(header);
    free(tensors);
    free(numbers);
    return file;
}

static void use(const mlp_model *model, uint64_t choice)
{
    static const struct {
        bool names;
        size_t fewer;
    } tables[] = {{true, 0}, {false, 0}, {false, 1}, {false, SIZE_MAX}};
    if (mlp_model_column_count(model) > 200)
        return;
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        mlp_predictions predictions;
        mlp_table *table = fuzz_table_of(model, tables[i].names, tables[i].fewer);
        if (i == choice % 2)
            fuzz_use_model(model, table, choice / 2);
        else if (table != NULL && mlp_model_predict(model, table, 1, &predictions, NULL) == MLP_OK)
            mlp_predictions_release(&predictions);
        mlp_table_free(table);
    }
}

void fuzz_one(const uint8_t *bytes, size_t size)
{
    fuzz_input input = {bytes, size};
    mlp_model *model = NULL;
    mlp_error err = {0};
    char *metadata = fuzz_line(&input), *line = fuzz_line(&input);
    size_t file_size = 0;
    char *file =
        metadata != NULL ? make_file(metadata, line != NULL ? line : "", &input, &file_size) : NULL;
    if (file != NULL) {
        fuzz_heap_begin(file_size);
        const mlp_status status = mlp_model_load_memory(file, file_size, "m.mlp", &model, &err);
        fuzz_heap_end("loading a model");
        if (status == MLP_OK)
            use(model, mlpi_hash(MLPI_HASH_START, bytes, size));
        else if (err.message[0] == '\0' || model != NULL)
            fuzz_finding("a model is refused without a word");
    }
    mlp_model_free(model);
    free(file);
    free(metadata);
    free(line);
}
