/* SPDX-License-Identifier: MIT */
/* Readers of formats. A reader is an entry of the table in reader.c: it tells its files from
 * others, says which columns a table has, and adds rows to it, as many at a time as it is asked
 * for. */
#ifndef MLPI_READER_H
#define MLPI_READER_H

#include "bytes/source.h"
#include "data/table.h"

typedef struct mlpi_reader {
    const char *format;  /* as written after --format */
    const char *endings; /* names that end so: ".csv .data"; the last word of a name counts */
    const char *says;    /* what a file of the format is, for a notice: "JSON lines" */
    char separator;      /* of columns, by default */
    bool is_text;        /* bytes are made UTF-8 before they are read */
    bool by_pieces;      /* reads a plain file from any place on; else all bytes are in memory */
    size_t state;        /* bytes of its state, zeroed before it is opened */
    /* Whether the first bytes of a file can be of this format only; NULL: they never tell. */
    bool (*probe)(const unsigned char *head, size_t size);
    /* Gives the table its columns, their names and, where the format says more, their fields. The
     * source, the table and its options stay where they are until the reader is closed; the reader
     * may take over source->bytes as table->bytes. Bytes are checked before they are believed. */
    mlp_status (*open)(void *state, mlpi_source *source, mlp_table *table, mlp_error *err);
    /* Adds blocks of at least one row and about `most` rows to the table; no row: the end. */
    mlp_status (*next)(void *state, size_t most, mlp_error *err);
    /* Also when it could not be opened. */
    void (*close)(void *state);
} mlpi_reader;

/** Reader i = 0, 1, ...; NULL: there is none. */
const mlpi_reader *mlpi_reader_at(size_t i);

/** Chooses by the name of a format, else by the first bytes, else by the name of the file; standard
 * input, and text that is called otherwise, is CSV unless its bytes tell more. */
mlp_status mlpi_reader_find(const char *path, const char *format, const unsigned char *head,
                            size_t size, const mlpi_reader **reader, mlp_error *err);
/** Whether the name of the file tells this reader. */
bool mlpi_reader_reads(const mlpi_reader *reader, const char *path);

/** A table that is being read. It stays where it was opened. */
typedef struct mlpi_reading {
    const mlpi_reader *reader;
    mlpi_source source;
    void *state;
    mlp_table *table;
} mlpi_reading;

/** What is to be read, and how. */
typedef struct mlpi_request {
    const char *path;  /* "-": standard input */
    const void *bytes; /* these instead of a file, which path only names; NULL: none */
    size_t size;
    const mlp_read_options *options;
    const mlpi_reader *reader; /* which opens what the path says; NULL: the file's */
    bool whole;                /* not piece by piece, even where that can be */
    bool large;                /* the table's cells lie in a file, */
    const char *folder;        /* in this folder */
    struct mlpi_comm *ranks;   /* that read it together; NULL: this process alone */
} mlpi_request;

/** Opens a table, which has its columns and no rows yet. It is the caller's to free, after the
 * reading is closed. */
mlp_status mlpi_reading_open(const mlpi_request *request, mlpi_reading *reading, mlp_error *err);
/** The same without another attempt, as a `whole` or piece by piece. On failure *foreign tells that
 * it should be read as a whole. */
mlp_status mlpi_reading_try(const mlpi_request *request, bool whole, mlpi_reading *reading,
                            bool *foreign, mlp_error *err);
/** Adds blocks of about `most` rows to reading->table, from which blocks may have been taken away.
 * No row: the end. source.foreign may be set on failure: the file is to be read again as a whole.
 * */
mlp_status mlpi_reading_next(mlpi_reading *reading, size_t most, mlp_error *err);
void mlpi_reading_close(mlpi_reading *reading);

/** Reads all rows, about `most` at a time. request->options NULL: defaults. */
mlp_status mlpi_read_table(const mlpi_request *request, size_t most, mlp_table **table,
                           mlp_error *err);

/** Opens a table of which only some rows are in memory at a time, about `most`. The request's
 * strings are copied. */
mlp_status mlpi_stream_open(const mlpi_request *request, size_t most, mlp_table_stream **stream,
                            mlp_error *err);

/* --- several files (several.c) ----------------------------------------------------------------- */

/** The reader of several files, for a request that names further ones, or whose path is a pattern of
 * names and no file's; else NULL. source->name is the path; the source has no bytes. */
const mlpi_reader *mlpi_reader_of_several(const mlpi_request *request);

/* --- addresses of databases (address.c) ------------------------------------------------------- */

/** The connection string in "odbc:CONNECTION"; NULL: `path` is not a database. */
const char *mlpi_address_connection(const char *path);
/** A malloc'ed name for messages, in which passwords are masked, and bytes that are not UTF-8 are
 * written as \\xFC; NULL: out of memory. */
char *mlpi_address_shown(const char *path);
/** Overwrites passwords of the address where they stand in a text. */
void mlpi_address_hide(const char *path, char *text);
/** Reads what a query finds (database/). source->name is the address; the source has no bytes. */
extern const mlpi_reader mlpi_read_odbc;

#endif
