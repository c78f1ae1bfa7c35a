/* SPDX-License-Identifier: MIT */
/* Splits delimited text into records of cells (RFC 4180, and what real files do besides). */
#ifndef MLPI_RECORDS_H
#define MLPI_RECORDS_H

#include "base/base.h"
#include "data/table.h"

/** Goes through a text, of which all or a part is at hand. */
typedef struct mlpi_splitter {
    const mlp_table *table;
    const char *at, *end; /* of the text at hand; behind the whole text is a 0 */
    const char *stop;     /* what begins here or behind it is for others */
    size_t line;
    char separator; /* ' ': runs of spaces and tabs */
    mlpi_builder builder;
    char *unquoted; /* room for a cell that has quotes inside */
    size_t unquoted_room;
    mlp_error *err;
} mlpi_splitter;

/** Goes to the next record before splitter->stop. false: there is none. */
bool mlpi_record_find(mlpi_splitter *splitter);
/** Adds the record that begins here to the builder, and goes behind it. Errors: MLP_ERROR_DATA
 * (line and column), MLP_ERROR_MEMORY. */
mlp_status mlpi_record_take(mlpi_splitter *splitter);
/** Splits the record that begins here into cells, of which the first `most` are kept, and goes
 * behind it; *count are all. Of a cell with quotes inside only '"' is kept: it is some text. */
mlp_status mlpi_record_cells(mlpi_splitter *splitter, mlpi_span *cells, size_t most, size_t *count);
/** Counts the columns of the record that begins here, and its bytes; stays where it is. `hint`
 * becomes what seems to separate its columns when there is only one, or stays. */
mlp_status mlpi_record_measure(mlpi_splitter *splitter, size_t *columns, size_t *length,
                               const char **hint);
/** Takes the record as the names of the table's columns, and goes behind it. */
mlp_status mlpi_record_names(mlpi_splitter *splitter, mlp_table *table);

#endif
