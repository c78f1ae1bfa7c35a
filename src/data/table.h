/* SPDX-License-Identifier: MIT */
/* The inside of mlp_table, for data/. Three separate steps: a source gives bytes, a reader splits
 * them into records of cells, the pipeline converts and encodes cells. */
#ifndef MLPI_TABLE_H
#define MLPI_TABLE_H

#include "data/block.h"

/** What a format says of the values of a column. What it leaves open the cells tell. */
typedef enum mlpi_field_kind {
    MLPI_FIELD_OPEN,
    MLPI_FIELD_NUMBERS, /* quantities: no cell is a text */
    MLPI_FIELD_LABELS,  /* names of kinds, also where they are written as numbers */
    MLPI_FIELD_TEXTS,   /* the same, but there may be one for each row */
    MLPI_FIELD_PIXELS   /* numbers without gaps, which share a scale with all of the kind */
} mlpi_field_kind;

/** What a format says of a column, besides its name. */
typedef struct mlpi_field {
    uint8_t kind; /* mlpi_field_kind */
    bool target;  /* it is to be predicted */
} mlpi_field;

struct mlp_table {
    char *source; /* UTF-8 */
    char *notice; /* NULL: nothing to say */
    size_t rows, columns;
    char **names;
    bool has_header;      /* names come from the file */
    char usual_separator; /* of the format */
    char decimal;         /* what stands before decimals in texts to be added: '.' or ',' */
    bool decimal_unclear; /* neither the options nor the beginning of the text tell it */
    bool *lacks;          /* columns of numbers, where "N/A" means no value; NULL: not known yet */
    char *bytes;          /* that pixels lie in; NULL: blocks have all of it */
    mlpi_block *blocks;
    struct mlpi_spill *spill; /* where they lie; NULL: in memory */
    size_t block_count, room;
    struct mlpi_kept *kept;
    size_t kept_count, kept_room; /* what is released with the table */
    size_t forgotten;             /* blocks, from the first on, whose rows are no longer there */
    size_t freed;                 /* bytes of them that the system may not know of */
    char **files; /* that rows come from, when there are several; NULL: the source */
    size_t file_count;
    uint32_t *row_files; /* of each row, in tables made from others; NULL: blocks say */
    /* what some formats say about themselves */
    mlpi_field *fields;       /* of each column; NULL: nothing */
    uint8_t *dates;           /* of each column, how the table that the rows are from writes dates
                       (schema/dates.h); NULL: its own texts tell */
    uint8_t *parts;           /* mlp_part of each row; NULL when the format knows none */
    mlp_read_options options; /* how it was read; strings are copies owned by the table */
};

/** Something that lives as long as a table. */
typedef struct mlpi_kept {
    void (*release)(void *context);
    void *context;
} mlpi_kept;

/** Releases something with the table. false: out of memory, nothing is kept. */
bool mlpi_table_keep(mlp_table *table, void (*release)(void *context), void *context);

/** Makes table->fields, of which all are open. */
mlp_status mlpi_table_declare(mlp_table *table, mlp_error *err);
/** What the format says of a column. */
static inline mlpi_field mlpi_table_field(const mlp_table *table, size_t column)
{
    return table->fields != NULL ? table->fields[column] : (mlpi_field){0};
}

/** The block that a row lies in. */
const mlpi_block *mlpi_table_block(const mlp_table *table, size_t row);
/** What a cell is; *number is set for numbers. */
mlpi_cell mlpi_table_number(const mlp_table *table, size_t row, size_t column, double *number);

/** Frees the blocks that end before a row, all of them for SIZE_MAX. Nobody asks for their rows
 * from then on. */
void mlpi_table_forget(mlp_table *table, size_t row);
/** Frees all blocks: the next one that is appended begins with row 0. */
void mlpi_table_empty(mlp_table *table);
/** The beginning of mlp_table_fingerprint, and what the rows at hand add to it; not of tables of
 * bytes. */
uint64_t mlpi_table_hash_head(const mlp_table *table);
uint64_t mlpi_table_hash_rows(const mlp_table *table, uint64_t hash);
/** The block behind `block`, or the first one where that is NULL; NULL: there are no more. The
 * contents of earlier blocks need not stay in memory. */
const mlpi_block *mlpi_table_next(const mlp_table *table, const mlpi_block *block);

/** Finds rows that come one behind another faster. Zeroed except for its table at first. */
typedef struct mlpi_cursor {
    const mlp_table *table;
    const mlpi_block *block;
} mlpi_cursor;

/** The contents of its block need not stay in memory. A thread that reads one of several pieces calls it at the end:
 * a block that two pieces share stays there otherwise, when the later one was read before. */
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

/** As mlpi_table_number. */
static inline mlpi_cell mlpi_cursor_number(mlpi_cursor *cursor, size_t row, size_t column,
                                           double *number)
{
    const size_t r = mlpi_cursor_go(cursor, row);
    return mlpi_column_number(&cursor->block->columns[column], r, number);
}

/** Whether a cell has no value. */
bool mlpi_cursor_is_missing(mlpi_cursor *cursor, size_t row, size_t column);
/** Whether a cell that should be a number has no value, by the table or by its text. */
bool mlpi_cursor_may_be_missing(mlpi_cursor *cursor, size_t row, size_t column);
/** The text of a cell, which may lie in `scratch`; in a label's, options.label_trim is applied. */
mlpi_span mlpi_cursor_span(mlpi_cursor *cursor, size_t row, size_t column, bool label,
                           char scratch[MLPI_DECIMAL_ROOM]);

/** What a text is by the table's options, with `decimal` before decimals; *number is set for
 * numbers, *dress as that of a word. */
mlpi_cell mlpi_table_classify(const mlp_table *table, mlpi_span text, char decimal, double *number,
                              uint8_t *dress);
/** Finds the columns of numbers where texts such as "N/A" mean no value, once all rows are there.
 * Errors: MLP_ERROR_MEMORY. */
mlp_status mlpi_table_settle(mlp_table *table, mlp_error *err);
/** Gives the table names column1, column2, ... where none are set; checks that names differ. */
mlp_status mlpi_table_finish_names(mlp_table *table, mlp_error *err);
/** Lists the names of the columns in `size` bytes, at least 40; of many the first ones and the last. */
void mlpi_table_list(const mlp_table *table, char *text, size_t size);
enum { MLPI_COLUMN_TEXT = 128 };
/** A column as an option takes it, and as it can be pasted: its name, in quotes where a shell needs them, or
 * its number where a list of names cannot hold the name. Returns `text`. */
const char *mlpi_table_option(const mlp_table *table, size_t column, char text[MLPI_COLUMN_TEXT]);
/** Adds a sentence to what a person should know of the reading. */
mlp_status mlpi_table_say(mlp_table *table, const char *sentence, mlp_error *err);
/** Whether a cell has no value. */
bool mlpi_table_is_missing(const mlp_table *table, size_t row, size_t column);
/** The rows whose part has its bit set in `parts`; `name` calls them in the message when there are
 * none. */
#define MLPI_PART_BIT(part) (1u << (part))
mlp_status mlpi_table_select(const mlp_table *table, unsigned parts, const char *name,
                             mlp_table **selected, mlp_error *err);
/** What a table is made of: for each of its rows one of another table, or a row for each cell. */
typedef struct mlpi_picks {
    const size_t *rows; /* whose line, part and file it has */
    size_t count;
    const uint32_t *cells; /* count x columns: rows that cells come from; NULL: those of `rows` */
} mlpi_picks;
/** A table of its own (mlp_table_free) of these rows, which must be there. Errors:
 * MLP_ERROR_ARGUMENT (no rows, or too many), MLP_ERROR_MEMORY. */
mlp_status mlpi_table_gather(const mlp_table *table, const mlpi_picks *picks, mlp_table **gathered,
                             mlp_error *err);
/** Deep copy of read options (strings malloc'ed). */
mlp_status mlpi_read_options_copy(const mlp_read_options *from, mlp_read_options *to,
                                  mlp_error *err);
void mlpi_read_options_release(mlp_read_options *options);

#endif
