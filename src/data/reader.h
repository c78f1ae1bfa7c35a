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

/** Fills an empty table from bytes (a malloc'ed block with a closing 0). *bytes stays the caller's,
 * but a reader may keep it and set it to NULL. */
typedef mlp_status (*mlpi_read)(mlp_table *table, char **bytes, size_t size, mlp_error *err);

mlp_status mlpi_read_csv(mlp_table *table, char **bytes, size_t size, mlp_error *err);
mlp_status mlpi_read_idx(mlp_table *table, char **bytes, size_t size, mlp_error *err);
mlp_status mlpi_read_proben(mlp_table *table, char **bytes, size_t size, mlp_error *err);

typedef struct mlpi_reader {
    const char *format;     /* as written after --format */
    const char *extensions; /* names that end so: ".csv .data"; the last word of a name counts */
    char separator;         /* default */
    bool is_text;           /* bytes are made UTF-8 before they are read */
    mlpi_read read;
} mlpi_reader;

/** The reader for a format name, or by the name of the file when `format` is NULL. */
mlp_status mlpi_reader_find(const char *path, const char *format, const mlpi_reader **reader,
                            mlp_error *err);

/** Gives the table names column1, column2, ... where none are set; checks that names differ. */
mlp_status mlpi_table_finish_names(mlp_table *table, mlp_error *err);

#endif
