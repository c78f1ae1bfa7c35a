/* SPDX-License-Identifier: MIT */
/* Opens a source and the reader of its format, which reads a table from it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "bytes/encoding.h"
#include "bytes/foreign.h"
#include "data/spill.h"
#include "read/reader.h"

/* --- opening ---------------------------------------------------------------------------------- */

static bool is_database(const mlpi_request *request)
{
    return request->bytes == NULL && mlpi_address_connection(request->path) != NULL;
}

static mlp_status check_query(const mlpi_request *request, mlp_error *err)
{
    const bool asks = request->options->query != NULL;
    if (asks == is_database(request))
        return MLP_OK;
    char name[256];
    (void)mlp_source_name(request->path, name, sizeof name);
    return mlpi_fail(
        err, MLP_ERROR_ARGUMENT,
        asks ? "`query` is for a database, odbc:CONNECTION, but %s is not one"
             : "%s: a database needs `query`, for instance SELECT * FROM table ORDER BY id",
        name);
}

static mlp_status begin_table(const mlpi_reading *reading, const mlpi_request *request,
                              mlp_table **table, mlp_error *err)
{
    const mlp_read_options *options = request->options;
    mlp_table *made = calloc(1, sizeof *made);
    mlp_status status =
        made != NULL && (made->source = mlpi_address_shown(reading->source.name)) != NULL
            ? mlpi_read_options_copy(options, &made->options, err)
            : mlpi_fail_memory(err, "a table");
    if (status == MLP_OK && reading->reader->is_text)
        status = mlpi_text_check_options(options, err);
    if (status == MLP_OK && request->large)
        status = mlpi_spill_open(request->folder, &made->spill, err);
    if (status != MLP_OK) {
        mlp_table_free(made);
        return status;
    }
    made->decimal = '.';
    made->usual_separator = reading->reader->separator;
    *table = made;
    return MLP_OK;
}

static mlp_status choose_reader(const mlpi_request *request, mlpi_reading *reading, mlp_error *err)
{
    unsigned char head[512];
    const mlpi_source *source = &reading->source;
    if (is_database(request)) {
        reading->reader = &mlpi_read_odbc;
        return MLP_OK;
    }
    if (request->reader != NULL) {
        reading->reader = request->reader;
        return MLP_OK;
    }
    const size_t left = source->size - source->begin;
    const size_t size = left < sizeof head ? left : sizeof head;
    MLPI_TRY(mlpi_source_read(source, source->begin, size, (char *)head, err));
    MLPI_TRY(mlpi_reader_find(request->path, request->options->format, head, size, &reading->reader,
                              err));
    return reading->reader->is_text ? mlpi_foreign_refuse(source->name, head, size, err) : MLP_OK;
}

/* Adds a notice if the first bytes of the file, and not its name, decided the format. */
static mlp_status say_choice(const mlpi_reading *reading, const char *path, mlp_error *err)
{
    char sentence[160];
    if (reading->table->options.format != NULL || reading->reader->probe == NULL ||
        strcmp(path, "-") == 0 || mlpi_reader_reads(reading->reader, path))
        return MLP_OK;
    snprintf(sentence, sizeof sentence, "Read as %s (detected; `format` overrides this).",
             reading->reader->says);
    return mlpi_table_say(reading->table, sentence, err);
}

/* Loads all bytes unless they are to be read piece by piece, and converts loaded text to UTF-8. */
static mlp_status prepare(mlpi_reading *reading, bool whole, mlp_error *err)
{
    mlpi_source *source = &reading->source;
    mlp_table *table = reading->table;
    const bool is_text = reading->reader->is_text;
    if (whole || !reading->reader->by_pieces || (is_text && table->options.encoding != NULL))
        MLPI_TRY(mlpi_source_load(source, err));
    if (!is_text || source->bytes == NULL)
        return MLP_OK;
    return mlpi_text_decode(table->source, &table->options, &source->bytes, &source->size,
                            &table->notice, err);
}

static mlp_status open_source(const mlpi_request *request, mlpi_source *source, mlp_error *err)
{
    MLPI_TRY(check_query(request, err));
    if (is_database(request) || request->reader != NULL) {
        source->name = request->path;
        return MLP_OK;
    }
    if (request->bytes != NULL)
        return mlpi_source_of_memory(request->path, request->bytes, request->size, source, err);
    MLPI_TRY(mlpi_foreign_refuse_address(request->path, err));
    return mlpi_source_open(request->path, source, err);
}

static mlp_status open_reader(const mlpi_request *request, bool whole, mlpi_reading *reading,
                              mlp_error *err)
{
    MLPI_TRY(choose_reader(request, reading, err));
    MLPI_TRY(begin_table(reading, request, &reading->table, err));
    MLPI_TRY(say_choice(reading, request->path, err));
    MLPI_TRY(prepare(reading, whole || request->whole, err));
    reading->state = mlpi_allocate(1, reading->reader->state);
    if (reading->state == NULL)
        return mlpi_fail_memory(err, "a reader");
    return reading->reader->open(reading->state, &reading->source, reading->table, err);
}

mlp_status mlpi_reading_try(const mlpi_request *request, bool whole, mlpi_reading *reading,
                            bool *foreign, mlp_error *err)
{
    *reading = (mlpi_reading){.source = {.file = -1}};
    MLPI_TRY(open_source(request, &reading->source, err));
    reading->source.ranks = request->ranks;
    const mlp_status status = open_reader(request, whole, reading, err);
    *foreign = reading->source.foreign;
    if (status == MLP_OK)
        return MLP_OK;
    mlpi_reading_close(reading);
    mlp_table_free(reading->table);
    return status;
}

void mlpi_reading_close(mlpi_reading *reading)
{
    if (reading->state != NULL)
        reading->reader->close(reading->state);
    mlpi_free(reading->state);
    mlpi_source_close(&reading->source);
    reading->state = NULL;
}

mlp_status mlpi_reading_open(const mlpi_request *request, mlpi_reading *reading, mlp_error *err)
{
    bool foreign = false;
    const mlp_status status = mlpi_reading_try(request, false, reading, &foreign, err);
    return foreign ? mlpi_reading_try(request, true, reading, &foreign, err) : status;
}

mlp_status mlpi_reading_next(mlpi_reading *reading, size_t most, mlp_error *err)
{
    return reading->reader->next(reading->state, most, err);
}
