/* SPDX-License-Identifier: MIT */
/* Sources of bytes and readers of formats. Adding a format: one file with a read function, and its
 * line in the table of reader.c. */
#ifndef MLPI_READER_H
#define MLPI_READER_H

#include "data/table.h"

/** All bytes of a file ("-": standard input), unpacked when they are gzip. *bytes is malloc'ed with
 * one more byte (0) behind the last. */
mlp_status mlpi_source_read(const char *path, char **bytes, size_t *size, mlp_error *err);

/** Unpacks gzip bytes into a new malloc'ed block; takes over *bytes. Bytes that are no gzip stay as
 * they are. */
mlp_status mlpi_source_unpack(const char *name, char **bytes, size_t *size, mlp_error *err);

/** A text in memory, which is UTF-8 and has a closing 0, or in a plain file, which may be any. */
typedef struct mlpi_text {
    const char *name;
    const char *bytes;  /* NULL: in the file */
    int file;           /* a descriptor; -1: none */
    size_t begin, size; /* begin: behind a byte-order mark of UTF-8 */
} mlpi_text;

/** Opens a file as a text. Errors: MLP_ERROR_DATA (it cannot be read, or is known to be no table).
 * text->file is -1, and the result MLP_OK, where it cannot be read piece by
 * piece: standard input, a pipe, gzip data. Close with mlpi_text_close. */
mlp_status mlpi_text_open(const char *path, mlpi_text *text, mlp_error *err);
void mlpi_text_close(mlpi_text *text);
/** Reads `size` bytes of a file from a place on; by several threads at the same time. */
mlp_status mlpi_text_read(const mlpi_text *text, size_t from, size_t size, char *bytes,
                          mlp_error *err);

/** Fills an empty table from bytes (a malloc'ed block with a closing 0). *bytes stays the caller's,
 * but a reader may keep it and set it to NULL. */
typedef mlp_status (*mlpi_read)(mlp_table *table, char **bytes, size_t size, mlp_error *err);
/** The same from a text. *foreign: it turned out to be no UTF-8, and the table is to be thrown away. */
typedef mlp_status (*mlpi_read_text)(mlp_table *table, const mlpi_text *text, bool *foreign,
                                     mlp_error *err);

mlp_status mlpi_read_csv(mlp_table *table, const mlpi_text *text, bool *foreign, mlp_error *err);
mlp_status mlpi_read_idx(mlp_table *table, char **bytes, size_t size, mlp_error *err);
mlp_status mlpi_read_proben(mlp_table *table, char **bytes, size_t size, mlp_error *err);

typedef struct mlpi_reader {
    const char *format;       /* as written after --format */
    const char *extensions;   /* names that end so: ".csv .data"; the last word of a name counts */
    char separator;           /* default */
    bool is_text;             /* bytes are made UTF-8 before they are read */
    mlpi_read read;           /* one of these two: all bytes, */
    mlpi_read_text read_text; /* or a text */
} mlpi_reader;

/** Refuses what begins like a file that is known to be no table, with the way out. */
mlp_status mlpi_foreign_refuse(const char *name, const char *bytes, size_t size, mlp_error *err);
/** Refuses an address (https://...) in place of a file. */
mlp_status mlpi_foreign_refuse_address(const char *path, mlp_error *err);

/** The reader for a format name, or by the name of the file when `format` is NULL. */
mlp_status mlpi_reader_find(const char *path, const char *format, const mlpi_reader **reader,
                            mlp_error *err);

#endif
