/* SPDX-License-Identifier: MIT */
/* Tables: the contents of a data file, before training interprets them.
 *
 * A table has named columns and rows of cells: texts (CSV, TSV, PROBEN1 and others), numbers of a
 * program, or byte pixels with a label column (IDX images). Training decides which columns are
 * numbers and which are categories, and how they become network inputs; the model keeps these
 * decisions. */
#ifndef MLP_TABLE_H
#define MLP_TABLE_H

#include "mlp/common.h"
#include "mlp/error.h"
#include "mlp/ranks.h"

MLP_BEGIN_DECLS

/** The largest number of columns of a table. */
#define MLP_MAX_COLUMNS 1000000

typedef struct mlp_table mlp_table;

/** How to read a data file. A struct of zeros holds the defaults, and mlp_read_options_default
 * returns it. */
typedef struct mlp_read_options {
    /** "csv", "tsv", "jsonl", "npy", "npz", "arff", "libsvm", "fann", "idx" or "proben1". NULL: the
     * format that the first bytes show, if they fit only one, else the format that the name
     * indicates (.csv .data .txt .dat .test .train .tes .tra: csv; .tsv .tab; .jsonl .ndjson; .npy;
     * .npz; .arff; .libsvm .svmlight .svm; IDX by *-ubyte or .idx; PROBEN1 by .dt; a further .gz or
     * .zst is allowed). Ignored for databases */
    const char *format;
    char separator; /**< field separator; 0: the one that gives every record the same number of
                         columns, preferably ',' for csv and tab for tsv. ' ' stands for runs of
                         spaces and tabs */
    char decimal;   /**< decimal mark, '.' or ','; 0: found from the numbers */
    char decimal_if_unclear; /**< decimal mark where `decimal` is 0 and the numbers leave the mark
                                  open; 0: '.'; '?': data with a number that can be read both ways
                                  are refused */
    bool no_header; /**< the first record is data; columns are then named column1, column2, ... */
    bool header; /**< the first record holds the names. With neither `header` nor `no_header`, the
                      first record is data if it has numbers wherever the records below have
                      numbers, else names */
    /** texts that mean "no value", in addition to "" NA NaN nan NULL null ?, and in columns of
     * numbers also to N/A n/a \#N/A \<NA\> None none - . */
    mlp_names missing;
    char comment;           /**< lines that begin with this character are skipped; 0: none */
    const char *labels;     /**< IDX: the file with the labels; NULL: the table has no label
                                 column */
    const char *label_trim; /**< characters that are removed from the end of every cell of the
                                 target column, e.g. "."; NULL: none */
    /** the encoding of the text, a name that iconv knows ("windows-1252", "utf-8"); NULL: it is
     * detected. Ignored for binary formats (IDX) */
    const char *encoding;
    /** with `encoding` NULL, the encoding assumed for text that has no byte-order mark, is not
     * UTF-16 by its zero bytes, and is not UTF-8; NULL: Windows-1252 */
    const char *encoding_if_unclear;
    /** the query to a database, in SQL ("SELECT * FROM t ORDER BY id"): required where the path is
     * "odbc:CONNECTION", and NULL otherwise. The order of the rows decides which of them validate,
     * so without ORDER BY each reading may lead to another model */
    const char *query;
    /** more files, or patterns, that form one table with the path, in this order; ignored for bytes
     * in memory. A model does not keep them */
    mlp_names further;
} mlp_read_options;

MLP_API mlp_read_options mlp_read_options_default(void);

/** Reads a whole file ("-": standard input), plain or packed with gzip or zstd (recognised by
 * content; zstd where mlp is built with it).
 * CSV: RFC 4180 quotes (doubled quotes, separators and newlines inside), LF, CRLF or CR line ends,
 * a byte-order mark, blank lines skipped, spaces around unquoted cells dropped. All records must
 * have the same number of fields; a cell has less than 4 MiB. `options` NULL: defaults.
 * All text in a table is UTF-8: text in another encoding is converted (mlp_table_notice says so
 * where the encoding is a guess). Packed data of more than 64 MiB that unpack to more than 200
 * times their size are refused.
 * A path with *, ? or [ that is not a file's name is a pattern: the files that it matches form one
 * table, in the order of the numbers in their names, with the columns of the first; so do the path
 * and options->further.
 * Errors: MLP_ERROR_DATA with file, line and column; MLP_ERROR_ARGUMENT (unknown format or
 * encoding, a separator that is not ASCII); MLP_ERROR_MEMORY. Free with mlp_table_free.
 *
 * A path "odbc:CONNECTION" with a connection string of ODBC ("odbc:DSN=sales",
 * "odbc:Driver=SQLite3;Database=file.db") is a database: the table is the result of options->query,
 * in a transaction that is rolled back. NULL means no value, dates become texts in ISO 8601, truth
 * values the texts "true" and "false"; numbers keep all the bits that the driver returns. Passwords
 * in the connection string are masked wherever the table or an error names it. Errors:
 * MLP_ERROR_DATA with the database's message and SQLSTATE, or for a column of bytes or a text of
 * more than 16383 UTF-16 units; MLP_ERROR_ARGUMENT also where this machine has no ODBC. */
MLP_API mlp_status mlp_table_read(const char *path, const mlp_read_options *options,
                                  mlp_table **table, mlp_error *err);

/** Reads a file that may be larger than memory: the cells of the table lie in a file without a name
 * in `folder` (NULL: that of TMPDIR, or /var/tmp), which needs about as much room as the text and
 * disappears with the table or with the process, however the process ends. The table is the same as
 * that of mlp_table_read. A CSV file is read a few MiB at a time; other formats, standard input and
 * packed data go through memory as a whole. Errors: those of mlp_table_read, and MLP_ERROR_OUTPUT
 * (the folder has no room). */
MLP_API mlp_status mlp_table_read_large(const char *path, const mlp_read_options *options,
                                        const char *folder, mlp_table **table, mlp_error *err);

/** Reads a table on which several ranks are to train (mlp/ranks.h); each of them calls this with
 * the same path and options. Each rank parses a part of the text of a CSV or TSV file and sends the
 * result to the others, so that all get the table, the notices and the errors of mlp_table_read, or
 * with `large` those of mlp_table_read_large in `folder`. Every rank unpacks packed text itself; of
 * several files, each one is shared; files of other formats, and databases, are read as a whole by
 * every rank. `ranks` NULL, or fewer than 2: this process reads alone. Further errors:
 * MLP_ERROR_DATA (a rank has another file, as far as its length, columns, options and samples of
 * the text show), MLP_ERROR_ARGUMENT (`ranks` is not valid), and those of the transport. */
MLP_API mlp_status mlp_table_read_shared(const char *path, const mlp_read_options *options,
                                         const mlp_ranks *ranks, bool large, const char *folder,
                                         mlp_table **table, mlp_error *err);

/** mlp_table_read from memory; `name` stands for the file in messages. The bytes are copied. */
MLP_API mlp_status mlp_table_read_memory(const void *bytes, size_t size, const char *name,
                                         const mlp_read_options *options, mlp_table **table,
                                         mlp_error *err);

/** A file that is read some rows at a time. For a CSV file, the memory that this needs does not
 * grow with the number of rows; other formats, standard input and packed data go through memory as
 * a whole. Opaque. */
typedef struct mlp_table_stream mlp_table_stream;

/** Opens a file as mlp_table_read does, and with the same errors, some of which only
 * mlp_table_stream_next may find. Close with mlp_table_stream_close. */
MLP_API mlp_status mlp_table_stream_open(const char *path, const mlp_read_options *options,
                                         mlp_table_stream **stream, mlp_error *err);
/** NULL is allowed. */
MLP_API void mlp_table_stream_close(mlp_table_stream *stream);
/** The table with its columns, at first without rows. Owned by the stream. */
MLP_API const mlp_table *mlp_table_stream_table(const mlp_table_stream *stream);
/** Reads the next rows: *rows becomes the table with these rows, numbered from 0, valid until the
 * next call; NULL: there are no more. mlp_table_line gives their lines in the file. After a failure
 * the stream can only be closed. */
MLP_API mlp_status mlp_table_stream_next(mlp_table_stream *stream, const mlp_table **rows,
                                         mlp_error *err);
/** Makes the stream compute mlp_table_stream_fingerprint, which costs some time. To be called
 * before the first rows are read. */
MLP_API void mlp_table_stream_take_fingerprint(mlp_table_stream *stream);
/** The mlp_table_fingerprint of all rows, once they have been read; for a stream that was made to
 * compute it. */
MLP_API uint64_t mlp_table_stream_fingerprint(const mlp_table_stream *stream);

/** The type of numbers in a program's memory, in the processor's byte order. */
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

/** Collects columns that a program holds in memory. The first failure is kept until
 * mlp_table_builder_finish reports it, so that the calls in between need no check. NULL stands for
 * a builder that could not be created: all functions accept it, and mlp_table_builder_finish
 * reports that memory is short.
 *
 * All columns have the same number of rows. A `name` is UTF-8 and copied; NULL: column1, column2,
 * ... by the column's position, and a table in which no column has a name is matched by position.
 * `valid` has a bit for each row, the lowest of a byte first, 1 where the row has a value; NULL:
 * all rows have one. `stride` is the distance in bytes from the value of one row to that of the
 * next; 0: the values are contiguous. */
typedef struct mlp_table_builder mlp_table_builder;

/** `source` stands for the table in messages; `rows` is from 1 to 2^32 - 2. */
MLP_API mlp_table_builder *mlp_table_builder_create(const char *source, size_t rows);
/** Makes a table of the columns, and frees the builder in any case. Errors: MLP_ERROR_ARGUMENT (no
 * columns, two with the same name, a wrong number of rows, wrong types, offsets or codes),
 * MLP_ERROR_DATA (an infinite number, a text that is not UTF-8 or has 4 MiB or more),
 * MLP_ERROR_MEMORY. Free the table with mlp_table_free. */
MLP_API mlp_status mlp_table_builder_finish(mlp_table_builder *builder, mlp_table **table,
                                            mlp_error *err);
/** Frees a builder whose table is not wanted. NULL is allowed. */
MLP_API void mlp_table_builder_free(mlp_table_builder *builder);

/** Adds a column of numbers, which are copied. NaN means no value; every other number keeps all its
 * bits, and its text is the shortest that reads back as the same double. */
MLP_API void mlp_table_add_numbers(mlp_table_builder *builder, const char *name,
                                   mlp_number_type type, const void *values, ptrdiff_t stride,
                                   const uint8_t *valid);
/** Adds a column of numbers without a copy: `values` and `valid` must not change until
 * release(context) is called. That happens exactly once, even on failure, and at the latest when
 * the table is freed. `release` NULL: `values` and `valid` must outlive the table. */
MLP_API void mlp_table_borrow_numbers(mlp_table_builder *builder, const char *name,
                                      mlp_number_type type, const void *values, ptrdiff_t stride,
                                      const uint8_t *valid, void (*release)(void *context),
                                      void *context);
/** Adds a column of texts in UTF-8, which are copied and read like cells of a CSV file: a text that
 * is written as a number is a number. NULL and "" mean no value. */
MLP_API void mlp_table_add_texts(mlp_table_builder *builder, const char *name,
                                 const char *const *texts);
/** Adds a column of texts that lie in one block of bytes: the text of row r begins at byte
 * offsets[r] and ends before byte offsets[r + 1]. */
MLP_API void mlp_table_add_joined_texts(mlp_table_builder *builder, const char *name,
                                        const char *bytes, const int64_t *offsets,
                                        const uint8_t *valid);
/** Adds a column of texts given by codes: row r has the text levels[codes[r]]; -1 means no value.
 * `type` must be an integer type. */
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
/** The name that messages use for a data path: the path itself, with passwords of a database's
 * address masked ("odbc:DSN=sales;PWD=***") and bytes that are not UTF-8 written as \\xFC. It is
 * copied into `text` (at most `size` bytes with the closing 0, cut between two characters when
 * longer). Returns the full length without the closing 0. */
MLP_API size_t mlp_source_name(const char *path, char *text, size_t size);
/** Whether reading a table from `path` reads this file: `path` is the file, or a pattern that
 * matches it. */
MLP_API bool mlp_source_reads(const char *path, const char *file);
/** The name that was given for the file, with bytes that are not UTF-8 written as \\xFC. */
MLP_API const char *mlp_table_source(const mlp_table *table);
/** The decimal mark of the numbers in the file, '.' or ',', detected or given. */
MLP_API char mlp_table_decimal(const mlp_table *table);
/** What a user should know about how the file was read, one sentence per line: that the encoding of
 * the text is a guess, and what else was detected. NULL: nothing; always NULL for tables made from
 * other tables. Owned by the table. */
MLP_API const char *mlp_table_notice(const mlp_table *table);
/** The line of the file on which row r begins (from 1); 0 where the format has no lines. */
MLP_API size_t mlp_table_line(const mlp_table *table, size_t r);
/** The name of the file that row r comes from: the source, unless the table was read from several
 * files. */
MLP_API const char *mlp_table_file(const mlp_table *table, size_t r);
/** Copies the text of a cell into `text` (at most `size` bytes with the closing 0, cut between two
 * characters when longer). Returns the full length without the closing 0. */
MLP_API size_t mlp_table_cell(const mlp_table *table, size_t r, size_t c, char *text, size_t size);
/** The purpose of a row, in formats that state it (PROBEN1). */
typedef enum mlp_part {
    MLP_PART_ALL = 0, /**< not stated; as a choice: every row */
    MLP_PART_TRAINING,
    MLP_PART_VALIDATION,
    MLP_PART_TEST
} mlp_part;

/** "all", "training", "validation", "test"; NULL for any other value. */
MLP_API const char *mlp_part_name(mlp_part part);
/** Finds a part by its name. Returns false, and leaves *part unchanged, when there is none. */
MLP_API bool mlp_part_from_name(const char *name, mlp_part *part);

/** Whether the file divides its rows into training, validation and test. */
MLP_API bool mlp_table_has_parts(const mlp_table *table);
/** The part of row r; MLP_PART_ALL in a table without parts. */
MLP_API mlp_part mlp_table_part(const mlp_table *table, size_t r);
/** The number of rows of a part (MLP_PART_ALL: of the table). */
MLP_API size_t mlp_table_part_rows(const mlp_table *table, mlp_part part);

/** A new table of the given rows (from 0, in this order, repeats allowed, count >= 1), with the
 * columns, lines and parts of `table`. It is a copy and shares nothing with `table`: either may be
 * freed first. Errors: MLP_ERROR_ARGUMENT (no rows, or a row that does not exist),
 * MLP_ERROR_MEMORY. Free with mlp_table_free. */
MLP_API mlp_status mlp_table_subset(const mlp_table *table, const size_t *rows, size_t count,
                                    mlp_table **subset, mlp_error *err);
/** A new table of the rows of one part, in the order of `table` (MLP_PART_ALL: all of them).
 * Errors: MLP_ERROR_DATA (the table has no parts, or no row of this one), MLP_ERROR_MEMORY. Free
 * with mlp_table_free. */
MLP_API mlp_status mlp_table_select(const mlp_table *table, mlp_part part, mlp_table **selected,
                                    mlp_error *err);

/** Finds a column by name, or by its number from 1, written in decimal, when no name matches.
 * Errors: MLP_ERROR_DATA, with the nearest name. */
MLP_API mlp_status mlp_table_find(const mlp_table *table, const char *name, size_t *column,
                                  mlp_error *err);
/** FNV-1a 64 over names and cells: two tables with the same data have the same fingerprint. */
MLP_API uint64_t mlp_table_fingerprint(const mlp_table *table);

MLP_END_DECLS

#endif
