/* SPDX-License-Identifier: MIT */
/* Tables: what a data file holds, before anything is made of it.
 *
 * A table has named columns and rows of text cells (CSV, TSV, PROBEN1) or of byte pixels with a
 * label column (IDX images). Which columns are numbers, which categories, and how they become
 * network inputs is decided at training and kept in the model. */
#ifndef MLP_TABLE_H
#define MLP_TABLE_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/ranks.h"

MLP_BEGIN_DECLS

/** Most columns that a table may have. */
#define MLP_MAX_COLUMNS 1000000

typedef struct mlp_table mlp_table;

/** How to read a data file. Zeroed = all defaults (mlp_read_options_default does that). */
typedef struct mlp_read_options {
    /** "csv", "tsv", "jsonl", "npy", "npz", "arff", "libsvm", "fann", "idx" or "proben1"; NULL: by the first bytes
     * where they can be of one format only, else by the name (.csv .data .txt .dat .test .train
     * .tes .tra: csv; .tsv .tab; .jsonl .ndjson; .npy; .npz; .arff; .libsvm .svmlight .svm; IDX by *-ubyte or
     * .idx; PROBEN1 by .dt; a further .gz or .zst is allowed).
     * Databases do not look at it */
    const char *format;
    char separator; /**< field separator; 0: what gives every record as many columns, by preference
                       ',' for csv and tab for tsv. ' ' means runs of spaces and tabs */
    char decimal;   /**< what stands before decimals, '.' or ','; 0: as the numbers tell */
    char decimal_if_unclear; /**< 0 decimal: what is taken where numbers tell nothing; 0: '.'; '?':
                                data with a number that may be read both ways are refused */
    bool no_header; /**< the first record is data; columns are then named column1, column2, ... */
    bool header;    /**< the first record are names. Neither: data where numbers stand in it
                       wherever numbers stand below, else names */
    /** texts that mean "no value", besides the built-in "" NA NaN nan NULL null ?, and besides N/A
     * n/a \#N/A \<NA\> None none - . in columns of numbers */
    mlp_names missing;
    char comment;           /**< lines that begin with this character are skipped; 0: none */
    const char *labels;     /**< IDX: file with the labels; NULL: the table has no label column */
    const char *label_trim; /**< characters taken off the end of every cell of the target column,
                               e.g. "."; NULL: none */
    /** what the text is written in, a name that iconv knows ("windows-1252", "utf-8"); NULL:
     * recognised. Formats of bytes (IDX) do not look at it */
    const char *encoding;
    /** NULL encoding: what text is taken for that has no byte-order mark, is not UTF-16 by its zero
     * bytes and no UTF-8; NULL: Windows-1252 */
    const char *encoding_if_unclear;
    /** what to ask a database, in SQL ("SELECT * FROM t ORDER BY id"): needed where the path is
     * "odbc:CONNECTION", and NULL where it is not. The order of rows decides which of them validate,
     * so that a query without ORDER BY may give another model each time. */
    const char *query;
    /** more files, or patterns, that are one table with the path, in this order; none of bytes in
     * memory. A model does not keep them */
    mlp_names further;
} mlp_read_options;

MLP_API mlp_read_options mlp_read_options_default(void);

/** Reads a whole file ("-": standard input), plain or packed with gzip or zstd (recognised by
 * content; zstd where mlp is built with it).
 * CSV: RFC 4180 quotes (doubled quotes, separators and newlines inside), LF, CRLF or CR line ends,
 * a byte-order mark, blank lines skipped, spaces around unquoted cells dropped. All records must
 * have the same number of fields; a cell has less than 4 MiB. `options` NULL: defaults.
 * All text in a table is UTF-8: what comes in another encoding is converted (mlp_table_notice tells
 * of a guess). Packed data of more than 64 MiB that unpack to more than 200 times their size are
 * refused.
 * A path with *, ? or [ that is not a file's name is a pattern: the files that it matches are one
 * table, in the order of the numbers in their names, with the columns of the first; so are the
 * path and options->further. Errors:
 * MLP_ERROR_DATA with file, line and column; MLP_ERROR_ARGUMENT (unknown format or
 * encoding, a separator beyond ASCII); MLP_ERROR_MEMORY. Free with mlp_table_free.
 *
 * A path "odbc:CONNECTION" with a connection string of ODBC ("odbc:DSN=sales",
 * "odbc:Driver=SQLite3;Database=file.db") is a database: the table is what options->query finds, in
 * a transaction that is rolled back. NULL is no value, dates are texts in ISO 8601, truth values
 * the texts "true" and "false"; numbers keep all the bits that the driver gives. Passwords in the
 * connection string are masked wherever the table or an error names it. Errors: MLP_ERROR_DATA with
 * the database's words and SQLSTATE, or for a column of bytes or a text of more than 16383 UTF-16
 * units; MLP_ERROR_ARGUMENT also without ODBC on this machine. */
MLP_API mlp_status mlp_table_read(const char *path, const mlp_read_options *options,
                                  mlp_table **table, mlp_error *err);

/** The same for a file that may be larger than memory: the cells of the table lie in a file without
 * a name in `folder` (NULL: that of TMPDIR, or /var/tmp), which takes about as much room as the
 * text and goes with the table or with the process, however that ends. The table is what it would
 * be in memory. A CSV file is read a few MiB at a time; other formats, standard input and packed data
 * go through memory as a whole. Besides the errors of mlp_table_read MLP_ERROR_OUTPUT (the folder
 * has no room). */
MLP_API mlp_status mlp_table_read_large(const char *path, const mlp_read_options *options,
                                        const char *folder, mlp_table **table, mlp_error *err);

/** A table that several ranks are to train on (mlp/ranks.h), each of which calls this with the same
 * path and options. Each parses a part of the text of a CSV or TSV file and gives the others what came
 * of it, so that all get the table, the notices and the errors of mlp_table_read, or with `large` those
 * of mlp_table_read_large in `folder`. Packed text every rank unpacks; of several files each is shared;
 * files of other formats, and databases, every rank reads whole. `ranks` NULL, or fewer than 2: this
 * process alone. Further errors: MLP_ERROR_DATA (a rank has another file, as far as its length,
 * columns, options and samples of the text tell), MLP_ERROR_ARGUMENT (ranks that are none), and those
 * of the transport. */
MLP_API mlp_status mlp_table_read_shared(const char *path, const mlp_read_options *options,
                                         const mlp_ranks *ranks, bool large, const char *folder,
                                         mlp_table **table, mlp_error *err);

/** The same as mlp_table_read from memory; `name` stands for the file in messages. The bytes are
 * copied. */
MLP_API mlp_status mlp_table_read_memory(const void *bytes, size_t size, const char *name,
                                         const mlp_read_options *options, mlp_table **table,
                                         mlp_error *err);

/** A file that is read some rows at a time, in memory that does not grow with their number: a CSV
 * file does; other formats, standard input and packed data go through memory as a whole. Opaque. */
typedef struct mlp_table_stream mlp_table_stream;

/** Opens a file as mlp_table_read does, with the same errors, which mlp_table_stream_next may find,
 * too. Close with mlp_table_stream_close. */
MLP_API mlp_status mlp_table_stream_open(const char *path, const mlp_read_options *options,
                                         mlp_table_stream **stream, mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_table_stream_close(mlp_table_stream *stream);
/** The table, with its columns; at first without rows. Owned by the stream. */
MLP_API const mlp_table *mlp_table_stream_table(const mlp_table_stream *stream);
/** Goes on: *rows becomes the table with the next rows, of which the first is its row 0, until the
 * next call; NULL behind the last. Its lines are those of the file. After a failure the stream can
 * only be closed. */
MLP_API mlp_status mlp_table_stream_next(mlp_table_stream *stream, const mlp_table **rows,
                                         mlp_error *err);
/** Before the first rows: asks for mlp_table_stream_fingerprint, which takes some time. */
MLP_API void mlp_table_stream_take_fingerprint(mlp_table_stream *stream);
/** mlp_table_fingerprint of all rows, once they have been read. */
MLP_API uint64_t mlp_table_stream_fingerprint(const mlp_table_stream *stream);

/** How numbers that a program hands over lie in memory, in the processor's order of bytes. */
typedef enum mlp_number_type {
    MLP_NUMBER_DOUBLE = 0,
    MLP_NUMBER_FLOAT,
    MLP_NUMBER_HALF, /**< IEEE 754 binary16 */
    MLP_NUMBER_INT8,
    MLP_NUMBER_INT16,
    MLP_NUMBER_INT32,
    MLP_NUMBER_INT64,
    MLP_NUMBER_UINT8,
    MLP_NUMBER_UINT16,
    MLP_NUMBER_UINT32,
    MLP_NUMBER_UINT64
} mlp_number_type;

/** Collects columns that a program holds in memory. Failures are kept until
 * mlp_table_builder_finish tells the first one, so that nothing needs to be looked at in between.
 * NULL stands for one that could not be made: all functions take it, and mlp_table_builder_finish
 * tells that memory is short.
 *
 * All columns have as many rows. A `name` is UTF-8 and copied; NULL: column1, column2, ... by its
 * place, and a table in which no column has a name is matched by position. `valid` has a bit for
 * each row, the lowest of a byte first, 1 where the row has a value; NULL: all have. `stride` is
 * how many bytes the value of the next row is away, 0: they lie one behind another. */
typedef struct mlp_table_builder mlp_table_builder;

/** `source` stands for the table in messages; `rows` are 1 to 2^32 - 2. */
MLP_API mlp_table_builder *mlp_table_builder_create(const char *source, size_t rows);
/** Takes what was collected, as a table, and frees the builder in any case. Errors:
 * MLP_ERROR_ARGUMENT (no columns, two of one name, wrong numbers of rows, types, offsets or codes),
 * MLP_ERROR_DATA (an infinite number, a text that is not UTF-8 or has 4 MiB or more),
 * MLP_ERROR_MEMORY. Free the table with mlp_table_free. */
MLP_API mlp_status mlp_table_builder_finish(mlp_table_builder *builder, mlp_table **table,
                                            mlp_error *err);
/** Frees a builder whose table is not wanted. NULL is allowed. */
MLP_API void mlp_table_builder_free(mlp_table_builder *builder);

/** Adds a column of numbers, which are copied. NaN is no value; every other number keeps all its
 * bits, and its text is the shortest that reads back as the same double. */
MLP_API void mlp_table_add_numbers(mlp_table_builder *builder, const char *name,
                                   mlp_number_type type, const void *values, ptrdiff_t stride,
                                   const uint8_t *valid);
/** The same without a copy: values and valid must stay as they are until release(context) is
 * called, which happens exactly once, also on failure: with the table's end at the latest. NULL
 * release: they stay as long as the table. */
MLP_API void mlp_table_borrow_numbers(mlp_table_builder *builder, const char *name,
                                      mlp_number_type type, const void *values, ptrdiff_t stride,
                                      const uint8_t *valid, void (*release)(void *context),
                                      void *context);
/** Adds a column of texts in UTF-8, which are copied and taken as cells of a CSV file are: one that
 * is written as a number is a number. NULL and "" are no value. */
MLP_API void mlp_table_add_texts(mlp_table_builder *builder, const char *name,
                                 const char *const *texts);
/** The same from texts that lie one behind another: that of row r begins at byte offsets[r] and
 * ends before byte offsets[r + 1]. */
MLP_API void mlp_table_add_joined_texts(mlp_table_builder *builder, const char *name,
                                        const char *bytes, const int64_t *offsets,
                                        const uint8_t *valid);
/** The same from numbers of texts: row r has levels[codes[r]]; -1 is no value. `type` is one of
 * whole numbers. */
MLP_API void mlp_table_add_categories(mlp_table_builder *builder, const char *name,
                                      const char *const *levels, size_t level_count,
                                      mlp_number_type type, const void *codes, ptrdiff_t stride,
                                      const uint8_t *valid);
/** Adds a column of the texts "true" and "false". */
MLP_API void mlp_table_add_booleans(mlp_table_builder *builder, const char *name,
                                    const bool *values, const uint8_t *valid);

/** NULL is allowed. */
MLP_API void mlp_table_free(mlp_table *table);

MLP_API size_t mlp_table_rows(const mlp_table *table);
MLP_API size_t mlp_table_columns(const mlp_table *table);
/** Name of column c = 0..columns-1; owned by the table. */
MLP_API const char *mlp_table_column_name(const mlp_table *table, size_t c);
/** What messages call a path given for data: the path, in which passwords of a database's address
 * are masked ("odbc:DSN=sales;PWD=***") and bytes that are not UTF-8 are written as \\xFC. Copied
 * into `text` (at most `size` bytes with the closing 0, cut between two characters when longer).
 * Returns the full length without the closing 0. */
MLP_API size_t mlp_source_name(const char *path, char *text, size_t size);
/** Whether reading a table from `path` reads this file: it is the same, or a pattern matches it. */
MLP_API bool mlp_source_reads(const char *path, const char *file);
/** The name given for the file, in which bytes that are not UTF-8 are written as \\xFC. */
MLP_API const char *mlp_table_source(const mlp_table *table);
/** What stands before decimals in the numbers of the file, ',' or '.', as far as it was found or said. */
MLP_API char mlp_table_decimal(const mlp_table *table);
/** What a person should know of the reading, in sentences, one a line: that the encoding of the
 * text is a guess, what else was found by its look. NULL: nothing, as always for tables made from
 * others. Owned by the table. */
MLP_API const char *mlp_table_notice(const mlp_table *table);
/** Line of the file on which row r begins (1-based); 0 where the format has no lines. */
MLP_API size_t mlp_table_line(const mlp_table *table, size_t r);
/** Name of the file that row r comes from: the source, unless the table was read from several. */
MLP_API const char *mlp_table_file(const mlp_table *table, size_t r);
/** The text of a cell, copied into `text` (at most `size` bytes with the closing 0, cut between two
 * characters when longer). Returns the full length without the closing 0. */
MLP_API size_t mlp_table_cell(const mlp_table *table, size_t r, size_t c, char *text, size_t size);
/** What a row is for, in formats that say so (PROBEN1). */
typedef enum mlp_part {
    MLP_PART_ALL = 0, /**< not said; as a choice: every row */
    MLP_PART_TRAINING,
    MLP_PART_VALIDATION,
    MLP_PART_TEST
} mlp_part;

/** "all", "training", "validation", "test"; NULL for no part. */
MLP_API const char *mlp_part_name(mlp_part part);
/** false: no such name, *part is unchanged. */
MLP_API bool mlp_part_from_name(const char *name, mlp_part *part);

/** Whether the file divides its rows into training, validation and test. */
MLP_API bool mlp_table_has_parts(const mlp_table *table);
/** The part of row r; MLP_PART_ALL in a table without parts. */
MLP_API mlp_part mlp_table_part(const mlp_table *table, size_t r);
/** How many rows a part has (MLP_PART_ALL: the table). */
MLP_API size_t mlp_table_part_rows(const mlp_table *table, mlp_part part);

/** A new table of the given rows (0-based, in this order, repeats allowed, count >= 1), with the
 * columns, lines and parts of `table`. It is a copy: it shares nothing with `table`, either may be
 * freed first. Errors: MLP_ERROR_ARGUMENT (no rows, or one that is not there), MLP_ERROR_MEMORY.
 * Free with mlp_table_free. */
MLP_API mlp_status mlp_table_subset(const mlp_table *table, const size_t *rows, size_t count,
                                    mlp_table **subset, mlp_error *err);
/** The rows of one part, in the order of `table` (MLP_PART_ALL: all of them). Errors:
 * MLP_ERROR_DATA (the table has no parts, or no row of this one), MLP_ERROR_MEMORY. Free with
 * mlp_table_free. */
MLP_API mlp_status mlp_table_select(const mlp_table *table, mlp_part part, mlp_table **selected,
                                    mlp_error *err);

/** Finds a column by name, or by its 1-based number written in decimal when no name matches.
 * The error suggests the nearest name. */
MLP_API mlp_status mlp_table_find(const mlp_table *table, const char *name, size_t *column,
                                  mlp_error *err);
/** FNV-1a 64 over names and cells: tells whether two tables hold the same data. */
MLP_API uint64_t mlp_table_fingerprint(const mlp_table *table);

MLP_END_DECLS

#endif
