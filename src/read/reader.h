/* SPDX-License-Identifier: MIT */
/* Readers of file formats. A reader is an entry of the table in reader.c: it recognises its files,
 * declares the columns of a table, and adds about as many rows at a time as its caller asks for. */
#ifndef MLPI_READER_H
#define MLPI_READER_H

#include "bytes/source.h"
#include "data/table.h"

typedef struct mlpi_reader {
    const char *format;  /* as written after --format */
    const char *endings; /* endings of file names, separated by spaces: ".csv .data" */
    const char *says;    /* the description of a file in a notice: "JSON lines" */
    char separator;      /* the default separator of columns; '\0': not delimited text */
    bool is_text;        /* bytes are converted to UTF-8 before they are read */
    bool by_pieces;      /* reads a plain file piece by piece; else needs all its bytes in memory */
    size_t state;        /* size of the state in bytes; the state is zeroed before `open` */
    /* Returns whether a file with these first bytes can only be of this format; NULL: the first
     * bytes never show the format. */
    bool (*probe)(const unsigned char *head, size_t size);
    /* Gives the table its columns, their names and, where the format declares more, their fields.
     * The source, the table and its options do not move until the reader is closed; the reader may
     * take over source->bytes as table->bytes. Sizes that the file declares are checked before
     * use. */
    mlp_status (*open)(void *state, mlpi_source *source, mlp_table *table, mlp_error *err);
    /* Adds about `most` rows, and at least one, to the table as blocks; adds none at the end. */
    mlp_status (*next)(void *state, size_t most, mlp_error *err);
    /* Releases what the state holds; called after a failed `open`, too. */
    void (*close)(void *state);
} mlpi_reader;

/** Reader i = 0, 1, ...; NULL: there are no more. */
const mlpi_reader *mlpi_reader_at(size_t i);

/** Chooses a reader by the name of the format, else by the first bytes, else by the name of the
 * file. If none of these determines the reader, standard input and text are read as CSV. */
mlp_status mlpi_reader_find(const char *path, const char *format, const unsigned char *head,
                            size_t size, const mlpi_reader **reader, mlp_error *err);
/** Whether the name of a file has one of the endings of this reader. */
bool mlpi_reader_reads(const mlpi_reader *reader, const char *path);

/** A table that is being read. Must not be moved while it is open, since the reader points into
 * it. */
typedef struct mlpi_reading {
    const mlpi_reader *reader;
    mlpi_source source;
    void *state;
    mlp_table *table;
} mlpi_reading;

/** A table to read, and how to read it. */
typedef struct mlpi_request {
    const char *path;  /* "-": standard input */
    const void *bytes; /* used instead of a file, with the name `path`; NULL: a file is read */
    size_t size;
    const mlp_read_options *options;
    const mlpi_reader *reader; /* the reader to use; NULL: one is chosen for the file */
    bool whole;              /* all bytes are loaded, even if the reader can read piece by piece */
    bool large;              /* the table's cells are kept in a temporary file */
    const char *folder;      /* folder of the temporary file; NULL: the folder that
                                mlpi_scratch_open chooses */
    struct mlpi_comm *ranks; /* processes that share the reading; NULL: this process reads alone */
} mlpi_request;

/** Opens reading->table, which has its columns but no rows yet. The caller frees the table after
 * the reading is closed. */
mlp_status mlpi_reading_open(const mlpi_request *request, mlpi_reading *reading, mlp_error *err);
/** One attempt of mlpi_reading_open: the first, piece by piece, or the second, with all bytes in
 * memory (`whole`). On failure *foreign states whether the second attempt can succeed. */
mlp_status mlpi_reading_try(const mlpi_request *request, bool whole, mlpi_reading *reading,
                            bool *foreign, mlp_error *err);
/** Adds about `most` rows as blocks to reading->table, whose earlier blocks may have been removed;
 * adds none at the end. On failure reading->source.foreign states whether reading again with
 * `whole` can succeed. */
mlp_status mlpi_reading_next(mlpi_reading *reading, size_t most, mlp_error *err);
void mlpi_reading_close(mlpi_reading *reading);

/** Reads all rows, about `most` at a time. request->options NULL: defaults. */
mlp_status mlpi_read_table(const mlpi_request *request, size_t most, mlp_table **table,
                           mlp_error *err);

/** Opens a table of which only about `most` rows are in memory at a time. The request's strings are
 * copied. */
mlp_status mlpi_stream_open(const mlpi_request *request, size_t most, mlp_table_stream **stream,
                            mlp_error *err);

/* --- several files (several.c) ---------------------------------------------------------------- */

/** The reader of several files, if the request names further files, or if its path is a pattern and
 * no file has that name; else NULL. The source of this reader has no bytes, and its name is the
 * path. */
const mlpi_reader *mlpi_reader_of_several(const mlpi_request *request);

/* --- addresses of databases (address.c) ------------------------------------------------------- */

/** The connection string in "odbc:CONNECTION"; NULL: `path` is not the address of a database. */
const char *mlpi_address_connection(const char *path);
/** A malloc'ed name for messages, in which passwords are masked and bytes that are not UTF-8 become
 * escapes such as \\xFC; NULL: out of memory. */
char *mlpi_address_shown(const char *path);
/** Overwrites with asterisks every occurrence in `text` of a password of the address. */
void mlpi_address_hide(const char *path, char *text);
/** Reads the result of a query (database/). The source of this reader has no bytes, and its name is
 * the address. */
extern const mlpi_reader mlpi_read_odbc;

#endif
