/* SPDX-License-Identifier: MIT */
/* Reads tables as a whole. */
#include "base/base.h"
#include "ranks/ranks.h"
#include "read/reader.h"

/* --- whole tables ----------------------------------------------------------------------------- */

static mlp_status read_rows(mlpi_reading *reading, size_t most, mlp_error *err)
{
    size_t before = 0;
    do {
        before = reading->table->rows;
        MLPI_TRY(mlpi_reading_next(reading, most, err));
    } while (reading->table->rows > before);
    return mlpi_table_settle(reading->table, err);
}

static mlp_status read_once(const mlpi_request *request, bool whole, size_t most, mlp_table **table,
                            bool *foreign, mlp_error *err)
{
    mlpi_reading reading;
    MLPI_TRY(mlpi_reading_try(request, whole, &reading, foreign, err));
    const mlp_status status = read_rows(&reading, most, err);
    *foreign = reading.source.foreign;
    mlpi_reading_close(&reading);
    if (status == MLP_OK)
        *table = reading.table;
    else
        mlp_table_free(reading.table);
    return status;
}

mlp_status mlpi_read_table(const mlpi_request *request, size_t most, mlp_table **table,
                           mlp_error *err)
{
    const mlp_read_options defaults = mlp_read_options_default();
    mlpi_request made = *request;
    bool foreign = false;
    made.options = request->options != NULL ? request->options : &defaults;
    made.reader = mlpi_reader_of_several(request);
    const mlp_status status = read_once(&made, false, most, table, &foreign, err);
    return foreign ? read_once(&made, true, most, table, &foreign, err) : status;
}

mlp_status mlp_table_read(const char *path, const mlp_read_options *options, mlp_table **table,
                          mlp_error *err)
{
    return mlpi_read_table(&(mlpi_request){.path = path, .options = options}, SIZE_MAX, table, err);
}

mlp_status mlp_table_read_large(const char *path, const mlp_read_options *options,
                                const char *folder, mlp_table **table, mlp_error *err)
{
    const mlpi_request request = {
        .path = path, .options = options, .large = true, .folder = folder};
    return mlpi_read_table(&request, SIZE_MAX, table, err);
}

mlp_status mlp_table_read_shared(const char *path, const mlp_read_options *options,
                                 const mlp_ranks *ranks, bool large, const char *folder,
                                 mlp_table **table, mlp_error *err)
{
    mlpi_comm comm = {.way_out = "start all ranks again"};
    if (ranks != NULL && ranks->ranks > 1)
        MLPI_TRY(mlpi_comm_begin(&comm, ranks, err));
    const mlpi_request request = {.path = path,
                                  .options = options,
                                  .large = large,
                                  .folder = folder,
                                  .ranks = comm.face.ranks > 1 ? &comm : NULL};
    return mlpi_read_table(&request, SIZE_MAX, table, err);
}

mlp_status mlp_table_read_memory(const void *bytes, size_t size, const char *name,
                                 const mlp_read_options *options, mlp_table **table, mlp_error *err)
{
    const mlpi_request request = {
        .path = name, .bytes = bytes != NULL ? bytes : "", .size = size, .options = options};
    return mlpi_read_table(&request, SIZE_MAX, table, err);
}
