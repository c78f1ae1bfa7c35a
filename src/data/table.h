/* SPDX-License-Identifier: MIT */
/* The inside of mlp_table, for data/. Three separate steps: a source gives bytes, a reader splits
 * them into records of cells, the pipeline converts and encodes cells. */
#ifndef MLPI_TABLE_H
#define MLPI_TABLE_H

#include "mlp/table.h"

/** Part of the table's text; not closed by 0. */
typedef struct mlpi_span {
    const char *text;
    size_t length;
} mlpi_span;

typedef enum mlpi_cell { MLPI_CELL_NUMBER, MLPI_CELL_MISSING, MLPI_CELL_TEXT } mlpi_cell;

struct mlp_table {
    char *source; /* UTF-8 */
    char *notice; /* NULL: nothing to say */
    size_t rows, columns;
    char **names;
    bool has_header; /* names come from the file */
    /* CSV, TSV: all cells are spans of `text`, which is UTF-8, row-major */
    char *text;
    mlpi_span *cells;
    size_t *lines; /* line on which each row begins */
    /* IDX: pixels, rows x (columns - has_labels); the label column is the last */
    const uint8_t *pixels; /* inside `text` */
    uint8_t *labels;       /* NULL without labels */
    /* what some formats say about themselves */
    uint8_t *parts; /* mlp_part of each row; NULL when the format knows none */
    size_t targets; /* the last so many columns are what is to be predicted; 0: not said */
    bool targets_are_labels;
    mlp_read_options options; /* how it was read; strings are copies owned by the table */
};

/** The text of a cell. `scratch` (>= 8 bytes) holds it for IDX cells. */
mlpi_span mlpi_table_span(const mlp_table *table, size_t row, size_t column, char *scratch);
/** What a cell of text is; *number is set for numbers. */
mlpi_cell mlpi_table_text_number(const mlp_table *table, size_t row, size_t column, double *number);

/** The byte of a cell of images or labels. */
static inline uint8_t mlpi_table_byte(const mlp_table *table, size_t row, size_t column)
{
    const size_t pixels = table->columns - (table->labels != NULL ? 1 : 0);
    return column < pixels ? table->pixels[row * pixels + column] : table->labels[row];
}

/** What a cell is; *number is set for numbers. */
static inline mlpi_cell mlpi_table_number(const mlp_table *table, size_t row, size_t column,
                                          double *number)
{
    if (table->pixels == NULL)
        return mlpi_table_text_number(table, row, column, number);
    *number = mlpi_table_byte(table, row, column);
    return MLPI_CELL_NUMBER;
}
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
