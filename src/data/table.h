/* SPDX-License-Identifier: MIT */
/* The inside of mlp_table. Reading has three separate steps: a source supplies bytes, a reader
 * splits them into records of cells, and the pipeline converts and encodes the cells. */
#ifndef MLPI_TABLE_H
#define MLPI_TABLE_H

#include "data/block.h"

/** The kind of a column's values as the format states it. MLPI_FIELD_OPEN: the cells decide. */
typedef enum mlpi_field_kind {
    MLPI_FIELD_OPEN,
    MLPI_FIELD_NUMBERS, /* quantities: no cell is a text */
    MLPI_FIELD_LABELS,  /* categories, even if they are written as numbers */
    MLPI_FIELD_TEXTS,   /* texts, which may differ in every row */
    MLPI_FIELD_PIXELS   /* numbers, none missing; all pixels have the same scale */
} mlpi_field_kind;

/** What a format states about a column in addition to its name. */
typedef struct mlpi_field {
    uint8_t kind; /* mlpi_field_kind */
    bool target;  /* the column is to be predicted */
} mlpi_field;

struct mlp_table {
    char *source; /* UTF-8 */
    char *notice; /* mlp_table_notice; NULL: none */
    size_t rows, columns;
    char **names;
    bool has_header;      /* names come from the file */
    char usual_separator; /* of the format; 0: it has none */
    char decimal;         /* decimal mark of texts that are added: '.' or ',' */
    bool decimal_unclear; /* neither the options nor the beginning of the text decides the mark */
    bool *lacks;          /* for each column: "N/A" means no value; NULL: not known yet */
    char *bytes;          /* all cells of a table of pixels; NULL: blocks hold the cells */
    mlpi_block *blocks;
    struct mlpi_spill *spill; /* the file with the blocks' contents; NULL: they are in memory */
    size_t block_count, room;
    struct mlpi_kept *kept; /* data that are released with the table */
    size_t kept_count, kept_room;
    size_t forgotten; /* number of blocks, from the first on, that mlpi_table_forget has freed */
    size_t freed;     /* bytes freed since memory was last given back to the system */
    char **files;     /* names of the files that rows come from; NULL: all come from `source` */
    size_t file_count;
    uint32_t *row_files; /* file of each row, in tables made from others; NULL: its block's file */
    /* stated by some formats, or taken over from another table */
    mlpi_field *fields; /* of each column; NULL: nothing is stated */
    uint8_t *dates;     /* of each column: mlpi_date_style of the table that the rows were taken
                           from; NULL: the texts of this table decide */
    uint8_t *parts;     /* mlp_part of each row; NULL: the file has no parts */
    mlp_read_options options; /* how the table was read; its strings are copies */
};

/** Something that lives as long as a table. */
typedef struct mlpi_kept {
    void (*release)(void *context);
    void *context;
} mlpi_kept;

/** Calls release(context) when the table is freed. false: out of memory; nothing is called. */
bool mlpi_table_keep(mlp_table *table, void (*release)(void *context), void *context);

/** Allocates table->fields, all MLPI_FIELD_OPEN. */
mlp_status mlpi_table_declare(mlp_table *table, mlp_error *err);
/** What the format states about a column. */
static inline mlpi_field mlpi_table_field(const mlp_table *table, size_t column)
{
    return table->fields != NULL ? table->fields[column] : (mlpi_field){0};
}

/** The block that holds a row. */
const mlpi_block *mlpi_table_block(const mlp_table *table, size_t row);
/** The kind of a cell; *number is set if it is a number. */
mlpi_cell mlpi_table_number(const mlp_table *table, size_t row, size_t column, double *number);

/** Frees the blocks that hold no row from `row` on; SIZE_MAX: all blocks. Their rows must not be
 * read any more. A table of bytes keeps its block. */
void mlpi_table_forget(mlp_table *table, size_t row);
/** Frees all blocks; the next block that is appended begins with row 0. */
void mlpi_table_empty(mlp_table *table);
/** The first part of mlp_table_fingerprint: a hash of names and parts. */
uint64_t mlpi_table_hash_head(const mlp_table *table);
/** Continues a hash with all rows of a table, which must not be a table of bytes. */
uint64_t mlpi_table_hash_rows(const mlp_table *table, uint64_t hash);
/** The block after `block` (NULL: the first one); NULL: there are no more. The contents of `block`
 * need not stay resident after the call. */
const mlpi_block *mlpi_table_next(const mlp_table *table, const mlpi_block *block);

/** Remembers the block of the last row, so that rows nearby are found faster. Begins zeroed except
 * for `table`. */
typedef struct mlpi_cursor {
    const mlp_table *table;
    const mlpi_block *block;
} mlpi_cursor;

/** Leaves the cursor's block, whose contents need not stay resident. A thread that reads one of
 * several pieces of a table calls this function at the end of its piece: otherwise a block that two
 * pieces share would stay resident if the later piece was read first. */
void mlpi_cursor_leave(mlpi_cursor *cursor);
/** Goes to the block of a row. */
void mlpi_cursor_move(mlpi_cursor *cursor, size_t row);
/** Goes to a row. Returns its number in cursor->block. */
static inline size_t mlpi_cursor_go(mlpi_cursor *cursor, size_t row)
{
    if (cursor->block == NULL || row - cursor->block->first >= cursor->block->rows)
        mlpi_cursor_move(cursor, row);
    return row - cursor->block->first;
}

/** Does what mlpi_table_number does, with a cursor. */
static inline mlpi_cell mlpi_cursor_number(mlpi_cursor *cursor, size_t row, size_t column,
                                           double *number)
{
    const size_t r = mlpi_cursor_go(cursor, row);
    return mlpi_column_number(&cursor->block->columns[column], r, number);
}

/** Whether a cell has no value. */
bool mlpi_cursor_is_missing(mlpi_cursor *cursor, size_t row, size_t column);
/** Whether a cell that should be a number has no value: it is missing, or has a text such as
 * "N/A". */
bool mlpi_cursor_may_be_missing(mlpi_cursor *cursor, size_t row, size_t column);
/** The text of a cell, which may lie in `scratch`. `label`: options.label_trim is applied to it. */
mlpi_span mlpi_cursor_span(mlpi_cursor *cursor, size_t row, size_t column, bool label,
                           char scratch[MLPI_DECIMAL_ROOM]);

/** The kind of a cell that has this text, by the table's options and the decimal mark `decimal`.
 * *number is set if it is a number, and *dress becomes the `dress` of its mlpi_word. */
mlpi_cell mlpi_table_classify(const mlp_table *table, mlpi_span text, char decimal, double *number,
                              uint8_t *dress);
/** Finds the columns of numbers, where texts such as "N/A" mean no value, and marks these cells as
 * missing. To be called once all rows have been added. Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_table_settle(mlp_table *table, mlp_error *err);
/** Names columns that have no name column1, column2, ..., and checks that all names differ. */
mlp_status mlpi_table_finish_names(mlp_table *table, mlp_error *err);
/** Lists the names of the columns in `size` bytes, at least 40; if they do not fit, the first ones
 * and the last. */
void mlpi_table_list(const mlp_table *table, char *text, size_t size);
enum { MLPI_COLUMN_TEXT = 128 };
/** Writes a column as the value of an option that can be pasted into a shell: its name, in quotes
 * if it needs them, or its number if a list of names cannot hold the name. Returns `text`. */
const char *mlpi_table_option(const mlp_table *table, size_t column, char text[MLPI_COLUMN_TEXT]);
/** Adds a sentence to the notice of the table. */
mlp_status mlpi_table_say(mlp_table *table, const char *sentence, mlp_error *err);
/** Whether a cell has no value. */
bool mlpi_table_is_missing(const mlp_table *table, size_t row, size_t column);
/** The bit of a part in a set of parts. */
#define MLPI_PART_BIT(part) (1u << (part))
/** Makes a table of the rows whose part has its bit set in `parts`, to be freed with
 * mlp_table_free. `name` denotes these parts in the message that there are no such rows. */
mlp_status mlpi_table_select(const mlp_table *table, unsigned parts, const char *name,
                             mlp_table **selected, mlp_error *err);
/** The rows of another table that a new table is made of: one for each new row, or one for each of
 * its cells. */
typedef struct mlpi_picks {
    const size_t *rows; /* one for each new row, which gets the line, part and file of that row */
    size_t count;
    const uint32_t *cells; /* count x columns: the row of each cell; NULL: the row in `rows` */
} mlpi_picks;
/** Makes a new table of the picked rows or cells, which must exist; free it with mlp_table_free.
 * Errors: MLP_ERROR_ARGUMENT (no rows, or too many), MLP_ERROR_MEMORY. */
mlp_status mlpi_table_gather(const mlp_table *table, const mlpi_picks *picks, mlp_table **gathered,
                             mlp_error *err);
/** Deep copy of read options (strings malloc'ed). */
mlp_status mlpi_read_options_copy(const mlp_read_options *from, mlp_read_options *to,
                                  mlp_error *err);
void mlpi_read_options_release(mlp_read_options *options);

#endif
