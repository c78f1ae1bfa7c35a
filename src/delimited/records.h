/* SPDX-License-Identifier: MIT */
/* Splits delimited text into records of cells (RFC 4180, and deviations that real files have). */
#ifndef MLPI_RECORDS_H
#define MLPI_RECORDS_H

#include "base/base.h"
#include "data/table.h"

/** The position in a text that is being split; all or a part of the text is in memory. */
typedef struct mlpi_splitter {
    const mlp_table *table;
    const char *at, *end; /* position; end of the text in memory (a 0 follows the whole text) */
    const char *stop;     /* records that begin here or later are left to other splitters */
    size_t line;
    char separator; /* ' ': runs of spaces and tabs */
    mlpi_builder builder;
    char *unquoted; /* buffer for a cell that contains quotes */
    size_t unquoted_room;
    mlp_error *err;
} mlpi_splitter;

/** Goes to the next record that begins before splitter->stop. false: there is no such record. */
bool mlpi_record_find(mlpi_splitter *splitter);
/** Adds the record at the current position to the builder, and goes to the next line. Errors:
 * MLP_ERROR_DATA (with line and column), MLP_ERROR_MEMORY. */
mlp_status mlpi_record_take(mlpi_splitter *splitter);
/** Splits the record at the current position into cells, of which the first `most` are kept, and
 * goes to the next line. *count is the number of all cells. A cell that contains quotes becomes
 * '"', which is enough to show that the cell is a text. */
mlp_status mlpi_record_cells(mlpi_splitter *splitter, mlpi_span *cells, size_t most, size_t *count);
/** Counts the columns and the bytes of the record at the current position without moving. If there
 * is only one column, *hint becomes the name of another separator that the record holds, or NULL;
 * else *hint is unchanged. */
mlp_status mlpi_record_measure(mlpi_splitter *splitter, size_t *columns, size_t *length,
                               const char **hint);
/** Takes the record at the current position as the names of the table's columns, and goes to the
 * next line. */
mlp_status mlpi_record_names(mlpi_splitter *splitter, mlp_table *table);

#endif
