/* SPDX-License-Identifier: MIT */
/* Reading a table: from a source, by way of a reader. */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "data/spill.h"
#include "read/encoding.h"
#include "read/reader.h"

/* How a table is read. */
typedef struct wish {
    const mlp_read_options *options;
    bool large;         /* its cells lie in a file, */
    const char *folder; /* in this folder */
} wish;

static mlp_status begin_table(const char *name, const wish *how, const mlpi_reader *reader,
                              mlp_table **table, mlp_error *err)
{
    const mlp_read_options *options = how->options;
    mlp_table *made = calloc(1, sizeof *made);
    mlp_status status = made != NULL && (made->source = mlpi_utf8_copy(name)) != NULL
                            ? mlpi_read_options_copy(options, &made->options, err)
                            : mlpi_fail_memory(err, "a table");
    if (status == MLP_OK && reader->is_text)
        status = mlpi_text_check_options(options, err);
    if (status == MLP_OK && how->large)
        status = mlpi_spill_open(how->folder, &made->spill, err);
    if (status != MLP_OK) {
        mlp_table_free(made);
        return status;
    }
    made->decimal = '.';
    made->usual_separator = reader->separator;
    *table = made;
    return MLP_OK;
}

/* Text is made UTF-8 first. */
static mlp_status fill(mlp_table *table, const mlpi_reader *reader, char **bytes, size_t size,
                       mlp_error *err)
{
    bool foreign = false;
    if (reader->is_text)
        MLPI_TRY(
            mlpi_text_decode(table->source, &table->options, bytes, &size, &table->notice, err));
    const mlpi_text text = {.name = table->source, .bytes = *bytes, .file = -1, .size = size};
    MLPI_TRY(reader->read_text != NULL ? reader->read_text(table, &text, &foreign, err)
                                       : reader->read(table, bytes, size, err));
    return mlpi_table_settle(table, err);
}

/* Takes over bytes, also on failure. */
static mlp_status read_bytes(const char *name, const wish *how, const mlpi_reader *reader,
                             char *bytes, size_t size, mlp_table **table, mlp_error *err)
{
    mlp_table *made = NULL;
    mlp_status status = begin_table(name, how, reader, &made, err);
    if (status == MLP_OK)
        status = fill(made, reader, &bytes, size, err);
    free(bytes);
    if (status == MLP_OK)
        *table = made;
    else
        mlp_table_free(made);
    return status;
}

/* Reads a file piece by piece, where that can be done: *table stays NULL where not. */
static mlp_status read_pieces(const char *path, const wish *how, const mlpi_reader *reader,
                              mlp_table **table, mlp_error *err)
{
    mlpi_text text;
    mlp_table *made = NULL;
    bool foreign = false;
    if (reader->read_text == NULL || how->options->encoding != NULL)
        return MLP_OK;
    MLPI_TRY(mlpi_text_open(path, &text, err));
    if (text.file < 0)
        return MLP_OK;
    mlp_status status = begin_table(path, how, reader, &made, err);
    if (status == MLP_OK)
        status = reader->read_text(made, &text, &foreign, err);
    if (status == MLP_OK && !foreign)
        status = mlpi_table_settle(made, err);
    mlpi_text_close(&text);
    if (status == MLP_OK && !foreign)
        *table = made;
    else
        mlp_table_free(made);
    return status;
}

static mlp_status read_table(const char *path, const wish *how, mlp_table **table, mlp_error *err)
{
    const mlp_read_options *options = how->options;
    const mlpi_reader *reader = NULL;
    mlp_table *made = NULL;
    char *bytes = NULL;
    size_t size = 0;
    MLPI_TRY(mlpi_foreign_refuse_address(path, err));
    mlp_status status = mlpi_reader_find(path, options->format, &reader, err);
    if (status == MLP_ERROR_DATA) { /* the name does not tell; the file may tell more */
        mlpi_text text;
        MLPI_TRY(mlpi_text_open(path, &text, err));
        mlpi_text_close(&text);
        status = mlpi_reader_find(path, options->format, &reader, err);
    }
    MLPI_TRY(status);
    MLPI_TRY(read_pieces(path, how, reader, &made, err));
    if (made == NULL) {
        MLPI_TRY(mlpi_source_read(path, &bytes, &size, err));
        const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
        MLPI_TRY(read_bytes(name, how, reader, bytes, size, &made, err));
    }
    *table = made;
    return MLP_OK;
}

mlp_status mlp_table_read(const char *path, const mlp_read_options *options, mlp_table **table,
                          mlp_error *err)
{
    const mlp_read_options defaults = mlp_read_options_default();
    return read_table(path, &(wish){.options = options != NULL ? options : &defaults}, table, err);
}

mlp_status mlp_table_read_large(const char *path, const mlp_read_options *options,
                                const char *folder, mlp_table **table, mlp_error *err)
{
    const mlp_read_options defaults = mlp_read_options_default();
    const wish how = {options != NULL ? options : &defaults, true, folder};
    return read_table(path, &how, table, err);
}

mlp_status mlp_table_read_memory(const void *bytes, size_t size, const char *name,
                                 const mlp_read_options *options, mlp_table **table, mlp_error *err)
{
    const mlp_read_options defaults = mlp_read_options_default();
    const mlpi_reader *reader = NULL;
    options = options != NULL ? options : &defaults;
    MLPI_TRY(mlpi_reader_find(name, options->format, &reader, err));
    char *copy = mlpi_copy_text(bytes, size);
    if (copy == NULL)
        return mlpi_fail_memory(err, name);
    const mlp_status status = mlpi_source_unpack(name, &copy, &size, err);
    if (status != MLP_OK) {
        free(copy);
        return status;
    }
    return read_bytes(name, &(wish){.options = options}, reader, copy, size, table, err);
}
