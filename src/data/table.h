/* SPDX-License-Identifier: MIT */
/* The inside of mlp_table, for data/. Three separate steps: a source gives bytes, a reader splits
 * them into records of cells, the pipeline converts and encodes cells. */
#ifndef MLPI_TABLE_H
#define MLPI_TABLE_H

#include "data/block.h"

struct mlp_table {
    char *source; /* UTF-8 */
    char *notice; /* NULL: nothing to say */
    size_t rows, columns;
    char **names;
    bool has_header; /* names come from the file */
    char *text;      /* that the cells lie in: UTF-8, or bytes */
    mlpi_block *blocks;
    size_t block_count;
    unsigned shift; /* row r lies in block r >> shift */
    /* what some formats say about themselves */
    size_t pixels;  /* the first so many columns are the pixels of an image, which share a scale */
    uint8_t *parts; /* mlp_part of each row; NULL when the format knows none */
    size_t targets; /* the last so many columns are what is to be predicted; 0: not said */
    bool targets_are_labels;
    mlp_read_options options; /* how it was read; strings are copies owned by the table */
};

/** The column of the block that a row lies in, and the row's number there. */
static inline const mlpi_column *mlpi_table_column(const mlp_table *table, size_t row,
                                                   size_t column, size_t *inside)
{
    *inside = row & (((size_t)1 << table->shift) - 1);
    return &table->blocks[row >> table->shift].columns[column];
}

/** What a cell is; *number is set for numbers. */
static inline mlpi_cell mlpi_table_number(const mlp_table *table, size_t row, size_t column,
                                          double *number)
{
    size_t r = 0;
    const mlpi_column *cells = mlpi_table_column(table, row, column, &r);
    if (cells->bytes != NULL) {
        *number = cells->bytes[r * cells->stride];
        return MLPI_CELL_NUMBER;
    }
    if (cells->text[r].cell == MLPI_CELL_NUMBER)
        *number = cells->number[r];
    return (mlpi_cell)cells->text[r].cell;
}
/** What a text is by the table's options; *number is set for numbers. */
mlpi_cell mlpi_table_classify(const mlp_table *table, mlpi_span text, double *number);
/** The text of a cell. `scratch` (>= 8 bytes) holds it for bytes. */
mlpi_span mlpi_table_span(const mlp_table *table, size_t row, size_t column, char *scratch);
/** Whether a cell has no value. */
bool mlpi_table_is_missing(const mlp_table *table, size_t row, size_t column);
/** The target column's cell with options.label_trim applied. */
mlpi_span mlpi_table_label_span(const mlp_table *table, size_t row, size_t column, char *scratch);
/** The rows whose part has its bit set in `parts`; `name` calls them in the message when there are
 * none. */
#define MLPI_PART_BIT(part) (1u << (part))
mlp_status mlpi_table_select(const mlp_table *table, unsigned parts, const char *name,
                             mlp_table **selected, mlp_error *err);
/** Deep copy of read options (strings malloc'ed). */
mlp_status mlpi_read_options_copy(const mlp_read_options *from, mlp_read_options *to,
                                  mlp_error *err);
void mlpi_read_options_release(mlp_read_options *options);

#endif
